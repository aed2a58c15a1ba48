//! `shipctl attach`, and how every verb follows a rollout.

use crate::support::{Cluster, Sandbox, cluster::Answers, sample};
use serde_json::{Value, json};
use ship_core::cluster::Outcome;
use snapbox::{assert_data_eq, str};

const REVERT: &str = "99887766554433221100ffeeddccbbaa99887766";

fn show_route(id: &str) -> String {
    format!("GET /v1/deployments/{id}")
}

fn follow_route(id: &str) -> String {
    format!("GET /v1/deployments/{id}/follow")
}

/// A deployment found by the beginning of its id, with the events that are sent at first.
fn deployment(outcome: Outcome, events: &[Value]) -> Answers {
    Cluster::answering()
        .json(&show_route("1a2b"), 200, &sample::deployment(outcome))
        .json(&show_route(sample::COMMIT), 200, &sample::deployment(outcome))
        .text(&follow_route(sample::COMMIT), 200, &sample::event_stream(events))
}

fn progress(at: u64, ready: u32) -> Value {
    sample::progress(at, sample::COMMIT, ready)
}

fn ended(outcome: &str, summary: &str) -> Value {
    sample::ended(sample::COMMIT, outcome, summary)
}

fn reverted_by(by: &str) -> [Value; 2] {
    let reverting = json!({ "event": "rollout_reverting", "reason": "no progress for 300 s" });
    let reverted = json!({ "event": "rollout_reverted", "by": by });
    [
        sample::event(900, sample::COMMIT, Some("/web"), &reverting),
        sample::event(1000, sample::COMMIT, Some("/web"), &reverted),
    ]
}

#[test]
fn a_deployment_is_told_from_its_beginning_and_its_outcome_is_the_exit_code() {
    for (outcome, code) in [("succeeded", 0), ("failed", 4), ("reverted", 4), ("cancelled", 4), ("superseded", 5)] {
        let cluster = deployment(Outcome::Running, &[progress(400, 1), ended(outcome, "1 app")]).serve();
        let run = Sandbox::new().shipctl(&["attach", "1a2b", "--url", &cluster.url]);
        assert!(run.out.starts_with("+0.4s /web 1/2 ready\n"), "{}", run.out);
        assert_eq!(run.code, code, "{outcome}: {}", run.err);
    }
}

#[test]
fn one_that_failed_says_what_to_do() {
    let failed =
        sample::rolled_out(Outcome::Failed, &[("/web", sample::rollout(0, "failed", Some("exit 1 five times")))]);
    let cluster = deployment(Outcome::Running, &[ended("failed", "/web: exit 1 five times")])
        .json(&show_route(sample::COMMIT), 200, &failed)
        .serve();
    let run = Sandbox::new().with("SHIP_URL", &cluster.url).shipctl(&["attach", "1a2b"]);
    assert_data_eq!(
        run.out,
        str![[r#"
error: deployment failed: /web: exit 1 five times

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"
commit 1a2b3c4d5e: web: four instances
hint: try again: shipctl resume 1a2b3c4d5e
hint: go back: shipctl rollback /web
hint: `shipctl status` and `shipctl logs APP` show more

"#]]
    );
}

#[test]
fn a_break_of_the_link_loses_and_doubles_nothing() {
    let again = format!("{} after 2", follow_route(sample::COMMIT));
    // The daemon tells one event once more, which it should not.
    let rest = sample::event_stream_from(2, &[progress(1500, 1), progress(1900, 2), ended("succeeded", "1 app")]);
    let cluster = deployment(Outcome::Running, &[progress(400, 0), progress(1500, 1)]).text(&again, 200, &rest).serve();
    let run = Sandbox::new().shipctl(&["attach", "1a2b", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
+0.4s /web 0/2 ready
+1.5s /web 1/2 ready
+1.9s /web 2/2 ready
success: 1 app (+2.0s)

"#]]
    );
    assert_eq!(run.code, 0);
}

#[test]
fn two_equal_events_are_two() {
    let resumed = || sample::event(400, sample::COMMIT, Some("/web"), &json!({ "event": "rollout_resumed" }));
    let cluster = deployment(Outcome::Running, &[resumed(), resumed(), ended("succeeded", "1 app")]).serve();
    let run = Sandbox::new().shipctl(&["attach", "1a2b", "--url", &cluster.url]);
    assert_eq!(run.out.matches("goes on").count(), 2, "{}", run.out);
}

#[test]
fn one_that_is_taken_back_is_watched_until_that_is_done() {
    let [reverting, reverted] = reverted_by(REVERT);
    let ends = [reverting, reverted, ended("reverted", "/web: no progress for 300 s")];
    let revert = [sample::progress(1500, REVERT, 2), sample::ended(REVERT, "succeeded", "1 app done")];
    let cluster =
        deployment(Outcome::Running, &ends).text(&follow_route(REVERT), 200, &sample::event_stream(&revert)).serve();
    let run = Sandbox::new().shipctl(&["attach", "1a2b", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
error: +0.9s /web failed: no progress for 300 s
+0.9s /web is taken back
+1.0s /web taken back by commit 9988776655
+1.5s /web 2/2 ready
error: deployment failed and was reverted: 1 app back to what ran before, by commit 9988776655

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"
commit 1a2b3c4d5e: web: four instances
hint: the branch has a commit of shipd now: `git pull` before you go on

"#]]
    );
    assert_eq!(run.code, 4);
}

#[test]
fn taking_back_may_fail_too() {
    let [reverting, reverted] = reverted_by(REVERT);
    let ends = [reverting, reverted, ended("reverted", "/web: no progress for 300 s")];
    let revert = [sample::ended(REVERT, "failed", "/web: no room")];
    let cluster =
        deployment(Outcome::Running, &ends).text(&follow_route(REVERT), 200, &sample::event_stream(&revert)).serve();
    let run = Sandbox::new().shipctl(&["attach", "1a2b", "--url", &cluster.url]);
    let last = "error: deployment failed; commit 9988776655, which takes it back, failed: /web: no room";
    assert_eq!((run.code, run.out.lines().last()), (4, Some(last)));
}

#[test]
fn what_is_not_there_is_not_waited_for() {
    let refusal = json!({ "message": "there is no deployment `1a2b`", "hint": "its id is the id of its commit" });
    let cluster = Cluster::answering().json(&show_route("1a2b"), 404, &refusal).serve();
    let run = Sandbox::new().shipctl(&["attach", "1a2b", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: there is no deployment `1a2b`
hint: its id is the id of its commit

"#]]
    );
    assert_eq!(run.code, 64);
}

#[test]
fn a_wait_that_ends_first_exits_with_5() {
    let cluster = deployment(Outcome::Running, &[progress(400, 1)]).serve();
    let run = Sandbox::new().shipctl(&["attach", "1a2b", "--timeout", "0s", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
commit 1a2b3c4d5e: web: four instances
hint: watch on: shipctl attach 1a2b3c4d5e --url http://127.0.0.1:PORT

"#]]
    );
    assert_eq!(run.code, 5);
}
