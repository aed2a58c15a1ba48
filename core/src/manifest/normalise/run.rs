//! What an app's tasks run: image, command, environment, resources, volumes.

use super::Reader;
use super::env::variables;
use super::network::Connection;
use crate::manifest::{Finding, Place, Rule, VolumeFile, VolumeModeFile, nearest};
use crate::model::{Command, Image, PARAMETER_KEYS, Parameter, Resources, RunSpec, Scalar, Volume, VolumeMode};
use std::collections::{BTreeMap, BTreeSet};

impl Reader<'_> {
    pub(super) fn run(&mut self, connection: Option<&Connection>) -> Option<RunSpec> {
        let command = self.command();
        let image = self.image();
        let env = self.env();
        let (volumes, persistent) = (self.volumes(), self.persistent());
        let parameters = self.parameters();
        let connection = connection?;
        let docker = self.docker()?;
        Some(RunSpec {
            image: image?,
            command,
            env,
            user: self.file.user.clone(),
            resources: self.resources(),
            network: connection.mode.clone(),
            ports: connection.ports.specs.clone(),
            require_ports: connection.mode == crate::model::NetworkMode::Host && self.file.require_ports == Some(true),
            volumes,
            persistent,
            mounts: Vec::new(),
            privileged: docker.privileged.unwrap_or(false),
            parameters,
            tty: self.file.tty.unwrap_or(false),
            companions: Vec::new(),
        })
    }

    /// `args: []` says nothing, so it does not contradict `cmd`.
    fn command(&mut self) -> Command {
        let args = self.file.args.as_ref().filter(|args| !args.is_empty());
        match (&self.file.cmd, args) {
            (Some(cmd), None) => Command::Shell(cmd.clone()),
            (None, Some(args)) => Command::Args(args.clone()),
            (None, None) => Command::Image,
            (Some(cmd), Some(_)) => {
                let message = "`cmd` and `args` cannot both be given";
                let finding = Finding::new(Rule::Command, Place::field("args").key(), message);
                self.note(finding.hint("`cmd` is a command line for a shell, `args` are for the image's entrypoint"));
                Command::Shell(cmd.clone())
            }
        }
    }

    fn image(&mut self) -> Option<Image> {
        let Some(docker) = self.docker() else {
            self.no_image();
            return None;
        };
        let name = docker.image.clone()?;
        if let Some(finding) = no_image_name(&Place::field("container").then("docker").then("image"), &name) {
            self.note(finding);
            return None;
        }
        Some(Image { name, force_pull: docker.force_pull_image.unwrap_or(false) })
    }

    /// Says which of the reasons for having no image it is.
    fn no_image(&mut self) {
        let hint = "give it one: `\"container\": {\"docker\": {\"image\": \"..\"}}`";
        let field = ["cmd", "args"].into_iter().zip([self.file.cmd.is_some(), self.file.args.is_some()]);
        let finding = match field.into_iter().find(|(_, given)| *given) {
            Some((field, _)) => {
                let message = format!("`{field}` without a Docker image is not supported yet");
                Finding::new(Rule::NoDocker, Place::field(field).key(), message)
            }
            None if self.file.container.is_some() => {
                let message = "this container has nothing to run: `docker.image` is missing";
                Finding::new(Rule::Command, Place::field("container").key(), message)
            }
            None => {
                Finding::new(Rule::Command, Place::root(), "this app has nothing to run: neither an image nor a `cmd`")
            }
        };
        self.note(finding.hint(hint));
    }

    fn env(&mut self) -> BTreeMap<String, String> {
        let (env, findings) = variables(&Place::field("env"), self.file.env.as_ref());
        self.findings.extend(findings);
        env
    }

    fn resources(&self) -> Resources {
        Resources {
            cpus: Scalar::from_f64(self.file.cpus.unwrap_or(1.0)),
            mem: Scalar::from_f64(self.file.mem.unwrap_or(128.0)),
            disk: Scalar::from_f64(self.file.disk.unwrap_or(0.0)),
            gpus: self.file.gpus.unwrap_or(0),
        }
    }

    fn parameters(&mut self) -> Vec<Parameter> {
        let written = self.docker().and_then(|docker| docker.parameters.as_deref()).unwrap_or_default();
        let parameters: Vec<Parameter> =
            written.iter().map(|p| Parameter { key: p.key.clone(), value: p.value.clone() }).collect();
        for (n, parameter) in parameters.iter().enumerate() {
            if !PARAMETER_KEYS.contains(&parameter.name()) {
                let place = Place::field("container").then("docker").then("parameters").then(n).then("key");
                let message = format!("the Docker parameter `{}` is not supported", parameter.key);
                let hint = match nearest(parameter.name(), PARAMETER_KEYS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("these are: {}", PARAMETER_KEYS.join(", ")),
                };
                self.note(Finding::new(Rule::NoParameter, place, message).hint(hint));
            }
        }
        parameters
    }

    fn volumes(&mut self) -> Vec<Volume> {
        let written = self.file.container.as_ref().and_then(|container| container.volumes.as_deref());
        let mut taken = BTreeSet::new();
        let mut volumes = Vec::new();
        for (n, volume) in written.unwrap_or_default().iter().enumerate() {
            if volume.persistent.is_some() || volume.external.is_some() || volume.secret.is_some() {
                continue;
            }
            if let Some(volume) = self.volume(n, volume) {
                if !taken.insert(volume.container_path.clone()) {
                    let message = format!("two volumes at `{}`", volume.container_path);
                    self.note(Finding::new(Rule::Volume, volume_place(n).then("containerPath"), message));
                }
                volumes.push(volume);
            }
        }
        volumes
    }

    fn volume(&mut self, n: usize, volume: &VolumeFile) -> Option<Volume> {
        let container_path = self.absolute(n, "containerPath", volume.container_path.as_deref());
        let host_path = self.absolute(n, "hostPath", volume.host_path.as_deref());
        let mode = match volume.mode {
            Some(VolumeModeFile::Ro) => Some(VolumeMode::ReadOnly),
            Some(VolumeModeFile::Rw) => Some(VolumeMode::ReadWrite),
            None => {
                let finding = Finding::new(Rule::Volume, volume_place(n), "a volume needs a `mode`");
                self.note(finding.hint("`\"mode\": \"RO\"` for reading only, `\"RW\"` for reading and writing"));
                None
            }
        };
        Some(Volume { container_path: container_path?, host_path: host_path?, mode: mode? })
    }

    fn absolute(&mut self, n: usize, field: &str, path: Option<&str>) -> Option<String> {
        let Some(path) = path else {
            self.note(Finding::new(Rule::Volume, volume_place(n), format!("a volume needs a `{field}`")));
            return None;
        };
        if let Some(finding) = not_absolute(&volume_place(n).then(field), field, path) {
            self.note(finding);
            return None;
        }
        Some(path.to_owned())
    }
}

pub(super) fn volume_place(n: usize) -> Place {
    Place::field("container").then("volumes").then(n)
}

/// What is wrong with the name of an image, if anything is.
pub(super) fn no_image_name(place: &Place, name: &str) -> Option<Finding> {
    let odd = name.chars().any(|c| c.is_whitespace() || c.is_control());
    odd.then(|| Finding::new(Rule::Image, place.clone(), "the name of an image has no spaces"))
}

/// What is wrong with a path that must be absolute, if anything is.
pub(super) fn not_absolute(place: &Place, field: &str, path: &str) -> Option<Finding> {
    let relative = !path.starts_with('/') || path.contains('\0');
    let finding = || Finding::new(Rule::Volume, place.clone(), format!("`{field}` must be an absolute path"));
    relative.then(|| finding().hint(format!("begin it with `/`, such as `/srv/{}`", path.trim_start_matches("./"))))
}
