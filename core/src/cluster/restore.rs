//! A cluster from its records, after a crash or a restart.

use super::everywhere::as_written;
use super::state::App;
use super::{AppRecord, Cluster, Record, RolloutRecord};
use crate::planted::{self, Bug};
use std::sync::Arc;

impl Cluster {
    /// A cluster as its records say; `None` if no cluster record is among them. Call
    /// [`start`](Self::start) before anything else.
    #[must_use]
    pub fn restore(records: impl IntoIterator<Item = Record>) -> Option<Self> {
        let mut cluster = Self::new(0);
        let mut found = false;
        let (mut tasks, mut rollouts) = (Vec::new(), Vec::new());
        for record in records {
            match record {
                Record::Cluster(meta) => {
                    cluster.meta = meta;
                    found = true;
                }
                Record::Group(group) => {
                    cluster.wanted.groups.insert(group.id.clone(), group);
                }
                Record::App(app) => cluster.restore_app(app),
                Record::Agent(agent) => {
                    cluster.add_agent(agent);
                }
                Record::Volume(volume) => cluster.keep_volume(volume),
                Record::Task(task) => tasks.push(task),
                Record::Deployment(deployment) => {
                    cluster.deployments.insert(deployment.id.clone(), deployment);
                }
                Record::Rollout(rollout) => rollouts.push(rollout),
            }
        }
        for rollout in rollouts {
            cluster.restore_rollout(rollout);
        }
        for task in tasks {
            cluster.insert_task(task);
        }
        found.then_some(cluster)
    }

    fn restore_app(&mut self, mut record: Arc<AppRecord>) {
        if planted::is(Bug::ForgetMark) {
            Arc::make_mut(&mut record).mark = None;
        }
        let id = record.spec.id.clone();
        if let Some(wanted) = record.wanted() {
            self.wanted.apps.insert(id.clone(), as_written(wanted));
        }
        if record.removed {
            self.note_leaving(&record);
        }
        self.note_reverting(&record);
        self.note_everywhere(&record);
        self.service_ports.note(&record);
        self.apps.insert(id, Arc::new(App::new(record)));
    }

    fn restore_rollout(&mut self, record: RolloutRecord) {
        let Some(deployment) = self.deployments.get_mut(&record.deployment) else { return };
        if !record.rollout.state.has_ended() {
            self.carriers.insert(record.app.clone(), record.deployment);
        }
        Arc::make_mut(deployment).apps.insert(record.app, record.rollout);
    }
}
