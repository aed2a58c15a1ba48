//! Who asks, and with what: the author of the commit, and a line of its message.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, FROM, USER_AGENT};
use axum::http::request::Parts;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// Whose request it is, as far as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    /// `Name <mail>`.
    pub(super) author: String,
    /// `PUT /v2/apps/web by curl/7.88.1 from 127.0.0.1`.
    pub(super) via: String,
    /// Its address, and the path it asked for: for those who watch.
    pub(super) peer: String,
    pub(super) path: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let peer = peer.map_or_else(|| "localhost".to_owned(), |ip: IpAddr| ip.to_canonical().to_string());
        let client = text(&parts.headers, &USER_AGENT).unwrap_or_else(|| "a client".to_owned());
        let path = parts.uri.path().to_owned();
        let via = format!("{} {path} by {client} from {peer}", parts.method);
        Ok(Self { author: author(&parts.headers, &peer), via, peer, path })
    }
}

/// The user that a client names, else the address it gives, else where it is. None of it is proven.
fn author(headers: &HeaderMap, peer: &str) -> String {
    let plain = |text: String| text.replace(['<', '>'], "").trim().to_owned();
    let named = |text: &String| !text.is_empty() && !text.chars().any(char::is_control);
    if let Some(user) = user(headers).map(plain).filter(named) {
        return format!("{user} <{}@{peer}>", user.replace([' ', '@'], "."));
    }
    match text(headers, &FROM).map(plain).filter(named) {
        Some(mail) => format!("{mail} <{mail}>"),
        None => format!("anonymous <anonymous@{peer}>"),
    }
}

/// Of HTTP's basic authentication.
fn user(headers: &HeaderMap) -> Option<String> {
    let (scheme, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| BASE64_STANDARD.decode(credentials.trim()))?.ok()?;
    String::from_utf8(decoded).ok()?.split_once(':').map(|(user, _)| user.to_owned())
}

fn text(headers: &HeaderMap, name: &axum::http::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_caller_is_who_it_says_or_where_it_is() {
        let mut headers = HeaderMap::new();
        assert_eq!(author(&headers, "10.0.0.7"), "anonymous <anonymous@10.0.0.7>");
        headers.insert(FROM, HeaderValue::from_static("grace@example.org"));
        assert_eq!(author(&headers, "::1"), "grace@example.org <grace@example.org>");
        let basic = format!("Basic {}", BASE64_STANDARD.encode("Ada L:secret"));
        headers.insert(AUTHORIZATION, HeaderValue::try_from(basic).expect("base64"));
        assert_eq!(author(&headers, "10.0.0.7"), "Ada L <Ada.L@10.0.0.7>");
        let sly = format!("Basic {}", BASE64_STANDARD.encode("a\nShip-Version: x:y"));
        headers.insert(AUTHORIZATION, HeaderValue::try_from(sly).expect("base64"));
        assert_eq!(author(&headers, "::1"), "grace@example.org <grace@example.org>");
    }
}
