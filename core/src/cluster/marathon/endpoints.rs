//! Where an app can be reached, as lines of text for shell scripts and old load balancers (marathon-v2, section 8.5).

use crate::cluster::Cluster;
use crate::model::{AppId, Timestamp};
use crate::protocol::marathon::{Extra, Extras, ServicePorts, Task, TaskState};
use std::fmt::Write;

impl Cluster {
    /// A line for each service port: the app with `_` for `/`, the port, and `host:port` of every running task, with a
    /// tab after each. Of an app without ports one line with the hosts. `None` if it is not wanted (any more).
    #[must_use]
    pub fn marathon_endpoints(&self, id: &AppId, now: Timestamp) -> Option<String> {
        let record = self.app_record(id)?;
        let tasks = self.marathon_app(id, &Extras::new([Extra::Tasks], &[], []), now)?.tasks.unwrap_or_default();
        let running = || tasks.iter().filter(|task| task.state == TaskState::Running);
        let name = id.underscored();
        let ports = ServicePorts::of(record.wanted()?, &record.service_ports);
        let lines = ports.iter().enumerate().map(|(index, (_, port))| {
            running().fold(format!("{name}\t{port}\t"), |line, task| with_place(line, task, index)) + "\n"
        });
        let text: String = lines.collect();
        match text.is_empty() {
            false => Some(text),
            true => Some(running().fold(format!("{name}\t \t"), |line, task| line + task.host + "\t") + "\n"),
        }
    }
}

/// A task without such a port has no place in the line.
fn with_place(mut line: String, task: &Task<'_>, index: usize) -> String {
    if let Some(port) = task.ports.get(index).and_then(|port| port.host) {
        write!(line, "{}:{port}\t", task.host).expect("a text takes all that is written to it");
    }
    line
}
