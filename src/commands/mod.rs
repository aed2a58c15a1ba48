//! One verb per file: its arguments (whose comments are the help) and one short function.

mod app_name;
pub(crate) mod completions;
mod limit;
pub(crate) mod logs;
pub(crate) mod scale;
mod session;
pub(crate) mod status;

pub(crate) use app_name::{AppName, AppNameError};
pub(crate) use limit::Limit;
pub(crate) use session::Session;
