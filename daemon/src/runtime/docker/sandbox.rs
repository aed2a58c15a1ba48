//! A task's sandbox: a folder of the machine at the place where Mesos had it (marathon-v2, section 4.4).

use bollard::models::{ContainerCreateBody, Mount, MountType};
use ship_core::model::TaskSpec;
use std::path::Path;

const PLACE: &str = "/mnt/mesos/sandbox";
const VARIABLE: &str = "MESOS_SANDBOX";

/// Whether nothing of the app's own is mounted there or above: the engine would make our folder in what is theirs.
pub(super) fn has_room(task: &TaskSpec) -> bool {
    let volumes = task.volumes.iter().map(|volume| &volume.container_path);
    let mut taken = volumes.chain(task.mounts.iter().map(|mount| &mount.container_path));
    !taken.any(|path| Path::new(PLACE).starts_with(path))
}

/// The app's own variable of that name wins.
pub(super) fn mount(body: &mut ContainerCreateBody, folder: &Path) {
    let env = body.env.get_or_insert_default();
    let is_set = env.iter().any(|line| line.split_once('=').is_some_and(|(name, _)| name == VARIABLE));
    if !is_set {
        env.push(format!("{VARIABLE}={PLACE}"));
    }
    // Other than a bind, a mount of a folder that is not there is refused, and not made by the engine.
    let mount = Mount {
        typ: Some(MountType::BIND),
        source: Some(folder.display().to_string()),
        target: Some(PLACE.to_owned()),
        ..Mount::default()
    };
    body.host_config.get_or_insert_default().mounts.get_or_insert_default().push(mount);
}

/// Whether the engine says that there is no such folder where it is: every task has another, so it cannot be there by
/// chance.
pub(super) fn is_unseen(reason: &str, folder: &Path) -> bool {
    reason.contains("invalid mount config for type \"bind\"") && reason.contains(&*folder.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::tests::task;
    use ship_core::model::{Volume, VolumeMode};

    #[test]
    fn what_the_app_mounts_above_leaves_no_room() {
        let mut spec = task("t");
        for (path, room) in [("/data", true), ("/mnt/mesos/sandbox/data", true), ("/mnt", false), (PLACE, false)] {
            let (container_path, host_path) = (path.to_owned(), "/srv".to_owned());
            spec.volumes = vec![Volume { container_path, host_path, mode: VolumeMode::ReadOnly }];
            assert_eq!(has_room(&spec), room, "{path}");
        }
    }

    #[test]
    fn only_a_folder_that_is_not_there_is_done_without() {
        let folder = Path::new("/data/agent/sandboxes/t");
        let unseen = "invalid mount config for type \"bind\": bind source path does not exist: /data/agent/sandboxes/t";
        assert!(is_unseen(unseen, folder));
        assert!(!is_unseen("no space left on device", folder));
        assert!(!is_unseen(unseen, Path::new("/other")));
    }

    #[test]
    fn the_apps_own_variable_wins() {
        let mut body = ContainerCreateBody { env: Some(vec!["MESOS_SANDBOX=/mine".to_owned()]), ..Default::default() };
        mount(&mut body, Path::new("/s"));
        assert_eq!(body.env, Some(vec!["MESOS_SANDBOX=/mine".to_owned()]));
        let mut body = ContainerCreateBody::default();
        mount(&mut body, Path::new("/s"));
        assert_eq!(body.env, Some(vec!["MESOS_SANDBOX=/mnt/mesos/sandbox".to_owned()]));
    }
}
