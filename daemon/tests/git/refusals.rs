//! Pushes that are refused: each says why and what to do, and changes nothing.

use crate::support::{Daemon, Person, Said};

/// Pushes what there is; the branch must stay where it was.
async fn refused(daemon: &Daemon, person: &Person, options: &[&str], reason: &str) -> Said {
    let before = (daemon.tip("main"), daemon.git.view().commit);
    person.commit("change").await;
    let said = person.push(options).await.refused(reason);
    assert_eq!((daemon.tip("main"), daemon.git.view().commit), before);
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_a_file_is_shown_with_its_place() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write("apps/bad.json", "{\n  \"id\": \"/bad\",\n  \"instnces\": 3\n}\n");
    refused(&daemon, &person, &[], "invalid").await.says("unknown field `instnces`").says("apps/bad.json:");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_mistakes_are_cut_short() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    for number in 0..30 {
        person.write(&format!("apps/bad{number:02}.json"), "{");
    }
    refused(&daemon, &person, &[], "invalid").await.says("and 10 more, 30 in all");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_not_rewritten() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let before = daemon.tip("main");
    person.git(&["commit", "--quiet", "--amend", "-m", "other"]).await.accepted();
    let said = person.git(&["push", "--quiet", "--force", "origin", "main"]).await;
    said.refused("policy").says("git revert");
    assert_eq!(daemon.tip("main"), before);
    let said = person.git(&["push", "--quiet", "origin", ":main"]).await;
    said.refused("policy").says("cannot be deleted");
    assert_eq!(daemon.tip("main"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_most_apps_needs_a_word() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    for name in ["two", "three", "four", "five"] {
        person.write_app(name, 1);
    }
    person.commit("five apps").await;
    person.push(&[]).await.accepted();
    // Two of five are few, three are half or more.
    person.remove("apps/one.json");
    person.remove("apps/two.json");
    person.remove("apps/three.json");
    let said = refused(&daemon, &person, &[], "policy").await;
    said.says("delete 3 of 5 apps").says("/three").says("ship.prune=yes");
    person.push(&["ship.prune=yes"]).await.accepted();
    assert_eq!(daemon.master.apps(), ["/five", "/four"]);
    person.remove("apps/four.json");
    person.remove("apps/five.json");
    person.commit("few").await;
    person.push(&[]).await.accepted();
    assert!(daemon.master.apps().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_no_longer_holds_is_refused() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write_app("two", 1);
    let said = refused(&daemon, &person, &["ship.plan=0000"], "stale").await;
    let said = said.says("the plan 0000 no longer holds").says("deployed now: ");
    let lines = said.remote();
    let shown = lines.iter().find_map(|line| line.strip_prefix("plan ")).expect("the new plan is shown");
    let (fingerprint, _) = shown.split_once(':').unwrap();
    person.push(&[&format!("ship.plan={fingerprint}")]).await.accepted();
    assert_eq!(daemon.master.apps(), ["/one", "/two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_option_is_refused() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    refused(&daemon, &person, &["ship.prnue=yes"], "invalid").await.says("did you mean `ship.prune`?");
    person.push(&["ci.skip"]).await.accepted();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_daemon_a_push_is_refused_in_words() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write_app("two", 1);
    person.commit("two").await;
    std::fs::remove_file(daemon.data.path().join("hook.sock")).unwrap();
    let path = daemon.repo_path();
    let said = person.git(&["push", "--quiet", path.to_str().unwrap(), "main"]).await;
    said.refused("policy").says("shipd does not answer").says("start shipd");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_plan_names_what_changed() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write_app("two", 1);
    let said = refused(&daemon, &person, &["ship.plan=0000"], "stale").await;
    let shown = said.remote().iter().find_map(|line| Some(line.strip_prefix("plan ")?.split(':').next()?.to_owned()));
    let shown = shown.expect("the new plan is shown");
    let before = person.git(&["rev-parse", "--short=10", "origin/main"]).await.accepted().out.trim().to_owned();

    let other = Person::new(&daemon).await;
    other.git(&["pull", "--quiet", "origin", "main"]).await.accepted();
    other.write_app("three", 1);
    let moved = other.commit("three").await;
    other.push(&[]).await.accepted();
    person.git(&["pull", "--quiet", "--rebase", "origin", "main"]).await.accepted();
    let said = person.push(&[&format!("ship.plan={shown}")]).await.refused("stale");
    let said = said.says(&format!("the plan {shown} no longer holds:"));
    said.says(&format!("error:   the branch moved from {before} to {}", &moved[..10]));
}
