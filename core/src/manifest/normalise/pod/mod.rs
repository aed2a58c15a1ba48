//! From a pod file as written to the canonical app with several containers (marathon-v2, section 8.9). What a pod
//! shares with apps is read as an app's file is; findings are brought back to where the pod says it.

mod containers;
mod health;
mod lower;
mod names;
mod places;
#[cfg(test)]
mod tests;
mod unsupported;

use super::Defaults;
use crate::manifest::{Finding, PodFile};
use crate::model::{AppSpec, Companion, GroupId, PodSpec};
use containers::containers;
use lower::Lowered;

/// Makes the canonical app of a pod file in the folder of `group`, or says everything that is wrong with it. What the
/// file leaves open is as `defaults` say.
pub fn normalise_pod(file: &PodFile, group: &GroupId, defaults: &Defaults) -> Result<AppSpec, Vec<Finding>> {
    let mut findings = Vec::new();
    unsupported::refuse(file, &mut findings);
    names::check(file, &mut findings);
    let containers = containers(file, &mut findings);
    let checks = health::checks(file, &mut findings);
    let lowered = Lowered::new(file, &checks);
    let app = match super::normalise(&lowered.app, group, defaults) {
        Ok(app) => Some(app),
        Err(of_app) => {
            findings.extend(of_app.into_iter().map(|finding| lowered.places.raise(finding)));
            None
        }
    };
    match app {
        Some(app) if findings.is_empty() => Ok(assemble(file, app, containers, checks)),
        Some(_) | None => Err(findings),
    }
}

/// Puts the containers into the app that holds everything else.
fn assemble(
    file: &PodFile,
    mut app: AppSpec,
    mut containers: Vec<Companion>,
    checks: Vec<health::Asked<'_>>,
) -> AppSpec {
    for (check, asked) in app.checks.health.iter_mut().zip(checks) {
        check.probe = asked.probe;
        check.container = Some(asked.container.to_owned());
    }
    // Load balancers find pods by their endpoints.
    app.run.ports.iter_mut().for_each(|port| port.service_port = 0);
    if containers.is_empty() {
        return app;
    }
    let first = containers.remove(0);
    let run = &mut app.run;
    (run.image, run.command, run.env, run.user) = (first.image, first.command, first.env, first.user);
    (run.resources, run.volumes, run.mounts, run.tty) = (first.resources, first.volumes, first.mounts, first.tty);
    run.companions = containers;
    let definition = serde_json::to_value(file).expect("fields of a pod file are plain JSON");
    app.pod = Some(PodSpec { container: first.name, definition });
    app
}
