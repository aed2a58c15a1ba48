//! The arithmetic of `upgradeStrategy` (marathon-v2, section 5.2).

use crate::model::UpgradeStrategy;
use crate::planted::{self, Bug};

/// The bounds within which an app moves while tasks are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// So many ready tasks stay, of either configuration.
    pub min_ready: u32,
    /// So many tasks exist at most, of either configuration, ending ones included.
    pub max_total: u32,
}

impl Capacity {
    /// Rounds the minimum up and the maximum down.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "shares lie between 0 and 1 and float to int casts saturate"
    )]
    pub fn of(instances: u32, strategy: &UpgradeStrategy) -> Self {
        let wanted = f64::from(instances);
        if planted::is(Bug::RoundWrongWay) {
            return Self {
                min_ready: (wanted * strategy.minimum_health_capacity).floor() as u32,
                max_total: (wanted * (1.0 + strategy.maximum_over_capacity)).ceil() as u32,
            };
        }
        Self {
            min_ready: (wanted * strategy.minimum_health_capacity).ceil() as u32,
            max_total: (wanted * (1.0 + strategy.maximum_over_capacity)).floor() as u32,
        }
    }

    /// With no room between the bounds and all of it ready, nothing could ever be replaced: one task more than
    /// promised is the smaller evil, as in Marathon. For an app whose new tasks take the very places of the old ones
    /// it is one ready task less.
    #[must_use]
    pub fn with_room_to_move(self, ready: u32, in_place: bool) -> Self {
        let stuck = self.min_ready == self.max_total && self.max_total <= ready;
        match in_place {
            true => Self { min_ready: self.min_ready.saturating_sub(u32::from(stuck)), ..self },
            false => Self { max_total: self.max_total + u32::from(stuck), ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capacity(instances: u32, min: f64, over: f64) -> (u32, u32) {
        let strategy = UpgradeStrategy { minimum_health_capacity: min, maximum_over_capacity: over };
        let capacity = Capacity::of(instances, &strategy);
        (capacity.min_ready, capacity.max_total)
    }

    #[test]
    fn the_minimum_rounds_up_and_the_maximum_down() {
        assert_eq!(capacity(1, 0.5, 0.0), (1, 1));
        assert_eq!(capacity(5, 0.5, 0.3), (3, 6));
        assert_eq!(capacity(10, 0.1, 1.0), (1, 20));
        assert_eq!(capacity(4, 0.75, 0.25), (3, 5));
        assert_eq!(capacity(0, 1.0, 1.0), (0, 0));
    }

    #[test]
    fn only_a_full_app_without_room_gets_one_more() {
        let tight = Capacity { min_ready: 2, max_total: 2 };
        assert_eq!(tight.with_room_to_move(2, false).max_total, 3);
        assert_eq!(tight.with_room_to_move(1, false).max_total, 2);
        let roomy = Capacity { min_ready: 1, max_total: 2 };
        assert_eq!(roomy.with_room_to_move(2, false).max_total, 2);
        assert_eq!(tight.with_room_to_move(2, true), Capacity { min_ready: 1, max_total: 2 });
    }
}
