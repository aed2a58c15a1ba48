//! A checkout with app files, changed and pushed as a person would.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use tempfile::TempDir;

/// Apps per folder, so that no folder is unusually large.
const FOLDER: usize = 100;

pub(crate) struct Checkout(TempDir);

impl Checkout {
    /// A new repository with so many suspended apps, committed.
    pub(crate) fn new(apps: usize) -> Result<Self> {
        let checkout = Self(tempfile::tempdir()?);
        checkout.git(&["init", "-q", "-b", "main"])?;
        fs::write(checkout.path().join("README.md"), "Apps of a benchmark.\n")?;
        write_apps(&checkout.path().join("apps"), apps)?;
        checkout.commit("apps")?;
        Ok(checkout)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes one app and commits it; returns the commit.
    pub(crate) fn put(&self, name: &str, app: &serde_json::Value) -> Result<String> {
        self.write(name, app)?;
        self.commit(name)
    }

    /// Writes many apps and commits them at once; returns the commit.
    pub(crate) fn put_all(&self, apps: impl IntoIterator<Item = (String, serde_json::Value)>) -> Result<String> {
        apps.into_iter().try_for_each(|(name, app)| self.write(&name, &app))?;
        self.commit("many apps")
    }

    fn write(&self, name: &str, app: &serde_json::Value) -> Result<()> {
        let file = self.path().join(format!("apps/{name}.json"));
        fs::create_dir_all(file.parent().context("it is in a folder")?)?;
        Ok(fs::write(file, serde_json::to_vec_pretty(app)?)?)
    }

    /// Removes one app and commits that; returns the commit.
    pub(crate) fn remove(&self, name: &str) -> Result<String> {
        fs::remove_file(self.path().join(format!("apps/{name}.json")))?;
        self.commit(name)
    }

    fn commit(&self, message: &str) -> Result<String> {
        self.git(&["add", "-A"])?;
        self.git(&["commit", "-q", "-m", message])?;
        Ok(self.git(&["rev-parse", "HEAD"])?.trim().to_owned())
    }

    /// Seconds for one push of `main`.
    pub(crate) fn push(&self, url: &str, options: &[&str]) -> Result<f64> {
        self.push_to(url, "main", options)
    }

    /// Seconds for one push of `main` to that branch.
    pub(crate) fn push_to(&self, url: &str, branch: &str, options: &[&str]) -> Result<f64> {
        let mut args = vec!["push", "-q"];
        options.iter().for_each(|option| args.extend(["-o", option]));
        let refspec = format!("main:refs/heads/{branch}");
        args.extend([url, &refspec]);
        let began = Instant::now();
        self.git(&args)?;
        Ok(began.elapsed().as_secs_f64())
    }

    fn git(&self, args: &[&str]) -> Result<String> {
        git(self.path(), args)
    }
}

/// Runs git with nobody's settings.
pub(crate) fn git(folder: &Path, args: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .envs([("GIT_AUTHOR_NAME", "Bench"), ("GIT_AUTHOR_EMAIL", "bench@example.org")])
        .envs([("GIT_COMMITTER_NAME", "Bench"), ("GIT_COMMITTER_EMAIL", "bench@example.org")])
        .output()
        .context("git does not run")?;
    ensure!(output.status.success(), "git {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

pub(crate) fn write_apps(folder: &Path, apps: usize) -> Result<()> {
    for number in 0..apps {
        let file = folder.join(format!("{}.json", app_name(number)));
        fs::create_dir_all(file.parent().context("it is in a folder")?)?;
        fs::write(file, serde_json::to_vec_pretty(&suspended(number))?)?;
    }
    Ok(())
}

/// An app file's path below the apps folder, without its ending.
fn app_name(number: usize) -> String {
    format!("team{}/app{number}", number / FOLDER)
}

/// An app file of about 1.1 kB, as teams write them, that runs nothing.
fn suspended(number: usize) -> serde_json::Value {
    json!({
        "id": format!("app{number}"),
        "instances": 0,
        "cpus": 0.5,
        "mem": 256,
        "container": {
            "type": "DOCKER",
            "docker": { "image": format!("registry.example.org/team/app{number}:1.{number}.0") },
            "portMappings": [{ "containerPort": 8080, "hostPort": 0, "name": "http", "labels": { "VIP": "app" } }],
            "volumes": [{ "containerPath": "/data", "hostPath": "/srv/data", "mode": "RW" }]
        },
        "networks": [{ "mode": "container/bridge" }],
        "env": { "DB_URL": "postgres://db.example.org/app", "LOG_LEVEL": "info", "REGION": "north" },
        "labels": { "team": format!("team{}", number / FOLDER), "HAPROXY_GROUP": "external", "tier": "backend" },
        "constraints": [["hostname", "UNIQUE"]],
        "healthChecks": [{
            "protocol": "HTTP", "path": "/health", "portIndex": 0, "gracePeriodSeconds": 60,
            "intervalSeconds": 10, "timeoutSeconds": 5, "maxConsecutiveFailures": 3
        }],
        "upgradeStrategy": { "minimumHealthCapacity": 0.5, "maximumOverCapacity": 0.5 },
        "backoffSeconds": 2, "backoffFactor": 1.5, "maxLaunchDelaySeconds": 120
    })
}
