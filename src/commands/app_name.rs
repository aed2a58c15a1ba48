//! Apps as people name them: `web`, `/web`, `shop/web`; and what they may have meant.

use ship_core::model::{AppId, IdError};
use std::str::FromStr;

/// How alike two names must be for one to be suggested for the other (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.8;

/// An app argument: an absolute id, or one relative to the root group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AppName(pub(crate) AppId);

#[derive(Debug, thiserror::Error)]
#[error("there is no app `{app}`")]
pub(crate) struct AppNameError {
    app: AppId,
    suggestion: Option<AppId>,
}

impl FromStr for AppName {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        AppId::parse(text).map(Self)
    }
}

impl AppNameError {
    /// Looks among `known` for what was meant.
    pub(crate) fn unknown<'a>(app: &AppId, known: impl IntoIterator<Item = &'a AppId>) -> Self {
        let best = known
            .into_iter()
            .map(|candidate| (likeness(app, candidate), candidate))
            .filter(|(score, _)| *score >= ALIKE)
            .max_by(|(a, _), (b, _)| a.total_cmp(b));
        Self { app: app.clone(), suggestion: best.map(|(_, candidate)| candidate.clone()) }
    }

    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match &self.suggestion {
            Some(suggestion) => format!("did you mean `{suggestion}`?"),
            None => "`shipctl status` lists all apps".to_owned(),
        })
    }
}

/// The same last segment in another group counts as a near hit.
fn likeness(asked: &AppId, candidate: &AppId) -> f64 {
    let whole = strsim::jaro_winkler(asked.as_str(), candidate.as_str());
    let name = strsim::jaro_winkler(asked.name(), candidate.name()) * 0.95;
    whole.max(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(text: &str) -> AppId {
        text.parse::<AppName>().unwrap().0
    }

    fn suggestion(asked: &str, known: &[&str]) -> Option<String> {
        let known: Vec<AppId> = known.iter().map(|text| app(text)).collect();
        AppNameError::unknown(&app(asked), &known).suggestion.map(|id| id.to_string())
    }

    #[test]
    fn apps_may_be_named_with_and_without_the_first_slash() {
        assert_eq!(app("busybox-demo"), app("/busybox-demo"));
        assert_eq!(app("shop/web").as_str(), "/shop/web");
    }

    #[test]
    fn what_was_meant_is_suggested() {
        assert_eq!(suggestion("busibox-demo", &["/nginx", "/busybox-demo"]), Some("/busybox-demo".into()));
        assert_eq!(suggestion("web", &["/nginx", "/shop/web"]), Some("/shop/web".into()));
        assert_eq!(suggestion("zzz", &["/nginx"]), None);
    }
}
