//! An app for the daemon's tests.

use serde_json::json;
use ship_core::model::AppSpec;

/// Without ports and health checks, so that it is ready soon after it runs.
pub(crate) fn sample_app(id: &str, instances: u32) -> AppSpec {
    serde_json::from_value(json!({
        "id": id, "instances": instances,
        "run": {
            "image": { "name": "nginx", "force_pull": false }, "command": "image", "env": {}, "user": null,
            "resources": { "cpus": 0.1, "mem": 32, "disk": 0, "gpus": 0 }, "network": "bridge", "ports": [],
            "require_ports": false, "volumes": [], "privileged": false, "parameters": [], "tty": false,
        },
        "constraints": [], "dependencies": [], "labels": {}, "checks": { "health": [], "readiness": null, "inform": null },
        "rollout": { "deadline_secs": 300, "settling_secs": 1, "on_failure": "hold" }, "restarted_at": null,
        "upgrade": { "minimum_health_capacity": 1.0, "maximum_over_capacity": 1.0 },
        "backoff": { "initial_secs": 1.0, "factor": 1.15, "max_secs": 300.0 },
        "kill_selection": "YOUNGEST_FIRST", "kill_grace_secs": null, "unreachable": "disabled",
        "accepted_resource_roles": [], "kept": {},
    }))
    .expect("the form that the core writes")
}
