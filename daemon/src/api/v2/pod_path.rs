//! Paths below `/v2/pods`: two colons stand between a pod's id and what of it is meant.

use super::problem::Problem;
use ship_core::model::AppId;

/// A pod, or all of them, and what is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PodTarget {
    /// Absolute, each slash once; `/` alone means all pods.
    pub(super) id: String,
    pub(super) part: PodPart,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PodPart {
    Itself,
    Status,
    Versions,
    Version(String),
    Instances,
    Instance(String),
    /// What Marathon has no word for.
    Unknown,
}

impl PodTarget {
    pub(super) fn of(rest: &str) -> Self {
        let (id, word) = rest.split_once("::").unwrap_or((rest, ""));
        let steps: Vec<&str> = id.split('/').filter(|step| !step.is_empty()).collect();
        let part = match word.trim_matches('/').split_once('/').unwrap_or((word.trim_matches('/'), "")) {
            ("", "") => PodPart::Itself,
            ("status", "") => PodPart::Status,
            ("versions", "") => PodPart::Versions,
            ("versions", version) => PodPart::Version(version.to_owned()),
            ("instances", "") => PodPart::Instances,
            ("instances", instance) => PodPart::Instance(instance.to_owned()),
            (_, _) => PodPart::Unknown,
        };
        Self { id: format!("/{}", steps.join("/")), part }
    }

    /// That nothing but an id was named.
    pub(super) fn itself(self) -> Result<Self, Problem> {
        match self.part == PodPart::Itself {
            true => Ok(self),
            false => Err(self.not_allowed()),
        }
    }

    /// Another method than the path answers.
    pub(super) fn not_allowed(&self) -> Problem {
        Problem::method_not_allowed(match self.part {
            PodPart::Itself => "GET,HEAD,PUT,DELETE",
            PodPart::Status | PodPart::Versions | PodPart::Version(_) => "GET,HEAD",
            PodPart::Instances | PodPart::Instance(_) => "DELETE",
            PodPart::Unknown => return Problem::not_found(format!("there is nothing at `{}` of a pod", self.id)),
        })
    }

    pub(super) fn pod(&self) -> Result<AppId, Problem> {
        AppId::parse(&self.id).map_err(|_| Problem::no_pod(&self.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_two_colons() {
        let cases = [
            ("web", "/web", PodPart::Itself),
            ("/shop//web/", "/shop/web", PodPart::Itself),
            ("::status", "/", PodPart::Status),
            ("shop/web::status", "/shop/web", PodPart::Status),
            ("web::versions/", "/web", PodPart::Versions),
            ("web::versions/2020-01-01T10:00:00.000Z", "/web", PodPart::Version("2020-01-01T10:00:00.000Z".into())),
            ("web::instances", "/web", PodPart::Instances),
            ("web::instances/web.instance-1", "/web", PodPart::Instance("web.instance-1".into())),
            ("web::nonsense", "/web", PodPart::Unknown),
        ];
        for (path, id, part) in cases {
            assert_eq!(PodTarget::of(path), PodTarget { id: id.into(), part }, "{path}");
        }
    }
}
