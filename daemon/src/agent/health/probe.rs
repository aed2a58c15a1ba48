//! One probe of one task: where to ask, and what the answer means.

use super::{Answer, http};
use crate::runtime::{Runtime, RuntimeError};
use ship_core::model::{NetworkMode, Probe, ProbePort, TaskSpec};
use std::sync::Arc;
use tokio::net::TcpStream;

pub(super) struct Prober {
    spec: Arc<TaskSpec>,
    /// The container's own, where it has one.
    address: Option<String>,
    runtime: Arc<dyn Runtime>,
}

impl Prober {
    pub(super) fn new(spec: Arc<TaskSpec>, address: Option<String>, runtime: Arc<dyn Runtime>) -> Self {
        Self { spec, address, runtime }
    }

    pub(super) async fn probe(&self, probe: &Probe) -> Answer {
        let answer = match probe {
            Probe::Http { path, port, tls, ignore_1xx } => self.http(*port, path, *tls, *ignore_1xx).await,
            Probe::Tcp { port } => self.tcp(*port).await,
            Probe::Command { argv } => self.command(argv).await,
        };
        answer.unwrap_or_else(Answer::Dead)
    }

    async fn http(&self, port: ProbePort, path: &str, tls: bool, ignore_1xx: bool) -> Result<Answer, String> {
        let (host, port) = self.target(port)?;
        let status = http::status(&host, port, path, tls).await?;
        Ok(match status {
            200..=399 => Answer::Alive,
            100..=199 if ignore_1xx => Answer::Nothing,
            status => Answer::Dead(format!("HTTP {status} from {host}:{port}{path}")),
        })
    }

    async fn tcp(&self, port: ProbePort) -> Result<Answer, String> {
        let (host, port) = self.target(port)?;
        let stream = TcpStream::connect((host.as_str(), port)).await;
        stream.map(|_| Answer::Alive).map_err(|err| format!("cannot connect to {host}:{port}: {err}"))
    }

    async fn command(&self, argv: &[String]) -> Result<Answer, String> {
        match self.runtime.exec(&self.spec.id, argv).await {
            Ok(end) if end.code == 0 => Ok(Answer::Alive),
            Ok(end) => Err(format!("exit code {}: {}", end.code, end.output).trim_end_matches([':', ' ']).to_owned()),
            // No news of the task: the engine's silence is told by other means.
            Err(RuntimeError::Unavailable(_)) => Ok(Answer::Nothing),
            Err(err @ (RuntimeError::Refused(_) | RuntimeError::NoImage | RuntimeError::Missing)) => {
                Err(err.to_string())
            }
        }
    }

    /// Where a port of the task is reached from here: on this machine in host mode, else in the container.
    fn target(&self, port: ProbePort) -> Result<(String, u16), String> {
        let own = match port {
            ProbePort::Number(number) => (number, Some(number)),
            ProbePort::Index(index) => {
                let port = self.spec.ports.get(index).ok_or_else(|| format!("the task has no port number {index}"))?;
                let inside = if port.container == 0 { port.host.unwrap_or_default() } else { port.container };
                (inside, port.host)
            }
        };
        let here = || "127.0.0.1".to_owned();
        match (&self.spec.network, &self.address, own) {
            (NetworkMode::Host, _, (inside, outside)) => Ok((here(), outside.unwrap_or(inside))),
            (NetworkMode::Bridge | NetworkMode::Named(_), Some(address), (inside, _)) => Ok((address.clone(), inside)),
            (NetworkMode::Bridge | NetworkMode::Named(_), None, (_, Some(outside))) => Ok((here(), outside)),
            (NetworkMode::Bridge | NetworkMode::Named(_), None, (_, None)) => {
                Err("the container has no address, and the port is not published".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::tests::task;
    use crate::runtime::fake::Fake;
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use ship_core::model::{Protocol, TaskPort};
    use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    /// Answers one request after the other with `head`, over TLS if there is an acceptor.
    async fn server(head: &'static str, tls: Option<TlsAcceptor>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                match &tls {
                    Some(tls) => answer(tls.accept(stream).await.expect("TLS"), head).await,
                    None => answer(stream, head).await,
                }
            }
        });
        port
    }

    async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, head: &str) {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await;
    }

    fn acceptor() -> TlsAcceptor {
        let made = rcgen::generate_simple_self_signed(["somebody.else".to_owned()]).expect("made");
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("known versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("they fit");
        TlsAcceptor::from(Arc::new(config))
    }

    async fn probe(host_port: u16, probe: Probe) -> Answer {
        let mut spec = task("t");
        spec.network = NetworkMode::Host;
        spec.ports = vec![TaskPort { container: host_port, host: Some(host_port), protocol: Protocol::Tcp }];
        Prober::new(Arc::new(spec), None, Arc::new(Fake::default())).probe(&probe).await
    }

    fn http(tls: bool) -> Probe {
        Probe::Http { path: "/ping".to_owned(), port: ProbePort::Index(0), tls, ignore_1xx: false }
    }

    #[tokio::test]
    async fn http_is_alive_from_200_to_399() {
        for (head, alive) in [("200 OK", true), ("302 Found", true), ("404 Not Found", false), ("500 Oh", false)] {
            let found = probe(server(head, None).await, http(false)).await;
            assert_eq!(found == Answer::Alive, alive, "{head}: {found:?}");
        }
    }

    #[tokio::test]
    async fn https_asks_for_no_certificate_in_particular() {
        let port = server("204 No Content", Some(acceptor())).await;
        assert_eq!(probe(port, http(true)).await, Answer::Alive);
        assert!(matches!(probe(port, http(false)).await, Answer::Dead(_)));
    }

    #[tokio::test]
    async fn tcp_is_alive_where_somebody_listens() {
        let tcp = Probe::Tcp { port: ProbePort::Index(0) };
        assert_eq!(probe(server("200 OK", None).await, tcp.clone()).await, Answer::Alive);
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = free.local_addr().expect("bound").port();
        drop(free);
        assert!(matches!(probe(port, tcp).await, Answer::Dead(cause) if cause.contains("cannot connect")));
    }

    #[test]
    fn a_bridged_task_is_asked_at_its_own_address() {
        let mut spec = task("t");
        spec.ports = vec![TaskPort { container: 80, host: Some(31000), protocol: Protocol::Tcp }];
        let prober = |address: Option<&str>| {
            Prober::new(Arc::new(spec.clone()), address.map(str::to_owned), Arc::new(Fake::default()))
        };
        let index = ProbePort::Index(0);
        assert_eq!(prober(Some("172.17.0.2")).target(index), Ok(("172.17.0.2".to_owned(), 80)));
        assert_eq!(prober(None).target(index), Ok(("127.0.0.1".to_owned(), 31000)));
        assert!(prober(None).target(ProbePort::Index(1)).is_err());
    }
}
