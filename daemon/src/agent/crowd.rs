//! `shipd bench-agents`: many agents in one process that start nothing and say that they did. Everything between
//! them and the master is as with real ones: a connection each, the protocol, the heartbeats.

use super::link::{LinkError, dial, pause};
use crate::args::BenchAgentsArgs;
use crate::wire::agents::from_agent::Message as Word;
use crate::wire::agents::{FromAgent, Hello, to_agent};
use crate::wire::{self, PROTOCOL};
use serde::Deserialize;
use ship_core::cluster::TaskReport;
use ship_core::model::{AgentId, AgentInfo, EngineState, PortRange, Resources, Scalar, TaskId, TaskStatus};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

const PORTS: PortRange = PortRange { first: 31_000, last: 32_000 };
const ZONES: u32 = 5;
const OUTBOX: usize = 16_384;
/// So many dial at once: a listener's queue is short.
const DIALLING: usize = 64;

/// Runs until `stop`.
pub async fn run(args: &BenchAgentsArgs, stop: &CancellationToken) {
    let dialling = Arc::new(Semaphore::new(DIALLING));
    let mut agents = JoinSet::new();
    for number in 0..args.agents {
        let simulated = Simulated {
            info: describe(number, args),
            master: args.join.clone(),
            token: args.token.clone(),
            tasks: BTreeSet::new(),
            dialling: Arc::clone(&dialling),
        };
        agents.spawn(simulated.run(stop.clone()));
    }
    while agents.join_next().await.is_some() {}
}

fn describe(number: u32, args: &BenchAgentsArgs) -> AgentInfo {
    let name = format!("sim-{number:05}");
    AgentInfo {
        id: AgentId::new(name.clone()),
        hostname: name,
        resources: Resources {
            cpus: Scalar::whole(args.cpus),
            mem: Scalar::whole(args.mem),
            disk: Scalar::whole(args.mem),
            gpus: 0,
        },
        reserved: BTreeMap::new(),
        ports: vec![PORTS],
        attributes: BTreeMap::new(),
        zone: Some(format!("zone-{}", number % ZONES)),
        region: None,
        images: BTreeSet::new(),
        engine: EngineState::Up { version: "simulated".to_owned() },
    }
}

/// One agent. Its tasks outlive its links, as containers do.
struct Simulated {
    info: AgentInfo,
    master: String,
    token: String,
    tasks: BTreeSet<TaskId>,
    dialling: Arc<Semaphore>,
}

/// What of a task's text such an agent reads.
#[derive(Deserialize)]
struct Named {
    id: TaskId,
}

impl Simulated {
    async fn run(mut self, stop: CancellationToken) {
        let mut failures = 0;
        loop {
            let link = tokio::select! {
                link = self.hold(&mut failures) => link,
                () = stop.cancelled() => return,
            };
            if let Err(err) = link {
                tracing::debug!(agent = %self.info.id, err = &err as &dyn std::error::Error, "no link");
            }
            tokio::time::sleep(pause(&self.info.id, failures)).await;
            failures += 1;
        }
    }

    /// One link, from the dial to its end.
    async fn hold(&mut self, failures: &mut u32) -> Result<(), LinkError> {
        let mut client = {
            let _turn = self.dialling.acquire().await;
            dial(&self.master, &self.token).await?
        };
        let (words, outbox) = mpsc::channel(OUTBOX);
        // There is room: it is the first word.
        let _ = words.try_send(FromAgent { message: Some(self.hello()) });
        let call = client.link(ReceiverStream::new(outbox)).await;
        let mut orders = call.map_err(LinkError::Refused)?.into_inner();
        *failures = 0;
        loop {
            let order = orders.message().await.map_err(LinkError::Refused)?.ok_or(LinkError::Closed)?;
            let Some(answer) = order.message.map(|order| self.obey(order)).transpose()?.flatten() else { continue };
            if words.send(FromAgent { message: Some(answer) }).await.is_err() {
                return Err(LinkError::Closed);
            }
        }
    }

    fn hello(&self) -> Word {
        let tasks = self.tasks.iter().map(|task| wire::encode(&running(task.clone()))).collect();
        Word::Hello(Hello {
            protocol: PROTOCOL,
            info: wire::encode(&self.info),
            tasks,
            // They have no containers to look into.
            abilities: Vec::new(),
        })
    }

    fn obey(&mut self, order: to_agent::Message) -> Result<Option<Word>, LinkError> {
        Ok(match order {
            to_agent::Message::Launch(spec) => {
                let Named { id } = wire::decode("a task", &spec)?;
                self.tasks.insert(id.clone());
                Some(Word::Report(wire::encode(&running(id))))
            }
            to_agent::Message::Kill(kill) => {
                let task = TaskId::new(kill.task);
                self.tasks.remove(&task);
                let status =
                    TaskStatus::Exited { code: 143, out_of_memory: false, log_tail: Vec::new(), container: None };
                Some(Word::Report(wire::encode(&TaskReport { task, status })))
            }
            to_agent::Message::RemoveVolume(order) => Some(Word::VolumeRemoved(order.volume)),
            to_agent::Message::Forget(_)
            | to_agent::Message::Recheck(_)
            | to_agent::Message::Logs(_)
            | to_agent::Message::Exec(_)
            | to_agent::Message::Files(_) => None,
        })
    }
}

fn running(task: TaskId) -> TaskReport {
    TaskReport { task, status: TaskStatus::Running { address: None } }
}
