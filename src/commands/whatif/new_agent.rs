//! An agent that does not exist, as `KEY=VALUE`.

use ship_core::forecast::NewAgent;
use ship_core::model::{Attribute, PortRange, Resources, Scalar};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAnAgent {
    #[error("`{0}` is no fact of an agent: write KEY=VALUE, such as cpus=4 or attr:rack=r1")]
    Form(String),
    #[error(
        "`{0}` is no fact of an agent: there are cpus, mem, disk, gpus, ports, zone, region, hostname, count, attr:NAME"
    )]
    Key(String),
    #[error("`{key}={value}`: it is {form}")]
    Value { key: String, value: String, form: &'static str },
    #[error("a new agent has `{0}`: give {0}=..")]
    Missing(&'static str),
}

const AMOUNT: &str = "an amount that is not negative, such as 4 or 0.5; mem and disk are in MiB";
const COUNT: &str = "a whole number";
const PORTS: &str = "ports and ranges of ports, such as 31000-32000,8080";

/// The last word on each key counts.
pub(super) fn new_agent(facts: &[String]) -> Result<NewAgent, NotAnAgent> {
    let mut amounts: BTreeMap<&str, Scalar> = BTreeMap::new();
    let mut agent = NewAgent::with(Resources::default());
    for fact in facts {
        let (key, value) = fact.split_once('=').ok_or_else(|| NotAnAgent::Form(fact.clone()))?;
        let wrong = |form| NotAnAgent::Value { key: key.to_owned(), value: value.to_owned(), form };
        match key {
            "cpus" | "mem" | "disk" => {
                amounts.insert(key, amount(value).ok_or_else(|| wrong(AMOUNT))?);
            }
            "gpus" => agent.resources.gpus = value.parse().map_err(|_| wrong(COUNT))?,
            "count" => agent.count = value.parse().map_err(|_| wrong(COUNT))?,
            "ports" => agent.ports = ports(value).ok_or_else(|| wrong(PORTS))?,
            "zone" => agent.zone = Some(value.to_owned()),
            "region" => agent.region = Some(value.to_owned()),
            "hostname" => value.clone_into(&mut agent.hostname),
            _ => match key.strip_prefix("attr:") {
                Some(name) => {
                    agent.attributes.insert(name.to_owned(), Attribute::read(value));
                }
                None => return Err(NotAnAgent::Key(key.to_owned())),
            },
        }
    }
    let amount_of = |key| amounts.get(key).copied().ok_or(NotAnAgent::Missing(key));
    (agent.resources.cpus, agent.resources.mem) = (amount_of("cpus")?, amount_of("mem")?);
    agent.resources.disk = amounts.get("disk").copied().unwrap_or_default();
    Ok(agent)
}

fn amount(text: &str) -> Option<Scalar> {
    let amount: f64 = text.parse().ok()?;
    (amount.is_finite() && amount >= 0.0).then(|| Scalar::from_f64(amount))
}

/// In ascending order, as agents offer them.
fn ports(text: &str) -> Option<Vec<PortRange>> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (first <= last).then_some(PortRange { first, last })
    };
    let mut ranges: Vec<PortRange> = text.split(',').map(range).collect::<Option<_>>()?;
    ranges.sort();
    let apart = ranges.windows(2).all(|pair| pair[0].last < pair[1].first);
    apart.then_some(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(facts: &[&str]) -> Result<NewAgent, NotAnAgent> {
        new_agent(&facts.iter().map(|fact| (*fact).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn facts_are_read() {
        let agent =
            read(&["cpus=4", "mem=8192", "gpus=1", "attr:rack=r1", "ports=8080,31000-31010", "count=3"]).unwrap();
        assert_eq!(agent.resources.cpus, Scalar::whole(4));
        assert_eq!((agent.resources.gpus, agent.count), (1, 3));
        assert_eq!(agent.attributes["rack"], Attribute::Text("r1".into()));
        assert_eq!(agent.ports.iter().map(ToString::to_string).collect::<Vec<_>>(), ["8080-8080", "31000-31010"]);
        assert_eq!(read(&["cpus=1", "mem=1"]).unwrap().ports, [PortRange::DEFAULT]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(read(&["cpus=1"]), Err(NotAnAgent::Missing("mem")));
        assert_eq!(read(&["cpus"]), Err(NotAnAgent::Form("cpus".into())));
        assert_eq!(read(&["cpu=1"]), Err(NotAnAgent::Key("cpu".into())));
        for fact in ["cpus=-1", "cpus=NaN", "mem=much", "gpus=0.5", "count=-1", "ports=9-8", "ports=1-5,3-9"] {
            assert!(matches!(read(&[fact]), Err(NotAnAgent::Value { .. })), "{fact}");
        }
    }
}
