//! How long placements take: all of them together, and each alone.

use super::scene::Scene;
use crate::floor::placement::Placer;
use ship_core::model::AppSpec;
use ship_core::schedule::{Fleet, Link, Load};
use std::hint::black_box;
use std::time::Instant;

/// The product's scheduler, used as the cluster does.
pub(super) struct Own {
    fleet: Fleet,
    app: Option<AppSpec>,
}

impl Own {
    pub(super) fn new(scene: &Scene) -> Self {
        let mut fleet = Fleet::new(1);
        scene.agents.iter().for_each(|agent| fleet.push(agent.clone(), Link::Up, Load::none(agent)));
        Self { fleet, app: None }
    }
}

impl Placer for Own {
    fn begin(&mut self, app: &AppSpec) {
        self.fleet.begin(app, std::iter::empty());
        self.app = Some(app.clone());
    }

    fn place(&mut self) -> Option<usize> {
        let app = self.app.as_ref()?;
        let site = self.fleet.choose(app)?;
        self.fleet.take(site.slot, &site.claim(app));
        Some(site.slot.index())
    }
}

/// What one placer did with a scene.
pub(super) struct Timed {
    pub(super) asked: usize,
    pub(super) placed: usize,
    secs: f64,
}

impl Timed {
    /// Mean of one placement; of one that found nothing, too.
    pub(super) fn nanos(&self) -> f64 {
        self.secs * 1e9 / self.asked as f64
    }

    pub(super) fn per_second(&self) -> f64 {
        self.asked as f64 / self.secs
    }
}

/// Places the scene's tasks, at most so many of them.
pub(super) fn timed(placer: &mut impl Placer, scene: &Scene, at_most: usize) -> Timed {
    let (mut asked, mut placed) = (0, 0);
    let began = Instant::now();
    for app in &scene.apps {
        if asked >= at_most {
            break;
        }
        placer.begin(app);
        for _ in 0..app.instances {
            asked += 1;
            placed += usize::from(black_box(placer.place()).is_some());
        }
    }
    Timed { asked, placed, secs: began.elapsed().as_secs_f64() }
}

/// Of single placements, in nanoseconds.
pub(super) struct Singles {
    pub(super) median: f64,
    pub(super) p99: f64,
    /// Median of what beginning an app takes, which is not among the others.
    pub(super) beginning: f64,
}

/// Each alone, on the clock.
pub(super) fn singles(placer: &mut impl Placer, scene: &Scene) -> Singles {
    let (mut beginnings, mut placements) = (Vec::new(), Vec::new());
    for app in &scene.apps {
        beginnings.push(nanos(|| placer.begin(app)));
        placements.extend((0..app.instances).map(|_| nanos(|| placer.place())));
    }
    let at = |mut nanos: Vec<u128>, share: usize| {
        nanos.sort_unstable();
        nanos.get(nanos.len() * share / 100).map_or(f64::NAN, |nanos| *nanos as f64)
    };
    Singles { median: at(placements.clone(), 50), p99: at(placements, 99), beginning: at(beginnings, 50) }
}

fn nanos<T>(work: impl FnOnce() -> T) -> u128 {
    let began = Instant::now();
    black_box(work());
    began.elapsed().as_nanos()
}
