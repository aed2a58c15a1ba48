//! Whose shares of agents the app may use (marathon-v2, section 1.1).

use super::Reader;
use crate::manifest::{Finding, Place, Rule};
use crate::model::{AppSpec, is_role};
use std::collections::BTreeSet;

const NAMES: &str = "a role has letters, digits, `.`, `_` and `-`; `*` is what all apps may use";

impl Reader<'_> {
    pub(super) fn role(&mut self) -> String {
        let role = self.file.role.as_deref().unwrap_or(AppSpec::ANY_ROLE);
        if !is_role(role) {
            let finding = Finding::new(Rule::Roles, Place::field("role"), format!("`{role}` is no role"));
            self.note(finding.hint(NAMES));
        }
        role.to_owned()
    }

    /// Each is `*` or the app's own: no agent would reserve for this app what it keeps for others.
    pub(super) fn accepted_roles(&mut self, own: &str) -> BTreeSet<String> {
        let written = self.file.accepted_resource_roles.as_deref().unwrap_or_default();
        for (n, role) in written.iter().enumerate() {
            let place = Place::field("acceptedResourceRoles").then(n);
            if !is_role(role) {
                self.note(Finding::new(Rule::Roles, place, format!("`{role}` is no role")).hint(NAMES));
            } else if role != AppSpec::ANY_ROLE && role != own {
                let message = format!("`{role}` is not the role of this app, which is `{own}`");
                let finding = Finding::new(Rule::Roles, place, message).label("another's role");
                self.note(finding.hint(match own {
                    AppSpec::ANY_ROLE => format!("give it the role: `\"role\": \"{role}\"`"),
                    own => format!("an app may use what is kept for `*` and for `{own}`"),
                }));
            }
        }
        written.iter().cloned().collect()
    }
}
