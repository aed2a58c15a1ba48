//! Metrics as Prometheus reads them.

use super::Stream;
use super::census::Census;
use super::counters::Metrics;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

type Labels = [(&'static str, &'static str); 1];
type Count = Family<Labels, Gauge>;
type Amount = Family<Labels, Gauge<f64, AtomicU64>>;

/// All of them, made anew from counters and census: a scrape is rare, and nothing is forgotten or kept for too long.
pub(super) fn text(metrics: &Metrics, census: &Census, stream: Stream) -> String {
    let mut registry = Registry::with_prefix("ship");
    of_cluster(&mut registry, census);
    of_work(&mut registry, metrics, stream);
    of_process(&mut registry, metrics);
    let mut text = String::new();
    encode(&mut text, &registry).expect("a text takes all");
    text
}

fn of_cluster(registry: &mut Registry, census: &Census) {
    let mut gauge = |name: &str, help: &str, value: i64| registry.register(name, help, ConstGauge::new(value));
    gauge("apps", "Apps that are wanted", census.apps);
    gauge("instances_wanted", "Instances of all apps that are wanted", census.instances_wanted);
    gauge("groups", "Groups, the root among them", census.groups);
    gauge("deployments_active", "Deployments that have not ended", census.deployments);
    gauge("agents_draining", "Agents that are to be emptied", census.draining);
    let (tasks, health, agents) = (Count::default(), Count::default(), Count::default());
    let counts = [
        (&tasks, "state", "staging", census.staging),
        (&tasks, "state", "running", census.running),
        (&tasks, "state", "stopping", census.stopping),
        (&health, "health", "healthy", census.healthy),
        (&health, "health", "unhealthy", census.unhealthy),
        (&agents, "link", "connected", census.connected),
        (&agents, "link", "away", census.away),
    ];
    for (family, label, value, count) in counts {
        family.get_or_create(&[(label, value)]).set(count);
    }
    registry.register("tasks", "Tasks, by how far they are", tasks);
    registry.register("tasks_checked", "Running tasks with a verdict of their health checks", health);
    registry.register("agents", "Agents that ever joined, by their link", agents);
    let (offered, held) = (Amount::default(), Amount::default());
    for (resource, amounts) in &census.resources {
        offered.get_or_create(&[("resource", *resource)]).set(amounts.offered);
        held.get_or_create(&[("resource", *resource)]).set(amounts.held);
    }
    registry.register("resources_offered", "What connected agents offer, by resource", offered);
    registry.register("resources_held", "What tasks hold, by resource", held);
}

fn of_work(registry: &mut Registry, metrics: &Metrics, stream: Stream) {
    registry.register("tasks_launched", "Tasks that agents were told to start", metrics.launched.clone());
    registry.register("tasks_ended", "Tasks that ended, by how", metrics.ended.clone());
    registry.register("deployments", "Deployments that began", metrics.deployments.clone());
    registry.register("deployments_ended", "Deployments that ended, by how", metrics.deployments_ended.clone());
    registry.register("events", "Events of the cluster", metrics.events.clone());
    registry.register("marathon_events", "Events told by /v2/events", ConstCounter::new(stream.told));
    let readers = i64::try_from(stream.readers).unwrap_or(i64::MAX);
    registry.register("event_readers", "Open streams of /v2/events", ConstGauge::new(readers));
    registry.register("store_commits", "Transactions of the store", metrics.commits.clone());
}

fn of_process(registry: &mut Registry, metrics: &Metrics) {
    // Not the type `info`: Prometheus knows that one in its newer text form alone.
    let build = Count::default();
    build.get_or_create(&[("version", env!("CARGO_PKG_VERSION"))]).set(1);
    registry.register("build_info", "Which shipd this is", build);
    let uptime = metrics.since.elapsed().as_secs_f64();
    registry.register("uptime_seconds", "Since the daemon started", ConstGauge::new(uptime));
    registry.register("http_requests", "Requests, by method, route and status", metrics.requests.clone());
    let help = "From the head of a request to the head of its answer";
    registry.register("http_request_duration_seconds", help, metrics.request_seconds.clone());
    let help = "From a batch of changes to its being durable";
    registry.register("store_commit_duration_seconds", help, metrics.commit_seconds.clone());
}
