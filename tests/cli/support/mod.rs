//! What every CLI test stands on: a folder of its own, a cleared environment, a cluster that answers.

pub(crate) mod checkout;
pub(crate) mod cluster;
pub(crate) mod sample;
mod sandbox;

pub(crate) use checkout::Checkout;
pub(crate) use cluster::Cluster;
pub(crate) use sandbox::{Run, Sandbox};
