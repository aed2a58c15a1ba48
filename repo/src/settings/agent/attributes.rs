//! What `--attribute` says: names with values, for constraints to ask for.

use ship_core::model::Attribute;
use std::collections::BTreeMap;

/// By name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes(pub BTreeMap<String, Attribute>);

/// Why a text is no list of attributes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttributesError {
    /// No name and value; held as written.
    #[error("`{0}` is no attribute: write a name, `=` and a value, such as `rack=7` or `disks={{ssd,nvme}}`")]
    Form(String),
    /// Nothing stands before the `=`.
    #[error("an attribute has a name")]
    Nameless,
    /// A name that constraints ask for in another sense; held with that sense.
    #[error("`{0}` cannot be an attribute: constraints already ask for it, as the agent's own {1}")]
    Taken(String, &'static str),
}

impl Attributes {
    /// Reads `rack=7,disks={ssd,nvme}`: numbers, sets in braces, and texts.
    pub fn parse(text: &str) -> Result<Self, AttributesError> {
        let mut attributes = BTreeMap::new();
        for part in parts(text) {
            let (name, value) = part.split_once('=').ok_or_else(|| AttributesError::Form(part.to_owned()))?;
            Self::check_name(name.trim())?;
            attributes.insert(name.trim().to_owned(), Attribute::read(value.trim()));
        }
        Ok(Self(attributes))
    }

    /// Refuses names that no constraint could reach.
    pub fn check_name(name: &str) -> Result<(), AttributesError> {
        let own = match name {
            "" => return Err(AttributesError::Nameless),
            "hostname" => "host name; `--hostname` sets it",
            "@zone" => "zone; `--zone` sets it",
            "@region" => "region; `--region` sets it",
            other if other.starts_with('@') => "place; an attribute's name begins with another character",
            _ => return Ok(()),
        };
        Err(AttributesError::Taken(name.to_owned(), own))
    }
}

/// Between commas and semicolons that stand in no braces.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = text.split(move |letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(letter, ',' | ';')
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ship_core::model::Scalar;

    #[test]
    fn texts_numbers_and_sets_are_told_apart() {
        let attributes = Attributes::parse("rack=7, disk=ssd;disks={ssd,nvme},os=linux=6").expect("valid").0;
        assert_eq!(attributes["rack"], Attribute::Number(Scalar::whole(7)));
        assert_eq!(attributes["disk"], Attribute::Text("ssd".into()));
        assert_eq!(attributes["disks"].to_string(), "{nvme,ssd}");
        assert_eq!(Attributes::parse("id=007").expect("valid").0["id"], Attribute::Text("007".into()));
        assert_eq!(attributes["os"], Attribute::Text("linux=6".into()));
    }

    #[test]
    fn names_that_constraints_use_otherwise_are_refused() {
        let told = |text: &str| Attributes::parse(text).expect_err("refused").to_string();
        assert!(told("rack").contains("`rack` is no attribute"));
        assert!(told("=7").contains("has a name"));
        assert!(told("hostname=a").contains("--hostname"));
        assert!(told("@zone=a").contains("--zone"));
        assert!(told("@rack=a").contains("another character"));
    }
}
