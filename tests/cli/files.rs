//! `shipctl files`.

use crate::support::{Cluster, Sandbox, sample};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

const ID: &str = "web.instance-00000000-0000-000a-0000-000000000000._app.1";

fn route(rest: &str) -> String {
    format!("GET /v1/tasks/{ID}/files{rest}")
}

fn entry(name: &str, kind: &str, size: u64) -> Value {
    json!({ "name": name, "kind": kind, "size": size, "mode": "0644", "modified": sample::STARTED })
}

#[test]
fn a_folder_is_listed() {
    let mut link = entry("latest", "link", 4);
    link["target"] = json!("logs/\u{1b}[31mout");
    let entries = [link, entry("logs", "folder", 4096), entry("out.txt", "file", 120)];
    let listing = json!({ "path": "/", "entry": entry("", "folder", 60), "entries": entries, "truncated": true });
    let mut app = sample::app("/web", 1, 1, "running", None);
    app["tasks"] = json!([sample::task("000a", "running", 31000)]);
    let cluster = Cluster::answering()
        .json("GET /v1/status?app=%2Fweb", 200, &sample::status(&[app]))
        .json(&route("?path=%2F"), 200, &listing)
        .serve();
    let run = Sandbox::new().shipctl(&["files", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
MODE   SIZE   CHANGED   NAME
0644          0 s ago   latest -> logs/�[31mout
0644          0 s ago   logs/
0644   120    0 s ago   out.txt

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, "warning: there is more in `/` than can be listed\n"));
    let run = Sandbox::new().shipctl(&["files", ID, "--format", "json", "--url", &cluster.url]);
    let document: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!((&document["schema"], &document["entries"][2]["size"]), (&json!("shipctl.files"), &json!(120)));
}

#[test]
fn a_file_is_printed_as_it_is() {
    let listing = json!({ "path": "out.txt", "entry": entry("out.txt", "file", 9), "entries": [], "truncated": false });
    let cluster = Cluster::answering()
        .json(&route("?path=out.txt"), 200, &listing)
        .text(&route("/content?path=out.txt&offset=2&length=7"), 200, "\u{1b}[1m no newline")
        .serve();
    let args = ["files", ID, "out.txt", "--offset", "2", "--length", "7", "--url", &cluster.url];
    let run = Sandbox::new().shipctl(&args);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "\u{1b}[1m no newline", ""));
}

#[test]
fn a_path_that_leads_out_is_no_use() {
    let cluster = Cluster::answering()
        .json(&route("?path=..%2Fx"), 422, &sample::error("`../x` leads out of the sandbox"))
        .serve();
    let run = Sandbox::new().shipctl(&["files", ID, "../x", "--url", &cluster.url]);
    assert_eq!((run.code, run.err.as_str()), (3, "error: `../x` leads out of the sandbox\n"));
}
