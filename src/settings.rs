//! Which cluster is meant. Flags beat `SHIP_*` variables, those beat `ship.toml`, that beats the default;
//! on each level a URL beats the name of a context.

use reqwest::Url;
use std::collections::BTreeMap;

/// Where `shipd dev` listens.
pub(crate) const DEFAULT_URL: &str = "http://127.0.0.1:8080";

#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Flags {
    /// The cluster's address [env: SHIP_URL] [default: http://127.0.0.1:8080]
    #[arg(long, global = true, value_name = "URL", help_heading = "Global options")]
    pub(crate) url: Option<String>,
    /// A cluster by its name in ship.toml [env: SHIP_CONTEXT]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Global options")]
    pub(crate) context: Option<String>,
}

/// What `ship.toml` says of clusters.
#[derive(Debug, Clone, Default)]
pub(crate) struct FromFile {
    pub(crate) url: Option<String>,
    /// The context that is meant if nothing else says so.
    pub(crate) context: Option<String>,
    pub(crate) contexts: BTreeMap<String, String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("there is no context `{name}`")]
    UnknownContext { name: String, known: Vec<String> },
    #[error("`{text}` is not the address of a cluster: {reason}")]
    Url { text: String, reason: String },
}

/// The address of the cluster that is meant. `file` is read only where it decides.
pub(crate) fn cluster_url<E: From<SettingsError>>(
    flags: &Flags,
    variable: impl Fn(&str) -> Option<String>,
    file: impl FnOnce() -> Result<FromFile, E>,
) -> Result<Url, E> {
    let flags = Wish { url: flags.url.clone(), context: flags.context.clone() };
    let wish = flags.or(Wish { url: variable("SHIP_URL"), context: variable("SHIP_CONTEXT") });
    let text = match wish.url {
        Some(url) => url,
        None => {
            let file = file()?;
            let wish = Wish { url: None, ..wish }.or(Wish { url: file.url.clone(), context: file.context.clone() });
            match (wish.url, wish.context) {
                (Some(url), _) => url,
                (None, Some(name)) => file.address(name)?,
                (None, None) => DEFAULT_URL.to_owned(),
            }
        }
    };
    Ok(parse_url(&text)?)
}

/// What one level says.
struct Wish {
    url: Option<String>,
    context: Option<String>,
}

impl Wish {
    /// This level if it says anything, with its URL before its context; else the next one.
    fn or(self, next: Self) -> Self {
        match self {
            Self { url: None, context: None } => next,
            Self { url: Some(url), .. } => Self { url: Some(url), context: None },
            Self { url: None, context } => Self { url: None, context },
        }
    }
}

/// A variable of the environment; an empty one counts as absent.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl FromFile {
    fn address(&self, name: String) -> Result<String, SettingsError> {
        match self.contexts.get(&name) {
            Some(url) => Ok(url.clone()),
            None => Err(SettingsError::UnknownContext { name, known: self.contexts.keys().cloned().collect() }),
        }
    }
}

impl SettingsError {
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownContext { known, .. } if known.is_empty() => {
                Some("no ship.toml here or above names one; add `[contexts.NAME]` with a `url`".to_owned())
            }
            Self::UnknownContext { known, .. } => Some(format!("ship.toml has {}", known.join(", "))),
            Self::Url { .. } => Some("write it like http://deploy.example.com:8080".to_owned()),
        }
    }
}

fn parse_url(text: &str) -> Result<Url, SettingsError> {
    let refuse = |reason: &str| SettingsError::Url { text: text.to_owned(), reason: reason.to_owned() };
    let url = Url::parse(text).map_err(|error| refuse(&error.to_string()))?;
    match url.scheme() {
        "http" if url.has_host() => Ok(url),
        "https" => Err(refuse("shipd does not serve TLS yet, use http")),
        _ => Err(refuse("it must begin with http://")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> FromFile {
        FromFile {
            url: Some("http://file:1".into()),
            context: None,
            contexts: [("prod".to_owned(), "http://prod:1".to_owned())].into(),
        }
    }

    fn resolve(flags: &[(&str, &str)], variables: &[(&str, &str)], file: &FromFile) -> Result<String, SettingsError> {
        let find = |list: &[(&str, &str)], name: &str| {
            list.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        let flags = Flags { url: find(flags, "url"), context: find(flags, "context") };
        cluster_url(&flags, |name| find(variables, name), || Ok(file.clone())).map(|url| url.to_string())
    }

    #[test]
    fn flags_beat_variables_beat_the_file_beats_the_default() {
        let flag = [("url", "http://flag:1")];
        let variable = [("SHIP_URL", "http://variable:1")];
        assert_eq!(resolve(&flag, &variable, &file()), Ok("http://flag:1/".into()));
        assert_eq!(resolve(&[("context", "prod")], &variable, &file()), Ok("http://prod:1/".into()));
        assert_eq!(resolve(&[], &variable, &file()), Ok("http://variable:1/".into()));
        assert_eq!(resolve(&[], &[("SHIP_CONTEXT", "prod")], &file()), Ok("http://prod:1/".into()));
        assert_eq!(resolve(&[], &[], &file()), Ok("http://file:1/".into()));
        let default = FromFile { url: None, context: Some("prod".into()), ..file() };
        assert_eq!(resolve(&[], &[], &default), Ok("http://prod:1/".into()));
        assert_eq!(resolve(&[], &[], &FromFile::default()), Ok("http://127.0.0.1:8080/".into()));
    }

    #[test]
    fn an_unknown_context_names_the_known_ones() {
        let error = resolve(&[("context", "staging")], &[], &file()).expect_err("must be refused");
        assert_eq!(error, SettingsError::UnknownContext { name: "staging".into(), known: vec!["prod".into()] });
    }

    #[test]
    fn only_http_addresses_are_taken() {
        for text in ["localhost:8080", "https://a", "ftp://a", "", "http://"] {
            let error = resolve(&[("url", text)], &[], &file()).expect_err("must be refused");
            assert!(matches!(error, SettingsError::Url { .. }), "{text}: {error}");
        }
    }
}
