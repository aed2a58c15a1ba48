//! What a change of the desired state would do: per app, in ordered steps, with a fingerprint.

mod changes;
mod depend;
mod make;
mod outlook;
mod report;
mod stale;
mod types;
mod values;
mod warnings;
mod wrap;

pub(crate) use changes::{changes, step_of, steps};
pub use depend::dependencies;
pub use make::plan;
pub use report::report;
pub use stale::changed_inputs;
pub use types::{
    Action, ActionKind, AppChange, AppInput, Bounds, FieldChange, Fingerprint, Forecast, Placement, Plan, Shortage,
    Step, Warning,
};
