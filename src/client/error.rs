//! What can go wrong between `shipctl` and a cluster.

use reqwest::StatusCode;
use ship_core::protocol::ApiError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("no cluster answers at {url} ({cause})")]
    Unreachable { url: String, cause: String },
    /// It answers, and says that it cannot right now.
    #[error("{}", .body.message)]
    Unavailable { body: ApiError },
    #[error("{url} does not let you in: {}", .body.message)]
    Denied { url: String, body: ApiError },
    #[error("{}", .body.message)]
    NotFound { body: ApiError },
    #[error("{}", .body.message)]
    Invalid { body: ApiError },
    #[error("{}", .body.message)]
    Refused { body: ApiError },
    #[error("{}", .body.message)]
    Stale { body: ApiError },
    #[error("{url} failed with {status}: {}", .body.message)]
    Broken { url: String, status: StatusCode, body: ApiError },
    #[error("{url} answered with something that is not a cluster's answer: {cause}")]
    Garbled { url: String, cause: String },
}

impl ClientError {
    /// What an answer other than success means.
    pub(crate) fn of_answer(url: &str, status: StatusCode, body: ApiError) -> Self {
        let url = url.to_owned();
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Self::Denied { url, body },
            StatusCode::NOT_FOUND => Self::NotFound { body },
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE => {
                Self::Invalid { body }
            }
            StatusCode::CONFLICT => Self::Refused { body },
            StatusCode::PRECONDITION_FAILED => Self::Stale { body },
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => Self::Unavailable { body },
            _ => Self::Broken { url, status, body },
        }
    }

    /// What a failed exchange means.
    pub(crate) fn of_exchange(url: &str, error: &reqwest::Error) -> Self {
        let url = url.to_owned();
        let cause = innermost(error);
        if error.is_decode() || error.is_builder() {
            return Self::Garbled { url, cause };
        }
        Self::Unreachable { url, cause }
    }

    /// Whether the same request may succeed in a moment.
    #[must_use]
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Unavailable { .. } | Self::NotFound { .. } => true,
            Self::Denied { .. }
            | Self::Invalid { .. }
            | Self::Refused { .. }
            | Self::Stale { .. }
            | Self::Broken { .. }
            | Self::Garbled { .. } => false,
        }
    }

    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Unreachable { .. } => {
                Some("start one on this machine with `shipd dev`, or name another with --url or SHIP_URL".to_owned())
            }
            Self::Garbled { .. } => Some("is this the address of a shipd? Check --url or SHIP_URL".to_owned()),
            Self::Broken { .. } => Some("this is a bug in shipd; its log has more".to_owned()),
            Self::Denied { body, .. }
            | Self::Unavailable { body }
            | Self::NotFound { body }
            | Self::Invalid { body }
            | Self::Refused { body }
            | Self::Stale { body } => body.hint.clone(),
        }
    }

    #[must_use]
    pub(crate) fn details(&self) -> &[String] {
        match self {
            Self::Unreachable { .. } | Self::Garbled { .. } => &[],
            Self::Denied { body, .. }
            | Self::Unavailable { body }
            | Self::NotFound { body }
            | Self::Invalid { body }
            | Self::Refused { body }
            | Self::Stale { body }
            | Self::Broken { body, .. } => &body.details,
        }
    }
}

/// The last cause of the chain: `connection refused` rather than `error sending request`.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
