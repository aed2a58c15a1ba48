//! The exit codes: one meaning each, promised in `docs/cli.md` and pinned by a test.

use ship_core::cluster::Outcome;
use std::process::ExitCode;

/// How a run of `shipctl` ended, for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// What was asked for is done; there was nothing to do; the cluster is as git says.
    Done = 0,
    /// A bug in `shipctl` or `shipd`. Nothing a user can do ends here.
    Bug = 1,
    /// `plan --detailed-exitcode` only: the plan has changes.
    Changes = 2,
    /// App files or settings are not valid.
    Invalid = 3,
    /// A rollout failed, was reverted or cancelled.
    Failed = 4,
    /// The wait ended before the rollout did.
    Running = 5,
    /// The cluster or its branch moved since the plan was made.
    Stale = 6,
    /// Refused by a rule: no consent where one is needed, a source that is not written to.
    Policy = 7,
    /// Arguments, names that do not exist, the folder or the `git` it was started with.
    Usage = 64,
    /// The cluster does not answer.
    Unreachable = 69,
    /// The cluster does not let this user in.
    Denied = 77,
    /// Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// For whoever waits for a deployment.
    pub(crate) fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Succeeded => Self::Done,
            Outcome::Failed | Outcome::Reverted | Outcome::Cancelled => Self::Failed,
            Outcome::Superseded | Outcome::Running => Self::Running,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_numbers_never_change() {
        let promised = [
            (Exit::Done, 0),
            (Exit::Bug, 1),
            (Exit::Changes, 2),
            (Exit::Invalid, 3),
            (Exit::Failed, 4),
            (Exit::Running, 5),
            (Exit::Stale, 6),
            (Exit::Policy, 7),
            (Exit::Usage, 64),
            (Exit::Unreachable, 69),
            (Exit::Denied, 77),
            (Exit::Interrupted, 130),
        ];
        for (exit, number) in promised {
            assert_eq!(exit as u8, number, "{exit:?}");
        }
    }
}
