//! shipd: the edge that listens, stores and runs containers. What to do is decided in `ship_core`.

pub mod agent;
pub mod api;
pub mod clock;
pub mod data_dir;
pub mod entropy;
pub mod git;
pub mod master;
pub mod runtime;
pub mod store;
pub mod wire;
