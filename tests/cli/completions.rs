//! `shipctl completions`, and the checked-in scripts. `UPDATE=1` writes them anew.

use crate::support::Sandbox;
use std::path::Path;

#[test]
fn the_checked_in_scripts_are_fresh() {
    for (shell, file) in [("bash", "shipctl.bash"), ("zsh", "_shipctl"), ("fish", "shipctl.fish")] {
        let run = Sandbox::new().shipctl(&["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(file);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &run.out).expect("the script can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == run.out, "completions/{file} is stale: run `UPDATE=1 cargo test -p shipctl --test cli`");
    }
}
