//! A task as the engine's container settings.
//!
//! `cpus` become CPU shares (1024 a cpu), as with Marathon: a guarantee under load, no ceiling. A ceiling
//! is a parameter away (`cpus`). `mem` is a hard limit, swap included.

use super::{label, parameters};
use bollard::models::{
    ContainerCreateBody, HostConfig, Mount as EngineMount, MountType, MountVolumeOptions, PortBinding, PortMap,
};
use ship_core::model::{
    AgentId, Command, Companion, Image, Mount, NetworkMode, Protocol, Resources, Scalar, TaskPort, TaskSpec, Volume,
    VolumeMode,
};
use std::collections::{BTreeMap, HashMap};

const SHARES_PER_CPU: u64 = 1024;

/// The kernel's own bounds of cpu.shares.
const SHARES_MIN: i64 = 2;
const SHARES_MAX: i64 = 262_144;

/// The engine accepts no smaller limit.
const MEM_MIN_BYTES: i64 = 6 << 20;

/// The settings of the task's container, or of a pod's first; or why there can be none.
pub(super) fn container(task: &TaskSpec, agent: &AgentId) -> Result<ContainerCreateBody, String> {
    let pod = task.pod.as_ref();
    let own = Own {
        image: &task.image,
        command: &task.command,
        env: &task.env,
        user: task.user.as_ref(),
        resources: pod.map_or(task.resources, |pod| pod.resources),
        volumes: &task.volumes,
        mounts: &task.mounts,
        tty: task.tty,
    };
    let (mut body, mut host) = own.settings(task, agent)?;
    let ports = published(task);
    host.network_mode = Some(network(&task.network));
    host.port_bindings = Some(bindings(&ports));
    host.privileged = Some(task.privileged);
    body.exposed_ports = Some(ports.iter().map(|port| port.inside.clone()).collect());
    body.host_config = Some(host);
    parameters::apply(&task.parameters, &mut body)?;
    body.labels.get_or_insert_default().extend(label::of(task, agent, pod.map(|pod| pod.container.as_str())));
    Ok(body)
}

/// The settings of another container of a pod; the `first` one has the network and all ports.
pub(super) fn companion(
    task: &TaskSpec,
    companion: &Companion,
    first: &str,
    agent: &AgentId,
) -> Result<ContainerCreateBody, String> {
    let own = Own {
        image: &companion.image,
        command: &companion.command,
        env: &companion.env,
        user: companion.user.as_ref(),
        resources: companion.resources,
        volumes: &companion.volumes,
        mounts: &companion.mounts,
        tty: companion.tty,
    };
    let (mut body, mut host) = own.settings(task, agent)?;
    host.network_mode = Some(match task.network {
        NetworkMode::Host => network(&task.network),
        NetworkMode::Bridge | NetworkMode::Named(_) => format!("container:{first}"),
    });
    body.host_config = Some(host);
    body.labels.get_or_insert_default().extend(label::of(task, agent, Some(&companion.name)));
    Ok(body)
}

/// What each container has for itself, be it a task's only one or one of a pod's.
struct Own<'a> {
    image: &'a Image,
    command: &'a Command,
    env: &'a BTreeMap<String, String>,
    user: Option<&'a String>,
    resources: Resources,
    volumes: &'a [Volume],
    mounts: &'a [Mount],
    tty: bool,
}

impl Own<'_> {
    fn settings(&self, task: &TaskSpec, agent: &AgentId) -> Result<(ContainerCreateBody, HostConfig), String> {
        let (entrypoint, cmd) = process(self.command);
        let memory = memory_bytes(self.resources.mem);
        let host = HostConfig {
            cpu_shares: Some(shares(self.resources.cpus)),
            memory,
            memory_swap: memory,
            binds: Some(self.volumes.iter().map(bind).collect::<Result<_, _>>()?),
            mounts: Some(self.mounts.iter().map(|part| mount(part, task, agent)).collect()),
            ..HostConfig::default()
        };
        let body = ContainerCreateBody {
            image: Some(self.image.name.clone()),
            entrypoint,
            cmd,
            env: Some(self.env.iter().map(|(name, value)| format!("{name}={value}")).collect()),
            user: self.user.cloned(),
            tty: Some(self.tty),
            labels: Some(HashMap::new()),
            ..ContainerCreateBody::default()
        };
        Ok((body, host))
    }
}

