//! `shipctl deployments`, `cancel` and `resume`.

use crate::support::{Cluster, Sandbox, sample};
use serde_json::{Value, json};
use ship_core::cluster::Outcome;
use snapbox::{assert_data_eq, str};

const LIST: &str = "GET /v1/deployments?limit=20";
const RESUME: &str = "POST /v1/resume";

fn cancel_route() -> String {
    format!("POST /v1/deployments/{}/cancel", &sample::COMMIT[..6])
}

fn failed() -> Value {
    sample::rolled_out(
        Outcome::Failed,
        &[
            ("/db", sample::rollout(0, "done", None)),
            ("/web", sample::rollout(1, "failed", Some("no progress for 300 s"))),
        ],
    )
}

#[test]
fn deployments_are_listed_the_newest_first() {
    let succeeded = sample::rolled_out(Outcome::Succeeded, &[("/web", sample::rollout(0, "done", None))]);
    let list = json!([sample::deployment(Outcome::Running), failed(), succeeded]);
    let cluster = Cluster::answering().json(LIST, 200, &list).serve();
    let run = Sandbox::new().shipctl(&["deployments", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
ID           STATE       STARTED   TOOK    APPS     AUTHOR   SUBJECT
1a2b3c4d5e   running     0 s ago                    Dev      web: four instances
1a2b3c4d5e   failed      0 s ago   2.0 s   /db +1   Dev      web: four instances
1a2b3c4d5e   succeeded   0 s ago   2.0 s   /web     Dev      web: four instances

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn one_apps_deployments_are_asked_for() {
    let cluster = Cluster::answering().json("GET /v1/deployments?app=%2Fshop%2Fweb&limit=2", 200, &json!([])).serve();
    let run = Sandbox::new().shipctl(&["deployments", "--app", "shop/web", "--limit", "2", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", "no deployments\n"));
}

#[test]
fn a_list_for_programs_names_its_schema() {
    let cluster = Cluster::answering().json(LIST, 200, &json!([failed()])).serve();
    let run = Sandbox::new().shipctl(&["deployments", "--format", "json", "--url", &cluster.url]);
    let document: Value = serde_json::from_str(&run.out).expect("a JSON document");
    assert_eq!(document["schema"], "shipctl.deployments");
    assert_eq!(document["deployments"][0]["apps"]["/web"]["state"]["reason"], "no progress for 300 s");
}

#[test]
fn one_is_shown_step_by_step_with_what_went_wrong() {
    let cluster = Cluster::answering().json("GET /v1/deployments/1a2b3c", 200, &failed()).serve();
    let run = Sandbox::new().shipctl(&["deployments", "show", "1A2B3C", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
deployment 1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d  failed
commit 1a2b3c4d5e  web: four instances (Dev)
started 0 s ago, took 2.0 s

STEP   APP    ACTION    STATE    BEGAN   TOOK
1      /db    restart   done     +0.1s   1.8 s
2      /web   restart   failed   +0.1s   1.8 s
    no progress for 300 s

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"
hint: try again: shipctl resume 1a2b3c4d5e --url http://127.0.0.1:PORT
hint: go back: shipctl rollback /web --url http://127.0.0.1:PORT

"#]]
    );
    assert_eq!(run.code, 0);
}

#[test]
fn an_id_that_several_begin_with_is_refused_with_their_names() {
    let refusal = json!({ "message": "2 deployments have an id that begins with `1a2b`", "hint": "give more digits",
                          "details": ["1a2b3c one", "1a2b4d other"] });
    let cluster = Cluster::answering().json("GET /v1/deployments/1a2b", 409, &refusal).serve();
    let run = Sandbox::new().shipctl(&["deployments", "show", "1a2b", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: 2 deployments have an id that begins with `1a2b`
1a2b3c one
1a2b4d other
hint: give more digits

"#]]
    );
    assert_eq!(run.code, 7);
}

#[test]
fn an_id_has_digits_only() {
    let run = Sandbox::new().shipctl(&["deployments", "show", "../info"]);
    assert!(run.err.contains("a deployment's id has digits from 0 to f alone"), "{}", run.err);
    assert_eq!(run.code, 64);
}

#[test]
fn a_deployment_is_cancelled_in_the_name_of_who_asks() {
    let mut found = sample::rolled_out(Outcome::Cancelled, &[("/web", sample::rollout(0, "cancelled", None))]);
    found["was_over"] = json!(false);
    let cluster = Cluster::answering().json(&cancel_route(), 200, &found).serve();
    let sandbox = Sandbox::new();
    sandbox.git(&sandbox.work(), &["config", "--global", "user.name", "Ann"]);
    sandbox.git(&sandbox.work(), &["config", "--global", "user.email", "ann@example.com"]);
    let run = sandbox.shipctl(&["cancel", &sample::COMMIT[..6], "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
deployment 1a2b3c4d5e is cancelled: /web: cancelled

"#]]
    );
    assert_data_eq!(
        run.err.replace(&cluster.url, "URL"),
        str![[r#"
hint: try again: shipctl resume 1a2b3c4d5e --url http://127.0.0.1:PORT
hint: go back: shipctl rollback /web --url http://127.0.0.1:PORT

"#]]
    );
    assert_eq!(run.code, 0);
    assert_eq!(cluster.bodies(&cancel_route()), [r#"{"by":"Ann <ann@example.com>"}"#]);
}

#[test]
fn a_deployment_that_has_ended_is_left_as_it_is() {
    let mut found = failed();
    found["was_over"] = json!(true);
    let cluster = Cluster::answering().json(&cancel_route(), 200, &found).serve();
    let run = Sandbox::new().shipctl(&["cancel", &sample::COMMIT[..6], "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
deployment 1a2b3c4d5e was over: failed; /web: no progress for 300 s

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn an_app_goes_on() {
    let cluster = Cluster::answering()
        .json("GET /v1/status?app=%2Fweb", 200, &sample::status(&[sample::app("/web", 1, 2, "held", None)]))
        .json(RESUME, 200, &json!({ "apps": ["/web"] }))
        .serve();
    let run = Sandbox::new().shipctl(&["resume", "web", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (0, "/web goes on\n"));
    assert_eq!(cluster.bodies(RESUME), [r#"{"app":"/web","deployment":null}"#]);
}

#[test]
fn all_apps_of_a_deployment_go_on() {
    let none = sample::error("there is no app `/1a2b3c`");
    let cluster = Cluster::answering()
        .json("GET /v1/status?app=%2F1a2b3c", 404, &none)
        .json(RESUME, 200, &json!({ "apps": ["/db", "/web"] }))
        .serve();
    let run = Sandbox::new().shipctl(&["resume", "1a2b3c", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (0, "/db goes on\n/web goes on\n"));
    assert!(run.err.starts_with("next: shipctl attach 1a2b3c"), "{}", run.err);
    assert_eq!(cluster.bodies(RESUME), [r#"{"app":null,"deployment":"1a2b3c"}"#]);
}

#[test]
fn a_name_that_is_an_app_and_a_deployment_is_asked_back() {
    let cluster = Cluster::answering()
        .json("GET /v1/status?app=%2Fcafe", 200, &sample::status(&[sample::app("/cafe", 1, 2, "held", None)]))
        .json("GET /v1/deployments/cafe", 200, &failed())
        .serve();
    let run = Sandbox::new().with("SHIP_URL", &cluster.url).shipctl(&["resume", "cafe"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: `cafe` may be the app `/cafe` or the commit cafe: nothing was changed
hint: for the app: shipctl resume /cafe; for the commit, give more digits

"#]]
    );
    assert_eq!(run.code, 64);
    assert!(cluster.bodies(RESUME).is_empty());
}

#[test]
fn what_was_not_given_up_is_nothing_to_do_and_what_is_not_there_gets_a_suggestion() {
    let cluster = Cluster::answering()
        .json("GET /v1/status?app=%2Fwbe", 404, &sample::error("there is no app `/wbe`"))
        .json("GET /v1/status", 200, &sample::status(&[sample::app("/web", 2, 2, "running", None)]))
        .json(RESUME, 200, &json!({ "apps": [] }))
        .serve();
    let run = Sandbox::new().shipctl(&["resume", "/web", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.as_str()), (0, "nothing of /web was given up: nothing to do\n"));
    let run = Sandbox::new().shipctl(&["resume", "wbe", "--url", &cluster.url]);
    assert!(run.err.contains("did you mean `/web`?"), "{}", run.err);
    assert_eq!(run.code, 64);
}
