//! Metrics as Marathon shows them: the names that its dashboards look for, where we have the same thing to tell.

use super::Stream;
use super::census::Census;
use super::counters::Metrics;
use serde_json::{Map, Value, json};

/// Of the JSON form, which Marathon has from its library.
const FORM: &str = "4.0.0";

pub(super) fn json(metrics: &Metrics, census: &Census, stream: Stream) -> Value {
    let uptime = metrics.since.elapsed().as_secs_f64();
    let gauges = [
        ("marathon.apps.active.gauge", json!(census.apps)),
        ("marathon.groups.active.gauge", json!(census.groups)),
        ("marathon.deployments.active.gauge", json!(census.deployments)),
        ("marathon.instances.running.gauge", json!(census.running)),
        ("marathon.instances.staged.gauge", json!(census.staging)),
        ("marathon.http.event-streams.active.gauge", json!(stream.readers)),
        ("marathon.leadership.duration.gauge.seconds", json!(uptime)),
        ("marathon.uptime.gauge.seconds", json!(uptime)),
    ];
    let counters = [
        ("marathon.deployments.counter", metrics.deployments.get()),
        ("marathon.tasks.launched.counter", metrics.launched.get()),
        ("marathon.mesos.task-updates.task-error.counter", metrics.ended("refused")),
        ("marathon.mesos.task-updates.task-failed.counter", metrics.ended("failed")),
        ("marathon.mesos.task-updates.task-finished.counter", metrics.ended("finished")),
        ("marathon.mesos.task-updates.task-gone.counter", metrics.ended("forgotten")),
        ("marathon.mesos.task-updates.task-killed.counter", metrics.ended("stopped")),
        ("marathon.persistence.transactions.counter", metrics.commits.get()),
    ];
    let answers = metrics.answers.iter().zip(1_u8..);
    let meters = answers.map(|(answers, class)| {
        (format!("marathon.http.responses.{class}xx.rate"), json!({ "count": answers.get(), "units": "events/second" }))
    });
    json!({
        "version": FORM,
        "gauges": gauges.map(|(name, value)| (name.to_owned(), json!({ "value": value }))).into_iter().collect::<Map<_, _>>(),
        "counters": counters.map(|(name, count)| (name.to_owned(), json!({ "count": count }))).into_iter().collect::<Map<_, _>>(),
        "histograms": {},
        "meters": meters.collect::<Map<_, _>>(),
        "timers": {},
    })
}
