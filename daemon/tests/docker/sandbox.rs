//! The folder of the machine that a task finds at `$MESOS_SANDBOX`.

use crate::bed::{exit_of, lie, up};
use shipd::runtime::Runtime;
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn docker_a_task_writes_to_its_sandbox_whoever_it_is() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o1777)).expect("ours");
        let mut task = bed.task("t", "id -u > $MESOS_SANDBOX/out; pwd; exit 4");
        task.user = Some("65534".to_owned());
        let started = bed.docker.start(&task, Some(folder.path())).await.expect("starts");
        assert!(started.sandboxed);
        assert_eq!(exit_of(&mut notices, &task).await, 4);
        assert_eq!(std::fs::read_to_string(folder.path().join("out")).expect("written"), "65534\n");
    })
    .await;
}

#[tokio::test]
async fn docker_an_engine_that_sees_no_such_folder_starts_the_task_without() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let task = bed.task("t", "test -z \"$MESOS_SANDBOX\" && exit 5");
        let none = tempfile::tempdir().expect("a folder").path().join("none");
        let started = bed.docker.start(&task, Some(&none)).await.expect("starts");
        assert!(!started.sandboxed);
        assert_eq!(exit_of(&mut notices, &task).await, 5);
        assert!(!none.exists(), "the engine did not make it");
    })
    .await;
}
