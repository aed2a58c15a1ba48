//! The real `shipctl` binary against a made-up cluster: wiring, output and exit codes. What is decided on
//! the way is tested where it is decided.

mod agents;
mod apply;
mod attach;
mod completions;
mod connection;
mod deployments;
mod drain;
mod events;
mod exec;
mod files;
mod history;
mod init;
mod logs;
mod plan;
mod rebalance;
mod rollback;
mod scale;
mod status;
mod support;
mod validate;
mod volumes;
mod whatif;
mod why;
