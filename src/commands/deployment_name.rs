//! Deployments as people name them: by the first digits of their commit's id.

use ship_core::model::DeploymentId;
use std::str::FromStr;

/// A deployment argument. Whether there is one, and only one, the cluster says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeploymentName(pub(crate) DeploymentId);

#[derive(Debug, thiserror::Error)]
#[error("a deployment's id has digits from 0 to f alone; `shipctl deployments` lists them")]
pub(crate) struct NotAnId;

impl FromStr for DeploymentName {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let is_id = !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit());
        is_id.then(|| Self(DeploymentId::new(text.to_ascii_lowercase()))).ok_or(NotAnId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_are_a_name() {
        assert_eq!("1A2b".parse::<DeploymentName>().unwrap().0.as_str(), "1a2b");
        for text in ["", "HEAD", "1a2b/../x", "1a2b?"] {
            assert!(text.parse::<DeploymentName>().is_err(), "{text}");
        }
    }
}
