//! App files where they live: in a working tree or in a commit. Reads them, says what is wrong with line and
//! column, writes changes back. What the fields mean is `ship_core::manifest`'s business.

#![warn(missing_docs)]

pub mod commit;
pub mod edit;
pub mod lenient;
pub mod report;
pub mod schemas;

mod diagnostic;
mod error;
mod file;
mod json;
mod lines;
mod settings;
mod tree;

pub use diagnostic::{Diagnostic, Related, Severity};
pub use error::RepoError;
pub use file::kind_of;
pub use lines::Position;
pub use settings::{
    AgentSettings, Amounts, AmountsError, Attributes, AttributesError, Context, DaemonSettings, HostPorts,
    HostPortsError, Settings,
};
pub use tree::{Files, Tree};
