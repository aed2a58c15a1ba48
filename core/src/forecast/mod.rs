//! How a change would go: the real machine, run on a copy of the cluster against model agents that do at
//! once what they are told.

mod run;

#[cfg(test)]
mod tests;

pub use run::forecast;
