//! What Marathon has and this version does not: refused with the reason, never ignored.

use super::Reader;
use super::run::volume_place;
use crate::manifest::{Container, ContainerKind, Finding, Place, Rule, VolumeFile};

impl Reader<'_> {
    pub(super) fn unsupported(&mut self) {
        let file = self.file;
        if file.fetch.as_ref().is_some_and(|fetch| !fetch.is_empty()) {
            self.refuse_fetch("fetch");
        }
        if file.uris.as_ref().is_some_and(|uris| !uris.is_empty()) {
            self.refuse_fetch("uris");
        }
        if file.secrets.as_ref().is_some_and(|secrets| !secrets.is_empty()) {
            self.refuse(Rule::NoSecrets, Place::field("secrets").key(), "secrets are not supported yet");
        }
        if file.executor.as_deref().is_some_and(|executor| !matches!(executor, "" | "//cmd")) {
            self.refuse(Rule::NoExecutor, Place::field("executor"), "custom executors are not supported");
        }
        if let Some(container) = &file.container {
            self.unsupported_container(container);
        }
    }

    fn refuse_fetch(&mut self, field: &str) {
        let message = format!("`{field}` is not supported yet: this version downloads nothing but images");
        let finding = Finding::new(Rule::NoFetch, Place::field(field).key(), message);
        self.note(finding.hint("put the files into the image, or mount a folder of the host with `volumes`"));
    }

    fn unsupported_container(&mut self, container: &Container) {
        let here = || Place::field("container");
        if container.kind == Some(ContainerKind::Mesos) {
            let message = "the Mesos containerizer is not supported yet";
            let finding = Finding::new(Rule::NoDocker, here().then("type"), message);
            self.note(finding.hint("use `\"type\": \"DOCKER\"` with an image"));
        }
        if container.linux_info.is_some() {
            let message = "`linuxInfo` belongs to the Mesos containerizer, which is not supported yet";
            self.refuse(Rule::NoDocker, here().then("linuxInfo").key(), message);
        }
        if let Some(docker) = &container.docker {
            if docker.pull_config.is_some() {
                let message = "credentials for a registry are not supported yet";
                self.refuse(Rule::NoSecrets, here().then("docker").then("pullConfig").key(), message);
            }
            if docker.credential.is_some() {
                let message = "`credential` is long out of date and not supported";
                self.refuse(Rule::NoSecrets, here().then("docker").then("credential").key(), message);
            }
        }
        for (n, volume) in container.volumes.iter().flatten().enumerate() {
            self.unsupported_volume(n, volume);
        }
    }

    fn unsupported_volume(&mut self, n: usize, volume: &VolumeFile) {
        let kinds = [("external", volume.external.is_some()), ("secret", volume.secret.is_some())];
        for (kind, given) in kinds {
            if given {
                let message = format!("{kind} volumes are not supported yet");
                let finding = Finding::new(Rule::NoVolume, volume_place(n).then(kind).key(), message);
                self.note(finding.hint("mount a folder of the host with `hostPath`"));
            }
        }
    }

    fn refuse(&mut self, rule: Rule, place: Place, message: &str) {
        self.note(Finding::new(rule, place, message).label("not supported"));
    }
}
