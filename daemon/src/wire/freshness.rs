//! Fails when the generated code does not follow from `agents.proto`; `UPDATE=1 cargo test` rewrites it.

use std::path::Path;

#[test]
fn the_generated_code_follows_from_the_proto() {
    let wire = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wire");
    let checked_in = wire.join("generated/ship.agents.rs");
    let out = tempfile::tempdir().expect("a temporary folder");

    let descriptors = protox::compile(["agents.proto"], [&wire]).expect("agents.proto compiles");
    tonic_prost_build::configure().out_dir(out.path()).compile_fds(descriptors).expect("code is generated");
    let fresh = std::fs::read_to_string(out.path().join("ship.agents.rs")).expect("one file per package");

    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&checked_in, &fresh).expect("the checked-in file is writable");
    }
    let kept = std::fs::read_to_string(&checked_in).unwrap_or_default();
    assert!(kept == fresh, "stale: run `UPDATE=1 cargo test -p shipd freshness`");
}
