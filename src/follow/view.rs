//! What is told of a deployment's events, and when it is over. A deployment that is taken back is over when
//! the commit that takes it back is.

use crate::ui::rollout_line;
use ship_core::cluster::{Event, Happening, Outcome, Reporter, taken_back};
use ship_core::model::{CommitId, DeploymentId, Timestamp};

pub(super) struct View {
    reporter: Reporter,
    /// For each app that was taken back, by which commit.
    taken_back_by: Vec<CommitId>,
    /// The commit that takes back, while its deployment is what is watched.
    taking_back: Option<CommitId>,
}

/// What an event means to the reader.
pub(super) enum Shown {
    Lines(Vec<String>),
    /// The deployment of this commit comes next.
    TakenBackBy(CommitId),
    End {
        lines: Vec<String>,
        outcome: Outcome,
    },
}

impl View {
    pub(super) fn new(started: Timestamp) -> Self {
        Self { reporter: Reporter::new(started), taken_back_by: Vec::new(), taking_back: None }
    }

    pub(super) fn show(&mut self, event: &Event) -> Shown {
        if let Happening::RolloutReverted { by } = &event.what {
            self.taken_back_by.push(by.clone());
        }
        if let Happening::DeploymentEnded { outcome, summary } = &event.what {
            return self.show_end(event, *outcome, summary);
        }
        Shown::Lines(self.lines(event))
    }

    fn show_end(&mut self, event: &Event, outcome: Outcome, summary: &str) -> Shown {
        if let Some(by) = &self.taking_back {
            let line = taken_back(self.taken_back_by.len(), by, outcome, summary);
            return Shown::End { lines: vec![rollout_line(&line)], outcome: Outcome::Reverted };
        }
        match (outcome, self.taken_back_by.last().cloned()) {
            (Outcome::Reverted, Some(by)) => {
                self.taking_back = Some(by.clone());
                Shown::TakenBackBy(by)
            }
            (_, _) => Shown::End { lines: self.lines(event), outcome },
        }
    }

    /// Hints are for the pushing terminal; ours are talk and name commands for the same cluster.
    fn lines(&mut self, event: &Event) -> Vec<String> {
        let lines = self.reporter.lines(event).into_iter();
        lines.filter(|line| !line.starts_with("hint: ")).map(|line| rollout_line(&line)).collect()
    }
}

/// A deployment's id is that of its commit.
pub(super) fn short(id: &DeploymentId) -> String {
    CommitId::new(id.as_str()).short().to_owned()
}
