//! `shipctl validate`.

use crate::support::checkout::app;
use crate::support::{Checkout, Sandbox};
use serde_json::Value;
use snapbox::{assert_data_eq, str};

/// Two files with a mistake each.
fn mistaken() -> Checkout {
    let checkout = Checkout::new();
    checkout.write("apps/web.json", &app(3).replace("cpus", "cpu"));
    checkout.write("apps/shop/db.json", "{ \"id\": \"db\", }\n");
    checkout
}

#[test]
fn good_files_exit_with_0() {
    let run = Checkout::new().sandbox.shipctl(&["validate"]);
    assert_data_eq!(
        run.err,
        str![[r#"
valid: 1 app in 1 file (N ms)

"#]]
    );
    assert_eq!((run.code, run.out.as_str()), (0, ""));
}

#[test]
fn every_mistake_is_shown_with_its_place_and_exits_with_3() {
    let run = mistaken().sandbox.shipctl(&["validate"]);
    assert_data_eq!(
        run.out,
        str![[r#"
error[S0101]: invalid JSON: trailing commas are not allowed
 --> apps/shop/db.json:1:13
  |
1 | { "id": "db", }
  |             ^
  |
  = hint: remove the comma before the closing bracket

error[S0102]: unknown field `cpu`
 --> apps/web.json:6:3
  |
6 |   "cpu": 0.1,
  |   ^^^^^ not a field of an app
  |
  = hint: did you mean `cpus`?

2 errors in 2 files

"#]]
    );
    assert_eq!((run.code, run.err.as_str()), (3, ""));
}

#[test]
fn only_the_asked_paths_are_reported() {
    let checkout = mistaken();
    let run = checkout.sandbox.shipctl(&["validate", "apps/shop", "--format", "github"]);
    assert_data_eq!(
        run.out,
        str![[r#"
::error file=apps/shop/db.json,line=1,col=13,endColumn=14,title=S0101::invalid JSON: trailing commas are not allowed%0Ahint: remove the comma before the closing bracket

"#]]
    );
    assert_eq!(run.code, 3);
    checkout.write("apps/good.json", &app(1).replace("web", "good"));
    assert_eq!(checkout.sandbox.shipctl(&["validate", "apps/good.json"]).code, 0);
}

#[test]
fn programs_get_their_own_formats() {
    let checkout = mistaken();
    let run = |format: &str| checkout.sandbox.shipctl(&["validate", "--format", format]);
    let json: Value = serde_json::from_str(&run("json").out).expect("JSON");
    assert_eq!(
        (&json["schema"], json["diagnostics"].as_array().map(Vec::len)),
        (&"shipctl.diagnostics".into(), Some(2))
    );
    let sarif: Value = serde_json::from_str(&run("sarif").out).expect("SARIF is JSON");
    assert_eq!(sarif["version"], "2.1.0");
    assert!(run("junit").out.starts_with("<?xml"));
    assert_eq!(run("junit").code, 3);
}

#[test]
fn files_outside_of_a_repository_stand_for_themselves() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.work().join("some")).expect("the folder can be made");
    std::fs::write(sandbox.work().join("some/a.json"), app(1).replace("cpus", "cpu")).expect("the file can be written");
    for path in ["some", "some/a.json"] {
        let run = sandbox.shipctl(&["validate", path, "--format", "github"]);
        assert_eq!(run.code, 3, "{}", run.err);
        assert!(run.out.starts_with("::error file=some/a.json,line=6,"), "{}", run.out);
    }
}

#[test]
fn what_is_not_there_exits_with_64() {
    let run = Sandbox::new().shipctl(&["validate"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: neither here nor above is a GitOps repository
hint: go to one, or make one with `shipctl init`

"#]]
    );
    assert_eq!(run.code, 64);
    let run = Sandbox::new().shipctl(&["validate", "nowhere"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: cannot read `nowhere`
  cause: No such file or directory (os error 2)

"#]]
    );
    assert_eq!(run.code, 64);
}
