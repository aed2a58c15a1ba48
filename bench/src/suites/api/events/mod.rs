//! G23, G24: a deployment of a thousand tasks without and with a thousand readers of its events, and with clients that
//! read lists besides. Every reader must get every event, and the scheduler must not notice.

mod ear;
mod readers;

use super::client::Question;
use super::scene::Scene;
use crate::floor::answers::Answering;
use crate::machine;
use crate::stats::{Series, quantile};
use crate::table::{Details, Findings, Measure, Row};
use anyhow::{Result, bail};
use futures_util::future::try_join_all;
use readers::{Heard, Readers};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const READERS: usize = 1_000;
const LIST_CLIENTS: usize = 2;
const LIST: &str = "/v2/apps";
const APPS: usize = 1_000;
const TASKS: usize = 1_000;
/// How much longer a deployment may take with everybody reading.
const SLOWER_BAR: f64 = 1.1;
const SPREAD_BAR: f64 = 1.5;
const KIB_PER_READER_BAR: f64 = 64.0;
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(30);

/// What goes on beside a deployment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    Readers,
    ReadersAndLists,
}

/// One deployment.
struct Run {
    secs: f64,
    heard: Option<Heard>,
    kib_per_reader: f64,
    /// Milliseconds of each list, sorted.
    lists: Vec<f64>,
}

#[derive(Default)]
struct Rounds {
    alone: Vec<Run>,
    readers: Vec<Run>,
    lists: Vec<Run>,
    /// Seconds in which a bare server tells as many readers the same.
    floor: Vec<f64>,
}

pub(super) async fn run(repeats: usize) -> Result<Findings> {
    let scene = Scene::with(APPS, 2).await?;
    let mut rounds = Rounds::default();
    for round in 0..=repeats {
        let deploy = async |beside| deployed(&scene, round, beside).await;
        let (alone, readers) = (deploy(Beside::Nothing).await?, deploy(Beside::Readers).await?);
        let lists = deploy(Beside::ReadersAndLists).await?;
        // The first round warms caches and allocators.
        if round > 0 {
            rounds.floor.push(told_by_floor(readers.heard.as_ref()).await?);
            rounds.alone.push(alone);
            rounds.readers.push(readers);
            rounds.lists.push(lists);
        }
    }
    Ok(Findings { rows: rounds.rows(), details: vec![rounds.details()] })
}

async fn deployed(scene: &Scene, round: usize, beside: Beside) -> Result<Run> {
    let app = format!("more/{}-{round}", beside.word());
    quiet(scene.crowd.pid()).await?;
    if beside == Beside::Nothing {
        let secs = scene.one_more(&app, TASKS).await?;
        return Ok(Run { secs, heard: None, kib_per_reader: f64::NAN, lists: Vec::new() });
    }
    let before = machine::resident_mib(scene.crowd.pid());
    let readers = Readers::attach(&scene.crowd.url("/v2/events"), READERS).await?;
    let kib_per_reader = (machine::resident_mib(scene.crowd.pid()) - before) * 1024.0 / READERS as f64;
    let ended = AtomicBool::new(false);
    let deploying = async {
        let secs = scene.one_more(&app, TASKS).await;
        ended.store(true, Ordering::Relaxed);
        secs
    };
    let clients = if beside == Beside::ReadersAndLists { LIST_CLIENTS } else { 0 };
    let list = Question { url: scene.crowd.url(LIST), headers: Default::default() };
    let http = reqwest::Client::new();
    let listing = try_join_all((0..clients).map(|_| list.again_while(&http, || !ended.load(Ordering::Relaxed))));
    let (secs, lists) = tokio::join!(deploying, listing);
    let secs = secs?;
    let heard = readers.heard().await?;
    heard.check_all_heard_of(TASKS)?;
    let mut lists: Vec<f64> = lists?.into_iter().flat_map(|(millis, _)| millis).collect();
    lists.sort_by(f64::total_cmp);
    Ok(Run { secs, heard: Some(heard), kib_per_reader, lists })
}

/// Until a deployment before and its readers are over and done with.
async fn quiet(pid: u32) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while machine::cpu_share(pid, LOOK_AGAIN).await > 0.3 {
        if Instant::now() > end {
            bail!("the master does not come to rest within {} s", PATIENCE.as_secs());
        }
    }
    Ok(())
}

