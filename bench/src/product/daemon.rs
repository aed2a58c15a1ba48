//! `shipd dev` on free ports with a data folder of its own; ends, with its containers, when stopped.

use crate::floor::engine::Engine;
use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

pub(crate) struct Daemon {
    child: Child,
    ready: Ready,
    label: String,
    http: reqwest::Client,
    _data: TempDir,
}

#[derive(Deserialize)]
struct Ready {
    http: String,
    repo: String,
}

impl Daemon {
    pub(crate) async fn start() -> Result<Self> {
        let data = tempfile::tempdir()?;
        let ready = data.path().join("ready.json");
        let child = Command::new(binary("shipd")?)
            .args(["dev", "--http", "127.0.0.1:0", "--agents", "127.0.0.1:0"])
            .arg("--data")
            .arg(data.path().join("data"))
            .arg("--ready-file")
            .arg(&ready)
            .stderr(Stdio::null())
            .spawn()
            .context("shipd does not start")?;
        let ready: Ready =
            tokio::time::timeout(PATIENCE, read_when_there(&ready)).await.context("shipd is not ready")??;
        let agent: Value = serde_json::from_slice(&fs::read(data.path().join("data/agent/agent.json"))?)?;
        let id = agent["id"].as_str().context("the agent has an id")?;
        let label = format!("ship.agent={id}");
        Ok(Self { child, ready, label, http: reqwest::Client::new(), _data: data })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The label of all its containers.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    pub(crate) fn repo(&self) -> &str {
        &self.ready.repo
    }

    /// Seconds from the acceptance of a commit to the last of `tasks` being reported running.
    pub(crate) async fn all_running(&self, commit: &str, tasks: usize) -> Result<f64> {
        let (accepted, last) = self.moments(commit, "task_running", tasks).await?;
        Ok((last - accepted) / 1000.0)
    }

    /// When a commit was accepted and when so many events of a kind had come, in milliseconds since 1970.
    pub(crate) async fn moments(&self, commit: &str, kind: &str, count: usize) -> Result<(f64, f64)> {
        let (mut accepted, mut seen) = (None, 0);
        let url = format!("{}/v1/deployments/{commit}/follow", self.ready.http);
        let answer = self.http.get(url).send().await?.error_for_status()?;
        let mut stream = answer.bytes_stream();
        let mut text = String::new();
        while let Some(chunk) = tokio::time::timeout(PATIENCE, stream.next()).await.context("no events")? {
            text.push_str(&String::from_utf8_lossy(&chunk?));
            while let Some((line, rest)) = text.split_once('\n').map(|(line, rest)| (line.to_owned(), rest.to_owned()))
            {
                text = rest;
                let Some(event) = line.strip_prefix("data:") else { continue };
                let event: Value = serde_json::from_str(event.trim())?;
                let at = event["at"].as_f64().context("an event has a moment")?;
                match event["event"].as_str() {
                    Some("deployment_started") => accepted = Some(at),
                    Some("task_failed") => bail!("a task failed: {event}"),
                    Some(other) if other == kind => seen += 1,
                    _ => continue,
                }
                if seen == count {
                    return Ok((accepted.context("a deployment starts first")?, at));
                }
            }
        }
        bail!("the deployment ended after {seen} of {count} times `{kind}`")
    }

    /// Waits until nothing is being deployed.
    pub(crate) async fn settled(&self) -> Result<()> {
        tokio::time::timeout(PATIENCE, async {
            loop {
                let status: Value =
                    self.http.get(format!("{}/v1/status", self.ready.http)).send().await?.json().await?;
                let deployments = status["deployments"].as_array().context("a status lists deployments")?;
                if deployments.iter().all(|deployment| deployment["outcome"] != "running") {
                    return Ok(());
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        })
        .await
        .context("the deployment does not end")?
    }

    pub(crate) async fn stop(mut self, engine: &Engine) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        engine.remove_all(&self.label).await
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Stopped already, unless a measurement failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a daemon writes once it is up.
pub(crate) async fn read_when_there<T: DeserializeOwned>(path: &std::path::Path) -> Result<T> {
    loop {
        match fs::read(path) {
            Ok(text) => return Ok(serde_json::from_slice(&text)?),
            Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}

/// A program that was built beside this one.
pub(crate) fn binary(name: &str) -> Result<PathBuf> {
    let path = env::current_exe()?.with_file_name(name);
    ensure!(path.exists(), "`{}` is missing: build it with `cargo build --release`", path.display());
    Ok(path)
}
