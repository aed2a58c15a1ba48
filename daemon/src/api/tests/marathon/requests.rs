//! Rows of requests that are odd, whatever they ask for: paths, methods and bodies (marathon-v2, sections 8.1 and 8.2).

use super::row::{Row, delete, get, patch, post, put};
use reqwest::Method;

pub(super) fn rows() -> Vec<Row> {
    [paths(), methods(), bodies()].into_iter().flatten().collect()
}

fn paths() -> Vec<Row> {
    let no_text = |row: Row| row.status(400).has("/message");
    let nothing = |name, path| get(name, path).status(404).has("/message");
    vec![
        get("slashes at the beginning", "//v2//apps//shop/web//").says("/app/id", "/shop/web"),
        get("a slash at the end", "/v2/info/").says("/name", "marathon"),
        get("ping with a slash", "/ping/").text("pong"),
        get("dots between words", "/v2/apps/shop/%2e%2e/job").says("/app/id", "/job"),
        get("an encoded slash", "/v2/apps/shop%2Fweb").says("/app/id", "/shop/web"),
        no_text(get("no text", "/v2/apps/%ff%fe")),
        no_text(get("no text for a group", "/v2/groups/%ff")),
        nothing("a character that ends texts elsewhere", "/v2/apps/%00"),
        nothing("half an encoding", "/v2/apps/a%zz"),
        no_text(delete("no text to remove", "/v2/apps/%ff")),
        no_text(delete("no text as a deployment", "/v2/deployments/%ff")),
    ]
}

/// An answer to a wrong method names the right ones.
fn methods() -> Vec<Row> {
    let wrong = |row: Row, allow| row.status(405).has("/message").header("allow", Some(allow));
    let options = |path| Row::new("OPTIONS", Method::OPTIONS, path);
    vec![
        wrong(delete("all below is not removed", "/v2/apps/shop/*"), "GET,HEAD"),
        wrong(delete("nor all", "/v2/apps/%2A"), "GET,HEAD"),
        wrong(post("POST of an app", "/v2/apps/job").sends("{}"), "GET,HEAD,PUT,PATCH,DELETE"),
        wrong(get("GET of a restart", "/v2/apps/job/restart"), "POST"),
        wrong(get("GET of a task", "/v2/apps/job/tasks/job.1"), "DELETE"),
        wrong(put("PUT of tasks", "/v2/apps/job/tasks").sends("{}"), "GET,HEAD,DELETE"),
        wrong(delete("DELETE of versions", "/v2/apps/job/versions"), "GET,HEAD"),
        wrong(delete("DELETE of a group's apps", "/v2/groups/shop/apps"), "GET,HEAD"),
        wrong(delete("DELETE of a group's version", "/v2/groups/versions/2020-01-01T00:00:00.000Z"), "GET,HEAD"),
        wrong(get("GET of what deletes", "/v2/tasks/delete"), "POST"),
        wrong(options("/v2/apps"), "GET,HEAD,POST,PUT,PATCH"),
        wrong(options("/v2/leader"), "GET,HEAD,DELETE"),
    ]
}

/// Nothing of it reaches git, which here takes nothing.
fn bodies() -> Vec<Row> {
    let bad = |name, body: &str| post(name, "/v2/apps").sends(body).status(400).says("/message", "Invalid JSON");
    vec![
        bad("a NUL in a text", "{\"id\":\"a\u{0}\"}"),
        bad("a number without bounds", r#"{"id":"a","cpus":1e999}"#),
        bad("nested beyond reason", &"[".repeat(100_000)),
        post("a mark before it, as Windows writes", "/v2/apps").sends("\u{feff}[]").status(422),
        patch("a patch by its own name", "/v2/apps/none")
            .with("content-type", "application/merge-patch+json")
            .sends("[]")
            .status(422),
        post("more than is taken", "/v2/apps")
            .sends(" ".repeat((16 << 20) + 1))
            .status(413)
            .says("/message", "the body is larger than 16 MiB"),
    ]
}
