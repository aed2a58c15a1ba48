//! The user's own `git`, so that their hooks, identity and credentials apply. Runs it and reads what it says.

mod error;
mod push;

pub(crate) use error::{GitError, Refusal};
pub(crate) use push::Push;

use ship_core::model::CommitId;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A working tree.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// The working tree that holds `folder`, if any does.
    pub(crate) fn around(folder: &Path) -> Result<Option<Self>, GitError> {
        let output = output(git(folder).args(["rev-parse", "--show-toplevel"]))?;
        let root = String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned();
        Ok((output.status.success() && !root.is_empty()).then(|| Self { root: root.into() }))
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The commit that a name stands for.
    pub(crate) fn resolve(&self, name: &str) -> Result<CommitId, GitError> {
        let peeled = format!("{name}^{{commit}}");
        let output = output(git(&self.root).args(["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled]))?;
        if !output.status.success() {
            return Err(GitError::NoCommit { name: name.to_owned() });
        }
        Ok(CommitId::new(first_line(&output)))
    }

    /// Files among `paths` that differ from HEAD or that git does not know.
    pub(crate) fn changed(&self, paths: &[&Path]) -> Result<Vec<String>, GitError> {
        let mut command = git(&self.root);
        command.args(["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--"]).args(paths);
        let output = succeed(&mut command)?;
        let entries = output.stdout.split(|byte| *byte == 0).filter(|entry| entry.len() > 3);
        Ok(entries.map(|entry| String::from_utf8_lossy(&entry[3..]).into_owned()).collect())
    }

    pub(crate) fn is_ancestor(&self, old: &CommitId, new: &CommitId) -> Result<bool, GitError> {
        let output = output(git(&self.root).args(["merge-base", "--is-ancestor", old.as_str(), new.as_str()]))?;
        Ok(output.status.success())
    }

    /// Commits one file as it is in the working tree; whatever else is staged stays staged.
    pub(crate) fn commit_only(&self, file: &Path, message: &str) -> Result<CommitId, GitError> {
        succeed(git(&self.root).args(["commit", "--quiet", "--message", message, "--only", "--"]).arg(file))?;
        self.resolve("HEAD")
    }

    /// Takes back the newest commit, which changed `file` alone: branch and index are as before. The file
    /// itself is the caller's.
    pub(crate) fn take_back(&self, file: &Path, commit: &CommitId, parent: &CommitId) -> Result<(), GitError> {
        let note = "shipctl: taken back, the cluster refused it";
        succeed(git(&self.root).args(["update-ref", "-m", note, "HEAD", parent.as_str(), commit.as_str()]))?;
        succeed(git(&self.root).args(["reset", "--quiet", "--"]).arg(file)).map(drop)
    }
}

/// `Name <mail>` as git knows it in `folder`.
pub(crate) fn configured_author(folder: &Path) -> Result<Option<String>, GitError> {
    let value = |key: &str| -> Result<Option<String>, GitError> {
        let output = output(git(folder).args(["config", "--get", key]))?;
        Ok(output.status.success().then(|| first_line(&output)))
    };
    Ok(match (value("user.name")?, value("user.email")?) {
        (Some(name), Some(mail)) => Some(format!("{name} <{mail}>")),
        (Some(_) | None, _) => None,
    })
}

/// Makes a repository whose first branch is `main`.
pub(crate) fn init(folder: &Path) -> Result<(), GitError> {
    succeed(git(folder).args(["init", "--quiet", "--initial-branch=main"])).map(drop)
}

/// Its messages are read by us: no translation, please.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("LC_ALL", "C");
    command
}

fn output(command: &mut Command) -> Result<Output, GitError> {
    command.output().map_err(|source| GitError::NoGit { source })
}

fn succeed(command: &mut Command) -> Result<Output, GitError> {
    let output = output(command)?;
    if output.status.success() {
        return Ok(output);
    }
    let verb = command.get_args().next().unwrap_or_default().to_string_lossy().into_owned();
    Err(GitError::of_failure(verb, &String::from_utf8_lossy(&output.stderr)))
}

fn first_line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
}
