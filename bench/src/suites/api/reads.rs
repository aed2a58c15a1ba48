//! G22: lists of apps and of tasks, against the same values written by `serde_json` for each request and sent by a bare
//! server; the details tell how far that is from bytes that were written before.

use super::client::{Load, Question};
use super::scene::Scene;
use crate::floor::answers::Answering;
use crate::machine;
use crate::stats::Series;
use crate::table::{Details, Findings, Measure, Row};
use anyhow::Result;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, IF_NONE_MATCH};
use std::time::Duration;

/// Apps, and tasks of each.
const SIZES: [(usize, usize); 4] = [(100, 2), (1_000, 2), (10_000, 2), (50, 1_000)];
const WINDOW: Duration = Duration::from_millis(500);
const BAR: f64 = 1.5;

const APPS: &str = "/v2/apps";
const APPS_WITH_TASKS: &str = "/v2/apps?embed=apps.tasks";
const TASKS: &str = "/v2/tasks";

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Plain,
    Gzip,
    /// By a client that has the newest answer already.
    Conditional,
}

/// What one kind of question led to, round by round.
#[derive(Default)]
struct Rounds {
    product: Vec<Load>,
    floor: Vec<Load>,
    written: Vec<Load>,
}

pub(super) async fn run(repeats: usize) -> Result<Findings> {
    let head = &[
        "GET",
        "apps",
        "tasks",
        "bytes",
        "answers per second",
        "p50, ms",
        "p99, ms",
        "written anew by the floor, p50, ms",
        "written before, p50, ms",
        "resident MiB before",
        "after",
    ];
    let mut details = Details::new("Lists of the API, 4 clients", head);
    let mut rows = Vec::new();
    for (apps, tasks_per_app) in SIZES {
        let scene = Scene::with(apps, tasks_per_app).await?;
        for (path, how) in questions(tasks_per_app) {
            let before = machine::resident_mib(scene.crowd.pid());
            let rounds = rounds(&scene.crowd.url(path), how, repeats).await?;
            let after = machine::resident_mib(scene.crowd.pid());
            let what = format!("{path}{}", how.suffix());
            details.push(rounds.cells(&what, apps, apps * tasks_per_app, (before, after)));
            rows.push(rounds.row(&format!("GET {what}, {apps} apps, {} tasks", apps * tasks_per_app)));
        }
    }
    Ok(Findings { rows, details: vec![details] })
}

/// Where apps have many tasks, these are what is asked for.
fn questions(tasks_per_app: usize) -> Vec<(&'static str, How)> {
    match tasks_per_app {
        1_000.. => vec![(TASKS, How::Plain), (TASKS, How::Gzip), (TASKS, How::Conditional)],
        _ => vec![(APPS, How::Plain), (APPS, How::Gzip), (APPS, How::Conditional), (APPS_WITH_TASKS, How::Plain)],
    }
}

/// Floor and product take turns.
async fn rounds(url: &str, how: How, repeats: usize) -> Result<Rounds> {
    let (body, tag) = Question::whole_answer(url).await?;
    let floor = Answering::start(&body, &[])?;
    let question = |url: String| Question { url, headers: how.headers(&tag) };
    let [product, anew, before] = [url.to_owned(), floor.url("/values"), floor.url("/written")].map(question);
    let mut rounds = Rounds::default();
    for _ in 0..repeats {
        rounds.written.push(before.asked_for(WINDOW).await?);
        // Who writes nothing has nothing to write anew.
        if how != How::Conditional {
            rounds.floor.push(anew.asked_for(WINDOW).await?);
        }
        rounds.product.push(product.asked_for(WINDOW).await?);
    }
    Ok(rounds)
}

impl How {
    fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ", gzip",
            Self::Conditional => ", not modified",
        }
    }

    fn headers(self, tag: &str) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).expect("a tag came as a header");
        let header = match self {
            Self::Plain => None,
            Self::Gzip => Some((ACCEPT_ENCODING, value("gzip"))),
            Self::Conditional => Some((IF_NONE_MATCH, value(tag))),
        };
        header.into_iter().collect()
    }
}

impl Rounds {
    fn row(&self, what: &str) -> Row {
        let p50 = |loads: &[Load]| loads.iter().map(|load| load.p(0.5)).collect::<Vec<_>>();
        let floor = p50(if self.floor.is_empty() { &self.written } else { &self.floor });
        let product = p50(&self.product);
        Row {
            goal: "G22",
            what: format!("{what}, p50; floor: the same values by serde_json and a bare server"),
            unit: "ms",
            measure: Measure::ratio(&product, &floor, BAR),
            floor: Series::from_iter(floor),
            product: Series::from_iter(product),
        }
    }

    fn cells(&self, what: &str, apps: usize, tasks: usize, (before, after): (f64, f64)) -> Vec<String> {
        let median = |loads: &[Load], figure: fn(&Load) -> f64| loads.iter().map(figure).collect::<Series>().median();
        let p50 = |loads: &[Load]| match loads.is_empty() {
            true => "-".to_owned(),
            false => format!("{:.2}", median(loads, |load| load.p(0.5))),
        };
        vec![
            what.to_owned(),
            apps.to_string(),
            tasks.to_string(),
            format!("{:.0}", median(&self.product, |load| load.bytes as f64)),
            format!("{:.0}", median(&self.product, Load::per_sec)),
            p50(&self.product),
            format!("{:.2}", median(&self.product, |load| load.p(0.99))),
            p50(&self.floor),
            p50(&self.written),
            format!("{before:.0}"),
            format!("{after:.0}"),
        ]
    }
}
