//! Carries out what [`Tasks`] decides: one loop owns the table, calls to the runtime run beside it, their
//! outcomes return to it. Nothing here waits for the master: a link that cannot keep up is dropped.

use super::inbox::{Handle, Message};
use super::profile::Profile;
use super::sandbox::{self, Sandboxes};
use super::stops::Stops;
use super::tasks::{Effect, Tasks};
use super::{Offer, machine, probing, volumes};
use crate::runtime::{End, LastWords, Notice, Runtime, RuntimeError, Started, Stock};
use crate::wire::agents::from_agent::Message as Word;
use crate::wire::agents::{FromAgent, Hello};
use crate::wire::{self, PROTOCOL};
use ship_core::cluster::TaskReport;
use ship_core::model::{EngineState, TaskId, VolumeId};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// Reading last words and removing containers is cheap for the engine, but must not crowd out starts.
const BURIALS_MAX: usize = 8;

/// How a call to the runtime ended.
enum Outcome {
    Started(TaskId, Result<Started, RuntimeError>),
    Pulled(String, Result<(), RuntimeError>),
    Stopped(TaskId, Result<(), RuntimeError>),
    Buried(TaskId, End, LastWords),
    Removed(TaskId, Result<(), RuntimeError>),
    VolumeRemoved(VolumeId, Result<(), RuntimeError>),
}

pub(super) struct Executor {
    profile: Profile,
    /// What the settings say, whenever they are read again.
    offers: watch::Receiver<Offer>,
    tasks: Tasks,
    runtime: Arc<dyn Runtime>,
    sandboxes: Sandboxes,
    inbox: mpsc::Receiver<Message>,
    handle: Handle,
    link: Option<mpsc::Sender<FromAgent>>,
    /// Before anything was heard of the engine, there is nothing to say.
    knows_engine: bool,
    /// Only while the engine answers, the list of tasks is complete, and absence means something.
    has_listed: bool,
    calls: JoinSet<Outcome>,
    pulls: HashMap<String, AbortHandle>,
    probes: HashMap<TaskId, AbortOnDropHandle<()>>,
    stops: Stops,
    burials: Arc<Semaphore>,
    since: Instant,
}

impl Executor {
    pub(super) fn new(
        profile: Profile,
        offers: watch::Receiver<Offer>,
        runtime: Arc<dyn Runtime>,
        sandboxes: Sandboxes,
    ) -> (Self, Handle) {
        let (handle, inbox) = Handle::new();
        let executor = Self {
            profile,
            offers,
            tasks: Tasks::new(machine::cores()),
            runtime,
            sandboxes,
            inbox,
            handle: handle.clone(),
            link: None,
            knows_engine: false,
            has_listed: false,
            calls: JoinSet::new(),
            pulls: HashMap::new(),
            probes: HashMap::new(),
            stops: Stops::new(),
            burials: Arc::new(Semaphore::new(BURIALS_MAX)),
            since: Instant::now(),
        };
        (executor, handle)
    }

    /// Until shutdown. Calls that are under way then are dropped: whatever they leave behind is found and
    /// squared at the next start.
    pub(super) async fn run(mut self, shutdown: CancellationToken) {
        let mut notices = self.runtime.watch();
        loop {
            let effects = tokio::select! {
                () = shutdown.cancelled() => return,
                notice = notices.recv() => match notice {
                    Some(notice) => self.notice(notice),
                    None => {
                        tracing::error!("the watch over the engine ended; watching anew");
                        notices = self.runtime.watch();
                        Vec::new()
                    }
                },
                Some(outcome) = self.calls.join_next() => self.outcome(outcome),
                Some(message) = self.inbox.recv() => self.message(message),
                Ok(()) = self.offers.changed() => self.offer(),
            };
            for effect in effects {
                self.perform(effect);
            }
        }
    }

