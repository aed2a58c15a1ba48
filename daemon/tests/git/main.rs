//! The git side of the daemon, driven by the real `git` program over real HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod applies;
mod changes;
mod fake_master;
mod history;
mod odd_input;
mod pushes;
mod refusals;
mod reverts;
mod rollbacks;
mod rollouts;
mod scaling;
mod sources;
mod support;
mod versions;
mod webhooks;
