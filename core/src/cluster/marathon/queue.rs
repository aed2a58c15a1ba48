//! What waits to be launched (marathon-v2, section 8.5). The scheduler is asked anew, on a view of its own: this is for
//! a reader and not for the writer.

use crate::cluster::state::App;
use crate::cluster::waiting::Waiting;
use crate::cluster::why::Trial;
use crate::cluster::{AppRecord, Cluster, TaskRecord};
use crate::model::{AgentId, AppId, AppSpec, Timestamp};
use crate::protocol::marathon::{Delay, Moment, Offer, OffersSummary, QueueItem, Queued, Reason, UnusedOffer};
use crate::rollout::TaskState;
use std::sync::Arc;

/// So many agents that were passed over are shown of an app.
const OFFERS_SHOWN: usize = 100;

/// An agent that takes no task of an app, and why.
type Declined = (AgentId, Reason);

impl Cluster {
    /// Apps with instances that wait for room or for the end of a pause, by id. `with_offers` shows the agents that were
    /// passed over.
    #[must_use]
    pub fn marathon_queue(&self, with_offers: bool, now: Timestamp) -> Vec<QueueItem<'_>> {
        let queued = self.apps.values().filter(|app| app.is_queued());
        let mut trial = None;
        queued.filter_map(|app| self.queue_item(app, with_offers, &mut trial, now)).collect()
    }

    /// Whether instances of the app wait for room or for the end of a pause.
    #[must_use]
    pub fn is_queued(&self, app: &AppId) -> bool {
        self.apps.get(app).is_some_and(|app| app.is_queued())
    }

    fn queue_item<'a>(
        &'a self,
        app: &'a App,
        with_offers: bool,
        trial: &mut Option<Trial>,
        now: Timestamp,
    ) -> Option<QueueItem<'a>> {
        let (of, count) = (app.record.queued()?, self.lacking(app, now)?);
        let role = app.record.spec.role.as_str();
        let (asked, declined) = self.ask_agents(app, count, trial, now);
        let reasons: Vec<Reason> = declined.iter().map(|(_, reason)| *reason).collect();
        let last_used = app.tasks.values().map(|task| Moment(task.launched_at)).max();
        Some(QueueItem {
            of,
            count,
            role: (role != AppSpec::ANY_ROLE).then_some(role),
            since: Moment(app.waits_since()),
            delay: delay(app, now),
            processed_offers_summary: OffersSummary::new(asked, &reasons, Moment(now), last_used),
            last_unused_offers: with_offers.then(|| self.unused_offers(&declined, now)),
        })
    }

    /// How many agents there are to be asked, and which of them take no task of the app. None is asked during a pause.
    fn ask_agents(&self, app: &App, count: u32, trial: &mut Option<Trial>, now: Timestamp) -> (usize, Vec<Declined>) {
        let spec = &app.record.spec;
        let answering = self.agents.values().filter(|agent| agent.answers()).count();
        match &app.waiting {
            Some(Waiting::Data { .. }) => (answering, self.beside_data_only(spec, now)),
            Some(Waiting::Room { .. } | Waiting::Exchange { .. } | Waiting::Minimum { .. }) => {
                let trial = trial.get_or_insert_with(|| Trial::of(self, now));
                trial.turn_to(self, spec, now);
                let rejections = trial.rejections(spec, count).into_iter();
                (answering, rejections.filter_map(|no| Some((no.agent, Reason::of(&no.reason)?))).collect())
            }
            Some(Waiting::Backoff { .. } | Waiting::Dependencies(_) | Waiting::Starts(_) | Waiting::Dependants(_))
            | None => (0, Vec::new()),
        }
    }

    /// How many instances have no task of the wanted configuration; `None` if none lacks one.
    fn lacking(&self, app: &App, now: Timestamp) -> Option<u32> {
        let there = |task: &&Arc<TaskRecord>| {
            let summary = self.summary(task, &app.record, now);
            summary.current && !matches!(summary.state, TaskState::Killing | TaskState::Unreachable)
        };
        let there = u32::try_from(app.tasks.values().filter(there).count()).unwrap_or(u32::MAX);
        Some(app.record.spec.instances.saturating_sub(there)).filter(|lacking| *lacking > 0)
    }

    /// Only agents with the app's data come into question, and they take no task now.
    fn beside_data_only(&self, spec: &AppSpec, now: Timestamp) -> Vec<Declined> {
        let volumes = self.free_volumes(&spec.id);
        let reason = |agent: &AgentId| {
            let here = volumes.iter().find(|volume| volume.agent == *agent);
            match here.map(|volume| self.site_of(volume, spec, now)) {
                Some(Err(mismatch)) => Reason::of(&mismatch),
                Some(Ok(_)) => None,
                None => Some(Reason::NoCorrespondingReservationFound),
            }
        };
        let answering = self.agents.iter().filter(|(_, agent)| agent.answers());
        answering.filter_map(|(id, _)| Some((id.clone(), reason(id)?))).collect()
    }

    fn unused_offers(&self, declined: &[Declined], now: Timestamp) -> Vec<UnusedOffer> {
        let offer = |(id, reason): &Declined| {
            let agent = self.agents.get(id)?;
            let (info, load) = (&agent.record.info, &agent.load);
            let free = load.free(info, [AppSpec::ANY_ROLE].into_iter());
            Some(UnusedOffer { offer: Offer::of(info, &free, &load.ports), reason: [*reason], timestamp: Moment(now) })
        };
        declined.iter().take(OFFERS_SHOWN).filter_map(offer).collect()
    }
}

impl AppRecord {
    fn queued(&self) -> Option<Queued<'_>> {
        let app = self.marathon_definition().map(|app| Queued::App(Box::new(app)));
        app.or_else(|| Some(Queued::Pod(Box::new(self.marathon_pod()?))))
    }
}

impl App {
    /// What waits for other apps is not there yet: Marathon would not have begun it.
    fn is_queued(&self) -> bool {
        !self.record.removed && self.waiting.as_ref().is_some_and(Waiting::keeps_launches_back)
    }

    fn waits_since(&self) -> Timestamp {
        let failure = self.record.last_failure.as_ref().map(|failure| failure.at);
        match self.waiting {
            Some(Waiting::Backoff { .. }) => failure.unwrap_or(self.record.version.0),
            Some(_) | None => self.record.version.0,
        }
    }
}

fn delay(app: &App, now: Timestamp) -> Delay {
    let left = app.delay.until(now).map(|until| until.since(now));
    let seconds = left.map_or(0, |left| left.as_millis().div_ceil(1000));
    Delay { time_left_seconds: u64::try_from(seconds).unwrap_or(u64::MAX), overdue: left.is_none() }
}
