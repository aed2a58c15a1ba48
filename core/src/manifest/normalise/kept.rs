//! Fields that decide nothing yet and are kept for the API.

use super::Reader;
use crate::manifest::app_file::Limit;
use crate::manifest::{Finding, Place, Rule};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

impl Reader<'_> {
    pub(super) fn kept(&mut self) -> BTreeMap<String, Value> {
        let file = self.file;
        self.limits();
        let mut kept = BTreeMap::new();
        let mut keep = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                kept.insert(name.to_owned(), value);
            }
        };
        keep("resourceLimits", file.resource_limits.as_ref().map(plain));
        keep("executorResources", file.executor_resources.clone());
        let labelled = file.networks.as_ref().filter(|list| list.iter().any(|network| network.labels.is_some()));
        keep("networks", labelled.map(plain));
        kept
    }

    fn limits(&mut self) {
        let Some(limits) = &self.file.resource_limits else { return };
        let pairs = [
            ("cpus", &limits.cpus, self.file.cpus.unwrap_or(1.0)),
            ("mem", &limits.mem, self.file.mem.unwrap_or(128.0)),
        ];
        for (name, limit, request) in pairs {
            if let Some(Limit::Amount(amount)) = limit
                && *amount < request
            {
                let place = Place::field("resourceLimits").then(name);
                let message = format!("the limit of {amount} is below the {request} that `{name}` asks for");
                self.note(Finding::new(Rule::Limits, place, message));
            }
        }
    }
}

fn plain(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("fields of an app file are plain JSON")
}
