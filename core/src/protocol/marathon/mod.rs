//! Marathon's words: how `/v2` shows apps, tasks, groups, deployments and the queue (marathon-v2, sections 0, 1.3, 5.6
//! and 7). Fields stand there exactly when Marathon would write them: some clients refuse what they do not know. What
//! these are filled with is the cluster's business; how they travel, the edge's.

mod checks;
mod container;
mod definition;
mod deployment;
mod embed;
mod group;
mod network;
mod pod;
mod pod_status;
mod policy;
mod queue;
mod scalar;
mod selector;
mod standing;
mod task;
#[cfg(test)]
mod tests;

pub use checks::HealthDefinition;
pub(crate) use container::as_written;
pub use definition::{Definition, ServicePorts, VersionInfo};
pub use deployment::{Action, ActionStep, AppAction, CurrentAction, DeploymentInfo, Named};
pub use embed::{Extra, Extras};
pub use group::{Group, GroupTree};
pub use pod::Pod;
pub(crate) use pod::written as pod_file;
pub use pod_status::{
    ContainerStatus, EndpointStatus, InstanceState, InstanceStatus, NetworkStatus, PodState, PodStatus, Termination,
};
pub use queue::{Delay, Offer, OffersSummary, QueueItem, Queued, Reason, RejectCount, UnusedOffer};
pub use scalar::Moment;
pub use selector::{Selector, SelectorError};
pub use standing::{
    App, Counts, DeploymentRef, LastFailure, LifeTime, ReadinessResult, ShortCounts, Stats, StatsBody, TasksStats,
};
pub use task::{HealthResult, IpAddress, LocalVolume, Task, TaskState, instance_of};
