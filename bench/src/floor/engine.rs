//! The Docker Engine by itself: the same containers as the product's, started through the API at the
//! concurrency that suits it best.

use anyhow::{Context, Result};
use bollard::Docker;
use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::{
    EventsOptions, KillContainerOptions, ListContainersOptions, RemoveContainerOptions, StartContainerOptions,
};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// On every container made here.
pub(crate) const LABEL: &str = "ship.bench";
/// The engine is at its best somewhere here, depending on the cores.
const CONCURRENCIES: [usize; 3] = [4, 8, 16];
const REMOVALS: usize = 16;
const PATIENCE: Duration = Duration::from_secs(60);

/// As an app file would ask for it: a share of a core, MiB.
pub(crate) const CPUS: f64 = 0.02;
pub(crate) const MEM_MIB: i64 = 16;
pub(crate) const IMAGE: &str = "busybox";
pub(crate) const COMMAND: &str = "sleep 3600";

#[derive(Clone)]
pub(crate) struct Engine(Docker);

impl Engine {
    pub(crate) async fn connect() -> Result<(Self, String)> {
        let docker =
            Docker::connect_with_unix_defaults()?.negotiate_version().await.context("no Docker Engine answers")?;
        let version = docker.version().await?.version.unwrap_or_default();
        Ok((Self(docker), version))
    }

    /// Seconds for `count` containers at the best concurrency, and the CPU seconds of the whole machine.
    pub(crate) async fn best_start(&self, count: usize, network: &str) -> Result<Cost> {
        let mut best: Option<Cost> = None;
        for concurrency in CONCURRENCIES {
            let cost = self.start(count, network, concurrency).await?;
            self.remove_all(LABEL).await?;
            if best.is_none_or(|best| cost.secs < best.secs) {
                best = Some(cost);
            }
        }
        best.context("there are concurrencies to try")
    }

    async fn start(&self, count: usize, network: &str, concurrency: usize) -> Result<Cost> {
        let (began, cpu) = (Instant::now(), crate::machine::busy_secs());
        stream::iter(0..count)
            .map(|_| self.start_one(network))
            .buffer_unordered(concurrency)
            .try_collect::<Vec<_>>()
            .await?;
        Ok(Cost { secs: began.elapsed().as_secs_f64(), cpu_secs: crate::machine::busy_secs() - cpu })
    }

    /// Seconds for one container alone.
    pub(crate) async fn one_start(&self, network: &str) -> Result<f64> {
        let cost = self.start(1, network, 1).await?;
        self.remove_all(LABEL).await?;
        Ok(cost.secs)
    }

    async fn start_one(&self, network: &str) -> Result<String> {
        let host = HostConfig {
            network_mode: Some(network.to_owned()),
            #[expect(clippy::cast_possible_truncation, reason = "a small share")]
            cpu_shares: Some((CPUS * 1024.0) as i64),
            memory: Some(MEM_MIB << 20),
            memory_swap: Some(MEM_MIB << 20),
            ..HostConfig::default()
        };
        let body = ContainerCreateBody {
            image: Some(IMAGE.to_owned()),
            entrypoint: Some(vec!["/bin/sh".to_owned(), "-c".to_owned(), COMMAND.to_owned()]),
            labels: Some(HashMap::from([(LABEL.to_owned(), String::new())])),
            host_config: Some(host),
            ..ContainerCreateBody::default()
        };
        let id = self.0.create_container(None, body).await?.id;
        self.0.start_container(&id, None::<StartContainerOptions>).await?;
        Ok(id)
    }

    /// Seconds from the kill of a container to the start of another in its place.
    pub(crate) async fn crash_and_replace(&self, network: &str) -> Result<f64> {
        let id = self.start_one(network).await?;
        let mut deaths = self.events("die", &format!("{LABEL}=")).await?;
        let began = Instant::now();
        self.kill(&id).await?;
        next(&mut deaths).await?;
        self.start_one(network).await?;
        let secs = began.elapsed().as_secs_f64();
        self.remove_all(LABEL).await?;
        Ok(secs)
    }

