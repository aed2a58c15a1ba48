//! The master's half of the daemon: opens all it needs, then starts it.

use super::{Daemon, quietly, reachable};
use crate::api::{self, Api};
use crate::data_dir::DataDir;
use crate::entropy;
use crate::git::{self, Git};
use crate::logging;
use crate::master::links::Links;
use crate::master::{Inbox, Master, Reconciler};
use crate::metrics::{Counted, Metrics};
use crate::ready::Ready;
use crate::settings::Serving;
use crate::store::{Embedded, Store};
use crate::supervisor::Supervisor;
use anyhow::Context;
use ship_core::cluster::{Cluster, ClusterRecord, Record};
use ship_core::model::Version;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// A master that holds all it needs, and has not begun.
pub(super) struct Opened {
    pub(super) data: DataDir,
    store: Arc<Counted<Embedded>>,
    metrics: Metrics,
    cluster: Cluster,
    http: TcpListener,
    pub(super) agents: TcpListener,
    serving: Serving,
    stop: CancellationToken,
}

impl Opened {
    pub(super) async fn open(folder: &Path, serving: Serving, stop: CancellationToken) -> anyhow::Result<Self> {
        let mut data = DataDir::open(folder)?;
        let metrics = Metrics::new();
        let store = Arc::new(Counted::new(Embedded::open(&data.store()?).await?, metrics.clone()));
        let mut cluster = restore(&*store, &data).await?;
        cluster.choose_service_ports_from(serving.service_ports);
        data.settle()?;
        let http = listen(serving.http, "--http").await?;
        let agents = listen(serving.agents, "--agents").await?;
        Ok(Self { data, store, metrics, cluster, http, agents, serving, stop })
    }

    pub(super) async fn start(self, front: Handle) -> anyhow::Result<(Daemon, Master)> {
        let Self { data, store, metrics, cluster, http, agents, serving, stop } = self;
        let base = format!("http://{}", reachable(http.local_addr()?));
        let repo = match &serving.source {
            git::Source::Hosted => format!("{base}/repo.git"),
            git::Source::Watched { repo } => repo.display().to_string(),
            git::Source::Upstream { url, .. } => url.clone(),
        };
        let ready = Ready { http: Some(base), agents: reachable(agents.local_addr()?).to_string(), repo: Some(repo) };

        let inbox = Inbox::new();
        let links = Links::new(&data.join_token()?, inbox.sender(), stop.clone());
        let (master, reconciler) =
            Reconciler::open(cluster, store, Arc::new(links.clone()), inbox, stop.clone()).await?;
        let (git, work) = git::open(git_setup(serving, data.root())?, Arc::new(master.clone()))?;

        let mut supervisor = Supervisor::new(stop.clone());
        let (events, telling) = api::Bus::open(&master, metrics.clone(), stop.clone());
        supervisor.spawn("the event stream", quietly(telling));
        supervisor.spawn("the master", async move { Ok(reconciler.run().await?) });
        supervisor.spawn("the agents' door", serve_agents(links.clone(), agents));
        supervisor.spawn("git", quietly(work.run(stop.clone())));
        let source = Arc::new(git.clone());
        let api = Api {
            master: master.clone(),
            links,
            source,
            events,
            metrics,
            logging: logging::of_process(),
            stop: stop.clone(),
        };
        let served = AbortOnDropHandle::new(front.spawn(serve_http(http.into_std()?, api, git, stop)));
        supervisor.spawn("the HTTP server", async { served.await? });
        Ok((Daemon { ready, master: Some(master.clone()), agent: None, supervisor, _data: data }, master))
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

/// The listener belongs to the threads that it is served by.
async fn serve_http(listener: StdListener, api: Api, git: Git, stop: CancellationToken) -> anyhow::Result<()> {
    let router = api::router(api, git.router());
    api::serve(TcpListener::from_std(listener)?, router, stop).await;
    Ok(())
}

async fn serve_agents(links: Links, listener: TcpListener) -> anyhow::Result<()> {
    Ok(links.serve(listener).await?)
}
