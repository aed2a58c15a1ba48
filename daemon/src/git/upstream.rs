//! Follows a branch of a remote repository: `git fetch` into a mirror, on a timer and when a webhook says
//! so. While the remote cannot be reached the last good commit stays.

use super::branch::Branch;
use super::command::git;
use super::desired::Desired;
use arc_swap::ArcSwapOption;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// A remote that takes longer has hung.
const FETCH_WAIT: Duration = Duration::from_secs(300);
const BACKOFF_MAX: Duration = Duration::from_secs(300);
/// What of git's words is shown.
const WORDS_MAX: usize = 300;

pub(super) struct Upstream {
    url: String,
    every: Duration,
    /// A webhook came.
    pub(super) pushed: Notify,
    problem: ArcSwapOption<String>,
}

impl Upstream {
    pub(super) fn new(url: String, every: Duration) -> Self {
        Self { url, every, pushed: Notify::new(), problem: ArcSwapOption::empty() }
    }

    /// The remote's address without a password.
    pub(super) fn address(&self) -> String {
        without_login(&self.url)
    }

    /// Why the remote could not be read the last time.
    pub(super) fn problem(&self) -> Option<Arc<String>> {
        self.problem.load_full()
    }

    /// Fetches until shutdown.
    pub(super) async fn run(self: Arc<Self>, desired: Arc<Desired>, shutdown: CancellationToken) {
        let mut pause = self.every;
        loop {
            let fetched = tokio::select! {
                fetched = self.fetch(&desired.branch) => fetched,
                () = shutdown.cancelled() => return,
            };
            match fetched {
                Ok(()) => {
                    self.recovered();
                    pause = self.every;
                    desired.catch_up().await;
                }
                Err(why) => {
                    self.failed(&why);
                    pause = (pause * 2).min(BACKOFF_MAX.max(self.every));
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.pushed.notified() => {}
                () = shutdown.cancelled() => return,
            }
        }
    }

    /// The remote is the authority: where it rewrote its history, the mirror follows.
    async fn fetch(&self, branch: &Branch) -> Result<(), String> {
        let mirrored = branch.clone();
        tokio::task::spawn_blocking(move || mirrored.free()).await.map_err(|err| err.to_string())?;
        let mut command = git(branch.path());
        if std::env::var_os("GIT_SSH_COMMAND").is_none() {
            command.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        }
        command.args(["fetch", "--quiet", "--no-tags", "--force", "--end-of-options", &self.url]);
        command.arg(format!("+{0}:{0}", branch.ref_name()));
        let output = match tokio::time::timeout(FETCH_WAIT, command.output()).await {
            Ok(Ok(output)) => output,
            Ok(Err(err)) => return Err(format!("cannot start git: {err}")),
            Err(_) => return Err(format!("no answer in {} s", FETCH_WAIT.as_secs())),
        };
        match output.status.success() {
            true => Ok(()),
            false => Err(self.words(&output.stderr)),
        }
    }

    fn words(&self, stderr: &[u8]) -> String {
        let text = String::from_utf8_lossy(stderr).replace(&self.url, &self.address());
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join("; ").chars().take(WORDS_MAX).collect()
    }

    fn recovered(&self) {
        if self.problem.swap(None).is_some() {
            tracing::info!(upstream = self.address(), "reachable again");
        }
    }

    fn failed(&self, why: &str) {
        let problem = format!("cannot fetch from {}: {why}", self.address());
        if self.problem.load().as_deref() != Some(&problem) {
            tracing::warn!("{problem}");
        }
        self.problem.store(Some(Arc::new(problem)));
    }
}

/// `https://user:token@host/x` -> `https://host/x`.
fn without_login(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let authority = rest.split('/').next().unwrap_or(rest);
    match authority.rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_not_shown() {
        assert_eq!(without_login("https://me:secret@host:8443/a@b.git"), "https://host:8443/a@b.git");
        assert_eq!(without_login("https://host/a@b.git"), "https://host/a@b.git");
        assert_eq!(without_login("git@host:a.git"), "git@host:a.git");
        assert_eq!(without_login("/srv/a.git"), "/srv/a.git");
    }
}
