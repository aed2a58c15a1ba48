//! Builders for tests: an app, an agent, a desired state, in a line each.

use crate::cluster::Commit;
use crate::model::{
    AgentId, AgentInfo, AppId, AppSpec, Attribute, Backoff, Checks, Command, CommitId, Companion, Constraint,
    EngineState, GroupId, HealthCheck, Image, KillSelection, Mount, NetworkMode, OnFailure, PersistentVolume,
    PlacementPolicy, PodSpec, PortRange, PortSpec, Probe, ProbePort, Protocol, ReadinessCheck, Resources,
    RolloutPolicy, RunSpec, Scalar, Strategy, UnreachableStrategy, UpgradeStrategy, VolumeMode, Wanted,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) struct AppBuilder(pub(crate) AppSpec);

/// One instance of `image:1` with a tenth of a CPU and 32 MiB.
pub(crate) fn app(id: &str) -> AppBuilder {
    let run = RunSpec {
        image: Image { name: "image:1".into(), force_pull: false },
        command: Command::Image,
        env: BTreeMap::new(),
        user: None,
        resources: Resources { cpus: Scalar::from_f64(0.1), mem: Scalar::whole(32), disk: Scalar::ZERO, gpus: 0 },
        network: NetworkMode::Bridge,
        ports: Vec::new(),
        require_ports: false,
        volumes: Vec::new(),
        persistent: Vec::new(),
        mounts: Vec::new(),
        privileged: false,
        parameters: Vec::new(),
        tty: false,
        companions: Vec::new(),
    };
    AppBuilder(AppSpec {
        id: AppId::parse(id).unwrap(),
        instances: 1,
        run,
        pod: None,
        constraints: Vec::new(),
        dependencies: BTreeSet::new(),
        labels: BTreeMap::new(),
        checks: Checks::default(),
        upgrade: UpgradeStrategy::default(),
        rollout: RolloutPolicy::default(),
        restarted_at: None,
        backoff: Backoff::default(),
        kill_selection: KillSelection::default(),
        kill_grace_secs: None,
        unreachable: UnreachableStrategy::default(),
        placement: PlacementPolicy::default(),
        role: AppSpec::ANY_ROLE.to_owned(),
        accepted_resource_roles: BTreeSet::new(),
        kept: BTreeMap::new(),
    })
}

impl AppBuilder {
    pub(crate) fn instances(mut self, instances: u32) -> Self {
        self.0.instances = instances;
        self
    }

    pub(crate) fn image(mut self, image: &str) -> Self {
        self.0.run.image.name = image.into();
        self
    }

    pub(crate) fn cpus(mut self, cpus: f64) -> Self {
        self.0.run.resources.cpus = Scalar::from_f64(cpus);
        self
    }

    /// Makes it a pod whose first container is `main`, with another one beside it; both mount the volume `data`.
    pub(crate) fn companion(mut self, name: &str, image: &str) -> Self {
        let mount =
            |path: &str| Mount { name: "data".into(), container_path: path.into(), mode: VolumeMode::ReadWrite };
        let (run, definition) = (&mut self.0.run, serde_json::json!({}));
        self.0.pod = Some(PodSpec { container: "main".into(), definition });
        run.mounts = vec![mount("/data")];
        run.companions.push(Companion {
            name: name.into(),
            image: Image { name: image.into(), force_pull: false },
            command: Command::Image,
            env: BTreeMap::new(),
            user: None,
            resources: run.resources,
            volumes: Vec::new(),
            mounts: vec![mount("/in")],
            tty: false,
        });
        self
    }

    pub(crate) fn host_port(mut self, port: u16) -> Self {
        self.0.run.ports.push(PortSpec {
            name: None,
            protocol: Protocol::Tcp,
            container_port: 80,
            host_port: Some(port),
            service_port: 0,
            labels: BTreeMap::new(),
        });
        self
    }

    /// Of the port that was added last.
    pub(crate) fn service_port(mut self, port: u16) -> Self {
        self.0.run.ports.last_mut().unwrap().service_port = port;
        self
    }

    pub(crate) fn needs(mut self, path: &str) -> Self {
        self.0.dependencies.insert(GroupId::resolve(path, &GroupId::root()).unwrap());
        self
    }

    pub(crate) fn label(mut self, key: &str, value: &str) -> Self {
        self.0.labels.insert(key.into(), value.into());
        self
    }

