//! Commands in tasks' containers: `POST /v1/tasks/{id}/exec` for scripts, the same address as a WebSocket for people.
//!
//! Over the WebSocket, binary messages are a byte that says which stream, then what goes along it; text messages are
//! [`ExecControl`] on the way there and [`ExecEnd`] on the way back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// First byte of a binary message: what the command reads.
pub const STDIN: u8 = 0;
/// First byte of a binary message: what the command prints; with a terminal, all that it prints.
pub const STDOUT: u8 = 1;
/// First byte of a binary message: what the command prints as errors.
pub const STDERR: u8 = 2;

/// `POST /v1/tasks/{id}/exec`. Answered by one JSON object a line: [`ExecLine`]s, then one [`ExecEnd`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExecRequest {
    /// In which container of a pod; `None` = in the first, or in an app's only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// The program and its arguments; no shell is put in between. Not empty.
    pub argv: Vec<String>,
    /// All that the command reads; `None` = nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<String>,
}

/// A line that a command printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExecLine {
    /// `stdout` or `stderr`.
    pub stream: String,
    /// Without its newline; one of more than 64 KiB comes in parts.
    pub line: String,
}

/// The last that is told of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExecEnd {
    /// The code of its process, or 128 and the signal that ended it.
    Exit(i64),
    /// Why nobody can tell how it ended; it runs no more, or is about to be ended.
    Error(String),
}

/// What a terminal tells besides keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExecControl {
    /// The terminal has this size from now on.
    Resize {
        /// Characters in a row, at least 1.
        columns: u16,
        /// At least 1.
        rows: u16,
    },
    /// The command will be given nothing more to read.
    Eof {},
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_as_the_documents_say() {
        let json = |value: &ExecEnd| serde_json::to_string(value).expect("text keys");
        assert_eq!(json(&ExecEnd::Exit(3)), r#"{"exit":3}"#);
        assert_eq!(json(&ExecEnd::Error("gone".to_owned())), r#"{"error":"gone"}"#);
        let control = |text: &str| serde_json::from_str::<ExecControl>(text).expect("readable");
        assert_eq!(control(r#"{"resize":{"columns":80,"rows":24}}"#), ExecControl::Resize { columns: 80, rows: 24 });
        assert_eq!(control(r#"{"eof":{}}"#), ExecControl::Eof {});
    }
}
