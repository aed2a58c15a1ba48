//! The `parameters` of an app: keys and values as `docker run --key=value` takes them. Those that would
//! take a container out of our hands (restart policies, names, published ports) are not among them.

use super::label;
use bollard::models::{ContainerCreateBody, DeviceMapping, HostConfig, HostConfigLogConfig, ResourcesUlimits};
use ship_core::model::Parameter;
use std::collections::HashMap;
use std::str::FromStr;

type Outcome = Result<(), String>;
type Setter = fn(&mut ContainerCreateBody, &str) -> Outcome;

/// Every key that is understood, in the order in which messages list them.
const SETTERS: [(&str, Setter); 43] = [
    ("add-host", |c, v| push(&mut host(c).extra_hosts, v)),
    ("cap-add", |c, v| push(&mut host(c).cap_add, v)),
    ("cap-drop", |c, v| push(&mut host(c).cap_drop, v)),
    ("cgroup-parent", |c, v| text(&mut host(c).cgroup_parent, v)),
    ("cpu-period", |c, v| number(&mut host(c).cpu_period, v)),
    ("cpu-quota", |c, v| number(&mut host(c).cpu_quota, v)),
    ("cpu-shares", |c, v| number(&mut host(c).cpu_shares, v)),
    ("cpus", |c, v| cpus(&mut host(c).nano_cpus, v)),
    ("cpuset-cpus", |c, v| text(&mut host(c).cpuset_cpus, v)),
    ("cpuset-mems", |c, v| text(&mut host(c).cpuset_mems, v)),
    ("device", |c, v| device(host(c), v)),
    ("device-cgroup-rule", |c, v| push(&mut host(c).device_cgroup_rules, v)),
    ("dns", |c, v| push(&mut host(c).dns, v)),
    ("dns-option", |c, v| push(&mut host(c).dns_options, v)),
    ("dns-search", |c, v| push(&mut host(c).dns_search, v)),
    ("domainname", |c, v| text(&mut c.domainname, v)),
    ("entrypoint", |c, v| push(&mut c.entrypoint, v)),
    ("env", |c, v| push(&mut c.env, v)),
    ("group-add", |c, v| push(&mut host(c).group_add, v)),
    ("hostname", |c, v| text(&mut c.hostname, v)),
    ("init", |c, v| number(&mut host(c).init, v)),
    ("ipc", |c, v| text(&mut host(c).ipc_mode, v)),
    ("label", own_label),
    ("log-driver", |c, v| text(&mut log(c).typ, v)),
    ("log-opt", |c, v| pair(&mut log(c).config, v)),
    ("memory-reservation", |c, v| size(&mut host(c).memory_reservation, v)),
    ("memory-swap", |c, v| size(&mut host(c).memory_swap, v)),
    ("memory-swappiness", |c, v| number(&mut host(c).memory_swappiness, v)),
    ("oom-score-adj", |c, v| number(&mut host(c).oom_score_adj, v)),
    ("pid", |c, v| text(&mut host(c).pid_mode, v)),
    ("pids-limit", |c, v| number(&mut host(c).pids_limit, v)),
    ("read-only", |c, v| number(&mut host(c).readonly_rootfs, v)),
    ("runtime", |c, v| text(&mut host(c).runtime, v)),
    ("security-opt", |c, v| push(&mut host(c).security_opt, v)),
    ("shm-size", |c, v| size(&mut host(c).shm_size, v)),
    ("stop-signal", |c, v| text(&mut c.stop_signal, v)),
    ("storage-opt", |c, v| pair(&mut host(c).storage_opt, v)),
    ("sysctl", |c, v| pair(&mut host(c).sysctls, v)),
    ("tmpfs", tmpfs),
    ("ulimit", |c, v| ulimit(host(c), v)),
    ("userns", |c, v| text(&mut host(c).userns_mode, v)),
    ("volume", |c, v| push(&mut host(c).binds, v)),
    ("workdir", |c, v| text(&mut c.working_dir, v)),
];

/// Applies them in order, so that of two with the same key the later one counts, where only one can.
pub(super) fn apply(parameters: &[Parameter], container: &mut ContainerCreateBody) -> Outcome {
    for parameter in parameters {
        let Parameter { key, value } = parameter;
        let Some((_, set)) = SETTERS.iter().find(|(known, _)| *known == parameter.name()) else {
            return Err(unknown(key));
        };
        set(container, value).map_err(|reason| format!("docker parameter `{key}={value}`: {reason}"))?;
    }
    Ok(())
}

fn unknown(key: &str) -> String {
    let known: Vec<&str> = SETTERS.iter().map(|(known, _)| *known).collect();
    format!("docker parameter `{key}` is not supported; these are: {}", known.join(", "))
}

fn host(container: &mut ContainerCreateBody) -> &mut HostConfig {
    container.host_config.get_or_insert_default()
}

fn log(container: &mut ContainerCreateBody) -> &mut HostConfigLogConfig {
    host(container).log_config.get_or_insert_default()
}

fn text(field: &mut Option<String>, value: &str) -> Outcome {
    *field = Some(value.to_owned());
    Ok(())
}

fn push(field: &mut Option<Vec<String>>, value: &str) -> Outcome {
    field.get_or_insert_default().push(value.to_owned());
    Ok(())
}

