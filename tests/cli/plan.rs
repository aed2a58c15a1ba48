//! `shipctl plan`.

use crate::support::checkout::{app, empty_plan};
use crate::support::{Checkout, Cluster, Sandbox};
use serde_json::Value;
use snapbox::{assert_data_eq, str};

const PLAN: &str = "POST /v1/plan";

#[test]
fn the_working_tree_is_planned_as_it_is() {
    let checkout = Checkout::new();
    checkout.write("apps/web.json", &app(3));
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["plan"]);
    assert_data_eq!(
        run.out,
        str![[r#"
plan 7f3c00112233: 1 scale
  = /web  scale 2 -> 3
forecast:
  /web  2 -> 3 ready, starts 1 on node-1

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"
next: git add -A && git commit && shipctl apply --plan 7f3c00112233

"#]]
    );
    assert_eq!(run.code, 0);
    let sent: Value = serde_json::from_str(&cluster.bodies(PLAN)[0]).expect("a JSON body");
    assert_eq!((&sent["apps"][0]["id"], &sent["apps"][0]["instances"]), (&"/web".into(), &3.into()));
}

#[test]
fn a_commit_is_planned_when_named() {
    let checkout = Checkout::new();
    checkout.write("apps/web.json", &app(3));
    checkout.commit("three");
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["plan", "--ref", "HEAD"]);
    assert_data_eq!(
        run.err,
        str![[r#"
next: shipctl apply --plan 7f3c00112233

"#]]
    );
    let run = checkout.shipctl(&cluster, &["plan", "--ref", "HEAD~1", "--quiet"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let sent: Vec<Value> = cluster.bodies(PLAN).iter().map(|body| serde_json::from_str(body).expect("JSON")).collect();
    assert_eq!(sent[0]["apps"][0]["instances"], 3);
    assert_eq!(sent[1]["apps"][0]["instances"], 2);

    let run = checkout.shipctl(&cluster, &["plan", "--ref", "nowhere"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: `nowhere` is not a commit of this repository

"#]]
    );
    assert_eq!(run.code, 64);
}

#[test]
fn an_older_commit_is_pushed_by_name() {
    let checkout = Checkout::new();
    checkout.write("apps/web.json", &app(3));
    checkout.commit("three");
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["plan", "--ref", "HEAD~1"]);
    let commit = checkout.git(&["rev-parse", "HEAD~1"]);
    assert_data_eq!(
        run.err.replace(&commit[..10], "COMMIT"),
        str![[r#"
next: git push -o ship.plan=7f3c00112233 SANDBOX/cluster.git COMMIT:refs/heads/main

"#]]
    );
}

#[test]
fn detailed_exit_codes_tell_changes_from_none() {
    let checkout = Checkout::new();
    let cluster = checkout.answering().serve();
    assert_eq!(checkout.shipctl(&cluster, &["plan", "--detailed-exitcode"]).code, 2);
    let cluster = checkout.answering().json(PLAN, 200, &empty_plan()).serve();
    let run = checkout.shipctl(&cluster, &["plan", "--detailed-exitcode"]);
    assert_data_eq!(
        run.out,
        str![[r#"
plan: no app changes

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn json_is_the_plan() {
    let checkout = Checkout::new();
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["plan", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).expect("a JSON document");
    assert_eq!((&document["schema"], &document["version"]), (&"shipctl.plan".into(), &1.into()));
    assert_eq!(document["fingerprint"], "7f3c00112233");
}

#[test]
fn files_with_mistakes_exit_with_3_and_never_reach_the_cluster() {
    let checkout = Checkout::new();
    checkout.write("apps/web.json", &app(3).replace("cpus", "cpu"));
    let cluster = checkout.answering().serve();
    let run = checkout.shipctl(&cluster, &["plan"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: the app files have errors
error[S0102]: unknown field `cpu`
 --> apps/web.json:6:3
  |
6 |   "cpu": 0.1,
  |   ^^^^^ not a field of an app
  |
  = hint: did you mean `cpus`?

1 error in 1 file

"#]]
    );
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert!(cluster.bodies(PLAN).is_empty());
}

#[test]
fn outside_of_a_repository_it_says_where_to_go() {
    let cluster = Cluster::answering().serve();
    let run = Sandbox::new().shipctl(&["plan", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: neither here nor above is a GitOps repository
hint: go to one, or make one with `shipctl init`

"#]]
    );
    assert_eq!(run.code, 64);
}

#[test]
fn a_broken_settings_file_is_not_guessed_around() {
    let checkout = Checkout::new();
    checkout.write("ship.toml", "ulr = \"http://prod:8080\"\n");
    let run = checkout.sandbox.shipctl(&["plan"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: ship.toml has errors
error[S0102]: unknown field `ulr`
 --> ship.toml:1:1
  |
1 | ulr = "http://prod:8080"
  | ^^^ not a field of settings
  |
  = hint: did you mean `url`?

1 error in 1 file

"#]]
    );
    assert_eq!(run.code, 3);
}
