//! The end of a run: nothing goes wrong any more, nobody wants anything new. Bad images stay bad. Then all
//! that was promised must come true, and nothing may move any more.

use crate::image::Temper;
use crate::world::World;
use ship_core::cluster::invariants::{self, Violation};
use ship_core::cluster::{Cluster, Effect};
use ship_core::model::{AppId, TaskId};
use ship_core::protocol::AppView;
use std::collections::BTreeSet;
use std::time::Duration;

/// Longer than any chain of deadlines, pulls and pauses after failures.
const PEACE: Duration = Duration::from_secs(900);

/// What has converged must not move for so long.
const QUIET: Duration = Duration::from_secs(60);

/// More events than any crash loop makes in that time.
const RESTLESS: u64 = 200_000;

impl World {
    pub(crate) fn make_peace(&mut self) {
        let now = self.now();
        self.trace.say(now, "peace", || "no more faults, no more changes".to_owned());
        self.calm = true;
        self.master.doom = None;
        for agent in 0..self.agents.len() {
            let state = &mut self.agents[agent];
            state.wire.partitioned = false;
            state.wire.slowness = 0;
            state.slowness = 0;
            let containers: Vec<TaskId> = state.containers.keys().cloned().collect();
            self.start_engine(agent);
            self.start_agent(agent);
            for task in containers {
                self.turn_health(agent, &task, true);
            }
        }
        self.start_master();
        self.undrain_all();
    }

    /// A run that broke a promise already has ended, and nothing more can be asked of it.
    pub(crate) fn judge_peace(&mut self) {
        self.live_on(PEACE);
        if !self.score.violations.is_empty() {
            return;
        }
        let Some(cluster) = self.master.cluster.clone() else { return };
        let mut broken = invariants::unfinished(&cluster, self.now());
        broken.extend(self.strays(&cluster));
        broken.extend(self.left_undone(&cluster));
        broken.extend(self.not_restored(&cluster));
        for violation in broken {
            self.violated(violation);
        }
        self.judge_quiet(&cluster);
    }

    /// Until the span is over, or there is no end of events in it.
    fn live_on(&mut self, span: Duration) {
        let end = self.now() + span;
        let events_max = self.score.events + RESTLESS;
        while self.score.violations.is_empty() && self.step(Some(end)) {
            if self.score.events > events_max {
                self.violated(Violation::new("converged", "there is no end of events"));
            }
        }
        self.agenda.skip_to(end);
    }

    /// What runs is what is on record.
    fn strays(&self, cluster: &Cluster) -> Vec<Violation> {
        let running: BTreeSet<&TaskId> =
            self.agents.iter().flat_map(|agent| agent.running()).map(|(id, _)| id).collect();
        let unknown = running.iter().filter(|id| cluster.task(id).is_none());
        unknown.map(|id| Violation::new("truth", format!("{id} runs, and nobody knows of it"))).collect()
    }

    /// An app of a good image that nobody gave up and nothing holds back must be all there.
    fn left_undone(&self, cluster: &Cluster) -> Vec<Violation> {
        let wanted = cluster.wanted();
        let views = cluster.app_views(self.now(), None);
        let comes_up = |app: &AppId| {
            wanted.apps.get(app).is_some_and(|spec| Temper::of(&spec.run.image.name).comes_up(&spec.checks))
        };
        let undone = views.iter().filter(|view| {
            let done = matches!(view.state.as_str(), "running" | "suspended" | "held" | "cancelled");
            let excused = view.reason.as_ref().is_some_and(|reason| !reason.starts_with("backing off"));
            comes_up(&view.id) && !done && !excused
        });
        let detail = |view: &AppView| format!("{} is {}: {:?}", view.id, view.state, view.reason);
        undone.map(|view| Violation::new("converged", detail(view))).collect()
    }

    /// What was given up is back where it began, if what ran there was good and there is room for it.
    fn not_restored(&self, cluster: &Cluster) -> Vec<Violation> {
        let mut broken = Vec::new();
        for id in cluster.wanted().apps.keys() {
            let Some(app) = cluster.app_record(id) else { continue };
            let (Some(_), Some(origin)) = (app.given_up(), &app.origin) else { continue };
            let (ready, _) = cluster.counts(id, self.now());
            let temper = Temper::of(&origin.spec.run.image.name);
            let good = temper.comes_up(&origin.spec.checks) && temper.comes_up(&app.spec.checks);
            if good && ready < origin.ready && !cluster.waits_for_room(id) {
                let detail = format!("{id} was given up with {} ready, now {ready} are", origin.ready);
                broken.push(Violation::new("kept", detail));
            }
        }
        broken
    }

    /// What is as it should be stays as it is. But what ends by itself may once have seemed to hold out, its end
    /// being told late.
    fn judge_quiet(&mut self, settled: &Cluster) {
        let calm: BTreeSet<AppId> = settled
            .app_views(self.now(), None)
            .into_iter()
            .filter(|view| matches!(view.state.as_str(), "running" | "suspended"))
            .filter(|view| !Temper::of(&view.image).ends_by_itself())
            .map(|view| view.id)
            .collect();
        self.score.moved.clear();
        self.live_on(QUIET);
        let moved: Vec<AppId> = self.score.moved.intersection(&calm).cloned().collect();
        for app in moved {
            let broken = Violation::new("converged", format!("{app} was as wanted, and still tasks were moved"));
            self.violated(broken);
        }
    }

    /// Remembers which apps' tasks the core starts or stops.
    pub(crate) fn note_moves(&mut self, before: &Cluster, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Launch { task, .. } => _ = self.score.moved.insert(task.app.clone()),
                Effect::Kill { task, .. } => {
                    let app = before.task(task).map(|task| task.app.clone());
                    self.score.moved.extend(app);
                }
                Effect::Save(_)
                | Effect::Forget(_)
                | Effect::Recheck { .. }
                | Effect::RemoveVolume { .. }
                | Effect::Emit(_)
                | Effect::Wake(_) => {}
            }
        }
    }
}
