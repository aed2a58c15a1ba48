//! Tests that need a Docker Engine; their path says so, so that they can be left out by name.

mod agents;
mod apply;
mod apps;
mod clients;
mod crash;
mod engine_gone;
mod failure;
mod giving_up;
mod looking;
mod operations;
mod refusal;
mod samples;
mod sources;
mod spine;
mod upgrade;
mod volumes;
