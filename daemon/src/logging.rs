//! The daemon's log: how it is written, and how much of it, which may change while it runs.

use serde::Serialize;
use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::io::{IsTerminal, stderr};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::reload::{self, Handle};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, fmt as lines};

/// What Marathon calls the level of everything that has none of its own.
pub const ROOT: &str = "ROOT";

/// The process has one log.
static OF_PROCESS: OnceLock<Logging> = OnceLock::new();

/// A copy is another handle to the same log.
#[derive(Clone)]
pub struct Logging(Arc<Inner>);

struct Inner {
    filter: Option<Handle<EnvFilter, Registry>>,
    /// As the daemon was started with.
    base: String,
    changed: Mutex<Changed>,
}

#[derive(Default)]
struct Changed {
    /// By logger: its level, and the number of the request that set it.
    levels: BTreeMap<String, (Level, u64)>,
    requests: u64,
}

/// From everything to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Off,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoggingError {
    #[error("`{logger}` is no logger: use `{ROOT}`, or a path such as `shipd::master`")]
    Logger { logger: String },
    #[error("the log of this process cannot be changed")]
    Gone,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("got `{0}`, expected one of: [trace, debug, info, warn, error, off]")]
pub struct NoLevel(String);

/// Begins the log: to stderr, as `SHIP_LOG` says.
pub fn start() {
    let filter = EnvFilter::try_from_env("SHIP_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let (logging, filter) = Logging::new(filter);
    let colours = stderr().is_terminal() && env::var_os("NO_COLOR").is_none();
    let lines = lines::layer().with_writer(stderr).with_ansi(colours).with_target(false);
    tracing_subscriber::registry().with(filter).with(lines).init();
    // Started twice, the first one stays: it is the one that is written to.
    let _ = OF_PROCESS.set(logging);
}

/// The log that was [started](start); one that cannot be changed if none was.
#[must_use]
pub fn of_process() -> Logging {
    let silent = || Logging(Arc::new(Inner { filter: None, base: String::new(), changed: Mutex::default() }));
    OF_PROCESS.get().cloned().unwrap_or_else(silent)
}

impl Logging {
    /// The filter belongs below a subscriber's other layers; without it nothing can be set.
    #[must_use]
    pub fn new(base: EnvFilter) -> (Self, reload::Layer<EnvFilter, Registry>) {
        let text = base.to_string();
        let (layer, handle) = reload::Layer::new(base);
        (Self(Arc::new(Inner { filter: Some(handle), base: text, changed: Mutex::default() })), layer)
    }

    /// Of every logger that has one of its own, as they are now.
    #[must_use]
    pub fn levels(&self) -> BTreeMap<String, String> {
        let directives = self.0.base.split(',').filter(|directive| !directive.is_empty());
        let base = directives.map(|directive| match directive.rsplit_once('=') {
            Some((logger, level)) => (logger.to_owned(), level.to_lowercase()),
            None => (ROOT.to_owned(), directive.to_lowercase()),
        });
        let changed = self.changed();
        let set = changed.levels.iter().map(|(logger, (level, _))| (logger.clone(), level.to_string()));
        base.chain(set).collect()
    }

    /// For a while, or until the daemon ends. What is set later for the same logger holds instead.
    pub fn set(&self, logger: &str, level: Level, span: Option<Duration>) -> Result<(), LoggingError> {
        let is_path = logger.chars().all(|c| c.is_ascii_alphanumeric() || "_:.-".contains(c));
        if logger.is_empty() || !is_path {
            return Err(LoggingError::Logger { logger: logger.to_owned() });
        }
        let mut changed = self.changed();
        changed.requests += 1;
        let request = changed.requests;
        changed.levels.insert(logger.to_owned(), (level, request));
        self.apply(&changed)?;
        drop(changed);
        tracing::info!(logger, %level, seconds = span.map(|span| span.as_secs()), "the log was asked for more, or less");
        if let Some(span) = span {
            let (logging, logger) = (self.clone(), logger.to_owned());
            tokio::spawn(async move {
                tokio::time::sleep(span).await;
                logging.take_back(&logger, request);
            });
        }
        Ok(())
    }

    fn take_back(&self, logger: &str, request: u64) {
        let mut changed = self.changed();
        if changed.levels.get(logger).is_some_and(|(_, set_by)| *set_by == request) {
            changed.levels.remove(logger);
            if let Err(err) = self.apply(&changed) {
                tracing::warn!(%err, logger, "its level stays as it is");
            }
        }
    }

    fn apply(&self, changed: &Changed) -> Result<(), LoggingError> {
        let set = changed.levels.iter().map(|(logger, (level, _))| match logger.as_str() {
            ROOT => level.to_string(),
            logger => format!("{logger}={level}"),
        });
        let base = Some(self.0.base.clone()).filter(|base| !base.is_empty());
        let text = base.into_iter().chain(set).collect::<Vec<_>>().join(",");
        let filter = EnvFilter::try_new(text).map_err(|_| LoggingError::Gone)?;
        let handle = self.0.filter.as_ref().ok_or(LoggingError::Gone)?;
        handle.reload(filter).map_err(|_| LoggingError::Gone)
    }

    fn changed(&self) -> MutexGuard<'_, Changed> {
        self.0.changed.lock().expect("no holder of this lock panics")
    }
}

