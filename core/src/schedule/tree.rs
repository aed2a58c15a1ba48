//! The largest of many numbers, and where it stands, while the numbers change: a tournament in a flat array.

/// Zero stands for "none".
#[derive(Debug, Clone)]
pub(super) struct MaxTree {
    /// The winner of all at 1, the numbers themselves in the second half.
    nodes: Vec<u64>,
}

impl MaxTree {
    /// In the order given.
    pub(super) fn new(numbers: impl ExactSizeIterator<Item = u64>) -> Self {
        let leaves = numbers.len();
        let mut nodes = vec![0; leaves];
        nodes.extend(numbers);
        for node in (1..leaves).rev() {
            nodes[node] = nodes[2 * node].max(nodes[2 * node + 1]);
        }
        Self { nodes }
    }

    pub(super) fn set(&mut self, leaf: usize, number: u64) {
        let mut node = self.nodes.len() / 2 + leaf;
        self.nodes[node] = number;
        while node > 1 {
            node /= 2;
            let winner = self.nodes[2 * node].max(self.nodes[2 * node + 1]);
            if self.nodes[node] == winner {
                break;
            }
            self.nodes[node] = winner;
        }
    }

    pub(super) fn get(&self, leaf: usize) -> u64 {
        self.nodes[self.nodes.len() / 2 + leaf]
    }

    /// The largest number; zero if there is none.
    pub(super) fn best(&self) -> u64 {
        self.nodes.get(1).copied().unwrap_or(0)
    }

    /// Where the largest number stands; `None` if all are zero.
    pub(super) fn winner(&self) -> Option<usize> {
        let (best, leaves) = (self.best(), self.nodes.len() / 2);
        let mut node = 1;
        while node < leaves {
            node = if self.nodes[2 * node] == best { 2 * node } else { 2 * node + 1 };
        }
        (best > 0).then(|| node - leaves)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_has_no_winner() {
        assert_eq!(MaxTree::new([].into_iter()).winner(), None);
        assert_eq!(MaxTree::new([0, 0, 0].into_iter()).winner(), None);
    }

    proptest! {
        #[test]
        fn the_winner_is_the_largest(
            start in prop::collection::vec(0_u64..50, 1..40),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0_u64..50), 0..60),
        ) {
            let mut numbers = start;
            let mut tree = MaxTree::new(numbers.clone().into_iter());
            for (place, number) in changes {
                let place = place.index(numbers.len());
                numbers[place] = number;
                tree.set(place, number);
                prop_assert_eq!(tree.best(), numbers.iter().copied().max().unwrap());
                prop_assert_eq!(tree.winner().map_or(0, |place| numbers[place]), tree.best());
            }
        }
    }
}
