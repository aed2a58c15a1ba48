//! A row of the table: a request, the status of its answer, and what must hold of headers and body.

use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use serde_json::Value;
use std::fmt::Write;

pub(super) struct Row {
    name: &'static str,
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
    status: u16,
    holds: Vec<Claim>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
    pub(super) text: String,
    /// Null if it is no JSON.
    pub(super) json: Value,
}

/// What is claimed, in words, and whether it holds.
struct Claim {
    words: String,
    holds: Box<dyn Fn(&Answer) -> bool + Send>,
}

pub(super) fn post(name: &'static str, path: impl Into<String>) -> Row {
    Row::new(name, Method::POST, path)
}

pub(super) fn put(name: &'static str, path: impl Into<String>) -> Row {
    Row::new(name, Method::PUT, path)
}

pub(super) fn patch(name: &'static str, path: impl Into<String>) -> Row {
    Row::new(name, Method::PATCH, path)
}

pub(super) fn delete(name: &'static str, path: impl Into<String>) -> Row {
    Row::new(name, Method::DELETE, path)
}

pub(super) fn get(name: &'static str, path: impl Into<String>) -> Row {
    Row::new(name, Method::GET, path)
}

impl Row {
    pub(super) fn new(name: &'static str, method: Method, path: impl Into<String>) -> Self {
        Self { name, method, path: path.into(), headers: Vec::new(), body: None, status: 200, holds: Vec::new() }
    }

    /// Of the request.
    pub(super) fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }

    /// JSON, or what is to be taken for it.
    #[expect(clippy::needless_pass_by_value, reason = "rows are written once and read often")]
    pub(super) fn sends(mut self, body: impl ToString) -> Self {
        self.body = Some(body.to_string());
        self
    }

    /// Other than 200.
    pub(super) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// What a JSON pointer finds in the body.
    pub(super) fn says(self, pointer: &'static str, expected: impl Into<Value>) -> Self {
        let expected = expected.into();
        let words = format!("{pointer} is {expected}");
        self.claim(words, move |answer| answer.json.pointer(pointer) == Some(&expected))
    }

    /// That something is there, whatever it is.
    pub(super) fn has(self, pointer: &'static str) -> Self {
        self.claim(format!("{pointer} is there"), move |answer| answer.json.pointer(pointer).is_some())
    }

    pub(super) fn lacks(self, pointer: &'static str) -> Self {
        self.claim(format!("{pointer} is not there"), move |answer| answer.json.pointer(pointer).is_none())
    }

    /// The values that `field` has in the list at a JSON pointer.
    pub(super) fn lists<const N: usize>(self, pointer: &'static str, field: &'static str, values: [&str; N]) -> Self {
        let expected: Vec<String> = values.map(str::to_owned).into();
        self.claim(format!("{pointer} lists {expected:?}"), move |answer| {
            let list = answer.json.pointer(pointer).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().map(|entry| entry[field].as_str().unwrap_or("?")).eq(expected.iter()))
        })
    }

    pub(super) fn text(self, expected: impl Into<String>) -> Self {
        let expected = expected.into();
        self.claim(format!("the body is {expected:?}"), move |answer| answer.text == expected)
    }

    /// A header of the answer; `None` = it has none of that name.
    pub(super) fn header(self, name: &'static str, expected: Option<&'static str>) -> Self {
        self.claim(format!("{name}: {expected:?}"), move |answer| {
            answer.headers.get(name).and_then(|value| value.to_str().ok()) == expected
        })
    }

    pub(super) fn claim(mut self, words: impl Into<String>, holds: impl Fn(&Answer) -> bool + Send + 'static) -> Self {
        self.holds.push(Claim { words: words.into(), holds: Box::new(holds) });
        self
    }

    pub(super) async fn ask(&self, url: &str) -> Answer {
        let mut request = Client::new().request(self.method.clone(), format!("{url}{}", self.path));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let answer = request.send().await.expect("an answer, whatever it is");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await.expect("a whole body").to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, bytes, text, json }
    }

    /// What does not hold of the answer.
    fn broken_by(&self, answer: &Answer) -> Vec<String> {
        let status = (answer.status != self.status).then(|| format!("the status is {}", self.status));
        let claims = self.holds.iter().filter(|claim| !(claim.holds)(answer)).map(|claim| claim.words.clone());
        status.into_iter().chain(claims).collect()
    }
}

/// Asks one row after the other, prints the table, and fails with all that does not hold.
pub(super) async fn judge(url: &str, rows: Vec<Row>) {
    let (mut table, mut failures) = (String::new(), String::new());
    for row in &rows {
        let answer = row.ask(url).await;
        let broken = row.broken_by(&answer);
        let verdict = if broken.is_empty() { "holds" } else { "BROKEN" };
        writeln!(table, "{verdict:6} {} {:6} {:76} {}", answer.status, row.method.as_str(), row.path, row.name)
            .expect("a text takes all");
        if !broken.is_empty() {
            let said: String = answer.text.chars().take(2000).collect();
            writeln!(
                failures,
                "{}: {} {}\n  expected: {}\n  answered: {} {said}",
                row.name,
                row.method,
                row.path,
                broken.join("\n            "),
                answer.status
            )
            .expect("a text takes all");
        }
    }
    assert!(failures.is_empty(), "{table}\n{failures}");
    #[expect(clippy::print_stdout, reason = "shown with the test's output when it is asked for")]
    {
        println!("{table}{} rows hold", rows.len());
    }
}
