//! `shipctl drain` and `shipctl undrain`.

use crate::support::sample::{STARTED, agent, task};
use crate::support::{Cluster, Sandbox, cluster::Answers};
use crate::whatif::{moved, told, wait};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

/// `ada`, whose id is `a1`, with tasks of `/web`.
fn ada(state: &str, drain: &Value, tasks: usize) -> Value {
    let mut detail = agent("ada", state);
    let of_web = |number: usize| {
        let mut task = task(&format!("000{number}"), "running", 31000);
        task["app"] = json!("/web");
        task
    };
    detail["id"] = json!("a1");
    detail["drain"] = drain.clone();
    detail["standing"] = (0..tasks).map(of_web).collect();
    detail
}

fn draining() -> Value {
    json!({ "since": STARTED, "deadline": null })
}

fn drained() -> Value {
    json!({ "since": STARTED, "deadline": null, "drained": STARTED })
}

/// Empty as soon as it was asked for.
fn answering(waits: &Value) -> Answers {
    let moves = json!([moved("/web", Some("ada"), Some("ben"), 2)]);
    Cluster::answering()
        .json("GET /v1/agents/ada", 200, &ada("up", &Value::Null, 2))
        .json("POST /v1/whatif", 200, &told(&moves, waits, &json!([])))
        .json("POST /v1/drain", 200, &json!([ada("draining", &draining(), 2)]))
        .first("GET /v1/agents/a1", &ada("draining", &draining(), 2))
        .json("GET /v1/agents/a1", 200, &ada("drained", &drained(), 0))
}

