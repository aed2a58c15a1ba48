//! One commit's worth of changes to what is wanted.

use super::apps::{self, NAMES};
use crate::world::World;
use ship_core::model::{AppId, AppSpec, GroupId, Wanted};
use std::sync::Arc;

#[derive(Debug, Clone, Copy)]
enum Change {
    Image,
    Scale,
    ScaleAndImage,
    Upgrade,
    Checks,
    Constraints,
    Dependencies,
    Label,
    Restart,
    ServicePort,
    Remove,
    Add,
    Group,
}

const CHANGES: [(u64, Change); 13] = [
    (30, Change::Image),
    (16, Change::Scale),
    (8, Change::ScaleAndImage),
    (4, Change::Upgrade),
    (5, Change::Checks),
    (5, Change::Constraints),
    (5, Change::Dependencies),
    (3, Change::Label),
    (6, Change::Restart),
    (4, Change::ServicePort),
    (6, Change::Remove),
    (10, Change::Add),
    (2, Change::Group),
];

impl World {
    /// What is wanted next, and what to call the commit.
    pub(super) fn changed(&mut self) -> (Wanted, String) {
        let mut wanted = self.git.wanted();
        let mut told = Vec::new();
        for _ in 0..self.dice.between(1, 3) {
            let change = self.dice.weighted(&CHANGES);
            let known: Vec<AppId> = wanted.apps.keys().cloned().collect();
            let app = match (change, self.dice.pick_any(&known)) {
                (Change::Add, _) | (_, None) => {
                    let name = self.dice.pick(&NAMES);
                    let app = apps::new_app(&mut self.dice, &mut self.people, name);
                    let id = app.id.clone();
                    wanted.apps.insert(id.clone(), Arc::new(app));
                    id
                }
                (Change::Remove, Some(id)) => {
                    wanted.apps.remove(&id);
                    id
                }
                (Change::Group, Some(id)) => {
                    self.change_group(&mut wanted);
                    id
                }
                (_, Some(id)) => {
                    let mut spec = AppSpec::clone(&wanted.apps[&id]);
                    let claimed = claimed(&wanted, &id);
                    self.change_app(&mut spec, change, &claimed);
                    wanted.apps.insert(id.clone(), Arc::new(spec));
                    id
                }
            };
            told.push(format!("{change:?} {app}"));
        }
        (wanted, told.join(", "))
    }

    fn change_app(&mut self, app: &mut AppSpec, change: Change, claimed: &[u16]) {
        let (dice, people) = (&mut self.dice, &mut self.people);
        match change {
            Change::Image => app.run.image = apps::image(dice, people),
            Change::Scale => app.instances = apps::instances(dice, people),
            Change::ScaleAndImage => {
                app.instances = apps::instances(dice, people);
                app.run.image = apps::image(dice, people);
                app.upgrade = apps::upgrade(dice, app.id.as_str());
            }
            Change::Upgrade => app.upgrade = apps::upgrade(dice, app.id.as_str()),
            Change::Checks => app.checks = apps::checks(dice),
            Change::Constraints => app.constraints = apps::constraints(dice),
            Change::Dependencies => app.dependencies = apps::dependencies(dice, app.id.as_str()),
            Change::Label => _ = app.labels.insert("number".to_owned(), people.number().to_string()),
            Change::Restart => app.restarted_at = Some(people.number().to_string()),
            Change::ServicePort => apps::claim_service_port(dice, app, claimed),
            Change::Remove | Change::Add | Change::Group => {}
        }
    }

    fn change_group(&mut self, wanted: &mut Wanted) {
        let path = GroupId::resolve("/front", &GroupId::root()).expect("a valid path");
        if wanted.groups.remove(&path).is_none() {
            let needs: &[&str] = if self.dice.chance(50) { &["/mid"] } else { &["/back"] };
            wanted.groups.insert(path, Arc::new(apps::group("/front", needs)));
        }
    }
}

/// Service ports that other apps say themselves: no repository with one of them twice passes the gate.
fn claimed(wanted: &Wanted, app: &AppId) -> Vec<u16> {
    let others = wanted.apps.values().filter(|spec| spec.id != *app);
    others.flat_map(|spec| spec.run.ports.iter().map(|port| port.service_port)).filter(|port| *port != 0).collect()
}
