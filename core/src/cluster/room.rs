//! Where a task of an app could go, and whether an old one may make room for it.

use super::launch::{Launched, new_task};
use super::state::Agent;
use super::turn::Turn;
use super::waiting::Waiting;
use super::{AGENT_TIMEOUT, Cluster, TaskRecord};
use crate::model::{AgentInfo, AppId, AppSpec, Resources, TaskId, Timestamp};
use crate::planted::{self, Bug};
use crate::rollout::{Decision, TaskState};
use crate::schedule::{self, Candidate, Link, Rejection, Site};
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
    fn prove_room(&self, id: &AppId, owed: u32, victims: &[TaskId], now: Timestamp) -> Proof {
        let mut proof = Proof { may_go: Vec::new(), rejections: None };
        if victims.is_empty() {
            return proof;
        }
        let mut trial = self.clone();
        let leaving: Vec<TaskId> =
            self.tasks_of(id).filter(|task| task.is_killing()).map(|task| task.id.clone()).collect();
        for task in &leaving {
            trial.remove_task(task);
        }
        let filled = (0..owed).take_while(|_| trial.occupy(id, now).is_ok()).count();
        debug_assert!(filled <= owed as usize);
        for victim in victims {
            let mut attempt = trial.clone();
            attempt.remove_task(victim);
            match attempt.occupy(id, now) {
                Ok(()) => {
                    trial = attempt;
                    proof.may_go.push(victim.clone());
                }
                Err(rejections) => proof.rejections = Some(rejections),
            }
        }
        proof
    }

    /// Whether a new task would find a place if an old one, of whichever agent, could go.
    fn would_fit(&self, id: &AppId, owed: u32, now: Timestamp) -> bool {
        let Some(app) = self.apps.get(id) else { return false };
        let mut agents = BTreeSet::new();
        let old = self.tasks_of(id).filter(|task| !self.summary(task, &app.record, now).current);
        let one_each: Vec<TaskId> = old.filter(|task| agents.insert(&task.agent)).map(|task| task.id.clone()).collect();
        !self.prove_room(id, owed, &one_each, now).may_go.is_empty()
    }

    /// Stands for a task of the app's present definition, where the scheduler would put it.
    fn occupy(&mut self, id: &AppId, now: Timestamp) -> Result<(), Vec<Rejection>> {
        let Some(app) = self.apps.get(id).map(|app| Arc::clone(&app.record)) else { return Err(Vec::new()) };
        let site = self.place(&app.spec, now)?;
        let number = self.meta.next_instance;
        self.meta.next_instance += 1;
        self.insert_task(Arc::new(new_task(TaskId::new(format!("trial.{number}")), app.edition(), site, now)));
        Ok(())
    }

    /// Constraints count the app's standing tasks of every definition, so they hold while it is exchanged; but
    /// neither tasks that break them themselves nor those that are replaced because they cannot be reached.
    pub(super) fn place(&self, spec: &AppSpec, now: Timestamp) -> Result<Site, Vec<Rejection>> {
        let app = self.apps.get(&spec.id).expect("only known apps are launched");
        let stands = |task: &&Arc<TaskRecord>| {
            !task.misplaced
                && !task.is_killing()
                && self.summary(task, &app.record, now).state != TaskState::Unreachable
        };
        let info = |task: &Arc<TaskRecord>| self.agents.get(&task.agent).map(|agent| &agent.record.info);
        let placed: Vec<&AgentInfo> = self.tasks_of(&spec.id).filter(stands).filter_map(info).collect();
        let candidates: Vec<Candidate<'_>> = self
            .agents
            .values()
            .map(|agent| Candidate {
                info: &agent.record.info,
                link: link(agent, now),
                used: self.used_of(agent),
                ports_taken: &agent.ports,
                last_port: agent.last_port,
                siblings: placed.iter().filter(|info| info.id == agent.record.info.id).map(|_| 1).sum(),
            })
            .collect();
        schedule::place(spec, &candidates, &placed)
    }
}

impl Cluster {
    fn used_of(&self, agent: &Agent) -> Resources {
        if !planted::is(Bug::FreeEarly) {
            return agent.used;
        }
        let tasks = agent.tasks.iter().filter_map(|id| self.tasks.get(id));
        tasks.filter(|task| task.is_killing()).fold(agent.used, |used, task| used - task.resources)
    }
}

fn link(agent: &Agent, now: Timestamp) -> Link {
    match agent.record.lost_since {
        Some(since) if now < since + AGENT_TIMEOUT => Link::Away,
        Some(_) => Link::Gone,
        None if agent.record.drain.is_some() => Link::Draining,
        None if !agent.strangers.is_empty() => Link::Tidying,
        None => Link::Up,
    }
}
