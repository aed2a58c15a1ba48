//! Health checks of an app (marathon-v2, section 6.1). The agent runs them beside the task.

use serde::{Deserialize, Serialize};

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
    /// Run by `/bin/sh -c` inside the container.
    Command {
        shell: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProbePort {
    /// The app's n-th port, from 0.
    Index(usize),
    Number(u16),
}
