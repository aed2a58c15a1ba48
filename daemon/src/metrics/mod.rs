//! What the daemon counts about itself, and what it can say of its cluster: for `/metrics`, in two forms. Counters are kept
//! as things happen; gauges are read from the published snapshot when somebody asks.

mod census;
mod counters;
mod json;
mod store;
mod text;

pub use counters::Metrics;
pub use store::Counted;

use census::Census;
use serde_json::Value;
use ship_core::cluster::Cluster;

/// How many read `/v2/events`, and how many events it told since the daemon started.
#[derive(Debug, Clone, Copy)]
pub struct Stream {
    pub readers: u64,
    pub told: u64,
}

impl Metrics {
    /// In the text form of Prometheus. Looks at every task: away from the threads that answer.
    #[must_use]
    pub fn text(&self, cluster: &Cluster, stream: Stream) -> String {
        text::text(self, &Census::of(cluster), stream)
    }

    /// As Marathon shows them (marathon-v2, section 8.6). Looks at every task, too.
    #[must_use]
    pub fn json(&self, cluster: &Cluster, stream: Stream) -> Value {
        json::json(self, &Census::of(cluster), stream)
    }
}
