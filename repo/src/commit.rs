//! Writes a commit that changes one file, into a bare or ordinary repository, without touching any working
//! tree: first the commit, then, when whoever must has agreed, the branch.

use git2::{ErrorCode, FileMode, Oid, Repository, Signature, Tree};

/// Why a commit was not written, or a branch not moved.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The branch is not where the change was made from.
    #[error("the branch `{branch}` has moved since {parent}")]
    Moved {
        /// Short name, without `refs/heads/`.
        branch: String,
        /// Where the branch was expected to stand.
        parent: Oid,
    },
    /// Empty or absolute, or one of its steps is empty, `.`, `..` or `.git`.
    #[error("`{path}` is not a path of a file in a repository")]
    Path {
        /// As asked for.
        path: String,
    },
    /// An object is missing or cannot be written, in git's own words.
    #[error("cannot write the commit")]
    Git(#[from] git2::Error),
}

/// A change of one file, and what its commit says.
pub struct Change<'a> {
    /// From the root of the repository, with `/`.
    pub path: &'a str,
    /// The whole file as it is to be.
    pub content: &'a [u8],
    /// Whose change it is; the history names them.
    pub author: &'a Signature<'a>,
    /// Who writes it down: the daemon, in whatever commit it makes.
    pub committer: &'a Signature<'a>,
    /// The whole message: subject, body and trailers.
    pub message: &'a str,
}

/// Commits `content` at `path` on top of `parent`, and moves the branch there if it still stands at `parent`.
pub fn write(
    repo: &Repository,
    branch: &str,
    parent: Oid,
    path: &str,
    content: &[u8],
    author: &Signature<'_>,
    message: &str,
) -> Result<Oid, CommitError> {
    let commit = draft(repo, parent, &Change { path, content, author, committer: author, message })?;
    advance(repo, branch, parent, commit)?;
    Ok(commit)
}

/// Writes the commit on top of `parent`. It is in no branch yet, so it can still be checked and dropped.
pub fn draft(repo: &Repository, parent: Oid, change: &Change<'_>) -> Result<Oid, CommitError> {
    let steps: Vec<&str> = change.path.split('/').collect();
    if steps.iter().any(|step| matches!(*step, "" | "." | ".." | ".git")) {
        return Err(CommitError::Path { path: change.path.to_owned() });
    }
    let parent = repo.find_commit(parent)?;
    let blob = repo.blob(change.content)?;
    let tree = with_file(repo, Some(&parent.tree()?), &steps, blob)?;
    let tree = repo.find_tree(tree)?;
    Ok(repo.commit(None, change.author, change.committer, change.message, &tree, &[&parent])?)
}

/// Moves the branch from one commit to another, if it still stands at the first: git's own compare-and-swap.
pub fn advance(repo: &Repository, branch: &str, from: Oid, to: Oid) -> Result<(), CommitError> {
    match repo.reference_matching(&format!("refs/heads/{branch}"), to, true, from, "commit by shipd") {
        Ok(_) => Ok(()),
        Err(err) if matches!(err.code(), ErrorCode::Modified | ErrorCode::NotFound | ErrorCode::Locked) => {
            Err(CommitError::Moved { branch: branch.to_owned(), parent: from })
        }
        Err(err) => Err(err.into()),
    }
}

/// A copy of the folder with the file in it, made from the inside out.
fn with_file(repo: &Repository, folder: Option<&Tree<'_>>, steps: &[&str], blob: Oid) -> Result<Oid, git2::Error> {
    let mut builder = repo.treebuilder(folder)?;
    match steps {
        [] => {}
        [name] => {
            let mode = folder.and_then(|folder| folder.get_name(name)).map(|entry| entry.filemode());
            let executable = mode == Some(i32::from(FileMode::BlobExecutable));
            let mode = if executable { FileMode::BlobExecutable } else { FileMode::Blob };
            builder.insert(name, blob, mode.into())?;
        }
        [name, rest @ ..] => {
            let below =
                folder.and_then(|folder| folder.get_name(name)).and_then(|entry| repo.find_tree(entry.id()).ok());
            let tree = with_file(repo, below.as_ref(), rest, blob)?;
            builder.insert(name, tree, FileMode::Tree.into())?;
        }
    }
    builder.write()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature() -> Signature<'static> {
        Signature::new("Ada", "ada@example.org", &git2::Time::new(0, 0)).unwrap()
    }

    fn change(path: &str) -> Result<(tempfile::TempDir, Repository, Oid, Oid), CommitError> {
        let folder = tempfile::tempdir().unwrap();
        let repo = Repository::init_bare(folder.path()).unwrap();
        let (blob, author) = (repo.blob(b"#!/bin/sh\n").unwrap(), signature());
        let inner = {
            let mut builder = repo.treebuilder(None).unwrap();
            builder.insert("run.sh", blob, FileMode::BlobExecutable.into()).unwrap();
            builder.insert("one.json", blob, FileMode::Blob.into()).unwrap();
            builder.write().unwrap()
        };
        let tree = {
            let mut builder = repo.treebuilder(None).unwrap();
            builder.insert("apps", inner, FileMode::Tree.into()).unwrap();
            repo.find_tree(builder.write().unwrap()).unwrap().id()
        };
        let first = repo
            .commit(Some("refs/heads/main"), &author, &author, "first", &repo.find_tree(tree).unwrap(), &[])
            .unwrap();
        let change = Change { path, content: b"two", author: &author, committer: &author, message: "second" };
        let second = draft(&repo, first, &change)?;
        Ok((folder, repo, first, second))
    }

    #[test]
    fn one_file_changes_and_all_others_stay() {
        let (_folder, repo, first, second) = change("apps/run.sh").unwrap();
        let tree = repo.find_commit(second).unwrap().tree().unwrap();
        let entry = tree.get_path("apps/run.sh".as_ref()).unwrap();
        assert_eq!(repo.find_blob(entry.id()).unwrap().content(), b"two");
        assert_eq!(entry.filemode(), i32::from(FileMode::BlobExecutable));
        let before = repo.find_commit(first).unwrap().tree().unwrap();
        let other = |tree: &Tree<'_>| tree.get_path("apps/one.json".as_ref()).unwrap().id();
        assert_eq!(other(&tree), other(&before));
    }

    #[test]
    fn the_branch_moves_only_from_where_it_was_expected() {
        let (_folder, repo, first, second) = change("apps/new/two.json").unwrap();
        advance(&repo, "main", first, second).unwrap();
        assert_eq!(repo.refname_to_id("refs/heads/main").unwrap(), second);
        assert!(matches!(advance(&repo, "main", first, second), Err(CommitError::Moved { .. })));
        assert!(matches!(advance(&repo, "none", first, second), Err(CommitError::Moved { .. })));
    }

    #[test]
    fn paths_that_leave_the_repository_are_refused() {
        for path in ["", "/etc/passwd", "../x", "apps/../../x", ".git/config", "apps//x"] {
            assert!(matches!(change(path), Err(CommitError::Path { .. })), "{path}");
        }
    }
}
