//! Health checks of a pod's containers: what they ask, and of which container.

use super::lower::endpoints;
use crate::manifest::check_file::{ExecAsk, ReadinessProtocol};
use crate::manifest::{Finding, Place, PodFile, PodHealthCheck, Rule, nearest};
use crate::model::{Probe, ProbePort};

/// A container's check that can be asked.
pub(super) struct Asked<'a> {
    pub container: &'a str,
    pub place: Place,
    pub check: &'a PodHealthCheck,
    pub probe: Probe,
}

/// In the order of the containers; those that cannot be asked are noted and left out.
pub(super) fn checks<'a>(file: &'a PodFile, findings: &mut Vec<Finding>) -> Vec<Asked<'a>> {
    let mut asked = Vec::new();
    for (n, container) in file.containers.iter().enumerate() {
        let Some(check) = &container.health_check else { continue };
        let place = Place::field("containers").then(n).then("healthCheck");
        findings.extend(timeout(&place, check));
        match probe(file, &place, check) {
            Ok(probe) => {
                let container = container.name.as_deref().unwrap_or_default();
                asked.push(Asked { container, place, check, probe });
            }
            Err(finding) => findings.push(*finding),
        }
    }
    asked
}

fn timeout(place: &Place, check: &PodHealthCheck) -> Option<Finding> {
    let (interval, timeout) = (check.interval_seconds.unwrap_or(60), check.timeout_seconds.unwrap_or(20));
    let field = if check.timeout_seconds.is_some() { "timeoutSeconds" } else { "intervalSeconds" };
    let message = format!("a timeout of {timeout} s must be less than the interval of {interval} s");
    (timeout >= interval).then(|| Finding::new(Rule::HealthCheck, place.then(field), message))
}

fn probe(file: &PodFile, place: &Place, check: &PodHealthCheck) -> Result<Probe, Box<Finding>> {
    match (&check.http, &check.tcp, &check.exec) {
        (Some(http), None, None) => Ok(Probe::Http {
            path: http.path.clone().unwrap_or_else(|| "/".to_owned()),
            port: port(file, &place.then("http"), &http.endpoint)?,
            tls: http.scheme == Some(ReadinessProtocol::Https),
            ignore_1xx: false,
        }),
        (None, Some(tcp), None) => Ok(Probe::Tcp { port: port(file, &place.then("tcp"), &tcp.endpoint)? }),
        (None, None, Some(exec)) => command(place, exec),
        (None, None, None) => {
            let finding = Finding::new(Rule::HealthCheck, place.clone(), "this check asks nothing");
            Err(finding.hint("give it one of `http`, `tcp` and `exec`").into())
        }
        (_, _, _) => {
            let finding = Finding::new(Rule::HealthCheck, place.clone(), "this check asks several things");
            Err(finding.hint("keep one of `http`, `tcp` and `exec`").into())
        }
    }
}

fn port(file: &PodFile, place: &Place, name: &str) -> Result<ProbePort, Box<Finding>> {
    let names = || endpoints(file).map(|(_, endpoint)| endpoint.name.as_deref().unwrap_or_default());
    if let Some(index) = names().position(|known| known == name) {
        return Ok(ProbePort::Index(index));
    }
    let message = format!("the pod has no endpoint with the name `{name}`");
    let finding = Finding::new(Rule::HealthCheck, place.then("endpoint"), message);
    Err(Box::new(match nearest(name, names()) {
        Some(known) => finding.hint(format!("did you mean `{known}`?")),
        None => finding.hint("name one of the `endpoints` of its containers"),
    }))
}

fn command(place: &Place, exec: &ExecAsk) -> Result<Probe, Box<Finding>> {
    match (&exec.command.shell, &exec.command.argv) {
        (Some(shell), None) => Ok(Probe::shell(shell)),
        (None, Some(argv)) => Ok(Probe::Command { argv: argv.clone() }),
        (None, None) | (Some(_), Some(_)) => {
            let place = place.then("exec").then("command");
            let finding = Finding::new(Rule::HealthCheck, place, "a command is either `shell` or `argv`");
            Err(finding.hint("such as `{\"shell\": \"test -f /tmp/ready\"}`").into())
        }
    }
}
