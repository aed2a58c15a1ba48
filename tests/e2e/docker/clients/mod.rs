//! Programs that others wrote for Marathon, unchanged, against the real daemon with real containers.

mod marathon_python;
mod prometheus;
mod tutorial;

use crate::support::Cluster;

/// A cluster whose tasks are told at an address that answers here, whatever this machine's name is.
fn cluster() -> Cluster {
    Cluster::start_with(&["--hostname", "127.0.0.1"])
}
