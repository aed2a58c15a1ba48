//! What clients send back of what they were shown. Many read an app, change one field and send all of it: a service port
//! that was chosen for the app is then no wish of theirs. Taken for one it would fix the number in the file, and restart
//! an app on the host's network, where the number is part of a task's environment.

use crate::git::{Fields, Op};
use serde_json::Value;
use ship_core::cluster::{AppRecord, Cluster};
use ship_core::model::PortSpec;

/// Where ports stand in an app, and by which name their service port does.
const LISTS: [(&[&str], &str); 3] = [
    (&["portDefinitions"], "port"),
    (&["container", "portMappings"], "servicePort"),
    (&["container", "docker", "portMappings"], "servicePort"),
];

/// Ports that the app's file leaves open stay open if they come back with the number that was chosen.
pub(super) fn leave_open(fields: &mut Fields, known: &AppRecord) {
    let Some(spec) = known.wanted() else { return };
    let shown = || spec.run.ports.iter().zip(&known.service_ports);
    for (path, name) in LISTS {
        for (port, shown) in list_at(fields, path).into_iter().flatten().zip(shown()) {
            port.get_mut(name).into_iter().for_each(|number| leave_one_open(number, shown));
        }
    }
    for (port, shown) in list_at(fields, &["ports"]).into_iter().flatten().zip(shown()) {
        leave_one_open(port, shown);
    }
}

/// The same of all apps of a group.
pub(super) fn leave_all_open(ops: &mut [Op], cluster: &Cluster) {
    for op in ops {
        if let Op::Put { app, fields, .. } = op
            && let Some(known) = cluster.app_record(app)
        {
            leave_open(fields, known);
        }
    }
}

fn leave_one_open(number: &mut Value, (port, chosen): (&PortSpec, &u16)) {
    if port.service_port == 0 && *chosen != 0 && *number == *chosen {
        *number = 0.into();
    }
}

fn list_at<'f>(fields: &'f mut Fields, path: &[&str]) -> Option<&'f mut Vec<Value>> {
    let (last, above) = path.split_last()?;
    let holder = above.iter().try_fold(fields, |fields, step| fields.get_mut(*step)?.as_object_mut())?;
    holder.get_mut(*last)?.as_array_mut()
}
