//! Checks as an app states them (marathon-v2, section 6). The kinds that Mesos ran beside the task mean the same as the
//! others here, and are shown as those.

use crate::model::{HealthCheck, InformCheck, PortSpec, Probe, ProbePort, ReadinessCheck};
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy)]
pub(super) struct HealthChecks<'a>(pub(super) &'a [HealthCheck]);

impl HealthChecks<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for HealthChecks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(HealthDefinition::of))
    }
}

/// One health check, as events name it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthDefinition<'a> {
    protocol: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<Value<'a>>,
    grace_period_seconds: u32,
    interval_seconds: u32,
    timeout_seconds: u32,
    max_consecutive_failures: u32,
    delay_seconds: u32,
    #[serde(rename = "ignoreHttp1xx", skip_serializing_if = "Option::is_none")]
    ignore_http_1xx: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_protocol: Option<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
struct Value<'a> {
    value: &'a str,
}

impl<'a> HealthDefinition<'a> {
    /// With all its defaults.
    #[must_use]
    pub fn of(check: &'a HealthCheck) -> Self {
        let (port, number) = check.probe.port().map_or((None, None), split);
        let (protocol, path, command, ignore_1xx) = match &check.probe {
            Probe::Http { path, tls, ignore_1xx, .. } => (http(*tls), Some(path.as_str()), None, Some(*ignore_1xx)),
            Probe::Tcp { .. } => ("TCP", None, None, None),
            Probe::Command { argv } => ("COMMAND", None, argv.last().map(|value| Value { value }), None),
        };
        Self {
            protocol,
            path,
            port_index: port,
            port: number,
            ip_protocol: command.is_none().then_some("IPv4"),
            command,
            grace_period_seconds: check.grace_period_secs,
            interval_seconds: check.interval_secs,
            timeout_seconds: check.timeout_secs,
            max_consecutive_failures: check.max_consecutive_failures,
            delay_seconds: check.delay_secs,
            ignore_http_1xx: ignore_1xx,
        }
    }
}

/// `readinessChecks` has at most one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Readiness<'a> {
    name: &'a str,
    protocol: &'static str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    port_name: Option<&'a str>,
    interval_seconds: u32,
    timeout_seconds: u32,
    http_status_codes_for_ready: &'a BTreeSet<u16>,
    preserve_last_response: bool,
}

impl<'a> Readiness<'a> {
    pub(super) fn of(check: &'a ReadinessCheck, ports: &'a [PortSpec]) -> Self {
        let port = match check.port {
            ProbePort::Index(index) => ports.get(index),
            ProbePort::Number(_) => None,
        };
        Self {
            name: &check.name,
            protocol: http(check.tls),
            path: &check.path,
            port_name: port.and_then(|port| port.name.as_deref()),
            interval_seconds: check.interval_secs,
            timeout_seconds: check.timeout_secs,
            http_status_codes_for_ready: &check.ready_statuses,
            preserve_last_response: check.keep_answer,
        }
    }
}

/// `check`: one of three kinds.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Inform<'a> {
    #[serde(flatten)]
    ask: Ask<'a>,
    interval_seconds: u32,
    timeout_seconds: u32,
    delay_seconds: u32,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
enum Ask<'a> {
    #[serde(rename_all = "camelCase")]
    Http {
        #[serde(skip_serializing_if = "Option::is_none")]
        port_index: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        port: Option<u16>,
        path: &'a str,
        scheme: &'static str,
    },
    #[serde(rename_all = "camelCase")]
    Tcp {
        #[serde(skip_serializing_if = "Option::is_none")]
        port_index: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        port: Option<u16>,
    },
    Exec {
        command: Words<'a>,
    },
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
enum Words<'a> {
    Shell(&'a str),
    Argv(&'a [String]),
}

impl<'a> Inform<'a> {
    pub(super) fn of(check: &'a InformCheck) -> Self {
        let (port_index, port) = check.probe.port().map_or((None, None), split);
        let ask = match &check.probe {
            Probe::Http { path, tls, .. } => Ask::Http { port_index, port, path, scheme: http(*tls) },
            Probe::Tcp { .. } => Ask::Tcp { port_index, port },
            Probe::Command { argv } => Ask::Exec {
                command: match argv.as_slice() {
                    [sh, c, shell] if sh == "/bin/sh" && c == "-c" => Words::Shell(shell),
                    argv => Words::Argv(argv),
                },
            },
        };
        Self {
            ask,
            interval_seconds: check.interval_secs,
            timeout_seconds: check.timeout_secs,
            delay_seconds: check.delay_secs,
        }
    }
}

fn split(port: ProbePort) -> (Option<usize>, Option<u16>) {
    match port {
        ProbePort::Index(index) => (Some(index), None),
        ProbePort::Number(number) => (None, Some(number)),
    }
}

fn http(tls: bool) -> &'static str {
    if tls { "HTTPS" } else { "HTTP" }
}
