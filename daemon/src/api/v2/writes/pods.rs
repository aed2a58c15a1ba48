//! Pods: created, updated, removed, and their instances stopped (marathon-v2, section 8.9).

use super::caller::Caller;
use super::sent;
use super::{Wish, commit, location};
use crate::api::Api;
use crate::api::v2::body::Json;
use crate::api::v2::params::Params;
use crate::api::v2::path::Path;
use crate::api::v2::pod_path::{PodPart, PodTarget};
use crate::api::v2::problem::{Detail, Problem};
use crate::git::Op;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use ship_core::cluster::Input;
use ship_core::model::{AppId, GroupId, Kind, TaskId};
use ship_core::protocol::marathon::instance_of;

/// The answer is the pod itself.
pub(super) async fn create(
    State(api): State<Api>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    let fields = sent::pod_fields(value)?;
    let pod = sent::app_id(&fields, &GroupId::root())?;
    let op = Op::Create { app: pod.clone(), kind: Kind::Pod, fields };
    let wish = Wish::new(format!("create the pod {pod}"), vec![op], params.flag("force")?);
    let result = commit(&api, wish.by(&caller)).await?;
    api.events.pod_created(&caller.peer, &caller.path);
    let headers = (result.header(), location("/v2/pods", &pod));
    Ok((StatusCode::CREATED, headers.0, headers.1, axum::Json(defined(&api, &pod))).into_response())
}

/// What is sent is all there is of it; a pod that is not there is made.
pub(super) async fn update(
    State(api): State<Api>,
    Path(rest): Path<String>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    let pod = PodTarget::of(&rest).itself()?.pod()?;
    let fields = sent::pod_fields(value)?;
    let said = sent::app_id(&fields, &GroupId::root())?;
    if said != pod {
        return Err(Problem::bad_request(format!("'{pod}' does not match definition's id ('{said}')")));
    }
    let op = Op::Put { app: pod.clone(), kind: Kind::Pod, fields, whole: true, create: true };
    let wish = Wish::new(format!("update the pod {pod}"), vec![op], params.flag("force")?);
    let result = commit(&api, wish.by(&caller)).await?;
    api.events.pod_updated(&caller.peer, &caller.path);
    Ok((result.header(), axum::Json(defined(&api, &pod))).into_response())
}

/// A pod, or instances of it: the path says which.
pub(super) async fn remove(
    State(api): State<Api>,
    Path(rest): Path<String>,
    params: Params,
    caller: Caller,
    body: Result<Json, Problem>,
) -> Result<Response, Problem> {
    let target = PodTarget::of(&rest);
    let pod = target.pod()?;
    if api.master.snapshot().kind_of(&pod) != Some(Kind::Pod) {
        return Err(Problem::no_pod(&target.id));
    }
    match &target.part {
        PodPart::Itself => {
            let wish = Wish::new(format!("remove the pod {pod}"), vec![Op::Delete { app: pod }], params.flag("force")?);
            let result = commit(&api, wish.by(&caller)).await?;
            api.events.pod_deleted(&caller.peer, &caller.path);
            Ok((StatusCode::ACCEPTED, result.header(), location("/v2/deployments/", &result.deployment_id))
                .into_response())
        }
        PodPart::Instances => {
            let named = named(&body?.0)?;
            stop(&api, &pod, |instance| named.iter().any(|name| name == instance)).await.map(answer)
        }
        PodPart::Instance(name) => match stop(&api, &pod, |instance| instance == name).await?.pop() {
            Some(stopped) => Ok(answer(stopped)),
            None => Err(Problem::not_found(format!("Instance '{name}' does not exist"))),
        },
        PodPart::Status | PodPart::Versions | PodPart::Version(_) | PodPart::Unknown => Err(target.not_allowed()),
    }
}

/// Stops instances, which are then replaced; answers with how they stood. Those that are not known are left out.
async fn stop(api: &Api, pod: &AppId, which: impl Fn(&str) -> bool) -> Result<Vec<Value>, Problem> {
    let snapshot = api.master.published();
    let tasks = snapshot.cluster.tasks_of(pod).map(|task| task.id.clone());
    let tasks: Vec<TaskId> = tasks.filter(|task| which(instance_of(task))).collect();
    let status = snapshot.cluster.marathon_pod_status(pod, snapshot.at);
    let instances = status.into_iter().flat_map(|status| status.instances);
    let stopped = instances.filter(|instance| which(instance.id)).map(|instance| json!(instance)).collect();
    if !tasks.is_empty() {
        api.master.command(Input::Kill { tasks }).await?;
    }
    Ok(stopped)
}

fn answer(stopped: impl serde::Serialize) -> Response {
    axum::Json(stopped).into_response()
}

fn named(body: &Value) -> Result<Vec<String>, Problem> {
    let list = body.as_array().ok_or_else(|| Problem::shape(&[sent::not_an(body, "/", "array")]))?;
    let name = |(n, id): (usize, &Value)| {
        let wrong = || Problem::shape(&[Detail::new(format!("/({n})"), "error.expected.jsstring")]);
        id.as_str().map(str::to_owned).ok_or_else(wrong)
    };
    list.iter().enumerate().map(name).collect()
}

/// What is wanted of a pod.
fn defined(api: &Api, pod: &AppId) -> Value {
    let cluster = api.master.snapshot();
    let definition = cluster.app_record(pod).and_then(|record| record.marathon_pod());
    // It may be gone again.
    definition.map_or_else(|| json!({ "id": pod }), |definition| json!(definition))
}
