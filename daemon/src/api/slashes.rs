//! A slash more in a path, in the middle or at the end, is no other path: scripts put addresses together from parts that
//! end and begin with one.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use std::borrow::Cow;

/// Before a route is looked for.
pub(super) fn fewer(mut request: Request) -> Request {
    if let Some(uri) = tidied(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

/// `None` if it is as it should be.
fn tidied(uri: &Uri) -> Option<Uri> {
    let Cow::Owned(mut text) = tidy(uri.path()) else { return None };
    if let Some(query) = uri.query() {
        text.push('?');
        text.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(text).ok()?);
    Uri::from_parts(parts).ok()
}

fn tidy(path: &str) -> Cow<'_, str> {
    if !path.contains("//") && (path.len() < 2 || !path.ends_with('/')) {
        return Cow::Borrowed(path);
    }
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    Cow::Owned(format!("/{}", steps.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_that_say_nothing_go() {
        let cases = [
            ("//v2//apps//shop/web//", Some("/v2/apps/shop/web")),
            ("/v2/apps/?embed=a//b/", Some("/v2/apps?embed=a//b/")),
            ("//", Some("/")),
            ("http://host:1//ping", Some("http://host:1/ping")),
            ("/", None),
            ("/v2/apps/a%2F%2Fb", None),
            ("*", None),
        ];
        for (path, expected) in cases {
            let uri: Uri = path.parse().expect("a request's target");
            assert_eq!(tidied(&uri).map(|uri| uri.to_string()).as_deref(), expected, "{path}");
        }
    }
}
