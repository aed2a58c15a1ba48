//! The handle to the running master: inputs go in, snapshots and events come out.

use super::follow::{self, Followed};
use super::published::{Published, Snapshot};
use super::reconcile::Order;
use super::shown::Shown;
use super::tail;
use crate::clock;
use futures_util::{Stream, StreamExt};
use ship_core::cluster::{Cluster, Commit, Event, Input};
use ship_core::model::{DeploymentId, Wanted};
use ship_core::plan::{self, Plan};
use std::future;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// Enough for a thousand agents to speak at once; whoever comes later waits for the store.
const INPUTS_WAITING: usize = 4096;
/// Pushes that were accepted, cancels and the like; whoever comes later waits for the store.
const ORDERS_WAITING: usize = 16;

/// A copy is another handle to the same master.
#[derive(Clone)]
pub struct Master {
    pub(super) inputs: mpsc::Sender<Input>,
    pub(super) orders: mpsc::Sender<Order>,
    pub(super) published: Arc<Published>,
    shown: Arc<Shown>,
}

/// The master stops or has stopped; nothing was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the daemon is stopping")]
pub struct Stopped;

/// Where inputs wait for the master. Made before it, as those who send need their end first.
pub struct Inbox {
    sender: mpsc::Sender<Input>,
    pub(super) inputs: mpsc::Receiver<Input>,
    pub(super) orders: mpsc::Receiver<Order>,
    order_sender: mpsc::Sender<Order>,
}

impl Inbox {
    #[must_use]
    #[expect(clippy::new_without_default, reason = "an inbox is an identity, not a value")]
    pub fn new() -> Self {
        let (sender, inputs) = mpsc::channel(INPUTS_WAITING);
        let (order_sender, orders) = mpsc::channel(ORDERS_WAITING);
        Self { sender, inputs, orders, order_sender }
    }

    /// For those who tell what happens outside.
    #[must_use]
    pub fn sender(&self) -> mpsc::Sender<Input> {
        self.sender.clone()
    }

    pub(super) fn handle(&self, published: &Arc<Published>) -> Master {
        Master {
            inputs: self.sender.clone(),
            orders: self.order_sender.clone(),
            published: Arc::clone(published),
            shown: Arc::default(),
        }
    }
}

impl Master {
    /// The cluster as it was published last; never waits.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Cluster> {
        Arc::clone(&self.published.snapshot().cluster)
    }

    /// The same with its revision and its moment; never waits.
    #[must_use]
    pub fn published(&self) -> Arc<Snapshot> {
        self.published.snapshot()
    }

    /// Puts an input into the inbox; waits while it is full.
    pub async fn submit(&self, input: Input) -> Result<(), Stopped> {
        self.inputs.send(input).await.map_err(|_| Stopped)
    }

    /// Puts an input before all others. Answers once what came of it is durable; the snapshot then tells.
    pub async fn command(&self, input: Input) -> Result<(), Stopped> {
        self.command_all(vec![input]).await
    }

    /// Several inputs that are one wish: the cluster looks at what follows after the last of them.
    pub async fn command_all(&self, inputs: Vec<Input>) -> Result<(), Stopped> {
        let (done, answer) = oneshot::channel();
        self.orders.send(Order { inputs, done }).await.map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }

    /// Makes a commit the desired state, as a [command](Self::command). Answers with the deployment that
    /// carries it out; `None` if it changes no app.
    pub async fn desire(&self, commit: Commit, wanted: Wanted) -> Result<Option<DeploymentId>, Stopped> {
        let id = DeploymentId::new(commit.id.as_str());
        self.command(Input::Desired { commit, wanted }).await?;
        Ok(self.snapshot().deployment(&id).map(|deployment| deployment.id.clone()))
    }

    /// What making `target` the desired state would do.
    #[must_use]
    pub fn plan(&self, target: &Wanted) -> Plan {
        let plan = plan::plan(&self.snapshot(), target, clock::now());
        self.shown.remember(&plan);
        plan
    }

    /// What a plan that was made lately took for granted; the rest of it is empty.
    #[must_use]
    pub fn shown(&self, fingerprint: &str) -> Option<Plan> {
        self.shown.find(fingerprint)
    }

    /// Changes whenever something happened; the snapshot tells what came of it.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<u64> {
        self.published.watch()
    }

    /// The events of a deployment's latest run: from its beginning, then live, to its end. Ends early when the
    /// daemon stops. `None` = there is no such deployment.
    pub fn follow(&self, id: &DeploymentId) -> Option<impl Stream<Item = Event> + Send + use<>> {
        let followed = self.follow_after(id, None)?;
        Some(followed.filter_map(|seen| {
            future::ready(match seen {
                Followed::Event { event, .. } => Some(Event::clone(&event)),
                Followed::Missed { .. } | Followed::CutOff => None,
            })
        }))
    }

    /// As [`follow`](Self::follow) with numbers, beginning after one of them.
    pub fn follow_after(
        &self,
        id: &DeploymentId,
        after: Option<u64>,
    ) -> Option<impl Stream<Item = Followed> + Send + use<>> {
        follow::follow(&self.published, id, after)
    }

    /// What is kept of all events after one of them.
    #[must_use]
    pub fn past(&self, after: u64) -> Vec<Followed> {
        let log = self.published.log();
        let (next, first) = (after.saturating_add(1), log.first());
        let missed = (next < first).then_some(Followed::Missed { before: first });
        missed.into_iter().chain(log.since(next).cloned().map(Followed::from)).collect()
    }

    /// The number of the event to come.
    #[must_use]
    pub fn next_event(&self) -> u64 {
        self.published.log().next()
    }

    /// All events after one of them, or those to come.
    pub fn tail(&self, after: Option<u64>) -> impl Stream<Item = Followed> + Send + use<> {
        tail::tail(&self.published, after)
    }
}
