//! A failed change and the commit that takes it back, with all the real parts but the engine.

use super::*;
use git2::build::TreeUpdateBuilder;
use git2::{FileMode, Repository, Signature};

/// Commits `/web` by hand; it is to be reverted when it makes no progress for a second.
fn commit_app(data: &Path, image: &str) -> DeploymentId {
    let labels = r#"{ "ship.onFailure": "revert", "ship.progressDeadlineSeconds": "1", "ship.settlingSeconds": "0" }"#;
    let container = format!(r#"{{ "type": "DOCKER", "docker": {{ "image": "{image}" }} }}"#);
    let app = format!(r#"{{ "id": "/web", "labels": {labels}, "container": {container} }}"#);
    let repo = Repository::open(data.join("repo.git")).unwrap();
    let before = repo.find_reference("refs/heads/main").ok().map(|found| found.peel_to_commit().unwrap());
    let nothing = repo.find_tree(repo.treebuilder(None).unwrap().write().unwrap()).unwrap();
    let base = before.as_ref().map_or(nothing, |commit| commit.tree().unwrap());
    let mut files = TreeUpdateBuilder::new();
    files.upsert("apps/web.json", repo.blob(app.as_bytes()).unwrap(), FileMode::Blob);
    let tree = repo.find_tree(files.create_updated(&repo, &base).unwrap()).unwrap();
    let ada = Signature::now("Ada", "ada@example.org").unwrap();
    let parents: Vec<_> = before.iter().collect();
    let commit = repo.commit(Some("refs/heads/main"), &ada, &ada, image, &tree, &parents).unwrap();
    DeploymentId::new(commit.to_string())
}

fn reverted(id: &DeploymentId) -> impl Fn(&Cluster) -> bool {
    move |cluster| cluster.deployment(id).is_some_and(|deployment| deployment.outcome == Outcome::Reverted)
}

#[test]
fn a_change_that_fails_is_taken_back_once() {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    engine.refuse("broken", "no such image");
    let first = Process::boot(data.path(), &engine).unwrap();
    let good = commit_app(data.path(), "good");
    first.wait("it runs", succeeded(&good));
    let bad = commit_app(data.path(), "broken");
    first.wait("it is taken back", reverted(&bad));
    let by = first.master().snapshot().commit().cloned().unwrap();
    assert_eq!(by.reverts.as_ref(), Some(&bad));
    assert_eq!(by.subject, format!("Revert /web to {}", &good.as_str()[..10]));
    let back = DeploymentId::new(by.id.as_str());
    first.wait("it is back", succeeded(&back));
    first.kill();

    let second = Process::boot(data.path(), &engine).unwrap();
    second.wait("it is still over", reverted(&bad));
    assert_eq!(second.master().snapshot().commit(), Some(&by), "nothing is committed again");
    let told = second.replay(&bad);
    assert!(told.iter().any(|line| line.contains("failed: no progress for 1 s: ")), "{told:?}");
    assert!(told.last().unwrap().starts_with("error: deployment failed and was reverted"), "{told:?}");
    second.stop();
}
