//! `GET /v2/pods` and everything below it (marathon-v2, section 8.9).

use super::list::{self, Rest};
use super::{JSON, from_snapshot, json, versions};
use crate::api::Api;
use crate::api::v2::path::Path;
use crate::api::v2::pod_path::{PodPart, PodTarget};
use crate::api::v2::problem::Problem;
use crate::master::Snapshot;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use ship_core::model::AppId;
use std::sync::Arc;

/// All that are wanted.
pub(super) async fn list(State(api): State<Api>, headers: HeaderMap) -> Response {
    listed(&api.master.published(), &headers, Shown::Definition)
}

/// A pod, or what its path names of it.
pub(super) async fn get(
    State(api): State<Api>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let target = PodTarget::of(&path);
    let snapshot = api.master.published();
    match &target.part {
        PodPart::Itself => {
            let record = snapshot.cluster.app_record(&target.pod()?);
            let pod = record.and_then(|record| record.marathon_pod()).ok_or_else(|| Problem::no_pod(&target.id))?;
            Ok(from_snapshot(&snapshot, &headers, || json(&pod)))
        }
        PodPart::Status if target.id == "/" => Ok(listed(&snapshot, &headers, Shown::Status)),
        PodPart::Status => {
            let status = snapshot.cluster.marathon_pod_status(&target.pod()?, snapshot.at);
            let status = status.ok_or_else(|| Problem::no_pod(&target.id))?;
            Ok(from_snapshot(&snapshot, &headers, || json(&status)))
        }
        PodPart::Versions => versions::of_pod(&api, &target).await,
        PodPart::Version(version) => versions::pod_at(&api, &target, version).await,
        PodPart::Instances | PodPart::Instance(_) | PodPart::Unknown => Err(target.not_allowed()),
    }
}

/// What is said of each pod in a list.
#[derive(Clone, Copy)]
enum Shown {
    Definition,
    Status,
}

fn listed(snapshot: &Arc<Snapshot>, headers: &HeaderMap, shown: Shown) -> Response {
    let shared = Arc::clone(snapshot);
    from_snapshot(snapshot, headers, move || {
        let mut after: Option<AppId> = None;
        let body = list::between("[", "]", move |piece| {
            for record in shared.cluster.pods_after(after.as_ref()) {
                let id = &record.spec.id;
                match shown {
                    Shown::Definition => record.marathon_pod().iter().for_each(|pod| piece.element(pod)),
                    Shown::Status => {
                        let status = shared.cluster.marathon_pod_status(id, shared.at);
                        status.iter().for_each(|status| piece.element(status));
                    }
                }
                if piece.is_full() {
                    after = Some(id.clone());
                    return Rest::More;
                }
            }
            Rest::None
        });
        ([(header::CONTENT_TYPE, JSON)], body).into_response()
    })
}
