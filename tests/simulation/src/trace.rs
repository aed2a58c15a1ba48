//! The readable story of a run.

use ship_core::model::Timestamp;
use std::fmt;
use std::io::Write;

/// When every story begins.
pub(crate) const DAWN: Timestamp = Timestamp(1_000_000_000);

pub(crate) enum Trace {
    Off,
    On(Box<dyn Write + Send>),
}

impl Trace {
    pub(crate) fn say(&mut self, now: Timestamp, who: impl fmt::Display, what: impl FnOnce() -> String) {
        if let Self::On(out) = self {
            let millis = now.0 - DAWN.0;
            // A reader that went away ends nothing.
            let _ = writeln!(out, "{:>5}.{:03}  {who:<8} {}", millis / 1000, millis % 1000, brief(&what()));
        }
    }
}

/// `back_a#1f` for a task's id: enough to tell tasks of a run apart.
fn brief(text: &str) -> String {
    let mut brief = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(".instance-") {
        let (uuid, after) = after.split_once("._app.1").unwrap_or((after, ""));
        let digits: String = uuid.chars().filter(|c| *c != '-').take(16).collect();
        brief.push_str(before);
        brief.push('#');
        brief.push_str(digits.trim_start_matches('0'));
        rest = after;
    }
    brief + rest
}
