//! What git needs of the master: to ask what a commit would change, to hand one over, to watch it.

use crate::master::{Master, Stopped};
use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use ship_core::cluster::{Commit, Event};
use ship_core::model::{DeploymentId, Timestamp, Wanted};
use ship_core::plan::Plan;

/// The side of the master that git sees.
#[async_trait]
pub trait Desire: Send + Sync + 'static {
    /// The commit that is wanted now; `None` in a new cluster.
    fn commit(&self) -> Option<Commit>;

    /// What it asks for.
    fn wanted(&self) -> Wanted;

    fn plan(&self, target: &Wanted) -> Plan;

    /// What a plan that was made lately took for granted, by its fingerprint.
    fn shown(&self, fingerprint: &str) -> Option<Plan>;

    /// Answers once the commit is durable. A commit that changes no app has no deployment.
    async fn desire(&self, commit: Commit, wanted: Wanted) -> Result<Option<DeploymentId>, Stopped>;

    /// All that happened in a deployment so far, then what happens; `None` if it is not known.
    fn follow(&self, id: &DeploymentId) -> Option<Rollout>;
}

/// A deployment being watched. `events` ends after
/// [`DeploymentEnded`](ship_core::cluster::Happening::DeploymentEnded).
pub struct Rollout {
    pub started: Timestamp,
    pub events: BoxStream<'static, Event>,
}

#[async_trait]
impl Desire for Master {
    fn commit(&self) -> Option<Commit> {
        self.snapshot().commit().cloned()
    }

    fn wanted(&self) -> Wanted {
        self.snapshot().wanted()
    }

    fn plan(&self, target: &Wanted) -> Plan {
        Master::plan(self, target)
    }

    fn shown(&self, fingerprint: &str) -> Option<Plan> {
        Master::shown(self, fingerprint)
    }

    async fn desire(&self, commit: Commit, wanted: Wanted) -> Result<Option<DeploymentId>, Stopped> {
        Master::desire(self, commit, wanted).await
    }

    fn follow(&self, id: &DeploymentId) -> Option<Rollout> {
        let started = self.snapshot().deployment(id)?.started;
        Some(Rollout { started, events: Master::follow(self, id)?.boxed() })
    }
}
