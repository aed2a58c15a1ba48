//! Where a task of an app could go, and whether an old one may make room for it.

use super::launch::{Launched, new_task};
use super::places::Trial;
use super::turn::Turn;
use super::waiting::Waiting;
use super::{AppRecord, Cluster};
use crate::model::{AppId, TaskId, Timestamp};
use crate::rollout::Decision;
use crate::schedule::{self, Rejection};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Turn<'_> {
    /// Stops old tasks to make room for new ones, each only if the replacement is there already or finds a
    /// place once the old one is gone. Returns what the app waits for.
    pub(super) fn exchange(&mut self, decision: &Decision, launched: &Launched, id: &AppId) -> Option<Waiting> {
        let owed = decision.owed.saturating_sub(launched.started);
        let placed = launched.started.saturating_sub(decision.owed) as usize;
        let (replaced, rest) = decision.exchange.split_at(placed.min(decision.exchange.len()));
        let proof = self.cluster.prove_room(id, owed, rest, self.now);
        for task in replaced.iter().chain(&proof.may_go) {
            self.kill(task);
        }
        match (&launched.waiting, proof.rejections) {
            (Some(Waiting::Room { .. }), _) if !proof.may_go.is_empty() => None,
            (Some(Waiting::Room { reason, .. }), _)
                if decision.exchange.is_empty() && decision.bound > 0 && self.cluster.would_fit(id, owed, self.now) =>
            {
                Some(Waiting::Minimum { reason: reason.clone() })
            }
            (Some(waiting), _) => Some(waiting.clone()),
            (None, Some(rejections)) if replaced.is_empty() && proof.may_go.is_empty() => {
                let tasks = u32::try_from(rest.len()).unwrap_or(u32::MAX);
                Some(Waiting::Exchange { tasks, reason: schedule::summary(&rejections) })
            }
            (None, _) => None,
        }
    }
}

/// Which old tasks may go, and why not the others.
struct Proof {
    may_go: Vec<TaskId>,
    rejections: Option<Vec<Rejection>>,
}

impl Cluster {
    /// Tries on a copy: what is on its way out is gone, the instances that nobody fills stand where they can,
    /// then one old task after the other is taken away and its replacement must find a place.
    fn prove_room(&mut self, id: &AppId, owed: u32, victims: &[TaskId], now: Timestamp) -> Proof {
        let mut proof = Proof { may_go: Vec::new(), rejections: None };
        let Some(app) = self.apps.get(id).filter(|_| !victims.is_empty()).cloned() else { return proof };
        self.on_trial(|trial| {
            app.tasks.values().filter(|task| task.is_killing()).for_each(|task| trial.remove(task));
            let filled = (0..owed).take_while(|_| trial.occupy(&app.record, now).is_ok()).count();
            debug_assert!(filled <= owed as usize);
            for victim in victims.iter().filter_map(|id| app.tasks.get(id)) {
                if victim.volume.is_some() && app.record.spec.is_resident() {
                    let fits = trial.cluster().fits_after(victim, &app.record.spec, now);
                    proof.may_go.extend(fits.then(|| victim.id.clone()));
                    continue;
                }
                trial.remove(victim);
                match trial.occupy(&app.record, now) {
                    Ok(()) => proof.may_go.push(victim.id.clone()),
                    Err(rejections) => {
                        trial.insert(Arc::clone(victim));
                        proof.rejections = Some(rejections);
                    }
                }
            }
        });
        proof
    }

    /// Whether a new task would find a place if an old one, of whichever agent, could go.
    fn would_fit(&mut self, id: &AppId, owed: u32, now: Timestamp) -> bool {
        let Some(app) = self.apps.get(id) else { return false };
        let mut agents = BTreeSet::new();
        let old = self.tasks_of(id).filter(|task| !self.summary(task, &app.record, now).current);
        let one_each: Vec<TaskId> = old.filter(|task| agents.insert(&task.agent)).map(|task| task.id.clone()).collect();
        !self.prove_room(id, owed, &one_each, now).may_go.is_empty()
    }
}

impl Trial {
    /// Stands for a task of the app's present definition, where the scheduler would put it.
    fn occupy(&mut self, app: &AppRecord, now: Timestamp) -> Result<(), Vec<Rejection>> {
        let cluster = self.cluster();
        cluster.begin_placing(&app.spec, now);
        let site = cluster.choose_place(&app.spec)?;
        let number = cluster.meta.next_instance;
        cluster.meta.next_instance += 1;
        self.insert(Arc::new(new_task(TaskId::new(format!("trial.{number}")), app.edition(), site, now)));
        Ok(())
    }
}
