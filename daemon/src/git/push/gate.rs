//! Decides whether a commit may become the tip of the deploy branch. Pushes pass here, and so do the
//! commits that the daemon makes itself.

use super::options::Options;
use super::refusal::{Reason, Refusal};
use crate::git::desired::Desired;
use git2::{Oid, Repository};
use ship_core::model::AppId;
use ship_core::plan::{self, ActionKind, Plan};
use ship_repo::report::Style;
use ship_repo::{Diagnostic, Severity};
use std::error::Error;

/// What a terminal can hold; `shipctl validate` shows them all.
const FINDINGS_MAX: usize = 20;
/// Lines of a plan; `shipctl plan` shows them all, before the push.
const PLAN_LINES_MAX: usize = 200;
/// Names in a message.
const NAMES_MAX: usize = 10;
/// Fewer deletions than this need no confirmation.
const DELETIONS_MIN: usize = 3;

/// Checks a move of the deploy branch from `old` to `new` (`None` = not there). Returns what to tell.
pub(in crate::git) fn check(
    desired: &Desired,
    repo: &Repository,
    (old, new): (Option<Oid>, Option<Oid>),
    options: &Options,
) -> Result<Vec<String>, Refusal> {
    let new = new.ok_or_else(|| deletion(desired))?;
    keeps_history(repo, old, new, desired)?;
    let reading = desired.readings.check(repo, new).map_err(unreadable)?;
    let findings = reading.tree.diagnostics();
    let Some(wanted) = reading.tree.wanted() else {
        return Err(invalid(findings));
    };
    let plan = desired.master.plan(&wanted);
    matches_promise(desired, options, &plan)?;
    keeps_most_apps(desired, options, &plan)?;
    let mut lines = rendered(&findings);
    lines.extend(told(&plan));
    Ok(lines)
}

/// The plan's beginning, if it is long, and what it warns of.
fn told(plan: &Plan) -> Vec<String> {
    let mut lines = plan::report(plan);
    if lines.len() <= PLAN_LINES_MAX {
        return lines;
    }
    let rest = lines.split_off(PLAN_LINES_MAX);
    let (warnings, further): (Vec<String>, Vec<String>) =
        rest.into_iter().partition(|line| line.starts_with("warning:"));
    lines.push(format!("  and {} more lines", further.len()));
    lines.extend(warnings.into_iter().take(FINDINGS_MAX));
    lines
}

fn deletion(desired: &Desired) -> Refusal {
    Refusal::new(Reason::Policy)
        .line(format!("error: the branch `{}` deploys and cannot be deleted", desired.branch))
        .line("hint: to stop everything, push a commit that removes the apps,")
        .line("hint: with `-o ship.prune=yes`")
}

fn keeps_history(repo: &Repository, old: Option<Oid>, new: Oid, desired: &Desired) -> Result<(), Refusal> {
    let Some(old) = old.filter(|old| *old != new) else {
        return Ok(());
    };
    match repo.graph_descendant_of(new, old) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::new(Reason::Policy)
            .line(format!("error: this push would rewrite the history of `{}`,", desired.branch))
            .line("error: which is the record of what was deployed")
            .line("hint: to go back, `git revert` the commits and push that;")
            .line("hint: if others pushed meanwhile, `git pull --rebase` first")),
        Err(err) => Err(unreadable(err)),
    }
}

fn unreadable(err: impl Error) -> Refusal {
    let cause = err.source().map(|cause| format!("error: {cause}"));
    Refusal::new(Reason::Invalid).line(format!("error: {err}")).lines(cause)
}

fn invalid(mut findings: Vec<Diagnostic>) -> Refusal {
    // With room for a few only, what stops the push comes before what does not.
    findings.sort_by_key(|found| found.severity != Severity::Error);
    let lines = rendered(&findings);
    Refusal::new(Reason::Invalid).lines(lines).line("hint: `shipctl validate` checks before you commit").about(findings)
}

fn rendered(findings: &[Diagnostic]) -> Vec<String> {
    if findings.is_empty() {
        return Vec::new();
    }
    let shown = &findings[..findings.len().min(FINDINGS_MAX)];
    let mut lines: Vec<String> = ship_repo::report::human(shown, Style::Plain).lines().map(str::to_owned).collect();
    if findings.len() > shown.len() {
        lines.push(format!("and {} more, {} in all", findings.len() - shown.len(), findings.len()));
    }
    lines
}

fn matches_promise(desired: &Desired, options: &Options, plan: &Plan) -> Result<(), Refusal> {
    let Some(shown) = options.plan.as_ref().filter(|shown| **shown != plan.fingerprint.0) else {
        return Ok(());
    };
    let now = match desired.master.commit() {
        Some(commit) => format!("note: deployed now: {} {}", commit.id.short(), commit.subject),
        None => "note: nothing is deployed yet".to_owned(),
    };
    Err(Refusal::new(Reason::Stale)
        .lines(why_stale(desired, shown, plan))
        .line(now)
        .line("note: the plan of this push would be:")
        .lines(told(plan))
        .line("hint: look at the new plan, then push again"))
}

/// Names what changed since the plan was shown, if it is still known.
fn why_stale(desired: &Desired, shown: &str, now: &Plan) -> Vec<String> {
    let Some(before) = desired.master.shown(shown) else {
        return vec![
            format!("error: the plan {shown} no longer holds: the branch, or the"),
            "error: number of running tasks, changed since it was shown".to_owned(),
        ];
    };
    let changed = plan::changed_inputs(&before, now);
    let further = changed.len().saturating_sub(NAMES_MAX);
    let head = format!("error: the plan {shown} no longer holds:");
    let more = (further > 0).then(|| format!("error:   and {further} more"));
    let named = changed.into_iter().take(NAMES_MAX).map(|input| format!("error:   {input}"));
    std::iter::once(head).chain(named).chain(more).collect()
}

fn keeps_most_apps(desired: &Desired, options: &Options, plan: &Plan) -> Result<(), Refusal> {
    let total = desired.master.wanted().apps.len();
    let gone: Vec<&AppId> =
        plan.changes.iter().filter(|change| change.action == ActionKind::Delete).map(|change| &change.app).collect();
    if options.prune || gone.len() < DELETIONS_MIN || gone.len() * 2 < total {
        return Ok(());
    }
    let mut refusal = Refusal::new(Reason::Policy)
        .line(format!("error: this would delete {} of {total} apps:", gone.len()))
        .lines(gone.iter().take(NAMES_MAX).map(|app| format!("  {app}")));
    if gone.len() > NAMES_MAX {
        refusal = refusal.line(format!("  and {} more", gone.len() - NAMES_MAX));
    }
    Err(refusal.line("hint: if that is intended, push with `-o ship.prune=yes`"))
}
