//! G16, G20, G21: a master and thousands of simulated agents over the real protocol, in two processes of this machine.

use crate::floor::launching as floor;
use crate::machine;
use crate::product::crowd::Crowd;
use crate::product::repository::Checkout;
use crate::stats::{Series, quantile};
use crate::table::{Details, Findings, Measure, Row};
use anyhow::Result;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Agents, and apps of a thousand tasks.
const SIZES: [(usize, usize); 2] = [(1_000, 100), (5_000, 100)];
const TASKS_PER_APP: usize = 1_000;
const REST: Duration = Duration::from_secs(10);
const ASK_AGAIN: Duration = Duration::from_millis(10);
/// Ten times the rate that Nomad published for a million containers.
const MICROS_PER_TASK: f64 = 25.0;

struct Found {
    agents: usize,
    tasks: usize,
    push: f64,
    launch: f64,
    floor: f64,
    /// Shares of a core.
    rest: f64,
    resident_mib: f64,
    restart: f64,
    /// Milliseconds, sorted.
    answers: Vec<f64>,
}

/// Each size once: a run takes a minute, and its figures are counts of thousands.
pub(super) async fn run() -> Result<Findings> {
    let mut details = Details::new(
        "Launching on simulated agents",
        &[
            "agents",
            "tasks",
            "push, s",
            "running per second",
            "times the floor's time",
            "resident MiB",
            "GET /v1/info p50, ms",
            "p99, ms",
        ],
    );
    let mut rows = Vec::new();
    for (agents, apps) in SIZES {
        // One that takes too long is said to, and spoils nothing that was measured before.
        match measure(agents, apps).await {
            Ok(found) => {
                details.push(found.cells());
                rows = found.rows();
            }
            Err(err) => details.push(vec![agents.to_string(), format!("not measured: {err:#}")]),
        }
    }
    Ok(Findings { rows, details: vec![details] })
}

async fn measure(agents: usize, apps: usize) -> Result<Found> {
    let tasks = apps * TASKS_PER_APP;
    let mut crowd = Crowd::start(agents).await?;
    let checkout = Checkout::new(0)?;
    let commit = checkout.put_all((0..apps).map(|number| (format!("load-{number}"), app(number))))?;
    let push = checkout.push(crowd.repo(), &["ship.wait=none"])?;
    let (stop, stopped) = oneshot::channel();
    let (deployed, answers) = tokio::join!(
        async {
            let deployed = crowd.deployed(&commit).await;
            // The other side may have ended with an error of its own.
            let _ = stop.send(());
            deployed
        },
        ask(&crowd, stopped)
    );
    let launch = deployed?;
    let floor = floor::secs(tasks)?;
    let rest = machine::cpu_share(crowd.pid(), REST).await;
    let resident_mib = machine::resident_mib(crowd.pid());
    let restart = crowd.restarted(agents, tasks).await?;
    Ok(Found { agents, tasks, push, launch, floor, rest, resident_mib, restart, answers: answers? })
}

/// Asks the master something small again and again; how long each answer took.
async fn ask(crowd: &Crowd, mut stopped: oneshot::Receiver<()>) -> Result<Vec<f64>> {
    let mut answers = Vec::new();
    while stopped.try_recv().is_err() {
        let asked = Instant::now();
        crowd.get("/v1/info").await?;
        answers.push(asked.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(ASK_AGAIN).await;
    }
    answers.sort_by(f64::total_cmp);
    Ok(answers)
}

fn app(number: usize) -> Value {
    json!({
        "id": format!("load-{number}"), "cmd": "sleep 1", "instances": TASKS_PER_APP, "cpus": 0.05, "mem": 16,
        "container": { "type": "DOCKER", "docker": { "image": "image:1" } },
        "networks": [{ "mode": "host" }], "portDefinitions": [],
        "labels": { "ship.settlingSeconds": "0" },
    })
}

impl Found {
    fn cells(&self) -> Vec<String> {
        vec![
            self.agents.to_string(),
            self.tasks.to_string(),
            format!("{:.1}", self.push),
            format!("{:.0}", self.tasks as f64 / self.launch),
            format!("{:.1}", self.launch / self.floor),
            format!("{:.0}", self.resident_mib),
            format!("{:.1}", quantile(&self.answers, 0.5)),
            format!("{:.1}", quantile(&self.answers, 0.99)),
        ]
    }

    fn rows(&self) -> Vec<Row> {
        let size = format!("{} simulated agents, {} tasks", self.agents, self.tasks);
        let figure = |goal, what: &str, unit, floor: Option<f64>, value: f64, bar| Row {
            goal,
            what: format!("{what}, {size}"),
            unit,
            floor: floor.into_iter().collect::<Series>(),
            product: Series::from_iter([value]),
            measure: Measure::Figure { bar },
        };
        let micros = |secs: f64| secs * 1e6 / self.tasks as f64;
        vec![
            figure(
                "G16",
                "accepted, durable, delivered, acknowledged running; floor: encode, append, loopback",
                "µs a task",
                Some(micros(self.floor)),
                micros(self.launch),
                MICROS_PER_TASK,
            ),
            figure("G20", "a killed master's successor knows everything again", "s", None, self.restart, 2.0),
            figure("G21", "the master at rest", "% of a core", None, self.rest * 100.0, 25.0),
        ]
    }
}
