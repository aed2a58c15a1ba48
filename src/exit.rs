//! The exit codes: one meaning each, promised in `docs/cli.md` and pinned by a test.

use ship_core::cluster::Outcome;
use std::process::ExitCode;

/// How a run of `shipctl` ended, for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for is done; there was nothing to do; the cluster is as git says.
    Done,
    /// A bug in `shipctl` or `shipd`. Nothing a user can do ends here.
    Bug,
    /// `plan --detailed-exitcode` only: the plan has changes.
    Changes,
    /// App files or settings are not valid.
    Invalid,
    /// A rollout failed, was reverted or cancelled.
    Failed,
    /// The wait ended before the rollout did.
    Running,
    /// The cluster or its branch moved since the plan was made.
    Stale,
    /// Refused by a rule: no consent where one is needed, a source that is not written to.
    Policy,
    /// Arguments, names that do not exist, the folder or the `git` it was started with.
    Usage,
    /// The cluster does not answer.
    Unreachable,
    /// The cluster does not let this user in.
    Denied,
    /// Ctrl-C.
    Interrupted,
    /// `exec` only: as its command ended.
    Command(u8),
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

impl Exit {
    /// For whoever waits for a command. Of an odd code only the last byte gets through, as in every shell.
    pub(crate) fn of_command(code: i64) -> Self {
        Self::Command(code.to_le_bytes()[0])
    }

    fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Bug => 1,
            Self::Changes => 2,
            Self::Invalid => 3,
            Self::Failed => 4,
            Self::Running => 5,
            Self::Stale => 6,
            Self::Policy => 7,
            Self::Usage => 64,
            Self::Unreachable => 69,
            Self::Denied => 77,
            Self::Interrupted => 130,
            Self::Command(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
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
            (Exit::of_command(3), 3),
            (Exit::of_command(137), 137),
        ];
        for (exit, number) in promised {
            assert_eq!(exit.number(), number, "{exit:?}");
        }
    }
}
