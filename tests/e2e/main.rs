//! End to end: the real programs, real git and a real Docker Engine, as a person would use them.
//!
//! Each test has a daemon, a repository and containers of its own and removes them, whatever happens. A test waits
//! for what the programs say and for nothing else; every wait is bounded.

mod docker;
mod support;
