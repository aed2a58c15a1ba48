//! How good an agent is for a task, among those that fit. All in thousandths, all in whole numbers: the index,
//! the explanations and the plain scan that tests compare them with must agree to the last digit.

use crate::model::{AgentId, Resources, Scalar, Strategy};

/// An agent that has the image starts the task without fetching it: worth a fifth of a full machine.
pub(super) const IMAGE_BONUS: i64 = 200;

/// What an app loses with one agent, or one zone, counts by its share of the app: two instances on one agent are
/// worse than a full machine is good, a hundredth instance hardly matters.
const AGENT_SHARE: u64 = 2000;
const ZONE_SHARE: u64 = 1000;
/// Where shares stop to count, so that scores stay small numbers.
const SHARE_MAX: u64 = 100_000;

/// Scores lie between -`OFFSET` and `OFFSET`.
const OFFSET: i64 = 1 << 19;
/// Bits of a key below its score.
const TIE_BITS: u32 = 44;

/// How much of an agent is used, in thousandths of its scarcer resource of cpus and mem.
pub(super) fn fullness(used: Resources, total: Resources) -> i64 {
    share_of(used.cpus, total.cpus).max(share_of(used.mem, total.mem))
}

fn share_of(used: Scalar, total: Scalar) -> i64 {
    let share = used.thousandths().saturating_mul(1000).checked_div(total.thousandths()).unwrap_or(0);
    i64::try_from(share).unwrap_or(i64::MAX).min(1000)
}

/// What the strategy makes of an agent that would be so full with the task.
pub(super) fn by_strategy(strategy: Strategy, fullness: i64) -> i64 {
    match strategy {
        Strategy::BinPack => fullness,
        Strategy::Spread => 1000 - fullness,
    }
}

/// Off the score for tasks of the app that stand on the agent already.
pub(super) fn agent_penalty(siblings: u32, instances: u32) -> u64 {
    (AGENT_SHARE * u64::from(siblings) / u64::from(instances.max(1))).min(SHARE_MAX)
}

/// Off the score for tasks of the app that stand in the zone already.
pub(super) fn zone_penalty(siblings: u32, instances: u32) -> u64 {
    (ZONE_SHARE * u64::from(siblings) / u64::from(instances.max(1))).min(SHARE_MAX)
}

/// A score and what decides among equal ones, as one number; never zero.
pub(super) fn key(score: i64, tie: u64) -> u64 {
    ((score + OFFSET).clamp(1, 2 * OFFSET - 1).unsigned_abs() << TIE_BITS) | tie
}

/// Of a key, what decides before the tie-break.
pub(super) fn rank(key: u64) -> u64 {
    key >> TIE_BITS
}

/// The key of a score that is lower by `penalty`.
pub(super) fn lowered(key: u64, penalty: u64) -> u64 {
    match key {
        0 => 0,
        key => key - (penalty << TIE_BITS),
    }
}

/// Decides among agents of one score: as good as random, and the same for the same seed.
pub(super) fn tie(seed: u64, agent: &AgentId) -> u64 {
    // FNV-1a, and the finish of SplitMix64: neither alone spreads names that differ in their last letter.
    let mut hash = seed ^ 0xcbf2_9ce4_8422_2325;
    for byte in agent.as_str().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash ^ (hash >> 31)) >> (64 - TIE_BITS)
}
