//! What a container printed, line by line, each with its moment.

use crate::runtime::{LogsQuery, OutputLine, Source};
use bollard::Docker as Client;
use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptions;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, future, stream};

/// A line longer than this is told in parts: nobody can make us hold more.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// Ends when the log does, and also where it cannot be read: a reader has seen all there is to see.
pub(super) fn lines(client: &Client, id: &str, query: LogsQuery) -> impl Stream<Item = OutputLine> + Send + use<> {
    let options = LogsOptions {
        follow: query.follow,
        stdout: true,
        stderr: true,
        timestamps: true,
        since: query.since.map_or(0, whole_secs),
        tail: query.tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string()),
        ..LogsOptions::default()
    };
    let chunks = client.logs(id, Some(options)).take_while(|chunk| future::ready(chunk.is_ok()));
    let ended = stream::iter([None]);
    chunks
        .filter_map(|chunk| future::ready(chunk.ok().map(Some)))
        .chain(ended)
        .scan(Splitter::default(), |splitter, chunk| {
            let lines = match chunk {
                Some(chunk) => splitter.take(chunk),
                None => splitter.rest(),
            };
            future::ready(Some(stream::iter(lines)))
        })
        .flatten()
        // The engine is asked in whole seconds.
        .filter(move |line| future::ready(line.at.is_none() || line.at >= query.since))
}

/// What several containers printed: what is there already by its moments, what follows as it comes.
pub(super) async fn merged(client: &Client, ids: &[String], query: LogsQuery) -> BoxStream<'static, OutputLine> {
    let each = ids.iter().map(|id| lines(client, id, query).boxed());
    if query.follow || ids.len() < 2 {
        return stream::select_all(each).boxed();
    }
    let mut all: Vec<OutputLine> = stream::select_all(each).collect().await;
    all.sort_by_key(|line| line.at);
    let surplus = query.tail.map_or(0, |tail| all.len().saturating_sub(tail as usize));
    stream::iter(all.into_iter().skip(surplus)).boxed()
}

fn whole_secs(moment: jiff::Timestamp) -> i32 {
    i32::try_from(moment.as_second()).unwrap_or(i32::MAX)
}

/// Cuts what comes in chunks of any size into lines, each of the two streams by itself.
#[derive(Default)]
struct Splitter {
    stdout: Held,
    stderr: Held,
}

/// The beginning of a line whose end has not come yet.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    at: Option<jiff::Timestamp>,
}

/// How the engine puts moments before what was printed.
#[derive(Clone, Copy)]
enum Stamped {
    /// Before each line.
    Lines,
    /// Before each chunk, which is a line or a part of a long one.
    Chunks,
}

impl Splitter {
    fn take(&mut self, chunk: LogOutput) -> Vec<OutputLine> {
        match chunk {
            LogOutput::StdErr { message } => self.stderr.cut(Source::Stderr, &message, Stamped::Chunks),
            LogOutput::StdOut { message } => self.stdout.cut(Source::Stdout, &message, Stamped::Chunks),
            // With a terminal there is but one stream.
            LogOutput::Console { message } => self.stdout.cut(Source::Stdout, &message, Stamped::Lines),
            LogOutput::StdIn { .. } => Vec::new(),
        }
    }

    fn rest(&mut self) -> Vec<OutputLine> {
        let rests = [(Source::Stdout, &mut self.stdout), (Source::Stderr, &mut self.stderr)];
        rests.into_iter().filter(|(_, rest)| !rest.bytes.is_empty()).map(|(source, rest)| rest.line(source)).collect()
    }
}

impl Held {
    fn cut(&mut self, source: Source, message: &[u8], stamped: Stamped) -> Vec<OutputLine> {
        let mut lines = Vec::new();
        for (number, part) in message.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let is_stamped = match stamped {
                Stamped::Lines => self.bytes.is_empty(),
                Stamped::Chunks => self.bytes.is_empty() || number == 0,
            };
            let (at, text) = if is_stamped { moment(part) } else { (None, part) };
            self.at = self.at.or(at);
            self.bytes.extend_from_slice(text);
            if part.ends_with(b"\n") || self.bytes.len() >= LINE_BYTES_MAX {
                lines.push(self.line(source));
            }
        }
        lines
    }

    fn line(&mut self, source: Source) -> OutputLine {
        let text = String::from_utf8_lossy(&self.bytes).trim_end_matches(['\r', '\n']).to_owned();
        self.bytes.clear();
        OutputLine { source, at: self.at.take(), line: text }
    }
}

/// The moment in front, and what follows it.
fn moment(part: &[u8]) -> (Option<jiff::Timestamp>, &[u8]) {
    let blank = part.iter().position(|byte| *byte == b' ');
    let stamp = blank.and_then(|end| Some((std::str::from_utf8(&part[..end]).ok()?.parse().ok()?, end)));
    match stamp {
        Some((at, end)) => (Some(at), &part[end + 1..]),
        None => (None, part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-11-23T14:00:00.123456789Z";

    fn stdout(text: &'static str) -> LogOutput {
        LogOutput::StdOut { message: text.into() }
    }

    fn texts(lines: Vec<OutputLine>) -> Vec<String> {
        lines.into_iter().map(|line| line.line).collect()
    }

    #[test]
    fn chunks_become_lines_whatever_their_size() {
        let mut splitter = Splitter::default();
        assert_eq!(texts(splitter.take(stdout("one\r\ntwo\nth"))), ["one", "two"]);
        let err = splitter.take(LogOutput::StdErr { message: "oops\n".into() });
        assert_eq!(err, [OutputLine { source: Source::Stderr, at: None, line: "oops".to_owned() }]);
        assert_eq!(texts(splitter.take(stdout("ree"))), Vec::<String>::new());
        assert_eq!(texts(splitter.rest()), ["three"]);
    }

    #[test]
    fn the_moment_stands_before_the_line_and_is_no_part_of_it() {
        let at = AT.parse().ok();
        let mut splitter = Splitter::default();
        let parts = ["2026-11-23T14:00:00.123456789Z a long ", "2026-11-23T14:00:01Z line\n"];
        assert_eq!(splitter.take(stdout(parts[0])), []);
        let line = OutputLine { source: Source::Stdout, at, line: "a long line".to_owned() };
        assert_eq!(splitter.take(stdout(parts[1])), [line], "with the moment of its beginning");
        let blank = splitter.take(stdout("2026-11-23T14:00:00.123456789Z \n"));
        assert_eq!(blank, [OutputLine { source: Source::Stdout, at, line: String::new() }]);
        let own = splitter.take(stdout("2026-11-23T14:00:00.123456789Z 2020-01-01T00:00:00Z mine\n"));
        assert_eq!(texts(own), ["2020-01-01T00:00:00Z mine"]);
    }

    #[test]
    fn of_a_terminal_every_line_has_a_moment() {
        let text = format!("{AT} one\r\n{AT} tw");
        let mut splitter = Splitter::default();
        let lines = splitter.take(LogOutput::Console { message: text.into() });
        assert_eq!(lines, [OutputLine { source: Source::Stdout, at: AT.parse().ok(), line: "one".to_owned() }]);
        assert_eq!(splitter.take(LogOutput::Console { message: "o\n".into() })[0].line, "two");
    }

    #[test]
    fn an_endless_line_is_told_in_parts() {
        let mut splitter = Splitter::default();
        let long = LogOutput::StdOut { message: vec![b'x'; LINE_BYTES_MAX + 1].into() };
        assert_eq!(splitter.take(long).len(), 1);
    }
}
