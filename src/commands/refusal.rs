//! What a verb itself refuses, before anything changes.

use ship_core::model::CommitId;
use ship_core::plan::Fingerprint;
use ship_repo::edit::EditError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("there is nobody to ask: nothing was changed")]
    NobodyToAsk,
    #[error("not confirmed: nothing was changed")]
    Declined,
    #[error("nothing moves tasks that are well where they are: only a preview exists")]
    OnlyShown { command: String },
    #[error("the plan is another one now, {now}: nothing was changed")]
    PlanChanged { now: Fingerprint, changed: Vec<String>, command: String },
    #[error("the cluster's branch has commits that this checkout does not have: nothing was changed")]
    Behind { command: String },
    #[error("HEAD ({}) has more than the cluster's branch: this would push that along", .head.short())]
    Unpushed { head: CommitId, command: String },
    #[error("`{file}` has changes that are not committed: nothing was changed")]
    Uncommitted { file: String },
    #[error("cannot edit `{file}`")]
    Edit {
        file: String,
        #[source]
        source: EditError,
    },
    #[error("cannot write `{file}`")]
    File {
        file: String,
        #[source]
        source: std::io::Error,
    },
}

impl Refusal {
    /// What of the plan's inputs changed, one a line.
    #[must_use]
    pub(crate) fn details(&self) -> &[String] {
        match self {
            Self::PlanChanged { changed, .. } => changed,
            Self::NobodyToAsk
            | Self::Declined
            | Self::OnlyShown { .. }
            | Self::Behind { .. }
            | Self::Unpushed { .. }
            | Self::Uncommitted { .. }
            | Self::Edit { .. }
            | Self::File { .. } => &[],
        }
    }

    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::NobodyToAsk => Some("pass --yes to go on without being asked".to_owned()),
            Self::OnlyShown { command } => {
                Some(format!("look at it: {command}; `shipctl restart APP` has the tasks of one app placed anew"))
            }
            Self::PlanChanged { command, .. } => Some(format!("look at it: {command}")),
            Self::Behind { command } => Some(format!("get them first: {command}")),
            Self::Unpushed { command, .. } => Some(format!("deploy it first: {command}")),
            Self::Uncommitted { .. } => Some("commit or stash them first".to_owned()),
            Self::Declined | Self::Edit { .. } | Self::File { .. } => None,
        }
    }
}
