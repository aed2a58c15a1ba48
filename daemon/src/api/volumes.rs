//! What instances keep on agents: listed, and wiped.

use super::input::Path;
use super::{Api, Refusal};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ship_core::cluster::{Cluster, Input};
use ship_core::model::VolumeId;
use ship_core::protocol::VolumeView;

pub(super) async fn list(State(api): State<Api>) -> Json<Vec<VolumeView>> {
    Json(api.master.snapshot().volume_views())
}

/// Answers once the wish is durable; the data goes when no task uses it any more and its agent is there.
pub(super) async fn wipe(State(api): State<Api>, Path(id): Path<String>) -> Result<Json<VolumeView>, Refusal> {
    let id = VolumeId::new(id);
    let view = find(&api.master.snapshot(), &id)?;
    api.master.command(Input::Wipe { volume: id.clone() }).await?;
    Ok(Json(find(&api.master.snapshot(), &id).unwrap_or(view)))
}

fn find(cluster: &Cluster, id: &VolumeId) -> Result<VolumeView, Refusal> {
    let found = cluster.volume_views().into_iter().find(|view| view.id == *id);
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, format!("there is no volume `{id}`"));
    found.ok_or_else(|| unknown().hint("`shipctl volumes` lists the volumes of this cluster"))
}
