//! A git server of its own per test, and people who use it.

use crate::fake_master::FakeMaster;
use axum::serve::ListenerExt;
use shipd::git::{Desire, Git, PACK_BYTES_MAX, Setup, Source};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

/// Nothing here takes longer, on any machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Daemon {
    pub(crate) git: Git,
    pub(crate) master: Arc<FakeMaster>,
    pub(crate) url: String,
    pub(crate) data: TempDir,
    pub(crate) shutdown: CancellationToken,
}

impl Daemon {
    pub(crate) async fn start() -> Self {
        Self::with_master(FakeMaster::quick()).await
    }

    pub(crate) async fn with_master(master: FakeMaster) -> Self {
        Self::with(master, |_| {}).await
    }

    pub(crate) async fn with(master: FakeMaster, change: impl FnOnce(&mut Setup)) -> Self {
        let data = tempfile::tempdir().unwrap();
        Self::over(data, Arc::new(master), change).await
    }

    /// On a data directory that is there already.
    pub(crate) async fn over(data: TempDir, master: Arc<FakeMaster>, change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup {
            source: Source::Hosted,
            branch: "main".to_owned(),
            data: data.path().to_owned(),
            program: env!("CARGO_BIN_EXE_shipd").into(),
            webhook_secret: Some("secret".to_owned()),
            pack_bytes_max: PACK_BYTES_MAX,
        };
        change(&mut setup);
        let desire: Arc<dyn Desire> = master.clone();
        let (git, work) = shipd::git::open(setup, desire).unwrap();
        let shutdown = CancellationToken::new();
        tokio::spawn(work.run(shutdown.clone()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        let router = git.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { git, master, url, data, shutdown }
    }

    pub(crate) fn repo_url(&self) -> String {
        format!("{}/repo.git", self.url)
    }

    pub(crate) fn repo_path(&self) -> PathBuf {
        self.data.path().join("repo.git")
    }

    /// Where a branch of the hosted repository is.
    pub(crate) fn tip(&self, branch: &str) -> Option<String> {
        let repo = git2::Repository::open(self.repo_path()).unwrap();
        let found = repo.find_reference(&format!("refs/heads/{branch}")).ok()?;
        Some(found.target().unwrap().to_string())
    }

    pub(crate) async fn until_at(&self, commit: &str) {
        let mut at = self.master.at.subscribe();
        let reached = at.wait_for(|at| at.as_ref().is_some_and(|at| at.id.as_str() == commit));
        tokio::time::timeout(PATIENCE, reached).await.expect("the master is told of the commit").unwrap();
    }

    pub(crate) async fn until_watched(&self) {
        let mut watching = self.master.watching.subscribe();
        tokio::time::timeout(PATIENCE, watching.wait_for(|count| *count > 0)).await.expect("a follower").unwrap();
    }

    /// Waits for a problem of the source whose text holds `part`.
    pub(crate) async fn until_problem(&self, part: &str) -> String {
        let problem = || self.git.view().problem.filter(|problem| problem.contains(part));
        until(|| problem().is_some()).await;
        problem().expect("it was there a moment ago")
    }
}

/// Waits for something that tells nobody when it happens.
pub(crate) async fn until(mut happened: impl FnMut() -> bool) {
    let look = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        while !happened() {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("it happens in time");
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// Somebody with a clone, and a home of their own.
pub(crate) struct Person {
    home: TempDir,
}

/// What a `git` said.
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// What the server had to say, without `remote: `.
    pub(crate) fn remote(&self) -> Vec<String> {
        let lines = self.err.lines().filter_map(|line| line.strip_prefix("remote:"));
        lines.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    #[track_caller]
    pub(crate) fn accepted(self) -> Self {
        assert!(self.ok, "git failed:\n{}{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn refused(self, reason: &str) -> Self {
        assert!(!self.ok, "git succeeded:\n{}{}", self.out, self.err);
        let verdict = format!("refused ({reason}): nothing was changed");
        assert_eq!(self.remote().last(), Some(&verdict), "{}", self.err);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.remote().iter().any(|line| line.contains(text)), "no `{text}` in:\n{}", self.err);
        self
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            ok: output.status.success(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).replace('\r', "\n"),
        }
    }
}

impl Person {
    /// Somebody with an empty repository whose remote is the daemon's.
    pub(crate) async fn new(daemon: &Daemon) -> Self {
        let person = Self::alone().await;
        person.git(&["remote", "add", "origin", &daemon.repo_url()]).await.accepted();
        person
    }

    pub(crate) async fn alone() -> Self {
        let person = Self { home: tempfile::tempdir().unwrap() };
        fs::create_dir(person.clone_path()).unwrap();
        person.git(&["init", "--quiet", "--initial-branch=main"]).await.accepted();
        person
    }

    /// Somebody who has pushed `/one`.
    pub(crate) async fn with_one_app(daemon: &Daemon) -> Self {
        let person = Self::new(daemon).await;
        person.write_app("one", 1);
        person.commit("one").await;
        person.push(&[]).await.accepted();
        person
    }

    pub(crate) fn clone_path(&self) -> PathBuf {
        self.home.path().join("clone")
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.args(args).current_dir(self.clone_path()).stdin(Stdio::null()).kill_on_drop(true);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.home.path());
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        }
        command
    }

    pub(crate) async fn git(&self, args: &[&str]) -> Said {
        let output = tokio::time::timeout(PATIENCE, self.command(args).output());
        output.await.expect("git ends in time").unwrap().into()
    }

    pub(crate) async fn push(&self, options: &[&str]) -> Said {
        let mut args = vec!["push", "--quiet", "origin", "main"];
        args.extend(options.iter().flat_map(|option| ["-o", option]));
        self.git(&args).await
    }

    /// A push that goes on while the test does something else.
    pub(crate) fn start_push(&self) -> Child {
        let mut command = self.command(&["push", "origin", "main"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap()
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.clone_path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn write_app(&self, name: &str, instances: u32) {
        self.write(&format!("apps/{name}.json"), app(name, instances));
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.clone_path().join(path)).unwrap();
    }

    /// Commits all there is; returns the commit.
    pub(crate) async fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]).await.accepted();
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]).await.accepted();
        self.head().await
    }

    pub(crate) async fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).await.accepted().out.trim().to_owned()
    }
}

pub(crate) fn app(name: &str, instances: u32) -> String {
    format!(
        "{{\n  \"id\": \"/{name}\",\n  \"instances\": {instances},\n  \"cmd\": \"sleep 1000\",\n  \
         \"container\": {{ \"type\": \"DOCKER\", \"docker\": {{ \"image\": \"busybox\" }} }}\n}}\n"
    )
}

/// Moves a branch behind the daemon's back.
pub(crate) fn set_ref(repo: &Path, branch: &str, commit: &str) {
    let repo = git2::Repository::open(repo).unwrap();
    let id = git2::Oid::from_str(commit).unwrap();
    repo.reference(&format!("refs/heads/{branch}"), id, true, "by hand").unwrap();
}
