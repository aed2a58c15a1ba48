//! What happened to a cluster before the moment of the plan.

use crate::agents::{AgentFile, AgentState};
use crate::driver::Driver;
use serde::Deserialize;
use ship_core::cluster::{Health, Input, TaskPhase, TaskReport};
use ship_core::model::{AppId, DeploymentId, TaskStatus, Wanted};
use ship_core::protocol::{AppView, TaskView};
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
    /// The rest is under way.
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
            driver.feed(&Input::AgentJoined { info: agent.info(), tasks: Vec::new() });
        }
    }
}

fn change(driver: &mut Driver, agent: &AgentFile) {
    let id = agent.id.clone();
    match agent.state {
        AgentState::Up => {}
        AgentState::New => {
            driver.feed(&Input::AgentJoined { info: agent.info(), tasks: Vec::new() });
        }
        AgentState::Away => {
            driver.silence(&id);
            driver.feed(&Input::AgentLost { agent: id });
        }
        AgentState::Gone => {
            driver.silence(&id);
            driver.feed(&Input::AgentLost { agent: id });
            driver.pass(LONG);
        }
        AgentState::EngineDown => {
            driver.silence(&id);
            driver.feed(&Input::AgentChanged { info: agent.info_without_engine() });
        }
        AgentState::Draining => {
            driver.feed(&Input::Drain { agents: vec![id], deadline: None });
            driver.pass(LONG);
        }
    }
}

fn push_between(driver: &mut Driver, between: &Wanted, stage: Stage) {
    let (deployment, _) = driver.push("between", between);
    match stage {
        Stage::HalfWay => half_way(driver, &deployment),
        Stage::Cancelled => {
            half_way(driver, &deployment);
            driver.feed(&Input::Cancel { deployment, by: None });
            driver.pass(LONG);
        }
        Stage::Over => driver.pass(LONG),
    }
}

/// Some app of the deployment has half of its new tasks ready, or half of its last ones gone.
fn half_way(driver: &mut Driver, deployment: &DeploymentId) {
    let apps: Vec<AppId> =
        driver.cluster.deployment(deployment).iter().flat_map(|it| it.apps.keys().cloned()).collect();
    let views = |driver: &Driver| apps.iter().flat_map(|app| driver.cluster.app_views(driver.now, Some(app))).collect();
    let before: Vec<AppView> = views(driver);
    let tasks_before = |app: &AppView| before.iter().find(|it| it.id == app.id).map_or(0, |it| it.tasks.len());
    driver.pass_until(driver.now + LONG, |driver| {
        let now: Vec<AppView> = views(driver);
        now.iter().any(|app| match app.instances as usize {
            0 => app.tasks.len() * 2 <= tasks_before(app),
            instances => renewed(driver, app) * 2 >= instances,
        })
    });
}

/// Tasks of the newest configuration that have proven themselves.
fn renewed(driver: &Driver, app: &AppView) -> usize {
    let proven = |task: &&TaskView| match driver.cluster.task(&task.id).map(|task| &task.phase) {
        Some(TaskPhase::Running { health, ready, .. }) => {
            *ready && matches!(health, Health::Unchecked | Health::Healthy)
        }
        Some(TaskPhase::Staging | TaskPhase::Killing { .. }) | None => false,
    };
    app.tasks.iter().filter(|task| task.current).filter(proven).count()
}

/// The oldest tasks end with an error.
fn end(driver: &mut Driver, app: &AppId, tasks: usize) {
    let ending: Vec<_> = driver.cluster.tasks_of(app).take(tasks).cloned().collect();
    assert_eq!(ending.len(), tasks, "{app} has that many tasks");
    for task in ending {
        let status = TaskStatus::Exited { code: 1, out_of_memory: false, log_tail: Vec::new(), container: None };
        driver.feed(&Input::TaskUpdate {
            agent: task.agent.clone(),
            report: TaskReport { task: task.id.clone(), status },
        });
    }
}
