//! What a container printed, line by line.

use crate::runtime::{LogsQuery, OutputLine, Source};
use bollard::Docker as Client;
use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptions;
use futures_util::{Stream, StreamExt, future, stream};

/// A line longer than this is told in parts: nobody can make us hold more.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// Ends when the log does, and also where it cannot be read: a reader has seen all there is to see.
pub(super) fn lines(client: &Client, id: &str, query: LogsQuery) -> impl Stream<Item = OutputLine> + Send + use<> {
    let options = LogsOptions {
        follow: query.follow,
        stdout: true,
        stderr: true,
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
}

/// Cuts what comes in chunks of any size into lines, each of the two streams by itself.
#[derive(Default)]
struct Splitter {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Splitter {
    fn take(&mut self, chunk: LogOutput) -> Vec<OutputLine> {
        match chunk {
            LogOutput::StdErr { message } => cut(&mut self.stderr, Source::Stderr, &message),
            // With a terminal there is but one stream.
            LogOutput::StdOut { message } | LogOutput::Console { message } => {
                cut(&mut self.stdout, Source::Stdout, &message)
            }
            LogOutput::StdIn { .. } => Vec::new(),
        }
    }

    fn rest(&mut self) -> Vec<OutputLine> {
        let rests = [(Source::Stdout, &mut self.stdout), (Source::Stderr, &mut self.stderr)];
        rests.into_iter().filter(|(_, rest)| !rest.is_empty()).map(|(source, rest)| line(source, rest)).collect()
    }
}

fn cut(held: &mut Vec<u8>, source: Source, message: &[u8]) -> Vec<OutputLine> {
    let mut lines = Vec::new();
    for part in message.split_inclusive(|byte| *byte == b'\n') {
        held.extend_from_slice(part);
        if part.ends_with(b"\n") || held.len() >= LINE_BYTES_MAX {
            lines.push(line(source, held));
        }
    }
    lines
}

fn line(source: Source, held: &mut Vec<u8>) -> OutputLine {
    let text = String::from_utf8_lossy(held).trim_end_matches(['\r', '\n']).to_owned();
    held.clear();
    OutputLine { source, line: text }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(err, [OutputLine { source: Source::Stderr, line: "oops".to_owned() }]);
        assert_eq!(texts(splitter.take(stdout("ree"))), Vec::<String>::new());
        assert_eq!(texts(splitter.rest()), ["three"]);
    }

    #[test]
    fn an_endless_line_is_told_in_parts() {
        let mut splitter = Splitter::default();
        let long = LogOutput::StdOut { message: vec![b'x'; LINE_BYTES_MAX + 1].into() };
        assert_eq!(splitter.take(long).len(), 1);
    }
}
