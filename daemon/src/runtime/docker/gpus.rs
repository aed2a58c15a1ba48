//! Which task has which gpu. The engine would give the first ones to every container that asks for a number; so each is
//! given by name, written on the container, and free again when its process ends.

use bollard::models::{ContainerCreateBody, DeviceRequest};
use ship_core::model::TaskId;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const LABEL: &str = "ship.gpus";

/// Of one agent; others that share its engine must be told to offer others.
#[derive(Debug, Default)]
pub(super) struct Gpus {
    /// By their numbers, as their driver counts them. Empty = none was found here; if the settings offer some all the
    /// same, they know of an engine that has them.
    there: BTreeSet<u32>,
    held: BTreeMap<TaskId, BTreeSet<u32>>,
}

impl Gpus {
    /// What was found on the machine.
    pub(super) fn found(&mut self, there: BTreeSet<u32>) {
        self.there = there;
    }

    /// The lowest that are free, or what the task has already; else why there are none.
    pub(super) fn give(&mut self, task: &TaskId, count: u32) -> Result<BTreeSet<u32>, String> {
        if let Some(held) = self.held.get(task) {
            return Ok(held.clone());
        }
        let taken: BTreeSet<u32> = self.held.values().flatten().copied().collect();
        let is_free = |gpu: &u32| !taken.contains(gpu);
        let given: BTreeSet<u32> = match self.there.is_empty() {
            true => (0..u32::MAX).filter(is_free).take(count as usize).collect(),
            false => self.there.iter().copied().filter(is_free).take(count as usize).collect(),
        };
        if given.len() < count as usize {
            let (there, free) = (self.there.len(), given.len());
            return Err(format!("it asks for {count} gpus; of the {there} that this machine has, {free} are free"));
        }
        if count > 0 {
            self.held.insert(task.clone(), given.clone());
        }
        Ok(given)
    }

    /// What the labels of a container say that still runs.
    pub(super) fn resume(&mut self, task: &TaskId, labels: &HashMap<String, String>) {
        let numbers = labels.get(LABEL).map_or("", String::as_str).split(',').filter_map(|text| text.parse().ok());
        let held: BTreeSet<u32> = numbers.collect();
        if !held.is_empty() {
            self.held.insert(task.clone(), held);
        }
    }

    pub(super) fn release(&mut self, task: &TaskId) {
        self.held.remove(task);
    }
}

/// Asks the engine for these, and for nothing if there are none.
pub(super) fn request(body: &mut ContainerCreateBody, gpus: &BTreeSet<u32>) {
    if gpus.is_empty() {
        return;
    }
    let ids: Vec<String> = gpus.iter().map(u32::to_string).collect();
    body.labels.get_or_insert_default().insert(LABEL.to_owned(), ids.join(","));
    body.host_config.get_or_insert_default().device_requests = Some(vec![DeviceRequest {
        device_ids: Some(ids),
        capabilities: Some(vec![vec!["gpu".to_owned()]]),
        ..DeviceRequest::default()
    }]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: &str) -> TaskId {
        TaskId::new(name)
    }

    fn four() -> Gpus {
        Gpus { there: (0..4).collect(), ..Gpus::default() }
    }

    #[test]
    fn no_gpu_is_given_twice_until_it_is_free() {
        let mut gpus = four();
        assert_eq!(gpus.give(&task("a"), 2), Ok(BTreeSet::from([0, 1])));
        assert_eq!(gpus.give(&task("a"), 2), Ok(BTreeSet::from([0, 1])), "asked again, it is the same start");
        assert_eq!(gpus.give(&task("b"), 1), Ok(BTreeSet::from([2])));
        let refused = gpus.give(&task("c"), 2).expect_err("one is left");
        assert_eq!(refused, "it asks for 2 gpus; of the 4 that this machine has, 1 are free");
        gpus.release(&task("a"));
        assert_eq!(gpus.give(&task("c"), 3), Ok(BTreeSet::from([0, 1, 3])));
        assert_eq!(gpus.give(&task("d"), 0), Ok(BTreeSet::new()));
    }

    #[test]
    fn settings_that_offer_gpus_nobody_found_are_believed() {
        let mut gpus = Gpus::default();
        assert_eq!(gpus.give(&task("a"), 1), Ok(BTreeSet::from([0])));
        assert_eq!(gpus.give(&task("b"), 2), Ok(BTreeSet::from([1, 2])));
    }

    #[test]
    fn an_agent_that_starts_anew_reads_them_from_its_containers() {
        let (mut gpus, mut body) = (four(), ContainerCreateBody::default());
        request(&mut body, &BTreeSet::from([1, 3]));
        let asked = body.host_config.and_then(|host| host.device_requests).expect("requested");
        assert_eq!(asked[0].device_ids, Some(vec!["1".to_owned(), "3".to_owned()]));
        gpus.resume(&task("a"), &body.labels.expect("labelled"));
        assert_eq!(gpus.give(&task("b"), 2), Ok(BTreeSet::from([0, 2])));
    }

    #[test]
    fn without_gpus_nothing_is_asked_for() {
        let mut body = ContainerCreateBody::default();
        request(&mut body, &BTreeSet::new());
        assert_eq!(body, ContainerCreateBody::default());
    }
}
