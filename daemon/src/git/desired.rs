//! Keeps the master at the tip of the deploy branch. Level, not edge: whoever thinks that the branch may
//! have moved nudges, and the loop looks where it is. A commit with a mistake never gets through, however
//! it came into the repository; the last good one stays.

use super::branch::{Branch, commit_id, describe};
use super::desire::Desire;
use super::reading::Readings;
use super::turns::Turns;
use arc_swap::ArcSwapOption;
use git2::Oid;
use ship_core::cluster::{Commit, Input};
use ship_core::model::{CommitId, TaskId, Wanted};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Nudges that may wait; a nudger beyond them waits for its turn.
const NUDGES_MAX: usize = 64;
/// For a move that nobody reported, because the file system tells nobody.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// The desired state: the branch, what was read of it, and what stands in the way.
pub(super) struct Desired {
    pub(super) branch: Branch,
    pub(super) readings: Readings,
    pub(super) master: Arc<dyn Desire>,
    pub(super) turns: Turns,
    nudges: mpsc::Sender<oneshot::Sender<()>>,
    /// Why the branch's tip is not what is wanted.
    problem: ArcSwapOption<String>,
    /// Tasks that go with a commit that is being made; one at a time is. Lost in a crash: then others go in their place.
    sentence: ArcSwapOption<(CommitId, Vec<TaskId>)>,
}

/// The nudges that came in.
pub(super) type Inbox = mpsc::Receiver<oneshot::Sender<()>>;

/// What is at the tip.
enum Tip {
    NoBranch,
    /// The master has it already.
    Known,
    Good(Commit, Wanted),
    Bad(Commit, String),
}

impl Desired {
    pub(super) fn new(branch: Branch, master: Arc<dyn Desire>) -> (Arc<Self>, Inbox) {
        let (nudges, inbox) = mpsc::channel(NUDGES_MAX);
        let problem = ArcSwapOption::empty();
        (
            Arc::new(Self {
                branch,
                readings: Readings::default(),
                master,
                turns: Turns::default(),
                nudges,
                problem,
                sentence: ArcSwapOption::empty(),
            }),
            inbox,
        )
    }

    pub(super) fn problem(&self) -> Option<Arc<String>> {
        self.problem.load_full()
    }

    /// Has the branch looked at, and returns when that is done. At once if the loop has ended.
    pub(super) async fn catch_up(&self) {
        let (done, answer) = oneshot::channel();
        if self.nudges.send(done).await.is_ok() {
            let _ = answer.await;
        }
    }

    /// Follows the branch until shutdown.
    pub(super) async fn run(self: Arc<Self>, mut inbox: Inbox, shutdown: CancellationToken) {
        let mut waiting = Vec::new();
        loop {
            self.take_over().await;
            for done in waiting.drain(..) {
                let _: Result<(), ()> = oneshot::Sender::send(done, ());
            }
            tokio::select! {
                _ = inbox.recv_many(&mut waiting, NUDGES_MAX) => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                () = shutdown.cancelled() => return,
            }
        }
    }

    async fn take_over(self: &Arc<Self>) {
        let this = self.clone();
        let looked = tokio::task::spawn_blocking(move || this.look()).await;
        let problem = match looked {
            Ok(Ok(Tip::NoBranch)) => self.missing_branch(),
            Ok(Ok(Tip::Known)) => None,
            Ok(Ok(Tip::Good(commit, wanted))) => self.hand_over(commit, wanted).await,
            Ok(Ok(Tip::Bad(commit, why))) => Some(format!("commit {} is not deployed: {why}", commit.id.short())),
            Ok(Err(why)) => Some(why),
            Err(panic) => Some(format!("reading the branch `{}` failed: {panic}", self.branch)),
        };
        self.report(problem);
    }

    async fn hand_over(&self, commit: Commit, wanted: Wanted) -> Option<String> {
        tracing::info!(commit = commit.id.short(), author = %commit.author, subject = %commit.subject, "taking over");
        let mut inputs: Vec<Input> =
            self.sentenced_by(&commit.id).map(|tasks| Input::Kill { tasks }).into_iter().collect();
        inputs.push(Input::Desired { commit, wanted });
        self.master.command(inputs).await.err().map(|stopped| stopped.to_string())
    }

    /// These tasks go when the commit is handed over.
    pub(super) fn sentence(&self, commit: &CommitId, tasks: &[TaskId]) {
        let sentence = (!tasks.is_empty()).then(|| Arc::new((commit.clone(), tasks.to_vec())));
        self.sentence.store(sentence);
    }

    fn sentenced_by(&self, commit: &CommitId) -> Option<Vec<TaskId>> {
        let sentence = self.sentence.swap(None)?;
        (sentence.0 == *commit).then(|| sentence.1.clone())
    }

    /// A branch that was there and is gone deletes nothing.
    fn missing_branch(&self) -> Option<String> {
        self.master
            .commit()
            .map(|last| format!("the branch `{}` is gone; commit {} stays deployed", self.branch, last.id.short()))
    }

    fn look(&self) -> Result<Tip, String> {
        let failed = |err: &dyn std::fmt::Display| format!("cannot read `{}`: {err}", self.branch.path().display());
        let repo = self.branch.open().map_err(|err| failed(&err))?;
        let Some(id) = self.branch.tip(&repo).map_err(|err| failed(&err))? else {
            return Ok(Tip::NoBranch);
        };
        // Most looks are in vain; they must cost nothing.
        if self.readings.is_tip(id) && self.master_is_at(id) {
            return Ok(Tip::Known);
        }
        let commit = describe(&repo, id).map_err(|err| failed(&err))?;
        let reading = match self.readings.tip(&repo, id) {
            Ok(reading) => reading,
            Err(err) => return Ok(Tip::Bad(commit, err.to_string())),
        };
        Ok(match reading.tree.wanted() {
            Some(_) if self.master_is_at(id) => Tip::Known,
            Some(wanted) => Tip::Good(commit, wanted),
            None => Tip::Bad(commit, first_finding(&reading.tree.diagnostics())),
        })
    }

    fn master_is_at(&self, id: Oid) -> bool {
        self.master.commit().is_some_and(|current| current.id == commit_id(id))
    }

    /// Logs a problem when it is new, not at every look.
    fn report(&self, problem: Option<String>) {
        if self.problem.load().as_deref() == problem.as_ref() {
            return;
        }
        match &problem {
            Some(why) => tracing::warn!(branch = %self.branch, "{why}"),
            None => tracing::info!(branch = %self.branch, "in order again"),
        }
        self.problem.store(problem.map(Arc::new));
    }
}

fn first_finding(diagnostics: &[ship_repo::Diagnostic]) -> String {
    let mut errors = diagnostics.iter().filter(|found| found.severity == ship_repo::Severity::Error);
    let first = errors.next().map_or_else(String::new, |found| format!("{}: {}", found.file, found.message));
    match errors.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
