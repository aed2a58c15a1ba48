//! Checks of a task (marathon-v2, section 6). The agent runs them beside it, so that they go on while the
//! master is away.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All that an agent asks of a running task. Each kind may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checks {
    /// All of them together make a task healthy; one that fails for good has it replaced.
    pub health: Vec<HealthCheck>,
    /// Asked from the start of a task until it says yes once; a rollout counts the task only then.
    pub readiness: Option<ReadinessCheck>,
    /// Decides nothing; its result is shown.
    pub inform: Option<InformCheck>,
}

/// One question asked of a running task again and again; what the answers mean is the agent's to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HealthCheck {
    /// How the question is put.
    pub probe: Probe,
    /// Failures before the first success are not counted for this long after the start.
    pub grace_period_secs: u32,
    /// Seconds from one probe to the next.
    pub interval_secs: u32,
    /// Seconds after which a probe without an answer has failed.
    pub timeout_secs: u32,
    /// So many counted failures in a row and the task is replaced; 0 = never.
    pub max_consecutive_failures: u32,
    /// Before the first probe.
    pub delay_secs: u32,
    /// In a pod the container that it belongs to, where a command runs; `None` = the app's only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
}

/// May this new task take traffic yet? (marathon-v2, section 6.2)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadinessCheck {
    /// For people.
    pub name: String,
    /// Of the request, its query included.
    pub path: String,
    /// Which of the task's ports is asked.
    pub port: ProbePort,
    /// Whether by HTTPS; certificates are not verified.
    pub tls: bool,
    /// Seconds from one probe to the next, until the first yes.
    pub interval_secs: u32,
    /// Less than the interval.
    pub timeout_secs: u32,
    /// HTTP statuses that mean ready.
    pub ready_statuses: BTreeSet<u16>,
    /// Whether its last answer is kept to be shown.
    pub keep_answer: bool,
}

/// A check whose result is only shown (marathon-v2, section 6.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InformCheck {
    /// How the question is put.
    pub probe: Probe,
    /// Seconds from one probe to the next.
    pub interval_secs: u32,
    /// Seconds after which a probe without an answer has failed.
    pub timeout_secs: u32,
    /// Before the first probe.
    pub delay_secs: u32,
}

/// How a task is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Probe {
    /// A GET.
    Http {
        /// Of the request, its query included.
        path: String,
        /// Which of the task's ports is asked.
        port: ProbePort,
        /// Whether by HTTPS; certificates are not verified.
        tls: bool,
        /// Whether a status from 100 to 199 counts as no answer at all, neither good nor bad.
        ignore_1xx: bool,
    },
    /// Good if a connection comes about.
    Tcp {
        /// Which of the task's ports is connected to.
        port: ProbePort,
    },
    /// Run inside the container. A shell command is `/bin/sh -c ...`.
    Command {
        /// The program and its arguments, as given to the engine; exit code 0 is good.
        argv: Vec<String>,
    },
}

/// Which port a probe speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProbePort {
    /// The app's n-th port, from 0.
    Index(usize),
    /// This very number, whatever the app's ports are.
    Number(u16),
}

/// What an [`InformCheck`] found last, in Marathon's words (`checkResult`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckResult {
    /// No status if there was no answer.
    Http {
        /// Of the answer, whatever it is.
        #[serde(rename = "statusCode", default, skip_serializing_if = "Option::is_none")]
        status_code: Option<u16>,
    },
    /// Whether a connection came about.
    Tcp {
        /// False also when time ran out.
        succeeded: bool,
    },
    /// No code if it did not run to its end.
    Command {
        /// As the process returned it; 0 is good.
        #[serde(rename = "exitCode", default, skip_serializing_if = "Option::is_none")]
        exit_code: Option<i64>,
    },
}

impl Checks {
    /// Whether a task must prove itself before it counts.
    #[must_use]
    pub fn gate(&self) -> bool {
        !self.health.is_empty() || self.readiness.is_some()
    }
}

impl Probe {
    /// `shell` by `/bin/sh -c`.
    #[must_use]
    pub fn shell(shell: &str) -> Self {
        Self::Command { argv: ["/bin/sh", "-c", shell].map(str::to_owned).into() }
    }

    /// Which port it speaks to; `None` for a command.
    #[must_use]
    pub fn port(&self) -> Option<ProbePort> {
        match self {
            Self::Http { port, .. } | Self::Tcp { port } => Some(*port),
            Self::Command { .. } => None,
        }
    }
}
