//! The service over real loopback connections, with a hand-driven agent on the other end.

use super::*;
use crate::wire::agents::agents_client::AgentsClient;
use crate::wire::agents::from_agent::Message as Word;
use crate::wire::agents::{FromAgent, Hello, LogChunk, LogText, ToAgent};
use futures_util::StreamExt;
use ship_core::cluster::TaskReport;
use ship_core::model::{AgentInfo, EngineState, Resources, TaskStatus};
use std::future::Future;
use std::time::Duration;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};

struct Bench {
    links: Links,
    inbox: mpsc::Receiver<Input>,
    address: String,
    shutdown: CancellationToken,
}

struct Agent {
    words: mpsc::Sender<FromAgent>,
    orders: Streaming<ToAgent>,
}

async fn bench() -> Bench {
    let (inbox_in, inbox) = mpsc::channel(16);
    let shutdown = CancellationToken::new();
    let links = Links::new("secret", inbox_in, shutdown.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let serving = links.clone();
    tokio::spawn(async move { serving.serve(listener).await });
    Bench { links, inbox, address, shutdown }
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.expect("happens within bounded time")
}

fn info(id: &str) -> AgentInfo {
    AgentInfo {
        id: AgentId::new(id),
        hostname: "host".to_owned(),
        resources: Resources::default(),
        ports: Vec::new(),
        attributes: std::collections::BTreeMap::new(),
        zone: None,
        region: None,
        reserved: std::collections::BTreeMap::new(),
        images: std::collections::BTreeSet::new(),
        engine: EngineState::Up { version: "1".to_owned() },
    }
}

fn exited(task: &str) -> TaskReport {
    let status = TaskStatus::Exited { code: 1, out_of_memory: false, log_tail: Vec::new(), container: None };
    TaskReport { task: TaskId::new(task), status }
}

fn say(word: Word) -> FromAgent {
    FromAgent { message: Some(word) }
}

fn authorised<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let value = format!("Bearer {token}").parse().expect("ASCII");
    request.metadata_mut().insert("authorization", value);
    request
}

impl Bench {
    async fn client(&self) -> AgentsClient<Channel> {
        AgentsClient::connect(self.address.clone()).await.expect("the master listens")
    }

    async fn dial(&self, token: &str, protocol: u32, tasks: &[TaskReport]) -> Result<Agent, Status> {
        let (words, receiver) = mpsc::channel(16);
        let tasks = tasks.iter().map(wire::encode).collect();
        let hello = Hello { protocol, info: wire::encode(&info("a")), tasks, abilities: Vec::new() };
        words.send(say(Word::Hello(hello))).await.expect("room");
        let call = authorised(token, ReceiverStream::new(receiver));
        let orders = soon(self.client().await.link(call)).await?.into_inner();
        Ok(Agent { words, orders })
    }

    async fn join(&mut self) -> Agent {
        let agent = self.dial("secret", wire::PROTOCOL, &[]).await.expect("admitted");
        assert!(matches!(self.input().await, Input::AgentJoined { .. }));
        agent
    }

    async fn input(&mut self) -> Input {
        soon(self.inbox.recv()).await.expect("the service holds the sender")
    }
}

impl Agent {
    async fn report(&self, report: &TaskReport) {
        self.words.send(say(Word::Report(wire::encode(report)))).await.expect("the call is open");
    }

    async fn order(&mut self) -> Result<Option<Message>, Status> {
        Ok(soon(self.orders.message()).await?.and_then(|order| order.message))
    }
}

#[tokio::test]
async fn a_wrong_token_and_another_protocol_are_refused() {
    let bench = bench().await;
    let code = |answer: Result<Agent, Status>| answer.err().map(|status| status.code());
    assert_eq!(code(bench.dial("guess", wire::PROTOCOL, &[]).await), Some(Code::Unauthenticated));
    assert_eq!(code(bench.dial("secret", 99, &[]).await), Some(Code::FailedPrecondition));
}

#[tokio::test]
async fn joins_reports_and_losses_become_inputs() {
    let mut bench = bench().await;
    let mut agent = bench.dial("secret", wire::PROTOCOL, &[exited("t0")]).await.expect("admitted");
    let Input::AgentJoined { info, tasks } = bench.input().await else { panic!("no join") };
    assert_eq!((info.id.as_str(), tasks), ("a", vec![exited("t0")]));

    agent.report(&exited("t1")).await;
    let Input::TaskUpdate { agent: id, report } = bench.input().await else { panic!("no update") };
    assert_eq!((id.as_str(), report), ("a", exited("t1")));

    for task in ["t0", "t1"] {
        assert_eq!(agent.order().await.expect("open"), Some(Message::Forget(task.to_owned())));
    }
    drop(agent);
    let Input::AgentLost { agent } = bench.input().await else { panic!("no loss") };
    assert_eq!(bench.links.send_kill(&agent, &TaskId::new("t"), None), Err(NotLinked(agent)));
}