impl FromStr for Level {
    type Err = NoLevel;

    fn from_str(text: &str) -> Result<Self, NoLevel> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "trace" | "all" => Self::Trace,
            "debug" => Self::Debug,
            "info" => Self::Info,
            "warn" => Self::Warn,
            "error" => Self::Error,
            "off" => Self::Off,
            _ => return Err(NoLevel(text.to_owned())),
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(logging: &Logging, logger: &str) -> Option<String> {
        logging.levels().remove(logger)
    }

    /// Time stands still but where everybody waits for it.
    #[tokio::test(start_paused = true)]
    async fn a_level_that_was_set_for_a_while_goes_back() {
        let (logging, _filter) = Logging::new(EnvFilter::new("info,hyper=warn"));
        logging.set("shipd::master", Level::Debug, Some(Duration::from_secs(10))).unwrap();
        logging.set(ROOT, Level::Error, None).unwrap();
        assert_eq!(level(&logging, "shipd::master").as_deref(), Some("debug"));
        let effective = logging.0.filter.as_ref().unwrap().with_current(ToString::to_string).unwrap();
        assert!(effective.contains("shipd::master=debug") && effective.contains("hyper=warn"), "{effective}");
        tokio::time::sleep(Duration::from_secs(11)).await;
        assert_eq!(level(&logging, "shipd::master"), None);
        assert_eq!(
            (level(&logging, ROOT).as_deref(), level(&logging, "hyper").as_deref()),
            (Some("error"), Some("warn"))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_set_later_is_not_taken_back_by_what_was_set_before() {
        let (logging, _filter) = Logging::new(EnvFilter::new("info"));
        logging.set("a", Level::Debug, Some(Duration::from_secs(10))).unwrap();
        logging.set("a", Level::Trace, None).unwrap();
        tokio::time::sleep(Duration::from_secs(11)).await;
        assert_eq!(level(&logging, "a").as_deref(), Some("trace"));
    }

    #[tokio::test]
    async fn what_is_no_logger_is_refused() {
        let (logging, _filter) = Logging::new(EnvFilter::new("info"));
        for logger in ["", "a=trace,b", "a[span]"] {
            assert!(matches!(logging.set(logger, Level::Info, None), Err(LoggingError::Logger { .. })));
        }
        assert_eq!("loud".parse::<Level>(), Err(NoLevel("loud".into())));
        assert_eq!(of_process().set("a", Level::Info, None), Err(LoggingError::Gone));
    }
}
