//! The whole agent against a real master end over loopback, with the fake engine.

use super::*;
use crate::master::links::Links;
use crate::runtime::fake::Fake;
use crate::runtime::{ExecEnd, LastWords, LogsQuery, OutputLine, Source, Stock};
use futures_util::StreamExt;
use ship_core::cluster::{Input, TaskReport};
use ship_core::model::{
    AgentId, AgentInfo, AppId, CheckResult, Checks, Command, Digest, EngineState, HealthCheck, Image, InformCheck,
    NetworkMode, Probe, ProbePort, ReadinessCheck, Resources, TaskId, TaskSpec, TaskStatus, Version,
};
use ship_repo::Amounts;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The least of a task.
pub(crate) fn task(name: &str) -> TaskSpec {
    TaskSpec {
        id: TaskId::new(name),
        app: AppId::parse("/app").expect("an app id"),
        version: Version::default(),
        digest: Digest::of(b""),
        image: Image { name: "busybox".to_owned(), force_pull: false },
        command: Command::Image,
        env: BTreeMap::new(),
        user: None,
        resources: Resources::default(),
        network: NetworkMode::Bridge,
        ports: Vec::new(),
        volumes: Vec::new(),
        mounts: Vec::new(),
        privileged: false,
        parameters: Vec::new(),
        tty: false,
        kill_grace_secs: None,
        checks: Checks::default(),
        pod: None,
    }
}

struct Master {
    links: Links,
    inbox: mpsc::Receiver<Input>,
    address: SocketAddr,
    shutdown: CancellationToken,
    server: JoinHandle<()>,
}

impl Master {
    async fn start(address: SocketAddr) -> Self {
        let (sender, inbox) = mpsc::channel(256);
        let shutdown = CancellationToken::new();
        let links = Links::new("secret", sender, shutdown.clone());
        let listener = TcpListener::bind(address).await.expect("the address is free");
        let address = listener.local_addr().expect("bound");
        let serving = links.clone();
        let server = tokio::spawn(async move { serving.serve(listener).await.expect("serves") });
        Self { links, inbox, address, shutdown, server }
    }

    async fn input(&mut self) -> Input {
        soon(self.inbox.recv()).await.expect("the links hold the sender")
    }

    async fn joined(&mut self) -> (AgentInfo, Vec<TaskReport>) {
        match self.input().await {
            Input::AgentJoined { info, tasks } => (info, tasks),
            other => panic!("no join but {other:?}"),
        }
    }

    async fn status_of(&mut self, name: &str) -> TaskStatus {
        loop {
            if let Input::TaskUpdate { report, .. } = self.input().await
                && report.task.as_str() == name
                && report.status != TaskStatus::Starting
            {
                return report.status;
            }
        }
    }

    async fn stop(self) -> SocketAddr {
        self.shutdown.cancel();
        soon(self.server).await.expect("the server ends in order");
        self.address
    }
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.expect("happens within bounded time")
}

fn me() -> AgentId {
    AgentId::new("me")
}

fn running() -> TaskStatus {
    TaskStatus::Running { address: None }
}

fn a_box() -> Offer {
    Offer { hostname: Some("box".to_owned()), ..Offer::default() }
}

/// An agent; ends with the token.
fn agent(master: SocketAddr, fake: &Fake) -> (CancellationToken, JoinHandle<()>) {
    agent_offering(master, fake, watch::Sender::new(a_box()).subscribe())
}

fn agent_offering(
    master: SocketAddr,
    fake: &Fake,
    offers: watch::Receiver<Offer>,
) -> (CancellationToken, JoinHandle<()>) {
    let shutdown = CancellationToken::new();
    let data = tempfile::tempdir().expect("a folder");
    let settings =
        Settings { id: me(), data: data.path().to_owned(), master: master.to_string(), token: "secret".to_owned() };
    let (fake, stop) = (Arc::new(fake.clone()), shutdown.clone());
    let running = tokio::spawn(async move {
        run(settings, offers, fake, stop).await;
        drop(data);
    });
    (shutdown, running)
}

fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

#[tokio::test]
async fn an_agent_joins_runs_a_task_and_stops_it() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    agent(master.address, &fake);
    let (info, tasks) = master.joined().await;
    assert_eq!((info.hostname.as_str(), tasks.len()), ("box", 0));
    assert_eq!(info.engine, EngineState::Up { version: "fake".to_owned() });
    assert!(!info.resources.cpus.is_zero() && !info.resources.mem.is_zero());

    master.links.send_launch(&me(), &task("t")).expect("linked");
    assert_eq!(master.status_of("t").await, running());
    master.links.send_kill(&me(), &TaskId::new("t"), None).expect("linked");
    assert!(matches!(master.status_of("t").await, TaskStatus::Exited { code: 143, .. }));
}

