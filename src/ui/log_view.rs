//! An app's log for people: each line behind the short name of its task, each task in its own colour.

use super::style::{FAINT, paint};
use anstyle::{AnsiColor, Style};
use ship_core::model::TaskId;
use ship_core::protocol::LogLine;

const COLORS: [AnsiColor; 5] =
    [AnsiColor::Cyan, AnsiColor::Magenta, AnsiColor::Green, AnsiColor::Yellow, AnsiColor::Blue];

/// Remembers which task has which colour: the order of their first lines.
#[derive(Default)]
pub(crate) struct LogView {
    seen: Vec<TaskId>,
}

impl LogView {
    pub(crate) fn line(&mut self, line: &LogLine) -> String {
        let name = paint(short_name(&line.task), self.style_of(&line.task));
        format!("{name} {} {}", paint("|", FAINT), line.line)
    }

    fn style_of(&mut self, task: &TaskId) -> Style {
        let at = self.seen.iter().position(|seen| seen == task).unwrap_or_else(|| {
            self.seen.push(task.clone());
            self.seen.len() - 1
        });
        COLORS[at % COLORS.len()].on_default()
    }
}

/// Of `shop_web.instance-1a2b3c4d-...._app.1` the `1a2b3c4d`: enough to tell an app's tasks apart.
pub(crate) fn short_name(task: &TaskId) -> &str {
    let unique = task.as_str().split_once(".instance-").map_or(task.as_str(), |(_, unique)| unique);
    unique.split(['-', '.']).next().unwrap_or(unique)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_named_by_what_tells_them_apart() {
        let name = |id: &str| short_name(&TaskId::new(id)).to_owned();
        assert_eq!(name("shop_web.instance-1a2b3c4d-0000-0000-0000-000000000000._app.1"), "1a2b3c4d");
        assert_eq!(name("odd"), "odd");
    }
}
