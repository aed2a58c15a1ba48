//! Every way a verb can fail, and the one place that says which exit code and which hint that gets.

use crate::client::ClientError;
use crate::commands::{
    Ambiguous, AppNameError, InitError, NoSuchTask, NoTerminal, NotAnAgent, NotAnApp, NotAnId, NothingRuns, Refusal,
    ScopeError, TargetError,
};
use crate::exit::Exit;
use crate::git::{self, GitError};
use crate::home::HomeError;
use crate::settings::SettingsError;
use ship_core::model::IdError;
use std::io;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    AppName(#[from] AppNameError),
    #[error(transparent)]
    NotAnId(#[from] NotAnId),
    #[error(transparent)]
    NotAnAgent(#[from] NotAnAgent),
    #[error(transparent)]
    NotAnApp(#[from] NotAnApp),
    #[error(transparent)]
    Ambiguous(#[from] Ambiguous),
    #[error(transparent)]
    NoSuchTask(#[from] NoSuchTask),
    #[error(transparent)]
    Refusal(#[from] Refusal),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Init(#[from] InitError),
    #[error(transparent)]
    Scope(#[from] ScopeError),
    #[error("what was watched is out of sight; it goes on without us")]
    LostSight(#[source] ClientError),
    #[error(transparent)]
    NothingRuns(#[from] NothingRuns),
    #[error(transparent)]
    NoTerminal(#[from] NoTerminal),
    #[error("how the command ended is not known: {0}")]
    Command(String),
    #[error("cannot prepare the terminal")]
    Terminal(#[source] io::Error),
    #[error(transparent)]
    NotAnAppId(#[from] IdError),
    #[error("cannot find the current folder")]
    Here(#[source] io::Error),
    #[error("cannot read the answer")]
    Answer(#[source] io::Error),
    #[error("cannot write the output")]
    Output(#[source] io::Error),
    #[error("cannot start the runtime")]
    Runtime(#[source] io::Error),
}

impl Error {
    #[must_use]
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Settings(SettingsError::UnknownContext { .. } | SettingsError::Url { .. }) => Exit::Usage,
            Self::Home(error) | Self::Scope(ScopeError::Home(error)) => exit_of_home(error),
            Self::Client(error) => exit_of_client(error),
            Self::LostSight(_) | Self::Command(_) => Exit::Unreachable,
            Self::NothingRuns(_) => Exit::Policy,
            Self::Git(error) => exit_of_git(error),
            Self::Refusal(error) => exit_of_refusal(error),
            Self::Target(TargetError::NotWritable { .. }) => Exit::Policy,
            Self::Scope(ScopeError::Read(_)) => Exit::Invalid,
            Self::Scope(ScopeError::Path { .. })
            | Self::AppName(_)
            | Self::NotAnId(_)
            | Self::NotAnAgent(_)
            | Self::NotAnApp(_)
            | Self::Ambiguous(_)
            | Self::NoSuchTask(_)
            | Self::NotAnAppId(_)
            | Self::NoTerminal(_)
            | Self::Init(_)
            | Self::Here(_)
            | Self::Terminal(_)
            | Self::Answer(_) => Exit::Usage,
            Self::Output(_) | Self::Runtime(_) => Exit::Bug,
        }
    }

    /// What to do about it.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Settings(error) => error.hint(),
            Self::Home(error) | Self::Scope(ScopeError::Home(error)) => error.hint(),
            Self::Client(error) => error.hint(),
            Self::LostSight(_) => Some(
                "once it answers again, `shipctl attach ID` watches a rollout on, `shipctl drain AGENT` a drain"
                    .to_owned(),
            ),
            Self::Git(error) => error.hint(),
            Self::AppName(error) => error.hint(),
            Self::Ambiguous(error) => Some(error.hint()),
            Self::NoSuchTask(error) => Some(error.hint()),
            Self::NothingRuns(error) => Some(error.hint()),
            Self::NoTerminal(error) => Some(error.hint()),
            Self::Refusal(error) => error.hint(),
            Self::Target(TargetError::NotWritable { branch }) => Some(format!("its branch is `{branch}`")),
            Self::Scope(ScopeError::Path { .. } | ScopeError::Read(_))
            | Self::NotAnId(_)
            | Self::NotAnAgent(_)
            | Self::NotAnApp(_)
            | Self::NotAnAppId(_)
            | Self::Init(_)
            | Self::Here(_)
            | Self::Command(_)
            | Self::Terminal(_)
            | Self::Answer(_)
            | Self::Output(_)
            | Self::Runtime(_) => None,
        }
    }

    /// Lines that belong to the message, findings in app files for one.
    #[must_use]
    pub(crate) fn details(&self) -> &[String] {
        match self {
            Self::Client(error) => error.details(),
            Self::Git(error) => error.details(),
            Self::Refusal(error) => error.details(),
            Self::Home(error) | Self::Scope(ScopeError::Home(error)) => error.details(),
            Self::Settings(_)
            | Self::LostSight(_)
            | Self::AppName(_)
            | Self::NotAnId(_)
            | Self::NotAnAgent(_)
            | Self::NotAnApp(_)
            | Self::Ambiguous(_)
            | Self::NoSuchTask(_)
            | Self::NotAnAppId(_)
            | Self::NothingRuns(_)
            | Self::NoTerminal(_)
            | Self::Command(_)
            | Self::Terminal(_)
            | Self::Target(_)
            | Self::Init(_)
            | Self::Scope(ScopeError::Path { .. } | ScopeError::Read(_))
            | Self::Here(_)
            | Self::Answer(_)
            | Self::Output(_)
            | Self::Runtime(_) => &[],
        }
    }

    #[must_use]
    pub(crate) fn is_closed_output(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

fn exit_of_home(error: &HomeError) -> Exit {
    match error {
        HomeError::None | HomeError::NotOnTop { .. } | HomeError::Open { .. } => Exit::Usage,
        HomeError::Read(_) | HomeError::Settings { .. } | HomeError::Files { .. } => Exit::Invalid,
    }
}

fn exit_of_client(error: &ClientError) -> Exit {
    match error {
        ClientError::Unreachable { .. } | ClientError::Unavailable { .. } | ClientError::Garbled { .. } => {
            Exit::Unreachable
        }
        ClientError::Denied { .. } => Exit::Denied,
        ClientError::NotFound { .. } => Exit::Usage,
        ClientError::Invalid { .. } => Exit::Invalid,
        ClientError::Refused { .. } => Exit::Policy,
        ClientError::Stale { .. } => Exit::Stale,
        ClientError::Broken { .. } => Exit::Bug,
    }
}

fn exit_of_git(error: &GitError) -> Exit {
    match error {
        GitError::NoGit { .. } | GitError::NoCommit { .. } | GitError::Failed { .. } => Exit::Usage,
        GitError::Unreachable { .. } => Exit::Unreachable,
        GitError::Denied { .. } => Exit::Denied,
        GitError::Refused { reason, .. } => match reason {
            git::Refusal::Invalid => Exit::Invalid,
            git::Refusal::Stale => Exit::Stale,
            git::Refusal::Policy => Exit::Policy,
        },
    }
}

fn exit_of_refusal(error: &Refusal) -> Exit {
    match error {
        Refusal::NobodyToAsk
        | Refusal::Declined
        | Refusal::OnlyShown { .. }
        | Refusal::Unpushed { .. }
        | Refusal::Uncommitted { .. } => Exit::Policy,
        Refusal::PlanChanged { .. } | Refusal::Behind { .. } => Exit::Stale,
        Refusal::Edit { .. } | Refusal::File { .. } => Exit::Invalid,
    }
}
