//! `/v2` by a table: one row for each endpoint, parameter and status of Marathon's API (marathon-v2, section 8). All rows
//! are tried; what does not hold is told together.

mod reads;
mod row;
mod unchanged;
mod world;

use row::judge;

#[tokio::test]
async fn what_is_asked_is_answered() {
    let world = world::with_apps().await;
    judge(&world.server.url, reads::rows(&world)).await;
}
