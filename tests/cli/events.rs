//! `shipctl events`.

use crate::support::{Cluster, Sandbox, sample};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

const PAST: &str = "GET /v1/events?follow=false after 0";
const LIVE: &str = "GET /v1/events";

fn happened() -> Vec<Value> {
    let failed = json!({ "event": "task_failed", "task": "web.instance-00000000-0000-000a-0000-000000000000._app.1",
                         "host": "node-1", "reason": "exited with\ncode 1", "log_tail": ["no config"] });
    let lost = json!({ "at": sample::STARTED + 900, "deployment": null, "app": null, "event": "agent_lost",
                       "agent": "a1", "host": "node-2" });
    vec![
        sample::progress(400, sample::COMMIT, 1),
        sample::event(500, sample::COMMIT, Some("/db"), &failed),
        lost,
        sample::ended(sample::COMMIT, "succeeded", "1 app done"),
    ]
}

#[test]
fn what_happened_is_one_line_an_event() {
    let cluster = Cluster::answering().text(PAST, 200, &sample::event_stream(&happened())).serve();
    let run = Sandbox::new().shipctl(&["events", "--url", &cluster.url]);
    assert_data_eq!(
        run.out,
        str![[r#"
2100-01-01T00:00:00.400Z 1a2b3c4d5e /web 1/2 ready
2100-01-01T00:00:00.500Z 1a2b3c4d5e /db task 000a failed on node-1: exited with code 1
2100-01-01T00:00:00.900Z - - agent node-2 is not connected
2100-01-01T00:00:02.000Z 1a2b3c4d5e - deployment succeeded: 1 app done

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn programs_get_one_object_a_line_and_only_what_they_ask_for() {
    let route = "GET /v1/events?follow=false after 7";
    let cluster = Cluster::answering().text(route, 200, &sample::event_stream_from(8, &happened())).serve();
    let args = ["events", "--app", "db", "--since", "7", "--format", "json", "--url", &cluster.url];
    let run = Sandbox::new().shipctl(&args);
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 1, "{}", run.out);
    assert_eq!((&lines[0]["schema"], &lines[0]["number"]), (&json!("shipctl.event"), &json!(9)));
    assert_eq!((&lines[0]["event"], &lines[0]["log_tail"]), (&json!("task_failed"), &json!(["no config"])));
}

#[test]
fn events_that_are_gone_are_warned_of_where_they_were_asked_for() {
    let stream = format!(": missed: none before 9 is kept\n\n{}", sample::event_stream_from(9, &happened()[..1]));
    let cluster =
        Cluster::answering().text(PAST, 200, &stream).text("GET /v1/events?follow=false after 3", 200, &stream).serve();
    let run = Sandbox::new().shipctl(&["events", "--url", &cluster.url]);
    assert_eq!((run.out.lines().count(), run.err.as_str()), (1, ""));
    let run = Sandbox::new().shipctl(&["events", "--since", "3", "--url", &cluster.url]);
    assert_eq!((run.out.lines().count(), run.err.as_str()), (1, "warning: some of these events are no longer kept\n"));
}

#[test]
fn live_events_go_on_behind_the_last_one_after_a_break() {
    let again = format!("{LIVE} after 1");
    let cluster = Cluster::answering()
        .text(LIVE, 200, &sample::event_stream(&happened()[..1]))
        .text(&again, 200, &sample::event_stream_from(2, &happened()[1..2]))
        .json(&format!("{LIVE} after 2"), 403, &sample::error("that is enough"))
        .serve();
    let run = Sandbox::new().shipctl(&["events", "-f", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.lines().count()), (77, 2), "{}", run.out);
}

#[test]
fn live_events_end_with_ctrl_c() {
    let cluster = Cluster::answering().endless(LIVE, &sample::event_stream(&happened()[..1])).serve();
    let run = Sandbox::new().interrupted(&["events", "-f", "--url", &cluster.url]);
    assert_eq!((run.code, run.out.lines().count()), (130, 1), "{}", run.err);
}
