//! Bugs on purpose, to prove that the simulation finds such. Only with the feature `planted`, which the
//! simulation alone asks for: in every other build [`is`] is `false` before the compiler is done, and nothing
//! of them is left.

macro_rules! bugs {
    ($($(#[$doc:meta])* $bug:ident = $name:literal,)*) => {
        /// What is done wrong on purpose; at most one of them at a time, on each thread.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Bug {
            $($(#[$doc])* $bug,)*
        }

        #[cfg(feature = "planted")]
        impl Bug {
            /// In the order of the list below.
            pub const ALL: &[Self] = &[$(Self::$bug,)*];

            /// As it is asked for on a command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$bug => $name,)*
                }
            }
        }
    };
}

bugs! {
    /// A task that has not yet proven itself counts towards the minimum when old ones are stopped.
    KillBeforeHealthy = "kill-before-healthy",
    /// The minimum is rounded down and the maximum up.
    RoundWrongWay = "round-wrong-way",
    /// Agents are told before anything is stored.
    ActBeforeStore = "act-before-store",
    /// Only the first of an app's dependencies counts.
    ForgetDependency = "forget-dependency",
    /// What its readiness check has not approved counts as ready.
    CountUnready = "count-unready",
    /// An agent that comes back is not told again to stop a task.
    LoseKill = "lose-kill",
    /// Ports are given without a look at those in use.
    ReusePort = "reuse-port",
    /// No deadline ever ends a rollout.
    NeverTimeOut = "never-time-out",
    /// A master that restarts does not know what was held or cancelled.
    ForgetMark = "forget-mark",
    /// What comes up, crashes and comes up again is taken for progress.
    ProgressByCrashLoop = "progress-by-crash-loop",
    /// A rollout is done as soon as all is ready, without settling.
    SkipSettling = "skip-settling",
    /// A task that is told to stop frees its room at once.
    FreeEarly = "free-early",
    /// An app that waits for its agents is replaced all the same.
    ReplaceResident = "replace-resident",
    /// Service ports are chosen without a look at those of others.
    ShareServicePort = "share-service-port",
    /// What was ready before a change is forgotten once it is given up.
    ForgetOrigin = "forget-origin",
}

#[cfg(not(feature = "planted"))]
pub(crate) const fn is(_: Bug) -> bool {
    false
}

#[cfg(feature = "planted")]
pub(crate) use switch::is;
#[cfg(feature = "planted")]
pub use switch::with;

/// The one place of the core with a memory of its own: a bug is planted for a whole run, in code that has no
/// argument to say so by, and each thread simulates by itself.
#[cfg(feature = "planted")]
mod switch {
    use super::Bug;
    use std::cell::Cell;

    thread_local! {
        static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    pub(crate) fn is(bug: Bug) -> bool {
        PLANTED.get() == Some(bug)
    }

    /// Runs `play` on this thread with the bug in place.
    pub fn with<T>(bug: Option<Bug>, play: impl FnOnce() -> T) -> T {
        let before = PLANTED.replace(bug);
        let result = play();
        PLANTED.set(before);
        result
    }
}
