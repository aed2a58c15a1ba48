//! What git needs of the master: to ask what a commit would change, to hand one over, to watch it.

use crate::master::{Master, Stopped};
use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use ship_core::cluster::{Cluster, Commit, Event, Input};
use ship_core::model::{DeploymentId, Timestamp, Wanted};
use ship_core::plan::Plan;
use std::sync::Arc;
use tokio::sync::watch;

/// The side of the master that git sees.
#[async_trait]
pub trait Desire: Send + Sync + 'static {
    /// The cluster as it is now.
    fn cluster(&self) -> Arc<Cluster>;

    /// Changes whenever something happened.
    fn news(&self) -> watch::Receiver<u64>;

    fn plan(&self, target: &Wanted) -> Plan;

    /// What a plan that was made lately took for granted, by its fingerprint.
    fn shown(&self, fingerprint: &str) -> Option<Plan>;

    /// Takes inputs in together. Answers once what came of them is durable.
    async fn command(&self, inputs: Vec<Input>) -> Result<(), Stopped>;

    /// All that happened in a deployment so far, then what happens; `None` if it is not known.
    fn follow(&self, id: &DeploymentId) -> Option<Rollout>;

    /// The commit that is wanted now; `None` in a new cluster.
    fn commit(&self) -> Option<Commit> {
        self.cluster().commit().cloned()
    }

    /// What it asks for.
    fn wanted(&self) -> Wanted {
        self.cluster().wanted()
    }
}

/// A deployment being watched. `events` ends after
/// [`DeploymentEnded`](ship_core::cluster::Happening::DeploymentEnded).
pub struct Rollout {
    pub started: Timestamp,
    pub events: BoxStream<'static, Event>,
}

#[async_trait]
impl Desire for Master {
    fn cluster(&self) -> Arc<Cluster> {
        self.snapshot()
    }

    fn news(&self) -> watch::Receiver<u64> {
        Master::news(self)
    }

    fn plan(&self, target: &Wanted) -> Plan {
        Master::plan(self, target)
    }

    fn shown(&self, fingerprint: &str) -> Option<Plan> {
        Master::shown(self, fingerprint)
    }

    async fn command(&self, inputs: Vec<Input>) -> Result<(), Stopped> {
        self.command_all(inputs).await
    }

    fn follow(&self, id: &DeploymentId) -> Option<Rollout> {
        let started = self.snapshot().deployment(id)?.started;
        Some(Rollout { started, events: Master::follow(self, id)?.boxed() })
    }
}
