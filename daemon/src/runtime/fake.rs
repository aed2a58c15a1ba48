//! An engine that exists only in memory and does what a test tells it: refuse, hang, crash, go away and
//! come back. Containers outlive the agents that made them, as real ones do.

mod attach;

pub use attach::Commands;

use super::{
    Attached, End, ExecEnd, ExecWish, Fetched, Found, FoundState, LastWords, LogsQuery, Notice, OutputLine, Progress,
    Runtime, RuntimeError, Started, Stock,
};
use futures_util::stream::{self, BoxStream, StreamExt};
use ship_core::model::{Image, TaskId, TaskSpec};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::UnboundedReceiverStream;

/// Far more than any test lets lie; a real runtime has the engine's socket for back pressure.
const NOTICES: usize = 65_536;

/// A handle to the fake engine; copies share it.
#[derive(Clone)]
pub struct Fake {
    state: Arc<Mutex<State>>,
    /// Whether starts and pulls go through.
    starts: Arc<watch::Sender<bool>>,
    pulls: Arc<watch::Sender<bool>>,
}

#[derive(Default)]
struct State {
    containers: BTreeMap<TaskId, Found>,
    volumes: BTreeSet<String>,
    /// Reason while the engine is away.
    down: Option<String>,
    watchers: Vec<mpsc::Sender<Notice>>,
    refusals: BTreeMap<String, String>,
    words: BTreeMap<TaskId, LastWords>,
    output: BTreeMap<TaskId, Vec<OutputLine>>,
    stock: Option<Stock>,
    readers: BTreeMap<TaskId, Vec<mpsc::UnboundedSender<OutputLine>>>,
    exec: Option<ExecEnd>,
    attached: Commands,
    sandboxes: BTreeMap<TaskId, PathBuf>,
    /// It does not see the files of this machine.
    elsewhere: bool,
    absent: BTreeSet<String>,
    deaf: BTreeSet<String>,
    stops: Vec<TaskId>,
    /// How many containers were ever made, how many images fetched.
    starts: usize,
    pulls: usize,
}

impl Default for Fake {
    fn default() -> Self {
        let open = || Arc::new(watch::Sender::new(true));
        Self { state: Arc::default(), starts: open(), pulls: open() }
    }
}

impl Fake {
    /// From now on starts hang, until [`Fake::release`].
    pub fn hold_starts(&self) {
        self.starts.send_replace(false);
    }

    /// From now on pulls hang, until [`Fake::release`].
    pub fn hold_pulls(&self) {
        self.pulls.send_replace(false);
    }

    pub fn release(&self) {
        self.starts.send_replace(true);
        self.pulls.send_replace(true);
    }

    /// The engine does not have this image before it is pulled.
    pub fn lack(&self, image: &str) {
        self.lock().absent.insert(image.to_owned());
    }

    /// Containers of this image cannot be started, and why.
    pub fn refuse(&self, image: &str, reason: &str) {
        self.lock().refusals.insert(image.to_owned(), reason.to_owned());
    }

    /// Processes of this image end only when their grace period is over.
    pub fn deafen(&self, image: &str) {
        self.lock().deaf.insert(image.to_owned());
    }

    /// The task's process ends by itself.
    pub fn exit(&self, task: &TaskId, code: i64, words: LastWords) {
        let mut state = self.lock();
        state.words.insert(task.clone(), words);
        state.end(task, End { code, container: None });
    }

    /// The process in that container of a pod ends by itself.
    pub fn exit_in(&self, task: &TaskId, container: &str, code: i64) {
        self.lock().end(task, End { code, container: Some(container.to_owned()) });
    }

    /// How often a task was asked to stop.
    #[must_use]
    pub fn stops(&self, task: &TaskId) -> usize {
        self.lock().stops.iter().filter(|stopped| *stopped == task).count()
    }

    /// The engine goes away. Containers run on, but nothing is heard of them.
    pub fn engine_down(&self, reason: &str) {
        let mut state = self.lock();
        state.down = Some(reason.to_owned());
        state.tell(&Notice::Down { reason: reason.to_owned() });
    }

    pub fn engine_up(&self) {
        let mut state = self.lock();
        state.down = None;
        let up = state.up();
        state.tell(&up);
    }

