//! What the programs say to each other, as types. How it travels (HTTP, gRPC) is the edges' business.

mod api;

pub use api::{
    AgentView, ApiError, AppView, CommitRef, DeploymentView, Info, LogLine, PlanRequest, Scale, SourceKind, SourceView,
    Status, TaskView,
};
