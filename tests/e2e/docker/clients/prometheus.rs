//! Prometheus: finds the tasks of the apps that want it, through `marathon_sd_configs`, and scrapes them and shipd.

use super::cluster;
use crate::support::{Cluster, Running, client, json};
use serde_json::{Value, json};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// Between two questions to Prometheus, which tells nobody when a scrape is done.
const PACE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
#[expect(clippy::print_stdout, reason = "what Prometheus says is what one wants to see of this test")]
fn it_finds_the_tasks_of_labelled_apps_and_scrapes_them() {
    let cluster = cluster();
    let checkout = cluster.checkout("dev");
    checkout.write("apps/shop/counted.json", &measured("/shop/counted", &json!({ "metrics.path": "/metrics.txt" })));
    checkout.write("apps/shop/silent.json", &measured("/shop/silent", &json!({})));
    checkout.commit("Add what is measured");
    checkout.push().ok();

    let prometheus = Prometheus::start(&cluster);
    let query = "sum(greetings_total{job=\"apps\"})";
    let counted = prometheus.values(query, |values| values == ["14"]);
    println!("{query}: {counted:?}");
    let targets = prometheus.targets("apps");
    assert_eq!(targets.len(), 2, "both tasks of one app, none of the other: {targets:?}");
    let ports = cluster.running("/shop/counted").into_iter().map(|container| container.ports[0]);
    for port in ports {
        let address = format!("127.0.0.1:{port}");
        let target = targets.iter().find(|target| target["discoveredLabels"]["__address__"] == *address);
        let target = target.unwrap_or_else(|| panic!("no target {address} among {targets:?}"));
        assert_eq!(target["health"], "up", "{target}");
        assert_labels(&target["discoveredLabels"]);
        println!("{}: {}", target["scrapeUrl"], target["health"]);
        println!("{:#}", target["discoveredLabels"]);
    }
    prometheus.values("ship_tasks{job=\"shipd\",state=\"running\"}", |values| values == ["4"]);
}

fn assert_labels(labels: &Value) {
    let expected = json!({
        "__meta_marathon_app": "/shop/counted",
        "__meta_marathon_app_label_metrics_path": "/metrics.txt",
        "__meta_marathon_image": "busybox",
        "__meta_marathon_port_index": "0",
        "__meta_marathon_port_mapping_label_of": "the port",
    });
    for (label, value) in expected.as_object().expect("labels are an object") {
        assert_eq!(&labels[label], value, "{label} in {labels}");
    }
    let task = labels["__meta_marathon_task"].as_str().expect("a target has a task");
    assert!(task.starts_with("shop_counted."), "{task}");
}

/// Two tasks that serve a counter which stands at 7.
fn measured(id: &str, labels: &Value) -> String {
    let app = json!({
        "id": id,
        "cmd": "mkdir /srv; echo 'greetings_total 7' > /srv/metrics.txt; trap exit TERM; httpd -f -p 8080 -h /srv & wait",
        "container": {
            "type": "DOCKER",
            "docker": { "image": "busybox" },
            "portMappings": [{ "containerPort": 8080, "hostPort": 0, "labels": { "of": "the port" } }]
        },
        "networks": [{ "mode": "container/bridge" }],
        "labels": labels,
        "instances": 2,
        "cpus": 0.01,
        "mem": 8
    });
    serde_json::to_string_pretty(&app).expect("a value can be printed")
}

/// A Prometheus of the test's own, with what it needs to know about one cluster. Ended when dropped.
struct Prometheus {
    address: String,
    _program: Running,
}

impl Prometheus {
    fn start(cluster: &Cluster) -> Prometheus {
        let folder = cluster.folder("prometheus");
        let config = folder.join("prometheus.yml");
        fs::write(&config, settings(cluster.master.ready("http"))).expect("settings can be written");
        let mut program = client("prometheus");
        program.arg(format!("--config.file={}", config.display()));
        program.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
        program.arg("--web.listen-address=127.0.0.1:0");
        let mut program = Running::start(&mut program);
        let listening = program.line(&["\"Listening on\"", "address="]);
        let (_, address) = listening.rsplit_once("address=").expect("the line was asked for");
        program.line(&["Server is ready"]);
        Prometheus { address: address.to_owned(), _program: program }
    }

    /// Waits until the values of a query are as wanted.
    fn values(&self, query: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.ask(&format!("/api/v1/query?query={}", encoded(query)));
            let results = answer["data"]["result"].as_array().into_iter().flatten();
            let values: Vec<String> = results.filter_map(|one| one["value"][1].as_str().map(str::to_owned)).collect();
            if wanted(&values) {
                return values;
            }
            let targets = || self.ask("/api/v1/targets");
            assert!(Instant::now() < deadline, "{query} is {values:?}; its targets: {:#}", targets());
            thread::sleep(PACE);
        }
    }

    /// The targets of a job.
    fn targets(&self, job: &str) -> Vec<Value> {
        let answer = self.ask("/api/v1/targets?state=active");
        let targets = answer["data"]["activeTargets"].as_array().expect("Prometheus lists its targets").clone();
        targets.into_iter().filter(|target| target["scrapePool"] == job).collect()
    }

    fn ask(&self, path: &str) -> Value {
        json(&self.address, path)
    }
}

fn settings(cluster: &str) -> String {
    let address = cluster.trim_start_matches("http://").trim_end_matches('/');
    format!(
        r#"
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: apps
    marathon_sd_configs:
      - servers: ["http://{address}"]
        refresh_interval: 1s
    relabel_configs:
      - source_labels: [__meta_marathon_app_label_metrics_path]
        regex: (.+)
        action: keep
      - source_labels: [__meta_marathon_app_label_metrics_path]
        target_label: __metrics_path__
  - job_name: shipd
    static_configs:
      - targets: ["{address}"]
"#
    )
}

/// As a value in a query string.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}
