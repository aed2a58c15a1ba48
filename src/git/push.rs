//! Pushing to the repository of a cluster, and what its refusals mean.

use super::{Checkout, GitError, Refusal, first_line, git, output};
use ship_core::model::CommitId;
use std::process::{Command, Stdio};

/// Where HEAD is pushed to, whatever the remotes are called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Push<'a> {
    pub(crate) repo: &'a str,
    pub(crate) branch: &'a str,
    /// On this machine, where no proxy is asked.
    pub(crate) local: bool,
}

impl Push<'_> {
    /// The commit that the branch stands at; `None` if it does not exist yet.
    pub(crate) fn tip(&self, checkout: &Checkout) -> Result<Option<CommitId>, GitError> {
        let branch = format!("refs/heads/{}", self.branch);
        let output = output(self.git(checkout).args(["ls-remote", self.repo, &branch]))?;
        if !output.status.success() {
            return Err(GitError::of_failure("ls-remote".to_owned(), &String::from_utf8_lossy(&output.stderr)));
        }
        let line = first_line(&output);
        Ok(line.split_once('\t').map(|(id, _)| CommitId::new(id)))
    }

    /// Pushes HEAD; returns what the cluster said, without git's `remote: ` in front.
    pub(crate) fn push(&self, checkout: &Checkout, options: &[String]) -> Result<Vec<String>, GitError> {
        let mut command = self.git(checkout);
        command.args(["push", "--porcelain"]).args(options.iter().flat_map(|option| ["-o", option]));
        command.args([self.repo, &format!("HEAD:refs/heads/{}", self.branch)]);
        // Git asks for a password on the terminal itself, if there is one.
        let output = output(command.stdin(Stdio::inherit()))?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        let said = remote_lines(&stderr);
        if output.status.success() {
            return Ok(said);
        }
        Err(match refusal(&said, &String::from_utf8_lossy(&output.stdout)) {
            Some(reason) => GitError::Refused { reason, lines: without_verdict(said) },
            None => GitError::of_failure("push".to_owned(), &stderr),
        })
    }

    fn git(&self, checkout: &Checkout) -> Command {
        let mut command = git(checkout.root());
        if self.local {
            command.args(["-c", "http.proxy="]);
        }
        command
    }
}

/// What the other side printed. Git pads these lines so that they cover progress lines.
fn remote_lines(stderr: &str) -> Vec<String> {
    let lines = stderr.split(['\n', '\r']).filter_map(|line| line.strip_prefix("remote:"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()).collect()
}

/// The verdict is ours to tell.
fn without_verdict(mut said: Vec<String>) -> Vec<String> {
    said.retain(|line| !line.starts_with("refused ("));
    said
}

/// Why the push was refused, by the cluster's last line or by git's own verdict on the branch.
fn refusal(said: &[String], verdict: &str) -> Option<Refusal> {
    let named = said.iter().rev().find_map(|line| line.strip_prefix("refused (")?.split_once(')'));
    match named {
        Some(("invalid", _)) => Some(Refusal::Invalid),
        Some(("stale", _)) => Some(Refusal::Stale),
        Some(("policy", _)) => Some(Refusal::Policy),
        Some(_) => None,
        // Someone else pushed first, or while we did.
        None => ["[rejected]", "cannot lock ref", "failed to update ref"]
            .iter()
            .any(|word| verdict.contains(word))
            .then_some(Refusal::Stale),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clusters_words_come_without_gits_padding() {
        let stderr = "remote: error: bad        \nremote:    | x        \nremote:        \nTo http://x\n";
        assert_eq!(remote_lines(stderr), ["error: bad", "   | x", ""]);
    }

    #[test]
    fn the_last_refusal_decides() {
        let refused = |line: &str| refusal(&["error: x".to_owned(), line.to_owned()], "");
        assert_eq!(refused("refused (invalid): nothing was changed"), Some(Refusal::Invalid));
        assert_eq!(refused("refused (stale): nothing was changed"), Some(Refusal::Stale));
        assert_eq!(refused("refused (policy): nothing was changed"), Some(Refusal::Policy));
        assert_eq!(refused("no more disk"), None);
    }

    #[test]
    fn a_branch_that_moved_is_stale() {
        let verdict = "!\tHEAD:refs/heads/main\t[rejected] (fetch first)\n";
        assert_eq!(refusal(&[], verdict), Some(Refusal::Stale));
        assert_eq!(refusal(&[], "!\tHEAD:refs/heads/main\t[remote rejected] (hook declined)\n"), None);
    }
}
