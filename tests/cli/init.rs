//! `shipctl init`.

use crate::support::Sandbox;
use snapbox::{assert_data_eq, str};

#[test]
fn a_new_repository_is_complete_and_valid() {
    let sandbox = Sandbox::new();
    let run = sandbox.shipctl(&["init", "shop"]);
    assert_data_eq!(
        run.out,
        str![[r#"
made shop/ship.toml
made shop/apps/hello.json
made shop/README.md
made shop/.github/workflows/validate.yml
made shop/schemas/app.schema.json
made shop/schemas/group.schema.json
made shop/schemas/settings.schema.json

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"
hint: next: cd shop && git add -A && git commit -m "First app" && shipctl apply

"#]]
    );
    assert_eq!(run.code, 0);

    let root = sandbox.work().join("shop");
    assert_eq!(sandbox.git(&root, &["symbolic-ref", "HEAD"]), "refs/heads/main\n");
    let run = sandbox.run(sandbox.command(&root).arg("validate"));
    assert_data_eq!(
        run.err,
        str![[r#"
valid: 1 app in 1 file (N ms)

"#]]
    );
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    let workflow = std::fs::read_to_string(root.join(".github/workflows/validate.yml")).expect("a workflow");
    assert!(workflow.contains("shipctl validate --format github"), "{workflow}");
}

#[test]
fn nothing_is_overwritten() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.work().join("README.md"), "mine").expect("the file can be written");
    let run = sandbox.shipctl(&["init"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: `./README.md` exists already: nothing was changed

"#]]
    );
    assert_eq!(run.code, 64);
    let left: Vec<_> = std::fs::read_dir(sandbox.work()).expect("the folder is there").collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn a_repository_within_another_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.git(&sandbox.work(), &["init", "--quiet"]);
    let run = sandbox.shipctl(&["init", "inner"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: `inner` lies within the git repository SANDBOX/work: nothing was changed

"#]]
    );
    assert_eq!(run.code, 64);
}
