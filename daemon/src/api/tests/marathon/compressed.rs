//! Long answers are compressed for who asks, and are the same.

use super::row::get;
use super::world;
use flate2::read::GzDecoder;
use std::io::Read;

#[tokio::test]
async fn a_long_answer_is_compressed_when_asked() {
    let world = world::with_apps().await;
    let url = &world.server.url;
    let plain = get("plain", "/v2/apps?embed=apps.tasks").ask(url).await;
    assert_eq!(plain.headers.get("content-encoding"), None);
    let answer = get("compressed", "/v2/apps?embed=apps.tasks").with("accept-encoding", "gzip").ask(url).await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
    assert_eq!(answer.headers["etag"], plain.headers["etag"], "weak: the same whatever the form");
    let mut text = String::new();
    GzDecoder::new(answer.bytes.as_slice()).read_to_string(&mut text).expect("gzip");
    assert_eq!(text, plain.text);
    assert!(answer.bytes.len() * 4 < plain.text.len(), "{} of {}", answer.bytes.len(), plain.text.len());

    let short = get("short", "/v2/apps/none").with("accept-encoding", "gzip").ask(url).await;
    assert_eq!(short.headers.get("content-encoding"), None);
}
