//! Whether stated probabilities are true: what was stated, and how often it came to pass.

use serde::Serialize;

/// Edges of the bins, in percent. They are narrower where promises are.
const EDGES: [u8; 12] = [0, 50, 70, 80, 85, 90, 93, 95, 97, 98, 99, 100];

/// Promises that were sold with about the same probability.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Bin {
    /// From this probability on, in percent.
    pub from_percent: u8,
    /// Up to this one.
    pub to_percent: u8,
    /// How many.
    pub sold: u32,
    /// How many of them were kept.
    pub kept: u32,
    /// The sum of their probabilities: as many should have been kept.
    pub expected: f64,
}

/// All bins, empty ones included.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Reliability(Vec<Bin>);

impl Default for Reliability {
    fn default() -> Self {
        let bin =
            |edges: &[u8]| Bin { from_percent: edges[0], to_percent: edges[1], ..Bin::default() };
        Self(EDGES.windows(2).map(bin).collect())
    }
}

impl Reliability {
    /// The bins that hold a promise, the least probable first.
    pub fn bins(&self) -> impl Iterator<Item = &Bin> {
        self.0.iter().filter(|bin| bin.sold > 0)
    }

    /// Counts a promise that came due.
    pub(crate) fn count(&mut self, probability: f64, is_kept: bool) {
        let is_in = |bin: &&mut Bin| probability * 100.0 >= f64::from(bin.from_percent);
        if let Some(bin) = self.0.iter_mut().rev().find(is_in) {
            bin.sold += 1;
            bin.kept += u32::from(is_kept);
            bin.expected += probability;
        }
    }

    /// Adds the promises of another day.
    pub(crate) fn add(&mut self, other: &Self) {
        for (bin, other) in self.0.iter_mut().zip(&other.0) {
            bin.sold += other.sold;
            bin.kept += other.kept;
            bin.expected += other.expected;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_counted_where_their_probability_is() {
        let mut one = Reliability::default();
        one.count(1.0, true);
        one.count(0.991, false);
        one.count(0.2, true);
        let mut both = Reliability::default();
        both.count(0.25, false);
        both.add(&one);
        let told: Vec<(u8, u32, u32)> =
            both.bins().map(|bin| (bin.from_percent, bin.sold, bin.kept)).collect();
        assert_eq!(told, [(0, 2, 1), (99, 2, 1)]);
    }
}
