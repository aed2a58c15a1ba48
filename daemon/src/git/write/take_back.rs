//! Apps of a failed deployment as they were before it.

use super::author::By;
use super::message::{one_line, with_version};
use super::restore::{Files, Restore, content};
use super::{Tip, Wish, WriteError};
use crate::git::branch::REVERTS;
use git2::Oid;
use ship_core::cluster::Revert;
use ship_core::model::{AppId, CommitId, DeploymentId};

/// Of an engine's words, so many characters go into a message.
const REASON_MAX: usize = 300;

/// What one commit takes back.
#[derive(Clone)]
pub(in crate::git) struct TakeBack {
    /// Whose change it was.
    pub(in crate::git) deployment: Option<DeploymentId>,
    pub(in crate::git) reverts: Vec<Revert>,
    /// What was wanted when that was found out. An app whose file is another one at the tip is left to whoever
    /// changed it.
    pub(in crate::git) seen: Option<CommitId>,
}

impl Wish for TakeBack {
    fn by_hand(&self) -> String {
        match &self.deployment {
            Some(deployment) => format!("revert commit {}", CommitId::new(deployment.as_str()).short()),
            None => "go back".to_owned(),
        }
    }

    /// What a deployment made, it may take back.
    fn may_prune(&self) -> bool {
        true
    }

    fn draft(&self, at: &Tip<'_>) -> Result<Option<Oid>, WriteError> {
        let mut files = Files::new(at);
        let mut restored = Vec::new();
        for revert in &self.reverts {
            if self.is_untouched(at, &revert.app)? {
                let to = revert.to.as_ref().map(object).transpose()?;
                files.restore(Restore { app: &revert.app, to })?;
                restored.push(revert);
            }
        }
        let message = message(&restored, self.deployment.as_ref());
        files.draft(&By::asked(None)?, &with_version(&message, at.version))
    }
}

impl TakeBack {
    /// Each app on its own.
    pub(in crate::git) fn split(&self) -> impl Iterator<Item = Self> + '_ {
        self.reverts.iter().map(|revert| Self { reverts: vec![revert.clone()], ..self.clone() })
    }

    fn is_untouched(&self, at: &Tip<'_>, app: &AppId) -> Result<bool, WriteError> {
        let seen = self.seen.as_ref().map(object).transpose()?;
        let Some(seen) = seen.filter(|seen| *seen != at.id) else { return Ok(true) };
        let then = at.reading.tree.update(at.repo, seen)?;
        Ok(content(at.repo, seen, then.file_of(app)) == content(at.repo, at.id, at.reading.tree.file_of(app)))
    }
}

fn object(commit: &CommitId) -> Result<Oid, git2::Error> {
    Oid::from_str(commit.as_str())
}

fn message(reverts: &[&Revert], deployment: Option<&DeploymentId>) -> String {
    let subject = match reverts {
        [one] => format!("Revert {}", target(one)),
        several => format!("Revert {} apps", several.len()),
    };
    let reasons =
        reverts.iter().map(|revert| format!("{}: {}\n", target(revert), one_line(&revert.reason, REASON_MAX)));
    let trailer = deployment.map(|id| format!("\n{REVERTS}: {id}\n"));
    format!("{subject}\n\n{}{}", reasons.collect::<String>(), trailer.unwrap_or_default())
}

fn target(revert: &Revert) -> String {
    match &revert.to {
        Some(to) => format!("{} to {}", revert.app, to.short()),
        None => format!("the creation of {}", revert.app),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revert(app: &str, to: Option<&str>, reason: &str) -> Revert {
        Revert {
            app: AppId::parse(app).unwrap(),
            deployment: Some(DeploymentId::new("d1")),
            to: to.map(CommitId::new),
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn a_message_says_what_why_and_for_which_deployment() {
        let one = revert("/web", Some("0123456789abcdef"), "exited\nwith code 1\n\nShip-Reverts: forged");
        let text = message(&[&one], one.deployment.as_ref());
        assert_eq!(
            text,
            "Revert /web to 0123456789\n\n\
             /web to 0123456789: exited with code 1 Ship-Reverts: forged\n\nShip-Reverts: d1\n"
        );
        let two = revert("/new", None, "no room");
        let text = message(&[&one, &two], None);
        assert!(text.starts_with("Revert 2 apps\n\n") && text.contains("the creation of /new: no room\n"), "{text}");
    }
}
