//! Several logs as one, the oldest line first. A line waits until every other log has shown its next one; where
//! lines are to be seen live, only as long as nobody would notice.

use futures_util::stream::{BoxStream, FuturesUnordered, StreamFuture};
use futures_util::{FutureExt, StreamExt};
use ship_core::model::TaskId;
use ship_core::protocol::LogLine;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// A log that said nothing for so long is quiet: no other waits for it.
const PATIENCE: Duration = Duration::from_millis(150);

pub(super) enum Said {
    Line(LogLine),
    /// The task's log ended.
    End(TaskId),
}

/// Where a log stands, for the order among logs: lines without a moment come first.
type Place = (Option<jiff::Timestamp>, u64);

pub(super) struct Merge {
    /// Whether quiet logs are waited for: all of them end.
    finite: bool,
    last: u64,
    /// Logs whose next line is not there yet.
    open: FuturesUnordered<Next>,
    /// The next lines of the others.
    heads: BTreeMap<Place, (LogLine, Log)>,
    /// Those of the open ones that may speak any moment, by number.
    awaited: BTreeSet<u64>,
    /// When the awaited ones count as quiet.
    until: Instant,
}

struct Log {
    number: u64,
    task: TaskId,
    lines: BoxStream<'static, LogLine>,
}

type Next = futures_util::future::BoxFuture<'static, (Option<LogLine>, Log)>;

impl Merge {
    /// `follow`: lines come for ever, and are wanted soon rather than in order.
    pub(super) fn new(follow: bool) -> Self {
        Self {
            finite: !follow,
            last: 0,
            open: FuturesUnordered::new(),
            heads: BTreeMap::new(),
            awaited: BTreeSet::new(),
            until: Instant::now(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.heads.is_empty()
    }

    pub(super) fn push(&mut self, task: TaskId, lines: BoxStream<'static, LogLine>) {
        self.last += 1;
        self.await_next(Log { number: self.last, task, lines });
    }

    /// `None` when all logs ended. What was not returned is not lost when the caller stops waiting.
    pub(super) async fn next(&mut self) -> Option<Said> {
        loop {
            if self.awaited.is_empty()
                && let Some((_, (line, log))) = self.heads.pop_first()
            {
                self.await_next(log);
                return Some(Said::Line(line));
            }
            let impatient = !self.finite && !self.heads.is_empty();
            tokio::select! {
                biased;
                Some((line, log)) = self.open.next() => {
                    self.awaited.remove(&log.number);
                    match line {
                        Some(line) => {
                            self.last += 1;
                            self.heads.insert((line.at, self.last), (line, log));
                        }
                        None => return Some(Said::End(log.task)),
                    }
                }
                () = tokio::time::sleep_until(self.until), if impatient => self.awaited.clear(),
                else => return None,
            }
        }
    }

    fn await_next(&mut self, log: Log) {
        self.awaited.insert(log.number);
        self.until = Instant::now() + PATIENCE;
        self.open.push(next_of(log));
    }
}

fn next_of(log: Log) -> Next {
    let Log { number, task, lines } = log;
    let next: StreamFuture<_> = lines.into_future();
    next.map(move |(line, lines)| (line, Log { number, task, lines })).boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream::{self, pending};

    fn line(task: &str, second: i64) -> LogLine {
        let at = Some(jiff::Timestamp::from_second(second).expect("in range"));
        LogLine { task: TaskId::new(task), stream: "stdout".to_owned(), line: second.to_string(), at }
    }

    fn log(task: &'static str, seconds: &'static [i64]) -> BoxStream<'static, LogLine> {
        stream::iter(seconds.iter().map(move |second| line(task, *second))).boxed()
    }

    async fn texts(merge: &mut Merge, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.len() < count {
            match merge.next().await {
                Some(Said::Line(line)) => texts.push(line.line),
                Some(Said::End(task)) => texts.push(format!("{task} ended")),
                None => break,
            }
        }
        texts
    }

    #[tokio::test]
    async fn lines_come_in_the_order_of_their_moments() {
        let mut merge = Merge::new(false);
        merge.push(TaskId::new("a"), log("a", &[1, 4, 5]));
        merge.push(TaskId::new("b"), log("b", &[2, 3, 6]));
        let texts = texts(&mut merge, 9).await;
        assert_eq!(texts, ["1", "2", "3", "4", "5", "a ended", "6", "b ended"]);
        assert!(merge.is_empty());
    }

    /// Time stands still but where everybody waits for it.
    #[tokio::test(start_paused = true)]
    async fn nobody_waits_long_for_a_quiet_log() {
        let mut merge = Merge::new(true);
        merge.push(TaskId::new("quiet"), pending().boxed());
        merge.push(TaskId::new("busy"), log("busy", &[1, 2, 3, 4, 5, 6, 7, 8]).chain(pending()).boxed());
        let began = Instant::now();
        assert_eq!(texts(&mut merge, 8).await.len(), 8);
        assert!(began.elapsed() <= PATIENCE * 2, "once, not at every line: {:?}", began.elapsed());
    }

    #[tokio::test]
    async fn a_line_without_a_moment_holds_up_nobody() {
        let mut merge = Merge::new(false);
        let unstamped = LogLine { at: None, ..line("old", 9) };
        merge.push(TaskId::new("a"), log("a", &[1]));
        merge.push(TaskId::new("old"), stream::iter([unstamped]).boxed());
        assert_eq!(texts(&mut merge, 1).await, ["9"]);
    }
}
