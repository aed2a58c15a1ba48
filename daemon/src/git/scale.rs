//! `scale` as a commit: the number in the app's file is edited, the commit passes the same gate as a push,
//! and the branch moves only if nobody moved it meanwhile.

use super::branch::commit_id;
use super::desired::Desired;
use super::push::{Refusal, check_own};
use git2::{Oid, Repository, Signature};
use ship_core::model::CommitId;
use ship_core::protocol::Scale;
use ship_repo::commit::{Change, CommitError, advance, draft};

/// Pushes that may overtake before we give up.
const ATTEMPTS: usize = 5;
const COMMITTER: (&str, &str) = ("shipd", "shipd@localhost");

#[derive(Debug, thiserror::Error)]
pub enum ScaleError {
    #[error("the desired state is {place}, which this daemon does not write to; change `instances` there")]
    ReadOnly { place: String },
    #[error("there is no app `{app}`")]
    NoApp { app: String },
    #[error("`{author}` is not an author; write `Name <mail>`")]
    Author { author: String },
    #[error("the file of `{app}` cannot be edited: {reason}")]
    Edit { app: String, reason: String },
    /// The lines say what is wrong.
    #[error("the change was refused")]
    Refused { lines: Vec<String> },
    #[error("others keep pushing at the same time; try again")]
    Busy,
    #[error("cannot read the repository")]
    Git(#[from] git2::Error),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("the work was cut short: {0}")]
    Cut(String),
}

/// Where the branch is after a wish.
pub(super) enum Scaled {
    By(CommitId),
    /// The file said so before; this is the tip, whoever made it.
    Already(CommitId),
}

/// Makes the commit and moves the branch, unless nothing has to change.
pub(super) fn commit(desired: &Desired, wish: &Scale) -> Result<Scaled, ScaleError> {
    let repo = desired.branch.open()?;
    for _ in 0..ATTEMPTS {
        let tip = desired.branch.tip(&repo)?.ok_or_else(|| no_app(wish))?;
        let Some(new) = write(desired, &repo, tip, wish)? else {
            return Ok(Scaled::Already(commit_id(tip)));
        };
        check_own(desired, &repo, tip, new)
            .map_err(|refusal: Refusal| ScaleError::Refused { lines: refusal.into_lines() })?;
        match advance(&repo, desired.branch.name(), tip, new) {
            Ok(()) => return Ok(Scaled::By(commit_id(new))),
            // Somebody was first; from there again.
            Err(CommitError::Moved { .. }) => {}
            Err(err @ (CommitError::Path { .. } | CommitError::Git(_))) => return Err(err.into()),
        }
    }
    Err(ScaleError::Busy)
}

/// The commit on top of `tip`, not yet part of any branch; `None` if the file says so already.
fn write(desired: &Desired, repo: &Repository, tip: Oid, wish: &Scale) -> Result<Option<Oid>, ScaleError> {
    let reading = desired.readings.tip(repo, tip).map_err(|err| edit_error(wish, &err))?;
    let path = reading.tree.file_of(&wish.app).ok_or_else(|| no_app(wish))?.to_owned();
    let entry = repo.find_commit(tip)?.tree()?.get_path(path.as_ref())?;
    let blob = repo.find_blob(entry.id())?;
    let text = std::str::from_utf8(blob.content()).map_err(|err| edit_error(wish, &err))?;
    let edited = ship_repo::edit::set_instances(text, wish.instances).map_err(|err| edit_error(wish, &err))?;
    if edited == text {
        return Ok(None);
    }
    let committer = Signature::now(COMMITTER.0, COMMITTER.1)?;
    let author = match &wish.author {
        Some(author) => parse_author(author)?,
        None => committer.clone(),
    };
    let message = format!("scale {} to {}", wish.app, wish.instances);
    let content = edited.as_bytes();
    let change = Change { path: &path, content, author: &author, committer: &committer, message: &message };
    Ok(Some(draft(repo, tip, &change)?))
}

/// `Name <mail>`, nothing else on the line.
fn parse_author(text: &str) -> Result<Signature<'static>, ScaleError> {
    let bad = || ScaleError::Author { author: text.to_owned() };
    let (name, rest) = text.split_once('<').ok_or_else(bad)?;
    let mail = rest.trim_end().strip_suffix('>').ok_or_else(bad)?;
    if text.chars().any(char::is_control) || name.trim().is_empty() {
        return Err(bad());
    }
    Signature::now(name.trim(), mail.trim()).map_err(|_| bad())
}

fn no_app(wish: &Scale) -> ScaleError {
    ScaleError::NoApp { app: wish.app.to_string() }
}

fn edit_error(wish: &Scale, err: &dyn std::fmt::Display) -> ScaleError {
    ScaleError::Edit { app: wish.app.to_string(), reason: err.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_is_a_name_and_a_mail() {
        let author = parse_author("Ada L. <ada@example.org>").unwrap();
        assert_eq!((author.name(), author.email()), (Ok("Ada L."), Ok("ada@example.org")));
        for bad in ["ada", "<ada@example.org>", "Ada <ada", "Ada <a>\nb", ""] {
            assert!(matches!(parse_author(bad), Err(ScaleError::Author { .. })), "{bad}");
        }
    }
}
