//! What a way costs.

use std::ops::Add;

/// Time and, between ways of the same time, length: in milliseconds and millimeters.
///
/// Both are in one integer, time in the upper half, so that a sum is one addition and a comparison
/// one comparison, and both are exact. Time is bounded by 12 days. The length of a way of more than
/// 4,294 km would be counted into its time, one millisecond for each 4,294 km.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Cost(u64);

impl Cost {
    /// There is no way. Two of them may be added.
    pub(crate) const UNREACHABLE: Self = Self(1 << 62);

    /// A cost from its parts; what takes more than 12 days is no way.
    pub(crate) fn new(milliseconds: u32, millimeters: u32) -> Self {
        let cost = Self(u64::from(milliseconds) << 32 | u64::from(millimeters));
        cost.min(Self::UNREACHABLE)
    }

    /// Whether there is a way.
    pub(crate) fn is_reachable(self) -> bool {
        self < Self::UNREACHABLE
    }

    /// Its time.
    pub(crate) fn milliseconds(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Its length.
    #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
    pub(crate) fn millimeters(self) -> u32 {
        self.0 as u32
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::travel::roads::cost::Cost;

    #[test]
    fn time_comes_before_length_and_both_add_up() {
        let (quick, short) = (Cost::new(5, 900), Cost::new(6, 100));
        assert!(quick < short && short < Cost::UNREACHABLE);
        let sum = quick + short;
        assert_eq!((sum.milliseconds(), sum.millimeters()), (11, 1000));
        assert!(!(Cost::UNREACHABLE + Cost::UNREACHABLE).is_reachable());
        assert_eq!(Cost::new(1 << 30, 7), Cost::UNREACHABLE);
    }
}
