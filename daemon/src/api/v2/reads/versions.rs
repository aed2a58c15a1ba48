//! Earlier versions of apps: git has them (marathon-v2, section 8.3).

use super::json;
use crate::api::Api;
use crate::api::v2::path::Target;
use crate::api::v2::problem::Problem;
use axum::response::Response;
use serde_json::json;
use ship_core::model::{AppId, Timestamp, Version};
use ship_core::protocol::marathon::{Definition, Moment};

/// The newest first.
pub(super) async fn of_app(api: &Api, target: &Target) -> Result<Response, Problem> {
    let id = target.app().map_err(|_| Problem::no_app(&target.id))?;
    let editions = api.source.versions(id.path()).await?;
    if editions.is_empty() {
        return Err(Problem::no_app(&target.id));
    }
    let versions: Vec<Moment> = editions.into_iter().map(|edition| edition.version.into()).collect();
    Ok(json(&json!({ "versions": versions })))
}

/// The app as it was defined then.
pub(super) async fn app_at(api: &Api, target: &Target, version: &str) -> Result<Response, Problem> {
    let version = moment(version)?;
    let id = target.app().map_err(|_| Problem::no_app(&target.id))?;
    let absent = || {
        let at = Moment::from(version);
        Problem::not_found(format!("App '{id}' does not exist in version {at}"))
    };
    let editions = api.source.versions(id.path()).await?;
    let edition = editions.into_iter().find(|edition| edition.version == version).ok_or_else(absent)?;
    let wanted = api.source.wanted_at(edition.commit).await?;
    let spec = wanted.and_then(|wanted| wanted.apps.get(&id).cloned()).ok_or_else(absent)?;
    Ok(json(&Definition::of(&spec, &service_ports(api, &id), version)))
}

/// Those that were chosen are the app's for as long as it is there, whatever its version.
fn service_ports(api: &Api, id: &AppId) -> Vec<u16> {
    api.master.snapshot().app_record(id).map(|record| record.service_ports.clone()).unwrap_or_default()
}

pub(super) fn moment(text: &str) -> Result<Version, Problem> {
    Timestamp::parse(text).map(Version).ok_or_else(|| {
        Problem::bad_argument(format!("Invalid timestamp provided '{text}'. Expecting ISO-8601 datetime string."))
    })
}
