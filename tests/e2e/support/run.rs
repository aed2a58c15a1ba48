//! A program that runs with a deadline; its output is read line by line as it comes.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// No step of a test takes longer, on two busy cores neither.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

/// A started program. Ended when dropped.
pub(crate) struct Running {
    name: String,
    child: Child,
    lines: Receiver<(Stream, String)>,
    seen: Vec<(Stream, String)>,
    deadline: Instant,
}

/// What an ended program left.
pub(crate) struct Finished {
    name: String,
    status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Running {
        let name = format!("{command:?}");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|err| panic!("{name}: {err}"));
        let (sender, lines) = channel();
        forward(child.stdout.take().expect("stdout is piped"), Stream::Out, sender.clone());
        forward(child.stderr.take().expect("stderr is piped"), Stream::Err, sender);
        Running { name, child, lines, seen: Vec::new(), deadline: Instant::now() + PATIENCE }
    }

    /// Allows more time, or less, from now on.
    pub(crate) fn within(mut self, patience: Duration) -> Running {
        self.deadline = Instant::now() + patience;
        self
    }

    /// Waits for a line that contains all the words and returns it.
    pub(crate) fn line(&mut self, words: &[&str]) -> String {
        loop {
            match self.next() {
                Some(line) if words.iter().all(|word| line.contains(word)) => return line,
                Some(_) => {}
                None => panic!("{} ended without a line with {words:?}:\n{}", self.name, self.transcript()),
            }
        }
    }

    /// Waits for a line, whatever it says.
    pub(crate) fn any_line(&mut self) {
        self.line(&[]);
    }

    /// Waits for the program's end.
    pub(crate) fn finish(mut self) -> Finished {
        while self.next().is_some() {}
        let status = self.child.wait().expect("a child can be awaited");
        let (name, stdout, stderr) = (self.name.clone(), self.text(Stream::Out), self.text(Stream::Err));
        Finished { name, status, stdout, stderr }
    }

    /// The next line of either stream; none once both have ended.
    fn next(&mut self) -> Option<String> {
        match self.lines.recv_timeout(self.deadline.saturating_duration_since(Instant::now())) {
            Ok((stream, line)) => {
                self.seen.push((stream, line.clone()));
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                panic!("{} still runs at its deadline:\n{}", self.name, self.transcript())
            }
        }
    }

    fn text(&self, stream: Stream) -> String {
        self.seen.iter().filter(|(from, _)| *from == stream).fold(String::new(), |mut text, (_, line)| {
            writeln!(text, "{line}").expect("text can be appended to");
            text
        })
    }

    fn transcript(&self) -> String {
        self.seen.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Finished {
    /// Insists on success.
    #[track_caller]
    pub(crate) fn ok(self) -> Finished {
        self.code(0)
    }

    /// Insists on an exit code.
    #[track_caller]
    pub(crate) fn code(self, wanted: i32) -> Finished {
        assert!(
            self.status.code() == Some(wanted),
            "{}: {}, wanted {wanted}\n--- stdout\n{}--- stderr\n{}",
            self.name,
            self.status,
            self.stdout,
            self.stderr
        );
        self
    }

    /// Insists that stderr holds all the words.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Finished {
        for word in words {
            assert!(self.stderr.contains(word), "{}: `{word}` is not in\n{}", self.name, self.stderr);
        }
        self
    }
}

fn forward(from: impl Read + Send + 'static, stream: Stream, to: Sender<(Stream, String)>) {
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if to.send((stream, line)).is_err() {
                return;
            }
        }
    });
}
