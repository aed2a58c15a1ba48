//! The document as one page for people: no script, nothing from elsewhere.

use serde_json::Value;
use std::fmt::Write;

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: auto; padding: 1rem; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
h2 { margin-top: 3rem; border-bottom: 1px solid; }
details { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 0.4rem; margin: 0.5rem 0; padding: 0.4rem 0.8rem; }
summary { cursor: pointer; }
.method { display: inline-block; min-width: 4.5em; font-weight: bold; }
.get { color: #2a7; } .post, .put, .patch { color: #c70; } .delete { color: #c33; }
pre { overflow-x: auto; max-height: 24rem; font-size: 0.85em; }
nav a { margin-right: 1em; }
";

/// The whole page.
pub(super) fn render(document: &Value) -> String {
    let operations = operations(document);
    let mut tags: Vec<&str> = Vec::new();
    for (_, _, operation) in &operations {
        let tag = operation["tags"][0].as_str().unwrap_or_default();
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let info = &document["info"];
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>shipd: REST API</title><style>{STYLE}</style><h1>shipd {}</h1><p>{}</p>\
         <p>For programs: <a href=\"/openapi.json\">openapi.json</a></p><nav>",
        text(&info["version"]),
        text(&info["description"])
    );
    tags.iter().for_each(|tag| add(&mut page, format_args!("<a href=\"#{tag}\">{tag}</a>")));
    page.push_str("</nav>");
    for tag in tags {
        add(&mut page, format_args!("<h2 id=\"{tag}\">{tag}</h2>"));
        let of_tag = operations.iter().filter(|(_, _, operation)| operation["tags"][0] == *tag);
        of_tag.for_each(|(path, method, operation)| section(&mut page, path, method, operation));
    }
    page.push_str("<h2 id=\"schemas\">schemas</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let (name, schema) = (escaped(name), pretty(schema));
        add(&mut page, format_args!("<details id=\"{name}\"><summary><code>{name}</code></summary>{schema}</details>"));
    }
    page
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, of)| (path.as_str(), method.as_str(), of))
        })
        .collect()
}

fn section(page: &mut String, path: &str, method: &str, operation: &Value) {
    add(
        page,
        format_args!(
            "<details><summary><span class=\"method {method}\">{}</span> <code>{}</code> {}</summary>",
            method.to_uppercase(),
            escaped(path),
            text(&operation["summary"])
        ),
    );
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !parameters.is_empty() {
        page.push_str("<h4>parameters</h4><ul>");
        for parameter in parameters {
            let kind = text(&parameter["schema"]["type"]);
            let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
            let said = text(&parameter["description"]);
            add(page, format_args!("<li><code>{name}</code> ({place}, {kind}) {said}</li>"));
        }
        page.push_str("</ul>");
    }
    if let Some(content) = operation["requestBody"]["content"].as_object() {
        page.push_str("<h4>body</h4>");
        content.iter().for_each(|(kind, of)| body(page, kind, &of["schema"]));
    }
    page.push_str("<h4>answers</h4>");
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        add(page, format_args!("<p><b>{status}</b> {}</p>", text(&answer["description"])));
        answer["content"].as_object().into_iter().flatten().for_each(|(kind, of)| body(page, kind, &of["schema"]));
    }
    page.push_str("</details>");
}

/// A reference is a link; what stands in its place is shown folded.
fn body(page: &mut String, kind: &str, schema: &Value) {
    let kind = escaped(kind);
    match schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).map(escaped) {
        Some(name) => add(page, format_args!("<p><code>{kind}</code>: <a href=\"#{name}\">{name}</a></p>")),
        None => add(page, format_args!("<details><summary><code>{kind}</code></summary>{}</details>", pretty(schema))),
    }
}

fn pretty(schema: &Value) -> String {
    format!("<pre>{}</pre>", escaped(&serde_json::to_string_pretty(schema).unwrap_or_default()))
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn add(page: &mut String, what: std::fmt::Arguments<'_>) {
    page.write_fmt(what).expect("a text takes all");
}
