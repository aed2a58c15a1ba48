//! The deploy branch of whichever repository is followed: where it is, and what a commit says of itself.

use super::locks;
use git2::{ErrorCode, Oid, Repository, Revwalk, Sort};
use ship_core::cluster::Commit;
use ship_core::model::{CommitId, DeploymentId, Timestamp, Version};
use std::fmt;
use std::path::{Path, PathBuf};

/// Names the deployment that a commit takes back, in the last paragraph of its message.
pub(super) const REVERTS: &str = "Ship-Reverts";

/// Says which version the apps that a commit changes are to have, likewise: unique, and rising from commit to commit.
pub(super) const VERSION: &str = "Ship-Version";

/// So far back into the past it is looked.
pub(super) const COMMITS_MAX: usize = 10_000;

/// The branch that deploys, in one repository.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    repo: PathBuf,
    name: String,
}

impl Branch {
    pub(super) fn new(repo: PathBuf, name: String) -> Self {
        Self { repo, name }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn ref_name(&self) -> String {
        format!("refs/heads/{}", self.name)
    }

    pub(super) fn path(&self) -> &Path {
        &self.repo
    }

    /// Lets the branch be moved, whoever was killed over it. Blocks; for who has the turn to move it.
    pub(super) fn free(&self) {
        locks::free(&self.repo.join(self.ref_name()));
    }

    pub(super) fn open(&self) -> Result<Repository, git2::Error> {
        Repository::open(&self.repo)
    }

    /// The commit that the branch is at; `None` while the branch is not there.
    pub(super) fn tip(&self, repo: &Repository) -> Result<Option<Oid>, git2::Error> {
        match repo.find_reference(&self.ref_name()).and_then(|found| found.peel_to_commit()) {
            Ok(commit) => Ok(Some(commit.id())),
            Err(err) if err.code() == ErrorCode::NotFound => Ok(None),
            Err(err) => Err(err),
        }
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// What a deployment tells of its commit.
pub(super) fn describe(repo: &Repository, id: Oid) -> Result<Commit, git2::Error> {
    let commit = repo.find_commit(id)?;
    let author = commit.author();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Commit {
        id: commit_id(id),
        author: format!("{} <{}>", text(author.name_bytes()), text(author.email_bytes())),
        subject: text(commit.message_bytes()).lines().find(|line| !line.trim().is_empty()).unwrap_or("").to_owned(),
        reverts: trailer(commit.message_bytes(), REVERTS).map(DeploymentId::new),
        version: version(commit.message_bytes()),
    })
}

/// What a commit says the version of the apps that it changes is.
pub(super) fn version(message: &[u8]) -> Option<Version> {
    Timestamp::parse(&trailer(message, VERSION)?).map(Version)
}

/// The value of a trailer, a line `Name: value` of the message's last paragraph.
fn trailer(message: &[u8], name: &str) -> Option<String> {
    let trailers = git2::message_trailers_bytes(message).ok()?;
    let (_, value) = trailers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))?;
    std::str::from_utf8(value).ok().map(|value| value.trim().to_owned())
}

/// The commit and what the branch was at before it, one by one.
pub(super) fn first_parents(repo: &Repository, id: Oid) -> Result<Revwalk<'_>, git2::Error> {
    let mut walk = repo.revwalk()?;
    walk.simplify_first_parent()?;
    walk.set_sorting(Sort::TOPOLOGICAL)?;
    walk.push(id)?;
    Ok(walk)
}

pub(super) fn commit_id(id: Oid) -> CommitId {
    CommitId::new(id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_stands_in_the_last_paragraph() {
        let message = b"Revert /web to 0123456789\n\nIt crashes.\n\nShip-Reverts: abc\nSigned-off-by: A <a@b>\n";
        let reverts = |message| trailer(message, REVERTS);
        assert_eq!(reverts(message).as_deref(), Some("abc"));
        assert_eq!(reverts(b"web\n\nShip-Reverts: abc\n\nand more text\n"), None);
        assert_eq!(reverts(b"Ship-Reverts is how it works"), None);
        assert_eq!(reverts(b"nul \0\n\nShip-Reverts: abc\n"), None);
    }

    #[test]
    fn a_commit_may_say_its_version() {
        let said = version(b"scale /web to 2\n\nShip-Version: 2023-11-14T22:13:20.120Z\n");
        assert_eq!(said, Some(Version(Timestamp(1_700_000_000_120))));
        assert_eq!(version(b"scale\n\nShip-Version: yesterday\n"), None);
    }
}
