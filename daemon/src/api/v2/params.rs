//! Query parameters as Marathon reads them: repeated ones, flags in any case, unknown ones ignored.

use super::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;

/// In the order of the query, decoded.
#[derive(Debug, Clone, Default)]
pub(in crate::api) struct Params(Vec<(String, String)>);

impl Params {
    fn of(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first one of this name.
    pub(super) fn get<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Every one of this name, as in `embed=a&embed=b`; `name[]=` means the same.
    pub(in crate::api) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |key: &str| key.strip_suffix("[]").unwrap_or(key) == name;
        self.0.iter().filter(move |(key, _)| same(key)).map(|(_, value)| value.as_str())
    }

    /// `true` in any case, or the name alone; false if it is not there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Problem> {
        self.flag_or(name, false)
    }

    pub(super) fn flag_or(&self, name: &str, default: bool) -> Result<bool, Problem> {
        match self.get(name) {
            None => Ok(default),
            Some(text) if text.is_empty() || text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(Problem::bad_request(format!("`{name}` is `true` or `false`, not `{text}`"))),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_repeated_names() {
        let params = Params::of("force=True&embed=app.tasks&embed[]=app.counts&wipe&scale=FALSE&dryRun=maybe");
        assert_eq!(params.all("embed").collect::<Vec<_>>(), ["app.tasks", "app.counts"]);
        let flags = ["force", "wipe", "scale", "partialUpdate"].map(|name| params.flag(name).expect("a flag"));
        assert_eq!(flags, [true, true, false, false]);
        assert_eq!(params.flag_or("partialUpdate", true), Ok(true));
        assert!(params.flag("dryRun").is_err());
    }
}
