//! Paths below `/v2/apps` and `/v2/groups`: ids have slashes of their own, and words follow them.

use super::problem::Problem;
use axum::extract::FromRequestParts;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use ship_core::model::{AppId, GroupId, IdError, Timestamp, Version};

/// What a route leaves open, decoded.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(super) struct Path<T>(pub(super) T);

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "the path is not UTF-8 once its `%` are decoded")
    }
}

/// The version that a request names by its moment.
pub(super) fn version_of(text: &str) -> Result<Version, Problem> {
    let bad = || format!("Invalid timestamp provided '{text}'. Expecting ISO-8601 datetime string.");
    Timestamp::parse(text).map(Version).ok_or_else(|| Problem::bad_argument(bad()))
}

/// The id of an app or a group as a request names it, and what of it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Absolute, each slash once; `/` alone is the root.
    pub(super) id: String,
    pub(super) part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Itself,
    /// `{id}/*`: everything below.
    Below,
    Tasks,
    /// `{id}/*/tasks`.
    TasksBelow,
    Task(String),
    Restart,
    /// Of a group.
    Apps,
    Versions,
    Version(String),
}

impl Target {
    pub(super) fn of_app(rest: &str) -> Self {
        let steps: Vec<&str> = rest.split('/').filter(|step| !step.is_empty()).collect();
        match steps.as_slice() {
            [id @ .., "*", "tasks"] => Self::new(id, Part::TasksBelow),
            [id @ .., "*"] => Self::new(id, Part::Below),
            [id @ .., "restart"] => Self::new(id, Part::Restart),
            [id @ .., "tasks", task] => Self::new(id, Part::Task((*task).to_owned())),
            [id @ .., "tasks"] => Self::new(id, Part::Tasks),
            steps => Self::versions(steps),
        }
    }

    pub(super) fn of_group(rest: &str) -> Self {
        let steps: Vec<&str> = rest.split('/').filter(|step| !step.is_empty()).collect();
        match steps.as_slice() {
            [id @ .., "apps"] => Self::new(id, Part::Apps),
            steps => Self::versions(steps),
        }
    }

    fn versions(steps: &[&str]) -> Self {
        match steps {
            [id @ .., "versions", version] => Self::new(id, Part::Version((*version).to_owned())),
            [id @ .., "versions"] => Self::new(id, Part::Versions),
            id => Self::new(id, Part::Itself),
        }
    }

    fn new(steps: &[&str], part: Part) -> Self {
        Self { id: format!("/{}", steps.join("/")), part }
    }

    /// That nothing but an id was named.
    pub(super) fn itself(self) -> Result<Self, Problem> {
        match self.part == Part::Itself {
            true => Ok(self),
            false => Err(self.not_allowed()),
        }
    }

    /// Another method than the path answers.
    pub(super) fn not_allowed(&self) -> Problem {
        Problem::method_not_allowed(match self.part {
            Part::Itself => "GET,HEAD,PUT,PATCH,DELETE",
            Part::Below | Part::TasksBelow | Part::Apps | Part::Versions | Part::Version(_) => "GET,HEAD",
            Part::Tasks => "GET,HEAD,DELETE",
            Part::Task(_) => "DELETE",
            Part::Restart => "POST",
        })
    }

    pub(super) fn is_root(&self) -> bool {
        self.id == "/"
    }

    pub(super) fn app(&self) -> Result<AppId, IdError> {
        AppId::parse(&self.id)
    }

    pub(super) fn group(&self) -> Result<GroupId, IdError> {
        GroupId::resolve(&self.id, &GroupId::root())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_follow_an_id_are_told_from_it() {
        let cases = [
            ("web", "/web", Part::Itself),
            ("/shop//web/", "/shop/web", Part::Itself),
            ("shop/*", "/shop", Part::Below),
            ("*", "/", Part::Below),
            ("shop/web/tasks", "/shop/web", Part::Tasks),
            ("shop/*/tasks", "/shop", Part::TasksBelow),
            ("web/tasks/web.1", "/web", Part::Task("web.1".into())),
            ("web/restart", "/web", Part::Restart),
            ("web/versions", "/web", Part::Versions),
            ("web/versions/2020-01-01T10:00:00.000Z", "/web", Part::Version("2020-01-01T10:00:00.000Z".into())),
        ];
        for (path, id, part) in cases {
            assert_eq!(Target::of_app(path), Target { id: id.into(), part }, "{path}");
        }
        assert_eq!(Target::of_group("shop/apps"), Target { id: "/shop".into(), part: Part::Apps });
        assert_eq!(Target::of_group("/versions"), Target { id: "/".into(), part: Part::Versions });
    }
}
