//! `POST /v1/hooks/git`: a forge says that somebody pushed. What it says is not believed, only that it
//! knows the secret; then the repository is looked at.

use super::Git;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use ship_core::protocol::ApiError;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// The largest payload that a forge sends.
pub(super) const BODY_BYTES_MAX: usize = 25 << 20;

const HINT: &str = "send X-Hub-Signature-256 (GitHub), X-Gitlab-Token (GitLab) or X-Gitea-Signature (Gitea)";

/// How long a payload may take to arrive. Until it has, nobody has proven anything.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn receive(State(git): State<Git>, headers: HeaderMap, request: Request) -> Response {
    let body = match tokio::time::timeout(PATIENCE, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => body,
        Ok(Err(err)) => return refused(err.status(), "the payload cannot be read", &err.body_text()),
        Err(_) => return refused(StatusCode::REQUEST_TIMEOUT, "the payload did not arrive in time", "send it again"),
    };
    let Some(secret) = git.webhook_secret() else {
        return denied("this daemon has no webhook secret", "give it one when it starts, and the same to the forge");
    };
    if !is_signed(secret.as_bytes(), &headers, &body) {
        return denied("the request is not signed with the webhook secret", HINT);
    }
    git.look_now();
    StatusCode::ACCEPTED.into_response()
}

fn denied(message: &str, hint: &str) -> Response {
    refused(StatusCode::UNAUTHORIZED, message, hint)
}

fn refused(status: StatusCode, message: &str, hint: &str) -> Response {
    let error = ApiError { message: message.to_owned(), hint: Some(hint.to_owned()), details: Vec::new() };
    (status, Json(error)).into_response()
}

/// Whether the sender knows the secret. How long a no takes tells nothing about the secret.
fn is_signed(secret: &[u8], headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers.get(name).map(|value| value.as_bytes());
    if let Some(signature) = header("x-hub-signature-256") {
        return signature.strip_prefix(b"sha256=").is_some_and(|hex| is_mac(secret, hex, body));
    }
    if let Some(token) = header("x-gitlab-token") {
        // Hashes have one length, whatever is compared.
        return Sha256::digest(token).ct_eq(&Sha256::digest(secret)).into();
    }
    header("x-gitea-signature").is_some_and(|hex| is_mac(secret, hex, body))
}

fn is_mac(secret: &[u8], hex: &[u8], body: &[u8]) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(body);
    bytes(hex).is_some_and(|given| mac.verify_slice(&given).is_ok())
}

fn bytes(hex: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        hex.iter().map(|digit| char::from(*digit).to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";
    /// GitHub's own published example for this secret and body.
    const MAC: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn signed(name: &'static str, value: &str) -> bool {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        is_signed(SECRET, &headers, BODY)
    }

    #[test]
    fn each_forge_proves_that_it_knows_the_secret() {
        assert!(signed("x-hub-signature-256", &format!("sha256={MAC}")));
        assert!(signed("x-gitea-signature", MAC));
        assert!(signed("x-gitlab-token", "It's a Secret to Everybody"));
    }

    #[test]
    fn anything_else_proves_nothing() {
        let other = MAC.replace('7', "8");
        assert!(!signed("x-hub-signature-256", MAC));
        assert!(!signed("x-hub-signature-256", &format!("sha256={other}")));
        assert!(!signed("x-hub-signature-256", "sha256="));
        assert!(!signed("x-gitea-signature", "zz"));
        assert!(!signed("x-gitea-signature", &MAC[1..]));
        assert!(!signed("x-gitlab-token", "guess"));
        assert!(!signed("x-gitlab-token", ""));
        assert!(!is_signed(SECRET, &HeaderMap::new(), BODY));
    }
}
