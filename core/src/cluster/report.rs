//! Events as lines for a terminal: what `git push` and `shipctl` print while they follow.

use super::{Event, Happening, Outcome};
use crate::model::{AppId, Timestamp};

/// The lines for one event of a deployment that began at `started`; none for what people need not see.
#[must_use]
pub fn report(event: &Event, started: Timestamp) -> Vec<String> {
    let moment = format!("+{:.1}s", event.at.since(started).as_secs_f64());
    let app = event.app.as_ref().map(AppId::as_str).unwrap_or_default();
    let line = |text: String| vec![format!("{moment} {app} {text}")];
    match &event.what {
        Happening::DeploymentStarted { .. }
        | Happening::TaskLaunched { .. }
        | Happening::TaskRunning { .. }
        | Happening::TaskHealthy { .. }
        | Happening::TaskStopped { .. }
        | Happening::RolloutStarted
        | Happening::AgentJoined { .. } => Vec::new(),
        Happening::TaskPulling { host, image, percent, .. } => {
            let done = percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
            line(format!("pulling {image}{done} on {host}"))
        }
        Happening::RolloutProgress { ready, wanted, old: 0 } => line(format!("{ready}/{wanted} ready")),
        Happening::RolloutProgress { ready, wanted, old } => line(format!("{ready}/{wanted} ready, {old} old")),
        Happening::RolloutDone => line("done".to_owned()),
        Happening::RolloutFailed { reason } => vec![format!("error: {moment} {app} failed: {reason}")],
        Happening::Waiting { reason } => line(reason.clone()),
        Happening::TaskUnhealthy { cause, .. } => vec![format!("warning: {moment} {app} unhealthy: {cause}")],
        Happening::TaskFailed { host, reason, log_tail, .. } => {
            let failed = format!("warning: {moment} {app} task failed on {host}: {reason}");
            std::iter::once(failed).chain(log_tail.iter().map(|line| format!("    | {line}"))).collect()
        }
        Happening::AgentLost { host, .. } => vec![format!("warning: {moment} agent {host} is not connected")],
        Happening::EngineDown { host, reason, .. } => {
            vec![format!("warning: {moment} Docker Engine of {host} does not answer: {reason}")]
        }
        Happening::EngineUp { host, .. } => vec![format!("{moment} Docker Engine of {host} answers again")],
        Happening::DeploymentEnded { outcome, summary } => vec![match outcome {
            Outcome::Succeeded => format!("success: {summary} ({moment})"),
            Outcome::Failed => format!("error: deployment failed: {summary}"),
            Outcome::Superseded => format!("superseded: {summary}"),
            Outcome::Running => format!("still running: {summary}"),
        }],
    }
}