#[tokio::test]
async fn settings_that_change_are_told_and_no_task_is_touched() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    let offers = watch::Sender::new(a_box());
    agent_offering(master.address, &fake, offers.subscribe());
    master.joined().await;
    master.links.send_launch(&me(), &task("t")).expect("linked");
    assert_eq!(master.status_of("t").await, running());
    let mut offer = a_box();
    offer.zone = Some("z1".to_owned());
    offer.amounts = Amounts::parse("cpus(prod)=1").expect("valid");
    offers.send_replace(offer);
    let Input::AgentChanged { info } = master.input().await else { panic!("a change was expected") };
    assert_eq!((info.zone.as_deref(), info.reserved.len()), (Some("z1"), 1));
    assert_eq!(info.engine, EngineState::Up { version: "fake".to_owned() });
    assert_eq!((fake.containers(), fake.starts()), (vec![TaskId::new("t")], 1));
}

#[tokio::test]
async fn what_the_engine_has_is_told_on_joining_and_whenever_it_changes() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    let stock =
        |images: &[&str], gpus| Stock { images: images.iter().map(ToString::to_string).collect(), gpus, folder: None };
    fake.stock(stock(&["nginx:1"], 2));
    agent(master.address, &fake);
    let (info, _) = master.joined().await;
    assert_eq!((info.images.len(), info.resources.gpus), (1, 2));
    assert_eq!(info.engine, EngineState::Up { version: "fake".to_owned() }, "one hello, with all of it");
    fake.stock(stock(&["nginx:1"], 2));
    fake.stock(stock(&["nginx:1", "busybox:latest"], 1));
    let Input::AgentChanged { info } = master.input().await else { panic!("a change was expected") };
    assert_eq!((info.images.len(), info.resources.gpus), (2, 1), "and what is the same is no news");
}

#[tokio::test]
async fn tasks_that_use_up_a_long_grace_period_hold_up_no_others() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    agent(master.address, &fake);
    master.joined().await;
    fake.deafen("deaf");
    let deaf = |n: usize| format!("deaf{n}");
    for n in 0..100 {
        let mut spec = task(&deaf(n));
        spec.image.name = "deaf".to_owned();
        master.links.send_launch(&me(), &spec).expect("linked");
        assert_eq!(master.status_of(&deaf(n)).await, running());
    }
    master.links.send_launch(&me(), &task("polite")).expect("linked");
    assert_eq!(master.status_of("polite").await, running());

    for n in 0..100 {
        master.links.send_kill(&me(), &TaskId::new(deaf(n)), Some(3600)).expect("linked");
    }
    master.links.send_kill(&me(), &TaskId::new("polite"), Some(3600)).expect("linked");
    assert!(matches!(master.status_of("polite").await, TaskStatus::Exited { code: 143, .. }));
    // An order that grants less is carried out all the same.
    master.links.send_kill(&me(), &TaskId::new(deaf(99)), Some(0)).expect("linked");
    assert!(matches!(master.status_of(&deaf(99)).await, TaskStatus::Exited { code: 137, .. }));
}

#[tokio::test]
async fn tasks_outlive_their_agent_and_the_next_one_finds_them() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    let (shutdown, running_agent) = agent(master.address, &fake);
    master.joined().await;
    master.links.send_launch(&me(), &task("t")).expect("linked");
    assert_eq!(master.status_of("t").await, running());

    shutdown.cancel();
    soon(running_agent).await.expect("ends in order");
    assert!(matches!(master.input().await, Input::AgentLost { .. }));
    assert_eq!(fake.containers(), [TaskId::new("t")]);

    agent(master.address, &fake);
    let (_, tasks) = master.joined().await;
    assert_eq!(tasks, [TaskReport { task: TaskId::new("t"), status: running() }]);
    assert_eq!(fake.starts(), 1);
}

#[tokio::test]
async fn an_exit_while_the_master_is_away_is_told_when_it_returns() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    agent(master.address, &fake);
    master.joined().await;
    master.links.send_launch(&me(), &task("t")).expect("linked");
    assert_eq!(master.status_of("t").await, running());

    let address = master.stop().await;
    let words = LastWords { out_of_memory: false, log_tail: vec!["bye".to_owned()] };
    fake.exit(&TaskId::new("t"), 3, words);

    let mut master = Master::start(address).await;
    let (_, tasks) = master.joined().await;
    let exited =
        TaskStatus::Exited { code: 3, out_of_memory: false, log_tail: vec!["bye".to_owned()], container: None };
    let told = match tasks.into_iter().next().expect("still listed").status {
        // Its last words were still being fetched.
        TaskStatus::Running { .. } => master.status_of("t").await,
        status => status,
    };
    assert_eq!(told, exited);
}

#[tokio::test]
async fn an_engine_that_goes_away_makes_nothing_lost() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    agent(master.address, &fake);
    master.joined().await;
    master.links.send_launch(&me(), &task("t")).expect("linked");
    assert_eq!(master.status_of("t").await, running());

    fake.engine_down("no socket");
    let Input::AgentChanged { info } = master.input().await else { panic!("not told") };
    assert_eq!(info.engine, EngineState::Down { reason: "no socket".to_owned() });
    master.links.send_launch(&me(), &task("late")).expect("linked");
    fake.exit(&TaskId::new("t"), 9, LastWords::default());

    fake.engine_up();
    let Input::AgentChanged { info } = master.input().await else { panic!("not told") };
    assert!(matches!(info.engine, EngineState::Up { .. }));
    // What the master believes of before may have been lost with a link: the list puts it right.
    let listed = loop {
        if let Input::AgentJoined { tasks, .. } = master.input().await {
            break tasks;
        }
    };
    assert!(listed.iter().any(|report| report.task.as_str() == "t"), "{listed:?}");
    assert_eq!(master.status_of("late").await, running());
}

