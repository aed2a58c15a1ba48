//! What goes wrong, and how often it did.

use std::collections::BTreeMap;

macro_rules! faults {
    ($($(#[$doc:meta])* $fault:ident = $name:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $($(#[$doc])* $fault,)*
        }

        impl Fault {
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$fault => $name,)*
                }
            }
        }
    };
}

faults! {
    /// A link is slow for a while.
    Delay = "delay",
    /// A word or an order was under way, or was sent into a dead link, and is lost.
    Drop = "drop",
    /// An agent says the same twice, or all of it on a second link while the first still stands.
    Duplicate = "duplicate",
    /// Words overtake each other where they may: across links, and in the list of a hello.
    Reorder = "reorder",
    /// A link is cut, and may be dialled again at once.
    Cut = "cut",
    /// A link is cut, and nothing gets through for a while.
    Partition = "partition",
    CrashBeforeCommit = "crash-before-commit",
    CrashAfterCommit = "crash-after-commit",
    /// Some of a batch was told to agents, the rest was not.
    CrashMidway = "crash-midway",
    /// The agent's process dies and comes back; its containers run on.
    AgentRestart = "agent-restart",
    /// The machine goes down with all its containers.
    Reboot = "reboot",
    EngineDown = "engine-down",
    SlowEngine = "slow-engine",
    /// A registry refuses an image for once, or has no such image.
    PullFailure = "pull-failure",
    SlowPull = "slow-pull",
    /// A container ends by itself, of a good image.
    Death = "death",
    /// A container of a bad image ends soon after its start.
    CrashLoop = "crash-loop",
    SlowStart = "slow-start",
    NeverHealthy = "never-healthy",
    NeverReady = "never-ready",
    /// A healthy task fails its checks for a while.
    Flap = "flap",
    /// A commit that takes a change back cannot be made.
    RevertRefused = "revert-refused",
}

/// How often each fault was injected.
#[derive(Debug, Clone, Default)]
pub struct Faults(BTreeMap<Fault, u64>);

impl Faults {
    pub(crate) fn count(&mut self, fault: Fault) {
        *self.0.entry(fault).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (fault, times) in &other.0 {
            *self.0.entry(*fault).or_default() += times;
        }
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    pub fn by_kind(&self) -> impl Iterator<Item = (Fault, u64)> + '_ {
        self.0.iter().map(|(fault, times)| (*fault, *times))
    }
}
