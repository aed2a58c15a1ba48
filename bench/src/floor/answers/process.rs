//! The floor's server from outside: started with what it is to send, ended when it is let go of.

use crate::product::daemon::binary;
use anyhow::{Context, Result};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub(crate) struct Answering {
    child: Child,
    url: String,
    _files: TempDir,
}

impl Answering {
    pub(crate) fn start(json: &[u8], events: &[u8]) -> Result<Self> {
        let files = tempfile::tempdir()?;
        let (json_file, events_file) = (files.path().join("answer.json"), files.path().join("events"));
        fs::write(&json_file, json)?;
        fs::write(&events_file, events)?;
        let mut child = Command::new(binary("ship-bench")?)
            .arg("floor-answers")
            .args([&json_file, &events_file])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut told = String::new();
        let output = child.stdout.take().context("its output is a pipe")?;
        let mut started = Self { child, url: String::new(), _files: files };
        BufReader::new(output).read_line(&mut told)?;
        started.url = told.trim().to_owned();
        Ok(started)
    }

    /// Of one of its answers.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
