//! Follows the engine: what there is when it answers, then every exit from its event stream, and when it
//! stops answering, that, until it does again.

use super::engine::{Engine, is_missing, words};
use super::{label, stock};
use crate::runtime::{End, Found, FoundState, Notice};
use bollard::Docker as Client;
use bollard::errors::Error;
use bollard::models::{ContainerSummary, ContainerSummaryStateEnum, EventMessage};
use bollard::query_parameters::{EventsOptions, ListContainersOptions};
use futures_util::{Stream, StreamExt};
use ship_core::model::{TaskId, TaskSpec};
use std::collections::{BTreeMap, HashMap};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MAX: Duration = Duration::from_secs(2);

/// The engine replays events from so long before we asked, because its clock may not be ours; an exit that
/// is told twice is the same exit.
const CLOCK_SLACK: Duration = Duration::from_secs(5);

/// An engine may hang without closing its connections. Busy ones take seconds to answer.
const PULSE: Duration = Duration::from_secs(10);
const PULSE_TIMEOUT: Duration = Duration::from_secs(20);

/// Until nobody listens any more.
pub(super) async fn run(engine: Arc<Engine>, notices: mpsc::Sender<Notice>) {
    let mut pause = RETRY_FIRST;
    let mut told = None;
    while !notices.is_closed() {
        let mut was_up = false;
        let ended = tokio::select! {
            ended = follow(&engine, &notices, &mut was_up) => ended,
            () = notices.closed() => return,
        };
        let reason = match ended {
            Ok(()) => "it closed its event stream".to_owned(),
            Err(err) => words(&err),
        };
        if was_up {
            (pause, told) = (RETRY_FIRST, None);
        }
        if told.as_ref() != Some(&reason) {
            let _ = notices.send(Notice::Down { reason: reason.clone() }).await;
            told = Some(reason);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(RETRY_MAX);
    }
}

/// One connection, until it ends.
async fn follow(engine: &Arc<Engine>, notices: &mpsc::Sender<Notice>, was_up: &mut bool) -> Result<(), Error> {
    let (client, version) = engine.connect().await?;
    let mut events = pin!(events(&client, engine));
    let (found, missed) = list_beside(&client, engine, events.as_mut()).await?;
    let stock = stock::first(&client, engine).await;
    *was_up = true;
    let _ = notices.send(Notice::Has(stock.clone())).await;
    let following = stock::follow(client.clone(), Arc::clone(engine), stock, notices.clone());
    let _following = AbortOnDropHandle::new(tokio::spawn(following));
    if notices.send(Notice::Up { version: version.clone(), found }).await.is_err() {
        return Ok(());
    }
    for exit in missed {
        let _ = notices.send(exit).await;
    }
    let mut pulse = tokio::time::interval(PULSE);
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(event) => {
                    if let Some(exit) = exit(engine, &event?) {
                        let _ = notices.send(exit).await;
                    }
                }
                None => return Ok(()),
            },
            () = engine.doubt.notified() => {
                alive(&client).await?;
                let found = list(&client, engine).await?;
                let _ = notices.send(Notice::Up { version: version.clone(), found }).await;
            }
            _ = pulse.tick() => alive(&client).await?,
        }
    }
}

fn events(client: &Client, engine: &Engine) -> impl Stream<Item = Result<EventMessage, Error>> + use<> {
    let filters = HashMap::from([
        ("type".to_owned(), vec!["container".to_owned()]),
        ("event".to_owned(), vec!["die".to_owned()]),
        ("label".to_owned(), vec![label::filter(engine.agent())]),
    ]);
    client.events(Some(EventsOptions { since: Some(since()), until: None, filters: Some(filters) }))
}

/// From when on events are asked for, as the engine takes it.
pub(super) fn since() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(CLOCK_SLACK);
    format!("{}.{:09}", since.as_secs(), since.subsec_nanos())
}

/// The event stream subscribes only when polled, and what happens before it is replayed: so the list is
/// made beside it, and nothing falls between the two.
async fn list_beside<S>(
    client: &Client,
    engine: &Engine,
    mut events: Pin<&mut S>,
) -> Result<(Vec<Found>, Vec<Notice>), Error>
where
    S: Stream<Item = Result<EventMessage, Error>>,
{
    let mut listing = pin!(list(client, engine));
    let mut missed = Vec::new();
    loop {
        tokio::select! {
            biased;
            event = events.next() => match event {
                Some(event) => missed.extend(exit(engine, &event?)),
                None => return Err(Error::DockerStreamError { error: "it closed its event stream".to_owned() }),
            },
            found = &mut listing => return Ok((found?, missed)),
        }
    }
}

