//! What happens in the cluster, in Marathon's words: each internal event becomes none, one or several of Marathon's.

use super::deployments::Deployments;
use super::frame::Written;
use super::message::Message;
use super::tasks;
use ship_core::cluster::{Cluster, Event, Happening};
use ship_core::model::Timestamp;
use ship_core::protocol::marathon::{Moment, instance_of};

/// What was told so far, as far as what comes next depends on it.
pub(super) struct Translator {
    deployments: Deployments,
}

/// What came of one internal event, in order.
pub(super) struct Told {
    at: Moment,
    written: Vec<Written>,
    /// Whether anybody may ever read it.
    wanted: bool,
}

impl Told {
    fn new(at: Timestamp, wanted: bool) -> Self {
        Self { at: Moment(at), written: Vec::new(), wanted }
    }

    pub(super) fn tell(&mut self, message: &Message<'_>) {
        if self.wanted {
            self.written.push(message.write(self.at));
        }
    }
}

impl Translator {
    pub(super) fn new(cluster: &Cluster) -> Self {
        Self { deployments: Deployments::new(cluster) }
    }

    /// `cluster` is as it was published together with the event, or later. What is not `wanted` is noted, and not written.
    pub(super) fn translate(&mut self, event: &Event, cluster: &Cluster, wanted: bool) -> Vec<Written> {
        let mut told = Told::new(event.at, wanted);
        if let Some(task) = event.task.as_ref().filter(|_| wanted) {
            tasks::tell(task, &event.what, cluster, &mut told);
        }
        self.deployments.tell(event, cluster, &mut told);
        if let Happening::StrangerEnded { task, .. } = &event.what {
            let run_spec_id = tasks::app_of(task);
            let instance_id = instance_of(task);
            told.tell(&Message::UnknownInstanceTerminated {
                instance_id,
                run_spec_id: &run_spec_id,
                condition: "Killed",
            });
        }
        told.written
    }
}
