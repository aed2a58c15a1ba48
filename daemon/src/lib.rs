//! shipd: the edge that listens, stores and runs containers. What to do is decided in `ship_core`.

pub mod agent;
pub mod api;
pub mod args;
pub mod clock;
pub mod daemon;
pub mod data_dir;
pub mod entropy;
pub mod git;
pub mod logging;
pub mod master;
pub mod metrics;
pub mod ready;
pub mod runtime;
pub mod settings;
pub mod store;
pub mod supervisor;
pub mod wire;
