//! Rows of what Marathon says of itself (marathon-v2, sections 8.1, 8.6 and 8.7).

use super::row::{Row, delete, get, post};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    [ping(), server(), logging(), gone()].into_iter().flatten().collect()
}

fn ping() -> Vec<Row> {
    vec![
        get("the beginning", "/")
            .claim("it leads to the page about the API", |answer| answer.text.contains("/v2/apps")),
        get("ping", "/ping").text("pong").header("content-type", Some("text/plain; charset=utf-8")),
        get("ping as a browser asks", "/ping").with("accept", "text/html, */*;q=0.8").text("pong"),
        get("ping in JSON", "/ping").with("accept", "application/json").text("\"pong\""),
        get("ping in neither", "/ping").with("accept", "image/png").status(204).text(""),
    ]
}

fn server() -> Vec<Row> {
    vec![
        get("info", "/v2/info")
            .says("/name", "marathon")
            .says("/elected", true)
            .says("/zookeeper_config", json!({}))
            .says("/marathon_config/local_port_min", 10000)
            .has("/version")
            .has("/frameworkId")
            .claim("the leader and its port are those that were asked", |answer| {
                let port = answer.json["http_config"]["http_port"].to_string();
                answer.json["leader"].as_str() == Some(&format!("127.0.0.1:{port}"))
            })
            .header("x-frame-options", Some("DENY")),
        get("leader", "/v2/leader").claim("it is who was asked", |answer| {
            answer.json["leader"].as_str().is_some_and(|leader| leader.starts_with("127.0.0.1:"))
        }),
        delete("abdication", "/v2/leader").text(r#"{"message":"Leadership abdicated"}"#),
        get("a leader again", "/v2/leader").has("/leader"),
        get("plugins", "/v2/plugins").text(r#"{"plugins":[]}"#),
        get("a plugin", "/v2/plugins/auth/users").status(404).has("/message"),
        get("events as something else", "/v2/events").with("accept", "application/json").status(406).has("/message"),
        get("metrics for Prometheus", "/metrics").claim("they are text", |answer| {
            answer.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/plain"))
                && answer.text.contains("\n# TYPE ship_apps gauge\nship_apps 4\n")
        }),
        get("metrics for Prometheus, by path", "/metrics/prometheus")
            .claim("they are text", |answer| answer.text.starts_with("# HELP ")),
        get("metrics as Marathon has them", "/metrics")
            .with("accept", "application/json")
            .says("/gauges/marathon.apps.active.gauge/value", 4)
            .says("/gauges/marathon.instances.running.gauge/value", 3)
            .has("/counters/marathon.tasks.launched.counter/count")
            .has("/histograms")
            .has("/meters")
            .has("/timers"),
    ]
}

/// The log of a test cannot be changed, so what would be is refused as late as it can be.
fn logging() -> Vec<Row> {
    let set = |name, body: serde_json::Value| post(name, "/logging").sends(body);
    vec![
        get("loggers", "/logging").has("/loggers"),
        set("a logger is set", json!({ "logger": "shipd", "level": "DEBUG", "durationSeconds": 60 })).status(503),
        set("a level that is none", json!({ "logger": "shipd", "level": "loud" }))
            .status(422)
            .says("/message", "Object is not valid")
            .says("/details/0/path", "/level"),
        set("all is wrong", json!({ "durationSeconds": -1 })).status(422).lists(
            "/details",
            "path",
            ["/logger", "/level", "/durationSeconds"],
        ),
        set("a logger that is none", json!({ "logger": "a,b", "level": "info" }))
            .status(422)
            .says("/details/0/path", "/logger"),
        post("no JSON", "/logging").sends("{").status(400),
        delete("logging does not go", "/logging").status(405),
    ]
}

fn gone() -> Vec<Row> {
    ["/v2/artifacts", "/v2/schemas/app", "/v2/eventSubscriptions"]
        .map(|path| get("removed from Marathon, too", path).status(404).has("/message").header("expires", Some("0")))
        .into()
}
