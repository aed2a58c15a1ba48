//! What `--resources` says: amounts for tasks of any role, and shares kept for one.

use ship_core::manifest::nearest;
use ship_core::model::{AppSpec, Resource, Resources, Scalar, is_role};
use std::collections::{BTreeMap, BTreeSet};

/// What is not named is the machine's own, less what is kept for roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Shares of one core, for tasks of any role.
    pub cpus: Option<Scalar>,
    /// In MiB, for tasks of any role.
    pub mem: Option<Scalar>,
    /// In MiB, for tasks of any role.
    pub disk: Option<Scalar>,
    /// Whole devices, for tasks of any role.
    pub gpus: Option<u32>,
    /// By role.
    pub reserved: BTreeMap<String, Resources>,
}

/// Why a text is no list of amounts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountsError {
    /// No name and amount; held as written.
    #[error("`{0}` is no amount: write it as `cpus=4`, or `cpus(prod)=8` to keep a share for a role")]
    Form(String),
    /// None of the four resources.
    #[error("there is no resource `{name}`{hint}: these are `cpus`, `mem` and `disk` (both in MiB) and `gpus`")]
    Unknown {
        /// As written.
        name: String,
        /// Which one was probably meant; may be empty.
        hint: String,
    },
    /// Mesos agents are told their ports there, ours are not.
    #[error("ports have a setting of their own: `--ports 31000-32000`")]
    Ports,
    /// No number, or one below 0.
    #[error("`{text}` is no amount of {resource}: a number that is not below 0 is expected")]
    Amount {
        /// Of which resource.
        resource: Resource,
        /// As written.
        text: String,
    },
    /// Not a whole number; held as written.
    #[error("gpus are whole devices, not `{0}`")]
    Gpus(String),
    /// No role could be called so.
    #[error("`{0}` is no role: letters, digits, `.`, `_` and `-`, or `*` for all apps")]
    Role(String),
    /// One resource of one role, twice.
    #[error("`{0}` is given twice")]
    Twice(String),
}

impl Amounts {
    /// Reads `cpus=4,mem=8192`, or as Mesos agents are told `cpus:4;cpus(prod):8`.
    pub fn parse(text: &str) -> Result<Self, AmountsError> {
        let mut amounts = Self::default();
        let mut seen = BTreeSet::new();
        for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            let (name, amount) = part.split_once(['=', ':']).ok_or_else(|| malformed(part))?;
            let (name, role) = name_and_role(name.trim(), part)?;
            let resource = resource(name)?;
            if !seen.insert((resource, role)) {
                return Err(AmountsError::Twice(part.split(['=', ':']).next().unwrap_or(part).trim().to_owned()));
            }
            amounts.set(resource, role, amount.trim())?;
        }
        Ok(amounts)
    }

    fn set(&mut self, resource: Resource, role: &str, text: &str) -> Result<(), AmountsError> {
        let amount = || scalar(resource, text);
        let share = (role != AppSpec::ANY_ROLE).then(|| self.reserved.entry(role.to_owned()).or_default());
        match (resource, share) {
            (Resource::Cpus, None) => self.cpus = Some(amount()?),
            (Resource::Mem, None) => self.mem = Some(amount()?),
            (Resource::Disk, None) => self.disk = Some(amount()?),
            (Resource::Gpus, None) => self.gpus = Some(devices(text)?),
            (Resource::Cpus, Some(share)) => share.cpus = amount()?,
            (Resource::Mem, Some(share)) => share.mem = amount()?,
            (Resource::Disk, Some(share)) => share.disk = amount()?,
            (Resource::Gpus, Some(share)) => share.gpus = devices(text)?,
        }
        Ok(())
    }
}

fn malformed(part: &str) -> AmountsError {
    match part.starts_with("ports") {
        true => AmountsError::Ports,
        false => AmountsError::Form(part.to_owned()),
    }
}

fn name_and_role<'a>(name: &'a str, part: &str) -> Result<(&'a str, &'a str), AmountsError> {
    let Some((name, rest)) = name.split_once('(') else { return Ok((name, AppSpec::ANY_ROLE)) };
    let role = rest.strip_suffix(')').ok_or_else(|| malformed(part))?;
    match is_role(role) {
        true => Ok((name, role)),
        false => Err(AmountsError::Role(role.to_owned())),
    }
}

fn resource(name: &str) -> Result<Resource, AmountsError> {
    match name {
        "cpus" => Ok(Resource::Cpus),
        "mem" => Ok(Resource::Mem),
        "disk" => Ok(Resource::Disk),
        "gpus" => Ok(Resource::Gpus),
        "ports" => Err(AmountsError::Ports),
        other => {
            let meant = nearest(other, ["cpus", "mem", "disk", "gpus"]);
            let hint = meant.map(|meant| format!(" (did you mean `{meant}`?)")).unwrap_or_default();
            Err(AmountsError::Unknown { name: other.to_owned(), hint })
        }
    }
}

fn scalar(resource: Resource, text: &str) -> Result<Scalar, AmountsError> {
    let amount: Option<f64> = text.parse().ok().filter(|amount: &f64| amount.is_finite() && *amount >= 0.0);
    amount.map(Scalar::from_f64).ok_or_else(|| AmountsError::Amount { resource, text: text.to_owned() })
}

fn devices(text: &str) -> Result<u32, AmountsError> {
    text.parse().map_err(|_| AmountsError::Gpus(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_say_the_same() {
        let ours = Amounts::parse("cpus=4, mem=8192, cpus(prod)=8, gpus=2").expect("valid");
        let theirs = Amounts::parse("cpus(*):4;mem:8192;cpus(prod):8;gpus:2;").expect("valid");
        assert_eq!(ours, theirs);
        assert_eq!((ours.cpus, ours.disk, ours.gpus), (Some(Scalar::whole(4)), None, Some(2)));
        assert_eq!(ours.reserved["prod"].cpus, Scalar::whole(8));
        assert_eq!(Amounts::parse("").expect("nothing is fine"), Amounts::default());
    }

    #[test]
    fn mistakes_say_what_is_wrong() {
        let told = |text: &str| Amounts::parse(text).expect_err("refused").to_string();
        assert!(told("cpu=1").contains("did you mean `cpus`?"));
        assert!(told("cpus").contains("`cpus` is no amount"));
        assert!(told("mem=lots").contains("`lots` is no amount of mem"));
        assert!(told("mem=-1").contains("not below 0"));
        assert!(told("gpus=0.5").contains("whole devices"));
        assert!(told("cpus(a b)=1").contains("`a b` is no role"));
        assert!(told("cpus(prod=1").contains("no amount"));
        assert!(told("cpus=1;cpus(*)=2").contains("`cpus(*)` is given twice"));
        assert!(told("ports:[31000-32000]").contains("--ports"));
    }
}
