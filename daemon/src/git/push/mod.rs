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

/// What the daemon would say as push options.
pub(super) struct Own {
    /// Deleting most apps is intended.
    pub(super) prune: bool,
    /// The plan that was seen.
    pub(super) plan: Option<String>,
}

/// Passes a commit that the daemon made itself through the gate.
pub(super) fn check_own(
    desired: &Desired,
    repo: &Repository,
    (tip, new): (Oid, Oid),
    Own { prune, plan }: Own,
) -> Result<(), Refusal> {
    let options = Options { prune, plan, ..Options::default() };
    gate::check(desired, repo, (Some(tip), Some(new)), &options).map(drop)
}
