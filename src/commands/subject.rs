//! An argument that names an app or a commit.

use super::{AppName, DeploymentName, Session};
use crate::client::{Client, ClientError};
use crate::error::Error;
use ship_core::model::AppId;

/// What such an argument means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    App(AppId),
    /// As it was written.
    Commit(String),
}

#[derive(Debug, thiserror::Error)]
#[error("`{text}` may be the app `{app}` or the commit {text}: nothing was changed")]
pub(crate) struct Ambiguous {
    text: String,
    app: AppId,
    command: String,
}

impl Ambiguous {
    #[must_use]
    pub(crate) fn hint(&self) -> String {
        format!("for the app: {}; for the commit, give more digits", self.command)
    }
}

impl Subject {
    /// An app if it begins with a slash or if there is one of that name. `verb` is for the hint.
    pub(crate) async fn of(text: &str, verb: &str, session: &Session) -> Result<Self, Error> {
        let Ok(AppName(app)) = text.parse() else { return Ok(Self::Commit(text.to_owned())) };
        if text.starts_with('/') {
            return Ok(Self::App(app));
        }
        if !is_app(&app, &session.client).await? {
            return Ok(Self::Commit(text.to_owned()));
        }
        if is_deployment(text, &session.client).await? {
            let command = session.command(&format!("{verb} {app}"));
            return Err(Ambiguous { text: text.to_owned(), app, command }.into());
        }
        Ok(Self::App(app))
    }
}

async fn is_app(app: &AppId, client: &Client) -> Result<bool, ClientError> {
    match client.status(Some(app)).await {
        Ok(status) => Ok(status.apps.iter().any(|view| view.id == *app)),
        Err(ClientError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Several that begin so count as well.
async fn is_deployment(text: &str, client: &Client) -> Result<bool, ClientError> {
    let Ok(DeploymentName(id)) = text.parse() else { return Ok(false) };
    match client.deployment(&id).await {
        Ok(_) | Err(ClientError::Refused { .. }) => Ok(true),
        Err(ClientError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
