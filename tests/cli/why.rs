//! `shipctl why`.

use crate::support::{Cluster, Sandbox};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

fn cluster(causes: &Value) -> Cluster {
    let missing: u64 = causes.as_array().into_iter().flatten().filter_map(|cause| cause["instances"].as_u64()).sum();
    let why = json!({ "app": "/web", "state": "rolling out", "wanted": 6, "ready": 6 - missing, "causes": causes });
    Cluster::answering().json("GET /v1/why?app=%2Fweb", 200, &why).serve()
}

fn agent(host: &str, reason: &Value) -> Value {
    json!({ "agent": host, "host": host, "reason": reason })
}

fn short(host: &str, free: f64) -> Value {
    agent(host, &json!({ "kind": "short", "resource": "cpus", "wanted": 2.0, "free": free }))
}

#[test]
fn nothing_missing_exits_with_0() {
    let cluster = cluster(&json!([]));
    let run = Sandbox::new().shipctl(&["why", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
/web  rolling out  all 6 ready: nothing is missing

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn few_agents_are_each_named_and_remedies_follow() {
    let constraint = json!({ "kind": "constraint", "rule": ["rack", "UNLIKE", "north"], "found": "north" });
    let cluster = cluster(&json!([
        {
            "instances": 2, "cause": "placement",
            "passed_over": [short("ada", 1.0), agent("ben", &constraint), agent("cleo", &json!({ "kind": "away" }))],
            "remedies": [
                { "change": "ask", "resource": "cpus", "at_most": 0.5, "now": 2.0, "lets": 2 },
                { "change": "drop", "rule": ["rack", "UNLIKE", "north"], "lets": 1 },
            ],
        },
        { "instances": 1, "cause": "pull", "host": "ada", "image": "web:2", "percent": 40 },
    ]));
    let run = Sandbox::new().shipctl(&["why", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
/web  rolling out  3 of 6 ready, 3 missing

2 instances: fits on no agent
    ada: short of 1 cpus (2 wanted, 1 free)
    ben: excluded by [rack UNLIKE north], it has `north`
    cleo: not connected
  would run: ask for at most 0.5 cpus instead of 2 (2 tasks run)
         or: give up the constraint [rack UNLIKE north] (1 task runs)

1 instance: ada fetches the image web:2: 40%

"#]]
    );
    assert_eq!(run.code, 5);
}

#[test]
fn many_agents_are_told_in_groups_unless_all_are_asked_for() {
    let passed_over: Vec<Value> =
        (1..=8).map(|number| short(&format!("node-{number}"), f64::from(number) / 8.0)).collect();
    let cluster =
        cluster(&json!([{ "instances": 1, "cause": "placement", "passed_over": passed_over, "remedies": [] }]));
    let grouped = Sandbox::new().shipctl(&["why", "web", "--url", &cluster.url]);
    assert_data_eq!(
        grouped.out,
        str![[r#"
/web  rolling out  5 of 6 ready, 1 missing

1 instance: fits on no agent
    8 agents, node-8 the nearest: short of 1 cpus (2 wanted, 1 free)
  no single change of the app or of an agent that was tried lets it run

"#]]
    );
    let all = Sandbox::new().shipctl(&["why", "web", "--agents", "--url", &cluster.url]);
    assert_eq!(all.out.lines().filter(|line| line.contains("short of")).count(), 8);
}

#[test]
fn a_change_that_was_given_up_exits_with_4() {
    let cluster = cluster(&json!([
        { "instances": 6, "cause": "given-up", "kind": "held", "reason": "no progress for 5 minutes" },
    ]));
    let run = Sandbox::new().shipctl(&["why", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
/web  rolling out  0 of 6 ready, 6 missing

6 instances: held: no progress for 5 minutes

"#]]
    );
    assert_eq!(run.code, 4);
}
