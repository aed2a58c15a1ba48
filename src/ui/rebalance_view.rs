//! A rebalancing for people: what would move, what that mends, how full the agents would be.

use super::columns::Columns;
use super::style::{BAD, GOOD, HEADER, PLAIN, paint};
use super::whatif_view::{move_lines, task_text};
use ship_core::forecast::{AgentShare, Mended, Rebalance, Spread, Unplaced};
use ship_core::model::Scalar;

pub(crate) fn rebalance_lines(told: &Rebalance) -> Vec<String> {
    let mut lines = vec![head(told)];
    let mut section = |section: Vec<String>| {
        if !section.is_empty() {
            lines.push(String::new());
            lines.extend(section);
        }
    };
    section(move_lines(&told.moves));
    section(told.mended.iter().map(mended_line).collect());
    section(told.unplaced.iter().map(unplaced_line).collect());
    if let (Some(before), Some(after)) = (&told.before, &told.after) {
        section(spread_lines(before, after));
    }
    lines
}

fn head(told: &Rebalance) -> String {
    let moved: u32 = told.moves.iter().map(|one| one.tasks).sum();
    let what = match moved {
        0 => paint("every task stands where it would be placed".to_owned(), GOOD).to_string(),
        tasks => format!("{} elsewhere", task_text(tasks, "would stand", "would stand")),
    };
    let fixed = if told.fixed > 0 { format!(", {} not looked at", told.fixed) } else { String::new() };
    format!("{} {what} (of {}{fixed})", paint("all placed anew:", HEADER), told.tasks)
}

fn mended_line(mended: &Mended) -> String {
    let Mended { app, rule, before, after } = mended;
    format!("{} {app}  [{rule}]: {before} against it now, {after} then", paint("mends:", GOOD))
}

fn unplaced_line(unplaced: &Unplaced) -> String {
    let tasks = task_text(unplaced.tasks, "would find no place", "would find no place");
    format!("{} {}  {tasks}: the others would take its room", paint("loses:", BAD), unplaced.app)
}

fn spread_lines(before: &Spread, after: &Spread) -> Vec<String> {
    let mut table = Columns::new(["CPUS IN USE", "NOW", "THEN"]);
    let mut row = |name: &str, now: String, then: String| {
        table.row([name.to_owned(), now, then].map(|text| paint(text, PLAIN)), None);
    };
    row("fullest", share_text(&before.fullest), share_text(&after.fullest));
    row("emptiest", share_text(&before.emptiest), share_text(&after.emptiest));
    row("unused agents", before.unused.to_string(), after.unused.to_string());
    table.lines()
}

fn share_text(share: &AgentShare) -> String {
    let AgentShare { host, cpus } = share;
    format!("{}% {host}", Scalar::from_thousandths(cpus.thousandths() * 100))
}
