//! The Docker runtime and the agent against a real engine. Every test cleans up behind itself, and behind
//! runs that crashed. Needs an engine with the image `busybox`, as `make setup` leaves it.

mod agent;
mod attach;
mod bed;
mod engine_gone;
mod images;
mod pods;
mod process;
mod proxy;
mod sandbox;
