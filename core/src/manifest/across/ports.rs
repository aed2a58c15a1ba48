//! Service ports are cluster-wide: two apps cannot have the same.

use super::index::Index;
use super::{CrossFinding, Spot};
use crate::manifest::Rule;

pub(super) fn same_service_ports<'a>(index: &Index<'a>, findings: &mut Vec<CrossFinding<'a>>) {
    let mut claims: Vec<(u16, usize)> = Vec::new();
    for (n, app) in index.apps.iter().enumerate() {
        let ports = app.spec.run.ports.iter().map(|port| port.service_port).filter(|port| *port != 0);
        claims.extend(ports.map(|port| (port, n)));
    }
    claims.sort_unstable();
    claims.dedup();
    for pair in claims.windows(2) {
        let [(first_port, first), (port, second)] = *pair else { continue };
        let (one, other) = (&index.apps[first], &index.apps[second]);
        if first_port != port || one.spec.id == other.spec.id {
            continue;
        }
        findings.push(CrossFinding {
            file: other.file,
            rule: Rule::SameServicePort,
            at: Spot::ServicePort(port),
            message: format!("the service port {port} belongs to `{}` already", one.spec.id),
            label: format!("also used in {}", one.file),
            hint: Some("use another number, or 0 to have one chosen".to_owned()),
            also: vec![(one.file, Spot::ServicePort(port), "used here".to_owned())],
        });
    }
}