#[tokio::test]
async fn a_log_travels_from_the_runtime_to_the_reader() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    agent(master.address, &fake);
    master.joined().await;
    master.links.send_launch(&me(), &task("t")).expect("linked");
    assert_eq!(master.status_of("t").await, running());
    let task = TaskId::new("t");
    for line in ["one", "two", "three"] {
        fake.print(&task, OutputLine { source: Source::Stderr, at: None, line: line.to_owned() });
    }
    let query = LogsQuery { follow: false, tail: Some(2), since: None };
    let lines = soon(master.links.logs(&me(), &task, query)).await.expect("answered");
    let lines: Vec<_> = soon(lines.map(|line| (line.stream, line.line)).collect()).await;
    assert_eq!(lines, [("stderr".into(), "two".into()), ("stderr".into(), "three".into())]);

    let refused = soon(master.links.logs(&me(), &TaskId::new("other"), query)).await.err().expect("refused");
    assert_eq!(refused.to_string(), "this agent has no task `other` (any more)");
}

#[tokio::test]
async fn a_list_made_without_an_engine_is_made_again_with_it() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    let (shutdown, running_agent) = agent(master.address, &fake);
    master.joined().await;
    master.links.send_launch(&me(), &task("t")).expect("linked");
    assert_eq!(master.status_of("t").await, running());
    shutdown.cancel();
    soon(running_agent).await.expect("ends in order");
    assert!(matches!(master.input().await, Input::AgentLost { .. }));

    fake.engine_down("no socket");
    agent(master.address, &fake);
    let (info, tasks) = master.joined().await;
    assert_eq!((info.engine, tasks.len()), (EngineState::Down { reason: "no socket".to_owned() }, 0));
    fake.engine_up();
    loop {
        if let Input::AgentJoined { tasks, .. } = master.input().await {
            assert_eq!(tasks, [TaskReport { task: TaskId::new("t"), status: running() }]);
            return;
        }
    }
}

/// Answers every request with the next of the statuses, and with the last for ever.
async fn web(statuses: &'static [u16]) -> u16 {
    let listener = TcpListener::bind(anywhere()).await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        let mut left = statuses.iter().copied().chain(std::iter::repeat(*statuses.last().expect("some")));
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let head = format!("HTTP/1.1 {} x\r\ncontent-length: 0\r\n\r\n", left.next().expect("endless"));
            let _ = stream.write_all(head.as_bytes()).await;
        }
    });
    port
}

#[tokio::test]
async fn a_task_is_ready_once_its_readiness_check_gets_a_wanted_status() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    agent(master.address, &fake);
    master.joined().await;
    let port = web(&[503, 200, 204]).await;
    let mut spec = task("t");
    spec.network = NetworkMode::Host;
    spec.checks.readiness = Some(ReadinessCheck {
        name: "ready".to_owned(),
        path: "/ready".to_owned(),
        port: ProbePort::Number(port),
        tls: false,
        interval_secs: 0,
        timeout_secs: 5,
        ready_statuses: [204].into(),
        keep_answer: false,
    });
    spec.checks.inform = Some(InformCheck {
        probe: Probe::Tcp { port: ProbePort::Number(port) },
        interval_secs: 60,
        timeout_secs: 5,
        delay_secs: 0,
    });
    master.links.send_launch(&me(), &spec).expect("linked");
    assert_eq!(master.status_of("t").await, running());
    let mut told = [master.status_of("t").await, master.status_of("t").await];
    told.sort_by_key(|status| *status == TaskStatus::Ready);
    assert_eq!(told, [TaskStatus::Checked { result: CheckResult::Tcp { succeeded: true } }, TaskStatus::Ready]);
}

#[tokio::test]
async fn health_is_told_when_it_changes() {
    let (mut master, fake) = (Master::start(anywhere()).await, Fake::default());
    agent(master.address, &fake);
    master.joined().await;
    fake.answer_exec(ExecEnd::Ended { code: 1, output: "not yet".to_owned() });
    let mut spec = task("t");
    spec.checks.health = vec![HealthCheck {
        probe: Probe::shell("check"),
        grace_period_secs: 0,
        interval_secs: 0,
        timeout_secs: 5,
        max_consecutive_failures: 2,
        delay_secs: 0,
        container: None,
    }];
    master.links.send_launch(&me(), &spec).expect("linked");
    assert_eq!(master.status_of("t").await, running());
    let cause = Some("exit code 1: not yet".to_owned());
    assert_eq!(master.status_of("t").await, TaskStatus::Health { healthy: false, cause });
    fake.answer_exec(ExecEnd::Ended { code: 0, output: String::new() });
    assert_eq!(master.status_of("t").await, TaskStatus::Health { healthy: true, cause: None });
}
