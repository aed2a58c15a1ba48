//! The containers of a pod, each in canonical form.

use crate::manifest::normalise::env::variables;
use crate::manifest::normalise::run::{no_image_name, not_absolute};
use crate::manifest::{Finding, Place, PodContainer, PodExec, PodFile, PodResources, PodVolume, Rule, VolumeMount};
use crate::model::{Command, Companion, Image, Mount, Resources, Scalar, Volume, VolumeMode};
use std::collections::{BTreeMap, BTreeSet};

/// What a container takes that says nothing (marathon-v2, section 8.9).
const CPUS: f64 = 0.1;
const MEM_MIB: f64 = 32.0;

/// In the order of the file; those without name or image are the schema's to find.
pub(super) fn containers(file: &PodFile, findings: &mut Vec<Finding>) -> Vec<Companion> {
    let (shared, wrong) = variables(&Place::field("environment"), file.environment.as_ref());
    findings.extend(wrong);
    for (n, volume) in file.volumes.iter().flatten().enumerate() {
        let host = volume.host.as_deref();
        let place = Place::field("volumes").then(n).then("host");
        findings.extend(host.and_then(|host| not_absolute(&place, "host", host)));
    }
    let mut reader = Reader { file, shared: &shared, findings };
    let containers = file.containers.iter().enumerate();
    containers.filter_map(|(n, container)| reader.container(&Place::field("containers").then(n), container)).collect()
}

struct Reader<'a> {
    file: &'a PodFile,
    /// The pod's own variables.
    shared: &'a BTreeMap<String, String>,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Reader<'a> {
    fn container(&mut self, here: &Place, container: &PodContainer) -> Option<Companion> {
        let command = container.exec.as_ref().map(|exec| self.command(&here.then("exec"), exec));
        let (own, wrong) = variables(&here.then("environment"), container.environment.as_ref());
        self.findings.extend(wrong);
        let (volumes, mounts) = self.mounts(here, container);
        let image = container.image.as_ref()?;
        let name = image.id.clone()?;
        self.findings.extend(no_image_name(&here.then("image").then("id"), &name));
        let env = self.shared.clone().into_iter().chain(own).collect();
        Some(Companion {
            name: container.name.clone()?,
            image: Image { name, force_pull: image.force_pull.unwrap_or(false) },
            command: command.unwrap_or(Command::Image),
            env,
            user: container.user.clone().or_else(|| self.file.user.clone()),
            resources: resources(container.resources.unwrap_or_default()),
            volumes,
            mounts,
            tty: container.tty.unwrap_or(false),
        })
    }

    fn command(&mut self, here: &Place, exec: &PodExec) -> Command {
        let keeps_entrypoint = exec.override_entrypoint == Some(false);
        match (&exec.command.shell, &exec.command.argv) {
            (Some(shell), None) => {
                if keeps_entrypoint {
                    let message = "a `shell` always stands in place of the image's entrypoint";
                    let place = here.then("overrideEntrypoint");
                    let finding = Finding::new(Rule::Command, place, message);
                    self.findings.push(finding.hint("give the entrypoint's arguments in `argv`"));
                }
                Command::Shell(shell.clone())
            }
            (None, Some(argv)) if keeps_entrypoint => Command::Args(argv.clone()),
            (None, Some(argv)) => Command::Program(argv.clone()),
            (None, None) | (Some(_), Some(_)) => {
                let finding =
                    Finding::new(Rule::Command, here.then("command"), "a command is either `shell` or `argv`");
                self.findings.push(finding.hint("remove `exec` to run what the image says"));
                Command::Image
            }
        }
    }

    /// Folders of the host, and space that the engine makes.
    fn mounts(&mut self, here: &Place, container: &PodContainer) -> (Vec<Volume>, Vec<Mount>) {
        let (mut volumes, mut mounts) = (Vec::new(), Vec::new());
        let mut taken = BTreeSet::new();
        for (n, mount) in container.volume_mounts.iter().flatten().enumerate() {
            let place = here.then("volumeMounts").then(n);
            let Some(volume) = self.volume(&place, mount) else { continue };
            let path = place.then("mountPath");
            self.findings.extend(not_absolute(&path, "mountPath", &mount.mount_path));
            if !taken.insert(&mount.mount_path) {
                let message = format!("two volumes at `{}`", mount.mount_path);
                self.findings.push(Finding::new(Rule::Volume, path, message));
            }
            let mode = if mount.read_only == Some(true) { VolumeMode::ReadOnly } else { VolumeMode::ReadWrite };
            let container_path = mount.mount_path.clone();
            match &volume.host {
                Some(host) => volumes.push(Volume { container_path, host_path: host.clone(), mode }),
                None => mounts.push(Mount { name: mount.name.clone(), container_path, mode }),
            }
        }
        (volumes, mounts)
    }

    fn volume(&mut self, place: &Place, mount: &VolumeMount) -> Option<&'a PodVolume> {
        let volumes = self.file.volumes.as_deref().unwrap_or_default();
        let known = volumes.iter().find(|volume| volume.name.as_ref() == Some(&mount.name));
        if known.is_none() {
            let names = volumes.iter().filter_map(|volume| volume.name.as_deref());
            let message = format!("the pod has no volume `{}`", mount.name);
            let finding = Finding::new(Rule::Volume, place.then("name"), message);
            self.findings.push(match crate::manifest::nearest(&mount.name, names) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding.hint("name it in the pod's `volumes`"),
            });
        }
        known
    }
}

fn resources(written: PodResources) -> Resources {
    Resources {
        cpus: Scalar::from_f64(written.cpus.unwrap_or(CPUS)),
        mem: Scalar::from_f64(written.mem.unwrap_or(MEM_MIB)),
        disk: Scalar::from_f64(written.disk.unwrap_or(0.0)),
        gpus: 0,
    }
}
