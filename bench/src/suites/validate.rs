//! G11: `shipctl validate` of 10,000 files, against reading, parsing and the schema check alone. Both are
//! whole processes.

use crate::product::daemon::binary;
use crate::product::repository::write_apps;
use crate::stats::Series;
use crate::table::{Measure, Row};
use anyhow::{Result, ensure};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const FILES: usize = 10_000;
/// A run takes a fraction of a second.
const TIMES: usize = 4;

pub(super) fn run(repeats: usize) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let apps = folder.path().join("apps");
    write_apps(&apps, FILES)?;
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/app.schema.json");
    let (mut floor, mut product) = (Vec::new(), Vec::new());
    for round in 0..=repeats * TIMES {
        let bare = secs(Command::new(binary("ship-bench")?).arg("floor-validate").args([&apps, &schema]))?;
        let own = secs(Command::new(binary("shipctl")?).args(["validate", "."]).current_dir(folder.path()))?;
        // The first round warms the page cache.
        if round > 0 {
            floor.push(bare);
            product.push(own);
        }
    }
    Ok(vec![Row {
        goal: "G11",
        what: format!("shipctl validate, {FILES} files, whole process"),
        unit: "s",
        measure: Measure::ratio(&product, &floor, 1.4),
        floor: Series::from_iter(floor),
        product: Series::from_iter(product),
    }])
}

fn secs(command: &mut Command) -> Result<f64> {
    let began = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(began.elapsed().as_secs_f64())
}
