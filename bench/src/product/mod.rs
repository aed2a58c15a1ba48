//! The product as its users run it: the real binaries, real git, the public API.

pub(crate) mod crowd;
pub(crate) mod daemon;
pub(crate) mod repository;
