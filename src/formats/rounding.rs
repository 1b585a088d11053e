//! How the numbers of a benchmark become integers.

use clap::ValueEnum;

use crate::solver::segment::NEVER;

/// Costs beyond this are refused, so that sums of some thousand of them fit 64 bits.
pub const COST_MAX: i64 = 1_000_000_000_000;

/// How the numbers of a file become integers: distances, windows, service, releases, prizes, limits
/// and fixed costs alike. Loads and costs per unit of distance are whole numbers already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rounding {
    /// Times 1,000, to the nearest.
    Exact,
    /// To the nearest.
    Round,
    /// Toward zero.
    Trunc,
    /// Times 10, toward zero, as in the 12th DIMACS challenge.
    Dimacs,
}

impl Rounding {
    /// The integer for a time or a distance, or `None` when it is out of range.
    pub fn apply(self, value: f64) -> Option<i32> {
        let rounded = self.rounded(value);
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked just before")]
        (rounded.abs() < f64::from(NEVER)).then_some(rounded as i32)
    }

    /// The integer for a sum of distances or a cost, or `None` when it is out of range.
    pub fn apply_wide(self, value: f64) -> Option<i64> {
        let rounded = self.rounded(value);
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked just before")]
        (rounded.abs() <= COST_MAX as f64).then_some(rounded as i64)
    }

    /// How many integers one unit of the file is.
    pub fn scale(self) -> f64 {
        match self {
            Self::Exact => 1000.0,
            Self::Round | Self::Trunc => 1.0,
            Self::Dimacs => 10.0,
        }
    }

    fn rounded(self, value: f64) -> f64 {
        let scaled = value * self.scale();
        match self {
            Self::Exact | Self::Round => scaled.round(),
            Self::Trunc | Self::Dimacs => scaled.trunc(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rounding_does_what_its_name_says() {
        let rounded = |rounding: Rounding| rounding.apply(2.3456);
        assert_eq!(rounded(Rounding::Exact), Some(2346));
        assert_eq!(rounded(Rounding::Round), Some(2));
        assert_eq!(rounded(Rounding::Trunc), Some(2));
        assert_eq!(rounded(Rounding::Dimacs), Some(23));
        assert_eq!(Rounding::Round.apply(2.5), Some(3));
        assert_eq!(Rounding::Trunc.apply(-2.9), Some(-2));
    }

    #[test]
    fn what_does_not_fit_is_no_number() {
        assert_eq!(Rounding::Exact.apply(600_000.0), None);
        assert_eq!(Rounding::Exact.apply_wide(600_000.0), Some(600_000_000));
        assert_eq!(Rounding::Trunc.apply_wide(1e13), None);
        assert_eq!(Rounding::Trunc.apply(f64::NAN), None);
    }
}
