//! Answers the hooks of the hosted repository: `pre-receive` with a verdict, `post-receive` with a view.

use super::gate;
use super::options::{Options, Wait};
use super::refusal::{Reason, Refusal};
use super::view::View;
use crate::git::desired::Desired;
use crate::git::hook::{Answer, Call, Gone, Hook, RefUpdate, Speaker};
use git2::{Oid, Repository};
use ship_core::model::{CommitId, DeploymentId};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

const ACCEPTED: u8 = 0;
const REFUSED: u8 = 1;

/// Whoever decides about pushes.
#[derive(Clone)]
pub(in crate::git) struct Receiver {
    pub(in crate::git) desired: Arc<Desired>,
    pub(in crate::git) shutdown: CancellationToken,
}

impl Answer for Receiver {
    async fn answer(&self, call: Call, speaker: &mut Speaker) -> Result<u8, Gone> {
        let deploying = self.desired.branch.ref_name();
        let update = call.updates.iter().find(|update| update.name == deploying).cloned();
        match call.hook {
            Hook::PreReceive => self.judge(update, call, speaker).await,
            Hook::PostReceive => self.show(update, &call, speaker).await,
        }
    }
}

impl Receiver {
    async fn judge(&self, update: Option<RefUpdate>, call: Call, speaker: &mut Speaker) -> Result<u8, Gone> {
        let verdict = match Options::parse(&call.options) {
            Ok(options) => match update {
                Some(update) => self.check(update, options, call.quarantine).await,
                None => Ok(Vec::new()),
            },
            Err(refusal) => Err(refusal),
        };
        match verdict {
            Ok(lines) => speaker.say_all(lines).await.map(|()| ACCEPTED),
            Err(refusal) => {
                tracing::info!(reason = %refusal.reason, "a push was refused");
                speaker.say_all(refusal.into_lines()).await.map(|()| REFUSED)
            }
        }
    }

    async fn check(
        &self,
        update: RefUpdate,
        options: Options,
        quarantine: Option<PathBuf>,
    ) -> Result<Vec<String>, Refusal> {
        let turn = self.desired.turns.take().await;
        self.settle(&update.old).await;
        let desired = self.desired.clone();
        let checked = tokio::task::spawn_blocking(move || {
            let repo = open(&desired, quarantine.as_deref()).map_err(internal)?;
            desired.branch.free();
            let (old, new) = (object(&update.old), object(&update.new));
            if desired.branch.tip(&repo).map_err(internal)? != old {
                return Err(overtaken(&desired));
            }
            gate::check(&desired, &repo, (old, new), &options)
        });
        let verdict = checked.await.unwrap_or_else(|panic| Err(internal(panic)));
        if verdict.is_ok() {
            turn.until_moved();
        }
        verdict
    }

    /// The push before this one may have moved the branch an instant ago; the plan starts from there.
    async fn settle(&self, old: &str) {
        if self.desired.master.commit().is_none_or(|commit| commit.id.as_str() != old) {
            self.desired.catch_up().await;
        }
    }

    async fn show(&self, update: Option<RefUpdate>, call: &Call, speaker: &mut Speaker) -> Result<u8, Gone> {
        let Some(update) = update else {
            let branch = &self.desired.branch;
            speaker.say(format!("success: stored; only the branch `{branch}` deploys")).await?;
            return Ok(ACCEPTED);
        };
        self.desired.turns.moved();
        self.desired.catch_up().await;
        // Checked before the refs moved; by now they can only be good.
        let wait = Options::parse(&call.options).map(|options| options.wait).unwrap_or_default();
        match self.desired.master.follow(&DeploymentId::new(update.new.as_str())) {
            Some(_) if wait == Wait::None => {
                speaker.say("still running: `shipctl status` shows how it goes").await?;
            }
            Some(rollout) => {
                let master = self.desired.master.clone();
                let follow = move |id: &DeploymentId| master.follow(id);
                let mut view = View::new(rollout, Box::new(follow), wait, self.shutdown.clone());
                while let Some(line) = view.next().await {
                    speaker.say(line).await?;
                }
            }
            None => speaker.say(self.without_rollout(&CommitId::new(update.new))).await?,
        }
        Ok(ACCEPTED)
    }

    fn without_rollout(&self, pushed: &CommitId) -> String {
        match self.desired.master.commit() {
            Some(current) if current.id == *pushed => "success: no app changed".to_owned(),
            Some(current) if self.desired.problem().is_none() => {
                format!("superseded: commit {} took over", current.id.short())
            }
            Some(_) | None => "still running: the commit is stored and is taken over soon".to_owned(),
        }
    }
}

/// The repository together with the objects of the push, which are not part of it yet.
fn open(desired: &Desired, quarantine: Option<&Path>) -> Result<Repository, git2::Error> {
    let repo = desired.branch.open()?;
    if let Some(folder) = quarantine.and_then(Path::to_str) {
        repo.odb()?.add_disk_alternate(folder)?;
    }
    Ok(repo)
}

fn overtaken(desired: &Desired) -> Refusal {
    Refusal::new(Reason::Stale)
        .line(format!("error: another push moved `{}` while this one was on its way", desired.branch))
        .line("hint: `git pull --rebase`, then push again")
}

/// All zeros is how git says "not there".
fn object(text: &str) -> Option<Oid> {
    Oid::from_str(text).ok().filter(|id| !id.is_zero())
}

fn internal(err: impl std::fmt::Display) -> Refusal {
    tracing::error!(%err, "cannot check a push");
    Refusal::new(Reason::Invalid)
        .line(format!("error: shipd could not check the push: {err}"))
        .line("hint: its log may say more")
}
