//! What `--ports` says: ranges of host ports.

use ship_core::model::{PortRange, PortRangeError};

/// In ascending order, not overlapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPorts(Vec<PortRange>);

/// Why texts are no host ports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostPortsError {
    /// One of them is no range.
    #[error(transparent)]
    Range(#[from] PortRangeError),
    /// Two of them have a port in common.
    #[error("the host ports {0} and {1} overlap")]
    Overlap(PortRange, PortRange),
}

impl HostPorts {
    /// Reads `80,8000-8099`.
    pub fn parse(text: &str) -> Result<Self, HostPortsError> {
        Self::of(text.split(',').map(str::parse).collect::<Result<_, _>>()?)
    }

    /// Puts ranges in order; refuses those that overlap.
    pub fn of(mut ranges: Vec<PortRange>) -> Result<Self, HostPortsError> {
        ranges.sort_unstable();
        match ranges.windows(2).find(|pair| pair[1].first <= pair[0].last) {
            Some(pair) => Err(HostPortsError::Overlap(pair[0], pair[1])),
            None => Ok(Self(ranges)),
        }
    }

    /// The ranges, as an agent offers them.
    #[must_use]
    pub fn ranges(self) -> Vec<PortRange> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_put_in_order_and_must_not_overlap() {
        let ranges = HostPorts::parse("8000-8099, 80").expect("valid").ranges();
        assert_eq!(ranges.iter().map(ToString::to_string).collect::<Vec<_>>(), ["80-80", "8000-8099"]);
        let told = |text: &str| HostPorts::parse(text).expect_err("refused").to_string();
        assert_eq!(told("1-9,5-6"), "the host ports 1-9 and 5-6 overlap");
        assert_eq!(told("80,,90"), "`` is no range of ports, such as `31000-32000`");
    }
}
