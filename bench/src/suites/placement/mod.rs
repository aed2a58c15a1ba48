//! G13 to G15: the scheduler alone, beside a plain scan and the fastest index that is known here.

mod memory;
mod scene;
mod timing;

pub(crate) use memory::{State, bytes_per_task};

use crate::floor::placement::{Columns, Indexed, Naive};
use crate::stats::Series;
use crate::table::{Details, Findings, Measure, Row};
use anyhow::Result;
use scene::{Mix, Scene};
use timing::{Own, Singles, Timed, singles, timed};

/// Agents, and tasks for them.
const SIZES: [(usize, usize); 3] = [(100, 1_000), (1_000, 10_000), (10_000, 100_000)];
const LARGE: (usize, usize) = (10_000, 100_000);
const LARGEST: (usize, usize) = (10_000, 1_000_000);
/// A plain scan of many agents is slow: so many tasks are enough to know how slow.
const NAIVE_TASKS: usize = 500;
const COLUMNS_TASKS: usize = 20_000;

pub(super) fn run(repeats: usize) -> Result<Findings> {
    let rows = vec![
        against_index("G13", Mix::Mixed, repeats, 4.0)?,
        against_naive(repeats)?,
        against_index("G14", Mix::OverFull, repeats, 1.0 / 0.3)?,
        against_index("G14", Mix::Spread, repeats, 1.0 / 0.3)?,
        tail(repeats)?,
        memory::row()?,
    ];
    let mut details = Details::new(
        "Placement, by mix",
        &[
            "mix",
            "agents",
            "tasks",
            "placed",
            "per second",
            "median, µs",
            "p99, µs",
            "app begun, µs",
            "plain scan/s",
            "times the scan",
        ],
    );
    for mix in Mix::ALL {
        for (agents, tasks) in SIZES {
            details.push(line(mix, agents, tasks)?);
        }
    }
    details.push(line(Mix::Mixed, LARGEST.0, LARGEST.1)?);
    Ok(Findings { rows, details: vec![details, growth()?, memory::details()?] })
}

fn large(mix: Mix) -> Result<Scene> {
    Scene::new(mix, LARGE.0, LARGE.1)
}

/// Against the better of the two fast floors.
fn against_index(goal: &'static str, mix: Mix, repeats: usize, bar: f64) -> Result<Row> {
    let scene = large(mix)?;
    let (mut own, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..repeats {
        let indexed = timed(&mut Indexed::new(&scene.agents), &scene, usize::MAX).nanos();
        let columns = timed(&mut Columns::new(&scene.agents), &scene, COLUMNS_TASKS).nanos();
        floor.push(indexed.min(columns));
        own.push(timed(&mut Own::new(&scene), &scene, usize::MAX).nanos());
    }
    Ok(Row {
        goal,
        what: format!("one placement of {} on {} agents, {}, against index and columns", LARGE.1, LARGE.0, mix.name()),
        unit: "ns",
        measure: Measure::ratio(&own, &floor, bar),
        floor: Series::from_iter(floor),
        product: Series::from_iter(own),
    })
}

fn against_naive(repeats: usize) -> Result<Row> {
    let scene = large(Mix::Mixed)?;
    let (mut own, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..repeats {
        floor.push(naive(&scene).nanos());
        own.push(timed(&mut Own::new(&scene), &scene, usize::MAX).nanos());
    }
    Ok(Row {
        goal: "G13",
        what: format!("one placement on {} agents, {}, against a plain scan", LARGE.0, Mix::Mixed.name()),
        unit: "ns",
        measure: Measure::ratio(&own, &floor, 0.01),
        floor: Series::from_iter(floor),
        product: Series::from_iter(own),
    })
}

fn tail(repeats: usize) -> Result<Row> {
    let scene = large(Mix::Mixed)?;
    let rounds: Vec<Singles> = (0..repeats).map(|_| singles(&mut Own::new(&scene), &scene)).collect();
    let (median, p99): (Vec<f64>, Vec<f64>) = rounds.iter().map(|round| (round.median, round.p99)).unzip();
    Ok(Row {
        goal: "G15",
        what: "p99 of one placement (beginning an app apart), against its median".to_owned(),
        unit: "ns",
        measure: Measure::ratio(&p99, &median, 10.0),
        floor: Series::from_iter(median),
        product: Series::from_iter(p99),
    })
}

fn naive(scene: &Scene) -> Timed {
    timed(&mut Naive::new(&scene.agents), scene, NAIVE_TASKS)
}

fn line(mix: Mix, agents: usize, tasks: usize) -> Result<Vec<String>> {
    let scene = Scene::new(mix, agents, tasks)?;
    let own = timed(&mut Own::new(&scene), &scene, usize::MAX);
    let single = singles(&mut Own::new(&scene), &scene);
    let naive = naive(&scene).per_second();
    Ok(vec![
        mix.name().to_owned(),
        agents.to_string(),
        tasks.to_string(),
        own.placed.to_string(),
        format!("{:.0}", own.per_second()),
        format!("{:.2}", single.median / 1000.0),
        format!("{:.2}", single.p99 / 1000.0),
        format!("{:.1}", single.beginning / 1000.0),
        format!("{naive:.0}"),
        format!("{:.0}", own.per_second() / naive),
    ])
}

/// What one placement costs more when there are a hundred times the agents.
fn growth() -> Result<Details> {
    let mut details = Details::new(
        "Cost of one placement, from 100 to 10,000 agents",
        &["mix", "shipctl, times", "plain scan, times"],
    );
    for mix in Mix::ALL {
        let (small, large) = (Scene::new(mix, SIZES[0].0, SIZES[0].1)?, large(mix)?);
        let own = |scene: &Scene| timed(&mut Own::new(scene), scene, usize::MAX).nanos();
        details.push(vec![
            mix.name().to_owned(),
            format!("{:.1}", own(&large) / own(&small)),
            format!("{:.0}", naive(&large).nanos() / naive(&small).nanos()),
        ]);
    }
    Ok(details)
}
