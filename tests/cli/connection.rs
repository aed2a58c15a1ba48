//! How the cluster is found, and what is said when it does not answer as it should.

use crate::support::{Cluster, Sandbox, sample};
use serde_json::json;
use snapbox::{assert_data_eq, str};
use std::net::TcpListener;

/// An address of this machine where nothing listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("a bound address"))
}

#[test]
fn nothing_there_exits_with_69_and_says_how_to_start_one() {
    let run = Sandbox::new().shipctl(&["status", "--url", &nobody()]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: no cluster answers at http://127.0.0.1:PORT (Connection refused (os error 111))
hint: start one on this machine with `shipd dev`, or name another with --url or SHIP_URL

"#]]
    );
    assert_eq!((run.code, run.out.as_str()), (69, ""));
}

#[test]
fn no_entry_exits_with_77() {
    for status in [401, 403] {
        let cluster = Cluster::answering()
            .json("GET /v1/status", status, &json!({ "message": "who are you?", "hint": "send a token" }))
            .serve();
        let run = Sandbox::new().shipctl(&["status", "--url", &cluster.url]);
        assert_data_eq!(
            run.err,
            str![[r#"
error: http://127.0.0.1:PORT does not let you in: who are you?
hint: send a token

"#]]
        );
        assert_eq!(run.code, 77);
    }
}

#[test]
fn a_fault_of_the_daemon_exits_with_1() {
    let cluster = Cluster::answering().json("GET /v1/status", 500, &sample::error("the store is gone")).serve();
    let run = Sandbox::new().shipctl(&["status", "--url", &cluster.url]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: http://127.0.0.1:PORT failed with 500 Internal Server Error: the store is gone
hint: this is a bug in shipd; its log has more

"#]]
    );
    assert_eq!(run.code, 1);
}

#[test]
fn wrong_use_exits_with_64() {
    for args in [&["frobnicate"][..], &[], &["status", "--url", "nonsense"], &["status", "Not_An_App"]] {
        let run = Sandbox::new().shipctl(args);
        assert_eq!((run.code, run.out.as_str()), (64, ""), "{args:?}: {}", run.err);
    }
}

#[test]
fn help_and_version_exit_with_0() {
    for args in [["--help"], ["--version"]] {
        let run = Sandbox::new().shipctl(&args);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn colour_comes_when_asked_for() {
    let cluster = Cluster::answering().json("GET /v1/status", 200, &sample::status(&[])).serve();
    let run = |args: &[&str]| Sandbox::new().with("SHIP_URL", &cluster.url).shipctl(args).out;
    assert!(!run(&["status"]).contains('\x1b'));
    assert!(run(&["status", "--color", "always"]).contains('\x1b'));
}

#[test]
fn ship_toml_names_clusters() {
    let cluster = Cluster::answering().json("GET /v1/status", 200, &sample::status(&[])).serve();
    let sandbox = Sandbox::new();
    let settings = format!("url = \"{}\"\n[contexts.prod]\nurl = \"{}\"\n", nobody(), cluster.url);
    std::fs::write(sandbox.work().join("ship.toml"), settings).expect("the file can be written");
    assert_eq!(sandbox.shipctl(&["status"]).code, 69);
    assert_eq!(sandbox.shipctl(&["status", "--context", "prod"]).code, 0);
    let run = sandbox.shipctl(&["status", "--context", "prd"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: there is no context `prd`
hint: ship.toml has prod

"#]]
    );
    assert_eq!(run.code, 64);
}
