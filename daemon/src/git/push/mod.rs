//! What a push is told: the check before its refs move, the rollout after.

mod gate;
mod options;
mod receiver;
mod refusal;
mod view;

pub(super) use receiver::Receiver;
pub(super) use refusal::{Reason, Refusal};

use super::desired::Desired;
use git2::{Oid, Repository};
use options::Options;

/// Passes a commit that the daemon made itself through the gate.
pub(super) fn check_own(
    desired: &Desired,
    repo: &Repository,
    (tip, new): (Oid, Oid),
    prune: bool,
) -> Result<(), Refusal> {
    let options = Options { prune, ..Options::default() };
    gate::check(desired, repo, (Some(tip), Some(new)), &options).map(drop)
}
