//! What the parts underneath cost when nothing orchestrates them: the denominators.

pub(crate) mod answers;
pub(crate) mod engine;
pub(crate) mod git;
pub(crate) mod launching;
pub(crate) mod placement;
pub(crate) mod validate;
