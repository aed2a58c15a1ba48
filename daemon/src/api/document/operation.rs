//! One operation: a method at a path, what it takes and what it answers.

use super::schema::Schemas;
use axum::http::{Method, StatusCode};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

pub(super) struct Operation {
    pub(super) method: Method,
    /// As OpenAPI writes it; an id may hold slashes.
    pub(super) path: String,
    tag: &'static str,
    summary: String,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Map<String, Value>,
}

pub(super) fn op(method: Method, path: &str, tag: &'static str, summary: impl Into<String>) -> Operation {
    let names = path.split(['{', '}']).skip(1).step_by(2);
    let parameter = |name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
    Operation {
        method,
        path: path.to_owned(),
        tag,
        summary: summary.into(),
        parameters: names.map(parameter).collect(),
        body: None,
        answers: Map::new(),
    }
}

impl Operation {
    /// An optional parameter of the query that is a text.
    pub(super) fn query(self, name: &str, description: &str) -> Self {
        self.parameter(name, description, &json!({ "type": "string" }), false)
    }

    pub(super) fn required(self, name: &str, description: &str) -> Self {
        self.parameter(name, description, &json!({ "type": "string" }), true)
    }

    pub(super) fn number(self, name: &str, description: &str) -> Self {
        self.parameter(name, description, &json!({ "type": "integer", "minimum": 0 }), false)
    }

    pub(super) fn flag(self, name: &str, description: &str) -> Self {
        self.parameter(name, description, &json!({ "type": "boolean" }), false)
    }

    /// May be given several times.
    pub(super) fn many(self, name: &str, description: &str) -> Self {
        self.parameter(name, description, &json!({ "type": "array", "items": { "type": "string" } }), false)
    }

    fn parameter(mut self, name: &str, description: &str, schema: &Value, required: bool) -> Self {
        let parameter =
            json!({ "name": name, "in": "query", "description": description, "required": required, "schema": schema });
        self.parameters.push(parameter);
        self
    }

    pub(super) fn takes<T: JsonSchema>(self, schemas: &mut Schemas) -> Self {
        let schema = schemas.sent::<T>();
        self.takes_like(&schema)
    }

    pub(super) fn takes_like(mut self, schema: &Value) -> Self {
        self.body = Some(json!({ "required": true, "content": { "application/json": { "schema": schema } } }));
        self
    }

    pub(super) fn answers<T: JsonSchema>(self, schemas: &mut Schemas, status: StatusCode) -> Self {
        let schema = schemas.answered::<T>();
        self.answers_like(status, &schema)
    }

    pub(super) fn answers_like(self, status: StatusCode, schema: &Value) -> Self {
        self.answer(status, [("application/json", schema.clone())])
    }

    /// In another form than JSON.
    pub(super) fn writes(self, status: StatusCode, kind: &'static str) -> Self {
        self.answer(status, [(kind, json!({ "type": "string" }))])
    }

    /// Without a body.
    pub(super) fn ends(self, status: StatusCode) -> Self {
        self.answer(status, [])
    }

    /// Statuses whose body says why not.
    pub(super) fn refuses<const N: usize>(self, schema: &Value, statuses: [u16; N]) -> Self {
        statuses.into_iter().fold(self, |operation, status| {
            let status = StatusCode::from_u16(status).expect("a status of HTTP");
            operation.answers_like(status, schema)
        })
    }

    /// Several forms of one status stand side by side.
    fn answer<const N: usize>(mut self, status: StatusCode, forms: [(&str, Value); N]) -> Self {
        let reason = status.canonical_reason().unwrap_or_default();
        let answer = self.answers.entry(status.as_str()).or_insert_with(|| json!({ "description": reason }));
        for (kind, schema) in forms {
            answer["content"][kind] = json!({ "schema": schema });
        }
        self
    }

    pub(super) fn to_openapi(&self) -> Value {
        let words = self.path.split(['/', '{', '}', ':', '*', '.']).filter(|word| !word.is_empty());
        let id = words.fold(self.method.as_str().to_ascii_lowercase(), |id, word| format!("{id}-{word}"));
        let mut operation = json!({
            "tags": [self.tag], "summary": self.summary, "operationId": id, "parameters": self.parameters,
            "responses": self.answers,
        });
        if let Some(body) = &self.body {
            operation["requestBody"] = body.clone();
        }
        operation
    }
}
