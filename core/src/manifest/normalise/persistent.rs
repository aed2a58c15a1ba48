//! Persistent volumes, and what they mean for the rest of an app (marathon-v2, sections 1.4 and 7.7).

use super::Reader;
use super::run::volume_place;
use crate::manifest::{DiskKind, Finding, PersistentFile, Place, Rule, UnreachableFile, VolumeFile, VolumeModeFile};
use crate::model::{PersistentVolume, Scalar, UnreachableStrategy, VolumeMode};
use std::collections::BTreeSet;

/// Where relative paths begin, as in Marathon's Docker containers.
const SANDBOX: &str = "/mnt/mesos/sandbox";

impl Reader<'_> {
    pub(super) fn is_resident(&self) -> bool {
        self.persistent_files().next().is_some()
    }

    pub(super) fn persistent(&mut self) -> Vec<PersistentVolume> {
        let files: Vec<(usize, VolumeFile, PersistentFile)> =
            self.persistent_files().map(|(n, volume, file)| (n, volume.clone(), file.clone())).collect();
        files.into_iter().filter_map(|(n, volume, file)| self.persistent_volume(n, &volume, &file)).collect()
    }

    fn persistent_files(&self) -> impl Iterator<Item = (usize, &VolumeFile, &PersistentFile)> {
        let volumes = self.file.container.as_ref().and_then(|container| container.volumes.as_deref());
        let numbered = volumes.unwrap_or_default().iter().enumerate();
        numbered.filter_map(|(n, volume)| Some((n, volume, volume.persistent.as_ref()?)))
    }

    fn persistent_volume(&mut self, n: usize, volume: &VolumeFile, file: &PersistentFile) -> Option<PersistentVolume> {
        self.only_root(n, file);
        if volume.host_path.is_some() {
            let message = "a persistent volume has no `hostPath`: where it lies is the agent's business";
            self.note(Finding::new(Rule::Volume, volume_place(n).then("hostPath"), message));
        }
        if volume.mode != Some(VolumeModeFile::Rw) {
            let place = if volume.mode.is_some() { volume_place(n).then("mode") } else { volume_place(n) };
            let finding = Finding::new(Rule::Volume, place, "a persistent volume is for writing");
            self.note(finding.hint("use `\"mode\": \"RW\"`"));
        }
        let size = Scalar::from_f64(file.size.unwrap_or(0.0));
        if size.is_zero() {
            let message = "a persistent volume needs a `size` above 0, in MiB";
            self.note(Finding::new(Rule::Volume, volume_place(n).then("persistent"), message));
        }
        let container_path = self.mounted_at(n, volume.container_path.as_deref().unwrap_or_default())?;
        Some(PersistentVolume { container_path, size, mode: VolumeMode::ReadWrite })
    }

    /// An absolute path as it is, a name below the sandbox.
    fn mounted_at(&mut self, n: usize, path: &str) -> Option<String> {
        if path.starts_with('/') && path.len() > 1 && !path.contains('\0') {
            return Some(path.to_owned());
        }
        if !path.is_empty() && !path.contains(['/', '\0']) && path != "." && path != ".." {
            return Some(format!("{SANDBOX}/{path}"));
        }
        let message = "`containerPath` must be an absolute path, or a name without `/`";
        let finding = Finding::new(Rule::Volume, volume_place(n).then("containerPath"), message);
        self.note(finding.hint(format!("a name such as `data` lies at `{SANDBOX}/data`")));
        None
    }

    fn only_root(&mut self, n: usize, file: &PersistentFile) {
        let wishes = [
            ("type", file.kind.is_some_and(|kind| kind != DiskKind::Root)),
            ("maxSize", file.max_size.is_some()),
            ("profileName", file.profile_name.is_some()),
            ("constraints", file.constraints.is_some()),
        ];
        for (field, _) in wishes.into_iter().filter(|(_, given)| *given) {
            let message = "persistent volumes are taken from the disk that the agent's engine uses, and no other";
            let place = volume_place(n).then("persistent").then(field);
            let finding = Finding::new(Rule::NoVolume, place, message).label("not supported");
            self.note(finding.hint("use `\"type\": \"root\"`, or leave it out"));
        }
    }

    /// An instance with data of its own is waited for, however long its agent is away.
    pub(super) fn resident_unreachable(&mut self) -> UnreachableStrategy {
        if let Some(UnreachableFile::Replace { .. }) = self.file.unreachable_strategy {
            let message = "an app with persistent volumes waits for its agents: nothing else has its data";
            let finding = Finding::new(Rule::Unreachable, Place::field("unreachableStrategy"), message);
            self.note(finding.hint("use `\"disabled\"`, or leave it out"));
        }
        UnreachableStrategy::Disabled
    }

    /// Space is kept of the share of all.
    pub(super) fn resident_roles(&mut self, roles: &BTreeSet<String>) {
        if roles.iter().any(|role| role != "*") {
            let message = "an app with persistent volumes uses what is kept for nobody";
            let finding = Finding::new(Rule::Volume, Place::field("acceptedResourceRoles"), message);
            self.note(finding.hint("use `[\"*\"]`, or leave it out"));
        }
    }
}
