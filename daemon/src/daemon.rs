//! Puts the parts together: opens what must be open before anything starts, then starts it all.

mod opened;
mod seat;

#[cfg(test)]
mod tests;

use crate::data_dir::DataDir;
use crate::master::Master;
use crate::ready::Ready;
use crate::runtime::Runtime;
use crate::settings::{Role, Settings};
use crate::supervisor::Supervisor;
use anyhow::Context;
use opened::Opened;
use seat::{Seat, Seated};
use ship_core::model::AgentId;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

/// How long the local agent has to register before its absence is mentioned.
const REGISTRATION: Duration = Duration::from_secs(10);

/// A running daemon. Dropping it is as abrupt as a crash; [`stop`](Self::stop) is not.
pub struct Daemon {
    ready: Ready,
    master: Option<Master>,
    /// `None` in a process that is only a master.
    agent: Option<Seated>,
    supervisor: Supervisor,
    _data: DataDir,
}

impl Daemon {
    /// Starts whole or not at all. `runtime` takes the place of the one that the settings name. HTTP is served by
    /// `front`: on threads of its own, so that what carries out deployments does not stand in one line with those who
    /// read, however many they are.
    pub async fn start(settings: Settings, runtime: Option<Arc<dyn Runtime>>, front: Handle) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let daemon = match settings.role {
            Role::Agent { join, token, machine } => {
                let mut data = DataDir::open(&settings.data.join("agent"))?;
                let mut supervisor = Supervisor::new(stop.clone());
                let seat = Seat { data: data.root().to_owned(), master: join.clone(), token };
                let agent = Some(seat.spawn_agent(&mut supervisor, *machine, runtime, stop)?);
                data.settle()?;
                let ready = Ready { http: None, agents: join, repo: None };
                Self { ready, master: None, agent, supervisor, _data: data }
            }
            Role::Master { serving } => Opened::open(&settings.data, serving, stop).await?.start(front).await?.0,
            Role::Dev { serving, machine } => {
                let opened = Opened::open(&settings.data, serving, stop.clone()).await?;
                let seat = Seat {
                    data: opened.data.agent(),
                    master: reachable(opened.agents.local_addr()?).to_string(),
                    token: opened.data.join_token()?,
                };
                let (mut daemon, master) = opened.start(front).await?;
                let seated = seat.spawn_agent(&mut daemon.supervisor, *machine, runtime, stop)?;
                tokio::select! {
                    failure = daemon.failure() => {
                        daemon.stop().await;
                        return Err(failure);
                    }
                    () = registered(&master, &seated.id) => Self { agent: Some(seated), ..daemon },
                }
            }
        };
        if let Some(file) = &settings.ready_file {
            daemon.ready.write(file).with_context(|| format!("cannot write the ready file `{}`", file.display()))?;
        }
        Ok(daemon)
    }

    /// Where it serves.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// `None` in a process that is only an agent.
    #[must_use]
    pub fn master(&self) -> Option<&Master> {
        self.master.as_ref()
    }

    /// Reads again what can change while it runs: what the agent says of its machine.
    pub fn reload(&mut self) {
        match self.agent.as_mut().map(Seated::reload) {
            Some(Ok(())) => tracing::info!("the settings of this machine were read again"),
            Some(Err(err)) => {
                let err: anyhow::Error = err.into();
                tracing::error!("the settings stay as they were: {err:#}");
            }
            None => tracing::info!("a master has no settings that change while it runs; restart it"),
        }
    }

    /// Waits for something without which the daemon must not go on.
    pub async fn failure(&mut self) -> anyhow::Error {
        self.supervisor.failure().await
    }

    /// Ends orderly. Tasks run on.
    pub async fn stop(self) {
        self.supervisor.stop().await;
    }
}

/// Waits until the agent's link is up, though not for ever: without it everything but tasks works.
async fn registered(master: &Master, agent: &AgentId) {
    let mut news = master.news();
    let link = async {
        while !master.snapshot().is_linked(agent) {
            if news.changed().await.is_err() {
                return;
            }
        }
    };
    if tokio::time::timeout(REGISTRATION, link).await.is_err() {
        tracing::warn!(
            "the agent of this machine did not register within {} s; it keeps trying",
            REGISTRATION.as_secs()
        );
    }
}

/// Where somebody on this machine gets through to a listener.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

async fn quietly(work: impl Future<Output = ()>) -> anyhow::Result<()> {
    work.await;
    Ok(())
}