fn process(command: &Command) -> (Option<Vec<String>>, Option<Vec<String>>) {
    match command {
        Command::Shell(line) => (Some(vec!["/bin/sh".to_owned(), "-c".to_owned(), line.clone()]), None),
        Command::Args(args) => (None, Some(args.clone())),
        Command::Program(argv) => (Some(argv.clone()), None),
        Command::Image => (None, None),
    }
}

fn shares(cpus: Scalar) -> i64 {
    let shares = cpus.thousandths().saturating_mul(SHARES_PER_CPU) / 1000;
    i64::try_from(shares).unwrap_or(SHARES_MAX).clamp(SHARES_MIN, SHARES_MAX)
}

fn memory_bytes(mem: Scalar) -> Option<i64> {
    let bytes = mem.thousandths().saturating_mul(1 << 20) / 1000;
    (bytes > 0).then(|| i64::try_from(bytes).unwrap_or(i64::MAX).max(MEM_MIN_BYTES))
}

fn network(mode: &NetworkMode) -> String {
    match mode {
        NetworkMode::Host => "host".to_owned(),
        NetworkMode::Bridge => "bridge".to_owned(),
        NetworkMode::Named(name) => name.clone(),
    }
}

/// One port in the engine's words.
struct Published {
    /// `80/tcp`
    inside: String,
    host: Option<u16>,
}

fn published(task: &TaskSpec) -> Vec<Published> {
    match task.network {
        NetworkMode::Host => Vec::new(),
        NetworkMode::Bridge | NetworkMode::Named(_) => task.ports.iter().flat_map(by_protocol).collect(),
    }
}

fn by_protocol(port: &TaskPort) -> Vec<Published> {
    let protocols: &[&str] = match port.protocol {
        Protocol::Tcp => &["tcp"],
        Protocol::Udp => &["udp"],
        Protocol::Both => &["tcp", "udp"],
    };
    let number = match port.container {
        0 => port.host.unwrap_or_default(),
        number => number,
    };
    protocols.iter().map(|protocol| Published { inside: format!("{number}/{protocol}"), host: port.host }).collect()
}

/// Two ports of a task may lead to the same one inside.
fn bindings(ports: &[Published]) -> PortMap {
    let mut bindings = PortMap::new();
    for port in ports {
        if let Some(host) = port.host {
            let binding = PortBinding { host_ip: None, host_port: Some(host.to_string()) };
            bindings.entry(port.inside.clone()).or_default().get_or_insert_default().push(binding);
        }
    }
    bindings
}

/// A volume of the engine, made if it is missing, with labels that say whose it is.
fn mount(part: &Mount, task: &TaskSpec, agent: &AgentId) -> EngineMount {
    EngineMount {
        typ: Some(MountType::VOLUME),
        source: Some(part.name.clone()),
        target: Some(part.container_path.clone()),
        read_only: Some(part.mode == VolumeMode::ReadOnly),
        volume_options: Some(MountVolumeOptions {
            labels: Some(label::of_volume(&task.app, agent).into()),
            ..MountVolumeOptions::default()
        }),
        ..EngineMount::default()
    }
}

