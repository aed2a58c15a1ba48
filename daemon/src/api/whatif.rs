//! What-if and rebalancing: played out on the published copy. Nothing is changed.

use super::agents::find;
use super::aside::aside;
use super::input::Json;
use super::reads::no_app;
use super::{Api, Refusal};
use crate::clock;
use axum::extract::State;
use axum::http::StatusCode;
use ship_core::cluster::Cluster;
use ship_core::forecast::{self, Rebalance, Supposition, Unsupposable, WhatIf};
use ship_core::model::AgentId;
use ship_core::protocol::WhatIfRequest;

pub(super) async fn whatif(
    State(api): State<Api>,
    Json(WhatIfRequest { suppositions }): Json<WhatIfRequest>,
) -> Result<axum::Json<WhatIf>, Refusal> {
    let cluster = api.master.snapshot();
    let named = suppositions.into_iter().map(|one| by_id(&cluster, one));
    let suppositions = named.collect::<Result<Vec<Supposition>, Refusal>>()?;
    let found = aside(move || forecast::whatif(&cluster, &suppositions, clock::now())).await?;
    found.map(axum::Json).map_err(|error| refused(&error))
}

/// Where tasks would stand, were all placed anew.
pub(super) async fn rebalance(State(api): State<Api>) -> Result<axum::Json<Rebalance>, Refusal> {
    let cluster = api.master.snapshot();
    aside(move || forecast::rebalance(&cluster, clock::now())).await.map(axum::Json)
}

/// The same with the agents' ids in place of their host names.
fn by_id(cluster: &Cluster, supposition: Supposition) -> Result<Supposition, Refusal> {
    let ids = |agents: Vec<AgentId>| -> Result<Vec<AgentId>, Refusal> {
        agents.iter().map(|name| find(cluster, name.as_str())).collect()
    };
    Ok(match supposition {
        Supposition::Lose { agents } => Supposition::Lose { agents: ids(agents)? },
        Supposition::Drain { agents, within_secs } => Supposition::Drain { agents: ids(agents)?, within_secs },
        Supposition::Undrain { agents } => Supposition::Undrain { agents: ids(agents)? },
        Supposition::Scale { .. } | Supposition::AddAgent(_) => supposition,
    })
}

fn refused(error: &Unsupposable) -> Refusal {
    match error {
        Unsupposable::NoApp(app) => no_app(app),
        Unsupposable::NoAgent(_) => Refusal::new(StatusCode::NOT_FOUND, error.to_string()),
        Unsupposable::Everywhere(_) | Unsupposable::Taken(_) => Refusal::new(StatusCode::CONFLICT, error.to_string()),
        Unsupposable::Count { .. } | Unsupposable::Nobody => {
            Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
        }
    }
}
