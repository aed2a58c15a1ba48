//! One verb per file: its arguments (whose comments are the help) and one short function.

mod app_name;
pub(crate) mod apply;
pub(crate) mod attach;
pub(crate) mod cancel;
mod change;
pub(crate) mod completions;
mod deployment_name;
pub(crate) mod deployments;
pub(crate) mod events;
mod file_edit;
pub(crate) mod history;
pub(crate) mod init;
mod limit;
pub(crate) mod logs;
pub(crate) mod plan;
mod refusal;
pub(crate) mod restart;
pub(crate) mod resume;
pub(crate) mod rollback;
pub(crate) mod scale;
mod scope;
mod session;
pub(crate) mod status;
mod subject;
mod target;
pub(crate) mod validate;

pub(crate) use app_name::{AppName, AppNameError};
pub(crate) use deployment_name::{DeploymentName, NotAnId};
pub(crate) use init::InitError;
pub(crate) use limit::Limit;
pub(crate) use refusal::Refusal;
pub(crate) use rollback::NotAnApp;
pub(crate) use scope::ScopeError;
pub(crate) use session::{Place, Session};
pub(crate) use subject::{Ambiguous, Subject};
pub(crate) use target::{Target, TargetError};
