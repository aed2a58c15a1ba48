//! App files of the tests, as text.

use serde_json::{Value, json};

/// An app file whose fields a test may change before it is written.
pub(super) struct App(Value);

/// Does nothing, and ends at once when asked to.
pub(super) fn idler(id: &str, instances: u32) -> App {
    App(json!({
        "id": id,
        "cmd": "trap exit TERM; sleep 3600 & wait",
        "container": { "type": "DOCKER", "docker": { "image": "busybox" } },
        "networks": [{ "mode": "host" }],
        "portDefinitions": [],
        "instances": instances,
        "cpus": 0.01,
        "mem": 8
    }))
}

/// Answers over HTTP on an allotted port, with the text of its variable `GREETING`. Healthy once it does.
pub(super) fn greeter(id: &str, instances: u32, greeting: &str) -> App {
    App(json!({
        "id": id,
        "cmd": "mkdir /srv; echo $GREETING > /srv/index.html; trap exit TERM; httpd -f -p 8080 -h /srv & wait",
        "container": {
            "type": "DOCKER",
            "docker": { "image": "busybox" },
            "portMappings": [{ "containerPort": 8080, "hostPort": 0 }]
        },
        "networks": [{ "mode": "container/bridge" }],
        "env": { "GREETING": greeting },
        "healthChecks": [{
            "protocol": "HTTP", "path": "/", "portIndex": 0,
            "gracePeriodSeconds": 30, "intervalSeconds": 1, "timeoutSeconds": 1, "delaySeconds": 0
        }],
        "instances": instances,
        "cpus": 0.01,
        "mem": 8
    }))
}

impl App {
    pub(super) fn with(mut self, field: &str, value: Value) -> App {
        self.0[field] = value;
        self
    }

    pub(super) fn image(mut self, image: &str) -> App {
        self.0["container"]["docker"]["image"] = image.into();
        self
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string_pretty(&self.0).expect("a value can be printed") + "\n"
    }
}