    /// Seconds to exchange `count` containers, each stopped before the next one starts, so many side by side.
    pub(crate) async fn roll(&self, count: usize, side_by_side: usize, network: &str) -> Result<f64> {
        self.start(count, network, side_by_side).await?;
        let old = self.ids(LABEL).await?;
        let began = Instant::now();
        let exchange = |id: String| async move {
            self.remove(&id).await?;
            self.start_one(network).await
        };
        stream::iter(old).map(exchange).buffer_unordered(side_by_side).try_collect::<Vec<_>>().await?;
        let secs = began.elapsed().as_secs_f64();
        self.remove_all(LABEL).await?;
        Ok(secs)
    }

    /// Seconds to stop and remove `count` containers at the best concurrency.
    pub(crate) async fn best_removal(&self, count: usize, network: &str) -> Result<f64> {
        let mut best = f64::INFINITY;
        for concurrency in CONCURRENCIES {
            self.start(count, network, concurrency).await?;
            let ids = self.ids(LABEL).await?;
            let began = Instant::now();
            let remove = |id: String| async move { self.remove(&id).await };
            stream::iter(ids).map(remove).buffer_unordered(concurrency).try_collect::<Vec<_>>().await?;
            best = best.min(began.elapsed().as_secs_f64());
        }
        Ok(best)
    }

    /// Kills it first if it runs.
    async fn remove(&self, id: &str) -> Result<()> {
        let options = RemoveContainerOptions { force: true, v: true, ..RemoveContainerOptions::default() };
        Ok(self.0.remove_container(id, Some(options)).await?)
    }

    pub(crate) async fn kill(&self, id: &str) -> Result<()> {
        let options = KillContainerOptions { signal: "KILL".to_owned() };
        Ok(self.0.kill_container(id, Some(options)).await?)
    }

    /// The moments at which the engine told of such events, from now on.
    pub(crate) async fn events(&self, event: &str, label: &str) -> Result<mpsc::Receiver<Instant>> {
        let filters = HashMap::from([
            ("type".to_owned(), vec!["container".to_owned()]),
            ("event".to_owned(), vec![event.to_owned()]),
            ("label".to_owned(), vec![label.to_owned()]),
        ]);
        let (sender, receiver) = mpsc::channel(1024);
        let mut events = self.0.events(Some(EventsOptions { filters: Some(filters), ..EventsOptions::default() }));
        // The stream subscribes when it is first polled.
        tokio::spawn(async move {
            while let Some(Ok(_)) = events.next().await {
                if sender.send(Instant::now()).await.is_err() {
                    return;
                }
            }
        });
        // A round trip later the subscription, which was sent before it, is in place.
        self.0.version().await?;
        Ok(receiver)
    }

    pub(crate) async fn ids(&self, label: &str) -> Result<Vec<String>> {
        let filters = HashMap::from([("label".to_owned(), vec![label.to_owned()])]);
        let options = ListContainersOptions { all: true, filters: Some(filters), ..ListContainersOptions::default() };
        Ok(self.0.list_containers(Some(options)).await?.into_iter().filter_map(|container| container.id).collect())
    }

    pub(crate) async fn remove_all(&self, label: &str) -> Result<()> {
        let remove = |id: String| async move { self.remove(&id).await };
        stream::iter(self.ids(label).await?).map(remove).buffer_unordered(REMOVALS).try_collect::<Vec<_>>().await?;
        Ok(())
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) secs: f64,
    pub(crate) cpu_secs: f64,
}

/// The next event, within a bounded time.
pub(crate) async fn next(events: &mut mpsc::Receiver<Instant>) -> Result<Instant> {
    tokio::time::timeout(PATIENCE, events.recv())
        .await
        .context("no event of the engine")?
        .context("the event stream ended")
}
