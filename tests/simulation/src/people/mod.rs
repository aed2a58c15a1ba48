//! People who change their minds at any moment: they push, scale, restart, cancel, resume and drain.

mod apps;
mod change;

use crate::agenda::Event;
use crate::dice::Dice;
use crate::world::World;
use ship_core::cluster::{Input, MarkKind, Outcome};
use ship_core::model::{AgentId, AppId, DeploymentId, Wanted};
use std::collections::BTreeSet;

pub(crate) struct People {
    /// Numbers what is new: images, restarts.
    last: u64,
    draining: BTreeSet<AgentId>,
    /// The most instances that somebody asks for.
    instances_max: u64,
}

#[derive(Debug, Clone, Copy)]
enum Wish {
    Push,
    Rollback,
    Cancel,
    Resume,
    Drain,
}

const WISHES: [(u64, Wish); 5] =
    [(60, Wish::Push), (6, Wish::Rollback), (10, Wish::Cancel), (12, Wish::Resume), (10, Wish::Drain)];

impl People {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        Self { last: 0, draining: BTreeSet::new(), instances_max: dice.between(3, 20) }
    }

    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

impl World {
    pub(crate) fn person(&mut self) {
        if self.calm {
            return;
        }
        let pause = self.dice.millis(300, 12_000);
        self.agenda.after(pause, Event::Person);
        if self.git.head().is_none() {
            let first = self.first_apps();
            return self.push(first, "the first apps");
        }
        match self.dice.weighted(&WISHES) {
            Wish::Push => {
                let (wanted, subject) = self.changed();
                self.push(wanted, &subject);
            }
            Wish::Rollback => {
                let index = self.dice.below(self.git.len());
                let wanted = self.git.wanted_at(index);
                self.push(wanted, "back to an earlier commit");
            }
            Wish::Cancel => self.cancel(),
            Wish::Resume => self.resume(),
            Wish::Drain => self.drain(),
        }
    }

    fn push(&mut self, wanted: Wanted, subject: &str) {
        let (now, text) = (self.now(), subject.to_owned());
        self.trace.say(now, "person", || format!("pushes: {text}"));
        self.git.push(wanted, subject.to_owned(), None);
        self.follow_branch();
    }

    fn cancel(&mut self) {
        let Some(published) = &self.master.published else { return };
        let open = published.deployments().filter(|deployment| deployment.outcome == Outcome::Running);
        let open: Vec<DeploymentId> = open.map(|deployment| deployment.id.clone()).collect();
        if let Some(deployment) = self.dice.pick_any(&open) {
            self.feed(Input::Cancel { deployment, by: None });
        }
    }

    fn resume(&mut self) {
        let Some(published) = &self.master.published else { return };
        let wanted = published.wanted();
        let is_held = |id: &&AppId| {
            let mark = published.app_record(id).and_then(|app| app.mark.as_ref());
            mark.is_some_and(|mark| matches!(mark.kind, MarkKind::Held | MarkKind::Cancelled))
        };
        let held: Vec<AppId> = wanted.apps.keys().filter(is_held).cloned().collect();
        if let Some(app) = self.dice.pick_any(&held) {
            self.feed(Input::Resume { apps: vec![app] });
        }
    }

    fn drain(&mut self) {
        let agent = self.dice.below(self.agents.len());
        let agent = self.agents[agent].info.id.clone();
        if self.people.draining.remove(&agent) {
            return self.feed(Input::Undrain { agent });
        }
        self.people.draining.insert(agent.clone());
        self.feed(Input::Drain { agents: vec![agent], deadline: None });
    }

    /// Whoever drained an agent is done with it.
    pub(crate) fn undrain_all(&mut self) {
        for agent in 0..self.agents.len() {
            let agent = self.agents[agent].info.id.clone();
            self.feed(Input::Undrain { agent });
        }
    }
}
