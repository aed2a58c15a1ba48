//! Earlier versions of apps and groups, out of the branch.

use crate::support::{Daemon, Person};
use ship_core::model::{AppId, GroupId};

fn path(text: &str) -> GroupId {
    GroupId::resolve(text, &GroupId::root()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_an_app_is_a_version_of_it_and_of_its_group() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    for (app, instances) in [("one", 2), ("two", 1), ("one", 3)] {
        person.write_app(app, instances);
        person.commit(app).await;
    }
    person.push(&[]).await.accepted();

    let versions = daemon.git.versions(path("/one")).await.unwrap();
    assert!(versions.is_sorted_by(|later, earlier| later.version > earlier.version), "{versions:?}");
    let one = AppId::parse("/one").unwrap();
    let mut instances = Vec::new();
    for edition in &versions {
        let wanted = daemon.git.wanted_at(edition.commit.clone()).await.unwrap().expect("a valid commit");
        instances.push(wanted.apps[&one].instances);
    }
    assert_eq!(instances, [3, 2, 1]);
    assert_eq!(daemon.git.versions(path("/")).await.unwrap().len(), 4, "the group has those of all its apps");
    assert_eq!(daemon.git.versions(path("/none")).await.unwrap(), []);
}
