//! Plans that were shown lately, so that one which no longer holds can be told what changed.

use ship_core::plan::{Forecast, Plan};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

const PLANS_MAX: usize = 64;
/// Apps in all plans together; at 200 bytes each this is 20 MB.
const INPUTS_MAX: usize = 100_000;

/// Of each plan what it took for granted, the newest first.
#[derive(Debug, Default)]
pub(super) struct Shown(Mutex<VecDeque<Plan>>);

impl Shown {
    pub(super) fn remember(&self, plan: &Plan) {
        let (changes, steps, forecast, warnings) = (Vec::new(), Vec::new(), Forecast::default(), Vec::new());
        let (base, fingerprint, inputs) = (plan.base.clone(), plan.fingerprint.clone(), plan.inputs.clone());
        let mut plans = self.plans();
        plans.retain(|known| known.fingerprint != fingerprint);
        plans.push_front(Plan { base, fingerprint, changes, steps, forecast, warnings, inputs });
        plans.truncate(PLANS_MAX);
        while plans.len() > 1 && plans.iter().map(|plan| plan.inputs.len()).sum::<usize>() > INPUTS_MAX {
            plans.pop_back();
        }
    }

    pub(super) fn find(&self, fingerprint: &str) -> Option<Plan> {
        self.plans().iter().find(|plan| plan.fingerprint.0 == fingerprint).cloned()
    }

    fn plans(&self) -> MutexGuard<'_, VecDeque<Plan>> {
        // Each change is a single step: what a panic left behind is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ship_core::model::AppId;
    use ship_core::plan::{AppInput, Fingerprint};
    use std::collections::BTreeMap;

    fn plan(name: usize, apps: usize) -> Plan {
        let input = |number| AppInput {
            app: AppId::parse(&format!("app{number}")).unwrap(),
            target: None,
            tasks: BTreeMap::new(),
        };
        Plan {
            base: None,
            fingerprint: Fingerprint(name.to_string()),
            changes: Vec::new(),
            steps: Vec::new(),
            forecast: Forecast::default(),
            warnings: Vec::new(),
            inputs: (0..apps).map(input).collect(),
        }
    }

    #[test]
    fn the_newest_are_kept() {
        let shown = Shown::default();
        (0..=PLANS_MAX).for_each(|name| shown.remember(&plan(name, 1)));
        assert!(shown.find("0").is_none());
        assert_eq!(shown.find("1"), Some(plan(1, 1)));
        shown.remember(&plan(1, 1));
        shown.remember(&plan(99, 1));
        assert!(shown.find("1").is_some(), "it was shown again");
    }

    #[test]
    fn large_plans_leave_room_for_few() {
        let shown = Shown::default();
        (0..3).for_each(|name| shown.remember(&plan(name, INPUTS_MAX / 2)));
        assert!(shown.find("0").is_none() && shown.find("1").is_some());
        shown.remember(&plan(3, INPUTS_MAX * 2));
        assert!(shown.find("3").is_some(), "the last one is kept whatever its size");
    }
}
