//! What instances keep on agents, as people and programs see it.

use super::{Cluster, VolumeRecord};
use crate::protocol::{VolumeState, VolumeView};

impl Cluster {
    /// All volumes by id, those that are being wiped included.
    #[must_use]
    pub fn volume_views(&self) -> Vec<VolumeView> {
        self.volumes.values().map(|volume| self.volume_view(volume)).collect()
    }

    fn volume_view(&self, volume: &VolumeRecord) -> VolumeView {
        let task = self.mounted.get(&volume.id).cloned();
        let wanted = self.wanted.apps.get(&volume.app).is_some_and(|app| app.is_resident());
        VolumeView {
            id: volume.id.clone(),
            app: volume.app.clone(),
            agent: volume.agent.clone(),
            host: self.host(&volume.agent),
            resources: volume.resources,
            created: volume.created,
            state: match (&task, volume.wiping, wanted) {
                (_, true, _) => VolumeState::Wiping,
                (Some(_), false, _) => VolumeState::Used,
                (None, false, true) => VolumeState::Free,
                (None, false, false) => VolumeState::Orphaned,
            },
            task,
        }
    }
}
