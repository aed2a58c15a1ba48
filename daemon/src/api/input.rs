//! Extractors that refuse in the API's own words.

use super::Refusal;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long a body may take as a whole. Nobody waits longer for an answer; somebody may mean harm.
const BODY_PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let reading = axum::Json::from_request(request, state);
        let read = tokio::time::timeout(BODY_PATIENCE, reading).await;
        let axum::Json(value) = read.map_err(|_| Refusal::late())??;
        Ok(Self(value))
    }
}

impl Refusal {
    fn late() -> Self {
        let message = format!("the body of the request did not arrive within {} s", BODY_PATIENCE.as_secs());
        Self::new(StatusCode::REQUEST_TIMEOUT, message)
    }
}

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Refusal))]
pub(super) struct Query<T>(pub(super) T);

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Refusal))]
pub(super) struct Path<T>(pub(super) T);
