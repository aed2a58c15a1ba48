//! Environment variables as a file states them, of an app, a pod or one of its containers.

use crate::manifest::{EnvValue, Finding, Place, Rule};
use std::collections::BTreeMap;

/// The variables that stand at `here`, and what is wrong with them.
pub(super) fn variables(
    here: &Place,
    written: Option<&BTreeMap<String, EnvValue>>,
) -> (BTreeMap<String, String>, Vec<Finding>) {
    let (mut env, mut findings) = (BTreeMap::new(), Vec::new());
    for (name, value) in written.into_iter().flatten() {
        let place = here.then(name);
        if name.is_empty() || name.contains(['=', '\0']) {
            let message = "the name of an environment variable has at least one character and no `=`";
            findings.push(Finding::new(Rule::Environment, place.clone().key(), message));
        }
        match value {
            EnvValue::Text(text) => {
                env.insert(name.clone(), text.clone());
            }
            EnvValue::Secret { .. } => {
                let message = format!("secrets in `{}` are not supported yet", field_name(here));
                findings.push(Finding::new(Rule::NoSecrets, place, message).label("not supported"));
            }
        }
    }
    (env, findings)
}

fn field_name(place: &Place) -> &str {
    place.pointer.rsplit('/').next().unwrap_or_default()
}
