//! A handful of measurements of one thing.

use std::fmt;

/// Shown by its median with the extremes behind it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Series(Vec<f64>);

impl Series {
    pub(crate) fn median(&self) -> f64 {
        let sorted = self.sorted();
        match sorted.len() {
            0 => f64::NAN,
            n if n % 2 == 1 => sorted[n / 2],
            n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
        }
    }

    fn min(&self) -> f64 {
        self.sorted().first().copied().unwrap_or(f64::NAN)
    }

    fn max(&self) -> f64 {
        self.sorted().last().copied().unwrap_or(f64::NAN)
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

impl FromIterator<f64> for Series {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} ({:.3}..{:.3})", self.median(), self.min(), self.max())
    }
}

/// The value that this share of the sorted ones stays below.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted.get((sorted.len() as f64 * share) as usize).or(sorted.last()).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((Series::from_iter([3.0, 1.0, 2.0]).median() - 2.0).abs() < f64::EPSILON);
        assert!((Series::from_iter([4.0, 1.0, 2.0, 3.0]).median() - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn quantiles_of_few_and_of_none() {
        assert!((quantile(&[1.0, 2.0, 3.0, 4.0], 0.5) - 3.0).abs() < f64::EPSILON);
        assert!((quantile(&[1.0, 2.0], 1.0) - 2.0).abs() < f64::EPSILON);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