    /// From now on the engine has this besides containers.
    pub fn stock(&self, stock: Stock) {
        let mut state = self.lock();
        state.stock = Some(stock.clone());
        state.tell(&Notice::Has(stock));
    }

    /// What every [`Runtime::exec`] answers from now on.
    pub fn answer_exec(&self, end: ExecEnd) {
        self.lock().exec = Some(end);
    }

    pub fn print(&self, task: &TaskId, line: OutputLine) {
        let mut state = self.lock();
        if let Some(readers) = state.readers.get_mut(task) {
            readers.retain(|reader| reader.send(line.clone()).is_ok());
        }
        state.output.entry(task.clone()).or_default().push(line);
    }

    /// How many follow what the task prints.
    #[must_use]
    pub fn readers(&self, task: &TaskId) -> usize {
        let state = self.lock();
        state.readers.get(task).into_iter().flatten().filter(|reader| !reader.is_closed()).count()
    }

    /// The engine turns out to see another filesystem than the agent.
    pub fn move_elsewhere(&self) {
        self.lock().elsewhere = true;
    }

    /// The folder that was mounted as the task's sandbox.
    #[must_use]
    pub fn sandbox(&self, task: &TaskId) -> Option<PathBuf> {
        self.lock().sandboxes.get(task).cloned()
    }

    /// The commands that somebody talks to.
    #[must_use]
    pub fn attached(&self) -> Commands {
        self.lock().attached.clone()
    }

    /// Names of its volumes.
    #[must_use]
    pub fn volumes(&self) -> BTreeSet<String> {
        self.lock().volumes.clone()
    }

    /// Tasks with a container, whatever its state.
    #[must_use]
    pub fn containers(&self) -> Vec<TaskId> {
        self.lock().containers.keys().cloned().collect()
    }

    /// How many containers were ever made.
    #[must_use]
    pub fn starts(&self) -> usize {
        self.lock().starts
    }

    /// How many images were ever fetched.
    #[must_use]
    pub fn pulls(&self) -> usize {
        self.lock().pulls
    }

    async fn pass(&self, gate: &watch::Sender<bool>) {
        // The sender is ours: waiting on it cannot fail.
        let _ = gate.subscribe().wait_for(|open| *open).await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn reach(&self) -> Result<(), RuntimeError> {
        match &self.down {
            Some(reason) => Err(RuntimeError::Unavailable(reason.clone())),
            None => Ok(()),
        }
    }

    fn up(&self) -> Notice {
        Notice::Up { version: "fake".to_owned(), found: self.containers.values().cloned().collect() }
    }

    fn tell(&mut self, notice: &Notice) {
        self.watchers.retain(|watcher| watcher.try_send(notice.clone()).is_ok());
    }

    fn end(&mut self, task: &TaskId, end: End) {
        let Some(found) = self.containers.get_mut(task) else { return };
        found.state = FoundState::Exited(end.clone());
        if self.down.is_none() {
            self.tell(&Notice::Exited { task: task.clone(), end });
        }
    }
}

#[async_trait::async_trait]
impl Runtime for Fake {
    fn watch(&self) -> mpsc::Receiver<Notice> {
        let (sender, receiver) = mpsc::channel(NOTICES);
        let mut state = self.lock();
        let first = match &state.down {
            Some(reason) => Notice::Down { reason: reason.clone() },
            None => state.up(),
        };
        let stock = state.stock.clone().map(Notice::Has);
        if stock.into_iter().chain([first]).all(|notice| sender.try_send(notice).is_ok()) {
            state.watchers.push(sender);
        }
        receiver
    }

    async fn pull(&self, image: &str, progress: Progress) -> Result<(), RuntimeError> {
        progress(Fetched { percent: Some(0), bytes: 0 });
        self.pass(&self.pulls).await;
        let mut state = self.lock();
        state.reach()?;
        if let Some(reason) = state.refusals.get(image) {
            return Err(RuntimeError::Refused(reason.clone()));
        }
        state.absent.remove(image);
        state.pulls += 1;
        Ok(())
    }

