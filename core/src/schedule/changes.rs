//! Which agents changed since an index last looked. An index that nobody asks costs nothing.

use super::Slot;

/// So many changes for each agent are remembered; an index that missed more looks at every agent again.
const PER_AGENT: usize = 4;
const AT_LEAST: usize = 1024;

/// A moment between two changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark(u64);

#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    log: Vec<Slot>,
    /// The number of the log's first entry.
    first: u64,
    /// By slot: the number of its last entry.
    latest: Vec<u64>,
}

impl Changes {
    /// The next slot is an agent's.
    pub(super) fn push(&mut self) {
        self.latest.push(0);
    }

    pub(super) fn note(&mut self, slot: Slot) {
        if self.log.len() >= AT_LEAST.max(PER_AGENT * self.latest.len()) {
            let half = self.log.len() / 2;
            self.log.drain(..half);
            self.first += half as u64;
        }
        self.latest[slot.index()] = self.now().0;
        self.log.push(slot);
    }

    pub(super) fn now(&self) -> Mark {
        Mark(self.first + self.log.len() as u64)
    }

    /// The agents that changed since, each once; `None` = too long ago to know.
    pub(super) fn since(&self, mark: Mark) -> Option<impl Iterator<Item = Slot> + '_> {
        let known = usize::try_from(mark.0.checked_sub(self.first)?).ok()?;
        let numbered = (mark.0..).zip(self.log.iter().skip(known));
        Some(numbered.filter(|(number, slot)| self.latest[slot.index()] == *number).map(|(_, slot)| *slot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_agent_that_changed_is_told_once_or_it_is_too_long_ago() {
        let mut changes = Changes::default();
        (0..3).for_each(|_| changes.push());
        let start = changes.now();
        [0, 1, 0].into_iter().for_each(|slot| changes.note(Slot::at(slot)));
        let later = changes.now();
        let since = |changes: &Changes, mark| changes.since(mark).map(|slots| slots.collect::<Vec<_>>());
        assert_eq!(since(&changes, start), Some(vec![Slot::at(1), Slot::at(0)]));
        assert_eq!(since(&changes, later), Some(Vec::new()));
        (0..AT_LEAST).for_each(|_| changes.note(Slot::at(2)));
        assert_eq!(since(&changes, start), None);
        assert_eq!(since(&changes, changes.now()), Some(Vec::new()));
    }
}
