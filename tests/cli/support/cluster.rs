//! A cluster of canned answers on a free port of this machine.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, mpsc};

#[derive(Clone, Default)]
pub(crate) struct Answers {
    by_route: BTreeMap<String, (u16, String)>,
    /// What a route answers the first time.
    first: BTreeMap<String, String>,
    /// Routes whose answer begins and never ends.
    endless: BTreeSet<String>,
    /// Unknown routes are not found.
    open: bool,
}

/// Serves until dropped.
pub(crate) struct Cluster {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<(String, String)>>>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

#[derive(Clone)]
struct Desk {
    answers: Arc<Answers>,
    requests: Arc<Mutex<Vec<(String, String)>>>,
}

impl Answers {
    /// `route` is the method and the path with its query, `GET /v1/status?app=%2Fweb`; behind it ` after 7` if
    /// the request names the last event that arrived.
    pub(crate) fn json(self, route: &str, status: u16, body: &Value) -> Self {
        self.text(route, status, &body.to_string())
    }

    pub(crate) fn text(mut self, route: &str, status: u16, body: &str) -> Self {
        self.by_route.insert(route.to_owned(), (status, body.to_owned()));
        self
    }

    /// What the route answers the first time only.
    pub(crate) fn first(mut self, route: &str, body: &Value) -> Self {
        self.first.insert(route.to_owned(), body.to_string());
        self
    }

    /// As [`text`](Self::text), and the connection stays open.
    pub(crate) fn endless(mut self, route: &str, body: &str) -> Self {
        self.endless.insert(route.to_owned());
        self.text(route, 200, body)
    }

    /// Whatever is not prepared is not found, instead of a mistake of the test.
    pub(crate) fn not_found_otherwise(mut self) -> Self {
        self.open = true;
        self
    }

    pub(crate) fn serve(self) -> Cluster {
        Cluster::start(self)
    }
}

impl Cluster {
    pub(crate) fn answering() -> Answers {
        Answers::default()
    }

    fn start(answers: Answers) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let desk = Desk { answers: Arc::new(answers), requests: requests.clone() };
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
                let address = listener.local_addr().expect("a bound address");
                tell.send(address).expect("the test waits for it");
                let app = Router::new().fallback(answer).with_state(desk);
                tokio::select! {
                    end = async { axum::serve(listener, app).await } => end.expect("the server runs"),
                    _ = stopped => {}
                }
            });
        });
        let address = told.recv().expect("the server starts");
        Self { url: format!("http://{address}"), requests, stop: Some(stop) }
    }

    /// The bodies that were sent to a route.
    pub(crate) fn bodies(&self, route: &str) -> Vec<String> {
        let requests = self.requests.lock().expect("no panic while it was held");
        requests.iter().filter(|(to, _)| to == route).map(|(_, body)| body.clone()).collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

async fn answer(State(desk): State<Desk>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let last = headers.get("last-event-id").map(|number| format!(" after {}", number.to_str().expect("a number")));
    let route = format!("{method} {uri}{}", last.unwrap_or_default());
    let body = String::from_utf8_lossy(&body).into_owned();
    let asked_before = {
        let mut requests = desk.requests.lock().expect("no panic while it was held");
        let known = requests.iter().any(|(to, _)| *to == route);
        requests.push((route.clone(), body));
        known
    };
    if let (false, Some(text)) = (asked_before, desk.answers.first.get(&route)) {
        return text.clone().into_response();
    }
    match desk.answers.by_route.get(&route) {
        Some((_, text)) if desk.answers.endless.contains(&route) => {
            let first = futures_util::stream::iter([Ok::<_, std::io::Error>(text.clone())]);
            Body::from_stream(first.chain(futures_util::stream::pending())).into_response()
        }
        Some((status, text)) => {
            (StatusCode::from_u16(*status).expect("a status of HTTP"), text.clone()).into_response()
        }
        None if desk.answers.open => (StatusCode::NOT_FOUND, format!("no {route}")).into_response(),
        None => (StatusCode::NOT_IMPLEMENTED, format!("no answer is prepared for {route}")).into_response(),
    }
}
