//! Checks of an app file: health, readiness, and those that only inform.

#![expect(missing_docs, reason = "a comment here is text of the JSON Schema; Marathon's own words need none there")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One health check. All of them together make a task healthy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct HealthCheckFile {
    /// How to ask. The `MESOS_` words mean the same as those without.
    #[schemars(extend("default" = "HTTP"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<HealthProtocol>,
    /// The path to request over HTTP.
    #[schemars(extend("default" = "/"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Which of the app's ports to ask, counted from 0.
    #[schemars(range(max = 65535))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port_index: Option<u32>,
    /// A port number to ask, in place of `portIndex`.
    #[schemars(range(min = 1, max = 65535))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// For so long after the start, failures before the first success are not counted.
    #[schemars(range(max = 31_536_000), extend("default" = 300))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_period_seconds: Option<u32>,
    /// The time between two checks.
    #[schemars(range(min = 1, max = 31_536_000), extend("default" = 60))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<u32>,
    /// How long an answer may take.
    #[schemars(range(min = 1, max = 31_536_000), extend("default" = 20))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
    /// So many counted failures in a row and the task is replaced; 0 means never.
    #[schemars(range(max = 1_000_000), extend("default" = 3))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_consecutive_failures: Option<u32>,
    /// The time before the first check. Left out, it is 15 for checks that run beside the task and at most 5
    /// for plain HTTP, HTTPS and TCP.
    #[schemars(range(max = 31_536_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_seconds: Option<u32>,
    /// Treat an answer with status 100 to 199 as no answer at all.
    #[schemars(extend("default" = false))]
    #[serde(rename = "ignoreHttp1xx", skip_serializing_if = "Option::is_none")]
    pub ignore_http_1xx: Option<bool>,
    /// Only `IPv4` is supported yet.
    #[schemars(extend("default" = "IPv4"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_protocol: Option<IpProtocol>,
    /// For `COMMAND`: what to run inside the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<CheckCommand>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HealthProtocol {
    #[default]
    Http,
    Https,
    Tcp,
    Command,
    MesosHttp,
    MesosHttps,
    MesosTcp,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum IpProtocol {
    #[default]
    #[serde(rename = "IPv4")]
    V4,
    #[serde(rename = "IPv6")]
    V6,
}

/// A command that succeeds when the task is healthy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckCommand {
    /// A command line for `/bin/sh -c`.
    #[schemars(length(min = 1))]
    pub value: String,
}

/// Whether a new task may take traffic.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ReadinessCheck {
    /// A name for people.
    #[schemars(extend("default" = "readinessCheck"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `HTTP` or `HTTPS`.
    #[schemars(extend("default" = "HTTP"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<ReadinessProtocol>,
    /// The path to request.
    #[schemars(extend("default" = "/"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The name of one of the app's ports.
    #[schemars(extend("default" = "http-api"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port_name: Option<String>,
    /// The time between two checks.
    #[schemars(range(min = 1, max = 31_536_000), extend("default" = 30))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<u32>,
    /// How long an answer may take; less than the interval.
    #[schemars(range(min = 1, max = 31_536_000), extend("default" = 10))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
    /// Answers that mean ready.
    #[schemars(length(min = 1), inner(range(min = 100, max = 599)), extend("default" = [200]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status_codes_for_ready: Option<Vec<u16>>,
    /// Keep the last answer, to be shown.
    #[schemars(extend("default" = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preserve_last_response: Option<bool>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ReadinessProtocol {
    #[default]
    Http,
    Https,
}

/// A check that informs: one of `http`, `tcp` and `exec`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct TaskCheck {
    /// Ask over HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpAsk>,
    /// Connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp: Option<TcpAsk>,
    /// Run a command inside the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec: Option<ExecAsk>,
    /// The time between two checks.
    #[schemars(range(min = 1, max = 31_536_000), extend("default" = 60))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<u32>,
    /// How long an answer may take.
    #[schemars(range(min = 1, max = 31_536_000), extend("default" = 20))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
    /// The time before the first check.
    #[schemars(range(max = 31_536_000), extend("default" = 15))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_seconds: Option<u32>,
}

/// What to request, and where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct HttpAsk {
    /// Which of the app's ports to ask, counted from 0.
    #[schemars(range(max = 65535))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port_index: Option<u32>,
    /// A port number to ask, in place of `portIndex`.
    #[schemars(range(min = 1, max = 65535))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The path to request.
    #[schemars(extend("default" = "/"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `HTTP` or `HTTPS`.
    #[schemars(extend("default" = "HTTP"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<ReadinessProtocol>,
}

/// Where to connect.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct TcpAsk {
    /// Which of the app's ports to connect to, counted from 0.
    #[schemars(range(max = 65535))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port_index: Option<u32>,
    /// A port number to connect to, in place of `portIndex`.
    #[schemars(range(min = 1, max = 65535))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
}

/// What to run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExecAsk {
    pub command: ExecCommand,
}

/// `shell` or `argv`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExecCommand {
    /// A command line for `/bin/sh -c`.
    #[schemars(length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
    /// A program and its arguments; no shell is involved.
    #[schemars(length(min = 1), inner(length(min = 1)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub argv: Option<Vec<String>>,
}
