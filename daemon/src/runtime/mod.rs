//! What runs containers: Docker, or a scriptable fake. A runtime knows containers and their engine; which
//! tasks there should be, and in which order, is decided in `agent`.

mod attached;
pub mod docker;
pub mod fake;

pub use attached::{Attached, AttachedCommand, ExecWish, Output, TerminalSize};

use futures_util::stream::BoxStream;
use ship_core::model::{TaskId, TaskSpec};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;

/// An engine as one agent sees it: only the containers labelled with that agent's id.
#[async_trait::async_trait]
pub trait Runtime: Send + Sync + 'static {
    /// Follows the engine until the receiver is dropped. The first notice is [`Notice::Up`] or
    /// [`Notice::Down`], but for a [`Notice::Has`] that may come before an `Up`.
    fn watch(&self) -> mpsc::Receiver<Notice>;

    /// Fetches an image, even if the engine has one of that name.
    async fn pull(&self, image: &str, progress: Progress) -> Result<(), RuntimeError>;

    /// Makes the task's container, or all of a pod's, and starts them, the first with this folder of the machine as its
    /// sandbox where the engine can mount it. Idempotent.
    async fn start(&self, task: &TaskSpec, sandbox: Option<&Path>) -> Result<Started, RuntimeError>;

    /// Asks the processes of the task's containers to end, and ends them after `grace`. Returns when they have; the
    /// exits themselves are told by notices.
    async fn stop(&self, task: &TaskId, grace: Duration) -> Result<(), RuntimeError>;

    /// What a process left behind that ended with this code.
    async fn last_words(&self, task: &TaskId, end: &End) -> LastWords;

    /// Removes the task's containers, whatever their state, and the space that those of a pod shared. Nothing to
    /// remove is fine.
    async fn remove(&self, task: &TaskId) -> Result<(), RuntimeError>;

    /// Removes volumes of the engine with all that is in them. Those that are not there are removed already; one that
    /// a container uses is an error.
    async fn remove_volumes(&self, names: &[String]) -> Result<(), RuntimeError>;

    /// The output of a task, of all its containers, oldest first.
    async fn logs(&self, task: &TaskId, query: LogsQuery) -> Result<BoxStream<'static, OutputLine>, RuntimeError>;

    /// Runs a command in that container of the task, or in its first, and ends it if it takes longer than that, or if
    /// nobody waits for it any more.
    async fn exec(
        &self,
        task: &TaskId,
        container: Option<&str>,
        argv: &[String],
        timeout: Duration,
    ) -> Result<ExecEnd, RuntimeError>;

    /// Runs a command in one of the task's containers and talks to it.
    async fn attach(&self, task: &TaskId, wish: &ExecWish) -> Result<Attached, RuntimeError>;
}

/// Called while an image is on its way, whenever there is notably more of it.
pub type Progress = Box<dyn Fn(Fetched) + Send + Sync>;

/// How much of an image is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Of its bytes to fetch, where the engine tells.
    pub percent: Option<u8>,
    /// Bytes fetched and bytes unpacked, together.
    pub bytes: u64,
}

/// What an engine tells of its own accord.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The engine answers (again); `found` is every container of this agent, listed after the last
    /// [`Notice::Down`]. Follows another `Up` only to tell what was missed in between.
    Up { version: String, found: Vec<Found> },
    /// The engine does not answer; in its or the connection's words.
    Down { reason: String },
    /// Besides containers, what the engine has now.
    Has(Stock),
    /// A process of a task ended. Its container is still there.
    Exited { task: TaskId, end: End },
}

/// How a task's process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The process's own, or 128 and the signal that ended it.
    pub code: i64,
    /// In which container of a pod it ran.
    pub container: Option<String>,
}

/// What an engine has for tasks to use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stock {
    /// In the form of [`Image::reference`](ship_core::model::Image::reference); of very many the newest.
    pub images: BTreeSet<String>,
    /// Devices that it can give to containers.
    pub gpus: u32,
    /// Where it keeps what containers write, if that is on this machine.
    pub folder: Option<PathBuf>,
}

/// A container, or all of a pod, that an engine already had.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// As it was when the container was made, without what only its start needs.
    pub spec: TaskSpec,
    pub state: FoundState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundState {
    /// Made, but its process never ran; of a pod, one container at least has none that ran.
    Created,
    Running {
        address: Option<String>,
        /// Of its process.
        age: Duration,
    },
    /// Of a pod, one container at least.
    Exited(End),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Started {
    /// The container's own, where it has one and somebody needs it.
    pub address: Option<String>,
    /// Whether it has the sandbox that was given.
    pub sandboxed: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastWords {
    pub out_of_memory: bool,
    /// The last lines of output, oldest first.
    pub log_tail: Vec<String>,
}

/// What of a log is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogsQuery {
    /// Go on with new lines until the task ends.
    pub follow: bool,
    /// So many of the last lines; `None` = all.
    pub tail: Option<u32>,
    /// Of those, what was printed then or later.
    pub since: Option<jiff::Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputLine {
    pub source: Source,
    /// When it was printed, if the engine tells.
    pub at: Option<jiff::Timestamp>,
    pub line: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Stdout,
    Stderr,
}

/// How a command inside a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecEnd {
    Ended {
        code: i64,
        output: String,
    },
    /// It took too long and was ended.
    TimedOut,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeError {
    /// The engine said no, in its own words; asking again gives the same answer.
    #[error("{0}")]
    Refused(String),
    /// The engine has no image of this name; a pull may help.
    #[error("the engine does not have the image `{0}`")]
    NoImage(String),
    /// The engine could not be asked; whether it did anything is unknown. A [`Notice`] follows that
    /// tells how things are.
    #[error("the engine does not answer: {0}")]
    Unavailable(String),
    #[error("there is no such container")]
    Missing,
}
