//! The cluster against model agents: scenarios, and random histories.

mod agents;
mod deployments;
mod drain;
mod everywhere;
mod histories;
mod kill;
mod marathon;
mod marathon_pods;
mod marks;
mod pods;
mod preempt;
mod rollouts;
mod room;
mod service_ports;
mod told;
mod volumes;
mod whatif;
mod why;
mod world;
