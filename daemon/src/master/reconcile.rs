//! The one writer: takes inputs in batches, lets the cluster decide, stores, publishes, acts. It decides
//! nothing itself.

use super::chronicle::Chronicle;
use super::events::EventLog;
use super::published::Published;
use super::{Inbox, Master, Transport};
use crate::clock;
use crate::store::{Changes, Numbered, Store, StoreError};
use ship_core::cluster::{Cluster, Effect, Event, Input, Key};
use ship_core::model::{AgentId, Checks, TaskId, TaskSpec, Timestamp, VolumeId};
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Inputs per transaction. A full batch costs the store some 20 ms, which is how long the last of it waits.
const BATCH_MAX: usize = 1024;

/// Something that somebody asks for, and who waits for it to be durable.
pub(super) struct Order {
    /// Taken in together.
    pub(super) inputs: Vec<Input>,
    pub(super) done: oneshot::Sender<()>,
}

/// Owns the cluster; [`run`](Self::run) is the only code that changes it.
pub struct Reconciler {
    cluster: Cluster,
    store: Arc<dyn Store>,
    transport: Arc<dyn Transport>,
    inbox: Inbox,
    published: Arc<Published>,
    chronicle: Chronicle,
    /// The cluster wants to be woken then.
    wake: Option<Timestamp>,
}

#[expect(clippy::large_enum_variant, reason = "nearly all letters are inputs: a box would be one for each")]
enum Letter {
    Input(Input),
    Order(Order),
}

/// What a batch of inputs asks for, sorted by who does it.
#[derive(Default)]
struct Batch {
    changes: Changes,
    events: Vec<Event>,
    commands: Vec<Command>,
    done: Vec<oneshot::Sender<()>>,
}

enum Command {
    Launch { agent: AgentId, task: Box<TaskSpec> },
    Kill { agent: AgentId, task: TaskId, grace_secs: Option<u32> },
    Recheck { agent: AgentId, task: TaskId, checks: Checks },
    RemoveVolume { agent: AgentId, volume: VolumeId, names: Vec<String> },
}

impl Reconciler {
    /// Readers see `cluster` at once; it begins to move with [`run`](Self::run). All followers end with `stop`.
    pub async fn open(
        cluster: Cluster,
        store: Arc<dyn Store>,
        transport: Arc<dyn Transport>,
        inbox: Inbox,
        stop: CancellationToken,
    ) -> Result<(Master, Self), StoreError> {
        let told = store.told().await?;
        // Numbers must rise over restarts, or a follower could not resume, even if the clock was set back.
        let log = EventLog::new(told.taken.max(clock::now().0.saturating_mul(1000)));
        let published = Arc::new(Published::new(cluster.clone(), log, Arc::clone(&store), stop));
        let master = inbox.handle(&published);
        let chronicle = Chronicle::new(told);
        Ok((master, Self { cluster, store, transport, inbox, published, chronicle, wake: None }))
    }