#[test]
fn a_drain_is_shown_done_and_watched_to_its_end() {
    let cluster = answering(&json!([])).serve();
    let run = Sandbox::new().shipctl(&["drain", "ada", "--yes", "--deadline", "10m", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
with ada emptied: 2 tasks move

APP    TASKS   FROM   TO
/web   2       ada    ben

FREE      NOW            LOWEST   IN THE END
cpus      1.6 of 6       0        0.5 of 4
mem MiB   2336 of 3072   1408     1408 of 2048
agents    3                       2
ada: 2 tasks left (2 of /web)
ada is drained

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let asked: Value = serde_json::from_str(&cluster.bodies("POST /v1/drain")[0]).expect("JSON");
    assert_eq!(asked, json!({ "agents": ["a1"], "within_secs": 600 }));
    let supposed: Value = serde_json::from_str(&cluster.bodies("POST /v1/whatif")[0]).expect("JSON");
    assert_eq!(supposed["suppositions"], json!([{ "suppose": "drain", "agents": ["a1"], "within_secs": 600 }]));
}

#[test]
fn without_consent_nothing_is_emptied() {
    let cluster = answering(&json!([wait("stays", 2, 0, &["ada"])])).serve();
    let run = Sandbox::new().shipctl(&["drain", "ada", "--url", &cluster.url]);
    assert_eq!(run.code, 7);
    assert!(run.out.contains("waits: /web  2 tasks stay on ada"), "{}", run.out);
    assert_eq!(
        run.err,
        "error: there is nobody to ask: nothing was changed\nhint: pass --yes to go on without being asked\n"
    );
    assert_eq!(cluster.bodies("POST /v1/drain").len(), 0);
}

#[test]
fn who_does_not_watch_is_told_how() {
    let cluster = answering(&json!([])).serve();
    let run = Sandbox::new().shipctl(&["drain", "ada", "-y", "--detach", "--url", &cluster.url]);
    assert!(run.out.ends_with("ada is being drained\n"), "{}", run.out);
    assert_data_eq!(
        run.err,
        str![[r#"
hint: watch on: shipctl drain ada --url http://127.0.0.1:PORT
hint: take it back: shipctl undrain ada --url http://127.0.0.1:PORT

"#]]
    );
    assert_eq!(run.code, 0);
}

#[test]
fn ctrl_c_leaves_the_drain_going() {
    let cluster = Cluster::answering()
        .json("GET /v1/agents/ada", 200, &ada("draining", &draining(), 2))
        .json("GET /v1/agents/a1", 200, &ada("draining", &draining(), 2))
        .serve();
    let run = Sandbox::new().interrupted(&["drain", "ada", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (130, "ada: 2 tasks left (2 of /web)\n"));
    assert!(
        run.err.contains("ada is being drained already\ninterrupted: the drain goes on\nhint: watch on: "),
        "{}",
        run.err
    );
    let run = Sandbox::new().shipctl(&["drain", "ada", "--timeout", "0s", "--url", &cluster.url]);
    assert_eq!(run.code, 5, "{}", run.err);
}

#[test]
fn what_is_done_is_not_done_again() {
    let empty = Cluster::answering().json("GET /v1/agents/ada", 200, &ada("drained", &drained(), 0)).serve();
    let run = Sandbox::new().shipctl(&["drain", "ada", "--url", &empty.url]);
    assert_eq!((run.code, run.out.as_str()), (0, "ada is drained already: nothing to do\n"));
    let up = Cluster::answering().json("GET /v1/agents/ada", 200, &ada("up", &Value::Null, 0)).serve();
    let run = Sandbox::new().shipctl(&["undrain", "ada", "--url", &up.url]);
    assert_eq!((run.code, run.out.as_str()), (0, "ada is not being drained: nothing to do\n"));
}

#[test]
fn a_drain_that_is_taken_back_meanwhile_is_told_so() {
    let cluster = Cluster::answering()
        .json("GET /v1/agents/ada", 200, &ada("draining", &draining(), 2))
        .json("GET /v1/agents/a1", 200, &ada("up", &Value::Null, 2))
        .serve();
    let run = Sandbox::new().shipctl(&["drain", "ada", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (4, "ada takes tasks again: somebody took the drain back\n"));
}

#[test]
fn an_undrain_says_that_nothing_comes_back_by_itself() {
    let cluster = Cluster::answering()
        .json("GET /v1/agents/ada", 200, &ada("drained", &drained(), 0))
        .json("POST /v1/whatif", 200, &told(&json!([moved("/web", None, Some("ada"), 1)]), &json!([]), &json!([])))
        .json("POST /v1/agents/a1/undrain", 200, &ada("up", &Value::Null, 0))
        .serve();
    let run = Sandbox::new().shipctl(&["undrain", "ada", "--url", &cluster.url]);
    assert!(run.out.starts_with("with ada taking tasks again: 1 task starts\n"), "{}", run.out);
    assert!(run.out.ends_with("ada takes tasks again\n"), "{}", run.out);
    assert_eq!(
        (run.code, run.err.as_str()),
        (0, "hint: what moved away stays where it is: nothing moves back by itself\n")
    );
}

#[test]
fn several_are_emptied_at_once_and_each_is_told() {
    let ben = |state: &str, drain: &Value| {
        let mut detail = agent("ben", state);
        (detail["id"], detail["drain"], detail["standing"]) = (json!("b1"), drain.clone(), json!([]));
        detail
    };
    let cluster = answering(&json!([]))
        .json("GET /v1/agents/ben", 200, &ben("up", &Value::Null))
        .json("GET /v1/agents/b1", 200, &ben("drained", &drained()))
        .serve();
    let run = Sandbox::new().shipctl(&["drain", "ada", "ben", "--yes", "--url", &cluster.url]);
    assert!(run.out.starts_with("with ada, ben emptied: 2 tasks move\n"), "{}", run.out);
    assert!(run.out.ends_with("ada: 2 tasks left (2 of /web)\nben is drained\nada is drained\n"), "{}", run.out);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let asked: Value = serde_json::from_str(&cluster.bodies("POST /v1/drain")[0]).expect("JSON");
    assert_eq!(asked["agents"], json!(["a1", "b1"]));
}
