//! What a plan should say of service ports before it is carried out.

use super::{is_open, spoken_for};
use crate::cluster::Cluster;
use crate::model::{AppId, AppSpec, Wanted};
use crate::plan::AppChange;
use std::sync::Arc;

impl Cluster {
    /// What would become of service ports that is worth a word, by app: a number that another app gives up, and those
    /// for which none is left.
    #[must_use]
    pub fn service_port_warnings(&self, target: &Wanted, changes: &[AppChange]) -> Vec<(AppId, String)> {
        let specs = || changes.iter().filter_map(|change| target.apps.get(&change.app));
        let taken = specs().flat_map(|spec| spoken_for(spec).map(move |port| (port, &spec.id)));
        let given_up = taken.filter_map(|(port, app)| {
            let before = self.service_ports.given.get(&port)?;
            let text = format!("takes the service port {port}, which was chosen for {before}: that gets another");
            (before != app).then(|| (app.clone(), text))
        });
        given_up.chain(self.without_service_port(specs())).collect()
    }

    /// Apps, in the order in which they would be given numbers, for which there are too few.
    fn without_service_port<'a>(&self, specs: impl Iterator<Item = &'a Arc<AppSpec>>) -> Vec<(AppId, String)> {
        let needed: Vec<(&AppId, usize)> = specs.map(|spec| (&spec.id, self.service_ports_needed(spec))).collect();
        let range = self.service_ports.range;
        // To look at the whole range is worth it only where it may be short.
        let spare = usize::from(range.last - range.first + 1);
        let used = self.service_ports.fixed.len() + self.service_ports.given.len();
        if needed.iter().map(|(_, count)| count).sum::<usize>() + used <= spare {
            return Vec::new();
        }
        let mut left = self.service_ports_left();
        let is_short = |(app, count): (&AppId, usize)| {
            let missing = count.saturating_sub(left);
            left = left.saturating_sub(count);
            (missing > 0).then(|| (app.clone(), format!("no service port is left for it in {range}")))
        };
        needed.into_iter().filter_map(is_short).collect()
    }

    fn service_ports_needed(&self, spec: &AppSpec) -> usize {
        let known = self.app_record(&spec.id).map(|record| &record.service_ports[..]).unwrap_or_default();
        let known = known.iter().copied().chain(std::iter::repeat(0));
        spec.run.ports.iter().zip(known).filter(|(port, known)| is_open(port) && *known == 0).count()
    }

    fn service_ports_left(&self) -> usize {
        let ports = &self.service_ports;
        (ports.range.first..=ports.range.last).filter(|port| ports.is_free(*port)).count()
    }
}
