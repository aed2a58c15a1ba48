//! `POST /v1/hooks/git` lets in who knows the secret.

use crate::fake_master::FakeMaster;
use crate::support::Daemon;

async fn post(daemon: &Daemon, header: Option<(&str, &str)>) -> (u16, String) {
    let mut request = reqwest::Client::new().post(format!("{}/v1/hooks/git", daemon.url)).body("{}");
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// HMAC-SHA256 of `{}` under `secret`.
const MAC: &str = "77325902caca812dc259733aacd046b73817372c777b8d95b402647474516e13";

#[tokio::test(flavor = "multi_thread")]
async fn signed_requests_are_let_in() {
    let daemon = Daemon::start().await;
    let github = format!("sha256={MAC}");
    for header in [("x-hub-signature-256", github.as_str()), ("x-gitea-signature", MAC), ("x-gitlab-token", "secret")] {
        assert_eq!(post(&daemon, Some(header)).await.0, 202, "{header:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_others_are_not() {
    let daemon = Daemon::start().await;
    for header in [None, Some(("x-gitlab-token", "guess")), Some(("x-gitea-signature", &MAC[2..]))] {
        let (status, body) = post(&daemon, header).await;
        assert_eq!(status, 401, "{header:?}");
        assert!(body.contains("hint"), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_secret_nobody_is_let_in() {
    let daemon = Daemon::with(FakeMaster::quick(), |setup| setup.webhook_secret = None).await;
    assert_eq!(post(&daemon, Some(("x-gitlab-token", ""))).await.0, 401);
}
