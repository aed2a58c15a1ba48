//! Agents: listed, and found by what people call them.

use super::input::Path;
use super::{Api, Refusal};
use crate::clock;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ship_core::cluster::Cluster;
use ship_core::model::{AgentId, AgentInfo};
use ship_core::protocol::{AgentDetail, AgentView};

/// Of the agents that may have been meant, so many are named.
const NAMED: usize = 10;

pub(super) async fn list(State(api): State<Api>) -> Json<Vec<AgentView>> {
    Json(api.master.snapshot().agent_views())
}

pub(super) async fn show(State(api): State<Api>, Path(name): Path<String>) -> Result<Json<AgentDetail>, Refusal> {
    let cluster = api.master.snapshot();
    let id = find(&cluster, &name)?;
    cluster.agent_detail(&id, clock::now()).map(Json).ok_or_else(|| unknown(&cluster, &name))
}

/// The agent with this id, or the only one with this host name.
pub(super) fn find(cluster: &Cluster, name: &str) -> Result<AgentId, Refusal> {
    match cluster.agents_named(name).as_slice() {
        [] => Err(unknown(cluster, name)),
        [one] => Ok(one.id.clone()),
        several => {
            let message = format!("{} agents have the host name `{name}`", several.len());
            let state = |info: &&AgentInfo| format!("{}  {}", info.id, state_of(cluster, &info.id));
            let details = several.iter().map(state).collect();
            Err(Refusal::new(StatusCode::CONFLICT, message).hint("name it by its id").details(details))
        }
    }
}

fn unknown(cluster: &Cluster, name: &str) -> Refusal {
    let views = cluster.agent_views();
    let refusal = Refusal::new(StatusCode::NOT_FOUND, format!("there is no agent `{name}`"));
    if views.is_empty() {
        return refusal.hint("no agent has joined: start one with `shipd agent`");
    }
    let details = views.iter().take(NAMED).map(|view| format!("{}  {}", view.hostname, view.id));
    let more = (views.len() > NAMED).then(|| format!("and {} more", views.len() - NAMED));
    refusal.hint("these have joined; an agent is named by host name or id").details(details.chain(more).collect())
}

fn state_of(cluster: &Cluster, id: &AgentId) -> String {
    cluster.agent_detail(id, clock::now()).map(|detail| detail.agent.state).unwrap_or_default()
}
