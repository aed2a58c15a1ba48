//! Files of the repository that are made from code: they must say what the code says. `UPDATE=1` rewrites
//! them.

use ship_core::manifest::Rule;
use ship_repo::schemas;
use std::path::Path;

fn assert_fresh(path: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, wanted).expect("the file can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{} is out of date: run this test with UPDATE=1 and commit the result", path.display());
}

fn pretty(schema: &serde_json::Value) -> String {
    format!("{schema:#}\n")
}

#[test]
fn the_schema_of_app_files_is_fresh() {
    assert_fresh("schemas/app.schema.json", &pretty(&schemas::app()));
}

#[test]
fn the_schema_of_pod_files_is_fresh() {
    assert_fresh("schemas/pod.schema.json", &pretty(&schemas::pod()));
}

#[test]
fn the_schema_of_group_files_is_fresh() {
    assert_fresh("schemas/group.schema.json", &pretty(&schemas::group()));
}

#[test]
fn the_schema_of_settings_is_fresh() {
    assert_fresh("schemas/settings.schema.json", &pretty(&schemas::settings()));
}

#[test]
fn the_list_of_diagnostics_is_fresh() {
    let intro = "# Diagnostics\n\nEvery mistake that `shipctl validate` and a refused push can name. A code never changes its meaning.\n\n\
                 | code | what is wrong |\n|---|---|\n";
    let rows: String = Rule::all().map(|rule| format!("| {} | {} |\n", rule.code(), rule.meaning())).collect();
    assert_fresh("docs/diagnostics.md", &format!("{intro}{rows}"));
}
