//! Apps as Marathon's clients know them: the examples of the reference (marathon-v2, sections 1.3 and 1.4), each with an
//! image, which ours must have.

use super::{Definition, VersionInfo};
use crate::manifest::{AppFile, Defaults, normalise};
use crate::model::{AppSpec, GroupId, Timestamp, Version};
use serde_json::{Value, json};

const TEN: Version = Version(Timestamp(1_577_872_800_000));

fn app(file: Value) -> AppSpec {
    let file: AppFile = serde_json::from_value(file).expect("an app file");
    normalise(&file, &GroupId::root(), &Defaults::default()).expect("a valid app")
}

fn shown(file: Value, chosen: &[u16]) -> Value {
    serde_json::to_value(Definition::of(&app(file), chosen, TEN)).expect("plain JSON")
}

/// That all of `expected` is shown so, and none of `absent` at all.
#[track_caller]
fn assert_shows(file: Value, chosen: &[u16], expected: &Value, absent: &[&str]) {
    let shown = shown(file, chosen);
    for (field, value) in expected.as_object().expect("fields") {
        assert_eq!(shown[field], *value, "{field}");
    }
    for field in absent {
        assert_eq!(shown.get(field), None, "{field}");
    }
}

#[test]
fn an_app_with_all_its_defaults() {
    let spec = app(json!({ "id": "/a", "cmd": "sleep 1", "container": { "docker": { "image": "busybox" } } }));
    let info = VersionInfo { last_scaling_at: TEN.into(), last_config_change_at: TEN.into() };
    let shown = Definition::of(&spec, &[10000], TEN).with_version_info(info);
    let expected = json!({
        "id": "/a", "cmd": "sleep 1", "backoffFactor": 1.15, "backoffSeconds": 1,
        "container": { "type": "DOCKER", "volumes": [],
            "docker": { "image": "busybox", "forcePullImage": false, "privileged": false, "parameters": [] } },
        "cpus": 1, "disk": 0, "executor": "", "gpus": 0, "instances": 1, "killSelection": "YOUNGEST_FIRST",
        "labels": {}, "maxLaunchDelaySeconds": 300, "mem": 128, "networks": [{ "mode": "host" }],
        "portDefinitions": [{ "name": "default", "port": 10000, "protocol": "tcp" }], "requirePorts": false,
        "role": "*", "unreachableStrategy": { "inactiveAfterSeconds": 0, "expungeAfterSeconds": 0 },
        "upgradeStrategy": { "minimumHealthCapacity": 1, "maximumOverCapacity": 1 },
        "version": "2020-01-01T10:00:00.000Z",
        "versionInfo": { "lastScalingAt": "2020-01-01T10:00:00.000Z", "lastConfigChangeAt": "2020-01-01T10:00:00.000Z" },
    });
    let text = serde_json::to_string(&shown).expect("plain JSON");
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), expected);
    assert!(text.starts_with(r#"{"id":"/a","cmd":"sleep 1","backoffFactor":1.15,"#), "{text}");
    assert!(!text.contains(".0,") && !text.contains(".0}"), "whole numbers have no fraction: {text}");
}

#[test]
fn an_old_bridge_with_a_health_check() {
    let file = json!({
        "id": "web", "cmd": null, "dependencies": null, "acceptedResourceRoles": null, "healthChecks": [{ "path": "/" }],
        "container": { "type": "DOCKER", "docker": { "image": "nginx", "network": "BRIDGE",
            "portMappings": [{ "containerPort": 80, "hostPort": 0 }] } },
    });
    let expected = json!({
        "id": "/web", "networks": [{ "mode": "container/bridge" }],
        "container": { "type": "DOCKER", "volumes": [],
            "docker": { "image": "nginx", "forcePullImage": false, "privileged": false, "parameters": [] },
            "portMappings": [{ "containerPort": 80, "hostPort": 0, "servicePort": 10000, "protocol": "tcp", "labels": {} }] },
        // The delay is the one that the agent keeps to; Marathon says 15 and does as ours.
        "healthChecks": [{ "protocol": "HTTP", "path": "/", "portIndex": 0, "gracePeriodSeconds": 300,
            "intervalSeconds": 60, "timeoutSeconds": 20, "maxConsecutiveFailures": 3, "delaySeconds": 5,
            "ignoreHttp1xx": false, "ipProtocol": "IPv4" }],
    });
    let absent =
        ["cmd", "args", "dependencies", "acceptedResourceRoles", "portDefinitions", "ports", "uris", "ipAddress"];
    assert_shows(file, &[10000], &expected, &absent);
}

#[test]
fn old_port_numbers() {
    let file = json!({ "id": "/x", "cmd": "run", "ports": [0, 9000], "container": { "docker": { "image": "x" } } });
    let ports = json!([{ "port": 10001, "protocol": "tcp" }, { "port": 9000, "protocol": "tcp" }]);
    assert_shows(file, &[10001], &json!({ "networks": [{ "mode": "host" }], "portDefinitions": ports }), &["ports"]);
}

#[test]
fn a_named_network_with_labels() {
    let file = json!({
        "id": "/y", "container": { "docker": { "image": "y" },
            "portMappings": [{ "containerPort": 80, "name": "http", "labels": { "VIP_0": "/y:80" } }] },
        "networks": [{ "mode": "container", "name": "dev", "labels": { "a": "b" } }],
    });
    let mappings = json!([{ "containerPort": 80, "name": "http", "servicePort": 10002, "protocol": "tcp",
        "labels": { "VIP_0": "/y:80" } }]);
    let shown = shown(file, &[10002]);
    assert_eq!(shown["networks"], json!([{ "mode": "container", "name": "dev", "labels": { "a": "b" } }]));
    assert_eq!(shown["container"]["portMappings"], mappings);
}

/// What a load balancer reads must be true: with `requirePorts` a number is the host's.
#[test]
fn a_required_port_that_is_left_open_stays_open() {
    let file = json!({
        "id": "/z", "container": { "docker": { "image": "z" } }, "requirePorts": true,
        "portDefinitions": [{ "port": 8080 }, { "port": 0, "labels": { "a": "b" } }],
    });
    let ports = json!([{ "port": 8080, "protocol": "tcp" }, { "port": 0, "protocol": "tcp", "labels": { "a": "b" } }]);
    assert_shows(file, &[0, 10003], &json!({ "requirePorts": true, "portDefinitions": ports }), &[]);
}

#[test]
fn an_app_with_data_of_its_own() {
    let file = json!({
        "id": "/db", "container": { "docker": { "image": "db" }, "volumes": [
            { "containerPath": "data", "mode": "RW", "persistent": { "size": 512 } },
            { "containerPath": "/etc/db", "hostPath": "/srv/db", "mode": "RO" },
        ] },
    });
    let volumes = json!([
        { "containerPath": "/etc/db", "hostPath": "/srv/db", "mode": "RO" },
        { "containerPath": "data", "mode": "RW", "persistent": { "type": "root", "size": 512 } },
    ]);
    let shown = shown(file, &[10000]);
    assert_eq!(shown["container"]["volumes"], volumes);
    assert_eq!(shown["unreachableStrategy"], "disabled");
    assert_eq!(shown["upgradeStrategy"], json!({ "minimumHealthCapacity": 0.5, "maximumOverCapacity": 0 }));
    let residency = json!({ "relaunchEscalationTimeoutSeconds": 3600, "taskLostBehavior": "WAIT_FOREVER" });
    assert_eq!(shown["residency"], residency);
}

#[test]
fn what_is_set_is_shown_and_ours_is_not() {
    let file = json!({
        "id": "/all", "args": ["serve", "-v"], "instances": 3, "cpus": 0.25, "mem": 64, "gpus": 1, "user": "www",
        "env": { "A": "1" }, "labels": { "ship.onFailure": "revert" }, "role": "prod",
        "acceptedResourceRoles": ["prod"], "constraints": [["hostname", "unique", ""], ["rack", "GROUP_BY", "2"]],
        "dependencies": ["db"], "taskKillGracePeriodSeconds": 9, "tty": true, "killSelection": "OLDEST_FIRST",
        "resourceLimits": { "mem": "unlimited" }, "restartedAt": "2026-01-31T12:00:00Z",
        "container": { "docker": { "image": "a", "forcePullImage": true, "privileged": true,
            "parameters": [{ "key": "hostname", "value": "h" }] } },
        "portDefinitions": [{ "port": 0, "name": "http-api" }],
        "readinessChecks": [{ "path": "/ready" }],
        "check": { "exec": { "command": { "shell": "true" } } },
        "healthChecks": [{ "protocol": "COMMAND", "command": { "value": "test -e /up" } },
                         { "protocol": "TCP", "port": 99 }],
    });
    let expected = json!({
        "args": ["serve", "-v"], "instances": 3, "cpus": 0.25, "mem": 64, "gpus": 1, "user": "www", "env": { "A": "1" },
        "labels": { "ship.onFailure": "revert" }, "role": "prod", "acceptedResourceRoles": ["prod"],
        "constraints": [["hostname", "UNIQUE"], ["rack", "GROUP_BY", "2"]], "dependencies": ["/db"],
        "taskKillGracePeriodSeconds": 9, "tty": true, "killSelection": "OLDEST_FIRST",
        "resourceLimits": { "mem": "unlimited" },
        "readinessChecks": [{ "name": "readinessCheck", "protocol": "HTTP", "path": "/ready", "portName": "http-api",
            "intervalSeconds": 30, "timeoutSeconds": 10, "httpStatusCodesForReady": [200],
            "preserveLastResponse": false }],
        "check": { "exec": { "command": { "shell": "true" } }, "intervalSeconds": 60, "timeoutSeconds": 20,
            "delaySeconds": 15 },
        "healthChecks": [
            { "protocol": "COMMAND", "command": { "value": "test -e /up" }, "gracePeriodSeconds": 300,
              "intervalSeconds": 60, "timeoutSeconds": 20, "maxConsecutiveFailures": 3, "delaySeconds": 15 },
            { "protocol": "TCP", "port": 99, "gracePeriodSeconds": 300, "intervalSeconds": 60, "timeoutSeconds": 20,
              "maxConsecutiveFailures": 3, "delaySeconds": 5, "ipProtocol": "IPv4" }],
    });
    assert_shows(file, &[10000], &expected, &["cmd", "restartedAt", "placement", "rollout", "kept", "versionInfo"]);
}