    pub(crate) fn constraint(mut self, parts: &[&str]) -> Self {
        let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        self.0.constraints.push(Constraint::parse(&parts).unwrap());
        self
    }

    pub(crate) fn upgrade(mut self, minimum_health_capacity: f64, maximum_over_capacity: f64) -> Self {
        self.0.upgrade = UpgradeStrategy { minimum_health_capacity, maximum_over_capacity };
        self
    }

    pub(crate) fn unreachable(mut self, inactive_after_secs: u32, expunge_after_secs: u32) -> Self {
        self.0.unreachable = UnreachableStrategy::Replace { inactive_after_secs, expunge_after_secs };
        self
    }

    pub(crate) fn priority(mut self, priority: u8) -> Self {
        self.0.placement.priority = priority;
        self
    }

    pub(crate) fn preempts(mut self) -> Self {
        self.0.placement.preempts = true;
        self
    }

    pub(crate) fn preemptible(mut self) -> Self {
        self.0.placement.preemptible = true;
        self
    }

    /// Of so many MiB at `/data`, with all that the manifest makes of it.
    pub(crate) fn keeps_data(mut self, size: u64) -> Self {
        let (container_path, size) = ("/data".to_owned(), Scalar::whole(size));
        self.0.run.persistent.push(PersistentVolume { container_path, size, mode: VolumeMode::ReadWrite });
        self.0.upgrade = UpgradeStrategy::IN_PLACE;
        self.0.unreachable = UnreachableStrategy::Disabled;
        self
    }

    /// As the manifest makes it of the label.
    pub(crate) fn everywhere(mut self) -> Self {
        self.0.placement.everywhere = true;
        self.0.upgrade = UpgradeStrategy::IN_PLACE;
        self.constraint(&["hostname", "UNIQUE"])
    }

    pub(crate) fn strategy(mut self, strategy: Strategy) -> Self {
        self.0.placement.strategy = strategy;
        self
    }

    pub(crate) fn role(mut self, role: &str) -> Self {
        self.0.role = role.into();
        self
    }

    pub(crate) fn accepts(mut self, roles: &[&str]) -> Self {
        self.0.accepted_resource_roles = roles.iter().map(|role| (*role).to_owned()).collect();
        self
    }

    pub(crate) fn on_failure(mut self, on_failure: OnFailure) -> Self {
        self.0.rollout.on_failure = on_failure;
        self
    }

    pub(crate) fn readiness(mut self) -> Self {
        self.0.checks.readiness = Some(ReadinessCheck {
            name: "ready".into(),
            path: "/".into(),
            port: ProbePort::Number(80),
            tls: false,
            interval_secs: 30,
            timeout_secs: 10,
            ready_statuses: BTreeSet::from([200]),
            keep_answer: false,
        });
        self
    }

    pub(crate) fn waits_for_its_agent(mut self) -> Self {
        self.0.unreachable = UnreachableStrategy::Disabled;
        self
    }

    pub(crate) fn checked(mut self) -> Self {
        self.0.checks.health.push(HealthCheck {
            probe: Probe::Tcp { port: ProbePort::Number(80) },
            grace_period_secs: 300,
            interval_secs: 60,
            timeout_secs: 20,
            max_consecutive_failures: 3,
            delay_secs: 15,
            container: None,
        });
        self
    }
}

pub(crate) fn wanted(apps: impl IntoIterator<Item = AppBuilder>) -> Wanted {
    let apps = apps.into_iter().map(|app| (app.0.id.clone(), Arc::new(app.0))).collect();
    Wanted { apps, ..Wanted::default() }
}

pub(crate) fn commit(id: &str) -> Commit {
    Commit {
        id: CommitId::new(id),
        author: "Test <test@example.org>".into(),
        subject: "a change".into(),
        reverts: None,
        version: None,
    }
}

/// Four CPUs, 1 GiB, a hundred ports; its host name and rack are its id.
pub(crate) fn agent(id: &str) -> AgentInfo {
    AgentInfo {
        id: AgentId::new(id),
        hostname: id.into(),
        resources: Resources { cpus: Scalar::whole(4), mem: Scalar::whole(1024), disk: Scalar::whole(1024), gpus: 0 },
        ports: vec![PortRange { first: 31000, last: 31099 }],
        attributes: BTreeMap::from([("rack".to_owned(), Attribute::Text(id.into()))]),
        zone: None,
        region: None,
        reserved: BTreeMap::new(),
        images: BTreeSet::new(),
        engine: EngineState::Up { version: "test".into() },
    }
}
