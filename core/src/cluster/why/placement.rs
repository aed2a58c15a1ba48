//! Where tasks of an app could not go: the scheduler itself is asked, on a view of its own.

use super::cause::Placement;
use super::remedy;
use crate::cluster::{Cluster, TaskRecord};
use crate::model::{AppSpec, Timestamp};
use crate::schedule::{Claim, Fleet, Rejection, Slot};

/// So many tasks are tried at most: whether a change lets more than that run says nothing new.
pub(super) const TRIED_MOST: u32 = 1000;

impl Cluster {
    /// Why `tasks` more of the app do not all find a place, once those `without` are gone.
    pub(super) fn placement(&self, spec: &AppSpec, tasks: u32, without: &[&TaskRecord], now: Timestamp) -> Placement {
        let mut trial = Trial::new(self, spec, without, now);
        let passed_over = trial.rejections(spec, tasks);
        let tasks = tasks.min(TRIED_MOST);
        let remedies = remedy::proven(self, &mut trial, spec, &passed_over, tasks, now);
        Placement { passed_over, remedies }
    }
}

/// A scheduler to play with, and where the app's tasks stand.
pub(in crate::cluster) struct Trial {
    pub(super) fleet: Fleet,
    placed: Vec<Slot>,
}

impl Trial {
    fn new(cluster: &Cluster, spec: &AppSpec, without: &[&TaskRecord], now: Timestamp) -> Self {
        let mut trial = Self::of(cluster, now);
        trial.turn_to(cluster, spec, now);
        for task in without {
            let Some(slot) = cluster.agents.get(&task.agent).map(|agent| agent.slot) else { continue };
            trial.fleet.give_back(slot, &task.claim());
            let place = trial.placed.iter().position(|other| *other == slot);
            place.map(|place| trial.placed.remove(place));
        }
        trial
    }

    /// All agents as they are, and no app yet.
    pub(in crate::cluster) fn of(cluster: &Cluster, now: Timestamp) -> Self {
        Self { fleet: cluster.fleet(now), placed: Vec::new() }
    }

    /// From now on about this app.
    pub(in crate::cluster) fn turn_to(&mut self, cluster: &Cluster, spec: &AppSpec, now: Timestamp) {
        self.placed = cluster.placed(spec, now);
    }

    /// How many of so many tasks would find a place.
    pub(super) fn places(&mut self, spec: &AppSpec, tasks: u32) -> u32 {
        let held = self.occupy(spec, tasks);
        self.vacate(&held);
        u32::try_from(held.len()).unwrap_or(u32::MAX)
    }

    /// Why the first that finds none does not.
    pub(in crate::cluster) fn rejections(&mut self, spec: &AppSpec, tasks: u32) -> Vec<Rejection> {
        let tasks = tasks.min(TRIED_MOST);
        let held = self.occupy(spec, tasks);
        let rejections = self.fleet.rejections(spec);
        self.vacate(&held);
        rejections
    }

    fn occupy(&mut self, spec: &AppSpec, tasks: u32) -> Vec<(Slot, Claim)> {
        self.fleet.begin(spec, self.placed.iter().copied());
        let mut held = Vec::new();
        for _ in 0..tasks {
            let Some(site) = self.fleet.choose(spec) else { break };
            let claim = site.claim(spec);
            self.fleet.take(site.slot, &claim);
            held.push((site.slot, claim));
        }
        held
    }

    fn vacate(&mut self, held: &[(Slot, Claim)]) {
        self.fleet.end();
        held.iter().for_each(|(slot, claim)| self.fleet.give_back(*slot, claim));
    }
}
