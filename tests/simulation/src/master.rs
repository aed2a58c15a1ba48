//! The master as the daemon runs it: inputs are handled in batches, a batch is stored in one transaction,
//! then acted on. It may die before the commit, after it, or midway through the acts.

use crate::agenda::Event;
use crate::faults::Fault;
use crate::link::Order;
use crate::world::{World, number};
use ship_core::cluster::{Cluster, Effect, Input, Key, Record, Revert, invariants::Violation};
use ship_core::model::Timestamp;
use std::collections::BTreeMap;

/// Where in a batch the master is to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doom {
    BeforeCommit,
    AfterCommit,
    Midway,
}

#[derive(Default)]
pub(crate) struct Master {
    /// `None` while it is down.
    pub(crate) cluster: Option<Cluster>,
    /// What readers see: the cluster as it was last stored.
    pub(crate) published: Option<Cluster>,
    pub(crate) links: BTreeMap<usize, u64>,
    pub(crate) life: u64,
    pub(crate) doom: Option<Doom>,
    store: BTreeMap<Key, Record>,
    batch: Option<Batch>,
    wake: Option<Timestamp>,
}

#[derive(Default)]
struct Batch {
    writes: Vec<Effect>,
    acts: Vec<Effect>,
}

impl Master {
    pub(crate) fn has_stored(&self, key: &Key) -> bool {
        self.store.contains_key(key)
    }
}

impl World {
    pub(crate) fn start_master(&mut self) {
        if self.master.cluster.is_some() {
            return;
        }
        let now = self.now();
        self.trace.say(now, "master", || "starts".to_owned());
        let stored = Cluster::restore(self.master.store.values().cloned());
        let mut cluster = stored.unwrap_or_else(|| Cluster::new(self.seed));
        let before = self.master.published.take().unwrap_or_else(|| cluster.clone());
        let effects = cluster.start(now);
        self.master.published = Some(before.clone());
        self.master.cluster = Some(cluster);
        self.judge(None, &before, &effects);
        self.gather(effects);
        self.follow_branch();
    }

    /// Takes over what the branch says, if the cluster does not know it yet.
    pub(crate) fn follow_branch(&mut self) {
        let Some((commit, wanted)) = self.git.head().cloned() else { return };
        let Some(cluster) = &self.master.cluster else { return };
        if cluster.commit().map(|known| &known.id) != Some(&commit.id) {
            self.feed(Input::Desired { commit, wanted });
        }
    }

    /// One call of the real core. The master must be up.
    pub(crate) fn feed(&mut self, input: Input) {
        let now = self.now();
        self.tell_input(&input);
        let Some(mut cluster) = self.master.cluster.take() else { return };
        let before = cluster.clone();
        let seen = input.clone();
        let effects = cluster.handle(now, input);
        self.master.cluster = Some(cluster);
        self.judge(Some(&seen), &before, &effects);
        self.gather(effects);
    }

    /// Into the batch, which is given to the store a moment later.
    fn gather(&mut self, effects: Vec<Effect>) {
        let is_write = |effect: &Effect| matches!(effect, Effect::Save(_) | Effect::Forget(_));
        let last_write = effects.iter().rposition(is_write);
        let life = self.master.life;
        if self.master.batch.is_none() {
            let pause = self.dice.millis(0, 15);
            self.agenda.after(pause, Event::Flush { life });
            self.master.batch = Some(Batch::default());
        }
        for (index, effect) in effects.into_iter().enumerate() {
            match effect {
                Effect::Wake(at) => self.wake_at(at),
                effect if is_write(&effect) => self.batch().writes.push(effect),
                // What the core wants done before something is stored is done before that.
                effect if Some(index) < last_write => self.act(effect),
                effect => self.batch().acts.push(effect),
            }
        }
    }

    fn batch(&mut self) -> &mut Batch {
        self.master.batch.get_or_insert_default()
    }

    fn wake_at(&mut self, at: Timestamp) {
        let earlier = self.master.wake.is_none_or(|wake| at < wake);
        if earlier {
            self.master.wake = Some(at);
            self.agenda.at(at, Event::Wake { life: self.master.life });
        }
    }

    pub(crate) fn wake(&mut self, life: u64) {
        let due = self.master.wake.is_some_and(|wake| wake <= self.now());
        if life == self.master.life && due && self.master.cluster.is_some() {
            self.master.wake = None;
            self.feed(Input::Tick);
        }
    }

    pub(crate) fn flush(&mut self, life: u64) {
        if life != self.master.life {
            return;
        }
        let Some(batch) = self.master.batch.take() else { return };
        let doom = self.master.doom.take();
        if doom == Some(Doom::BeforeCommit) {
            return self.crash_master(Fault::CrashBeforeCommit);
        }
        self.commit(batch.writes);
        if doom == Some(Doom::AfterCommit) {
            return self.crash_master(Fault::CrashAfterCommit);
        }
        let acts = match doom {
            Some(Doom::Midway) => self.dice.below(batch.acts.len() + 1),
            Some(Doom::BeforeCommit | Doom::AfterCommit) | None => batch.acts.len(),
        };
        for effect in batch.acts.into_iter().take(acts) {
            if !self.is_void(&effect) {
                self.act(effect);
            }
        }
        match doom {
            Some(Doom::Midway) => self.crash_master(Fault::CrashMidway),
            Some(Doom::BeforeCommit | Doom::AfterCommit) | None => self.look_for_reverts(),
        }
    }

