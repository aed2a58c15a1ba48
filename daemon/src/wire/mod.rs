//! The protocol between master and agents: gRPC, defined in `agents.proto`. The generated half is checked
//! in; this file adds what both ends must agree on beside it.

use agents::{Ability, Refusal, refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ship_core::model::TaskId;
use std::time::Duration;

#[expect(
    clippy::all,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    reason = "generated"
)]
#[rustfmt::skip]
#[path = "generated/ship.agents.rs"]
pub mod agents;

#[cfg(test)]
mod freshness;

/// Raised when an older agent or master would misunderstand; both ends refuse any other.
pub const PROTOCOL: u32 = 1;

/// A Hello lists all tasks of an agent: some 200 bytes each, and nobody runs 100,000 on one machine.
pub const MESSAGE_BYTES_MAX: usize = 32 << 20;

/// How often each end asks whether the other is there, and how long it waits for the answer. Together
/// they bound how long a dead machine or cut cable goes unnoticed; a machine that is merely busy
/// starting containers answers well within.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(3);
pub const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(6);

/// What an agent of this version understands beyond the first one, and says so in its Hello.
pub const ABILITIES: [Ability; 3] = [Ability::LogsSince, Ability::Exec, Ability::Files];

/// How moments travel; what lies beyond the year 2262 is cut off there.
pub fn nanos(moment: jiff::Timestamp) -> i64 {
    i64::try_from(moment.as_nanosecond()).unwrap_or(i64::MAX)
}

pub fn moment(nanos: i64) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_nanosecond(nanos.into()).ok()
}

/// How the nouns travel.
pub fn encode<T: Serialize>(noun: &T) -> Vec<u8> {
    serde_json::to_vec(noun).expect("our nouns have text keys and no fallible serialisers")
}

pub fn refusal(kind: refusal::Kind, reason: String) -> Refusal {
    Refusal { kind: kind.into(), reason }
}

/// By an agent that does not have it.
pub fn unknown_task(task: &TaskId) -> Refusal {
    refusal(refusal::Kind::UnknownTask, format!("this agent has no task `{task}`"))
}

/// A message that is not what this version of the protocol says.
#[derive(Debug, thiserror::Error)]
pub enum Garbled {
    #[error("cannot read {what}")]
    Json {
        what: &'static str,
        #[source]
        err: serde_json::Error,
    },
    #[error("a message has nothing in it that this version knows")]
    Unexpected,
}

pub fn decode<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, Garbled> {
    serde_json::from_slice(bytes).map_err(|err| Garbled::Json { what, err })
}
