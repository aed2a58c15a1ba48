//! From an app file as written to the canonical app: old forms become new ones, defaults are filled in, and
//! every rule that one file can break is checked (marathon-v2, sections 1 to 6). All mistakes are found, not
//! just the first.

mod checks;
mod constraints;
mod env;
mod identity;
mod inform;
mod kept;
mod labels;
mod network;
mod persistent;
mod placement;
mod pod;
mod policy;
mod ports;
mod roles;
mod rollout;
mod run;
#[cfg(test)]
mod tests;
mod unsupported;

pub use identity::normalise_group;
pub use placement::PlacementDefaults;
use placement::one_on_each_host;
pub use pod::normalise_pod;
pub use rollout::RolloutDefaults;

use super::{AppFile, Finding};
use crate::model::{AppSpec, Checks, GroupId, HealthCheck};
use network::Connection;

/// What the repository's settings say for apps that say nothing themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// When a rollout has succeeded or failed.
    pub rollout: RolloutDefaults,
    /// Where tasks go, and whose room they may take.
    pub placement: PlacementDefaults,
}

/// Makes the canonical app of a file in the folder of `group`, or says everything that is wrong with it. What
/// the file leaves open is as `defaults` say.
pub fn normalise(file: &AppFile, group: &GroupId, defaults: &Defaults) -> Result<AppSpec, Vec<Finding>> {
    let mut findings = Vec::new();
    let spec = Reader { file, group, defaults, findings: &mut findings }.app();
    match spec {
        Some(spec) if findings.is_empty() => Ok(spec),
        Some(_) | None => Err(findings),
    }
}

/// One pass over a file. Each step returns what it could make of its fields, and notes what it could not.
struct Reader<'a> {
    file: &'a AppFile,
    group: &'a GroupId,
    defaults: &'a Defaults,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn app(&mut self) -> Option<AppSpec> {
        self.unsupported();
        self.misspelt_labels();
        let id = self.app_id();
        let connection = self.connection();
        let run = self.run(connection.as_ref());
        let mut constraints = self.constraints();
        let dependencies = self.dependencies(id.as_ref());
        let health_checks = self.health_checks(connection.as_ref());
        let readiness = self.readiness(connection.as_ref());
        let inform = self.inform(connection.as_ref());
        let rollout = self.rollout(&health_checks);
        let placement = self.placement(id.as_ref(), &constraints);
        if placement.everywhere {
            one_on_each_host(&mut constraints);
        }
        let role = self.role();
        let accepted_resource_roles = self.accepted_roles(&role);
        let restarted_at = self.restarted_at();
        let upgrade = self.upgrade(placement.everywhere || self.is_resident());
        let unreachable = match self.is_resident() {
            true => {
                self.resident_roles(&accepted_resource_roles);
                self.resident_unreachable()
            }
            false => self.unreachable(),
        };
        let kept = self.kept();
        Some(AppSpec {
            id: id?,
            instances: self.instances(),
            run: run?,
            pod: None,
            constraints,
            dependencies,
            labels: self.file.labels.clone().unwrap_or_default(),
            checks: Checks { health: health_checks, readiness, inform },
            upgrade,
            rollout,
            backoff: self.backoff(),
            kill_selection: self.file.kill_selection.unwrap_or_default(),
            kill_grace_secs: self.file.task_kill_grace_period_seconds,
            unreachable,
            placement,
            role,
            accepted_resource_roles,
            restarted_at,
            kept,
        })
    }

    fn health_checks(&mut self, connection: Option<&Connection>) -> Vec<HealthCheck> {
        let checks = self.file.health_checks.as_deref().unwrap_or_default();
        checks.iter().enumerate().filter_map(|(n, check)| self.health_check(n, check, connection)).collect()
    }

    fn instances(&self) -> u32 {
        self.file.instances.unwrap_or(1)
    }

    fn note(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}
