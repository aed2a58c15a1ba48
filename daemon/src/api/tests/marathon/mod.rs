//! `/v2` by a table: one row for each endpoint, parameter and status of Marathon's API (marathon-v2, section 8). All rows
//! are tried; what does not hold is told together.

mod compressed;
mod long;
mod pods;
mod reads;
mod requests;
mod row;
mod running;
mod server;
mod unchanged;
mod world;
mod writes;

use row::judge;
use running::Running;

#[tokio::test]
async fn what_is_asked_is_answered() {
    let world = world::with_apps().await;
    judge(&world.server.url, reads::rows(&world)).await;
    judge(&world.server.url, server::rows()).await;
    judge(&world.server.url, requests::rows()).await;
}

/// One table after the other, on one daemon over an engine that starts what it is told.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_done() {
    let running = Running::start().await;
    judge(&running.url, writes::refused_before_the_first()).await;
    judge(&running.url, writes::created()).await;
    running.until_idle().await;
    judge(&running.url, writes::updated(&running)).await;
    running.until_idle().await;
    judge(&running.url, writes::groups()).await;
    running.until_idle().await;
    judge(&running.url, writes::killed(&running)).await;
    running.until_idle().await;
    judge(&running.url, writes::removed()).await;
    running.until_idle().await;
    assert_eq!(running.apps(), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_live_beside_apps() {
    let running = Running::start().await;
    let mut events = running.events().await;
    judge(&running.url, pods::created()).await;
    assert!(events.until("event: pod_created_event").await.contains(r#""uri":"/v2/pods""#));
    running.until_idle().await;
    judge(&running.url, pods::shown(&running)).await;
    let (tasks, shown) = (running.tasks("/shop/pod"), running.pod("/shop/pod").await);
    let first = shown["version"].as_str().expect("a version").to_owned();
    judge(&running.url, pods::updated(shown)).await;
    running.until_idle().await;
    assert_eq!(running.tasks("/shop/pod")[..2], tasks, "what was sent back restarts nothing");
    judge(&running.url, pods::killed(&running, &first)).await;
    running.until_idle().await;
    judge(&running.url, pods::removed()).await;
    running.until_idle().await;
    assert_eq!(running.apps(), ["/new", "/web"]);
    let told = events.until("event: pod_deleted_event").await;
    assert!(told.contains("event: pod_updated_event"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_changed_is_locked() {
    let running = Running::start().await;
    running.engine.hold_starts();
    judge(&running.url, writes::under_way()).await;
    let deployment = running.deployment().await;
    judge(&running.url, writes::locked(&deployment)).await;
    judge(&running.url, writes::cancelled(&deployment)).await;
    running.engine.release();
    running.until_idle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_was_comes_back() {
    let running = Running::start().await;
    judge(&running.url, writes::created()).await;
    running.until_idle().await;
    let first = running.version("/web").await;
    judge(&running.url, writes::changed_twice()).await;
    running.until_idle().await;
    judge(&running.url, writes::rolled_back(&first)).await;
    assert_eq!(running.instances("/web"), 1);
}

/// As clients do that read an app, change one field and send all of it.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_sent_back_restarts_nothing() {
    let running = Running::start().await;
    judge(&running.url, writes::with_open_ports()).await;
    running.until_idle().await;
    for app in ["/host", "/bridge"] {
        let tasks = running.tasks(app);
        judge(&running.url, writes::sent_back(app, running.shown(app).await)).await;
        running.until_idle().await;
        assert_eq!(running.tasks(app)[..tasks.len()], tasks, "{app}");
        assert_eq!(running.instances(app), 2);
    }
    let tasks = ["/host", "/bridge"].map(|app| running.tasks(app));
    judge(&running.url, writes::group_sent_back(running.root().await)).await;
    running.until_idle().await;
    assert_eq!(["/host", "/bridge"].map(|app| running.tasks(app)), tasks);
}

#[tokio::test]
async fn where_the_daemon_may_not_write_it_says_where_to() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    git2::Repository::init(elsewhere.path()).expect("a repository");
    let running = Running::watching(elsewhere.path()).await;
    judge(&running.url, writes::read_only()).await;
}
