//! What an image does when it runs. Its name says so, for the reader of a story.

use ship_core::model::{Checks, TaskSpec};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Temper {
    Good,
    /// Good, and long on its way to the agent.
    Heavy,
    /// Good, after a long start.
    Slow,
    /// Its health checks fail for ever.
    Sick,
    /// Its readiness check never says yes.
    Unready,
    /// Ends at once.
    Crash,
    /// Runs, is healthy for a moment, and ends.
    Brief,
    /// No registry has it.
    Missing,
}

const TEMPERS: [(Temper, &str); 8] = [
    (Temper::Good, "good"),
    (Temper::Heavy, "heavy"),
    (Temper::Slow, "slow"),
    (Temper::Sick, "sick"),
    (Temper::Unready, "unready"),
    (Temper::Crash, "crash"),
    (Temper::Brief, "brief"),
    (Temper::Missing, "missing"),
];

impl Temper {
    pub(crate) fn image(self, number: u64) -> String {
        let (_, word) = TEMPERS.iter().find(|(temper, _)| *temper == self).expect("every temper has a word");
        format!("image:{number}-{word}")
    }

    pub(crate) fn of(image: &str) -> Self {
        let word = image.rsplit('-').next().unwrap_or_default();
        TEMPERS.iter().find(|(_, known)| *known == word).map_or(Self::Good, |(temper, _)| *temper)
    }

    pub(crate) fn of_task(task: &TaskSpec) -> Self {
        Self::of(&task.image.name)
    }

    pub(crate) fn ends_by_itself(self) -> bool {
        match self {
            Self::Crash | Self::Brief => true,
            Self::Good | Self::Heavy | Self::Slow | Self::Sick | Self::Unready | Self::Missing => false,
        }
    }

    /// Whether its tasks come up and stay up, asked by these checks.
    pub(crate) fn comes_up(self, checks: &Checks) -> bool {
        match self {
            Self::Good | Self::Heavy | Self::Slow => true,
            Self::Sick => checks.health.is_empty(),
            Self::Unready => checks.readiness.is_none(),
            Self::Crash | Self::Brief | Self::Missing => false,
        }
    }
}
