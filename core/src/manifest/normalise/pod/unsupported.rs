//! What Marathon's pods have and ours do not: refused with the reason, never ignored.

use crate::manifest::{Finding, ImageKind, Place, PodContainer, PodFile, Rule};

pub(super) fn refuse(file: &PodFile, findings: &mut Vec<Finding>) {
    let mut no = |rule, place: Place, message: &str| {
        findings.push(Finding::new(rule, place, message).label("not supported"));
    };
    if file.secrets.as_ref().is_some_and(|secrets| !secrets.is_empty()) {
        no(Rule::NoSecrets, Place::field("secrets").key(), "secrets are not supported yet");
    }
    for (n, volume) in file.volumes.iter().flatten().enumerate() {
        let here = Place::field("volumes").then(n);
        if volume.persistent.is_some() {
            no(Rule::NoPod, here.then("persistent").key(), "persistent volumes of pods are not supported yet");
        }
        if volume.secret.is_some() {
            no(Rule::NoSecrets, here.then("secret").key(), "secrets as volumes are not supported yet");
        }
    }
    for (n, container) in file.containers.iter().enumerate() {
        refuse_in(&Place::field("containers").then(n), container, &mut no);
    }
}

fn refuse_in(here: &Place, container: &PodContainer, no: &mut impl FnMut(Rule, Place, &str)) {
    if container.artifacts.as_ref().is_some_and(|artifacts| !artifacts.is_empty()) {
        let message = "`artifacts` are not supported yet: this version downloads nothing but images";
        no(Rule::NoFetch, here.then("artifacts").key(), message);
    }
    if container.resources.and_then(|resources| resources.gpus).is_some_and(|gpus| gpus > 0) {
        no(Rule::NoPod, here.then("resources").then("gpus"), "GPUs in pods are not supported yet");
    }
    let Some(image) = &container.image else { return };
    if image.kind == Some(ImageKind::Appc) {
        no(Rule::NoDocker, here.then("image").then("kind"), "images other than Docker's are not supported");
    }
    if image.pull_config.is_some() {
        let message = "credentials for a registry are not supported yet";
        no(Rule::NoSecrets, here.then("image").then("pullConfig").key(), message);
    }
}
