//! Where the app's tasks go among agents that fit, and whose room they may take: labels of ours, else the
//! repository's settings. And what an app says that is to run everywhere, and cannot mean.

use super::Reader;
use super::labels::{EVERYWHERE, PREEMPTIBLE, PREEMPTS, PRIORITY, STRATEGY, YES_OR_NO, label};
use super::policy::SINGLE_INSTANCE;
use crate::manifest::{Finding, Place, Rule};
use crate::model::{AppId, Constraint, GroupId, Operator, PlacementPolicy, Strategy};
use std::collections::BTreeSet;

/// What the repository's settings say for apps that say nothing themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacementDefaults {
    /// Which of the agents that fit is the best; `None` = the fullest.
    pub strategy: Option<Strategy>,
    /// 1 to 100; `None` = [`PlacementPolicy::PRIORITY`].
    pub priority: Option<u8>,
    /// Whether tasks of a lower priority make room; `None` = they do not.
    pub preempts: Option<bool>,
    /// Whether its own tasks may be stopped for such apps below what the app is promised; `None` = they may not.
    pub preemptible: Option<bool>,
    /// Apps, and groups of apps, that run on every agent that matches.
    pub everywhere: BTreeSet<GroupId>,
}

impl PlacementDefaults {
    fn is_everywhere(&self, app: &AppId) -> bool {
        let path = app.as_str();
        self.everywhere.iter().any(|group| {
            let rest = path.strip_prefix(group.as_str());
            group.is_root() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

const STRATEGIES: &[(&str, Strategy)] = &[("binpack", Strategy::BinPack), ("spread", Strategy::Spread)];

impl Reader<'_> {
    pub(super) fn placement(&mut self, id: Option<&AppId>, constraints: &[Constraint]) -> PlacementPolicy {
        let default = PlacementPolicy::default();
        let settings = &self.defaults.placement;
        let strategy_hint = "`binpack` fills one machine after the other, `spread` takes the emptiest";
        let everywhere_hint = "`true` runs one instance on every agent that matches";
        let preempts_hint = "`true` lets it take the room of apps with a lower `ship.priority`";
        let preemptible_hint = "`true` lets apps with a higher `ship.priority` stop all of its tasks";
        let range = u32::from(PlacementPolicy::PRIORITY_MIN)..=u32::from(PlacementPolicy::PRIORITY_MAX);
        let priority = self.number_label(PRIORITY, range, "").and_then(|number| u8::try_from(number).ok());
        let policy = PlacementPolicy {
            strategy: self
                .word_label(STRATEGY, STRATEGIES, strategy_hint)
                .or(settings.strategy)
                .unwrap_or(default.strategy),
            everywhere: self
                .word_label(EVERYWHERE, YES_OR_NO, everywhere_hint)
                .unwrap_or_else(|| id.is_some_and(|id| settings.is_everywhere(id))),
            priority: priority.or(settings.priority).unwrap_or(default.priority),
            preempts: self
                .word_label(PREEMPTS, YES_OR_NO, preempts_hint)
                .or(settings.preempts)
                .unwrap_or(default.preempts),
            preemptible: self
                .word_label(PREEMPTIBLE, YES_OR_NO, preemptible_hint)
                .or(settings.preemptible)
                .unwrap_or(default.preemptible),
        };
        if policy.everywhere {
            self.counted_by_agents();
            self.on_every_agent(constraints);
        }
        policy
    }

    /// The number of instances is not the file's to say.
    fn counted_by_agents(&mut self) {
        if self.instances() > 1 {
            let message = "an app that runs everywhere has one instance on each agent, however many there are";
            let finding = Finding::new(Rule::Placement, Place::field("instances"), message);
            self.note(finding.hint(format!("remove `instances`, or {}", self.everywhere_off())));
        }
        if self.has_label(SINGLE_INSTANCE) {
            let message = format!("an app with the label `{SINGLE_INSTANCE}` cannot run everywhere");
            self.note(Finding::new(Rule::Placement, label(SINGLE_INSTANCE).key(), message));
        }
    }

    /// Constraints choose the agents. Those that count tasks would leave some of them out.
    fn on_every_agent(&mut self, constraints: &[Constraint]) {
        // Findings of constraints that cannot be read stand for themselves; the places of the others would be off.
        let written = self.file.constraints.as_deref().unwrap_or_default();
        if written.len() != constraints.len() {
            return;
        }
        for (n, constraint) in constraints.iter().enumerate().filter(|(_, constraint)| leaves_agents_out(constraint)) {
            let place = Place::field("constraints").then(n);
            let message = format!("`{constraint}` keeps an app from running everywhere");
            let finding = Finding::new(Rule::Placement, place, message).label("counts tasks");
            self.note(finding.hint(format!(
                "choose the agents with LIKE, UNLIKE, IS or CLUSTER and a value, or {}",
                self.everywhere_off()
            )));
        }
    }

    fn everywhere_off(&self) -> String {
        match self.has_label(EVERYWHERE) {
            true => format!("remove the label `{EVERYWHERE}`"),
            false => format!("set the label `{EVERYWHERE}` to `false`: `[placement]` in `ship.toml` names this app"),
        }
    }
}

/// Said by the constraint that means it, so that scheduler, plans and explanations need no word of their own.
pub(super) fn one_on_each_host(constraints: &mut Vec<Constraint>) {
    let unique = |rule: &Constraint| rule.is_on_hostname() && rule.operator == Operator::Unique;
    if !constraints.iter().any(unique) {
        constraints.push(Constraint { field: "hostname".to_owned(), operator: Operator::Unique });
    }
}

/// One on each host is what such an app does anyway.
fn leaves_agents_out(constraint: &Constraint) -> bool {
    match constraint.operator {
        Operator::Cluster(None) => true,
        Operator::Unique | Operator::GroupBy(_) | Operator::MaxPer(_) => !constraint.is_on_hostname(),
        Operator::Cluster(Some(_)) | Operator::Like(_) | Operator::Unlike(_) | Operator::Is(_) => false,
    }
}