    /// A list that was given while the engine did not answer is given again when it does: of what is missing in
    /// it the master can only now say that it is gone, or never came.
    fn notice(&mut self, notice: Notice) -> Vec<Effect> {
        if let Notice::Has(stock) = notice {
            return self.stock(stock);
        }
        self.has_listed &= !matches!(notice, Notice::Down { .. });
        let is_list = matches!(notice, Notice::Up { .. });
        let lists = is_list && !self.has_listed;
        let effects = self.tasks.notice(notice, self.since.elapsed());
        if is_list {
            tokio::spawn(sandbox::sweep(self.sandboxes.clone(), self.handle.clone()));
        }
        if !lists && self.knows_engine {
            return effects;
        }
        for effect in effects {
            self.perform(effect);
        }
        self.knows_engine = true;
        self.has_listed |= lists;
        self.greet();
        Vec::new()
    }

    /// Says nothing of the engine itself: whether it answers is told apart.
    fn stock(&mut self, stock: Stock) -> Vec<Effect> {
        if self.profile.change_stock(stock) {
            self.say(Word::Info(wire::encode(self.profile.info())));
        }
        Vec::new()
    }

    /// The settings were read again.
    fn offer(&mut self) -> Vec<Effect> {
        let offer = self.offers.borrow_and_update().clone();
        if self.profile.change_offer(offer) {
            tracing::info!("the settings changed, and the master is told");
            self.say(Word::Info(wire::encode(self.profile.info())));
        }
        Vec::new()
    }

