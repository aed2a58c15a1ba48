//! Health and readiness checks: which port they ask, whether their fields fit the protocol.

use super::Reader;
use super::network::Connection;
use crate::manifest::check_file::{IpProtocol, ReadinessProtocol};
use crate::manifest::{Finding, HealthCheckFile, HealthProtocol, Place, Rule};
use crate::model::{HealthCheck, Probe, ProbePort, ReadinessCheck};

/// Before the first plain HTTP, HTTPS or TCP check (marathon-v2, section 6.1).
const FIRST_PROBE_SECS: u32 = 5;
/// Before the first check of the kinds that Mesos ran beside the task.
const AGENT_DELAY_SECS: u32 = 15;
/// The port that a readiness check asks if it names none.
const READINESS_PORT: &str = "http-api";

impl Reader<'_> {
    pub(super) fn health_check(
        &mut self,
        n: usize,
        check: &HealthCheckFile,
        connection: Option<&Connection>,
    ) -> Option<HealthCheck> {
        let here = move || Place::field("healthChecks").then(n);
        if check.ip_protocol == Some(IpProtocol::V6) {
            let message = "health checks over IPv6 are not supported yet";
            self.note(Finding::new(Rule::NoIpv6, here().then("ipProtocol"), message).label("not supported"));
        }
        let protocol = check.protocol.unwrap_or_default();
        let probe = self.probe(&here, check, protocol, connection)?;
        let interval_secs = check.interval_seconds.unwrap_or(60);
        Some(HealthCheck {
            probe,
            grace_period_secs: check.grace_period_seconds.unwrap_or(300),
            interval_secs,
            timeout_secs: check.timeout_seconds.unwrap_or(20),
            max_consecutive_failures: check.max_consecutive_failures.unwrap_or(3),
            delay_secs: check.delay_seconds.unwrap_or(match protocol {
                HealthProtocol::Http | HealthProtocol::Https | HealthProtocol::Tcp => {
                    interval_secs.min(FIRST_PROBE_SECS)
                }
                HealthProtocol::Command
                | HealthProtocol::MesosHttp
                | HealthProtocol::MesosHttps
                | HealthProtocol::MesosTcp => AGENT_DELAY_SECS,
            }),
            container: None,
        })
    }

    fn probe(
        &mut self,
        here: &dyn Fn() -> Place,
        check: &HealthCheckFile,
        protocol: HealthProtocol,
        connection: Option<&Connection>,
    ) -> Option<Probe> {
        if protocol != HealthProtocol::Command && check.command.is_some() {
            let message = "only checks with protocol `COMMAND` have a `command`";
            let finding = Finding::new(Rule::HealthCheck, here().then("command").key(), message);
            self.note(finding.hint("add `\"protocol\": \"COMMAND\"`"));
        }
        let http = |port, tls| Probe::Http {
            path: check.path.clone().unwrap_or_else(|| "/".to_owned()),
            port,
            tls,
            ignore_1xx: check.ignore_http_1xx.unwrap_or(false),
        };
        match protocol {
            HealthProtocol::Command => self.command_probe(here, check),
            HealthProtocol::Http | HealthProtocol::MesosHttp => {
                self.probe_port(here, (check.port, check.port_index), connection).map(|port| http(port, false))
            }
            HealthProtocol::Https | HealthProtocol::MesosHttps => {
                self.probe_port(here, (check.port, check.port_index), connection).map(|port| http(port, true))
            }
            HealthProtocol::Tcp | HealthProtocol::MesosTcp => {
                self.probe_port(here, (check.port, check.port_index), connection).map(|port| Probe::Tcp { port })
            }
        }
    }

    fn command_probe(&mut self, here: &dyn Fn() -> Place, check: &HealthCheckFile) -> Option<Probe> {
        let Some(command) = &check.command else {
            let finding = Finding::new(Rule::HealthCheck, here(), "a check with protocol `COMMAND` needs a `command`");
            self.note(finding.hint("such as `\"command\": {\"value\": \"test -f /tmp/ready\"}`"));
            return None;
        };
        Some(Probe::shell(&command.value))
    }

    /// By number, by index, or else the first port.
    pub(super) fn probe_port(
        &mut self,
        here: &dyn Fn() -> Place,
        (number, port_index): (Option<u16>, Option<u32>),
        connection: Option<&Connection>,
    ) -> Option<ProbePort> {
        if let Some(port) = number {
            return Some(ProbePort::Number(port));
        }
        let ports = connection?.ports.specs.len();
        let index = port_index.map_or(0, |index| usize::try_from(index).unwrap_or(usize::MAX));
        if index < ports {
            return Some(ProbePort::Index(index));
        }
        let (place, message) = match port_index {
            Some(_) => (here().then("portIndex"), format!("the app has no port with index {index}")),
            None => (here(), "this check needs a port, and the app has none".to_owned()),
        };
        let finding = Finding::new(Rule::PortIndex, place, message).label(match ports {
            0 => "the app has no ports".to_owned(),
            1 => "the app has one port, with index 0".to_owned(),
            more => format!("the app has {more} ports, with indices 0 to {}", more - 1),
        });
        self.note(finding.hint("`port` takes a port number in place of an index"));
        None
    }

    pub(super) fn readiness(&mut self, connection: Option<&Connection>) -> Option<ReadinessCheck> {
        let check = self.file.readiness_checks.as_deref()?.first()?;
        let here = Place::field("readinessChecks").then(0);
        let (interval_secs, timeout_secs) = (check.interval_seconds.unwrap_or(30), check.timeout_seconds.unwrap_or(10));
        if timeout_secs >= interval_secs {
            let field = if check.timeout_seconds.is_some() { "timeoutSeconds" } else { "intervalSeconds" };
            let message = format!("a timeout of {timeout_secs} s must be less than the interval of {interval_secs} s");
            self.note(Finding::new(Rule::ReadinessCheck, here.then(field), message));
        }
        let statuses = check.http_status_codes_for_ready.clone().unwrap_or_else(|| vec![200]);
        Some(ReadinessCheck {
            name: check.name.clone().unwrap_or_else(|| "readinessCheck".to_owned()),
            path: check.path.clone().unwrap_or_else(|| "/".to_owned()),
            port: self.readiness_port(&here, check.port_name.as_deref(), connection)?,
            tls: check.protocol == Some(ReadinessProtocol::Https),
            interval_secs,
            timeout_secs,
            ready_statuses: statuses.into_iter().collect(),
            keep_answer: check.preserve_last_response.unwrap_or(false),
        })
    }

    fn readiness_port(
        &mut self,
        here: &Place,
        written: Option<&str>,
        connection: Option<&Connection>,
    ) -> Option<ProbePort> {
        let name = written.unwrap_or(READINESS_PORT);
        let names: Vec<Option<&str>> = connection?.ports.specs.iter().map(|port| port.name.as_deref()).collect();
        if let Some(index) = names.iter().position(|known| *known == Some(name)) {
            return Some(ProbePort::Index(index));
        }
        let place = if written.is_some() { here.then("portName") } else { here.clone() };
        let finding = Finding::new(Rule::ReadinessCheck, place, format!("the app has no port with the name `{name}`"));
        self.note(match crate::manifest::nearest(name, names.into_iter().flatten()) {
            Some(known) => finding.hint(format!("did you mean `{known}`?")),
            None => finding.hint("name one of the app's ports in `portName`"),
        });
        None
    }
}
