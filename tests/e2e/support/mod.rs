//! What the tests stand on: programs that run with a deadline, a daemon, a checkout, a view of the engine.

mod checkout;
mod clients;
mod cluster;
mod curve;
mod daemon;
mod detour;
mod engine;
mod http;
mod ports;
mod programs;
mod run;

pub(crate) use checkout::Checkout;
pub(crate) use clients::{client, script};
pub(crate) use cluster::Cluster;
pub(crate) use curve::Curve;
pub(crate) use detour::Detour;
pub(crate) use engine::{Container, containers_of};
pub(crate) use http::{fetch, fetch_until, json};
pub(crate) use run::{Finished, Running};
