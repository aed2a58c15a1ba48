//! Why a change was not committed; each says what to do about it.

use ship_core::model::{AppId, CommitId, DeploymentId, GroupId, Kind};
use ship_repo::Diagnostic;
use ship_repo::RepoError;
use ship_repo::commit::CommitError;
use std::collections::BTreeMap;

#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("the desired state is {place}, which this daemon does not write to; {by_hand} there")]
    ReadOnly { place: String, by_hand: String },
    #[error("the branch `{0}` has no commit yet")]
    NoBranch(String),
    #[error("there is no app `{app}`")]
    NoApp { app: AppId },
    #[error("there is no group `{group}`")]
    NoGroup { group: GroupId },
    #[error("there is `{app}` already")]
    Exists { app: AppId, kind: Kind },
    #[error("`{app}` is {} already", match kind { Kind::App => "an app", Kind::Pod => "a pod" })]
    OtherKind { app: AppId, kind: Kind },
    /// Deployments that are under way change apps which this would change, too.
    #[error("another deployment is changing the app")]
    Locked { deployments: Vec<DeploymentId> },
    #[error("{} deployments are under way, which is the most that there may be", super::DEPLOYMENTS_MAX)]
    TooMany,
    #[error("`{author}` is not an author; write `Name <mail>`")]
    Author { author: String },
    #[error("the file of `{app}` cannot be edited: {reason}")]
    Edit { app: AppId, reason: String },
    #[error("the file `{path}` cannot be edited: {reason}")]
    Text { path: String, reason: String },
    #[error("`{name}` names no commit of the repository")]
    NoCommit { name: String },
    #[error("`{name}` is not in the history of the deploy branch")]
    NotInHistory { name: String },
    #[error("name the app to roll back, or the commit to roll back to")]
    NoTarget,
    #[error("there is nothing to roll `{app}` back to: its file is as it was when it came into the repository")]
    NothingBefore { app: AppId },
    #[error("there was no app `{app}` at commit {}", commit.short())]
    NotThen { app: AppId, commit: CommitId },
    #[error("the file of `{app}` was `{path}`, which is another file now")]
    Taken { app: AppId, path: String },
    #[error("the app files were in `{then}` then, and are in `{now}` now")]
    OtherFolder { then: String, now: String },
    /// The lines say what is wrong.
    #[error("the change was refused")]
    Refused {
        lines: Vec<String>,
        findings: Vec<Diagnostic>,
        /// The apps that were to be written, by file.
        apps: BTreeMap<String, AppId>,
    },
    /// The lines say what changed since the plan was shown.
    #[error("the plan no longer holds")]
    Stale { lines: Vec<String> },
    /// The lines say what it would do that nobody asked for.
    #[error("the change was refused")]
    Policy { lines: Vec<String> },
    #[error("others keep moving the branch at the same time; try again")]
    Busy,
    #[error(transparent)]
    Read(#[from] RepoError),
    #[error("cannot read the repository")]
    Git(#[from] git2::Error),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("the work was cut short: {0}")]
    Cut(String),
}
