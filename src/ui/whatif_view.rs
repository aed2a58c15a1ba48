//! A what-if for people: what moves, what waits, which promise bends, what is left of the capacity.

use super::columns::Columns;
use super::count_text;
use super::style::{BAD, BUSY, FAINT, GOOD, HEADER, PLAIN, Painted, paint};
use ship_core::forecast::{Bent, Capacity, CapacitySpan, Move, Wait, WaitKind, WhatIf};
use ship_core::model::{Resource, Scalar};

/// Of more moves the first are shown.
const MOVES_SHOWN: usize = 40;

/// `head` names what is supposed.
pub(crate) fn whatif_lines(head: &str, told: &WhatIf) -> Vec<String> {
    let mut lines = vec![format!("{} {}", paint(format!("{head}:"), HEADER), totals(told))];
    let mut section = |section: Vec<String>| {
        if !section.is_empty() {
            lines.push(String::new());
            lines.extend(section);
        }
    };
    section(move_lines(&told.moves));
    section(told.waits.iter().map(wait_line).collect());
    section(told.bent.iter().map(bent_line).collect());
    section(capacity_lines(&told.capacity));
    if !told.is_complete {
        section(vec![paint("it did not come to rest: this is how far it came", BAD).to_string()]);
    }
    lines
}

fn totals(told: &WhatIf) -> String {
    if told.is_quiet() {
        return paint("nothing moves, nothing waits", GOOD).to_string();
    }
    let moved = |which: &dyn Fn(&Move) -> bool| told.moves.iter().filter(|one| which(one)).map(|one| one.tasks).sum();
    let moves: u32 = moved(&|one| one.from.is_some() && one.to.is_some());
    let starts: u32 = moved(&|one| one.from.is_none());
    let stops: u32 = moved(&|one| one.to.is_none());
    let waits: u32 = told.waits.iter().map(|wait| wait.tasks - wait.already).sum();
    let bent = told.bent.len();
    let parts = [
        (moves > 0, task_text(moves, "moves", "move"), PLAIN),
        (starts > 0, task_text(starts, "starts", "start"), PLAIN),
        (stops > 0, task_text(stops, "stops", "stop"), PLAIN),
        (waits > 0, format!("{waits} will wait"), BAD),
        (bent > 0, format!("{} bend{}", count_text(bent, "promise"), if bent == 1 { "s" } else { "" }), BUSY),
    ];
    let told = parts.into_iter().filter(|(is_told, ..)| *is_told);
    told.map(|(_, text, style)| paint(text, style).to_string()).collect::<Vec<_>>().join(", ")
}

pub(super) fn task_text(tasks: u32, one: &str, several: &str) -> String {
    if tasks == 1 { format!("1 task {one}") } else { format!("{tasks} tasks {several}") }
}

pub(super) fn move_lines(moves: &[Move]) -> Vec<String> {
    if moves.is_empty() {
        return Vec::new();
    }
    let mut table = Columns::new(["APP", "TASKS", "FROM", "TO"]);
    for one in moves.iter().take(MOVES_SHOWN) {
        let cells = [
            paint(one.app.to_string(), PLAIN),
            paint(one.tasks.to_string(), PLAIN),
            place(one.from.as_deref(), "(new)"),
            place(one.to.as_deref(), "(stops)"),
        ];
        table.row(cells, None);
    }
    let mut lines = table.lines();
    let more = moves.len().saturating_sub(MOVES_SHOWN);
    lines.extend((more > 0).then(|| format!("and {more} more; --format json has all")));
    lines
}

fn place(host: Option<&str>, without: &str) -> Painted<String> {
    match host {
        Some(host) => paint(host.to_owned(), PLAIN),
        None => paint(without.to_owned(), FAINT),
    }
}

/// On one line, however long.
pub(crate) fn wait_line(wait: &Wait) -> String {
    let hosts = wait.hosts.join(", ");
    let tasks = match (wait.kind, wait.tasks) {
        (WaitKind::Nowhere, 1) => "1 task fits nowhere".to_owned(),
        (WaitKind::Nowhere, tasks) => format!("{tasks} tasks fit nowhere"),
        (WaitKind::Stays, tasks) => format!("{} on {hosts}", task_text(tasks, "stays", "stay")),
        (WaitKind::Away, tasks) => format!("{} out of sight on {hosts}", task_text(tasks, "is", "are")),
    };
    let already = if wait.already > 0 { format!(" ({} of them now already)", wait.already) } else { String::new() };
    format!("{} {}  {tasks}{already}: {}", paint("waits:", BAD), wait.app, wait.reason)
}

fn bent_line(bent: &Bent) -> String {
    let Bent { app, lowest, minimum, instances, after } = bent;
    let end = match after >= minimum {
        true => format!("until its tasks are up again ({after} in the end)"),
        false => format!("and {after} in the end"),
    };
    format!(
        "{} {app}  {lowest} of {instances} ready at the lowest, where minimumHealthCapacity promises {minimum}, {end}",
        paint("bends:", BUSY)
    )
}

fn capacity_lines(span: &CapacitySpan) -> Vec<String> {
    let mut table = Columns::new(["FREE", "NOW", "LOWEST", "IN THE END"]);
    let (before, after) = (&span.before, &span.after);
    for resource in [Resource::Cpus, Resource::Mem, Resource::Disk, Resource::Gpus] {
        let totals = [before.total.amount(resource), after.total.amount(resource)];
        if totals.iter().all(|total| total.is_zero()) {
            continue;
        }
        let cells = [
            paint(format!("{resource}{}", resource.unit()), PLAIN),
            paint(of_total(before, resource), PLAIN),
            paint(span.lowest_free.amount(resource).to_string(), lowest_style(span, resource)),
            paint(of_total(after, resource), PLAIN),
        ];
        table.row(cells, None);
    }
    let agents = ["agents".to_owned(), before.agents.to_string(), String::new(), after.agents.to_string()];
    table.row(agents.map(|text| paint(text, PLAIN)), None);
    table.lines()
}

fn of_total(capacity: &Capacity, resource: Resource) -> String {
    format!("{} of {}", capacity.free.amount(resource), capacity.total.amount(resource))
}

fn lowest_style(span: &CapacitySpan, resource: Resource) -> anstyle::Style {
    let is_empty = |amount: Scalar| amount.is_zero();
    if is_empty(span.lowest_free.amount(resource)) && !is_empty(span.before.total.amount(resource)) {
        BAD
    } else {
        PLAIN
    }
}
