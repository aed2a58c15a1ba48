//! Why a plan no longer holds: which of the things it took for granted are others now.

use super::{AppInput, Plan};
use crate::model::{CommitId, Version};
use std::collections::BTreeMap;

/// What differs between the plan that was shown and the same question asked now, one line each; empty if
/// nothing does.
#[must_use]
pub fn changed_inputs(shown: &Plan, now: &Plan) -> Vec<String> {
    let branch = (shown.base != now.base)
        .then(|| format!("the branch moved from {} to {}", name(shown.base.as_ref()), name(now.base.as_ref())));
    branch.into_iter().chain(apps(&shown.inputs, &now.inputs)).collect()
}

fn name(commit: Option<&CommitId>) -> &str {
    commit.map_or("nothing", CommitId::short)
}

fn apps(shown: &[AppInput], now: &[AppInput]) -> Vec<String> {
    let by_app = |inputs: &[AppInput]| -> BTreeMap<_, _> {
        inputs.iter().map(|input| (input.app.clone(), input.clone())).collect()
    };
    let (shown, now) = (by_app(shown), by_app(now));
    let gone = shown.keys().filter(|app| !now.contains_key(app)).map(|app| format!("{app} would not change any more"));
    let changed = now.iter().filter_map(|(app, input)| match shown.get(app) {
        None => Some(format!("{app} would change, too")),
        Some(before) if before.target != input.target => Some(format!("{app} would become something else")),
        Some(before) if before.tasks != input.tasks => {
            Some(format!("the tasks of {app}: {} then, {} now", count(&before.tasks), count(&input.tasks)))
        }
        Some(_) => None,
    });
    gone.chain(changed).collect()
}

/// Numbers alone, unless versions differ while their numbers agree.
fn count(tasks: &BTreeMap<Version, u32>) -> String {
    let total: u32 = tasks.values().sum();
    match tasks.len() {
        0 | 1 => total.to_string(),
        versions => format!("{total} of {versions} versions"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AppId, Digest, Timestamp};
    use crate::plan::{Fingerprint, Forecast};

    fn plan(base: &str, apps: &[(&str, &str, u32)]) -> Plan {
        let input = |(app, target, tasks): &(&str, &str, u32)| AppInput {
            app: AppId::parse(app).unwrap(),
            target: Some(Digest::of(target.as_bytes())),
            tasks: BTreeMap::from([(Version(Timestamp(1)), *tasks)]),
        };
        Plan {
            base: Some(CommitId::new(base)),
            fingerprint: Fingerprint("x".into()),
            changes: Vec::new(),
            steps: Vec::new(),
            forecast: Forecast::default(),
            warnings: Vec::new(),
            inputs: apps.iter().map(input).collect(),
        }
    }

    #[test]
    fn every_changed_input_is_named() {
        let shown = plan("c1", &[("/a", "a", 2), ("/b", "b", 2), ("/c", "c", 2), ("/d", "d", 2)]);
        let now = plan("c2", &[("/a", "a", 2), ("/b", "other", 2), ("/c", "c", 3), ("/e", "e", 1)]);
        assert_eq!(
            changed_inputs(&shown, &now),
            [
                "the branch moved from c1 to c2",
                "/d would not change any more",
                "/b would become something else",
                "the tasks of /c: 2 then, 3 now",
                "/e would change, too",
            ]
        );
        assert_eq!(changed_inputs(&shown, &shown), Vec::<String>::new());
    }
}
