//! `shipctl rollback` and `shipctl restart`.

use crate::support::{Checkout, Cluster, Sandbox, checkout::app, cluster::Answers, sample};
use serde_json::{Value, json};
use ship_core::cluster::Outcome;
use snapbox::{assert_data_eq, str};

const RESTART: &str = "POST /v1/restart";
const ROLLBACK: &str = "POST /v1/rollback";

/// The daemon makes a commit that is rolled out at once.
fn making(route: &str) -> Answers {
    let made = json!({ "commit": sample::COMMIT, "deployment": sample::COMMIT });
    let ended = sample::ended(sample::COMMIT, "succeeded", "1 app done");
    Cluster::answering()
        .json(route, 200, &made)
        .json(&format!("GET /v1/deployments/{}", sample::COMMIT), 200, &sample::deployment(Outcome::Running))
        .text(&format!("GET /v1/deployments/{}/follow", sample::COMMIT), 200, &sample::event_stream(&[ended]))
}

fn with_web(cluster: Answers) -> Cluster {
    cluster
        .json("GET /v1/status?app=%2Fweb", 200, &sample::status(&[sample::app("/web", 2, 2, "running", None)]))
        .json("GET /v1/status?app=%2F1a2b3c", 404, &sample::error("there is no app `/1a2b3c`"))
        .serve()
}

#[test]
fn the_daemon_makes_the_commit_that_restarts() {
    let cluster = making(RESTART).serve();
    let run = Sandbox::new().shipctl(&["restart", "web", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (0, "success: 1 app done (+2.0s)\n"));
    assert_eq!(run.err, "commit 1a2b3c4d5e: restart /web\n");
    assert_eq!(cluster.bodies(RESTART), [r#"{"app":"/web","author":null}"#]);
}

#[test]
fn in_a_checkout_a_restart_is_the_users_commit() {
    let checkout = Checkout::new();
    checkout.hook(&[], true);
    let refusal = sample::error("the daemon is to stay out of this");
    let cluster = checkout.answering().json(RESTART, 409, &refusal).not_found_otherwise().serve();
    // Its commit has the moment in it, so nobody knows its name before.
    let run = checkout.shipctl(&cluster, &["restart", "web", "--timeout", "0s"]);
    assert_eq!(run.code, 5, "{}", run.err);
    assert_eq!(
        checkout.git(&["show", "--format=%s by %an", "--name-only", "HEAD"]),
        "restart /web by Dev\n\napps/web.json\n"
    );
    assert_eq!(checkout.pushed(), checkout.head());
    let file: Value = serde_json::from_str(&checkout.read("apps/web.json")).expect("still JSON");
    assert!(file["restartedAt"].as_str().is_some_and(|moment| moment.ends_with('Z')), "{file}");
    let without: String = checkout
        .read("apps/web.json")
        .lines()
        .filter(|line| !line.contains("restartedAt"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(without, app(2));
}

#[test]
fn an_app_goes_back_to_before_its_last_change() {
    let cluster = with_web(making(ROLLBACK));
    let run = Sandbox::new().shipctl(&["rollback", "web", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (0, "success: 1 app done (+2.0s)\n"));
    assert_eq!(run.err, "commit 1a2b3c4d5e: /web goes back to before its last change\n");
    assert_eq!(cluster.bodies(ROLLBACK), [r#"{"app":"/web","to":null,"prune":false,"author":null}"#]);
}

#[test]
fn an_app_goes_back_to_a_commit() {
    let cluster = with_web(making(ROLLBACK));
    let run = Sandbox::new().shipctl(&["rollback", "/web", "--to", "HEAD~3", "--url", &cluster.url]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(cluster.bodies(ROLLBACK), [r#"{"app":"/web","to":"HEAD~3","prune":false,"author":null}"#]);
    let run = Sandbox::new().shipctl(&["rollback", "1a2b3c", "--to", "HEAD~3", "--url", &cluster.url]);
    assert_eq!((run.code, run.err.as_str()), (64, "error: there is no app `1a2b3c` to take back\n"));
}

#[test]
fn all_apps_go_back_only_with_consent() {
    let cluster = with_web(making(ROLLBACK));
    let run = Sandbox::new().shipctl(&["rollback", "1a2b3c", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: there is nobody to ask: nothing was changed
hint: pass --yes to go on without being asked

"#]]
    );
    assert_eq!(run.code, 7);
    assert!(cluster.bodies(ROLLBACK).is_empty());
    let run = Sandbox::new().shipctl(&["rollback", "1a2b3c", "--yes", "--url", &cluster.url]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(cluster.bodies(ROLLBACK), [r#"{"app":null,"to":"1a2b3c","prune":false,"author":null}"#]);
}

#[test]
fn files_that_are_not_valid_any_more_are_shown_and_exit_with_3() {
    let refusal = json!({ "message": "what was at 1a2b3c is not valid today",
                          "details": ["apps/web.json:3:5: error: unknown field `cpu`"] });
    let cluster = with_web(Cluster::answering().json(ROLLBACK, 422, &refusal));
    let run = Sandbox::new().shipctl(&["rollback", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: what was at 1a2b3c is not valid today
apps/web.json:3:5: error: unknown field `cpu`

"#]]
    );
    assert_eq!(run.code, 3);
}

#[test]
fn what_is_so_already_is_nothing_to_do() {
    let cluster =
        with_web(Cluster::answering().json(ROLLBACK, 200, &json!({ "commit": sample::COMMIT, "deployment": null })));
    let run = Sandbox::new().shipctl(&["rollback", "web", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (0, "no app changes: nothing to do\n"));
}
