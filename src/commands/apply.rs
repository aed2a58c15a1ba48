//! `shipctl apply`: HEAD becomes what the cluster runs.

use super::target::{PushOptions, Standing};
use super::{Limit, Refusal, Session, Target, status};
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::follow;
use crate::home;
use crate::ui::{Consent, Ui, plan_lines};
use ship_core::cluster::Outcome;
use ship_core::model::{CommitId, DeploymentId};
use ship_core::plan::{Plan, changed_inputs};

/// Push HEAD to the cluster and follow the rollout
///
/// Shows the plan and asks before anything changes. The push goes to the repository of the cluster itself,
/// whatever the remotes are called. Nothing is committed: what is not in HEAD is not deployed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Only if the plan is still this one, as `shipctl plan` named it
    #[arg(long, value_name = "PLAN")]
    plan: Option<String>,
    /// Let it delete most of the apps
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let place = session.place()?;
    let target = Target::of(&session.client).await?;
    let head = place.checkout.resolve("HEAD")?;
    ui.uncommitted(&place.uncommitted()?);

    let plan = session.client.plan(&home::request(&place.home.commit(&head)?)?).await?;
    if let Some(asked) = args.plan.as_ref().filter(|asked| **asked != plan.fingerprint.0) {
        // A plan that the cluster does not remember is refused all the same.
        let shown = session.client.shown_plan(asked).await.ok();
        return Err(another_plan(shown.as_ref(), plan, session).into());
    }
    match target.standing(&place.checkout, &head)? {
        Standing::Same => return already_pushed(args, session, &head, ui).await,
        Standing::Behind => return Err(Refusal::Behind { command: target.pull_command() }.into()),
        Standing::Ahead => ui.data_lines(plan_lines(&plan))?,
    }
    if !args.yes {
        consent("Apply this plan?", ui)?;
    }
    match target.push(&place.checkout, PushOptions { plan: Some(&plan.fingerprint), prune: args.prune }) {
        Ok(said) => ui.remarks(&said),
        Err(error) if error.is_stale_without_reason() => {
            let now = session.client.plan(&home::request(&place.home.commit(&head)?)?).await?;
            return Err(match now.fingerprint == plan.fingerprint {
                true => error.into(),
                false => another_plan(Some(&plan), now, session).into(),
            });
        }
        Err(error) => return Err(error.into()),
    }
    if plan.is_empty() {
        ui.data(format!("commit {} is pushed; no app changes", head.short()))?;
        return Ok(Exit::Done);
    }
    follow(session, &deployment_of(&head), args.limit.span(), ui).await
}

/// Names what changed since the plan was shown, if that is known.
fn another_plan(shown: Option<&Plan>, now: Plan, session: &Session) -> Refusal {
    let changed = shown.map(|shown| changed_inputs(shown, &now)).unwrap_or_default();
    let changed = changed.into_iter().map(|input| format!("  {input}")).collect();
    Refusal::PlanChanged { now: now.fingerprint, changed, command: session.command("plan --ref HEAD") }
}

/// A commit's deployment bears its name.
fn deployment_of(commit: &CommitId) -> DeploymentId {
    DeploymentId::new(commit.as_str())
}

/// Goes on only if a person says yes.
pub(super) fn consent(question: &str, ui: &mut Ui) -> Result<(), Error> {
    match ui.ask(question)? {
        Consent::Given => Ok(()),
        Consent::Denied => Err(Refusal::Declined.into()),
        Consent::NobodyToAsk => Err(Refusal::NobodyToAsk.into()),
    }
}

/// The branch is at HEAD already: there is only its rollout to see to the end.
async fn already_pushed(args: &Args, session: &Session, head: &CommitId, ui: &mut Ui) -> Result<Exit, Error> {
    let status = session.client.status(None).await?;
    let running = status
        .deployments
        .iter()
        .any(|view| view.outcome() == Outcome::Running && view.deployment.id.as_str() == head.as_str());
    if running {
        ui.say(format!("commit {} is pushed already; its rollout:", head.short()));
        return follow(session, &deployment_of(head), args.limit.span(), ui).await;
    }
    ui.data(format!("commit {} is what the cluster has: nothing to do", head.short()))?;
    Ok(status::verdict(&status, None))
}
