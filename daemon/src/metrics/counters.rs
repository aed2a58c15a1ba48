//! Counters: of requests, of what happens to tasks and deployments, of the store's work.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use ship_core::cluster::{Ending, Event, Happening, Outcome};
use std::time::{Duration, Instant};

/// From half a millisecond to some 16 s; streams are measured to their first byte.
fn request_seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 16))
}

/// From a quarter of a millisecond, a disk that syncs at once, to some 8 s.
fn commit_seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.00025, 2.0, 16))
}

/// Labels that a request is counted by. The route is the pattern, not the path: there are few of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) route: String,
    pub(super) status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Route {
    pub(super) route: String,
}

/// How a task ended, or how a deployment did.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct How {
    pub(super) how: String,
}

/// A copy counts into the same counters.
#[derive(Clone)]
pub struct Metrics {
    pub(super) since: Instant,
    pub(super) requests: Family<Request, Counter>,
    pub(super) request_seconds: Family<Route, Histogram>,
    pub(super) events: Counter,
    pub(super) launched: Counter,
    pub(super) ended: Family<How, Counter>,
    pub(super) deployments: Counter,
    pub(super) deployments_ended: Family<How, Counter>,
    pub(super) commits: Counter,
    pub(super) commit_seconds: Histogram,
    /// Answers by class: 1xx to 5xx.
    pub(super) answers: [Counter; 5],
}

impl Metrics {
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it begins to count time: an identity, not a value")]
    pub fn new() -> Self {
        Self {
            since: Instant::now(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(request_seconds),
            events: Counter::default(),
            launched: Counter::default(),
            ended: Family::default(),
            deployments: Counter::default(),
            deployments_ended: Family::default(),
            commits: Counter::default(),
            commit_seconds: commit_seconds(),
            answers: Default::default(),
        }
    }

    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let request = Request { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&request).inc();
        if let Some(class) = self.answers.get(usize::from(status / 100).wrapping_sub(1)) {
            class.inc();
        }
        self.request_seconds.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Something happened in the cluster.
    pub fn event(&self, event: &Event) {
        self.events.inc();
        match &event.what {
            Happening::DeploymentStarted { .. } => drop(self.deployments.inc()),
            Happening::DeploymentEnded { outcome, .. } => self.deployment_ended(*outcome),
            Happening::TaskLaunched { .. } => drop(self.launched.inc()),
            Happening::TaskStopped { .. } => self.task_ended("stopped"),
            Happening::TaskForgotten { .. } => self.task_ended("forgotten"),
            Happening::TaskFailed { how, .. } => self.task_ended(match how {
                Ending::Failed | Ending::Unhealthy => "failed",
                Ending::Finished => "finished",
                Ending::Refused => "refused",
            }),
            Happening::RolloutStarted
            | Happening::RolloutProgress { .. }
            | Happening::RolloutDone
            | Happening::RolloutFailed { .. }
            | Happening::RolloutReverting { .. }
            | Happening::RolloutReverted { .. }
            | Happening::RolloutCancelled
            | Happening::RolloutResumed
            | Happening::Waiting { .. }
            | Happening::TaskPulling { .. }
            | Happening::TaskRunning { .. }
            | Happening::TaskHealthy { .. }
            | Happening::TaskReady { .. }
            | Happening::TaskUnhealthy { .. }
            | Happening::TaskStopping { .. }
            | Happening::TaskUnreachable { .. }
            | Happening::TaskReturned { .. }
            | Happening::TaskPreempted { .. }
            | Happening::StrangerEnded { .. }
            | Happening::AgentJoined { .. }
            | Happening::AgentLost { .. }
            | Happening::AgentDraining { .. }
            | Happening::AgentDrained { .. }
            | Happening::AgentUndrained { .. }
            | Happening::AgentChanged { .. }
            | Happening::EngineDown { .. }
            | Happening::EngineUp { .. } => {}
        }
    }

    /// So many tasks ended like this.
    pub(super) fn ended(&self, how: &str) -> u64 {
        self.ended.get_or_create(&How { how: how.to_owned() }).get()
    }

    pub(super) fn commit(&self, took: Duration) {
        self.commits.inc();
        self.commit_seconds.observe(took.as_secs_f64());
    }

    fn task_ended(&self, how: &str) {
        self.ended.get_or_create(&How { how: how.to_owned() }).inc();
    }

    fn deployment_ended(&self, outcome: Outcome) {
        self.deployments_ended.get_or_create(&How { how: outcome.to_string() }).inc();
    }
}
