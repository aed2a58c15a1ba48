//! git by itself: the same push to git's own server on loopback, without hooks.

use crate::product::repository::{Checkout, git};
use anyhow::{Context, Result, ensure};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(10);

/// `git daemon` with one bare repository; ends when dropped.
pub(crate) struct Server {
    daemon: Child,
    url: String,
    _folder: TempDir,
}

impl Server {
    pub(crate) fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let bare = folder.path().join("repo.git");
        git(folder.path(), &["init", "-q", "--bare", "-b", "main", &bare.to_string_lossy()])?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let base = format!("--base-path={}", folder.path().display());
        // Not by way of `git daemon`, which would be a parent in between that does not pass signals on.
        let programs = git(folder.path(), &["--exec-path"])?;
        let daemon = Command::new(Path::new(programs.trim()).join("git-daemon"))
            .args(["--listen=127.0.0.1", &format!("--port={port}"), "--export-all", "--enable=receive-pack"])
            .arg(base)
            .stderr(Stdio::null())
            .spawn()
            .context("git-daemon does not start")?;
        let server = Self { daemon, url: format!("git://127.0.0.1:{port}/repo.git"), _folder: folder };
        server.wait()?;
        Ok(server)
    }

    fn wait(&self) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while git(Path::new("/"), &["ls-remote", &self.url]).is_err() {
            ensure!(Instant::now() < end, "git daemon does not answer");
        }
        Ok(())
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Seconds for one push of what was committed.
    pub(crate) fn push(&self, checkout: &Checkout) -> Result<f64> {
        checkout.push(&self.url, &[])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
