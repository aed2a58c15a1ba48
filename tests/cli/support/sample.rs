//! Bodies of the API, as small as they can be.

use serde_json::{Value, json};
use ship_core::cluster::{Commit, Deployment, Outcome};
use ship_core::model::{CommitId, DeploymentId, Timestamp, Version};
use ship_core::protocol::DeploymentView;

pub(crate) const COMMIT: &str = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";

pub(crate) fn status(apps: &[Value]) -> Value {
    json!({
        "source": {
            "kind": "hosted",
            "commit": { "id": COMMIT, "author": "Dev <dev@example.com>", "subject": "web: four instances" },
            "problem": null,
        },
        "agents": [agent("node-1", "up")],
        "apps": apps,
        "deployments": [],
    })
}

pub(crate) fn app(id: &str, running: u32, instances: u32, state: &str, reason: Option<&str>) -> Value {
    json!({
        "id": id, "version": 0, "instances": instances, "running": running, "healthy": 0, "unhealthy": 0,
        "staging": 0, "old": 0, "state": state, "reason": reason, "image": "nginx:1.27", "tasks": [],
    })
}

pub(crate) fn agent(host: &str, state: &str) -> Value {
    let resources = |cpus: f64, mem: u64| json!({ "cpus": cpus, "mem": mem, "disk": 0, "gpus": 0 });
    json!({
        "id": host, "hostname": host, "resources": resources(4.0, 7900), "used": resources(0.5, 160),
        "tasks": 5, "state": state,
    })
}

pub(crate) fn task(unique: &str, state: &str, port: u16) -> Value {
    json!({
        "id": format!("web.instance-00000000-0000-{unique}-0000-000000000000._app.1"), "host": "node-1", "version": 0,
        "current": true, "state": state, "ports": [port], "since": STARTED,
    })
}

pub(crate) fn error(message: &str) -> Value {
    json!({ "message": message })
}

/// When everything began: so far ahead that it is always `0 s` ago.
pub(crate) const STARTED: u64 = 4_102_444_800_000;

/// The deployment of a commit.
pub(crate) fn deployment_of(commit: &str, outcome: Outcome) -> Value {
    let by = Commit {
        id: CommitId::new(commit),
        author: "Dev <dev@example.com>".to_owned(),
        subject: "web: four instances".to_owned(),
        reverts: None,
        version: None,
    };
    let deployment = Deployment {
        id: DeploymentId::new(commit),
        commit: by,
        version: Version::default(),
        started: Timestamp(STARTED),
        ended: None,
        outcome,
        left: 0,
        starts_left: 0,
        apps: Default::default(),
    };
    serde_json::to_value(DeploymentView { deployment }).expect("a deployment is plain JSON")
}

pub(crate) fn deployment(outcome: Outcome) -> Value {
    deployment_of(COMMIT, outcome)
}

/// A deployment of these apps, which took two seconds if it has ended.
pub(crate) fn rolled_out(outcome: Outcome, apps: &[(&str, Value)]) -> Value {
    let mut view = deployment(outcome);
    view["ended"] = if outcome.has_ended() { json!(STARTED + 2000) } else { Value::Null };
    view["apps"] = apps.iter().map(|(app, rollout)| ((*app).to_owned(), rollout.clone())).collect();
    view
}

/// One app's part, begun after a tenth of a second.
pub(crate) fn rollout(step: usize, state: &str, reason: Option<&str>) -> Value {
    let mut detail = json!({ "state": state });
    if let Some(reason) = reason {
        detail["reason"] = json!(reason);
    }
    json!({ "action": "restart", "step": step, "state": detail, "began": STARTED + 100, "ended": STARTED + 1900 })
}

/// Server-sent events from number 1, with a comment as the daemon sends them to keep the link alive.
pub(crate) fn event_stream(events: &[Value]) -> String {
    event_stream_from(1, events)
}

pub(crate) fn event_stream_from(first: usize, events: &[Value]) -> String {
    let event = |(at, event): (usize, &Value)| format!("id: {}\ndata: {event}\n\n", first + at);
    let events: String = events.iter().enumerate().map(event).collect();
    format!(": still here\n\n{events}")
}

/// An event of a deployment, so many milliseconds after its beginning.
pub(crate) fn event(at: u64, deployment: &str, app: Option<&str>, what: &Value) -> Value {
    let mut event = json!({ "at": STARTED + at, "deployment": deployment, "app": app });
    event.as_object_mut().expect("an object").extend(what.as_object().expect("an object").clone());
    event
}

pub(crate) fn progress(at: u64, deployment: &str, ready: u32) -> Value {
    event(at, deployment, Some("/web"), &json!({ "event": "rollout_progress", "ready": ready, "wanted": 2, "old": 0 }))
}

pub(crate) fn ended(deployment: &str, outcome: &str, summary: &str) -> Value {
    event(2000, deployment, None, &json!({ "event": "deployment_ended", "outcome": outcome, "summary": summary }))
}
