//! One reader of a stream of events: counts what it hears of a deployment and how late, and keeps nothing of it but a
//! digest, unless told to.

use anyhow::{Result, ensure};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufRead;
use std::mem;
use std::time::{SystemTime, UNIX_EPOCH};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Delays are counted up to here; longer ones count as this.
const DELAY_MAX_MS: usize = 60_000;
/// `"2026-01-01T00:00:00.000Z"}` and the end of the line: every event ends with its moment.
const MOMENT_FROM_END: usize = 28;

/// Whole milliseconds, and how many events came so late.
pub(super) struct Delays(Vec<u32>);

/// From the deployment's first event to its last.
pub(super) struct Ear {
    pub(super) events: usize,
    /// Of the ids, in order.
    digest: DefaultHasher,
    pub(super) delays: Delays,
    /// Of the events, as they came; only where somebody wants to know.
    pub(super) text: Option<Vec<u8>>,
    /// What is not a whole line yet.
    begun: Vec<u8>,
    id: Vec<u8>,
    at: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Within,
    InLast,
    Behind,
}

impl Ear {
    pub(super) fn new(keeps_text: bool) -> Self {
        Self {
            events: 0,
            digest: DefaultHasher::new(),
            delays: Delays(Vec::new()),
            text: keeps_text.then(Vec::new),
            begun: Vec::new(),
            id: Vec::new(),
            at: Place::Before,
        }
    }

    pub(super) fn digest(&self) -> u64 {
        self.digest.finish()
    }

    /// Takes in more of the stream. An error if this reader was cut off.
    pub(super) fn hear(&mut self, mut bytes: &[u8]) -> Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64 % DAY_MS;
        while bytes.read_until(b'\n', &mut self.begun)? > 0 && self.begun.ends_with(b"\n") {
            let line = mem::take(&mut self.begun);
            self.line(&line, now)?;
            // Its room is used again.
            self.begun = line;
            self.begun.clear();
        }
        Ok(())
    }

    pub(super) fn has_begun(&self) -> bool {
        self.at != Place::Before
    }

    pub(super) fn is_done(&self) -> bool {
        self.at == Place::Behind
    }

    fn line(&mut self, line: &[u8], now: u64) -> Result<()> {
        ensure!(!line.starts_with(b": cut off") && !line.starts_with(b": missed"), "a reader was too slow");
        if line.starts_with(b"id: ") {
            self.id = line.to_vec();
        } else if line.starts_with(b"event: ") {
            self.event(line);
        } else if line.starts_with(b"data: ") && self.is_within() {
            self.keep(line);
            self.delays.add(moment(line).map_or(0, |moment| (now + DAY_MS - moment) % DAY_MS));
        } else if line == b"\r\n" && self.is_within() {
            self.keep(line);
            self.events += 1;
            self.at = if self.at == Place::InLast { Place::Behind } else { self.at };
        }
        Ok(())
    }

    fn event(&mut self, line: &[u8]) {
        self.at = match (self.at, line) {
            (Place::Before, b"event: deployment_info\r\n") => Place::Within,
            (Place::Within, b"event: deployment_success\r\n") => Place::InLast,
            (at, _) => at,
        };
        if self.is_within() {
            self.id.hash(&mut self.digest);
            let id = mem::take(&mut self.id);
            self.keep(&id);
            self.keep(line);
        }
    }

    fn is_within(&self) -> bool {
        matches!(self.at, Place::Within | Place::InLast)
    }

    fn keep(&mut self, line: &[u8]) {
        if let Some(text) = &mut self.text {
            text.extend_from_slice(line);
        }
    }
}

/// Of an event's line, in milliseconds of its day.
fn moment(line: &[u8]) -> Option<u64> {
    let moment = line.get(line.len().checked_sub(MOMENT_FROM_END)?..)?;
    let number = |from: usize, to: usize| std::str::from_utf8(moment.get(from..to)?).ok()?.parse::<u64>().ok();
    Some(((number(11, 13)? * 60 + number(14, 16)?) * 60 + number(17, 19)?) * 1000 + number(20, 23)?)
}

impl Delays {
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    fn add(&mut self, millis: u64) {
        let millis = usize::try_from(millis).unwrap_or(DELAY_MAX_MS).min(DELAY_MAX_MS);
        if self.0.len() <= millis {
            self.0.resize(millis + 1, 0);
        }
        self.0[millis] += 1;
    }

    pub(super) fn extend(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        self.0.iter_mut().zip(&other.0).for_each(|(count, more)| *count += more);
    }

    /// Milliseconds that this share of the events stayed within.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let all: u64 = self.0.iter().copied().map(u64::from).sum();
        let within = (all as f64 * share) as u64;
        let mut seen = 0;
        let found = self.0.iter().position(|count| {
            seen += u64::from(*count);
            seen > within
        });
        found.unwrap_or(self.0.len()) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "id: 1-0\r\nevent: event_stream_attached\r\ndata: {}\r\n\r\n: still here\r\nid: 2-0\r\n\
        event: deployment_info\r\ndata: {\"timestamp\":\"2026-01-01T00:00:01.500Z\"}\r\n\r\nid: 3-0\r\n\
        event: deployment_success\r\ndata: {\"timestamp\":\"2026-01-01T00:00:02.000Z\"}\r\n\r\nid: 4-0\r\n";

    #[test]
    fn a_deployment_is_heard_however_it_is_cut() {
        let mut whole = Ear::new(true);
        whole.hear(STREAM.as_bytes()).unwrap();
        let mut cut = Ear::new(true);
        STREAM.as_bytes().chunks(3).for_each(|piece| cut.hear(piece).unwrap());
        assert!(whole.is_done() && cut.is_done());
        assert_eq!((whole.events, whole.digest()), (2, cut.digest()));
        assert_eq!(whole.text, cut.text);
        assert!(whole.text.unwrap().starts_with(b"id: 2-0\r\nevent: deployment_info\r\n"));
    }

    #[test]
    fn moments_and_delays() {
        assert_eq!(moment(b"data: {\"timestamp\":\"2026-01-01T01:00:01.500Z\"}\r\n"), Some(3_601_500));
        let mut delays = Delays::none();
        [1, 1, 7, 100_000].into_iter().for_each(|millis| delays.add(millis));
        assert!((delays.quantile(0.5) - 7.0).abs() < f64::EPSILON);
        assert!((delays.quantile(0.99) - DELAY_MAX_MS as f64).abs() < f64::EPSILON);
    }

    #[test]
    fn who_was_cut_off_says_so() {
        assert!(Ear::new(false).hear(b": cut off: read too slowly\r\n").is_err());
    }
}
