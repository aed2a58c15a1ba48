//! Programs that others wrote for Marathon, unchanged, against the real daemon with real containers.

mod curl;
mod marathon_python;
mod prometheus;
mod schemathesis;

use crate::support::Cluster;

/// A cluster whose tasks are told at an address that answers here, whatever this machine's name is. What runs there
/// tells how it is by a health check or not at all: waiting whether it stays up would only make the tests slow.
fn cluster() -> Cluster {
    let cluster = Cluster::start_with(&["--hostname", "127.0.0.1"]);
    let checkout = cluster.checkout("settings");
    checkout.write("ship.toml", "[rollout]\nsettling = 0\n").commit("Settle at once");
    checkout.push().ok();
    cluster
}
