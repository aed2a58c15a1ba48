//! One question to one task: where to ask, and what it answered.

use super::http;
use crate::runtime::{ExecEnd, Runtime, RuntimeError};
use ship_core::model::{NetworkMode, Probe, ProbePort, TaskSpec};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

pub(super) struct Prober {
    spec: Arc<TaskSpec>,
    /// The container's own, where it has one.
    address: Option<String>,
    runtime: Arc<dyn Runtime>,
}

/// What a task answered; what it means is the asker's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// Over HTTP, and where from.
    Status {
        status: u16,
        place: String,
    },
    Connected,
    /// A command came to its end.
    Ended {
        code: i64,
        output: String,
    },
    /// The engine does not answer, so nobody knows.
    Nothing,
}

impl Prober {
    pub(super) fn new(spec: Arc<TaskSpec>, address: Option<String>, runtime: Arc<dyn Runtime>) -> Self {
        Self { spec, address, runtime }
    }

    /// An error says why there was no answer.
    /// A command runs in that container of a pod, or in the task's first.
    pub(super) async fn ask(&self, probe: &Probe, container: Option<&str>, timeout: Duration) -> Result<Told, String> {
        match probe {
            Probe::Http { path, port, tls, .. } => self.http(*port, path, *tls, timeout).await,
            Probe::Tcp { port } => self.tcp(*port, timeout).await,
            Probe::Command { argv } => self.command(container, argv, timeout).await,
        }
    }

    async fn http(&self, port: ProbePort, path: &str, tls: bool, timeout: Duration) -> Result<Told, String> {
        let (host, port) = self.target(port)?;
        let status = http::status(&host, port, path, tls, timeout).await?;
        Ok(Told::Status { status, place: format!("{host}:{port}{path}") })
    }

    async fn tcp(&self, port: ProbePort, timeout: Duration) -> Result<Told, String> {
        let (host, port) = self.target(port)?;
        let stream = tokio::time::timeout(timeout, TcpStream::connect((host.as_str(), port))).await;
        let stream = stream.map_err(|_| late(timeout))?;
        stream.map(|_| Told::Connected).map_err(|err| format!("cannot connect to {host}:{port}: {err}"))
    }

    async fn command(&self, container: Option<&str>, argv: &[String], timeout: Duration) -> Result<Told, String> {
        match self.runtime.exec(&self.spec.id, container, argv, timeout).await {
            Ok(ExecEnd::Ended { code, output }) => Ok(Told::Ended { code, output }),
            Ok(ExecEnd::TimedOut) => Err(format!("the command did not end within {} s", timeout.as_secs())),
            // No news of the task: the engine's silence is told by other means.
            Err(RuntimeError::Unavailable(_)) => Ok(Told::Nothing),
            Err(err @ (RuntimeError::Refused(_) | RuntimeError::NoImage(_) | RuntimeError::Missing)) => {
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

pub(super) fn late(timeout: Duration) -> String {
    format!("no answer within {} s", timeout.as_secs())
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

    /// Answers with an interim status only; then hangs up, or does nothing more.
    async fn interim_server(code: u16, then_waits: bool, tls: Option<TlsAcceptor>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("somebody asks");
            match tls {
                Some(tls) => interim(tls.accept(stream).await.expect("TLS"), code, then_waits).await,
                None => interim(stream, code, then_waits).await,
            }
        });
        port
    }

    async fn interim(mut stream: impl AsyncRead + AsyncWrite + Unpin, code: u16, then_waits: bool) {
        let _ = stream.read(&mut [0; 1024]).await;
        stream.write_all(format!("HTTP/1.1 {code} Wait\r\n\r\n").as_bytes()).await.expect("written");
        if then_waits {
            std::future::pending::<()>().await;
        }
        stream.shutdown().await.expect("closed");
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

    async fn ask(host_port: u16, probe: Probe) -> Result<Told, String> {
        ask_for(Duration::from_secs(30), host_port, probe).await
    }

    async fn ask_for(timeout: Duration, host_port: u16, probe: Probe) -> Result<Told, String> {
        let mut spec = task("t");
        spec.network = NetworkMode::Host;
        spec.ports = vec![TaskPort { container: host_port, host: Some(host_port), protocol: Protocol::Tcp }];
        Prober::new(Arc::new(spec), None, Arc::new(Fake::default())).ask(&probe, None, timeout).await
    }

    fn status(told: &Result<Told, String>) -> Option<u16> {
        match told {
            Ok(Told::Status { status, .. }) => Some(*status),
            Ok(Told::Connected | Told::Ended { .. } | Told::Nothing) | Err(_) => None,
        }
    }

    fn http(tls: bool) -> Probe {
        Probe::Http { path: "/ping".to_owned(), port: ProbePort::Index(0), tls, ignore_1xx: false }
    }

    #[tokio::test]
    async fn http_answers_with_a_status_and_follows_no_redirect() {
        for (head, code) in [("200 OK", 200), ("302 Found", 302), ("500 Oh", 500)] {
            assert_eq!(status(&ask(server(head, None).await, http(false)).await), Some(code));
        }
    }

    #[tokio::test]
    async fn https_asks_for_no_certificate_in_particular() {
        let port = server("204 No Content", Some(acceptor())).await;
        assert_eq!(status(&ask(port, http(true)).await), Some(204));
        assert!(ask(port, http(false)).await.is_err());
    }

    /// Over plain TCP and over TLS.
    #[tokio::test]
    async fn an_interim_status_is_the_answer_if_the_server_then_hangs_up() {
        for tls in [false, true] {
            for code in [100, 101, 103, 199] {
                let port = interim_server(code, false, tls.then(acceptor)).await;
                assert_eq!(status(&ask(port, http(tls)).await), Some(code));
            }
            let both = server("103 Early Hints\r\n\r\nHTTP/1.1 204 No Content", tls.then(acceptor)).await;
            assert_eq!(status(&ask(both, http(tls)).await), Some(204));
        }
    }

    #[tokio::test]
    async fn an_interim_status_is_the_answer_if_no_other_comes_in_time() {
        let (plain, tls) = (interim_server(102, true, None).await, interim_server(103, true, Some(acceptor())).await);
        let within = Duration::from_secs(2);
        let (plain, tls) = tokio::join!(ask_for(within, plain, http(false)), ask_for(within, tls, http(true)));
        assert_eq!((status(&plain), status(&tls)), (Some(102), Some(103)));
    }

    #[tokio::test]
    async fn tcp_connects_where_somebody_listens() {
        let tcp = Probe::Tcp { port: ProbePort::Index(0) };
        assert_eq!(ask(server("200 OK", None).await, tcp.clone()).await, Ok(Told::Connected));
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = free.local_addr().expect("bound").port();
        drop(free);
        assert!(ask(port, tcp).await.is_err_and(|cause| cause.contains("cannot connect")));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_comes_is_awaited_for_so_long() {
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = silent.local_addr().expect("bound").port();
        assert_eq!(ask(port, http(false)).await, Err("no answer within 30 s".to_owned()));
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