/// The events that readers of the master got, told at once to as many.
async fn told_by_floor(heard: Option<&Heard>) -> Result<f64> {
    let events = heard.map_or(&[][..], |heard| &heard.text);
    let floor = Answering::start(b"null", events)?;
    let readers = Readers::attach(&floor.url("/events"), READERS).await?;
    let release = reqwest::Client::new().post(floor.url("/release"));
    release.send().await?.error_for_status()?;
    Ok(readers.heard().await?.secs)
}

impl Beside {
    fn word(self) -> &'static str {
        match self {
            Self::Nothing => "alone",
            Self::Readers => "read",
            Self::ReadersAndLists => "listed",
        }
    }
}

impl Rounds {
    fn rows(&self) -> Vec<Row> {
        let secs = |runs: &[Run]| runs.iter().map(|run| run.secs).collect::<Vec<_>>();
        let spread: Vec<f64> = self.readers.iter().filter_map(|run| Some(run.heard.as_ref()?.secs)).collect();
        let ratio = |goal, what: String, floor: &[f64], product: &[f64], bar| Row {
            goal,
            what,
            unit: "s",
            measure: Measure::ratio(product, floor, bar),
            floor: floor.iter().copied().collect(),
            product: product.iter().copied().collect(),
        };
        let alone = secs(&self.alone);
        let deployment = format!("deployment of {TASKS} tasks beside {APPS} apps");
        let slower = |beside: &str, runs| {
            ratio("G23", format!("{deployment}, {beside}; floor: without"), &alone, &secs(runs), SLOWER_BAR)
        };
        vec![
            slower(&format!("{READERS} event readers"), &self.readers),
            slower(&format!("{READERS} event readers and {LIST_CLIENTS} clients of {LIST}"), &self.lists),
            ratio(
                "G24",
                format!("its events, from the first to the last of {READERS} readers having all; floor: sent at once"),
                &self.floor,
                &spread,
                SPREAD_BAR,
            ),
            Row {
                goal: "G24",
                what: format!("resident memory of the master for each of {READERS} event readers"),
                unit: "KiB",
                floor: Series::default(),
                product: self.readers.iter().map(|run| run.kib_per_reader).collect(),
                measure: Measure::Figure { bar: KIB_PER_READER_BAR },
            },
        ]
    }

    fn details(&self) -> Details {
        let head = &[
            "deployment of 1,000 tasks",
            "seconds",
            "events for each reader",
            "delay p50, ms",
            "p99, ms",
            "all told within, s",
            "KiB a reader",
            "lists answered per second",
            "p50, ms",
            "p99, ms",
        ];
        let mut details = Details::new("Readers of the API beside a deployment", head);
        let runs = [
            ("alone", &self.alone),
            ("1,000 event readers", &self.readers),
            ("1,000 event readers, 2 clients of a list of 1,000 apps", &self.lists),
        ];
        for (beside, runs) in runs {
            details.push(cells(beside, runs));
        }
        details
    }
}

/// Medians of the rounds.
fn cells(beside: &str, runs: &[Run]) -> Vec<String> {
    let median = |digits: usize, figure: &dyn Fn(&Run) -> Option<f64>| match runs
        .iter()
        .filter_map(figure)
        .collect::<Series>()
        .median()
    {
        none if none.is_nan() => "-".to_owned(),
        median => format!("{median:.digits$}"),
    };
    let delay = |share| move |run: &Run| Some(run.heard.as_ref()?.delays.quantile(share));
    let list = |share| move |run: &Run| Some(quantile(&run.lists, share));
    vec![
        beside.to_owned(),
        median(3, &|run| Some(run.secs)),
        median(0, &|run| Some(run.heard.as_ref()?.events as f64)),
        median(0, &delay(0.5)),
        median(0, &delay(0.99)),
        median(2, &|run| Some(run.heard.as_ref()?.secs)),
        median(1, &|run| Some(run.kib_per_reader)),
        median(0, &|run| (!run.lists.is_empty()).then_some(run.lists.len() as f64 / run.secs)),
        median(1, &list(0.5)),
        median(1, &list(0.99)),
    ]
}
