//! `why` for people: each cause, the agents that were passed over, and what would help.

use super::moments::{ago_text, span_text};
use super::style::{BAD, FAINT, GOOD, PLAIN, paint};
use ship_core::cluster::{Cause, Placement, Remedy, What, Why};
use ship_core::model::{AppId, Timestamp};
use ship_core::schedule::{Rejection, groups};

/// Up to so many agents each has its own line.
const AGENTS_EACH: usize = 6;

/// `every_agent` leaves out none, however many there are.
pub(crate) fn why_lines(why: &Why, every_agent: bool, now: Timestamp) -> Vec<String> {
    let mut lines = vec![head(why)];
    for cause in &why.causes {
        lines.push(String::new());
        lines.push(cause_line(cause, now));
        lines.extend(cause.what.placement().into_iter().flat_map(|place| placement_lines(place, every_agent)));
    }
    lines
}

fn head(why: &Why) -> String {
    let missing = why.wanted.saturating_sub(why.ready);
    let counts = match (why.wanted, missing) {
        (0, _) if why.causes.is_empty() => "no instances are wanted".to_owned(),
        (0, _) => "removed".to_owned(),
        (wanted, 0) => format!("all {wanted} ready: nothing is missing"),
        (wanted, missing) => format!("{} of {wanted} ready, {missing} missing", why.ready),
    };
    format!("{}  {}  {}", paint(&why.app, PLAIN), paint(&why.state, FAINT), counts)
}

fn cause_line(cause: &Cause, now: Timestamp) -> String {
    let instances = if cause.instances == 1 { "1 instance" } else { &format!("{} instances", cause.instances) };
    let style = if cause.what == What::Soon { PLAIN } else { BAD };
    format!("{} {}{}", paint(format!("{instances}:"), style), cause.what, moment(&cause.what, now))
}

/// Since when, or until when.
fn moment(what: &What, now: Timestamp) -> String {
    match what {
        What::Start { since, .. } | What::Stopping { since, .. } => format!(", since {}", ago_text(*since, now)),
        What::Health { since, .. } | What::Readiness { since, .. } => {
            format!(", running for {}", span_text(now.since(*since)))
        }
        What::Settling { until, .. } => format!(", {} more", span_text(until.since(now))),
        What::Backoff { until, .. } => format!("; next attempt in {}", span_text(until.since(now))),
        What::Silent { replaced: Some(at), .. } if *at > now => {
            format!("; replaced elsewhere in {}", span_text(at.since(now)))
        }
        What::Silent { replaced: Some(_), .. } => "; to be replaced elsewhere".to_owned(),
        What::Silent { replaced: None, .. } => "; it is waited for, as unreachableStrategy says".to_owned(),
        What::Placement(_)
        | What::Exchange(_)
        | What::Minimum(_)
        | What::Drain { .. }
        | What::Pull { .. }
        | What::Dependency { .. }
        | What::Data { .. }
        | What::Preemption { .. }
        | What::Step { .. }
        | What::GivenUp { .. }
        | What::Order { .. }
        | What::Soon => String::new(),
    }
}

fn placement_lines(place: &Placement, every_agent: bool) -> Vec<String> {
    let each = every_agent || place.passed_over.len() <= AGENTS_EACH;
    let mut lines: Vec<String> = match each {
        true => place.passed_over.iter().map(agent_line).collect(),
        false => groups(&place.passed_over).iter().map(|group| format!("    {}", group.sentence())).collect(),
    };
    let mut remedies = place.remedies.iter();
    lines.extend(remedies.next().map(|first| format!("  {} {}", paint("would run:", GOOD), remedy_text(first))));
    lines.extend(remedies.map(|other| format!("         or: {}", remedy_text(other))));
    if place.remedies.is_empty() && !place.passed_over.is_empty() {
        lines.push("  no single change of the app or of an agent that was tried lets it run".to_owned());
    }
    lines
}

fn agent_line(one: &Rejection) -> String {
    format!("    {}: {}", one.host, one.reason)
}

fn remedy_text(remedy: &Remedy) -> String {
    let tasks = if remedy.lets == 1 { "1 task runs" } else { &format!("{} tasks run", remedy.lets) };
    format!("{} {}", remedy.change, paint(format!("({tasks})"), FAINT))
}

/// The command that shows more of the first cause that has more to show.
pub(crate) fn why_hints(why: &Why, command: impl Fn(&str) -> String) -> Vec<String> {
    why.causes.iter().find_map(|cause| hint(&why.app, &cause.what, &command)).into_iter().collect()
}

fn hint(app: &AppId, what: &What, command: &impl Fn(&str) -> String) -> Option<String> {
    match what {
        What::Backoff { .. } | What::Health { .. } | What::Readiness { .. } => {
            Some(format!("its own words: {}", command(&format!("logs {app}"))))
        }
        What::GivenUp { .. } => Some(format!("go on with it: {}", command(&format!("resume {app}")))),
        What::Dependency { needs } => {
            needs.first().map(|need| format!("one step further: {}", command(&format!("why {}", need.app))))
        }
        What::Drain { host, .. } => Some(format!("let it stay: {}", command(&format!("undrain {host}")))),
        What::Silent { host, .. } => Some(format!("what stands there: {}", command(&format!("agent show {host}")))),
        What::Placement(_) | What::Exchange(_) | What::Minimum(_) => None,
        What::Pull { .. }
        | What::Start { .. }
        | What::Settling { .. }
        | What::Data { .. }
        | What::Preemption { .. }
        | What::Stopping { .. }
        | What::Step { .. }
        | What::Order { .. }
        | What::Soon => None,
    }
}