fn number<T: FromStr<Err: ToString>>(field: &mut Option<T>, value: &str) -> Outcome {
    *field = Some(value.parse().map_err(|err: T::Err| err.to_string())?);
    Ok(())
}

fn pair(field: &mut Option<HashMap<String, String>>, value: &str) -> Outcome {
    let (key, value) = value.split_once('=').ok_or("KEY=VALUE is expected")?;
    field.get_or_insert_default().insert(key.to_owned(), value.to_owned());
    Ok(())
}

/// Labels may stand without a value.
fn own_label(container: &mut ContainerCreateBody, value: &str) -> Outcome {
    if value.starts_with(label::PREFIX) {
        return Err(format!("labels that begin with `{}` are the agent's own", label::PREFIX));
    }
    let (key, value) = value.split_once('=').unwrap_or((value, ""));
    container.labels.get_or_insert_default().insert(key.to_owned(), value.to_owned());
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "float to int casts saturate; the engine checks the range")]
fn cpus(field: &mut Option<i64>, value: &str) -> Outcome {
    let cpus: f64 = value.parse().map_err(|_| "a number of CPUs such as 1.5 is expected")?;
    *field = Some((cpus * 1e9) as i64);
    Ok(())
}

/// `64m`, `1g`, `4096`, `-1` for none.
fn size(field: &mut Option<i64>, value: &str) -> Outcome {
    let lower = value.to_ascii_lowercase();
    let digits = lower.trim_end_matches('b');
    let (digits, factor) = match digits.strip_suffix(['k', 'm', 'g']) {
        Some(rest) if digits.ends_with('k') => (rest, 1 << 10),
        Some(rest) if digits.ends_with('m') => (rest, 1 << 20),
        Some(rest) => (rest, 1 << 30),
        None => (digits, 1),
    };
    let amount: i64 = digits.parse().map_err(|_| "a size such as 64m or 1g is expected")?;
    *field = Some(amount.checked_mul(factor).ok_or("the size is too large")?);
    Ok(())
}

/// `/dev/a[:/dev/b[:rwm]]`
fn device(host: &mut HostConfig, value: &str) -> Outcome {
    let mut parts = value.splitn(3, ':');
    let outside = parts.next().unwrap_or_default();
    let inside = parts.next().unwrap_or(outside);
    let mapping = DeviceMapping {
        path_on_host: Some(outside.to_owned()),
        path_in_container: Some(inside.to_owned()),
        cgroup_permissions: Some(parts.next().unwrap_or("rwm").to_owned()),
    };
    host.devices.get_or_insert_default().push(mapping);
    Ok(())
}

/// `/run[:size=64m,...]`
fn tmpfs(container: &mut ContainerCreateBody, value: &str) -> Outcome {
    let (path, options) = value.split_once(':').unwrap_or((value, ""));
    host(container).tmpfs.get_or_insert_default().insert(path.to_owned(), options.to_owned());
    Ok(())
}

/// `nofile=1024[:2048]`
fn ulimit(host: &mut HostConfig, value: &str) -> Outcome {
    let expected = "NAME=SOFT or NAME=SOFT:HARD is expected";
    let (name, limits) = value.split_once('=').ok_or(expected)?;
    let (soft, hard) = limits.split_once(':').unwrap_or((limits, limits));
    let limit = |text: &str| text.parse::<i64>().map_err(|_| expected.to_owned());
    let (soft, hard) = (Some(limit(soft)?), Some(limit(hard)?));
    host.ulimits.get_or_insert_default().push(ResourcesUlimits { name: Some(name.to_owned()), soft, hard });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(key: &str, value: &str) -> Result<ContainerCreateBody, String> {
        let mut container = ContainerCreateBody::default();
        apply(&[Parameter { key: key.to_owned(), value: value.to_owned() }], &mut container)?;
        Ok(container)
    }

    fn set_host(key: &str, value: &str) -> HostConfig {
        set(key, value).expect("accepted").host_config.expect("set")
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_known_ones() {
        let reason = set("restart", "always").expect_err("refused");
        assert!(reason.contains("`restart`") && reason.contains("add-host, cap-add"), "{reason}");
    }

    #[test]
    fn every_key_that_app_files_may_have_is_understood() {
        assert_eq!(SETTERS.map(|(key, _)| key), ship_core::model::PARAMETER_KEYS);
    }

    #[test]
    fn sizes_take_units() {
        assert_eq!(set_host("shm-size", "64m").shm_size, Some(64 << 20));
        assert_eq!(set_host("shm-size", "1Gb").shm_size, Some(1 << 30));
        assert_eq!(set_host("memory-swap", "-1").memory_swap, Some(-1));
        assert!(set("shm-size", "much").is_err());
    }

    #[test]
    fn structured_values_are_taken_apart() {
        let limits = set_host("ulimit", "nofile=1024:2048").ulimits.expect("set");
        assert_eq!((limits[0].soft, limits[0].hard), (Some(1024), Some(2048)));
        let devices = set_host("device", "/dev/fuse").devices.expect("set");
        assert_eq!(devices[0].path_in_container.as_deref(), Some("/dev/fuse"));
        assert_eq!(set_host("cpus", "1.5").nano_cpus, Some(1_500_000_000));
        assert!(set("sysctl", "net.core.somaxconn").is_err());
    }

    #[test]
    fn our_labels_cannot_be_set() {
        assert!(set("label", "ship.agent=other").is_err());
    }
}
