//! Agents: listed, found by what people call them, emptied and filled again.

use super::input::{self, Path};
use super::{Api, Refusal};
use crate::clock;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ship_core::cluster::{Cluster, Input};
use ship_core::model::AgentId;
use ship_core::protocol::{AgentDetail, AgentView, DrainAllRequest, DrainRequest};
use std::slice;
use std::time::Duration;

/// Of the agents that may have been meant, so many are named.
const NAMED: usize = 10;

pub(super) async fn list(State(api): State<Api>) -> Json<Vec<AgentView>> {
    Json(api.master.snapshot().agent_views())
}

pub(super) async fn show(State(api): State<Api>, Path(name): Path<String>) -> Result<Json<AgentDetail>, Refusal> {
    let cluster = api.master.snapshot();
    detail(&cluster, &find(&cluster, &name)?).map(Json)
}

/// One agent, as [`drain_all`].
pub(super) async fn drain(
    State(api): State<Api>,
    Path(name): Path<String>,
    input::Json(DrainRequest { within_secs }): input::Json<DrainRequest>,
) -> Result<Json<AgentDetail>, Refusal> {
    let agent = find(&api.master.snapshot(), &name)?;
    empty(&api, slice::from_ref(&agent), within_secs).await?;
    detail(&api.master.snapshot(), &agent).map(Json)
}

/// Answers once it is durable. It says nothing of when the agents are empty: their states do.
pub(super) async fn drain_all(
    State(api): State<Api>,
    input::Json(DrainAllRequest { agents, within_secs }): input::Json<DrainAllRequest>,
) -> Result<Json<Vec<AgentDetail>>, Refusal> {
    if agents.is_empty() {
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "`agents` names none"));
    }
    let cluster = api.master.snapshot();
    let ids = agents.iter().map(|name| find(&cluster, name)).collect::<Result<Vec<AgentId>, Refusal>>()?;
    empty(&api, &ids, within_secs).await?;
    let cluster = api.master.snapshot();
    ids.iter().map(|id| detail(&cluster, id)).collect::<Result<_, _>>().map(Json)
}

/// An agent that is being emptied keeps its deadline unless another is given.
async fn empty(api: &Api, agents: &[AgentId], within_secs: Option<u64>) -> Result<(), Refusal> {
    let cluster = api.master.snapshot();
    let deadline = within_secs.map(|secs| clock::now() + Duration::from_secs(secs));
    let is_draining = |id: &AgentId| detail(&cluster, id).is_ok_and(|detail| detail.agent.drain.is_some());
    let concerned = |id: &&AgentId| deadline.is_some() || !is_draining(id);
    let agents: Vec<AgentId> = agents.iter().filter(concerned).cloned().collect();
    if !agents.is_empty() {
        api.master.command(Input::Drain { agents, deadline }).await?;
    }
    Ok(())
}

/// Answers once it is durable; of an agent that is not being emptied, at once.
pub(super) async fn undrain(State(api): State<Api>, Path(name): Path<String>) -> Result<Json<AgentDetail>, Refusal> {
    let agent = find(&api.master.snapshot(), &name)?;
    api.master.command(Input::Undrain { agent: agent.clone() }).await?;
    detail(&api.master.snapshot(), &agent).map(Json)
}

fn detail(cluster: &Cluster, agent: &AgentId) -> Result<AgentDetail, Refusal> {
    cluster.agent_detail(agent, clock::now()).ok_or_else(|| unknown(cluster, agent.as_str()))
}

/// The agent with this id, or the only one with this host name.
pub(super) fn find(cluster: &Cluster, name: &str) -> Result<AgentId, Refusal> {
    match cluster.agents_named(name).as_slice() {
        [] => Err(unknown(cluster, name)),
        [one] => Ok(one.id.clone()),
        several => {
            let message = format!("{} agents have the host name `{name}`", several.len());
            let alike = |view: &AgentView| several.iter().any(|info| info.id == view.id);
            let views = cluster.agent_views().into_iter().filter(alike);
            let details = views.map(|view| format!("{}  {}", view.id, view.state)).collect();
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
