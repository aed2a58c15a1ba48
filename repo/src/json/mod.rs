//! JSON texts with positions: parsed strictly, checked against a schema on the syntax tree itself.

pub(crate) mod explain;
pub(crate) mod locate;
pub(crate) mod node;
pub(crate) mod parse;
pub(crate) mod schema;
mod words;
