//! Every way a verb can fail, and the one place that says which exit code and which hint that gets.

use crate::client::ClientError;
use crate::commands::AppNameError;
use crate::exit::Exit;
use crate::settings::SettingsError;
use std::io;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    AppName(#[from] AppNameError),
    #[error("cannot write the output")]
    Output(#[source] io::Error),
    #[error("cannot start the runtime")]
    Runtime(#[source] io::Error),
}

impl Error {
    #[must_use]
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Settings(error) => match error {
                SettingsError::UnknownContext { .. } | SettingsError::Url { .. } => Exit::Usage,
            },
            Self::Client(error) => match error {
                ClientError::Unreachable { .. } | ClientError::Garbled { .. } => Exit::Unreachable,
                ClientError::Denied { .. } => Exit::Denied,
                ClientError::NotFound { .. } => Exit::Usage,
                ClientError::Invalid { .. } => Exit::Invalid,
                ClientError::Refused { .. } => Exit::Policy,
                ClientError::Stale { .. } => Exit::Stale,
                ClientError::Broken { .. } => Exit::Bug,
            },
            Self::AppName(_) => Exit::Usage,
            Self::Output(_) | Self::Runtime(_) => Exit::Bug,
        }
    }

    /// What to do about it, one line each.
    #[must_use]
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Settings(error) => error.hint().into_iter().collect(),
            Self::Client(error) => error.hint().into_iter().collect(),
            Self::AppName(error) => error.hint().into_iter().collect(),
            Self::Output(_) | Self::Runtime(_) => Vec::new(),
        }
    }

    /// Lines that belong to the message, findings in app files for one.
    #[must_use]
    pub(crate) fn details(&self) -> &[String] {
        match self {
            Self::Client(error) => error.details(),
            Self::Settings(_) | Self::AppName(_) | Self::Output(_) | Self::Runtime(_) => &[],
        }
    }

    #[must_use]
    pub(crate) fn is_closed_output(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