    fn commit(&mut self, writes: Vec<Effect>) {
        for write in writes {
            match write {
                Effect::Save(record) => {
                    self.master.store.insert(record.key(), record);
                }
                Effect::Forget(key) => {
                    self.master.store.remove(&key);
                }
                Effect::Launch { .. }
                | Effect::Kill { .. }
                | Effect::Recheck { .. }
                | Effect::RemoveVolume { .. }
                | Effect::Emit(_)
                | Effect::Wake(_) => {}
            }
        }
        self.master.published = self.master.cluster.clone();
    }

    /// What ended within the batch is not begun any more.
    fn is_void(&self, effect: &Effect) -> bool {
        let known = |task| self.master.cluster.as_ref().is_some_and(|cluster| cluster.task(task).is_some());
        matches!(effect, Effect::Launch { task, .. } if !known(&task.id))
    }

    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Launch { agent, task } => {
                if !self.master.has_stored(&Key::Task(task.id.clone())) {
                    let detail = format!("{} is sent to {agent} before its record is durable", task.id);
                    self.violated(Violation::new("stored", detail));
                }
                self.send(number(&agent), Order::Launch(task));
            }
            Effect::Kill { agent, task, grace_secs } => self.send(number(&agent), Order::Kill { task, grace_secs }),
            Effect::Recheck { agent, task, checks } => self.send(number(&agent), Order::Recheck { task, checks }),
            Effect::Emit(event) => {
                let app = event.app.map_or_else(String::new, |app| format!("{app} "));
                self.trace.say(event.at, "cluster", || format!("{app}{:?}", event.what));
            }
            // Nobody here asks for a volume's end.
            Effect::RemoveVolume { .. } | Effect::Save(_) | Effect::Forget(_) | Effect::Wake(_) => {}
        }
    }

    fn crash_master(&mut self, fault: Fault) {
        let now = self.now();
        self.trace.say(now, "master", || format!("dies ({})", fault.name()));
        self.score.faults.count(fault);
        self.drop_master();
        let pause = self.dice.millis(100, 15_000);
        self.agenda.after(pause, Event::MasterStarts);
    }

    fn drop_master(&mut self) {
        let master = &mut self.master;
        master.life += 1;
        master.cluster = None;
        master.batch = None;
        master.wake = None;
        master.doom = None;
        master.links.clear();
        self.git.reverting.clear();
        for agent in 0..self.agents.len() {
            let wire = &mut self.agents[agent].wire;
            let Some(link) = wire.link else { continue };
            wire.dead = link;
            let noticed = self.dice.millis(0, 2_000);
            self.agenda.after(noticed, Event::AgentNotices { agent, link });
        }
    }

    /// Reads what is published, as the daemon does whenever there is news.
    fn look_for_reverts(&mut self) {
        let Some(published) = &self.master.published else { return };
        let reverts: Vec<_> = published.reverts().filter(|revert| !self.git.reverting.contains(&revert.app)).collect();
        for revert in reverts {
            self.git.reverting.insert(revert.app.clone());
            let pause = self.dice.millis(20, 800);
            self.agenda.after(pause, Event::Revert(Box::new(revert)));
        }
    }

    pub(crate) fn revert(&mut self, revert: &Revert) {
        self.git.reverting.remove(&revert.app);
        let Some(published) = &self.master.published else { return };
        if self.master.cluster.is_none() || !published.reverts().any(|due| due == *revert) {
            return;
        }
        let app = revert.app.clone();
        if !self.calm && self.dice.chance(15) {
            self.score.faults.count(Fault::RevertRefused);
            return self.feed(Input::RevertRefused { app, reason: "the branch is protected".to_owned() });
        }
        match self.git.taken_back(revert) {
            Some(wanted) => {
                self.git.push(wanted, format!("take back {app}"), revert.deployment.clone());
                self.follow_branch();
            }
            None => self.feed(Input::RevertRefused { app, reason: "the branch has it already".to_owned() }),
        }
    }

    fn tell_input(&mut self, input: &Input) {
        let now = self.now();
        self.trace.say(now, "master", || match input {
            Input::Desired { commit, .. } => format!("hears of commit {}: {}", commit.id, commit.subject),
            Input::AgentJoined { info, tasks } => format!("hears that {} joins with {} tasks", info.id, tasks.len()),
            Input::AgentChanged { info } => format!("hears that {} changed: {:?}", info.id, info.engine),
            Input::AgentLost { agent } => format!("loses {agent}"),
            Input::TaskUpdate { agent, report } => {
                format!("hears of {} from {agent}: {:?}", report.task, report.status)
            }
            Input::Cancel { deployment, .. } => format!("is asked to cancel {deployment}"),
            Input::Resume { apps } => format!("is asked to resume {apps:?}"),
            Input::RevertRefused { app, reason } => format!("cannot revert {app}: {reason}"),
            Input::Drain { agents, .. } => format!("is asked to drain {agents:?}"),
            Input::Undrain { agent } => format!("is asked to fill {agent} again"),
            Input::Wipe { volume } => format!("is asked to wipe {volume}"),
            Input::VolumeRemoved { agent, volume } => format!("hears that {agent} removed {volume}"),
            Input::EndPause { app } => format!("is asked to end the pause of {app}"),
            Input::Kill { tasks } => format!("is asked to stop {tasks:?}"),
            Input::Tick => "wakes".to_owned(),
        });
    }
}
