//! The last word of an agent on a task that no decision depends on: for people who ask why. Lost in a crash of the
//! master; agents say it again.

use super::TaskRecord;
use super::turn::Turn;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum News {
    /// So much of its image is there, in percent, where the engine says so.
    Pulling { percent: Option<u8> },
    /// What its failing health check saw.
    Unhealthy { cause: String },
}

impl Turn<'_> {
    /// Takes the place of what was said of the task before.
    pub(super) fn note_news(&mut self, task: &TaskRecord, news: Option<News>) {
        let Some(app) = self.app_mut(&task.app).filter(|app| app.news.get(&task.id) != news.as_ref()) else { return };
        match news {
            Some(news) => app.news.insert(task.id.clone(), news),
            None => app.news.remove(&task.id),
        };
    }
}
