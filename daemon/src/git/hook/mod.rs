//! How a push reaches the daemon: git starts the hook, the hook (`relay`) asks over a unix socket, the
//! daemon (`server`) answers line by line. Nothing is decided here.

mod relay;
mod server;
mod socket;
mod wire;

pub use relay::run;
pub(super) use server::{Answer, Gone, Speaker, bind, serve};
pub use wire::Hook;
pub(super) use wire::{Call, RefUpdate};
