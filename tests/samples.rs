//! The sample apps of `apps/` are valid, and plan in the order that the README promises.

use ship_core::cluster::Cluster;
use ship_core::model::Timestamp;
use ship_core::plan::plan;
use ship_repo::Tree;
use ship_repo::report::{Style, human};
use std::path::Path;

#[test]
fn every_sample_is_valid() {
    let samples = samples();
    let found = samples.diagnostics();
    assert!(found.is_empty(), "{}", human(&found, Style::Plain));
    assert_eq!(samples.apps(), 5);
}

#[test]
fn the_samples_plan_in_order_of_their_dependencies() {
    let wanted = samples().wanted().expect("the samples are valid");
    let plan = plan(&Cluster::new(1), &wanted, Timestamp(0));
    let steps: Vec<Vec<String>> =
        plan.steps.iter().map(|step| step.actions.iter().map(|action| action.app.to_string()).collect()).collect();
    assert_eq!(steps, [vec!["/busybox-demo", "/nginx", "/shop/stock"], vec!["/shop/prices"], vec!["/shop/web"]]);
}

fn samples() -> Tree {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Tree::of_folder(root, Path::new("apps")).expect("the samples can be read")
}
