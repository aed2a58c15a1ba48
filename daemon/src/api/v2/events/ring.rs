//! The last events, within bounds, and the positions of those who read them.

use super::frame::{EventId, Form, Frame, Written};
use bytes::Bytes;
use std::collections::{BTreeSet, VecDeque};

/// A rollout of ten thousand tasks tells some sixty thousand, a third of them at once.
const EVENTS_KEPT: usize = 65_536;
/// At some 500 bytes each that many fit; plans of large deployments take the place of more.
const BYTES_KEPT: usize = 32 << 20;
/// So many events a reader looks at before it lets go of the ring.
const LOOKED_AT_MAX: usize = 512;

#[derive(Debug)]
pub(super) struct Ring {
    kept: VecDeque<Frame>,
    bytes: usize,
    /// Of the oldest one that is kept; positions rise by one from event to event.
    first: u64,
    /// The newest event there was, kept or not.
    last: EventId,
    /// The newest event that is not kept any more.
    dropped: EventId,
    events_max: usize,
    bytes_max: usize,
}

/// Which events a reader wants, and in which form.
#[derive(Debug, Clone)]
pub(super) struct Taste {
    /// By name; `None` = all. Names that no event has match nothing.
    pub(super) names: Option<BTreeSet<String>>,
    pub(super) form: Form,
}

/// What a reader gets at once.
pub(super) struct Helping {
    pub(super) frames: Vec<Bytes>,
    /// Where to go on.
    pub(super) next: u64,
}

impl Ring {
    /// Nothing from before `number` is in it.
    pub(super) fn new(number: u64) -> Self {
        Self::with_bounds(number, EVENTS_KEPT, BYTES_KEPT)
    }

    pub(super) fn with_bounds(number: u64, events_max: usize, bytes_max: usize) -> Self {
        let before = EventId { number: number.saturating_sub(1), part: 0 };
        Self { kept: VecDeque::new(), bytes: 0, first: 0, last: before, dropped: before, events_max, bytes_max }
    }

    /// Adds what comes of the internal event with this number, or what is told after it.
    pub(super) fn push(&mut self, number: u64, event: &Written) {
        let id = match number > self.last.number {
            true => EventId { number, part: 0 },
            false => EventId { number: self.last.number, part: self.last.part + 1 },
        };
        let frame = Frame::new(id, event);
        self.last = id;
        self.bytes += frame.size();
        self.kept.push_back(frame);
        while self.kept.len() > self.events_max || (self.bytes > self.bytes_max && self.kept.len() > 1) {
            let Some(oldest) = self.kept.pop_front() else { break };
            (self.dropped, self.first) = (oldest.id, self.first + 1);
            self.bytes -= oldest.size();
        }
    }

    /// Something happened that nobody told: what is kept would read as if it were all, so it goes.
    pub(super) fn lose(&mut self) {
        self.last.part += 1;
        (self.dropped, self.first) = (self.last, self.next() + 1);
        self.kept.clear();
        self.bytes = 0;
    }

    /// The position of the event to come: so many there were so far.
    pub(super) fn next(&self) -> u64 {
        self.first + self.kept.len() as u64
    }

    /// Of the newest event.
    pub(super) fn number(&self) -> u64 {
        self.last.number
    }

    /// The position behind an event that a reader saw, and whether all that came after it is still kept.
    pub(super) fn after(&self, seen: EventId) -> (u64, bool) {
        let index = self.kept.partition_point(|frame| frame.id <= seen);
        (self.first + index as u64, seen >= self.dropped)
    }

    /// The oldest event that is kept, or the one to come.
    pub(super) fn oldest(&self) -> Option<EventId> {
        self.kept.front().map(|frame| frame.id)
    }

    /// `None` if the reader is so slow that what comes next for it is kept no more.
    pub(super) fn serve(&self, from: u64, taste: &Taste) -> Option<Helping> {
        let skip = usize::try_from(from.checked_sub(self.first)?).unwrap_or(usize::MAX).min(self.kept.len());
        let looked_at = self.kept.range(skip..).take(LOOKED_AT_MAX);
        let next = from + looked_at.len() as u64;
        let frames = looked_at.filter(|frame| taste.takes(frame.name)).map(|frame| frame.bytes(taste.form));
        Some(Helping { frames: frames.collect(), next })
    }
}

impl Taste {
    fn takes(&self, name: &str) -> bool {
        self.names.as_ref().is_none_or(|names| names.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Taste = Taste { names: None, form: Form::Light };

    fn event(name: &'static str) -> Written {
        Written { name, light: "{}".into(), heavy: None }
    }

    fn ids(helping: &Helping) -> Vec<String> {
        let id = |frame: &Bytes| String::from_utf8_lossy(frame).lines().next().unwrap().replace("id: ", "");
        helping.frames.iter().map(id).collect()
    }

    #[test]
    fn ids_rise_whoever_tells() {
        let mut ring = Ring::new(10);
        [10, 10, 7, 12].into_iter().for_each(|number| ring.push(number, &event("a")));
        assert_eq!(ids(&ring.serve(0, &ALL).unwrap()), ["10-0", "10-1", "10-2", "12-0"]);
        let mut early = Ring::new(10);
        early.push(0, &event("told before anything happened"));
        assert_eq!(ids(&early.serve(0, &ALL).unwrap()), ["9-1"]);
    }

    #[test]
    fn a_position_behind_every_id_that_was_seen() {
        let mut ring = Ring::with_bounds(10, 3, usize::MAX);
        (10..15).for_each(|number| ring.push(number, &event("a")));
        let after = |number, part| ring.after(EventId { number, part });
        assert_eq!(after(11, 0), (2, true), "the last that is not kept");
        assert_eq!(after(10, 0), (2, false));
        assert_eq!(after(13, 0), (4, true));
        assert_eq!(after(99, 0), (5, true));
    }

    #[test]
    fn who_is_too_slow_is_served_nothing() {
        let mut ring = Ring::with_bounds(1, 2, usize::MAX);
        (1..=2).for_each(|number| ring.push(number, &event("a")));
        assert_eq!(ring.serve(0, &ALL).unwrap().frames.len(), 2);
        ring.push(3, &event("a"));
        assert!(ring.serve(0, &ALL).is_none());
        assert_eq!(ids(&ring.serve(1, &ALL).unwrap()), ["2-0", "3-0"]);
        assert_eq!(ring.serve(3, &ALL).unwrap().frames.len(), 0);
    }

    #[test]
    fn bytes_are_bounded_and_the_newest_is_kept_whatever_its_size() {
        let mut ring = Ring::with_bounds(1, 100, 1000);
        let large = Written { name: "a", light: "x".repeat(900), heavy: None };
        (1..=3).for_each(|number| ring.push(number, &large));
        assert_eq!(ids(&ring.serve(2, &ALL).unwrap()), ["3-0"]);
        assert!(ring.serve(1, &ALL).is_none());
    }

    #[test]
    fn a_filter_skips_and_goes_on() {
        let mut ring = Ring::new(1);
        ["a", "b", "a"].into_iter().zip(1..).for_each(|(name, number)| ring.push(number, &event(name)));
        let only = |name: &str| Taste { names: Some([name.to_owned()].into()), form: Form::Heavy };
        let helping = ring.serve(0, &only("b")).unwrap();
        assert_eq!((ids(&helping), helping.next), (vec!["2-0".to_owned()], 3));
        assert!(ring.serve(0, &only("sugar")).unwrap().frames.is_empty());
    }
}
