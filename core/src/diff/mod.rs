//! How two definitions of an app differ, and whether running tasks can notice.

mod fields;
mod told;
mod written;

pub use fields::{AppDiff, diff, run_digest};