#[tokio::test]
async fn kills_reach_the_agent() {
    let mut bench = bench().await;
    let mut agent = bench.join().await;
    bench.links.send_kill(&AgentId::new("a"), &TaskId::new("t"), Some(3)).expect("linked");
    let kill = wire::agents::Kill { task: "t".to_owned(), grace_secs: Some(3) };
    assert_eq!(agent.order().await.expect("open"), Some(Message::Kill(kill)));
}

#[tokio::test]
async fn a_newer_link_replaces_the_older_which_is_heard_no_more() {
    let mut bench = bench().await;
    let mut older = bench.join().await;
    let newer = bench.join().await;
    let end = older.order().await.expect_err("the older call is ended");
    assert_eq!(end.code(), Code::Aborted);
    let _ = older.words.send(say(Word::Report(wire::encode(&exited("stale"))))).await;
    drop(older);

    newer.report(&exited("fresh")).await;
    let Input::TaskUpdate { report, .. } = bench.input().await else { panic!("not an update") };
    assert_eq!(report, exited("fresh"));
}

#[tokio::test]
async fn a_log_flows_until_its_reader_has_enough() {
    let mut bench = bench().await;
    let mut agent = bench.join().await;
    let (id, task) = (AgentId::new("a"), TaskId::new("t"));
    let links = bench.links.clone();
    let query = LogsQuery { follow: true, tail: Some(5), since: None };
    let asked = tokio::spawn(async move { links.logs(&id, &task, query).await });
    let Some(Message::Logs(wanted)) = agent.order().await.expect("open") else { panic!("no log request") };
    assert_eq!((wanted.follow, wanted.tail), (true, Some(5)));

    let (chunks, receiver) = mpsc::channel(4);
    let line = LogText { stream: 1, line: "oops".to_owned(), at_nanos: None };
    let first = LogChunk { request: wanted.request, refusal: None, lines: vec![line] };
    chunks.send(first).await.expect("room");
    let mut client = bench.client().await;
    let call = tokio::spawn(async move { client.logs(authorised("secret", ReceiverStream::new(receiver))).await });

    let mut lines = Box::pin(soon(asked).await.expect("no panic").expect("answered"));
    let line = soon(lines.next()).await.expect("a line");
    assert_eq!((line.stream.as_str(), line.line.as_str()), ("stderr", "oops"));
    drop(lines);
    let end = soon(call).await.expect("no panic").expect_err("cut by the master");
    assert_eq!(end.code(), Code::Cancelled);
}

#[tokio::test]
async fn a_refused_log_says_why() {
    let mut bench = bench().await;
    let mut agent = bench.join().await;
    let links = bench.links.clone();
    let query = LogsQuery { follow: false, tail: None, since: None };
    let asked = tokio::spawn(async move { links.logs(&AgentId::new("a"), &TaskId::new("t"), query).await.err() });
    let Some(Message::Logs(wanted)) = agent.order().await.expect("open") else { panic!("no log request") };
    let refusal = LogChunk { request: wanted.request, refusal: Some("no such task".to_owned()), lines: Vec::new() };
    let call = authorised("secret", tokio_stream::iter([refusal]));
    soon(bench.client().await.logs(call)).await.expect("taken");
    assert_eq!(soon(asked).await.expect("no panic"), Some(LogsError::Refused("no such task".to_owned())));
}

#[tokio::test]
async fn an_agent_is_not_asked_for_what_it_does_not_know() {
    let mut bench = bench().await;
    let mut agent = bench.join().await;
    let query = LogsQuery { follow: false, tail: None, since: Some(jiff::Timestamp::UNIX_EPOCH) };
    let refused = soon(bench.links.logs(&AgentId::new("a"), &TaskId::new("t"), query)).await.err().expect("refused");
    assert_eq!(refused.to_string(), "agent `a` runs an older shipd that cannot do this yet");
    bench.links.send_kill(&AgentId::new("a"), &TaskId::new("t"), None).expect("still linked");
    assert!(matches!(agent.order().await, Ok(Some(Message::Kill(_)))), "nothing else was said");
}

#[tokio::test]
async fn a_master_that_stops_ends_its_links_and_loses_nobody() {
    let mut bench = bench().await;
    let mut agent = bench.join().await;
    bench.shutdown.cancel();
    assert!(!matches!(agent.order().await, Ok(Some(_))), "the link is ended");
    let Bench { links, mut inbox, .. } = bench;
    drop((links, agent));
    let last = soon(inbox.recv()).await;
    assert!(last.is_none(), "nothing more is said, but {last:?}");
}