    /// Runs until the daemon stops, or until something cannot be made durable: then nothing of it was done.
    pub async fn run(mut self) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        let effects = self.cluster.start(clock::now());
        self.sort(effects, &mut batch);
        self.carry_out(batch).await?;
        while let Some(letter) = self.next().await {
            let mut letters = vec![letter];
            while letters.len() < BATCH_MAX {
                let Some(letter) = self.waiting() else { break };
                letters.push(letter);
            }
            let batch = self.handle(letters);
            self.carry_out(batch).await?;
        }
        Ok(())
    }

    /// Waits for something to do; `None` once the daemon stops.
    async fn next(&mut self) -> Option<Letter> {
        tokio::select! {
            biased;
            () = self.published.stop.cancelled() => None,
            order = self.inbox.orders.recv() => order.map(Letter::Order),
            input = self.inbox.inputs.recv() => input.map(Letter::Input),
            () = until(self.wake) => {
                self.wake = None;
                Some(Letter::Input(Input::Tick))
            }
        }
    }

    /// What waits already.
    fn waiting(&mut self) -> Option<Letter> {
        let order = self.inbox.orders.try_recv().ok().map(Letter::Order);
        order.or_else(|| self.inbox.inputs.try_recv().ok().map(Letter::Input))
    }

    /// What agents say is taken in together, as long as nobody asks for anything in between.
    fn handle(&mut self, letters: Vec<Letter>) -> Batch {
        let (mut batch, mut news) = (Batch::default(), Vec::new());
        for letter in letters {
            match letter {
                Letter::Input(input) if input.is_news() => news.push(input),
                Letter::Input(input) => {
                    self.take_in(&mut news, &mut batch);
                    self.take_in(&mut vec![input], &mut batch);
                }
                Letter::Order(Order { mut inputs, done }) => {
                    self.take_in(&mut news, &mut batch);
                    batch.done.push(done);
                    self.take_in(&mut inputs, &mut batch);
                }
            }
        }
        self.take_in(&mut news, &mut batch);
        batch
    }

    fn take_in(&mut self, inputs: &mut Vec<Input>, batch: &mut Batch) {
        if !inputs.is_empty() {
            let effects = self.cluster.handle_all(clock::now(), inputs.drain(..));
            self.sort(effects, batch);
        }
    }

    fn sort(&mut self, effects: Vec<Effect>, batch: &mut Batch) {
        for effect in effects {
            match effect {
                Effect::Save(record) => batch.changes.put(record),
                Effect::Forget(key) => self.forget(key, batch),
                Effect::Launch { agent, task } => batch.commands.push(Command::Launch { agent, task }),
                Effect::Kill { agent, task, grace_secs } => {
                    batch.commands.push(Command::Kill { agent, task, grace_secs });
                }
                Effect::Recheck { agent, task, checks } => {
                    batch.commands.push(Command::Recheck { agent, task, checks });
                }
                Effect::RemoveVolume { agent, volume, names } => {
                    batch.commands.push(Command::RemoveVolume { agent, volume, names });
                }
                Effect::Emit(event) => batch.events.push(event),
                Effect::Wake(at) => self.wake = Some(self.wake.map_or(at, |earlier| earlier.min(at))),
            }
        }
    }

    fn forget(&mut self, key: Key, batch: &mut Batch) {
        if let Key::Deployment(id) = &key {
            self.chronicle.forget(id);
        }
        batch.changes.delete(key);
    }

    /// Numbers the events, and adds to the changes what is stored of them.
    fn tell(&mut self, events: Vec<Event>, changes: &mut Changes) -> Vec<Numbered> {
        let next = self.published.log().next();
        let told = (next..).zip(events).map(|(number, event)| Numbered { number, event: Arc::new(event) });
        let told: Vec<Numbered> = told.collect();
        for event in &told {
            self.chronicle.note(event, changes);
        }
        told
    }

    async fn carry_out(&mut self, mut batch: Batch) -> Result<(), StoreError> {
        let told = self.tell(batch.events, &mut batch.changes);
        if !batch.changes.is_empty() {
            self.store.commit(batch.changes).await?;
        }
        self.published.publish(self.cluster.clone(), told);
        for command in batch.commands {
            match command {
                // What ended within the batch is not begun any more: nothing on record would answer for it.
                Command::Launch { task, .. } if self.cluster.task(&task.id).is_none() => {}
                Command::Launch { agent, task } => self.transport.launch(&agent, &task),
                Command::Kill { agent, task, grace_secs } => self.transport.kill(&agent, &task, grace_secs),
                Command::Recheck { agent, task, checks } => self.transport.recheck(&agent, &task, &checks),
                Command::RemoveVolume { agent, volume, names } => {
                    self.transport.remove_volume(&agent, &volume, &names);
                }
            }
        }
        for done in batch.done {
            // Who asked may have gone meanwhile; it is done all the same.
            let _ = done.send(());
        }
        Ok(())
    }
}

async fn until(at: Option<Timestamp>) {
    match at {
        Some(at) => tokio::time::sleep(at.since(clock::now())).await,
        None => std::future::pending().await,
    }
}
