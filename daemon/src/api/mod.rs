//! The HTTP interface: `/v1`, answered from the published snapshot. No request waits for the writer, and
//! none can stop the daemon.

mod agents;
mod aside;
mod deployments;
mod document;
mod exec;
mod files;
mod follow;
mod git;
mod input;
mod logs;
mod metrics;
mod reads;
mod refusal;
mod serve;
mod slashes;
mod source;
mod tasks;
mod v2;
mod volumes;
mod whatif;
mod writes;

#[cfg(test)]
mod tests;

pub use refusal::Refusal;
pub use serve::serve;
pub use source::Source;
pub use v2::events::Bus;

use crate::logging::Logging;
use crate::master::links::Links;
use crate::master::{Master, Stopped};
use crate::metrics::Metrics;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower::util::MapRequest;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;

/// The desired state of 50,000 apps.
const BODY_BYTES_MAX: usize = 64 << 20;

/// What the handlers share.
#[derive(Clone)]
pub struct Api {
    /// Answers reads from its published copy, and takes what the cluster is told.
    pub master: Master,
    /// The agents that are connected: logs come through them.
    pub links: Links,
    /// Where the desired state is written to.
    pub source: Arc<dyn Source>,
    /// What Marathon's clients are told as it happens.
    pub events: Bus,
    /// Counts what it does.
    pub metrics: Metrics,
    /// How much of what happens is written down.
    pub logging: Logging,
    /// Ends all streams.
    pub stop: CancellationToken,
}

impl Api {
    /// An error once the daemon stops: what is written then, nobody says what came of it.
    fn goes_on(&self) -> Result<(), Stopped> {
        match self.stop.is_cancelled() {
            true => Err(Stopped),
            false => Ok(()),
        }
    }
}

/// All of HTTP: `/v1` and the routes of git, which bring their own limits.
pub fn router(api: Api, git: Router) -> Router {
    let counts = api.metrics.clone();
    let v1 = Router::new()
        .route("/metrics", get(metrics::metrics))
        .route("/metrics/prometheus", get(metrics::prometheus))
        .route("/v1/info", get(reads::info))
        .route("/v1/status", get(reads::status))
        .route("/v1/why", get(reads::why))
        .route("/v1/volumes", get(volumes::list))
        .route("/v1/volumes/{id}/wipe", post(volumes::wipe))
        .route("/v1/agents", get(agents::list))
        .route("/v1/agents/{name}", get(agents::show))
        .route("/v1/agents/{name}/drain", post(agents::drain))
        .route("/v1/agents/{name}/undrain", post(agents::undrain))
        .route("/v1/deployments", get(deployments::list))
        .route("/v1/deployments/{id}", get(deployments::show))
        .route("/v1/deployments/{id}/cancel", post(deployments::cancel))
        .route("/v1/resume", post(deployments::resume))
        .route("/v1/deployments/{id}/follow", get(follow::follow))
        .route("/v1/drain", post(agents::drain_all))
        .route("/v1/events", get(follow::events))
        .route("/v1/history", get(reads::history))
        .route("/v1/logs", get(logs::logs))
        .route("/v1/apply", post(writes::apply))
        .route("/v1/plan", get(writes::plan_of).post(writes::plan))
        .route("/v1/plans/{fingerprint}", get(reads::shown_plan))
        .route("/v1/rebalance", get(whatif::rebalance))
        .route("/v1/restart", post(writes::restart))
        .route("/v1/tasks/{id}/files", get(files::list))
        .route("/v1/tasks/{id}/files/content", get(files::content))
        .route("/v1/tasks/{id}/exec", get(exec::socket).post(exec::lines))
        .route("/v1/rollback", post(writes::rollback))
        .route("/v1/scale", post(writes::scale))
        .route("/v1/whatif", post(whatif::whatif))
        .merge(document::router())
        .merge(v2::router())
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(api);
    let routes = v1
        .merge(git)
        .fallback(refusal::not_found)
        .method_not_allowed_fallback(refusal::method_not_allowed)
        .layer(CatchPanicLayer::custom(refusal::after_panic))
        .layer(middleware::from_fn_with_state(counts, metrics::count))
        .layer(TraceLayer::new_for_http());
    Router::new().fallback_service(MapRequest::new(routes, slashes::fewer))
}
