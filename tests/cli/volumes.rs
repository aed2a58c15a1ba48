//! `shipctl volumes` and `shipctl wipe`.

use crate::support::{Cluster, Sandbox};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

fn volume(id: &str, state: &str) -> Value {
    json!({
        "id": id, "app": "/shop/db", "agent": "a1", "host": "node-1", "created": 0, "state": state, "task": null,
        "resources": { "cpus": 1.0, "mem": 512.0, "disk": 2000.0, "gpus": 0 },
    })
}

fn cluster(volumes: &Value) -> Cluster {
    let wiped = volume("shop_db.4-07", "wiping");
    Cluster::answering()
        .json("GET /v1/volumes", 200, volumes)
        .json("POST /v1/volumes/shop_db.4-07/wipe", 200, &wiped)
        .serve()
}

#[test]
fn volumes_are_listed_with_whose_they_are() {
    let cluster = cluster(&json!([volume("shop_db.4-07", "used"), volume("shop_db.5-07", "orphaned")]));
    let run = Sandbox::new().shipctl(&["volumes", "--url", &cluster.url]);
    let lines: Vec<&str> = run.out.lines().map(|line| line.split("   ").next().unwrap_or_default()).collect();
    assert_eq!(lines, ["VOLUME", "shop_db.4-07", "shop_db.5-07"]);
    assert!(run.out.contains("orphaned"), "{}", run.out);
    let run_json = Sandbox::new().shipctl(&["volumes", "--format", "json", "--url", &cluster.url]);
    let document: Value = serde_json::from_str(&run_json.out).expect("a document");
    assert_eq!(document["volumes"][1]["state"], "orphaned");
    assert_eq!(run.code, 0);
}

#[test]
fn nothing_is_wiped_unless_somebody_says_yes() {
    let cluster = cluster(&json!([volume("shop_db.4-07", "used")]));
    let run = Sandbox::new().shipctl(&["wipe", "shop_db.4-07", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
shop_db.4-07 keeps up to 2000 MiB of /shop/db on node-1: a task uses it and is stopped
error: there is nobody to ask: nothing was changed
hint: pass --yes to go on without being asked

"#]]
    );
    assert_eq!((run.code, run.out.as_str()), (7, ""));
    let run = Sandbox::new().shipctl(&["wipe", "shop_db.4-07", "--yes", "--url", &cluster.url]);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, "shop_db.4-07 of /shop/db: its data on node-1 goes as soon as no task uses it\n")
    );
}

#[test]
fn what_is_not_there_is_said() {
    let cluster = cluster(&json!([]));
    let run = Sandbox::new().shipctl(&["wipe", "other", "--yes", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: there is no volume `other`
hint: `shipctl volumes` lists the volumes of this cluster

"#]]
    );
    let run = Sandbox::new().shipctl(&["volumes", "--url", &cluster.url]);
    assert_eq!(run.out, "no volumes\n");
}
