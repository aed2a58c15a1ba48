//! Checks of a task (marathon-v2, section 6). The agent runs them beside it, so that they go on while the
//! master is away.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All that an agent asks of a running task. Each kind may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// All of them together make a task healthy; one that fails for good has it replaced.
    pub health: Vec<HealthCheck>,
    /// Asked from the start of a task until it says yes once; a rollout counts the task only then.
    pub readiness: Option<ReadinessCheck>,
    /// Decides nothing; its result is shown.
    pub inform: Option<InformCheck>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    pub probe: Probe,
    /// Failures before the first success are not counted for this long after the start.
    pub grace_period_secs: u32,
    pub interval_secs: u32,
    pub timeout_secs: u32,
    /// So many counted failures in a row and the task is replaced; 0 = never.
    pub max_consecutive_failures: u32,
    /// Before the first probe.
    pub delay_secs: u32,
}

/// May this new task take traffic yet? (marathon-v2, section 6.2)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadinessCheck {
    /// For people.
    pub name: String,
    pub path: String,
    pub port: ProbePort,
    pub tls: bool,
    pub interval_secs: u32,
    /// Less than the interval.
    pub timeout_secs: u32,
    /// HTTP statuses that mean ready.
    pub ready_statuses: BTreeSet<u16>,
    /// Whether its last answer is kept to be shown.
    pub keep_answer: bool,
}

/// A check whose result is only shown (marathon-v2, section 6.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InformCheck {
    pub probe: Probe,
    pub interval_secs: u32,
    pub timeout_secs: u32,
    /// Before the first probe.
    pub delay_secs: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Probe {
    Http {
        path: String,
        port: ProbePort,
        tls: bool,
        ignore_1xx: bool,
    },
    Tcp {
        port: ProbePort,
    },
    /// Run inside the container. A shell command is `/bin/sh -c ...`.
    Command {
        argv: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProbePort {
    /// The app's n-th port, from 0.
    Index(usize),
    Number(u16),
}

/// What an [`InformCheck`] found last, in Marathon's words (`checkResult`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckResult {
    /// No status if there was no answer.
    Http {
        #[serde(rename = "statusCode", default, skip_serializing_if = "Option::is_none")]
        status_code: Option<u16>,
    },
    Tcp {
        succeeded: bool,
    },
    /// No code if it did not run to its end.
    Command {
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
}
