//! `shipctl whatif`.

use crate::support::sample::error;
use crate::support::{Cluster, Sandbox};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

/// Three agents of two cpus, of which one goes.
pub(crate) fn told(moves: &Value, waits: &Value, bent: &Value) -> Value {
    let amounts = |cpus: f64, mem: u64| json!({ "cpus": cpus, "mem": mem, "disk": 0, "gpus": 0 });
    json!({
        "moves": moves, "waits": waits, "bent": bent,
        "lows": [{ "app": "/web", "before": 3, "lowest": 2, "after": 3 }],
        "capacity": {
            "before": { "agents": 3, "total": amounts(6.0, 3072), "free": amounts(1.6, 2336) },
            "lowest_free": amounts(0.0, 1408),
            "after": { "agents": 2, "total": amounts(4.0, 2048), "free": amounts(0.5, 1408) },
        },
        "is_complete": true,
    })
}

pub(crate) fn moved(app: &str, from: Option<&str>, to: Option<&str>, tasks: u32) -> Value {
    json!({ "app": app, "from": from, "to": to, "tasks": tasks })
}

pub(crate) fn wait(kind: &str, tasks: u32, already: u32, hosts: &[&str]) -> Value {
    let reason = "ben: short of 1 cpus (2 wanted, 1 free)";
    json!({ "app": "/web", "tasks": tasks, "already": already, "kind": kind, "hosts": hosts, "reason": reason })
}

fn cluster(told: &Value) -> Cluster {
    Cluster::answering().json("POST /v1/whatif", 200, told).serve()
}

/// What was supposed.
fn asked(cluster: &Cluster) -> Value {
    let body: Value = serde_json::from_str(&cluster.bodies("POST /v1/whatif")[0]).expect("JSON");
    body["suppositions"][0].clone()
}

#[test]
fn a_loss_is_told_with_what_moves_waits_and_bends() {
    let moves = json!([moved("/api", Some("ada"), Some("ben"), 2), moved("/web", Some("ada"), None, 1)]);
    let waits = json!([wait("nowhere", 1, 0, &[]), wait("stays", 2, 1, &["ada"]), wait("away", 1, 0, &["ada"])]);
    let bent = json!([
        { "app": "/api", "lowest": 0, "minimum": 2, "instances": 2, "after": 2 },
        { "app": "/web", "lowest": 2, "minimum": 3, "instances": 3, "after": 2 },
    ]);
    let cluster = cluster(&told(&moves, &waits, &bent));
    let run = Sandbox::new().shipctl(&["whatif", "lose", "ada", "ben", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
without ada, ben: 2 tasks move, 1 task stops, 3 will wait, 2 promises bend

APP    TASKS   FROM   TO
/api   2       ada    ben
/web   1       ada    (stops)

waits: /web  1 task fits nowhere: ben: short of 1 cpus (2 wanted, 1 free)
waits: /web  2 tasks stay on ada (1 of them now already): ben: short of 1 cpus (2 wanted, 1 free)
waits: /web  1 task is out of sight on ada: ben: short of 1 cpus (2 wanted, 1 free)

bends: /api  0 of 2 ready at the lowest, where minimumHealthCapacity promises 2, until its tasks are up again (2 in the end)
bends: /web  2 of 3 ready at the lowest, where minimumHealthCapacity promises 3, and 2 in the end

FREE      NOW            LOWEST   IN THE END
cpus      1.6 of 6       0        0.5 of 4
mem MiB   2336 of 3072   1408     1408 of 2048
agents    3                       2

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(asked(&cluster), json!({ "suppose": "lose", "agents": ["ada", "ben"] }));
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let cluster = cluster(&told(&json!([]), &json!([]), &json!([])));
    let run = Sandbox::new().shipctl(&["whatif", "drain", "ada", "--deadline", "10m", "--url", &cluster.url]);
    assert!(run.out.starts_with("with ada emptied: nothing moves, nothing waits\n"), "{}", run.out);
    assert_eq!(asked(&cluster), json!({ "suppose": "drain", "agents": ["ada"], "within_secs": 600 }));
}

#[test]
fn json_is_what_the_cluster_told() {
    let told = told(&json!([moved("/web", None, Some("ada"), 3)]), &json!([]), &json!([]));
    let cluster = cluster(&told);
    let run = Sandbox::new().shipctl(&["whatif", "scale", "web", "5", "--format", "json", "--url", &cluster.url]);
    let document: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(document["schema"], "shipctl.whatif");
    assert_eq!((&document["moves"], &document["lows"]), (&told["moves"], &told["lows"]));
    assert_eq!(asked(&cluster), json!({ "suppose": "scale", "app": "/web", "instances": 5 }));
}

#[test]
fn a_new_agent_is_described_in_facts() {
    let cluster = cluster(&told(&json!([moved("/web", None, Some("new-agent"), 1)]), &json!([]), &json!([])));
    let facts = ["cpus=4", "mem=8192", "attr:rack=r1", "attr:disks={ssd,nvme}", "zone=a", "count=2"];
    let args: Vec<&str> = ["whatif", "add-agent", "--url", &cluster.url].into_iter().chain(facts).collect();
    let run = Sandbox::new().shipctl(&args);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("1 task starts"), "{}", run.out);
    let asked = asked(&cluster);
    assert_eq!(
        (&asked["suppose"], &asked["hostname"], &asked["count"]),
        (&json!("add-agent"), &json!("new-agent"), &json!(2))
    );
    assert_eq!(asked["attributes"], json!({ "rack": "r1", "disks": ["nvme", "ssd"] }));
}

#[test]
fn what_makes_no_agent_is_told_before_the_cluster_is_asked() {
    let refused = |facts: &[&str]| {
        let args: Vec<&str> =
            ["whatif", "add-agent", "--url", "http://127.0.0.1:9"].iter().chain(facts).copied().collect();
        let run = Sandbox::new().shipctl(&args);
        (run.code, run.err)
    };
    assert_eq!(refused(&["cpus=4"]), (64, "error: a new agent has `mem`: give mem=..\n".to_owned()));
    let (code, said) = refused(&["cpus=much", "mem=1"]);
    assert_eq!((code, said.starts_with("error: `cpus=much`: it is an amount")), (64, true), "{said}");
    assert_eq!(refused(&["rack=r1"]).0, 64);
    assert_eq!(refused(&[]).0, 64);
}

#[test]
fn who_is_not_there_cannot_be_lost_or_scaled() {
    let cluster = Cluster::answering()
        .json("POST /v1/whatif", 404, &error("there is no app `/wbe`"))
        .json(
            "GET /v1/status",
            200,
            &crate::support::sample::status(&[crate::support::sample::app("/web", 1, 1, "running", None)]),
        )
        .serve();
    let run = Sandbox::new().shipctl(&["whatif", "scale", "wbe", "5", "--url", &cluster.url]);
    assert_eq!((run.code, run.err.contains("did you mean `/web`?")), (64, true), "{}", run.err);
    let run = Sandbox::new().shipctl(&["whatif", "lose", "ada", "--url", &cluster.url]);
    assert_eq!(run.code, 64, "{}", run.err);
}
