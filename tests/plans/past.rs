//! What happened to a cluster before the moment of the plan.

use crate::agents::{AgentFile, AgentState};
use crate::driver::Driver;
use serde::Deserialize;
use ship_core::cluster::{Input, TaskReport};
use ship_core::model::{AppId, TaskStatus, Wanted};
use ship_core::protocol::AppView;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Longer than anything in a case takes, failing included.
const LONG: Duration = Duration::from_secs(3600);

/// A case's `world.json`. Everything may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Past {
    /// Images that cannot be pulled.
    unpullable: BTreeSet<String>,
    /// Images whose tasks never pass their health checks.
    unhealthy: BTreeSet<String>,
    /// The folder `between` was pushed after `before`, and came so far.
    between: Option<Stage>,
    /// So many tasks of these apps ended by themselves this very moment.
    ended: BTreeMap<AppId, u32>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
enum Stage {
    /// At least half of some app's tasks are ready; the rest is under way.
    #[serde(rename = "half way")]
    HalfWay,
    /// Cancelled half way, long ago.
    #[serde(rename = "cancelled")]
    Cancelled,
    /// It went as far as it could, long ago.
    #[serde(rename = "over")]
    Over,
}

impl Past {
    /// A cluster that has been through all of it.
    pub(crate) fn lead_to(self, before: &Wanted, between: impl FnOnce() -> Wanted, agents: &[AgentFile]) -> Driver {
        let mut driver = Driver::new();
        driver.unpullable = self.unpullable;
        driver.unhealthy = self.unhealthy;
        agents.iter().for_each(|agent| begin(&mut driver, agent));
        driver.push("before", before);
        driver.pass(LONG);
        if let Some(stage) = self.between {
            push_between(&mut driver, &between(), stage);
        }
        agents.iter().for_each(|agent| change(&mut driver, agent));
        for (app, tasks) in &self.ended {
            end(&mut driver, app, *tasks as usize);
        }
        driver
    }
}

fn begin(driver: &mut Driver, agent: &AgentFile) {
    match agent.state {
        AgentState::New => {}
        AgentState::Up | AgentState::Away | AgentState::Gone | AgentState::EngineDown | AgentState::Draining => {
            driver.feed(Input::AgentJoined { info: agent.info(), tasks: Vec::new() });
        }
    }
}

fn change(driver: &mut Driver, agent: &AgentFile) {
    let id = agent.id.clone();
    match agent.state {
        AgentState::Up => {}
        AgentState::New => {
            driver.feed(Input::AgentJoined { info: agent.info(), tasks: Vec::new() });
        }
        AgentState::Away => {
            driver.silence(&id);
            driver.feed(Input::AgentLost { agent: id });
        }
        AgentState::Gone => {
            driver.silence(&id);
            driver.feed(Input::AgentLost { agent: id });
            driver.pass(LONG);
        }
        AgentState::EngineDown => {
            driver.silence(&id);
            driver.feed(Input::AgentChanged { info: agent.info_without_engine() });
        }
        AgentState::Draining => {
            driver.feed(Input::Drain { agent: id, draining: true });
            driver.pass(LONG);
        }
    }
}

fn push_between(driver: &mut Driver, between: &Wanted, stage: Stage) {
    let (deployment, _) = driver.push("between", between);
    match stage {
        Stage::HalfWay => half_way(driver),
        Stage::Cancelled => {
            half_way(driver);
            driver.feed(Input::Cancel { deployment, by: None });
            driver.pass(LONG);
        }
        Stage::Over => driver.pass(LONG),
    }
}

fn half_way(driver: &mut Driver) {
    let commit = driver.cluster.commit().map(|commit| commit.id.as_str().to_owned());
    let deployment = driver.cluster.deployments().find(|it| Some(it.id.as_str()) == commit.as_deref()).cloned();
    let apps: Vec<AppId> = deployment.iter().flat_map(|it| it.apps.keys().cloned()).collect();
    let end = driver.now + LONG;
    driver.pass_until(end, |driver| {
        let views = apps.iter().flat_map(|app| driver.cluster.app_views(driver.now, Some(app)));
        views.into_iter().any(|app| app.instances > 0 && renewed(&app) * 2 >= app.instances as usize)
    });
}

/// Tasks of the newest configuration that are up.
fn renewed(app: &AppView) -> usize {
    app.tasks.iter().filter(|task| task.current && matches!(task.state.as_str(), "running" | "healthy")).count()
}

/// The oldest tasks end with an error.
fn end(driver: &mut Driver, app: &AppId, tasks: usize) {
    let ending: Vec<_> = driver.cluster.tasks_of(app).take(tasks).cloned().collect();
    assert_eq!(ending.len(), tasks, "{app} has that many tasks");
    for task in ending {
        let status = TaskStatus::Exited { code: 1, out_of_memory: false, log_tail: Vec::new() };
        driver.feed(Input::TaskUpdate {
            agent: task.agent.clone(),
            report: TaskReport { task: task.id.clone(), status },
        });
    }
}
