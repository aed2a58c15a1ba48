//! The task that a verb looks into: named by its id, or one of an app's.

use super::{AppName, Session, TaskName, task_name};
use crate::error::Error;
use crate::ui::{Ui, short_name};
use ship_core::model::{AppId, TaskId};
use ship_core::protocol::TaskView;

#[derive(Debug, clap::Args)]
pub(crate) struct TaskChoice {
    /// An app, such as `web` or `/shop/web`, or the id of a task
    #[arg(value_name = "APP|TASK")]
    subject: String,
    /// Which of the app's tasks, by its short name or its id [default: the first that runs]
    #[arg(long, value_name = "TASK")]
    task: Option<TaskName>,
}

#[derive(Debug, thiserror::Error)]
#[error("no task of {0} runs now")]
pub(crate) struct NothingRuns(AppId);

impl NothingRuns {
    #[must_use]
    pub(crate) fn hint(&self) -> String {
        format!("`shipctl why {}` tells the reason", self.0)
    }
}

impl TaskChoice {
    /// Says which one it took, where there are several.
    pub(crate) async fn make(&self, session: &Session, ui: &mut Ui) -> Result<TaskId, Error> {
        if let Some(id) = TaskName::of(&self.subject).id() {
            return Ok(id);
        }
        let AppName(app) = self.subject.parse()?;
        if let Some(name) = &self.task {
            return name.find(&app, session).await;
        }
        let running: Vec<_> = task_name::tasks_of(&app, session).await?.into_iter().filter(runs).collect();
        let first = running.first().ok_or_else(|| NothingRuns(app.clone()))?;
        if running.len() > 1 {
            ui.say(format!("in task {} of {app}, on {}", short_name(&first.id), first.host));
        }
        Ok(first.id.clone())
    }
}

fn runs(task: &TaskView) -> bool {
    ["running", "healthy", "unhealthy"].contains(&task.state.as_str())
}
