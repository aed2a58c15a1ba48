//! `/v2/events` over real HTTP: frames, filters, resuming, many readers and slow ones.

use super::{Server, server};
use reqwest::Response;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// Longer than anything here can take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stream, and what of it was read.
pub(super) struct Stream {
    response: Response,
    text: String,
}

impl Server {
    async fn events(&self, query: &str, headers: &[(&str, &str)]) -> Stream {
        Stream::open(&self.url, query, headers).await
    }
}

impl Stream {
    pub(super) async fn open(url: &str, query: &str, headers: &[(&str, &str)]) -> Self {
        let mut request = reqwest::Client::new().get(format!("{url}/v2/events{query}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Self { response: request.send().await.unwrap(), text: String::new() }
    }

    /// Reads on until there is this text.
    pub(super) async fn until(&mut self, text: &str) -> &str {
        while !self.text.contains(text) {
            let more = timeout(PATIENCE, self.response.chunk()).await.expect("in time").unwrap();
            let more = more.unwrap_or_else(|| panic!("it ended without `{text}`: {}", self.text));
            self.text.push_str(&String::from_utf8_lossy(&more));
        }
        &self.text
    }

    async fn rest(mut self) -> String {
        while let Some(more) = timeout(PATIENCE, self.response.chunk()).await.expect("in time").unwrap() {
            self.text.push_str(&String::from_utf8_lossy(&more));
        }
        self.text
    }
}

fn last_id(text: &str) -> &str {
    text.lines().rev().find_map(|line| line.strip_prefix("id: ")).expect("an id")
}

fn names(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("event: ")).collect()
}

#[tokio::test]
async fn frames_are_as_marathon_sends_them() {
    let server = server().await;
    let mut stream = server.events("", &[("accept-encoding", "gzip")]).await;
    assert_eq!(stream.response.headers()["content-type"], "text/event-stream");
    assert!(!stream.response.headers().contains_key("content-encoding"), "it would come too late");
    assert!(stream.response.headers().contains_key("x-marathon-leader"));
    server.wanting_one_app().await;
    let text = stream.until("event: deployment_info\r\n").await;
    for frame in text.split("\r\n\r\n").filter(|frame| frame.contains("data: ")) {
        let lines: Vec<&str> = frame.split("\r\n").collect();
        let [id, event, data] = lines[..] else { panic!("{lines:?}") };
        assert!(id.starts_with("id: "));
        let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(data["eventType"], event.strip_prefix("event: ").unwrap());
        assert!(data["timestamp"].as_str().unwrap().ends_with('Z'));
    }
    let attached = "\"remoteAddress\":\"127.0.0.1\",\"eventType\":\"event_stream_attached\"";
    assert!(text.contains(attached), "{text}");
}

#[tokio::test]
async fn filters_forms_and_what_a_client_accepts() {
    let server = server().await;
    let mut heavy =
        server.events("?event_type=deployment_info", &[("accept", "text/html, text/event-stream;q=0.9")]).await;
    let mut light = server.events("?event_type=deployment_info&plan-format=light", &[("accept", "*/*")]).await;
    let none = server.events("?event_type=sugar", &[]).await;
    server.wanting_one_app().await;
    assert!(heavy.until("deployment_info").await.contains("\"original\":"));
    assert!(!light.until("\"StartApplication\"").await.contains("\"original\":"));
    assert_eq!(names(&light.text)[0], "deployment_info");
    assert_eq!(server.events("", &[("accept", "application/json")]).await.response.status(), 406);
    server.stop.cancel();
    assert_eq!(names(&none.rest().await), [""; 0], "no event has this name");
}

#[tokio::test]
async fn a_reader_goes_on_where_it_was_cut_off() {
    let server = server().await;
    let mut first = server.events("?event_type=group_change_success&event_type=deployment_info", &[]).await;
    server.wanting("c1", 1).await;
    let seen = last_id(first.until("group_change_success").await).to_owned();
    drop(first);
    server.wanting("c2", 2).await;
    let query = "?event_type=group_change_success&event_type=deployment_info&event_type=deployment_failed";
    let mut resumed = server.events(query, &[("last-event-id", &seen)]).await;
    resumed.until("deployment_failed").await;
    let told = resumed.until("\"id\":\"c2\"").await;
    assert!(!told.contains("missed"), "{told}");
    assert!(!told.contains(&format!("id: {seen}\r\n")));
    assert_eq!(told.matches("event: group_change_success").count(), 1, "the second one alone: {told}");

    let mut strange = server.events("", &[("last-event-id", "yesterday")]).await;
    assert!(strange.until("\r\n").await.starts_with(": `yesterday` is no id of this stream"));
    let mut old = server.events("", &[("last-event-id", "1-0")]).await;
    assert!(old.until("group_change_success").await.starts_with(": missed: none before "));
}

#[tokio::test]
async fn all_streams_end_with_the_leader_and_with_the_daemon() {
    let server = server().await;
    let mut stream = server.events("", &[]).await;
    stream.until("event_stream_attached").await;
    server.events.end_streams();
    let mut next = server.events("", &[]).await;
    stream.rest().await;
    next.until("event_stream_attached").await;
    server.stop.cancel();
    next.rest().await;
}

#[tokio::test]
async fn who_reads_too_slowly_is_cut_off_and_costs_no_more_than_the_others() {
    let server = server().await;
    let mut slow = server.events("", &[]).await;
    slow.until("event_stream_attached").await;
    // Far more than connections and the ring hold.
    let app = Value::from("x".repeat(100_000));
    for _ in 0..1000 {
        server.events.api_post("127.0.0.1", "/v2/apps", &app);
        tokio::task::yield_now().await;
    }
    let seen = slow.rest().await;
    assert!(seen.ends_with(": cut off: read too slowly; resume with Last-Event-ID\r\n"));
    let mut again = server.events("", &[("last-event-id", last_id(&seen))]).await;
    assert!(again.until("api_post_event").await.starts_with(": missed: none before "));
}

/// Time stands still but where everybody waits for it.
#[tokio::test(start_paused = true)]
async fn a_heartbeat_while_nothing_happens() {
    let server = server().await;
    let mut stream = server.events("?event_type=sugar", &[]).await;
    let before = tokio::time::Instant::now();
    assert_eq!(stream.until("\r\n").await, ": still here\r\n");
    assert!(before.elapsed() <= Duration::from_secs(10));
}

#[tokio::test]
async fn a_thousand_readers_see_the_same() {
    const READERS: usize = 1000;
    let server = server().await;
    let mut readers = Vec::new();
    for _ in 0..READERS {
        readers.push(server.events("?event_type=group_change_success", &[]).await);
    }
    assert_eq!(server.events.readers(), READERS);
    server.wanting_one_app().await;
    let mut told = Vec::new();
    for reader in &mut readers {
        let text = reader.until("\r\n\r\n").await;
        told.push(text.trim_start_matches(": still here\r\n").to_owned());
    }
    told.dedup();
    assert_eq!(told.len(), 1);
    drop(readers);
    let gone = async {
        while server.events.readers() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, gone).await.expect("those who left are noticed");
}

#[tokio::test]
async fn before_the_first_reader_nothing_is_written_and_nothing_is_lost_on_it() {
    let server = server().await;
    server.wanting("c1", 1).await;
    assert_eq!(server.events.told(), 0);
    let mut first = server.events("", &[]).await;
    server.wanting("c2", 2).await;
    let text = first.until("\"id\":\"c2\"").await;
    assert!(text.contains("\"id\":\"c1\"") && text.contains("deployment_failed"), "what began before ends: {text}");
}
