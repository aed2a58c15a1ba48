//! An argument that names a task: its id, or the short name that stands before its lines in a log.

use super::Session;
use crate::client::ClientError;
use crate::error::Error;
use crate::ui::short_name;
use ship_core::model::{AppId, TaskId};
use ship_core::protocol::TaskView;
use std::convert::Infallible;
use std::str::FromStr;

/// What every id of a task has in it, and no id of an app.
const MARK: &str = ".instance-";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaskName(String);

#[derive(Debug, thiserror::Error)]
#[error("{app} has no task `{name}` now")]
pub(crate) struct NoSuchTask {
    app: AppId,
    name: String,
    known: Vec<String>,
}

impl FromStr for TaskName {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::of(text))
    }
}

impl TaskName {
    pub(super) fn of(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// If it says all by itself.
    pub(crate) fn id(&self) -> Option<TaskId> {
        self.0.contains(MARK).then(|| TaskId::new(self.0.as_str()))
    }

    /// Which of the app's tasks is meant; the cluster is asked where the name is a short one.
    pub(crate) async fn find(&self, app: &AppId, session: &Session) -> Result<TaskId, Error> {
        match self.id() {
            Some(id) => Ok(id),
            None => Ok(self.among(app, &tasks_of(app, session).await?)?),
        }
    }

    fn among(&self, app: &AppId, tasks: &[TaskView]) -> Result<TaskId, NoSuchTask> {
        let named = |task: &&TaskView| short_name(&task.id).eq_ignore_ascii_case(&self.0);
        let known = || tasks.iter().map(|task| short_name(&task.id)).collect();
        let unknown = || NoSuchTask { app: app.clone(), name: self.0.clone(), known: known() };
        tasks.iter().find(named).map(|task| task.id.clone()).ok_or_else(unknown)
    }
}

impl NoSuchTask {
    #[must_use]
    pub(crate) fn hint(&self) -> String {
        match self.known.as_slice() {
            [] => "it has none at all; `shipctl why` tells the reason".to_owned(),
            known => format!("it has {}", known.join(", ")),
        }
    }
}

/// All tasks of an app, whatever their state.
pub(crate) async fn tasks_of(app: &AppId, session: &Session) -> Result<Vec<TaskView>, Error> {
    match session.client.status(Some(app)).await {
        Ok(status) => {
            Ok(status.apps.into_iter().find(|view| view.id == *app).map(|view| view.tasks).unwrap_or_default())
        }
        Err(ClientError::NotFound { .. }) => Err(session.unknown_app(app).await),
        Err(error) => Err(error.into()),
    }
}