async fn alive(client: &Client) -> Result<(), Error> {
    match tokio::time::timeout(PULSE_TIMEOUT, client.ping()).await {
        Ok(answer) => answer.map(drop),
        Err(_) => Err(Error::RequestTimeoutError),
    }
}

fn exit(engine: &Engine, event: &EventMessage) -> Option<Notice> {
    let attributes = event.actor.as_ref()?.attributes.as_ref()?;
    let code = attributes.get("exitCode")?.parse().ok()?;
    let task = label::task(attributes)?;
    // Before anybody hears of it, and may want what it held.
    engine.gpus().release(&task);
    Some(Notice::Exited { task, end: End { code, container: label::container(attributes) } })
}

async fn list(client: &Client, engine: &Engine) -> Result<Vec<Found>, Error> {
    let filters = HashMap::from([("label".to_owned(), vec![label::filter(engine.agent())])]);
    let options = ListContainersOptions { all: true, filters: Some(filters), ..ListContainersOptions::default() };
    let mut tasks: BTreeMap<TaskId, (TaskSpec, Vec<FoundState>)> = BTreeMap::new();
    for container in client.list_containers(Some(options)).await? {
        if let Some(Found { spec, state }) = recognise(client, engine, container).await? {
            tasks.entry(spec.id.clone()).or_insert_with(|| (spec, Vec::new())).1.push(state);
        }
    }
    Ok(tasks.into_values().map(|(spec, states)| together(spec, states)).collect())
}

/// A pod has ended once one of its containers has, and runs only if all of them do.
fn together(spec: TaskSpec, mut states: Vec<FoundState>) -> Found {
    let wanted = spec.pod.as_ref().map_or(1, |pod| pod.containers().count());
    let misses = states.len() < wanted;
    let rank = |state: &FoundState| match state {
        FoundState::Exited(_) => 0,
        FoundState::Created => 1,
        // The first one's: it alone has an address.
        FoundState::Running { address: Some(_), .. } => 2,
        FoundState::Running { address: None, .. } => 3,
    };
    states.sort_by_key(rank);
    let state = match states.into_iter().next() {
        Some(exited @ FoundState::Exited(_)) => exited,
        Some(FoundState::Running { address, age }) if !misses => FoundState::Running { address, age },
        Some(FoundState::Created | FoundState::Running { .. }) | None => FoundState::Created,
    };
    Found { spec, state }
}

/// One container: its task, and how far it is itself.
async fn recognise(client: &Client, engine: &Engine, container: ContainerSummary) -> Result<Option<Found>, Error> {
    let (Some(id), Some(labels)) = (container.id, container.labels) else { return Ok(None) };
    let spec = match label::spec(&labels) {
        Ok(spec) => spec,
        Err(err) => {
            tracing::error!(container = id, %err, "a container of ours has labels that cannot be read; it is left alone");
            return Ok(None);
        }
    };
    let name = label::container(&labels);
    engine.learn(&spec, name.as_deref(), &id);
    let address = container.network_settings.and_then(|settings| settings.networks).and_then(|networks| {
        networks.into_values().find_map(|network| network.ip_address.filter(|address| !address.is_empty()))
    });
    let state = match container.state {
        Some(ContainerSummaryStateEnum::CREATED) => FoundState::Created,
        Some(ContainerSummaryStateEnum::EXITED | ContainerSummaryStateEnum::DEAD) => match exit_code(client, &id).await
        {
            Ok(code) => FoundState::Exited(End { code, container: name }),
            Err(err) if is_missing(&err) => return Ok(None),
            Err(err) => return Err(err),
        },
        Some(ContainerSummaryStateEnum::REMOVING) => return Ok(None),
        _ => FoundState::Running { address, age: age(container.created) },
    };
    match state {
        FoundState::Created | FoundState::Running { .. } => engine.gpus().resume(&spec.id, &labels),
        FoundState::Exited(_) => {}
    }
    Ok(Some(Found { spec, state }))
}

/// Lists tell when it was made, not when it was started; but we start at once what we make, and never again.
/// To ask for each container's start would be a call for each.
fn age(created: Option<i64>) -> Duration {
    let created = created.and_then(|secs| u64::try_from(secs).ok()).map(Duration::from_secs);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    created.map_or(Duration::ZERO, |created| now.saturating_sub(created))
}

/// Lists do not tell it.
async fn exit_code(client: &Client, id: &str) -> Result<i64, Error> {
    let state = client.inspect_container(id, None).await?.state;
    Ok(state.and_then(|state| state.exit_code).unwrap_or_default())
}
