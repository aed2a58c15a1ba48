//! Apps with one instance on every agent that matches: their number of instances follows the agents.

use super::state::Agent;
use super::turn::Turn;
use super::{AppRecord, Cluster, NextSpec};
use crate::model::{AppId, AppSpec, Timestamp};
use crate::schedule;
use std::sync::Arc;

impl Turn<'_> {
    /// Agents came, went or changed: apps that run everywhere are looked at.
    pub(super) fn rouse_everywhere(&mut self) {
        self.dirty.extend(self.cluster.everywhere.iter().cloned());
    }

    /// Gives the app as many instances as agents match; tasks on others are to go.
    pub(super) fn resize(&mut self, id: &AppId) {
        if !self.cluster.everywhere.contains(id) {
            return;
        }
        let Some(app) = self.cluster.apps.get(id).map(|app| Arc::clone(&app.record)) else { return };
        // Before its first definition begins an app has none.
        let spec = if app.commit.is_some() { self.cluster.sized(&app.spec, self.now) } else { Arc::clone(&app.spec) };
        let sized = |next: &NextSpec| NextSpec { spec: self.cluster.sized(&next.spec, self.now), ..next.clone() };
        let next = app.next.as_ref().map(sized);
        if app.removed || (spec == app.spec && next == app.next) {
            return;
        }
        self.mark_misplaced(&spec);
        self.save_app(AppRecord { spec, next, ..AppRecord::clone(&app) });
    }
}

impl Cluster {
    /// Keeps such apps at hand.
    pub(super) fn note_everywhere(&mut self, app: &AppRecord) {
        let specs = app.next.iter().map(|next| &next.spec).chain([&app.spec]);
        match !app.removed && specs.into_iter().any(|spec| spec.placement.everywhere) {
            true => self.everywhere.insert(app.spec.id.clone()),
            false => self.everywhere.remove(&app.spec.id),
        };
    }

    /// The definition with as many instances as agents match: one at least, so that an app that no agent matches says
    /// why. One without instances stays so.
    pub(crate) fn sized(&self, spec: &Arc<AppSpec>, now: Timestamp) -> Arc<AppSpec> {
        if !spec.placement.everywhere || spec.instances == 0 {
            return Arc::clone(spec);
        }
        let agents = self.agents.values().filter(|agent| agent.matches(spec, now)).count();
        let instances = u32::try_from(agents).unwrap_or(u32::MAX).max(1);
        match instances == spec.instances {
            true => Arc::clone(spec),
            false => Arc::new(AppSpec { instances, ..AppSpec::clone(spec) }),
        }
    }
}

impl Agent {
    /// Whether the app is to have an instance there: one that is being emptied, or away for longer than the app
    /// tolerates, is not counted.
    fn matches(&self, spec: &AppSpec, now: Timestamp) -> bool {
        let info = &self.record.info;
        let is_there = self.record.drain.is_none() && self.gone_at(spec).is_none_or(|at| at > now);
        let has_share = spec.roles().any(|role| role == AppSpec::ANY_ROLE || info.reserved.contains_key(role));
        is_there && has_share && !schedule::misplaced(spec, &[info]).contains(&true)
    }
}

/// The definition as its file says it: only whether there are instances at all.
pub(super) fn as_written(spec: &Arc<AppSpec>) -> Arc<AppSpec> {
    match spec.placement.everywhere && spec.instances > 1 {
        true => Arc::new(AppSpec { instances: 1, ..AppSpec::clone(spec) }),
        false => Arc::clone(spec),
    }
}
