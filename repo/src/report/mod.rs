//! Diagnostics as text, for people and for programs. All formats say the same; none needs colour to be
//! understood.

mod github;
mod human;
mod json;
mod junit;
mod sarif;

pub use github::github;
pub use human::{Style, human};
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
