//! A master, and a process that plays its agents.

use super::daemon::{binary, read_when_there};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

pub(crate) struct Crowd {
    master: Child,
    agents: Option<Child>,
    ready: Ready,
    data: TempDir,
    http: reqwest::Client,
}

#[derive(Deserialize, Clone)]
struct Ready {
    http: String,
    agents: String,
    repo: String,
}

impl Crowd {
    /// A master and so many agents, all of them linked.
    pub(crate) async fn start(agents: usize) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let (master, ready) = start_master(&data, "127.0.0.1:0", "127.0.0.1:0").await?;
        let mut crowd = Self { master, agents: None, ready, data, http: reqwest::Client::new() };
        let token = fs::read_to_string(crowd.data.path().join("data/join-token"))?;
        let played = Command::new(binary("shipd")?)
            .args(["bench-agents", "--join", &crowd.ready.agents, "--token", token.trim()])
            .args(["--agents", &agents.to_string(), "--cpus", "64", "--mem", "262144"])
            .stderr(Stdio::null())
            .spawn()?;
        crowd.agents = Some(played);
        crowd.until("all agents are linked", async |crowd| Ok(crowd.linked().await? == agents)).await?;
        Ok(crowd)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.master.id()
    }

    pub(crate) fn repo(&self) -> &str {
        &self.ready.repo
    }

    /// Of something that the master answers.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.ready.http)
    }

    /// Waits for the end of a commit's deployment, which must succeed. Seconds by the master's own clock, from its
    /// acceptance, before anything was placed or stored, to the last task's word.
    pub(crate) async fn deployed(&self, commit: &str) -> Result<f64> {
        self.until("the deployment has ended", async |crowd| match crowd.deployment(commit).await? {
            None => Ok(false),
            Some(deployment) => match deployment["outcome"].as_str() {
                Some("running") | None => Ok(false),
                Some("succeeded") => Ok(true),
                Some(other) => bail!("the deployment is {other}"),
            },
        })
        .await?;
        let deployment = self.deployment(commit).await?.context("a deployment is kept")?;
        let moment = |name: &str| deployment[name].as_f64().with_context(|| format!("a deployment has `{name}`"));
        Ok((moment("ended")? - moment("started")?) / 1000.0)
    }

    /// `None` before it has begun.
    async fn deployment(&self, commit: &str) -> Result<Option<Value>> {
        let newest = self.get("/v1/deployments?limit=5").await?;
        let newest = newest.as_array().context("deployments are a list")?;
        Ok(newest.iter().find(|deployment| deployment["id"] == commit).cloned())
    }

    /// Kills the master and starts another; seconds until it knows all agents and tasks again.
    pub(crate) async fn restarted(&mut self, agents: usize, tasks: usize) -> Result<f64> {
        self.master.kill()?;
        self.master.wait()?;
        let began = Instant::now();
        let http = self.ready.http.trim_start_matches("http://").to_owned();
        let link = self.ready.agents.clone();
        let (master, ready) = start_master(&self.data, &http, &link).await?;
        (self.master, self.ready) = (master, ready);
        let known = async |crowd: &Self| Ok(crowd.linked().await? == agents && crowd.running().await? == tasks);
        self.until("everything is known again", known).await?;
        Ok(began.elapsed().as_secs_f64())
    }

    async fn linked(&self) -> Result<usize> {
        let agents = self.get("/v1/agents").await?;
        let all = agents.as_array().context("agents are a list")?;
        Ok(all.iter().filter(|agent| agent["state"] == "up").count())
    }

    async fn running(&self) -> Result<usize> {
        let status = self.get("/v1/status").await?;
        let apps = status["apps"].as_array().context("apps are a list")?;
        Ok(apps.iter().filter_map(|app| app["running"].as_u64()).sum::<u64>() as usize)
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.http.get(self.url(path)).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    async fn until(&self, what: &str, holds: impl AsyncFn(&Self) -> Result<bool>) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while !holds(self).await? {
            if Instant::now() > end {
                bail!("not within {} s: {what}", PATIENCE.as_secs());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        for child in [Some(&mut self.master), self.agents.as_mut()].into_iter().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

async fn start_master(data: &TempDir, http: &str, agents: &str) -> Result<(Child, Ready)> {
    let file: PathBuf = data.path().join("ready.json");
    let _ = fs::remove_file(&file);
    let child = Command::new(binary("shipd")?)
        .args(["master", "--http", http, "--agents", agents])
        .arg("--data")
        .arg(data.path().join("data"))
        .arg("--ready-file")
        .arg(&file)
        .stderr(Stdio::null())
        .spawn()
        .context("shipd does not start")?;
    let ready = tokio::time::timeout(PATIENCE, read_when_there(&file)).await.context("shipd is not ready")??;
    Ok((child, ready))
}
