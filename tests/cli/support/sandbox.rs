//! A folder of its own for each test, and programs started in it with an environment of ours alone.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub(crate) struct Sandbox {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a program printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("home")).expect("a home folder");
        std::fs::create_dir(folder.path().join("work")).expect("a work folder");
        Self { folder, variables: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where programs are started.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub(crate) fn shipctl(&self, args: &[&str]) -> Run {
        self.run(self.command(&self.work()).args(args))
    }

    /// `shipctl` to be started in `folder`.
    pub(crate) fn command(&self, folder: &Path) -> Command {
        self.program(env!("CARGO_BIN_EXE_shipctl"), folder)
    }

    /// Starts it, sends Ctrl-C once it has printed a first line to stdout, and sees it end.
    pub(crate) fn interrupted(&self, args: &[&str]) -> Run {
        let mut command = self.command(&self.work());
        let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut text = String::new();
        out.read_line(&mut text).expect("stdout can be read");
        let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("`kill` starts");
        assert!(kill.success());
        out.read_to_string(&mut text).expect("stdout can be read");
        let Output { status, stderr, .. } = child.wait_with_output().expect("it ends");
        let err = String::from_utf8(stderr).expect("output is UTF-8");
        Run { code: status.code().expect("it caught the signal"), out: text, err }
    }

    /// `git` with a name to commit under.
    pub(crate) fn git(&self, folder: &Path, args: &[&str]) -> String {
        let run = self.run(self.program("git", folder).args(args));
        assert_eq!(run.code, 0, "git {args:?}: {}", run.err);
        run.out
    }

    /// Any place of the sandbox.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").expect("a search path"))
            .env("HOME", self.folder.path().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.folder.path())
            .env("TERM", "dumb")
            .env("GIT_AUTHOR_NAME", "Dev")
            .env("GIT_AUTHOR_EMAIL", "dev@example.com")
            .env("GIT_COMMITTER_NAME", "Dev")
            .env("GIT_COMMITTER_EMAIL", "dev@example.com")
            .env("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z")
            .env("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end. Where the sandbox lies and which port was free is blotted out of what it printed.
    pub(crate) fn run(&self, command: &mut Command) -> Run {
        let Output { status, stdout, stderr } = command.output().expect("the program starts");
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("output is UTF-8");
            without_noise(&text.replace(&self.folder.path().display().to_string(), "SANDBOX"))
        };
        Run { code: status.code().expect("no signal ended it"), out: text(stdout), err: text(stderr) }
    }
}

/// Free ports and measured times are not the same twice.
fn without_noise(text: &str) -> String {
    let digits = |c: char| c.is_ascii_digit();
    let mut parts = text.split("127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| text + "127.0.0.1:PORT" + part.trim_start_matches(digits));
    match text.split_once(" ms)") {
        Some((before, after)) => format!("{}N ms){after}", before.trim_end_matches(digits)),
        None => text,
    }
}
