//! Choosing with a preference that breaks no rank: of agents that are equally good, the one that is named wins.

use super::fleet::{Fleet, ZONE};
use super::{Site, Slot, score};
use crate::model::AppSpec;

impl Fleet {
    /// As [`choose`](Self::choose); but if agents of `rather` are as good as the best, then the first of these.
    pub fn choose_rather(&mut self, spec: &AppSpec, rather: &[Slot]) -> Option<Site> {
        let best = self.best()?;
        let rank = self.rank(best);
        let slot = rather.iter().copied().find(|slot| self.rank(*slot) == rank).unwrap_or(best);
        Some(self.choose_this(slot, spec))
    }

    /// How good an agent is for one more task of the app that was begun, whatever decides among equals; zero if none
    /// fits there.
    fn rank(&self, slot: Slot) -> u64 {
        let known = self.index().map_or(0, |index| index.known(slot));
        score::rank(self.in_zone(self.fields[ZONE].value(slot), known))
    }
}
