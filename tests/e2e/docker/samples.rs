//! The sample apps of `apps/` run as they are.

use crate::support::{Cluster, fetch_until};
use std::fs;
use std::path::Path;

const FILES: [&str; 6] = [
    "apps/nginx.json",
    "apps/busybox-demo.json",
    "apps/shop/group.json",
    "apps/shop/stock.json",
    "apps/shop/prices.json",
    "apps/shop/web.json",
];

#[test]
fn the_sample_apps_deploy_and_answer() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    for file in FILES {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        checkout.write(file, &fs::read_to_string(sample).expect("a sample can be read"));
    }
    checkout.commit("Add the samples");
    checkout.push().ok().says(&["/nginx", "/busybox-demo", "/shop/web", "success: "]);

    for (app, tasks) in [("/nginx", 1), ("/busybox-demo", 2), ("/shop/stock", 1), ("/shop/prices", 2), ("/shop/web", 2)]
    {
        assert_eq!(cluster.running(app).len(), tasks, "{app}");
    }
    fetch_until(cluster.containers("/nginx")[0].ports[0], "<title>Welcome to nginx!</title>");

    let first_of = |app: &str| cluster.containers(app)[0].started.clone();
    assert!(first_of("/shop/stock") < first_of("/shop/prices"), "dependencies start first");
    assert!(first_of("/shop/prices") < first_of("/shop/web"), "dependencies start first");

    let logs = cluster.shipctl(&["logs", "busybox-demo"]).ok();
    assert!(logs.stdout.contains("hello"), "the tasks' output:\n{}", logs.stdout);
}
