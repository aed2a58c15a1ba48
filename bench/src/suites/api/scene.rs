//! A master whose simulated agents run so many apps, as one push brought them.

use crate::product::crowd::Crowd;
use crate::product::repository::Checkout;
use anyhow::Result;
use serde_json::{Value, json};

const AGENTS: usize = 100;
/// Apps per folder, so that no folder is unusually large.
const FOLDER: usize = 100;

pub(super) struct Scene {
    pub(super) crowd: Crowd,
    pub(super) checkout: Checkout,
}

impl Scene {
    /// All tasks run.
    pub(super) async fn with(apps: usize, tasks_per_app: usize) -> Result<Self> {
        let crowd = Crowd::start(AGENTS).await?;
        let checkout = Checkout::new(0)?;
        let file = |number: usize| {
            let id = format!("app{number}");
            (format!("team{}/{id}", number / FOLDER), app(&id, tasks_per_app))
        };
        let commit = checkout.put_all((0..apps).map(file))?;
        let scene = Self { crowd, checkout };
        scene.deploy(&commit).await?;
        Ok(scene)
    }

    /// Pushes one app more and waits for it; seconds by the master's own clock.
    pub(super) async fn one_more(&self, id: &str, tasks: usize) -> Result<f64> {
        let commit = self.checkout.put(id, &app(id, tasks))?;
        self.deploy(&commit).await
    }

    async fn deploy(&self, commit: &str) -> Result<f64> {
        // Readers that run meanwhile are not to wait for git.
        tokio::task::block_in_place(|| self.checkout.push(self.crowd.repo(), &["ship.wait=none"]))?;
        self.crowd.deployed(commit).await
    }
}

/// An app file as teams write them, on ports of nobody's.
fn app(id: &str, instances: usize) -> Value {
    json!({
        "id": id, "cmd": "exec serve --port 8080", "instances": instances, "cpus": 0.01, "mem": 8,
        "container": { "type": "DOCKER", "docker": { "image": format!("registry.example.org/team/{id}:1.0") } },
        "networks": [{ "mode": "host" }], "portDefinitions": [],
        "env": { "DB_URL": "postgres://db.example.org/app", "LOG_LEVEL": "info", "REGION": "north" },
        "labels": { "team": "bench", "HAPROXY_GROUP": "external", "tier": "backend", "ship.settlingSeconds": "0" },
        "upgradeStrategy": { "minimumHealthCapacity": 0.5, "maximumOverCapacity": 0.5 },
        "backoffSeconds": 2, "backoffFactor": 1.5, "maxLaunchDelaySeconds": 120,
    })
}
