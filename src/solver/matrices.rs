//! Dense tables of legs, for the search.

use crate::solver::problem::Leg;
use crate::solver::problem::Legs;

/// Drive seconds and meters between any two locations, one table per profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrices {
    size: usize,
    seconds: Vec<Vec<i32>>,
    meters: Vec<Vec<i32>>,
}

impl Matrices {
    /// Tables for `locations` places and no profile yet.
    pub fn new(locations: usize) -> Self {
        Self { size: locations, seconds: Vec::new(), meters: Vec::new() }
    }

    /// Adds a profile, row-major: the leg from `i` to `j` is at `i * locations + j`.
    ///
    /// # Panics
    /// When a table does not have one entry per pair of locations.
    pub fn push(&mut self, seconds: Vec<i32>, meters: Vec<i32>) {
        assert_eq!(seconds.len(), self.size * self.size, "one leg per pair of locations");
        assert_eq!(meters.len(), self.size * self.size, "one leg per pair of locations");
        self.seconds.push(seconds);
        self.meters.push(meters);
    }

    /// Asks `legs` for every pair, for profiles 0 to `profiles` - 1.
    pub fn collect(legs: &impl Legs, profiles: u8, locations: u32) -> Self {
        let mut matrices = Self::new(locations as usize);
        for profile in 0..profiles {
            let pairs = (0..locations).flat_map(|from| (0..locations).map(move |to| (from, to)));
            let (seconds, meters) = pairs
                .map(|(from, to)| legs.leg(profile, from, to))
                .map(|leg| (leg.drive_seconds, leg.distance_meters))
                .unzip();
            matrices.push(seconds, meters);
        }
        matrices
    }

    /// How many locations there are.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many profiles there are.
    pub fn profiles(&self) -> usize {
        self.seconds.len()
    }

    /// Drive seconds of a profile, row-major.
    pub fn seconds(&self, profile: u8) -> &[i32] {
        &self.seconds[profile as usize]
    }

    /// Meters of a profile, row-major.
    pub fn meters(&self, profile: u8) -> &[i32] {
        &self.meters[profile as usize]
    }
}

impl Legs for Matrices {
    fn leg(&self, profile: u8, from: u32, to: u32) -> Leg {
        let at = from as usize * self.size + to as usize;
        Leg {
            drive_seconds: self.seconds[profile as usize][at],
            distance_meters: self.meters[profile as usize][at],
        }
    }
}
