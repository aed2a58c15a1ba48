//! Pods: several containers of one task that share network, space and life.

use crate::bed::{Bed, ENGINE, lie, next, soon, up};
use bollard::query_parameters::{KillContainerOptions, RemoveContainerOptions};
use futures_util::StreamExt;
use ship_core::model::{Command, Companion, Mount, NetworkMode, PodTask, Resources, TaskSpec, VolumeMode};
use shipd::runtime::docker::Docker;
use shipd::runtime::{End, ExecWish, Found, FoundState, LogsQuery, Notice, Runtime};
use std::collections::BTreeMap;
use std::time::Duration;

const GRACE: Duration = Duration::from_secs(1);

/// A server and a reader, with a volume `word` that both see.
fn pod(bed: &Bed, server: &str, reader: &str) -> TaskSpec {
    let task = bed.task("pod", server);
    let volume = format!("{}.word", task.id);
    let mount = |path: &str, mode| Mount { name: volume.clone(), container_path: path.to_owned(), mode };
    let companion = Companion {
        name: "reader".to_owned(),
        image: task.image.clone(),
        command: Command::Program(["sh", "-c", reader].map(str::to_owned).into()),
        env: BTreeMap::from([("ONLY".to_owned(), "mine".to_owned())]),
        user: None,
        resources: Resources::default(),
        volumes: Vec::new(),
        mounts: vec![mount("/in", VolumeMode::ReadOnly)],
        tty: false,
    };
    let pod = PodTask {
        container: "server".to_owned(),
        resources: Resources::default(),
        companions: vec![companion],
        volumes: vec![volume.clone()],
    };
    TaskSpec {
        network: NetworkMode::Bridge,
        mounts: vec![mount("/out", VolumeMode::ReadWrite)],
        pod: Some(pod),
        ..task
    }
}

async fn exit(notices: &mut tokio::sync::mpsc::Receiver<Notice>) -> End {
    match next(notices).await {
        Some(Notice::Exited { end, .. }) => end,
        other => panic!("no exit but {other:?}"),
    }
}

/// As an agent that starts anew.
async fn found(bed: &Bed) -> Vec<Found> {
    let docker = Docker::new(ENGINE, bed.agent.clone());
    up(&mut docker.watch()).await
}

async fn volumes(bed: &Bed) -> Vec<String> {
    let all = bed.client.list_volumes(None::<bollard::query_parameters::ListVolumesOptions>).await.expect("listed");
    let names = all.volumes.unwrap_or_default().into_iter().map(|volume| volume.name);
    names.filter(|name| name.starts_with(bed.agent.as_str())).collect()
}

#[tokio::test]
async fn docker_containers_of_a_pod_share_network_volumes_and_life() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let server = "echo hello > /out/word; httpd -f -p 8080 -h /out";
        let reader = "until wget -qO- http://127.0.0.1:8080/word > /dev/null; do sleep 0.05; done; \
                      cat /in/word; echo $ONLY; touch /in/mine || exit 4";
        let task = pod(&bed, server, reader);
        bed.run(&task).await;
        let end = exit(&mut notices).await;
        assert_eq!(end, End { code: 4, container: Some("reader".to_owned()) });
        let words = bed.docker.last_words(&task.id, &end).await;
        assert_eq!(words.log_tail[..2], ["hello", "mine"]);
        bed.docker.stop(&task.id, GRACE).await.expect("the other one stops");
        assert_eq!(exit(&mut notices).await.container.as_deref(), Some("server"));
        let query = LogsQuery { follow: false, tail: None, since: None };
        let lines: Vec<_> = bed.docker.logs(&task.id, query).await.expect("there").collect().await;
        assert!(lines.iter().any(|line| line.line == "hello"), "those of all containers: {lines:?}");
        assert_eq!(volumes(&bed).await.len(), 1);
        bed.docker.remove(&task.id).await.expect("removed");
        assert_eq!((bed.containers().await, volumes(&bed).await), (Vec::new(), Vec::new()));
    })
    .await;
}

#[tokio::test]
async fn docker_a_command_runs_in_the_container_that_it_names() {
    lie(|bed| async move {
        up(&mut bed.docker.watch()).await;
        let task = pod(&bed, "sleep 600", "sleep 600");
        bed.run(&task).await;
        let wish = |container: Option<&str>| ExecWish {
            container: container.map(str::to_owned),
            argv: ["sh", "-c", "echo ${ONLY:-theirs}"].map(str::to_owned).into(),
            tty: None,
            stdin: false,
        };
        for (container, said) in [(None, "theirs\n"), (Some("server"), "theirs\n"), (Some("reader"), "mine\n")] {
            let mut attached = bed.docker.attach(&task.id, &wish(container)).await.expect("it runs");
            let output = soon(attached.output.next()).await.expect("it prints").expect("readable");
            assert_eq!(output.bytes, said, "{container:?}");
        }
        let unknown = bed.docker.attach(&task.id, &wish(Some("redaer"))).await.err().expect("no such container");
        assert_eq!(unknown.to_string(), "the pod has no container `redaer`; it has server, reader");
    })
    .await;
}

#[tokio::test]
async fn docker_a_pod_is_found_again_as_it_is() {
    lie(|bed| async move {
        up(&mut bed.docker.watch()).await;
        let task = pod(&bed, "sleep 600", "sleep 600");
        bed.run(&task).await;
        bed.run(&task).await;
        let [pod] = <[Found; 1]>::try_from(found(&bed).await).expect("one task");
        assert!(matches!(pod.state, FoundState::Running { .. }));
        let names: Vec<String> = pod.spec.pod.iter().flat_map(PodTask::containers).map(str::to_owned).collect();
        assert_eq!(names, ["server", "reader"]);

        let reader = format!("{}.reader", task.id);
        bed.client.kill_container(&reader, None::<KillContainerOptions>).await.expect("killed");
        let ended = FoundState::Exited(End { code: 137, container: Some("reader".to_owned()) });
        assert_eq!(found(&bed).await.into_iter().map(|pod| pod.state).collect::<Vec<_>>(), [ended]);

        bed.client.remove_container(&reader, None::<RemoveContainerOptions>).await.expect("removed");
        let states: Vec<_> = found(&bed).await.into_iter().map(|pod| pod.state).collect();
        assert_eq!(states, [FoundState::Created], "not all of it runs");
        bed.docker.remove(&task.id).await.expect("removed");
        assert_eq!(volumes(&bed).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn docker_a_pod_that_lacks_an_image_leaves_nothing() {
    lie(|bed| async move {
        up(&mut bed.docker.watch()).await;
        let mut task = pod(&bed, "sleep 600", "sleep 600");
        if let Some(pod) = &mut task.pod {
            pod.companions[0].image.name = "no.such/image:1".to_owned();
        }
        let lacks = shipd::runtime::RuntimeError::NoImage("no.such/image:1".to_owned());
        assert_eq!(bed.docker.start(&task, None).await, Err(lacks));
        assert_eq!((bed.containers().await, volumes(&bed).await), (Vec::new(), Vec::new()));
    })
    .await;
}
