//! Puts the parts together: opens what must be open before anything starts, then starts it all.

use crate::agent;
use crate::api::{self, Api};
use crate::args::RuntimeKind;
use crate::data_dir::DataDir;
use crate::entropy;
use crate::git::{self, Git};
use crate::master::links::Links;
use crate::master::{Inbox, Master, Reconciler};
use crate::ready::Ready;
use crate::runtime::Runtime;
use crate::runtime::docker::Docker;
use crate::runtime::fake::Fake;
use crate::settings::{Machine, Role, Serving, Settings};
use crate::store::{Embedded, Store};
use crate::supervisor::Supervisor;
use anyhow::Context;
use axum::serve::ListenerExt;
use ship_core::cluster::{Cluster, ClusterRecord, Record};
use ship_core::model::{AgentId, Version};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long the local agent has to register before its absence is mentioned.
const REGISTRATION: Duration = Duration::from_secs(10);

/// A running daemon. Dropping it is as abrupt as a crash; [`stop`](Self::stop) is not.
pub struct Daemon {
    ready: Ready,
    master: Option<Master>,
    supervisor: Supervisor,
    _data: DataDir,
}

impl Daemon {
    /// Starts whole or not at all. `runtime` takes the place of the one that the settings name.
    pub async fn start(settings: Settings, runtime: Option<Arc<dyn Runtime>>) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let daemon = match settings.role {
            Role::Agent { join, token, machine } => {
                let mut data = DataDir::open(&settings.data.join("agent"))?;
                let mut supervisor = Supervisor::new(stop.clone());
                let seat = Seat { data: data.root().to_owned(), master: join.clone(), token };
                seat.spawn_agent(&mut supervisor, machine, runtime, stop)?;
                data.settle()?;
                Self { ready: Ready { http: None, agents: join, repo: None }, master: None, supervisor, _data: data }
            }
            Role::Master { serving } => Opened::open(&settings.data, serving, stop).await?.start()?.0,
            Role::Dev { serving, machine } => {
                let opened = Opened::open(&settings.data, serving, stop.clone()).await?;
                let seat = Seat {
                    data: opened.data.agent(),
                    master: reachable(opened.agents.local_addr()?).to_string(),
                    token: opened.data.join_token()?,
                };
                let (mut daemon, master) = opened.start()?;
                let agent = seat.spawn_agent(&mut daemon.supervisor, machine, runtime, stop)?;
                registered(&master, &agent).await;
                daemon
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

    /// Waits for something without which the daemon must not go on.
    pub async fn failure(&mut self) -> anyhow::Error {
        self.supervisor.failure().await
    }

    /// Ends orderly. Tasks run on.
    pub async fn stop(self) {
        self.supervisor.stop().await;
    }
}

/// A master that holds all it needs, and has not begun.
struct Opened {
    data: DataDir,
    store: Arc<Embedded>,
    cluster: Cluster,
    http: TcpListener,
    agents: TcpListener,
    serving: Serving,
    stop: CancellationToken,
}

impl Opened {
    async fn open(folder: &Path, serving: Serving, stop: CancellationToken) -> anyhow::Result<Self> {
        let mut data = DataDir::open(folder)?;
        let store = Arc::new(Embedded::open(&data.store()?).await?);
        let cluster = restore(&*store, &data).await?;
        data.settle()?;
        let http = listen(serving.http, "--http").await?;
        let agents = listen(serving.agents, "--agents").await?;
        Ok(Self { data, store, cluster, http, agents, serving, stop })
    }

    fn start(self) -> anyhow::Result<(Daemon, Master)> {
        let Self { data, store, cluster, http, agents, serving, stop } = self;
        let base = format!("http://{}", reachable(http.local_addr()?));
        let repo = match &serving.source {
            git::Source::Hosted => format!("{base}/repo.git"),
            git::Source::Watched { repo } => repo.display().to_string(),
            git::Source::Upstream { url, .. } => url.clone(),
        };
        let ready = Ready { http: Some(base), agents: reachable(agents.local_addr()?).to_string(), repo: Some(repo) };

        let inbox = Inbox::new();
        let links = Links::new(&data.join_token()?, inbox.sender(), stop.clone());
        let (master, reconciler) = Reconciler::new(cluster, store, Arc::new(links.clone()), inbox, stop.clone());
        let (git, work) = git::open(git_setup(serving, data.root())?, Arc::new(master.clone()))?;

        let mut supervisor = Supervisor::new(stop.clone());
        supervisor.spawn("the master", async move { Ok(reconciler.run().await?) });
        supervisor.spawn("the agents' door", serve_agents(links.clone(), agents));
        supervisor.spawn("git", quietly(work.run(stop.clone())));
        let api = Api { master: master.clone(), links, source: Arc::new(git.clone()), stop: stop.clone() };
        supervisor.spawn("the HTTP server", serve_http(http, api, git, stop));
        Ok((Daemon { ready, master: Some(master.clone()), supervisor, _data: data }, master))
    }
}

/// The cluster as the store has it; a new one if this folder never had any.
async fn restore(store: &dyn Store, data: &DataDir) -> anyhow::Result<Cluster> {
    if let Some(cluster) = Cluster::restore(store.scan().await?) {
        return Ok(cluster);
    }
    data.expect_records()?;
    let seed = entropy::seed().context("cannot read /dev/urandom")?;
    let first = ClusterRecord { seed, next_instance: 1, last_version: Version::default(), commit: None };
    store.commit([Record::Cluster(first)].into_iter().collect()).await?;
    Ok(Cluster::new(seed))
}

async fn listen(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("cannot listen on {address}; choose another address with {flag}"))
}

fn git_setup(serving: Serving, data: &Path) -> anyhow::Result<git::Setup> {
    Ok(git::Setup {
        source: serving.source,
        branch: serving.branch,
        data: data.to_owned(),
        program: std::env::current_exe().context("cannot find out where shipd itself is")?,
        webhook_secret: serving.webhook_secret,
        pack_bytes_max: git::PACK_BYTES_MAX,
    })
}

async fn serve_http(listener: TcpListener, api: Api, git: Git, stop: CancellationToken) -> anyhow::Result<()> {
    let listener = listener.tap_io(|stream| {
        if let Err(err) = stream.set_nodelay(true) {
            tracing::debug!(%err, "cannot switch off Nagle's algorithm");
        }
    });
    let router = api::router(api, git.router());
    Ok(axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await?)
}

async fn serve_agents(links: Links, listener: TcpListener) -> anyhow::Result<()> {
    Ok(links.serve(listener).await?)
}

async fn quietly(work: impl Future<Output = ()>) -> anyhow::Result<()> {
    work.await;
    Ok(())
}

/// An agent's place: its folder, and the master it belongs to.
struct Seat {
    data: PathBuf,
    master: String,
    token: String,
}

impl Seat {
    fn spawn_agent(
        self,
        supervisor: &mut Supervisor,
        machine: Machine,
        runtime: Option<Arc<dyn Runtime>>,
        stop: CancellationToken,
    ) -> anyhow::Result<AgentId> {
        let id = agent::identity(&self.data)?;
        let runtime = runtime.unwrap_or_else(|| match machine.runtime {
            RuntimeKind::Docker => Arc::new(Docker::new(&machine.docker, id.clone())),
            RuntimeKind::Fake => Arc::new(Fake::default()),
        });
        let settings = agent::Settings {
            id: id.clone(),
            data: self.data,
            master: self.master,
            token: self.token,
            hostname: machine.hostname,
            offer: machine.offer,
        };
        supervisor.spawn("the agent", quietly(agent::run(settings, runtime, stop)));
        Ok(id)
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

#[cfg(test)]
mod tests;
