//! A cluster as Marathon's clients see it. The shapes are [`crate::protocol::marathon`]'s; here they are filled.

mod apps;
mod deployments;
mod endpoints;
mod groups;
mod pods;
mod queue;
mod tasks;
