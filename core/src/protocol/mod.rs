//! What the programs say to each other, as types. How it travels (HTTP, gRPC) is the edges' business.

mod api;
pub mod exec;
mod files;
pub mod marathon;
mod since;
mod volumes;

pub use api::{
    AgentDetail, AgentView, ApiError, AppView, Apply, Cancel, Cancelled, CommitRef, DeploymentView, DrainAllRequest,
    DrainRequest, HistoryEntry, Info, LogLine, PlanRequest, Restart, Resume, Resumed, Rollback, Scale, SourceKind,
    SourceView, StandingTask, Status, TaskView, WhatIfRequest,
};
pub use files::{FILE_SIZE_HEADER, FileEntry, FileKind, FileListing};
pub use since::{NotSince, Since};
pub use volumes::{VolumeState, VolumeView};
