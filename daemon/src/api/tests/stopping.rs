//! Requests that come while the daemon ends.

use super::{Server, server};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything here can take.
const PATIENCE: Duration = Duration::from_secs(20);

impl Server {
    /// The answer to a request whose head comes before the end, and its body after it.
    async fn answer_across_the_end(&self, head: &str, body: &str) -> String {
        let mut client = TcpStream::connect(self.url.trim_start_matches("http://")).await.unwrap();
        let length = body.len();
        let head = format!(
            "{head} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\r\n"
        );
        client.write_all(head.as_bytes()).await.unwrap();
        let mut goes_on = [0; 25];
        client.read_exact(&mut goes_on).await.unwrap();
        assert_eq!(&goes_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        self.stop.cancel();
        client.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(PATIENCE, client.read_to_string(&mut answer)).await.expect("in time").unwrap();
        answer
    }
}

#[tokio::test]
async fn who_writes_then_is_told_to_try_again() {
    for head in ["POST /v2/apps", "PUT /v2/apps/web", "PUT /v2/groups", "POST /v2/pods"] {
        let answer = server().await.answer_across_the_end(head, "{\"id\":\"/web\"}").await;
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        assert!(answer.contains("retry-after: 1\r\n"), "{answer}");
        assert!(answer.contains("{\"message\":\"Could not determine the current leader\""), "{answer}");
    }
}

#[tokio::test]
async fn and_so_is_shipctl() {
    let app = "{\"app\":\"/web\",\"instances\":1}";
    for (head, body) in [("POST /v1/scale", app), ("POST /v1/restart", app), ("POST /v1/rollback", app)] {
        let answer = server().await.answer_across_the_end(head, body).await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 1\r\n"), "{answer}");
        assert!(answer.contains("the daemon is stopping; nothing was changed"), "{answer}");
    }
}
