//! Where a pod file says what an app file says elsewhere.

use crate::manifest::{Finding, Place};

/// Pointers into the app's file, each with the place in the pod's that it stands for.
#[derive(Default)]
pub(super) struct Places(Vec<(Place, Place)>);

impl Places {
    pub(super) fn add(&mut self, app: Place, pod: Place) {
        self.0.push((app, pod));
    }

    /// The finding, brought to where the pod's file says it: by the longest place known around it.
    pub(super) fn raise(&self, finding: Finding) -> Finding {
        let at = &finding.place.pointer;
        let around = self.0.iter().filter_map(|(app, pod)| Some((at.strip_prefix(&app.pointer)?, pod)));
        let around = around.filter(|(rest, _)| rest.is_empty() || rest.starts_with('/'));
        let Some((rest, pod)) = around.min_by_key(|(rest, _)| rest.len()) else { return finding };
        let place = Place { pointer: format!("{}{rest}", pod.pointer), part: finding.place.part };
        Finding { place, ..finding }
    }
}
