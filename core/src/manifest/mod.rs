//! What app files mean: their fields, the canonical form, the rules of one file and across files. Texts and
//! positions belong to `repo`; a finding names its place by JSON pointer.

mod across;
mod app_file;
mod check_file;
mod container_file;
mod finding;
mod group_file;
mod network_file;
mod normalise;
mod pod_container_file;
mod pod_file;
mod policy_file;
mod rule;
mod suggest;

pub use across::{Across, CrossFinding, Party, Spot, check};
pub use app_file::{AppFile, EnvValue, Fetch, Limit, ResourceLimits, SecretSource, Unlimited};
pub use check_file::{CheckCommand, HealthCheckFile, HealthProtocol, ReadinessCheck, TaskCheck};
pub use container_file::{
    Container, ContainerKind, DiskKind, Docker, DockerNetwork, PersistentFile, VolumeFile, VolumeModeFile,
};
pub use finding::{Finding, Part, Place};
pub use group_file::GroupFile;
pub use network_file::{IpAddress, Network, NetworkKind, PortDefinition, PortMapping, PortProtocol};
pub use normalise::{Defaults, PlacementDefaults, RolloutDefaults, normalise, normalise_group, normalise_pod};
pub use pod_container_file::{
    Endpoint, EndpointProtocol, ImageKind, Lifecycle, PodContainer, PodExec, PodHealthCheck, PodImage, PodResources,
    VolumeMount,
};
pub use pod_file::{PodBackoff, PodConstraint, PodFile, PodPlacement, PodVolume, Scaling, ScalingKind, Scheduling};
pub use policy_file::{Disabled, UnreachableFile, UpgradeFile};
pub use rule::Rule;
pub use suggest::nearest;
