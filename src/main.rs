//! The command line of shipctl.
fn main() {}
