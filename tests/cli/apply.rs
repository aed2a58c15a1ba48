//! `shipctl apply`, against a bare repository that stands for the cluster's.

use crate::support::checkout::{app, empty_plan, plan};
use crate::support::{Checkout, sample};
use serde_json::json;
use snapbox::{assert_data_eq, str};

/// Three instances, committed and not pushed.
fn changed() -> Checkout {
    let checkout = Checkout::new();
    checkout.write("apps/web.json", &app(3));
    checkout.commit("three");
    checkout
}

#[test]
fn head_is_pushed_under_the_plan_and_followed() {
    let checkout = changed();
    checkout.hook(&["plan 7f3c: 1 scale", "warning: one agent is away"], true);
    let cluster = checkout.deploying(&checkout.head(), "succeeded").serve();
    let run = checkout.shipctl(&cluster, &["apply", "--yes"]);
    assert_data_eq!(
        run.out,
        str![[r#"
plan 7f3c00112233: 1 scale
  = /web  scale 2 -> 3
forecast:
  /web  2 -> 3 ready, starts 1 on node-1
success: 1 app (+2.0s)

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"
warning: one agent is away

"#]]
    );
    assert_eq!(run.code, 0);
    assert_eq!(checkout.pushed(), checkout.head());
    assert_eq!(checkout.options(), "ship.plan=7f3c00112233 ship.wait=none");
}

#[test]
fn a_failed_rollout_exits_with_4() {
    let checkout = changed();
    let cluster = checkout.deploying(&checkout.head(), "failed").serve();
    assert_eq!(checkout.shipctl(&cluster, &["apply", "--yes"]).code, 4);
}

#[test]
fn with_nobody_to_ask_nothing_happens() {
    let checkout = changed();
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["apply"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: there is nobody to ask: nothing was changed
hint: pass --yes to go on without being asked

"#]]
    );
    assert_eq!(run.code, 7);
    assert_ne!(checkout.pushed(), checkout.head());
}

#[test]
fn the_reason_of_a_refusal_is_the_exit_code() {
    for (reason, code) in [("invalid", 3), ("stale", 6), ("policy", 7)] {
        let checkout = changed();
        let last = format!("refused ({reason}): nothing was changed");
        checkout.hook(&["error: because", &last], false);
        let cluster = checkout.answering().serve();
        let run = checkout.shipctl(&cluster, &["apply", "--yes"]);
        assert_eq!(run.code, code, "{}", run.err);
        assert!(run.err.contains("error: because"), "{}", run.err);
        assert_ne!(checkout.pushed(), checkout.head());
    }
}

#[test]
fn deleting_most_apps_needs_a_flag() {
    let checkout = changed();
    checkout.hook(&["hint: push with `-o ship.prune=yes`", "refused (policy): nothing was changed"], false);
    let cluster = checkout.deploying(&checkout.head(), "succeeded").serve();
    let run = checkout.shipctl(&cluster, &["apply", "--yes"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: the cluster refused the push: nothing was changed
hint: push with `-o ship.prune=yes`
hint: with shipctl that is `shipctl apply --prune`

"#]]
    );
    assert_eq!(run.code, 7);
    checkout.hook(&[], true);
    assert_eq!(checkout.shipctl(&cluster, &["apply", "--yes", "--prune"]).code, 0);
    assert_eq!(checkout.options(), "ship.plan=7f3c00112233 ship.prune=yes ship.wait=none");
}

#[test]
fn a_branch_that_moved_exits_with_6() {
    let checkout = changed();
    checkout.pushed_by_another();
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["apply", "--yes"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: the cluster's branch has commits that this checkout does not have: nothing was changed
hint: get them first: git pull --rebase SANDBOX/cluster.git main

"#]]
    );
    assert_eq!(run.code, 6);
}

#[test]
fn another_plan_than_the_one_seen_exits_with_6() {
    let checkout = changed();
    let cluster = checkout.answering().json("GET /v1/plans/aaaa", 404, &sample::error("no such plan")).serve();
    let run = checkout.shipctl(&cluster, &["apply", "--yes", "--plan", "aaaa"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: the plan is another one now, 7f3c00112233: nothing was changed
hint: look at it: shipctl plan --ref HEAD

"#]]
    );
    assert_eq!(run.code, 6);
}

#[test]
fn what_changed_since_the_plan_was_shown_is_named() {
    let checkout = changed();
    let mut shown = plan(3);
    shown["base"] = json!("99887766554433221100ffeeddccbbaa99887766");
    shown["inputs"][0]["tasks"] = json!({ "0": 1 });
    let cluster = checkout.answering().json("GET /v1/plans/aaaa", 200, &shown).serve();
    let run = checkout.shipctl(&cluster, &["apply", "--yes", "--plan", "aaaa"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: the plan is another one now, 7f3c00112233: nothing was changed
  the branch moved from 9988776655 to 1a2b3c4d5e
  the tasks of /web: 1 then, 2 now
hint: look at it: shipctl plan --ref HEAD

"#]]
    );
    assert_eq!(run.code, 6);
    assert_ne!(checkout.pushed(), checkout.head());
}

#[test]
fn what_changed_while_it_was_pushed_is_named() {
    let checkout = changed();
    checkout.hook(&["refused (stale): nothing was changed"], false);
    let mut now = plan(3);
    now["fingerprint"] = json!("445566778899");
    now["inputs"][0]["tasks"] = json!({ "0": 1 });
    let cluster = checkout.answering().first("POST /v1/plan", &plan(3)).json("POST /v1/plan", 200, &now).serve();
    let run = checkout.shipctl(&cluster, &["apply", "--yes"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: the plan is another one now, 445566778899: nothing was changed
  the tasks of /web: 2 then, 1 now
hint: look at it: shipctl plan --ref HEAD

"#]]
    );
    assert_eq!(run.code, 6);
}

#[test]
fn what_is_not_committed_stays_behind_and_is_named() {
    let checkout = changed();
    checkout.write("apps/web.json", &app(9));
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["apply"]);
    assert_data_eq!(
        run.err,
        str![[r#"
warning: `apps/web.json` is not committed and stays behind
error: there is nobody to ask: nothing was changed
hint: pass --yes to go on without being asked

"#]]
    );
}

#[test]
fn what_is_pushed_already_is_nothing_to_do() {
    let checkout = Checkout::new();
    let status = sample::status(&[sample::app("/web", 2, 2, "running", None)]);
    let cluster = checkout.answering().json("GET /v1/status", 200, &status).serve();
    let run = checkout.shipctl(&cluster, &["apply", "--yes"]);
    assert_data_eq!(
        run.out.replace(&checkout.head()[..10], "COMMIT"),
        str![[r#"
commit COMMIT is what the cluster has: nothing to do

"#]]
    );
    assert_eq!(run.code, 0);
}

#[test]
fn a_commit_that_changes_no_app_has_no_rollout() {
    let checkout = Checkout::new();
    checkout.write("README.md", "hello\n");
    checkout.commit("readme");
    let cluster = checkout.answering().json("POST /v1/plan", 200, &empty_plan()).serve();
    let run = checkout.shipctl(&cluster, &["apply", "--yes"]);
    assert_data_eq!(
        run.out.replace(&checkout.head()[..10], "COMMIT"),
        str![[r#"
plan: no app changes
commit COMMIT is pushed; no app changes

"#]]
    );
    assert_eq!(run.code, 0);
    assert_eq!(checkout.pushed(), checkout.head());
}

#[test]
fn a_cluster_that_follows_another_repository_is_not_pushed_to() {
    let checkout = changed();
    let info = json!({ "version": "0.1.0", "source": "upstream", "repo": null, "branch": "live" });
    let cluster = checkout.answering().json("GET /v1/info", 200, &info).serve();
    let run = checkout.shipctl(&cluster, &["apply", "--yes"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: the cluster follows a repository that it does not write to: push your commit there
hint: its branch is `live`

"#]]
    );
    assert_eq!(run.code, 7);
}
