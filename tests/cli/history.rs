//! `shipctl history`.

use crate::support::{Cluster, Sandbox, sample};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

fn commit(id: &str, subject: &str, apps: &[&str], outcome: Option<&str>, reason: Option<&str>) -> Value {
    json!({ "id": id, "author": "Dev <dev@example.com>", "subject": subject, "at": sample::STARTED, "apps": apps,
            "outcome": outcome, "reason": reason })
}

#[test]
fn commits_are_listed_with_how_they_went() {
    let history = json!([
        commit(sample::COMMIT, "web: new image", &["/web"], Some("reverted"), Some("/web: no progress for 300 s")),
        commit("99887766554433221100", "both: more memory", &["/db", "/web"], Some("succeeded"), None),
        commit("00112233445566778899", "first", &["/db"], None, None),
    ]);
    let cluster = Cluster::answering().json("GET /v1/history?limit=20", 200, &history).serve();
    let run = Sandbox::new().shipctl(&["history", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
WHEN      COMMIT       OUTCOME     APPS     AUTHOR   SUBJECT
0 s ago   1a2b3c4d5e   reverted    /web     Dev      web: new image
    /web: no progress for 300 s
0 s ago   9988776655   succeeded   /db +1   Dev      both: more memory
0 s ago   0011223344               /db      Dev      first

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn one_apps_history_is_asked_for() {
    let history = json!([commit(sample::COMMIT, "web: new image", &["/web"], Some("succeeded"), None)]);
    let cluster = Cluster::answering().json("GET /v1/history?app=%2Fweb&limit=1", 200, &history).serve();
    let run = Sandbox::new().shipctl(&["history", "web", "--limit", "1", "--format", "json", "--url", &cluster.url]);
    let document: Value = serde_json::from_str(&run.out).expect("a JSON document");
    assert_eq!(document["schema"], "shipctl.history");
    assert_eq!(document["commits"][0]["subject"], "web: new image");
}

#[test]
fn an_unknown_app_gets_a_suggestion() {
    let cluster = Cluster::answering()
        .json("GET /v1/history?app=%2Fwbe&limit=20", 404, &sample::error("there is no app `/wbe`"))
        .json("GET /v1/status", 200, &sample::status(&[sample::app("/web", 2, 2, "running", None)]))
        .serve();
    let run = Sandbox::new().shipctl(&["history", "wbe", "--url", &cluster.url]);
    assert!(run.err.contains("did you mean `/web`?"), "{}", run.err);
    assert_eq!(run.code, 64);
}
