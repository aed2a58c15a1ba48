//! A whole daemon over a fake engine.

use super::row::get;
use crate::api::tests::events::Stream;
use crate::args::{Cli, Command};
use crate::daemon::Daemon;
use crate::runtime::Runtime;
use crate::runtime::fake::Fake;
use crate::settings::Settings;
use clap::Parser;
use serde_json::Value;
use ship_core::cluster::Cluster;
use ship_core::model::{AppId, TaskId};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Handle;

/// Longer than anything here can take.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Running {
    pub(super) url: String,
    pub(super) engine: Fake,
    daemon: Daemon,
    _data: TempDir,
}

impl Running {
    pub(super) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Over a repository that others write to.
    pub(super) async fn watching(repo: &Path) -> Self {
        Self::with(&["--repo", repo.to_str().expect("a plain path")]).await
    }

    async fn with(more: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let folder = data.path().to_str().expect("a plain path");
        let args = ["shipd", "dev", "--data", folder, "--http", "127.0.0.1:0", "--agents", "127.0.0.1:0"];
        let cli = Cli::try_parse_from(args.iter().chain(more)).expect("arguments of ours");
        let Command::Dev(args) = cli.command else { unreachable!("it says dev") };
        let engine = Fake::default();
        let runtime: Arc<dyn Runtime> = Arc::new(engine.clone());
        let settings = Settings::of_dev(args).expect("settings");
        let daemon = Daemon::start(settings, Some(runtime), Handle::current()).await.expect("a daemon");
        let url = daemon.ready().http.clone().expect("a dev daemon serves HTTP");
        Self { url, engine, daemon, _data: data }
    }

    fn cluster(&self) -> Arc<Cluster> {
        self.daemon.master().expect("a dev daemon has a master").snapshot()
    }

    /// Waits until no deployment is under way, and no task on its way out.
    pub(super) async fn until_idle(&self) {
        let idle = |cluster: &Cluster| {
            cluster.deployments().all(|known| known.outcome.has_ended())
                && !cluster.tasks().any(|task| task.is_killing())
        };
        let mut news = self.daemon.master().expect("a dev daemon has a master").news();
        let wait = async {
            while !idle(&self.cluster()) {
                news.changed().await.expect("the master runs");
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, wait).await;
        let now = crate::clock::now();
        assert!(in_time.is_ok(), "waiting until all is done: {:#?}", self.cluster().app_views(now, None));
    }

    pub(super) fn apps(&self) -> Vec<String> {
        self.cluster().wanted().apps.keys().map(ToString::to_string).collect()
    }

    pub(super) fn tasks(&self, app: &str) -> Vec<TaskId> {
        self.cluster().tasks_of(&AppId::parse(app).expect("an id")).map(|task| task.id.clone()).collect()
    }

    pub(super) fn instances(&self, app: &str) -> u32 {
        let cluster = self.cluster();
        let record = cluster.app_record(&AppId::parse(app).expect("an id")).expect("a known app");
        record.wanted().expect("a wanted app").instances
    }

    async fn answer(&self, path: &str) -> Value {
        get("for the test itself", path).ask(&self.url).await.json
    }

    /// As it is answered.
    pub(super) async fn shown(&self, app: &str) -> Value {
        self.answer(&format!("/v2/apps{app}")).await["app"].clone()
    }

    /// Of pods.
    pub(super) async fn events(&self) -> Stream {
        let query = "?event_type=pod_created_event&event_type=pod_updated_event&event_type=pod_deleted_event";
        Stream::open(&self.url, query, &[]).await
    }

    /// The group of all groups.
    pub(super) async fn root(&self) -> Value {
        self.answer("/v2/groups").await
    }

    pub(super) async fn pod(&self, pod: &str) -> Value {
        self.answer(&format!("/v2/pods{pod}")).await
    }

    pub(super) async fn version(&self, app: &str) -> String {
        let answer = self.answer(&format!("/v2/apps{app}")).await;
        answer["app"]["version"].as_str().expect("a version").to_owned()
    }

    /// That is under way.
    pub(super) async fn deployment(&self) -> String {
        let answer = self.answer("/v2/deployments").await;
        answer[0]["id"].as_str().expect("a deployment").to_owned()
    }
}
