//! What a change of the desired state would do: per app, in ordered steps, with a fingerprint.

mod types;

pub use types::{Action, ActionKind, AppChange, FieldChange, Fingerprint, Forecast, Placement, Plan, Shortage, Step};
