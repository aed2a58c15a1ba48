//! The nouns: apps, tasks, agents and what they are made of. Types only; decisions live elsewhere.

mod agent;
mod app;
mod constraint;
mod digest;
mod health;
mod ids;
mod pattern;
mod placement;
mod pod;
mod port;
mod resources;
mod role;
mod run;
mod scalar;
mod task;
mod time;
mod volume;
mod wanted;

pub use agent::{AgentInfo, Attribute, EngineState, PortRange, PortRangeError};
pub use app::{
    AppSpec, Backoff, GroupSpec, KillSelection, OnFailure, RolloutPolicy, UnreachableStrategy, UpgradeStrategy,
};
pub use constraint::{Constraint, ConstraintError, Operator};
pub use digest::Digest;
pub use health::{CheckResult, Checks, HealthCheck, InformCheck, Probe, ProbePort, ReadinessCheck};
pub use ids::{AgentId, AppId, CommitId, DeploymentId, GroupId, IdError, TaskId, VolumeId};
pub use placement::{PlacementPolicy, Strategy};
pub use pod::{Companion, Kind, PodSpec, PodTask};
pub use port::{NetworkMode, PortSpec, Protocol};
pub use resources::{Resource, Resources};
pub use role::is_role;
pub use run::{Command, Image, PARAMETER_KEYS, Parameter, RunSpec, Volume, VolumeMode};
pub use scalar::Scalar;
pub use task::{TaskPort, TaskSpec, TaskStatus};
pub use time::{Timestamp, Version};
pub use volume::{Mount, PersistentVolume};
pub use wanted::Wanted;
