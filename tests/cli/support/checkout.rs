//! A GitOps repository in a sandbox, and the bare repository of a cluster that it is pushed to.

use super::{Cluster, Run, Sandbox, cluster::Answers, sample};
use serde_json::{Value, json};
use ship_core::cluster::Outcome;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub(crate) struct Checkout {
    pub(crate) sandbox: Sandbox,
}

impl Checkout {
    /// One app, `/web` with two instances, committed and pushed.
    pub(crate) fn new() -> Self {
        let made = Self { sandbox: Sandbox::new() };
        made.sandbox
            .git(&made.sandbox.path(""), &["init", "--quiet", "--bare", "--initial-branch=main", "cluster.git"]);
        made.sandbox.git(&made.bare(), &["config", "receive.advertisePushOptions", "true"]);
        made.sandbox.git(&made.root(), &["init", "--quiet", "--initial-branch=main"]);
        made.write("ship.toml", "");
        made.write("apps/web.json", &app(2));
        made.commit("first");
        made.git(&["push", "--quiet", &made.bare().display().to_string(), "main"]);
        made
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.sandbox.work()
    }

    fn bare(&self) -> PathBuf {
        self.sandbox.path("cluster.git")
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.root().join(file)).expect("the file can be read")
    }

    /// Commits all there is.
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.sandbox.git(&self.root(), args)
    }

    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Where the cluster's branch stands.
    pub(crate) fn pushed(&self) -> String {
        self.sandbox.git(&self.bare(), &["rev-parse", "main"]).trim().to_owned()
    }

    /// A commit that somebody else pushed.
    pub(crate) fn pushed_by_another(&self) {
        let other = self.sandbox.path("other");
        self.sandbox.git(&self.sandbox.path(""), &["clone", "--quiet", "cluster.git", "other"]);
        self.sandbox.git(&other, &["commit", "--quiet", "--allow-empty", "--message", "theirs"]);
        self.sandbox.git(&other, &["push", "--quiet", "origin", "main"]);
    }

    /// From now on the cluster answers a push with these lines, and accepts it or not. What options came
    /// along is kept in `options`.
    pub(crate) fn hook(&self, lines: &[&str], accepts: bool) {
        let echo: String = lines.iter().map(|line| format!("echo '{line}'\n")).collect();
        let options = self.sandbox.path("options");
        let keep =
            format!("echo \"$GIT_PUSH_OPTION_0 $GIT_PUSH_OPTION_1 $GIT_PUSH_OPTION_2\" > '{}'\n", options.display());
        let script = format!("#!/bin/sh\n{keep}{echo}exit {}\n", u8::from(!accepts));
        make_executable(&self.bare().join("hooks/pre-receive"), &script);
    }

    /// A program of the checkout.
    pub(crate) fn executable(&self, file: &str, script: &str) {
        make_executable(&self.root().join(file), script);
    }

    pub(crate) fn options(&self) -> String {
        std::fs::read_to_string(self.sandbox.path("options")).expect("a push came").trim().to_owned()
    }

    /// The answers of a cluster that hosts this repository.
    pub(crate) fn answering(&self) -> Answers {
        let repo = self.bare().display().to_string();
        let info = json!({ "version": "0.1.0", "source": "hosted", "repo": repo, "branch": "main" });
        Cluster::answering().json("GET /v1/info", 200, &info).json("POST /v1/plan", 200, &plan(3))
    }

    /// The same, and the deployment of a commit goes well.
    pub(crate) fn deploying(&self, commit: &str, outcome: &str) -> Answers {
        let end = sample::ended(commit, outcome, "1 app");
        self.answering()
            .json(&format!("GET /v1/deployments/{commit}"), 200, &sample::deployment_of(commit, Outcome::Running))
            .text(&format!("GET /v1/deployments/{commit}/follow"), 200, &sample::event_stream(&[end]))
    }

    /// The commit that `scale` will make, found by making it here and taking it back.
    pub(crate) fn rehearse_scale(&self, instances: u32) -> String {
        self.write("apps/web.json", &app(instances));
        let message = format!("scale /web to {instances}");
        self.git(&["commit", "--quiet", "--message", &message, "--only", "--", "apps/web.json"]);
        let commit = self.head();
        self.git(&["update-ref", "HEAD", "HEAD~1"]);
        self.git(&["reset", "--quiet", "--", "apps/web.json"]);
        self.git(&["checkout", "--quiet", "--", "apps/web.json"]);
        commit
    }

    pub(crate) fn shipctl(&self, cluster: &Cluster, args: &[&str]) -> Run {
        self.sandbox.run(self.sandbox.command(&self.root()).env("SHIP_URL", &cluster.url).args(args))
    }
}

fn make_executable(path: &Path, script: &str) {
    std::fs::write(path, script).expect("the program can be written");
    std::fs::set_permissions(path, Permissions::from_mode(0o755)).expect("it can be made executable");
}

pub(crate) fn app(instances: u32) -> String {
    format!(
        r#"{{
  "id": "web",
  "cmd": "sleep 1000",
  "container": {{ "type": "DOCKER", "docker": {{ "image": "busybox" }} }},
  "instances":   {instances},
  "cpus": 0.1,
  "mem": 16
}}
"#
    )
}

/// `/web` from two instances to so many.
pub(crate) fn plan(to: u32) -> Value {
    let field = json!({ "field": "instances", "from": 2, "to": to, "restart": false });
    json!({
        "base": sample::COMMIT, "fingerprint": "7f3c00112233",
        "changes": [{ "app": "/web", "action": "scale", "instances_from": 2, "instances_to": to, "fields": [field] }],
        "steps": [{ "actions": [{ "app": "/web", "action": "scale", "instances": to }] }],
        "forecast": { "placements": [{ "app": "/web", "host": "node-1", "tasks": 1 }], "shortages": [],
                      "bounds": [{ "app": "/web", "ready_now": 2, "ready_min": 2, "running_max": to, "ready_end": to }] },
        "inputs": [{ "app": "/web", "target": "d1", "tasks": { "0": 2 } }],
    })
}

pub(crate) fn empty_plan() -> Value {
    json!({ "base": sample::COMMIT, "fingerprint": "000000000000", "changes": [], "steps": [],
            "forecast": { "placements": [], "shortages": [], "bounds": [] }, "inputs": [] })
}
