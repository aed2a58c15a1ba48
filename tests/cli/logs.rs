//! `shipctl logs`.

use crate::support::{Cluster, Sandbox, sample};
use serde_json::json;
use snapbox::{assert_data_eq, str};

const ROUTE: &str = "GET /v1/logs?app=%2Fweb&follow=false&tail=100";

fn two_lines() -> String {
    let line = |unique: &str, text: &str| {
        json!({ "task": format!("web.instance-00000000-0000-{unique}-0000-000000000000._app.1"), "stream": "stdout", "line": text }).to_string()
    };
    format!("{}\n\n{}\n", line("000a", "hello"), line("000b", "bye"))
}

#[test]
fn lines_stand_behind_the_name_of_their_task() {
    let cluster = Cluster::answering().text(ROUTE, 200, &two_lines()).serve();
    let run = Sandbox::new().shipctl(&["logs", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
000a | hello
000b | bye

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn json_is_one_record_a_line() {
    let cluster = Cluster::answering().text(ROUTE, 200, &two_lines()).serve();
    let run = Sandbox::new().shipctl(&["logs", "web", "--format", "json", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
{"schema":"shipctl.log-line","version":1,"task":"web.instance-00000000-0000-000a-0000-000000000000._app.1","stream":"stdout","line":"hello"}
{"schema":"shipctl.log-line","version":1,"task":"web.instance-00000000-0000-000b-0000-000000000000._app.1","stream":"stdout","line":"bye"}

"#]]
    );
}

#[test]
fn one_task_and_a_moment_can_be_asked_for() {
    let id = "web.instance-00000000-0000-000a-0000-000000000000._app.1";
    let line = json!({ "task": id, "stream": "stdout", "line": "hello", "at": "2026-11-23T14:00:00.123456Z" });
    let mut app = sample::app("/web", 1, 1, "running", None);
    app["tasks"] = json!([sample::task("000a", "running", 31000)]);
    let cluster = Cluster::answering()
        .json("GET /v1/status?app=%2Fweb", 200, &sample::status(&[app]))
        .text(&format!("GET /v1/logs?app=%2Fweb&follow=false&task={id}&since=600s"), 200, &format!("{line}\n"))
        .serve();
    let logs = ["logs", "web", "--task", "000A", "--since", "10m", "--timestamps", "--url", &cluster.url];
    let run = Sandbox::new().shipctl(&logs);
    assert_data_eq!(
        run.out,
        str![[r#"
000a 2026-11-23T14:00:00.123Z | hello

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let run = Sandbox::new().shipctl(&["logs", "web", "--task", "000b", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: /web has no task `000b` now
hint: it has 000a

"#]]
    );
    assert_eq!(run.code, 64);
    assert_eq!(Sandbox::new().shipctl(&["logs", "web", "--since", "yesterday"]).code, 64);
}

#[test]
fn an_app_without_a_running_task_says_why_there_is_nothing() {
    let app = sample::app("/web", 0, 1, "rolling out", Some("backing off: exited with code 1"));
    let cluster = Cluster::answering()
        .text(ROUTE, 200, "")
        .json("GET /v1/status?app=%2Fweb", 200, &sample::status(&[app]))
        .serve();
    let run = Sandbox::new().shipctl(&["logs", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
warning: no task of /web runs now: backing off: exited with code 1

"#]]
    );
    assert_eq!((run.code, run.out.as_str()), (0, ""));
}

#[test]
fn an_unknown_app_gets_a_suggestion() {
    let cluster = Cluster::answering()
        .json(ROUTE, 404, &sample::error("no app /web"))
        .json("GET /v1/status", 200, &sample::status(&[sample::app("/shop/web", 1, 1, "running", None)]))
        .serve();
    let run = Sandbox::new().shipctl(&["logs", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: there is no app `/web`
hint: did you mean `/shop/web`?

"#]]
    );
    assert_eq!(run.code, 64);
}

#[test]
fn something_that_is_not_a_log_is_said_to_be_so() {
    let cluster = Cluster::answering().text(ROUTE, 200, "<html>\n").serve();
    let run = Sandbox::new().shipctl(&["logs", "web", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: http://127.0.0.1:PORT/v1/logs?app=%2Fweb&follow=false&tail=100 answered with something that is not a cluster's answer: expected value at line 1 column 1
hint: is this the address of a shipd? Check --url or SHIP_URL

"#]]
    );
    assert_eq!(run.code, 69);
}
