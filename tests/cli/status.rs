//! `shipctl status`.

use crate::support::{Cluster, Sandbox, sample};
use serde_json::{Value, json};
use ship_core::cluster::Outcome;
use snapbox::{assert_data_eq, str};

fn cluster(apps: &[Value]) -> Cluster {
    Cluster::answering().json("GET /v1/status", 200, &sample::status(apps)).serve()
}

#[test]
fn a_converged_cluster_exits_with_0() {
    let cluster = cluster(&[
        sample::app("/busybox-demo", 2, 2, "running", None),
        sample::app("/shop/web", 0, 0, "suspended", None),
    ]);
    let run = Sandbox::new().shipctl(&["status", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
commit 1a2b3c4d5e  web: four instances (Dev)

APP             STATE       TASKS   IMAGE
/busybox-demo   running     2/2     nginx:1.27
/shop/web       suspended   0/0     nginx:1.27

AGENT    TASKS   CPUS    MEM MiB    STATE
node-1   5       0.5/4   160/7900   up

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn what_is_short_is_said_and_exits_with_5() {
    let mut web = sample::app("/web", 1, 4, "rolling out", Some("short of 0.5 cpus on every agent"));
    web["old"] = json!(2);
    web["staging"] = json!(1);
    let mut status = sample::status(&[web]);
    status["agents"] = json!([sample::agent("node-1", "up"), sample::agent("node-2", "lost for 12 s")]);
    let cluster = Cluster::answering().json("GET /v1/status", 200, &status).serve();
    let run = Sandbox::new().with("SHIP_URL", &cluster.url).shipctl(&["status"]);
    assert_data_eq!(
        run.out,
        str![[r#"
commit 1a2b3c4d5e  web: four instances (Dev)

APP    STATE         TASKS                     IMAGE
/web   rolling out   1/4 (1 starting, 2 old)   nginx:1.27
    short of 0.5 cpus on every agent

AGENT    TASKS   CPUS    MEM MiB    STATE
node-1   5       0.5/4   160/7900   up
node-2   5       0.5/4   160/7900   lost for 12 s

"#]]
    );
    assert_eq!(run.code, 5);
}

#[test]
fn a_failed_app_exits_with_4() {
    let cluster = cluster(&[sample::app("/web", 0, 1, "failed", Some("exit 1 five times"))]);
    let run = Sandbox::new().shipctl(&["status", "--url", &cluster.url]);
    assert_eq!(run.code, 4);
}

#[test]
fn what_was_given_up_says_why_and_what_helps_and_exits_with_4() {
    let held =
        sample::rolled_out(Outcome::Failed, &[("/web", sample::rollout(0, "failed", Some("no progress for 300 s")))]);
    for state in ["held", "reverting", "cancelled"] {
        let mut status = sample::status(&[sample::app("/web", 1, 2, state, Some("no progress for 300 s"))]);
        status["deployments"] = json!([held]);
        let cluster = Cluster::answering().json("GET /v1/status", 200, &status).serve();
        let run = Sandbox::new().with("SHIP_URL", &cluster.url).shipctl(&["status"]);
        assert_eq!(run.code, 4, "{state}");
        assert!(run.out.contains("failed 1a2b3c4d5e  0 s ago: /web: no progress for 300 s"), "{}", run.out);
        assert!(run.out.contains(state), "{}", run.out);
        let helps = "hint: try again: shipctl resume /web\nhint: go back: shipctl rollback /web\n";
        // What is being taken back needs nobody.
        assert_eq!(run.err, if state == "reverting" { "" } else { helps });
    }
}

#[test]
fn what_an_informing_check_found_is_shown() {
    let mut web = sample::app("/web", 2, 2, "running", None);
    web["tasks"] = json!([sample::task("000a", "healthy", 31001), sample::task("000b", "running", 31002)]);
    web["tasks"][0]["check"] = json!({ "http": { "statusCode": 503 } });
    let cluster = Cluster::answering().json("GET /v1/status?app=%2Fweb", 200, &sample::status(&[web])).serve();
    let run = Sandbox::new().shipctl(&["status", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
commit 1a2b3c4d5e  web: four instances (Dev)

APP    STATE     TASKS   IMAGE
/web   running   2/2     nginx:1.27

TASK   STATE     HOST     PORTS   FOR   CHECK
000a   healthy   node-1   31001   0 s   HTTP 503
000b   running   node-1   31002   0 s

"#]]
    );
}

#[test]
fn one_app_is_shown_with_its_tasks() {
    let mut web = sample::app("/web", 2, 2, "running", None);
    web["tasks"] = json!([sample::task("000a", "healthy", 31001), sample::task("000b", "running", 31002)]);
    web["service_ports"] = json!([10000, 0]);
    let cluster = Cluster::answering().json("GET /v1/status?app=%2Fweb", 200, &sample::status(&[web])).serve();
    let run = Sandbox::new().shipctl(&["status", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
commit 1a2b3c4d5e  web: four instances (Dev)

APP    STATE     TASKS   IMAGE
/web   running   2/2     nginx:1.27

service ports  10000, none left

TASK   STATE     HOST     PORTS   FOR
000a   healthy   node-1   31001   0 s
000b   running   node-1   31002   0 s

"#]]
    );
    assert_eq!(run.code, 0);
}

#[test]
fn an_unknown_app_gets_a_suggestion_and_64() {
    let cluster = Cluster::answering()
        .json("GET /v1/status?app=%2Fbusibox-demo", 200, &sample::status(&[]))
        .json("GET /v1/status", 200, &sample::status(&[sample::app("/busybox-demo", 1, 1, "running", None)]))
        .serve();
    let run = Sandbox::new().shipctl(&["status", "busibox-demo", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: there is no app `/busibox-demo`
hint: did you mean `/busybox-demo`?

"#]]
    );
    assert_eq!(run.code, 64);
}

#[test]
fn json_names_its_schema() {
    let cluster = cluster(&[]);
    let run = Sandbox::new().shipctl(&["status", "--format", "json", "--url", &cluster.url]);
    let document: Value = serde_json::from_str(&run.out).expect("a JSON document");
    assert_eq!(document["schema"], "shipctl.status");
    assert_eq!(document["source"]["commit"]["id"], sample::COMMIT);
}

#[test]
fn trouble_of_the_whole_is_said_first_and_exits_with_4() {
    let mut status = sample::status(&[sample::app("/web", 2, 2, "running", None)]);
    status["source"]["problem"] = json!("apps/web.json:6:3 unknown field `cpu`");
    status["agents"] = json!([]);
    let rolling = sample::deployment(Outcome::Running);
    status["deployments"] = json!([rolling]);
    let cluster = Cluster::answering().json("GET /v1/status", 200, &status).serve();
    let run = Sandbox::new().shipctl(&["status", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
commit 1a2b3c4d5e  web: four instances (Dev)
problem: apps/web.json:6:3 unknown field `cpu`
rolling out 1a2b3c4d5e  0 of 0 apps done, for 0 s

APP    STATE     TASKS   IMAGE
/web   running   2/2     nginx:1.27

no agent has joined: nothing can run

"#]]
    );
    assert_eq!(run.code, 4);
}

#[test]
fn what_went_wrong_is_told_until_the_app_changes_again() {
    let failed =
        |app: &str| sample::rolled_out(Outcome::Failed, &[(app, sample::rollout(0, "failed", Some("exit 1")))]);
    let mut fixed = sample::rolled_out(Outcome::Succeeded, &[("/web", sample::rollout(0, "done", None))]);
    let told = |deployments: Value| {
        let mut status = sample::status(&[sample::app("/web", 2, 2, "running", None)]);
        status["deployments"] = deployments;
        let cluster = Cluster::answering().json("GET /v1/status", 200, &status).serve();
        let out = Sandbox::new().shipctl(&["status", "--url", &cluster.url]).out;
        out.lines().filter(|line| line.starts_with("failed ")).count()
    };
    assert_eq!(told(json!([failed("/web")])), 1);
    assert_eq!(told(json!([fixed, failed("/web")])), 0, "a newer commit changed it");
    assert_eq!(told(json!([fixed, failed("/db")])), 1, "another app");
    fixed["commit"]["reverts"] = json!(sample::COMMIT);
    assert_eq!(told(json!([fixed, failed("/web")])), 1, "taking it back is no newer change");
}

#[test]
fn a_new_cluster_says_what_to_do() {
    let mut status = sample::status(&[]);
    status["source"]["commit"] = Value::Null;
    let cluster = Cluster::answering().json("GET /v1/status", 200, &status).serve();
    let run = Sandbox::new().shipctl(&["status", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
no commit yet: push one, or try `shipctl init`

no apps

AGENT    TASKS   CPUS    MEM MiB    STATE
node-1   5       0.5/4   160/7900   up

"#]]
    );
    assert_eq!(run.code, 0);
}
