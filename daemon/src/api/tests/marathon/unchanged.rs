//! Answers that a client has already are not sent again.

use super::row::get;
use super::world;
use ship_core::cluster::Input;
use ship_core::model::AgentId;

#[tokio::test]
async fn a_snapshot_is_sent_once() {
    let world = world::with_apps().await;
    let url = &world.server.url;
    for path in ["/v2/apps", "/v2/apps/job", "/v2/apps/shop/*", "/v2/tasks", "/v2/deployments", "/v2/groups"] {
        let first = get("first", path).ask(url).await;
        let tag = first.headers["etag"].to_str().expect("a text").to_owned();
        let again = get("again", path).with("if-none-match", &tag).ask(url).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
        assert_eq!(again.headers["etag"], *tag);
        let text = get("as text", path).with("if-none-match", &tag).with("accept", "text/plain").ask(url).await;
        assert_eq!(text.status == 200, path == "/v2/tasks", "{path}: another form is another answer");
        assert!(!again.headers["cache-control"].to_str().expect("a text").contains("no-store"));

        world.server.master.command(Input::Undrain { agent: AgentId::new("agent-1") }).await.expect("the master runs");
        let later = get("later", path).with("if-none-match", &tag).ask(url).await;
        assert_eq!((later.status, later.text), (200, first.text), "{path}");
        assert_ne!(later.headers["etag"], *tag);
    }
}