fn bind(volume: &Volume) -> Result<String, String> {
    let Volume { container_path, host_path, mode } = volume;
    if !host_path.starts_with('/') {
        return Err(format!("volume `{container_path}`: the host path `{host_path}` must be absolute"));
    }
    if host_path.contains(':') || container_path.contains(':') {
        return Err(format!("volume `{container_path}`: the engine accepts no `:` in paths"));
    }
    let mode = match mode {
        VolumeMode::ReadOnly => "ro",
        VolumeMode::ReadWrite => "rw",
    };
    Ok(format!("{host_path}:{container_path}:{mode}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::tests::task;
    use ship_core::model::Parameter;

    fn made(task: &TaskSpec) -> ContainerCreateBody {
        container(task, &AgentId::new("me")).expect("valid")
    }

    fn host(task: &TaskSpec) -> HostConfig {
        made(task).host_config.expect("always set")
    }

    #[test]
    fn a_command_line_replaces_the_entrypoint_and_arguments_keep_it() {
        let mut spec = task("t");
        spec.command = Command::Shell("sleep 1".to_owned());
        let body = made(&spec);
        assert_eq!(body.entrypoint, Some(vec!["/bin/sh".into(), "-c".into(), "sleep 1".into()]));
        assert_eq!(body.cmd, None);

        spec.command = Command::Args(vec!["--help".to_owned()]);
        let body = made(&spec);
        assert_eq!((body.entrypoint, body.cmd), (None, Some(vec!["--help".to_owned()])));
    }

    #[test]
    fn cpus_are_shares_and_mem_is_a_hard_limit() {
        let mut spec = task("t");
        spec.resources.cpus = Scalar::from_f64(0.5);
        spec.resources.mem = Scalar::whole(20);
        let limits = host(&spec);
        assert_eq!(limits.cpu_shares, Some(512));
        assert_eq!((limits.memory, limits.memory_swap), (Some(20 << 20), Some(20 << 20)));

        spec.resources.cpus = Scalar::ZERO;
        spec.resources.mem = Scalar::whole(1);
        let limits = host(&spec);
        assert_eq!((limits.cpu_shares, limits.memory), (Some(2), Some(6 << 20)));
    }

    #[test]
    fn ports_are_published_except_on_the_hosts_own_network() {
        let mut spec = task("t");
        spec.ports = vec![
            TaskPort { container: 80, host: Some(31000), protocol: Protocol::Both },
            TaskPort { container: 0, host: Some(31001), protocol: Protocol::Tcp },
            TaskPort { container: 9000, host: None, protocol: Protocol::Tcp },
        ];
        let bound = host(&spec).port_bindings.expect("always set");
        let mut inside: Vec<_> = bound.keys().cloned().collect();
        inside.sort();
        assert_eq!(inside, ["31001/tcp", "80/tcp", "80/udp"]);

        spec.network = NetworkMode::Host;
        assert_eq!(host(&spec).port_bindings, Some(PortMap::new()));
    }

    #[test]
    fn volumes_must_be_real_paths() {
        let mut spec = task("t");
        let volume = |host_path: &str| Volume {
            container_path: "/data".to_owned(),
            host_path: host_path.to_owned(),
            mode: VolumeMode::ReadOnly,
        };
        spec.volumes = vec![volume("/srv")];
        assert_eq!(host(&spec).binds, Some(vec!["/srv:/data:ro".to_owned()]));
        for bad in ["srv", "/a:b"] {
            spec.volumes = vec![volume(bad)];
            assert!(container(&spec, &AgentId::new("me")).is_err());
        }
    }

    #[test]
    fn our_labels_are_complete_and_resume_the_task_without_its_secrets() {
        let mut spec = task("t");
        spec.env.insert("PASSWORD".to_owned(), "hunter2".to_owned());
        spec.parameters = vec![Parameter { key: "label".to_owned(), value: "a=b".to_owned() }];
        let labels = made(&spec).labels.expect("always set");
        assert_eq!(labels.get("a").map(String::as_str), Some("b"));
        assert!(label::is_of(&labels, &AgentId::new("me")));
        assert!(labels.values().all(|value| !value.contains("hunter2")));
        let resumed = label::spec(&labels).expect("readable");
        assert_eq!((&resumed.id, &resumed.digest), (&spec.id, &spec.digest));
    }
}
