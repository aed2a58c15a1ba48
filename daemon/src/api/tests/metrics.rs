//! `/metrics` over real HTTP: what is counted, under which names, in a form that Prometheus reads.

use super::{Server, server};
use reqwest::Method;

impl Server {
    async fn metrics(&self) -> String {
        self.get("/metrics").await.text().await.unwrap()
    }
}

fn value(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[tokio::test]
async fn every_line_is_one_that_prometheus_reads() {
    let server = server().await;
    server.wanting_one_app().await;
    let text = server.metrics().await;
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["#", "TYPE", _, kind] => assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}"),
            ["#", "HELP", ..] | ["#", "EOF"] => {}
            [name, value] => {
                assert!(name.starts_with("ship_"), "{line}");
                assert!(value.parse::<f64>().is_ok(), "{line}");
            }
            _ => panic!("{line}"),
        }
    }
}

#[tokio::test]
async fn what_happens_is_counted() {
    let server = server().await;
    let before = server.metrics().await;
    assert_eq!(value(&before, "ship_deployments_total"), Some(0.0));
    let _stream = server.get("/v2/events").await;
    server.wanting_one_app().await;
    while server.events.told() < 2 {
        tokio::task::yield_now().await;
    }
    let text = server.metrics().await;
    assert_eq!(value(&text, "ship_apps"), Some(1.0));
    assert_eq!(value(&text, "ship_deployments_total"), Some(1.0));
    assert_eq!(value(&text, "ship_deployments_active"), Some(1.0));
    assert_eq!(value(&text, "ship_event_readers"), Some(1.0));
    assert!(value(&text, "ship_events_total") >= Some(1.0) && value(&text, "ship_marathon_events_total") >= Some(2.0));
    assert!(value(&text, "ship_uptime_seconds") > Some(0.0));
}

#[tokio::test]
async fn requests_are_counted_by_route_and_not_by_path() {
    let server = server().await;
    for path in ["/v2/apps/a", "/v2/apps/b/c", "/no/such/path", "/nor/this"] {
        assert_eq!(server.get(path).await.status(), 404);
    }
    server.send(Method::from_bytes(b"BREW").unwrap(), "/ping", "text/plain", "").await;
    let text = server.metrics().await;
    let counted = |method, route, status| {
        let labels = format!("{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}");
        value(&text, &format!("ship_http_requests_total{labels}"))
    };
    assert_eq!(counted("GET", "/v2/apps/{*rest}", 404), Some(2.0), "{text}");
    assert_eq!(counted("GET", "none", 404), Some(2.0));
    assert_eq!(counted("other", "/ping", 405), Some(1.0));
    assert_eq!(value(&text, "ship_http_request_duration_seconds_count{route=\"none\"}"), Some(2.0));
}

#[tokio::test]
async fn who_reads_the_newer_form_gets_its_name() {
    let server = server().await;
    let request = reqwest::Client::new().get(format!("{}/metrics", server.url));
    let accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    let answer = request.header("accept", accept).send().await.unwrap();
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    assert!(answer.text().await.unwrap().ends_with("# EOF\n"));
}