    async fn start(&self, task: &TaskSpec, sandbox: Option<&Path>) -> Result<Started, RuntimeError> {
        self.pass(&self.starts).await;
        let mut state = self.lock();
        state.reach()?;
        for Image { name, .. } in task.images() {
            if state.absent.contains(name) {
                return Err(RuntimeError::NoImage(name.clone()));
            }
            if let Some(reason) = state.refusals.get(name) {
                return Err(RuntimeError::Refused(reason.clone()));
            }
        }
        state.starts += usize::from(!state.containers.contains_key(&task.id));
        let found = Found { spec: task.clone(), state: FoundState::Running { address: None, age: Duration::ZERO } };
        state.volumes.extend(task.mounts.iter().map(|mount| mount.name.clone()));
        state.volumes.extend(task.pod.iter().flat_map(|pod| pod.volumes.clone()));
        state.containers.entry(task.id.clone()).or_insert(found);
        let sandbox = sandbox.filter(|_| !state.elsewhere).map(Path::to_owned);
        let sandboxed = sandbox.is_some();
        state.sandboxes.extend(sandbox.map(|folder| (task.id.clone(), folder)));
        Ok(Started { address: None, sandboxed })
    }

    async fn stop(&self, task: &TaskId, grace: Duration) -> Result<(), RuntimeError> {
        let is_deaf = {
            let mut state = self.lock();
            state.reach()?;
            state.stops.push(task.clone());
            let found = state.containers.get(task).ok_or(RuntimeError::Missing)?;
            state.deaf.contains(&found.spec.image.name)
        };
        if is_deaf {
            tokio::time::sleep(grace).await;
        }
        self.lock().end(task, End { code: if is_deaf { 137 } else { 143 }, container: None });
        Ok(())
    }

    async fn last_words(&self, task: &TaskId, _end: &End) -> LastWords {
        self.lock().words.get(task).cloned().unwrap_or_default()
    }

    async fn remove(&self, task: &TaskId) -> Result<(), RuntimeError> {
        let mut state = self.lock();
        state.reach()?;
        let removed = state.containers.remove(task);
        for volume in removed.iter().flat_map(|found| found.spec.pod.iter()).flat_map(|pod| &pod.volumes) {
            state.volumes.remove(volume);
        }
        Ok(())
    }

    async fn remove_volumes(&self, names: &[String]) -> Result<(), RuntimeError> {
        let mut state = self.lock();
        state.reach()?;
        let mounted = state.containers.values().flat_map(|found| &found.spec.mounts);
        if let Some(used) = mounted.map(|mount| &mount.name).find(|name| names.contains(name)) {
            return Err(RuntimeError::Refused(format!("volume {used} is in use")));
        }
        state.volumes.retain(|name| !names.contains(name));
        Ok(())
    }

    async fn logs(&self, task: &TaskId, query: LogsQuery) -> Result<BoxStream<'static, OutputLine>, RuntimeError> {
        let mut state = self.lock();
        state.reach()?;
        if !state.containers.contains_key(task) {
            return Err(RuntimeError::Missing);
        }
        let mut lines = state.output.get(task).cloned().unwrap_or_default();
        lines.retain(|line| query.since.is_none() || line.at >= query.since);
        let tail = query.tail.map_or(lines.len(), |tail| tail as usize);
        let lines = stream::iter(lines.into_iter().rev().take(tail).collect::<Vec<_>>().into_iter().rev());
        match query.follow {
            true => {
                let (reader, further) = mpsc::unbounded_channel();
                state.readers.entry(task.clone()).or_default().push(reader);
                Ok(lines.chain(UnboundedReceiverStream::new(further)).boxed())
            }
            false => Ok(lines.boxed()),
        }
    }

    async fn exec(
        &self,
        task: &TaskId,
        _container: Option<&str>,
        _argv: &[String],
        _timeout: Duration,
    ) -> Result<ExecEnd, RuntimeError> {
        let state = self.lock();
        state.reach()?;
        match state.containers.contains_key(task) {
            true => state.exec.clone().ok_or_else(|| RuntimeError::Refused("no exec was scripted".to_owned())),
            false => Err(RuntimeError::Missing),
        }
    }

    async fn attach(&self, task: &TaskId, wish: &ExecWish) -> Result<Attached, RuntimeError> {
        let state = self.lock();
        state.reach()?;
        match state.containers.contains_key(task) {
            true => Ok(state.attached.start(wish)),
            false => Err(RuntimeError::Missing),
        }
    }
}
