//! `shipctl agents` and `shipctl agent show`.

use crate::support::sample::{STARTED, agent, task};
use crate::support::{Cluster, Sandbox};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

fn with(mut value: Value, fields: &Value) -> Value {
    let (known, more) = (value.as_object_mut().expect("an object"), fields.as_object().expect("an object"));
    known.extend(more.clone());
    value
}

fn amounts(cpus: f64, mem: u64, gpus: u32) -> Value {
    json!({ "cpus": cpus, "mem": mem, "disk": 0, "gpus": gpus })
}

#[test]
fn agents_are_a_table_of_what_is_used() {
    let attributes = json!({ "rack": "r1", "disks": ["nvme", "ssd"], "cores": 4 });
    let first = with(agent("node-1", "up"), &json!({ "zone": "a", "attributes": attributes }));
    let cluster = Cluster::answering()
        .json("GET /v1/agents", 200, &json!([first, agent("node-2", "not connected"), agent("node-3", "draining")]))
        .serve();
    let run = Sandbox::new().shipctl(&["agents", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
AGENT    STATE           CPUS    MEM MiB    DISK MiB   TASKS   ZONE   ATTRIBUTES
node-1   up              0.5/4   160/7900   0/0        5       a      cores=4 disks={nvme,ssd} rack=r1
node-2   not connected   0.5/4   160/7900   0/0        5
node-3   draining        0.5/4   160/7900   0/0        5

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn gpus_and_what_is_kept_for_roles_count() {
    let gpu = with(
        agent("gpu-1", "up"),
        &json!({ "resources": amounts(4.0, 100, 1), "reserved": { "prod": amounts(2.0, 0, 1) }, "used": amounts(1.0, 10, 2) }),
    );
    let cluster = Cluster::answering().json("GET /v1/agents", 200, &json!([gpu])).serve();
    let run = Sandbox::new().shipctl(&["agents", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
AGENT   STATE   CPUS   MEM MiB   DISK MiB   GPUS   TASKS
gpu-1   up      1/6    10/100    0/0        2/2    5

"#]]
    );
}

#[test]
fn no_agent_is_said_so() {
    let cluster = Cluster::answering().json("GET /v1/agents", 200, &json!([])).serve();
    let run = Sandbox::new().shipctl(&["agents", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert_eq!(run.err, "no agent has joined: start one with `shipd agent`\n");
    let run = Sandbox::new().shipctl(&["agents", "--format", "json", "--url", &cluster.url]);
    let document: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!((&document["schema"], &document["agents"]), (&json!("shipctl.agents"), &json!([])));
}

#[test]
fn one_agent_is_shown_with_all_that_stands_on_it() {
    let detail = with(
        agent("node-1", "draining"),
        &json!({
            "ports": [{ "first": 31000, "last": 32000 }], "zone": "a", "region": "eu",
            "attributes": { "rack": "r1" }, "reserved": { "prod": amounts(2.0, 64, 0) },
            "drain": { "since": STARTED, "deadline": STARTED },
            "standing": [with(task("0001", "running", 31000), &json!({ "app": "/web" })),
                         with(task("0002", "killing", 31001), &json!({ "app": "/web", "current": false }))],
        }),
    );
    let cluster = Cluster::answering().json("GET /v1/agents/node-1", 200, &detail).serve();
    let run = Sandbox::new().shipctl(&["agent", "show", "node-1", "--url", &cluster.url]);
    assert!(run.out.contains("what is left is stopped in "), "{}", run.out);
    let steady: Vec<&str> = run.out.lines().filter(|line| !line.contains(" drain ")).collect();
    assert_data_eq!(
        steady.join("\n"),
        str![[r#"
node-1  draining  node-1
  in use      0.5/6 cpus, 160/7964 MiB mem
  kept        for role prod: 2 cpus, 64 MiB mem
  ports       31000-32000
  region      eu
  zone        a
  attributes  rack=r1

APP    TASK   STATE               PORTS   FOR
/web   0001   running             31000   0 s
/web   0002   killing (to move)   31001   0 s
"#]]
    );
    let run = Sandbox::new().shipctl(&["agent", "show", "node-1", "--format", "json", "--url", &cluster.url]);
    let document: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(document["standing"][1]["app"], "/web");
}

#[test]
fn who_is_not_there_is_told_who_is() {
    let body =
        json!({ "message": "there is no agent `node-9`", "hint": "these have joined", "details": ["node-1  a1"] });
    let cluster = Cluster::answering().json("GET /v1/agents/node-9", 404, &body).serve();
    let run = Sandbox::new().shipctl(&["agent", "show", "node-9", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (64, ""));
    assert_eq!(run.err, "error: there is no agent `node-9`\nnode-1  a1\nhint: these have joined\n");
    assert_eq!(Sandbox::new().shipctl(&["agent", "show", "../status"]).code, 64);
}
