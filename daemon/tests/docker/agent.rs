//! A whole agent: orders from a master's links, containers in a real engine.

use crate::bed::{Bed, ENGINE, lie, none_sleeps, one_sleeps, soon, up};
use ship_core::cluster::Input;
use ship_core::model::{
    Checks, HealthCheck, NetworkMode, Probe, ProbePort, Protocol, ReadinessCheck, TaskPort, TaskSpec, TaskStatus,
};
use shipd::agent::{self, Offer, Settings};
use shipd::master::links::Links;
use shipd::runtime::Runtime;
use shipd::runtime::docker::Docker;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

struct Master {
    links: Links,
    inbox: mpsc::Receiver<Input>,
    address: String,
}

impl Master {
    async fn start() -> Self {
        let (sender, inbox) = mpsc::channel(1024);
        let links = Links::new("secret", sender, CancellationToken::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound").to_string();
        let serving = links.clone();
        tokio::spawn(async move { serving.serve(listener).await });
        Self { links, inbox, address }
    }

    async fn input(&mut self) -> Input {
        soon(self.inbox.recv()).await.expect("the links hold the sender")
    }

    async fn status(&mut self, task: &TaskSpec) -> TaskStatus {
        loop {
            if let Input::TaskUpdate { report, .. } = self.input().await
                && report.task == task.id
            {
                return report.status;
            }
        }
    }
}

fn agent(bed: &Bed, master: &Master) -> (CancellationToken, JoinHandle<()>) {
    let shutdown = CancellationToken::new();
    let data = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        id: bed.agent.clone(),
        data: data.path().to_owned(),
        master: master.address.clone(),
        token: "secret".to_owned(),
    };
    let runtime = Arc::new(Docker::new(ENGINE, bed.agent.clone()));
    let offers = watch::Sender::new(Offer::default()).subscribe();
    let stop = shutdown.clone();
    let running = tokio::spawn(async move {
        agent::run(settings, offers, runtime, stop).await;
        drop(data);
    });
    (shutdown, running)
}

fn running() -> TaskStatus {
    TaskStatus::Running { address: None }
}

#[tokio::test]
async fn docker_an_agent_starts_adopts_and_stops_containers() {
    lie(|bed| async move {
        let mut master = Master::start().await;
        let (shutdown, ended) = agent(&bed, &master);
        assert!(matches!(master.input().await, Input::AgentJoined { .. }));
        let task = bed.task("t", "exec sleep 60");
        master.links.send_launch(&bed.agent, &task).expect("linked");
        assert_eq!(master.status(&task).await, TaskStatus::Starting);
        assert_eq!(master.status(&task).await, running());

        shutdown.cancel();
        soon(ended).await.expect("ends in order");
        assert!(matches!(master.input().await, Input::AgentLost { .. }));
        let before = bed.client.inspect_container(task.id.as_str(), None).await.expect("runs on").id;
        agent(&bed, &master);
        let Input::AgentJoined { tasks, .. } = master.input().await else { panic!("no join") };
        assert_eq!(tasks.into_iter().map(|report| report.status).collect::<Vec<_>>(), [running()]);
        let after = bed.client.inspect_container(task.id.as_str(), None).await.expect("the same").id;
        assert_eq!(before, after);

        master.links.send_kill(&bed.agent, &task.id, Some(1)).expect("linked");
        assert!(matches!(master.status(&task).await, TaskStatus::Exited { code: 137, .. }));
        soon(async {
            while !bed.containers().await.is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    })
    .await;
}

/// The engine's own proxy accepts connections to a published port long before the task listens.
#[tokio::test]
async fn docker_a_bridged_task_is_unhealthy_and_unready_until_it_listens_itself() {
    lie(|bed| async move {
        let mut master = Master::start().await;
        agent(&bed, &master);
        assert!(matches!(master.input().await, Input::AgentJoined { .. }));
        let mut task = bed.task("t", "while [ ! -e /go ]; do sleep 0.05; done; exec httpd -f -p 8080 -h /etc");
        task.network = NetworkMode::Bridge;
        task.ports = vec![TaskPort { container: 8080, host: Some(free_port().await), protocol: Protocol::Tcp }];
        let check = |probe: Probe| HealthCheck {
            probe,
            grace_period_secs: 0,
            interval_secs: 0,
            timeout_secs: 5,
            max_consecutive_failures: 1,
            delay_secs: 0,
            container: None,
        };
        let port = ProbePort::Index(0);
        task.checks.health = vec![check(Probe::Tcp { port }), check(Probe::shell("test -e /go"))];
        task.checks.readiness = Some(ReadinessCheck {
            name: "ready".to_owned(),
            path: "/passwd".to_owned(),
            port,
            tls: false,
            interval_secs: 0,
            timeout_secs: 5,
            ready_statuses: [200].into(),
            keep_answer: false,
        });
        master.links.send_launch(&bed.agent, &task).expect("linked");
        assert_eq!(master.status(&task).await, TaskStatus::Starting);
        assert!(matches!(master.status(&task).await, TaskStatus::Running { address: Some(_) }));
        let TaskStatus::Health { healthy: false, cause: Some(_) } = master.status(&task).await else {
            panic!("nobody listens yet")
        };
        up(&mut bed.docker.watch()).await;
        let go = ["/bin/sh", "-c", "touch /go"].map(str::to_owned);
        bed.docker.exec(&task.id, None, &go, Duration::from_secs(30)).await.expect("runs");
        let (mut healthy, mut ready) = (false, false);
        while !(healthy && ready) {
            match master.status(&task).await {
                TaskStatus::Health { healthy: now, .. } => healthy = now,
                TaskStatus::Ready => ready = true,
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn docker_a_command_check_under_way_ends_when_its_check_does() {
    lie(|bed| async move {
        let mut master = Master::start().await;
        agent(&bed, &master);
        assert!(matches!(master.input().await, Input::AgentJoined { .. }));
        let mut task = bed.task("t", "while :; do sleep 1; done");
        task.checks.health = vec![HealthCheck {
            probe: Probe::shell("sleep 4323; true"),
            grace_period_secs: 0,
            interval_secs: 0,
            timeout_secs: 3600,
            max_consecutive_failures: 1,
            delay_secs: 0,
            container: None,
        }];
        master.links.send_launch(&bed.agent, &task).expect("linked");
        one_sleeps("4323").await;
        master.links.send_recheck(&bed.agent, &task.id, &Checks::default()).expect("linked");
        none_sleeps("4323").await;
        assert_eq!(bed.containers().await.len(), 1, "the task itself runs on");
    })
    .await;
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("bound").port()
}

#[tokio::test]
async fn docker_an_agent_tells_why_an_image_cannot_be_had() {
    lie(|bed| async move {
        let mut master = Master::start().await;
        agent(&bed, &master);
        assert!(matches!(master.input().await, Input::AgentJoined { .. }));
        let mut task = bed.task("t", "true");
        task.image.name = "127.0.0.1:1/none".to_owned();
        master.links.send_launch(&bed.agent, &task).expect("linked");
        let reason = loop {
            match master.status(&task).await {
                TaskStatus::Starting | TaskStatus::Pulling { .. } => {}
                TaskStatus::Refused { reason } => break reason,
                other => panic!("not refused but {other:?}"),
            }
        };
        assert!(reason.contains("127.0.0.1:1"), "{reason}");
    })
    .await;
}
