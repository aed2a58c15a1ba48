//! `shipctl scale`, and how a rollout is followed.

use crate::support::checkout::app;
use crate::support::{Checkout, Cluster, Sandbox, sample};
use serde_json::{Value, json};
use ship_core::cluster::Outcome;
use snapbox::{assert_data_eq, str};

const SCALE: &str = "POST /v1/scale";

fn deployment_route() -> String {
    format!("GET /v1/deployments/{}", sample::COMMIT)
}

fn follow_route() -> String {
    format!("GET /v1/deployments/{}/follow", sample::COMMIT)
}

fn rollout(outcome: Outcome, events: &[Value]) -> Cluster {
    let made = json!({ "commit": sample::COMMIT, "deployment": sample::COMMIT });
    Cluster::answering()
        .json(SCALE, 200, &made)
        .json(&deployment_route(), 200, &sample::deployment(outcome))
        .text(&follow_route(), 200, &sample::event_stream(events))
        .serve()
}

fn progress(at: u64, ready: u32) -> Value {
    sample::progress(at, sample::COMMIT, ready)
}

fn ended(outcome: &str, summary: &str) -> Value {
    sample::ended(sample::COMMIT, outcome, summary)
}

#[test]
fn the_daemon_makes_the_commit_and_the_rollout_is_followed() {
    let cluster = rollout(Outcome::Running, &[progress(400, 1), progress(900, 2), ended("succeeded", "1 app")]);
    let run = Sandbox::new().shipctl(&["scale", "web", "2", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
+0.4s /web 1/2 ready
+0.9s /web 2/2 ready
success: 1 app (+2.0s)

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"
commit 1a2b3c4d5e: scale /web to 2

"#]]
    );
    assert_eq!(run.code, 0);
    assert_eq!(cluster.bodies(SCALE), [r#"{"app":"/web","instances":2,"author":null}"#]);
}

#[test]
fn a_rollout_that_fails_exits_with_4() {
    let cluster = rollout(Outcome::Running, &[ended("failed", "/web: exit 1 five times")]);
    let run = Sandbox::new().shipctl(&["scale", "web", "2", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
error: deployment failed: /web: exit 1 five times

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"
commit 1a2b3c4d5e: scale /web to 2
hint: `shipctl status` and `shipctl logs APP` show more

"#]]
    );
    assert_eq!(run.code, 4);
}

#[test]
fn a_wait_that_ends_first_exits_with_5() {
    let cluster = rollout(Outcome::Running, &[progress(400, 1)]);
    let run = Sandbox::new().shipctl(&["scale", "web", "2", "--timeout", "0s", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
commit 1a2b3c4d5e: scale /web to 2
hint: watch on: shipctl attach 1a2b3c4d5e --url http://127.0.0.1:PORT

"#]]
    );
    assert_eq!(run.code, 5);
}

#[test]
fn ctrl_c_ends_the_view_and_exits_with_130() {
    let made = json!({ "commit": sample::COMMIT, "deployment": sample::COMMIT });
    let cluster = Cluster::answering()
        .json(SCALE, 200, &made)
        .json(&deployment_route(), 200, &sample::deployment(Outcome::Running))
        .endless(&follow_route(), &sample::event_stream(&[progress(400, 1)]))
        .serve();
    let run = Sandbox::new().with("SHIP_URL", &cluster.url).interrupted(&["scale", "web", "2"]);
    assert_data_eq!(
        run.err,
        str![[r#"
commit 1a2b3c4d5e: scale /web to 2
interrupted: the rollout goes on
hint: watch on: shipctl attach 1a2b3c4d5e

"#]]
    );
    assert_eq!((run.code, run.out.as_str()), (130, "+0.4s /web 1/2 ready\n"));
}

#[test]
fn a_newer_commit_that_takes_over_exits_with_5() {
    let cluster = rollout(Outcome::Running, &[ended("superseded", "by 99887766")]);
    let run = Sandbox::new().shipctl(&["scale", "web", "2", "--url", &cluster.url]);
    assert_eq!(run.code, 5);
}

#[test]
fn the_number_it_has_already_is_nothing_to_do() {
    let made = json!({ "commit": sample::COMMIT, "deployment": null });
    let cluster = Cluster::answering().json(SCALE, 200, &made).serve();
    let run = Sandbox::new().shipctl(&["scale", "web", "2", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
/web is at 2 already: nothing to do

"#]]
    );
    assert_eq!(run.code, 0);
}

#[test]
fn a_source_that_is_not_written_to_exits_with_7() {
    let refusal = json!({ "message": "this cluster follows a remote", "hint": "change it there" });
    let cluster = Cluster::answering().json(SCALE, 409, &refusal).serve();
    let run = Sandbox::new().shipctl(&["scale", "web", "2", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: this cluster follows a remote
hint: change it there

"#]]
    );
    assert_eq!(run.code, 7);
}

#[test]
fn in_a_checkout_only_the_number_changes_and_only_its_file_is_committed() {
    let checkout = Checkout::new();
    checkout.write("notes.txt", "mine\n");
    checkout.git(&["add", "notes.txt"]);
    checkout.hook(&[], true);
    // The commit has no name before it is made: its time is fixed, so that a rehearsal tells it.
    let commit = checkout.rehearse_scale(4);
    let cluster = checkout.deploying(&commit, "succeeded").serve();
    let run = checkout.shipctl(&cluster, &["scale", "/web", "4"]);
    assert_data_eq!(
        run.err.replace(&commit[..10], "COMMIT"),
        str![[r#"
commit COMMIT: scale /web to 4

"#]]
    );
    assert_eq!(run.code, 0);
    assert_eq!(checkout.read("apps/web.json"), app(4));
    assert_eq!(checkout.pushed(), checkout.head());
    assert_eq!(
        checkout.git(&["show", "--format=%s by %an", "--name-only", "HEAD"]),
        "scale /web to 4 by Dev\n\napps/web.json\n"
    );
    assert_eq!(checkout.git(&["status", "--porcelain"]), "A  notes.txt\n");
}

#[test]
fn a_refused_scale_leaves_everything_as_it_was() {
    let checkout = Checkout::new();
    checkout.write("notes.txt", "mine\n");
    checkout.git(&["add", "notes.txt"]);
    checkout.hook(&["error: too many", "refused (policy): nothing was changed"], false);
    let head = checkout.head();
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["scale", "web", "4"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: the cluster refused the push: nothing was changed
error: too many

"#]]
    );
    assert_eq!(run.code, 7);
    assert_eq!((checkout.head(), checkout.read("apps/web.json")), (head, app(2)));
    assert_eq!(checkout.git(&["status", "--porcelain"]), "A  notes.txt\n");
}

#[test]
fn commits_of_others_things_are_not_pushed_along() {
    let checkout = Checkout::new();
    checkout.write("README.md", "x\n");
    checkout.commit("readme");
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["scale", "web", "4"]);
    assert_data_eq!(
        run.err.replace(&checkout.head()[..10], "COMMIT"),
        str![[r#"
error: HEAD (COMMIT) has more than the cluster's branch: this would push that along
hint: deploy it first: shipctl apply

"#]]
    );
    assert_eq!(run.code, 7);
}

#[test]
fn a_file_with_other_changes_is_not_touched() {
    let checkout = Checkout::new();
    checkout.write("apps/web.json", &app(3));
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["scale", "web", "4"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: `apps/web.json` has changes that are not committed: nothing was changed
hint: commit or stash them first

"#]]
    );
    assert_eq!((run.code, checkout.read("apps/web.json")), (7, app(3)));
}

#[test]
fn in_a_checkout_an_unknown_app_gets_a_suggestion() {
    let checkout = Checkout::new();
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["scale", "wbe", "4"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: there is no app `/wbe`
hint: did you mean `/web`?

"#]]
    );
    assert_eq!(run.code, 64);
}

#[test]
fn a_commit_that_the_users_own_hook_refuses_leaves_the_file_as_it_was() {
    let checkout = Checkout::new();
    checkout.executable(".git/hooks/pre-commit", "#!/bin/sh\necho not on a Friday >&2\nexit 1\n");
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["scale", "web", "4"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: `git commit` failed
not on a Friday

"#]]
    );
    assert_eq!((run.code, checkout.read("apps/web.json")), (64, app(2)));
    assert_eq!(checkout.git(&["status", "--porcelain"]), "");
}
