//! Writes a commit that changes one file, into a bare or ordinary repository, without touching any working
//! tree.

use git2::{ErrorCode, FileMode, Oid, Repository, Signature, Tree};

#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The branch is not where the change was made from.
    #[error("the branch `{branch}` has moved since {parent}")]
    Moved { branch: String, parent: Oid },
    #[error("`{path}` is not a path of a file in a repository")]
    Path { path: String },
    #[error("cannot write the commit")]
    Git(#[from] git2::Error),
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
    let steps: Vec<&str> = path.split('/').collect();
    if steps.iter().any(|step| matches!(*step, "" | "." | ".." | ".git")) {
        return Err(CommitError::Path { path: path.to_owned() });
    }
    let parent_commit = repo.find_commit(parent)?;
    let blob = repo.blob(content)?;
    let tree = with_file(repo, Some(&parent_commit.tree()?), &steps, blob)?;
    let tree = repo.find_tree(tree)?;
    let commit = repo.commit(None, author, author, message, &tree, &[&parent_commit])?;
    let name = format!("refs/heads/{branch}");
    match repo.reference_matching(&name, commit, true, parent, message) {
        Ok(_) => Ok(commit),
        Err(err) if matches!(err.code(), ErrorCode::Modified | ErrorCode::NotFound | ErrorCode::Locked) => {
            Err(CommitError::Moved { branch: branch.to_owned(), parent })
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
