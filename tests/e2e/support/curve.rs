//! The capacity of an app over time, as the engine and the tasks themselves tell it, while requests go on.

use super::{Cluster, http};
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// What was seen of an app while something else went on.
#[derive(Debug)]
pub(crate) struct Curve {
    /// Answering tasks, looked at again and again.
    pub(crate) healthy: Vec<usize>,
    /// The most that ran at once, ending ones included.
    pub(crate) most: usize,
    /// Requests that the looks made.
    pub(crate) requests: usize,
}

impl Curve {
    /// Looks at the app for as long as `work` takes. A look counts only if the same containers ran before and after
    /// it: what shipd keeps ready is among them then.
    pub(crate) fn during(cluster: &Cluster, app: &str, work: impl FnOnce() + Send) -> Curve {
        let over = AtomicBool::new(false);
        let mut curve = Curve { healthy: Vec::new(), most: 0, requests: 0 };
        thread::scope(|scope| {
            scope.spawn(|| {
                let _end = EndsWith(&over);
                work();
            });
            while !over.load(Ordering::SeqCst) {
                curve.look(cluster, app);
            }
        });
        curve
    }

    fn look(&mut self, cluster: &Cluster, app: &str) {
        let before = cluster.glance(app);
        let ports: Vec<u16> = before.iter().filter(|one| one.running).filter_map(|one| one.port).collect();
        let healthy = thread::scope(|scope| {
            let looks: Vec<_> = ports.iter().map(|port| scope.spawn(|| http::answers(*port))).collect();
            looks.into_iter().filter_map(|look| look.join().ok()).filter(|answers| *answers).count()
        });
        self.requests += ports.len();
        self.most = self.most.max(ports.len());
        if cluster.glance(app) == before {
            self.healthy.push(healthy);
        }
    }

    pub(crate) fn range(&self) -> RangeInclusive<usize> {
        let least = self.healthy.iter().copied().min().unwrap_or_default();
        least..=self.healthy.iter().copied().max().unwrap_or_default()
    }
}

/// Also when the work panics.
struct EndsWith<'a>(&'a AtomicBool);

impl Drop for EndsWith<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps: Vec<usize> = self.healthy.clone();
        steps.dedup();
        let steps: Vec<String> = steps.iter().map(usize::to_string).collect();
        write!(
            f,
            "{} looks, {} requests; healthy {} to {}, at most {} ran; curve {}",
            self.healthy.len(),
            self.requests,
            self.range().start(),
            self.range().end(),
            self.most,
            steps.join(" ")
        )
    }
}
