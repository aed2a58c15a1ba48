//! Answers longer than a piece are whole, wherever a piece ends.

use super::row::get;
use super::world;

/// Some hundred bytes each: more than one piece.
const TASKS: usize = 1_000;

#[tokio::test]
async fn an_app_with_many_tasks_comes_in_pieces() {
    let server = world::with_many_tasks(TASKS).await;
    let paths = [
        ("/v2/apps/shop/many", "/app/tasks"),
        ("/v2/apps?embed=apps.tasks", "/apps/1/tasks"),
        ("/v2/apps/shop/*?embed=apps.tasks", "/*/0/tasks"),
        ("/v2/groups?embed=group.apps.tasks&embed=group.groups", "/groups/0/apps/0/tasks"),
        ("/v2/apps/shop/many/tasks", "/tasks"),
        ("/v2/tasks", "/tasks"),
    ];
    for (path, tasks) in paths {
        let answer = get("long", path).ask(&server.url).await;
        assert_eq!(answer.headers.get("content-length"), None, "{path} comes in pieces");
        let tasks = answer.json.pointer(tasks).and_then(|tasks| tasks.as_array()).expect(path);
        let mut ids: Vec<&str> = tasks.iter().filter_map(|task| task["id"].as_str()).collect();
        ids.dedup();
        assert_eq!(ids.len(), TASKS, "{path}");
    }
    let after = get("what follows", "/v2/groups?embed=group.apps.tasks&embed=group.groups").ask(&server.url).await;
    assert_eq!(after.json["groups"][0]["apps"][1]["id"], "/shop/next");
}
