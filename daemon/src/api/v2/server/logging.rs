//! `/logging`: what the daemon writes to its log, changed while it runs, for a while or until it ends.

use crate::api::Api;
use crate::api::v2::body::Json;
use crate::api::v2::problem::{Detail, Problem};
use crate::logging::{Level, LoggingError};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

/// A week.
const SECONDS_MAX: u64 = 7 * 24 * 3600;

pub(super) async fn levels(State(api): State<Api>) -> axum::Json<Value> {
    axum::Json(shown(&api))
}

pub(super) async fn set(State(api): State<Api>, Json(value): Json) -> Result<axum::Json<Value>, Problem> {
    let wish = Wish::read(&value).map_err(|details| Problem::not_valid(&details))?;
    api.logging.set(&wish.logger, wish.level, wish.span).map_err(|err| match err {
        LoggingError::Logger { .. } => Problem::not_valid(&[Detail::new("/logger", err.to_string())]),
        LoggingError::Gone => Problem::new(StatusCode::SERVICE_UNAVAILABLE, err.to_string()),
    })?;
    Ok(axum::Json(shown(&api)))
}

fn shown(api: &Api) -> Value {
    let loggers = api.logging.levels().into_iter().map(|(logger, level)| json!({ "logger": logger, "level": level }));
    json!({ "loggers": loggers.collect::<Vec<_>>() })
}

struct Wish {
    logger: String,
    level: Level,
    /// `None` = until the daemon ends.
    span: Option<Duration>,
}

impl Wish {
    /// Or everything that is wrong with it.
    fn read(value: &Value) -> Result<Self, Vec<Detail>> {
        let mut wrong = Vec::new();
        let logger = value["logger"].as_str().map(str::to_owned);
        if logger.is_none() {
            wrong.push(Detail::new("/logger", "error.expected.jsstring"));
        }
        let level = value["level"].as_str().unwrap_or_default().parse::<Level>();
        if let Err(err) = &level {
            wrong.push(Detail::new("/level", err.to_string()));
        }
        let span = match &value["durationSeconds"] {
            Value::Null => Ok(None),
            seconds => seconds.as_u64().filter(|seconds| (1..=SECONDS_MAX).contains(seconds)).map(Some).ok_or(()),
        };
        if span.is_err() {
            wrong.push(Detail::new("/durationSeconds", format!("expected a whole number from 1 to {SECONDS_MAX}")));
        }
        match (logger, level, span) {
            (Some(logger), Ok(level), Ok(span)) => Ok(Self { logger, level, span: span.map(Duration::from_secs) }),
            (_, _, _) => Err(wrong),
        }
    }
}
