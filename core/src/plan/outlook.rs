//! A forecast as plain lines: how each app gets on, where its tasks start, what finds no place.

use super::wrap::{listed, wrap};
use super::{Bounds, Forecast, Placement, Shortage};
use crate::model::AppId;

/// Of an app that is spread wide, so many agents are named.
const HOSTS_SHOWN: usize = 4;

/// A line for each app of which a task starts or stops, then the warnings.
pub(super) fn outlook(forecast: &Forecast) -> Vec<String> {
    let lines: Vec<String> = forecast.bounds.iter().flat_map(|bounds| app_lines(bounds, forecast)).collect();
    let heading = (!lines.is_empty()).then(|| "forecast:".to_owned());
    let warnings = forecast.shortages.iter().map(warning);
    heading.into_iter().chain(lines).chain(warnings).collect()
}

/// Whether the forecast starts a task of the app.
pub(super) fn starts(forecast: &Forecast, app: &AppId) -> bool {
    forecast.placements.iter().any(|placement| placement.app == *app)
}

fn app_lines(bounds: &Bounds, forecast: &Forecast) -> Vec<String> {
    let hosts = hosts(forecast.placements.iter().filter(|placement| placement.app == bounds.app).collect());
    if hosts.is_empty() && is_still(bounds) {
        return Vec::new();
    }
    let mut parts = readiness(bounds);
    parts.extend(hosts);
    wrap(&format!("  {}  ", bounds.app), listed(&parts))
}

fn is_still(bounds: &Bounds) -> bool {
    bounds.ready_min == bounds.ready_end
        && bounds.ready_now == bounds.ready_end
        && bounds.running_max <= bounds.ready_now
}

/// `3 ready`, `2 -> 4 ready`; the lowest and the highest counts on the way where they lie outside.
fn readiness(bounds: &Bounds) -> Vec<String> {
    let (now, end) = (bounds.ready_now, bounds.ready_end);
    let ready = if now == end { format!("{now} ready") } else { format!("{now} -> {end} ready") };
    let lowest = (bounds.ready_min < now.min(end)).then(|| format!("at least {}", bounds.ready_min));
    let highest = (bounds.running_max > now.max(end)).then(|| match bounds.running_max {
        1 => "at most 1 task".to_owned(),
        tasks => format!("at most {tasks} tasks"),
    });
    [Some(ready), lowest, highest].into_iter().flatten().collect()
}

fn hosts(placements: Vec<&Placement>) -> Vec<String> {
    let more = placements.len().saturating_sub(HOSTS_SHOWN);
    let shown = placements.into_iter().take(HOSTS_SHOWN);
    let mut hosts: Vec<String> = shown.map(|placement| format!("{} on {}", placement.tasks, placement.host)).collect();
    if let Some(first) = hosts.first_mut() {
        first.insert_str(0, "starts ");
    }
    hosts.extend((more > 0).then(|| format!("and {more} more {}", if more == 1 { "agent" } else { "agents" })));
    hosts
}

/// On one line, however long: it is passed on by itself where the plan is too long to be shown.
fn warning(shortage: &Shortage) -> String {
    format!("warning: {}: {}", shortage.app, shortage.reason)
}
