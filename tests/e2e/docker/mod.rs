//! Tests that need a Docker Engine; their path says so, so that they can be left out by name.

mod apps;
mod crash;
mod failure;
mod refusal;
mod samples;
mod spine;
