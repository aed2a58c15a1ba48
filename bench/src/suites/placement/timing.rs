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

/// Median and 99th percentile of single placements, in nanoseconds; an app's first one pays for the beginning.
pub(super) fn percentiles(placer: &mut impl Placer, scene: &Scene) -> (f64, f64) {
    let mut nanos = Vec::new();
    for app in &scene.apps {
        let mut began = Instant::now();
        placer.begin(app);
        for _ in 0..app.instances {
            black_box(placer.place());
            let now = Instant::now();
            nanos.push((now - began).as_nanos());
            began = now;
        }
    }
    nanos.sort_unstable();
    let at = |share: usize| nanos.get(nanos.len() * share / 100).map_or(f64::NAN, |nanos| *nanos as f64);
    (at(50), at(99))
}
