//! Deployments under way (marathon-v2, section 5.6).

use crate::cluster::{Cluster, Deployment};
use crate::model::AppId;
use crate::plan::{self, ActionKind, Plan};
use crate::protocol::marathon::{Action, ActionStep, AppAction, CurrentAction, DeploymentInfo};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Cluster {
    /// Those that have not ended, the newest first.
    pub fn marathon_deployments(&self) -> impl Iterator<Item = DeploymentInfo<'_>> {
        let running = self.deployments().filter(|deployment| !deployment.outcome.has_ended());
        running.map(|deployment| self.deployment_info(deployment))
    }

    fn deployment_info<'a>(&'a self, deployment: &'a Arc<Deployment>) -> DeploymentInfo<'a> {
        let steps = deployment.marathon_steps();
        let current = deployment.marathon_current_step();
        let actions = steps.get(current.saturating_sub(1)).map_or([].as_slice(), |step| &step.actions);
        let current_actions = actions
            .iter()
            .map(|action| CurrentAction { action: *action, readiness_check_results: self.readiness_of(action.app) });
        DeploymentInfo {
            id: &deployment.id,
            version: deployment.version.into(),
            affected_apps: deployment.apps.keys().collect(),
            affected_pods: Vec::new(),
            current_actions: current_actions.collect(),
            current_step: current,
            total_steps: steps.len(),
            steps,
        }
    }
}

impl Deployment {
    /// What it does, in Marathon's words and order: new apps are started without instances first, so each of them stands
    /// there twice (marathon-v2, section 5.1).
    #[must_use]
    pub fn marathon_steps(&self) -> Vec<ActionStep<'_>> {
        let created = self.created().map(|app| AppAction { action: Action::StartApplication, app });
        let first = ActionStep { actions: created.collect() };
        let mut steps: BTreeMap<usize, ActionStep<'_>> = BTreeMap::new();
        for (app, rollout) in &self.apps {
            steps.entry(rollout.step).or_default().actions.push(AppAction { action: word(rollout.action), app });
        }
        let first = Some(first).filter(|step| !step.actions.is_empty());
        first.into_iter().chain(steps.into_values()).collect()
    }

    /// From 1, by the first step that is not at its end; 0 if there is none.
    #[must_use]
    pub fn marathon_current_step(&self) -> usize {
        let numbers: BTreeMap<usize, bool> = self.apps.values().fold(BTreeMap::new(), |mut steps, rollout| {
            *steps.entry(rollout.step).or_insert(true) &= rollout.state.has_ended();
            steps
        });
        let before = usize::from(self.created().next().is_some());
        numbers.values().position(|has_ended| !has_ended).map_or(0, |index| before + index + 1)
    }

    fn created(&self) -> impl Iterator<Item = &AppId> {
        self.apps.iter().filter(|(_, rollout)| rollout.action == ActionKind::Create).map(|(app, _)| app)
    }
}

impl Plan {
    /// What it would do, in Marathon's words and order: as [`Deployment::marathon_steps`].
    #[must_use]
    pub fn marathon_steps(&self) -> Vec<ActionStep<'_>> {
        let created = self.changes.iter().filter(|change| change.action == ActionKind::Create);
        let created = created.map(|change| AppAction { action: Action::StartApplication, app: &change.app });
        let first = ActionStep { actions: created.collect() };
        let steps = self.steps.iter().map(|step| ActionStep { actions: step.actions.iter().map(in_words).collect() });
        Some(first).filter(|step| !step.actions.is_empty()).into_iter().chain(steps).collect()
    }
}

fn in_words(step: &plan::Action) -> AppAction<'_> {
    AppAction { action: word(step.action), app: &step.app }
}

/// A change that touches no task is shown as a scaling to the number that is there: it starts and stops nothing.
fn word(action: ActionKind) -> Action {
    match action {
        ActionKind::Create | ActionKind::Scale | ActionKind::Update => Action::ScaleApplication,
        ActionKind::Restart => Action::RestartApplication,
        ActionKind::Delete => Action::StopApplication,
    }
}
