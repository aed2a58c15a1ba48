//! An app's log for people: each line behind the short name of its task, each task in its own colour.

use super::style::{FAINT, paint};
use anstyle::{AnsiColor, Style};
use ship_core::model::TaskId;
use ship_core::protocol::LogLine;

const COLORS: [AnsiColor; 5] =
    [AnsiColor::Cyan, AnsiColor::Magenta, AnsiColor::Green, AnsiColor::Yellow, AnsiColor::Blue];

/// Remembers which task has which colour: the order of their first lines.
pub(crate) struct LogView {
    /// Whether each line says when it was printed.
    timestamps: bool,
    seen: Vec<TaskId>,
}

impl LogView {
    pub(crate) fn new(timestamps: bool) -> Self {
        Self { timestamps, seen: Vec::new() }
    }

    pub(crate) fn line(&mut self, line: &LogLine) -> String {
        let name = paint(short_name(&line.task), self.style_of(&line.task));
        let bar = paint("|", FAINT);
        match line.at.filter(|_| self.timestamps) {
            Some(at) => format!("{name} {} {bar} {}", paint(format!("{at:.3}"), FAINT), line.line),
            None => format!("{name} {bar} {}", line.line),
        }
    }

    fn style_of(&mut self, task: &TaskId) -> Style {
        let at = self.seen.iter().position(|seen| seen == task).unwrap_or_else(|| {
            self.seen.push(task.clone());
            self.seen.len() - 1
        });
        COLORS[at % COLORS.len()].on_default()
    }
}

/// Of `shop_web.instance-00000000-0000-000a-...._app.1` the `000a`: the instance's number as it stands in the
/// id, so that it is found again among the engine's containers. Longer numbers show their last eight digits.
pub(crate) fn short_name(task: &TaskId) -> String {
    let unique = task.as_str().split_once(".instance-").map_or(task.as_str(), |(_, unique)| unique);
    let number: String = unique.split('-').take(3).collect();
    let digits = number.trim_start_matches('0').len().clamp(4, 8);
    number.chars().skip(number.chars().count().saturating_sub(digits)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_named_by_what_tells_them_apart() {
        let name = |unique: &str| short_name(&TaskId::new(format!("shop_web.instance-{unique}-b000-1234._app.1")));
        assert_eq!(name("00000000-0000-000a"), "000a");
        assert_eq!(name("00000000-0001-000a"), "1000a");
        assert_eq!(name("12345678-9abc-def0"), "9abcdef0");
        assert_eq!(short_name(&TaskId::new("odd")), "odd");
    }
}
