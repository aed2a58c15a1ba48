//! `shipctl rebalance`.

use crate::support::{Cluster, Sandbox};
use crate::whatif::moved;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

fn share(host: &str, cpus: f64) -> Value {
    json!({ "host": host, "cpus": cpus })
}

fn told(moves: &Value) -> Value {
    json!({
        "moves": moves,
        "mended": [{ "app": "/web", "rule": ["rack", "GROUP_BY"], "before": 2, "after": 0 }],
        "unplaced": [{ "app": "/big", "tasks": 1 }],
        "tasks": 9, "fixed": 2,
        "before": { "fullest": share("ada", 0.95), "emptiest": share("ben", 0.0), "unused": 1 },
        "after": { "fullest": share("ada", 0.5), "emptiest": share("ben", 0.4), "unused": 0 },
    })
}

#[test]
fn what_would_move_is_shown_with_what_it_mends() {
    let cluster = Cluster::answering()
        .json("GET /v1/rebalance", 200, &told(&json!([moved("/web", Some("ada"), Some("ben"), 2)])))
        .serve();
    let run = Sandbox::new().shipctl(&["rebalance", "--plan", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
all placed anew: 2 tasks would stand elsewhere (of 9, 2 not looked at)

APP    TASKS   FROM   TO
/web   2       ada    ben

mends: /web  [rack GROUP_BY]: 2 against it now, 0 then

loses: /big  1 task would find no place: the others would take its room

CPUS IN USE     NOW       THEN
fullest         95% ada   50% ada
emptiest        0% ben    40% ben
unused agents   1         0

"#]]
    );
    assert_eq!(run.code, 0);
    assert_data_eq!(
        run.err,
        str![[r#"
hint: nothing moves by itself; to have one app placed anew: shipctl restart /web --url http://127.0.0.1:PORT

"#]]
    );
}

#[test]
fn what_is_well_is_said_to_be() {
    let well =
        json!({ "moves": [], "mended": [], "unplaced": [], "tasks": 3, "fixed": 0, "before": null, "after": null });
    let cluster = Cluster::answering().json("GET /v1/rebalance", 200, &well).serve();
    let run = Sandbox::new().shipctl(&["rebalance", "--plan", "--url", &cluster.url]);
    assert_eq!(run.out, "all placed anew: every task stands where it would be placed (of 3)\n");
    let run = Sandbox::new().shipctl(&["rebalance", "--plan", "--format", "json", "--url", &cluster.url]);
    let document: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!((&document["schema"], &document["tasks"]), (&json!("shipctl.rebalance"), &json!(3)));
}

#[test]
fn nothing_does_it() {
    let run = Sandbox::new().shipctl(&["rebalance", "--url", "http://127.0.0.1:9"]);
    assert_eq!((run.code, run.out.as_str()), (7, ""));
    assert_data_eq!(
        run.err,
        str![[r#"
error: nothing moves tasks that are well where they are: only a preview exists
hint: look at it: shipctl rebalance --plan --url http://127.0.0.1:PORT; `shipctl restart APP` has the tasks of one app placed anew

"#]]
    );
}
