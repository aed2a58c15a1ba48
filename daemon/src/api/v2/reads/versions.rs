//! Earlier versions of apps and groups: git has them (marathon-v2, sections 8.3 and 8.4).

use super::groups::{self, Shown, Walk};
use super::json;
use super::list::{Piece, Rest};
use super::writer::WriteApp;
use crate::api::Api;
use crate::api::v2::path::{Target, version_of};
use crate::api::v2::pod_path::PodTarget;
use crate::api::v2::problem::Problem;
use axum::response::Response;
use serde_json::json;
use ship_core::cluster::Cluster;
use ship_core::model::{AppId, GroupId, Kind, Version, Wanted};
use ship_core::protocol::marathon::{Definition, GroupTree, Moment, Pod};
use std::sync::Arc;

/// The newest first.
pub(super) async fn of_app(api: &Api, target: &Target) -> Result<Response, Problem> {
    let id = target.app().map_err(|_| Problem::no_app(&target.id))?;
    let versions = known_of(api, &id, Kind::App).await?.ok_or_else(|| Problem::no_app(&target.id))?;
    Ok(json(&json!({ "versions": versions })))
}

/// The newest first, as a plain list.
pub(super) async fn of_pod(api: &Api, target: &PodTarget) -> Result<Response, Problem> {
    let versions = known_of(api, &target.pod()?, Kind::Pod).await?.ok_or_else(|| Problem::no_pod(&target.id))?;
    Ok(json(&versions))
}

/// The newest first, as a plain list.
pub(super) async fn of_group(api: &Api, target: &Target) -> Result<Response, Problem> {
    let id = target.group().map_err(|_| Problem::no_group(&target.id))?;
    match known(api, id.clone()).await?.as_slice() {
        [] if !api.master.snapshot().has_group(&id) => Err(Problem::no_group(&target.id)),
        versions => Ok(json(&versions)),
    }
}

/// The app as it was defined then.
pub(super) async fn app_at(api: &Api, target: &Target, version: &str) -> Result<Response, Problem> {
    let version = version_of(version)?;
    let id = target.app().map_err(|_| Problem::no_app(&target.id))?;
    let wanted = wanted_at(api, id.path(), version).await?;
    match wanted.as_ref().and_then(|wanted| wanted.apps.get(&id)).filter(|spec| spec.kind() == Kind::App) {
        Some(spec) => Ok(json(&Definition::of(spec, service_ports(&api.master.snapshot(), &id), version))),
        None => Err(absent("App", &target.id, version)),
    }
}

/// The pod as it was defined then.
pub(super) async fn pod_at(api: &Api, target: &PodTarget, version: &str) -> Result<Response, Problem> {
    let version = version_of(version)?;
    let id = target.pod()?;
    let wanted = wanted_at(api, id.path(), version).await?;
    let pod = wanted.as_ref().and_then(|wanted| Pod::of(wanted.apps.get(&id)?, version));
    pod.map(|pod| json(&pod)).ok_or_else(|| absent("Pod", &target.id, version))
}

/// The group as it was then, with all that was below it.
pub(super) async fn group_at(api: &Api, target: &Target, version: &str) -> Result<Response, Problem> {
    let version = version_of(version)?;
    let id = target.group().map_err(|_| Problem::no_group(&target.id))?;
    let absent = || absent("Group", &target.id, version);
    let wanted = wanted_at(api, id.clone(), version).await?.ok_or_else(absent)?;
    let tree = GroupTree::of(&wanted, &id, version, |_| version).ok_or_else(absent)?;
    let past = Past { wanted, version, cluster: api.master.snapshot() };
    Ok(groups::written(Walk::new(tree, id, Shown::ALL), past))
}

/// Apps as they were defined.
struct Past {
    wanted: Wanted,
    version: Version,
    cluster: Arc<Cluster>,
}

impl WriteApp for Past {
    fn begin(&mut self, piece: &mut Piece, id: &AppId) -> Rest {
        let spec = self.wanted.apps.get(id);
        piece.value(&spec.map(|spec| Definition::of(spec, service_ports(&self.cluster, id), self.version)));
        Rest::None
    }

    fn go_on(&mut self, _piece: &mut Piece) -> Rest {
        Rest::None
    }

    fn pod(&mut self, piece: &mut Piece, id: &AppId) {
        piece.value(&self.wanted.apps.get(id).and_then(|spec| Pod::of(spec, self.version)));
    }
}

/// `None` if there are none, or if what has this path now is of the other kind.
async fn known_of(api: &Api, id: &AppId, kind: Kind) -> Result<Option<Vec<Moment>>, Problem> {
    let versions = known(api, id.path()).await?;
    let is_other = api.master.snapshot().kind_of(id).is_some_and(|now| now != kind);
    Ok(Some(versions).filter(|versions| !versions.is_empty() && !is_other))
}

async fn known(api: &Api, path: GroupId) -> Result<Vec<Moment>, Problem> {
    let editions = api.source.versions(path).await?;
    Ok(editions.into_iter().map(|edition| edition.version.into()).collect())
}

/// All that was wanted when the app or the group had this version.
async fn wanted_at(api: &Api, path: GroupId, version: Version) -> Result<Option<Wanted>, Problem> {
    let editions = api.source.versions(path).await?;
    match editions.into_iter().find(|edition| edition.version == version) {
        Some(edition) => Ok(api.source.wanted_at(edition.commit).await?),
        None => Ok(None),
    }
}

fn absent(what: &str, id: &str, version: Version) -> Problem {
    Problem::not_found(format!("{what} '{id}' does not exist in version {}", Moment::from(version)))
}

/// Those that were chosen are the app's for as long as it is there, whatever its version.
fn service_ports<'a>(cluster: &'a Cluster, id: &AppId) -> &'a [u16] {
    cluster.app_record(id).map(|record| record.service_ports.as_slice()).unwrap_or_default()
}
