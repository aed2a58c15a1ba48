//! An engine that goes away and comes back.

use crate::bed::{exit_of, lie, next, up};
use crate::proxy::Proxy;
use shipd::runtime::docker::Docker;
use shipd::runtime::{End, FoundState, Notice, Runtime, RuntimeError};
use std::time::Duration;

#[tokio::test]
async fn docker_an_engine_that_returns_is_taken_up_where_it_is_then() {
    lie(|bed| async move {
        let mut proxy = Proxy::start();
        let docker = Docker::new(&proxy.url(), bed.agent.clone());
        let mut notices = docker.watch();
        assert_eq!(up(&mut notices).await, []);
        let (stays, dies) = (bed.task("stays", "sleep 60"), bed.task("dies", "sleep 60"));
        docker.start(&stays, None).await.expect("starts");
        docker.start(&dies, None).await.expect("starts");

        proxy.close().await;
        let Some(Notice::Down { reason }) = next(&mut notices).await else { panic!("not noticed") };
        assert!(!reason.is_empty());
        let refused = docker.stop(&stays.id, Duration::ZERO).await;
        assert!(matches!(refused, Err(RuntimeError::Unavailable(_))), "{refused:?}");
        bed.client.kill_container(dies.id.as_str(), None).await.expect("killed behind the agent's back");

        proxy.open();
        let found = loop {
            match next(&mut notices).await {
                Some(Notice::Up { found, .. }) => break found,
                Some(Notice::Down { .. }) => {}
                other => panic!("not up again: {other:?}"),
            }
        };
        let state = |id| found.iter().find(|found| found.spec.id == id).map(|found| found.state.clone());
        assert!(matches!(state(stays.id.clone()), Some(FoundState::Running { address: None, .. })));
        assert_eq!(state(dies.id), Some(FoundState::Exited(End { code: 137, container: None })));

        docker.stop(&stays.id, Duration::ZERO).await.expect("stops");
        assert_eq!(exit_of(&mut notices, &stays).await, 137);
    })
    .await;
}

#[tokio::test]
async fn docker_an_engine_that_is_not_there_yet_is_waited_for() {
    lie(|bed| async move {
        let mut proxy = Proxy::start();
        proxy.close().await;
        let docker = Docker::new(&proxy.url(), bed.agent.clone());
        let mut notices = docker.watch();
        assert!(matches!(next(&mut notices).await, Some(Notice::Down { .. })));
        proxy.open();
        assert_eq!(up(&mut notices).await, []);
    })
    .await;
}