    fn message(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Launch(spec) => self.tasks.launch(*spec),
            Message::Kill { task, grace_secs } => self.tasks.kill(&task, grace_secs),
            Message::Recheck { task, checks } => self.tasks.recheck(&task, checks, self.since.elapsed()),
            Message::Forget(task) => {
                self.tasks.forget(&task);
                Vec::new()
            }
            Message::RemoveVolume { volume, names } => {
                let removing = volumes::remove(Arc::clone(&self.runtime), names);
                self.calls.spawn(async move { Outcome::VolumeRemoved(volume, removing.await) });
                Vec::new()
            }
            Message::Attach(link) => {
                self.link = Some(link);
                if self.knows_engine {
                    self.greet();
                }
                Vec::new()
            }
            Message::Ask { task, answer } => {
                let _ = answer.send(self.tasks.standing(&task));
                Vec::new()
            }
            Message::PullProgress { image, fetched } => self.tasks.pull_progress(&image, fetched),
            Message::Found { task, generation, finding } => self.tasks.found(&task, generation, finding),
        }
    }

    fn outcome(&mut self, outcome: Result<Outcome, JoinError>) -> Vec<Effect> {
        match outcome {
            Ok(Outcome::Started(task, started)) => self.tasks.started(&task, started, self.since.elapsed()),
            Ok(Outcome::Pulled(image, pulled)) => {
                self.pulls.remove(&image);
                self.tasks.pulled(&image, &pulled)
            }
            Ok(Outcome::Stopped(task, stopped)) => {
                if let Err(reason) = &stopped {
                    tracing::warn!(%task, %reason, "cannot stop");
                }
                self.tasks.stopped(&task, &stopped)
            }
            Ok(Outcome::Buried(task, end, words)) => self.tasks.buried(&task, end, words),
            Ok(Outcome::Removed(task, removed)) => {
                if let Err(reason) = removed {
                    tracing::warn!(%task, %reason, "cannot remove the container; it goes when the engine returns");
                }
                Vec::new()
            }
            Ok(Outcome::VolumeRemoved(volume, removed)) => {
                match removed {
                    Ok(()) => self.say(Word::VolumeRemoved(volume.to_string())),
                    Err(reason) => {
                        tracing::error!(%volume, %reason, "cannot remove the volume; tried again when linked anew");
                    }
                }
                Vec::new()
            }
            Err(err) if err.is_cancelled() => Vec::new(),
            Err(err) => {
                tracing::error!(%err, "a call to the runtime panicked");
                Vec::new()
            }
        }
    }

    fn perform(&mut self, effect: Effect) {
        let runtime = Arc::clone(&self.runtime);
        match effect {
            Effect::Report(report) => self.report(&report),
            Effect::Describe(engine) => self.describe(engine),
            Effect::Pull(image) => self.pull(image),
            Effect::CancelPull(image) => {
                if let Some(pull) = self.pulls.remove(&image) {
                    pull.abort();
                }
            }
            Effect::Start(spec) => {
                let sandboxes = self.sandboxes.clone();
                self.calls.spawn(async move {
                    let started = sandbox::start(&*runtime, &sandboxes, &spec).await;
                    Outcome::Started(spec.id.clone(), started)
                });
            }
            Effect::Stop { task, grace } => self.stop(task, grace),
            Effect::Bury { task, end, grace } => {
                let (burials, stops) = (Arc::clone(&self.burials), self.stops.clone());
                self.calls.spawn(async move {
                    if let Some(grace) = grace
                        && let Err(reason) = stops.stop(&*runtime, &task, grace).await
                    {
                        tracing::warn!(%task, %reason, "cannot stop the other containers; they are removed as they are");
                    }
                    let _turn = burials.acquire().await;
                    let words = runtime.last_words(&task, &end).await;
                    Outcome::Buried(task, end, words)
                });
            }
            Effect::Remove(task) => {
                let (burials, sandboxes) = (Arc::clone(&self.burials), self.sandboxes.clone());
                self.calls.spawn(async move {
                    let _turn = burials.acquire().await;
                    let removed = sandbox::remove(&*runtime, &sandboxes, &task).await;
                    Outcome::Removed(task, removed)
                });
            }
            Effect::Probe(probing) => {
                let task = probing.spec.id.clone();
                let watch = tokio::spawn(probing::watch(probing, runtime, self.handle.clone()));
                self.probes.insert(task, AbortOnDropHandle::new(watch));
            }
            Effect::Unprobe(task) => {
                self.probes.remove(&task);
            }
        }
    }

    fn stop(&mut self, task: TaskId, grace: Duration) {
        let (runtime, stops) = (Arc::clone(&self.runtime), self.stops.clone());
        self.calls.spawn(async move {
            let stopped = stops.stop(&*runtime, &task, grace).await;
            Outcome::Stopped(task, stopped)
        });
    }

    fn pull(&mut self, image: String) {
        let (runtime, inbox) = (Arc::clone(&self.runtime), self.handle.clone());
        let (name, pulling) = (image.clone(), image.clone());
        let progress = Box::new(move |fetched| {
            // Where the loop is busy, the next news will do.
            inbox.hint(Message::PullProgress { image: pulling.clone(), fetched });
        });
        let pull = self.calls.spawn(async move {
            let pulled = runtime.pull(&name, progress).await;
            Outcome::Pulled(name, pulled)
        });
        self.pulls.insert(image, pull);
    }

    fn describe(&mut self, engine: EngineState) {
        if !self.profile.change_engine(engine) {
            return;
        }
        match &self.profile.info().engine {
            EngineState::Up { version } => tracing::info!(version, "the engine answers"),
            EngineState::Down { reason } => tracing::warn!(reason, "the engine does not answer"),
        }
        self.say(Word::Info(wire::encode(self.profile.info())));
    }

    fn greet(&mut self) {
        let tasks = self.tasks.reports().iter().map(wire::encode).collect();
        let abilities = wire::ABILITIES.map(i32::from).to_vec();
        self.say(Word::Hello(Hello { protocol: PROTOCOL, info: wire::encode(self.profile.info()), tasks, abilities }));
        for report in self.tasks.findings() {
            self.report(&report);
        }
    }

    fn report(&mut self, report: &TaskReport) {
        self.say(Word::Report(wire::encode(report)));
    }

    /// To the master, if it can be reached: a hello will tell it all otherwise.
    fn say(&mut self, word: Word) {
        if !self.knows_engine {
            return;
        }
        if let Some(link) = &self.link
            && link.try_send(FromAgent { message: Some(word) }).is_err()
        {
            self.link = None;
        }
    }
}
