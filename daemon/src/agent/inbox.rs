//! What the executor's loop can be told, and the handle to tell it by.

use super::tasks::{Finding, Standing};
use crate::runtime::Fetched;
use crate::wire::agents::FromAgent;
use ship_core::model::{Checks, TaskId, TaskSpec, VolumeId};
use tokio::sync::{mpsc, oneshot};

/// Orders and verdicts on their way to the loop, which never waits for long.
const INBOX: usize = 1024;

/// Words on their way to the master. A link that falls further behind is dropped; its successor begins
/// with the complete list.
const OUTBOX: usize = 16_384;

/// What the loop is told from outside.
pub(super) enum Message {
    Launch(Box<TaskSpec>),
    Kill {
        task: TaskId,
        grace_secs: Option<u32>,
    },
    /// Its app's checks changed, and these hold from now on.
    Recheck {
        task: TaskId,
        checks: Checks,
    },
    Forget(TaskId),
    /// The data of an instance is not wanted any more.
    RemoveVolume {
        volume: VolumeId,
        /// As the engine knows its parts.
        names: Vec<String>,
    },
    /// A new link: from now on this is where words go, beginning with a hello.
    Attach(mpsc::Sender<FromAgent>),
    Ask {
        task: TaskId,
        answer: oneshot::Sender<Standing>,
    },
    PullProgress {
        image: String,
        fetched: Fetched,
    },
    /// The checks of a task have news.
    Found {
        task: TaskId,
        /// Of its checks.
        generation: u64,
        finding: Finding,
    },
}

#[derive(Clone)]
pub(super) struct Handle(mpsc::Sender<Message>);

impl Handle {
    pub(super) fn new() -> (Self, mpsc::Receiver<Message>) {
        let (sender, inbox) = mpsc::channel(INBOX);
        (Self(sender), inbox)
    }

    /// Drops the message where the loop is busy.
    pub(super) fn hint(&self, message: Message) {
        let _ = self.0.try_send(message);
    }

    /// Waits while the loop is busy; after shutdown nothing happens.
    pub(super) async fn tell(&self, message: Message) {
        let _ = self.0.send(message).await;
    }

    /// The words for the master from now on, beginning with a hello.
    pub(super) async fn attach(&self) -> mpsc::Receiver<FromAgent> {
        let (sender, receiver) = mpsc::channel(OUTBOX);
        self.tell(Message::Attach(sender)).await;
        receiver
    }

    /// `None` after shutdown.
    pub(super) async fn standing(&self, task: TaskId) -> Option<Standing> {
        let (answer, answered) = oneshot::channel();
        self.tell(Message::Ask { task, answer }).await;
        answered.await.ok()
    }
}
