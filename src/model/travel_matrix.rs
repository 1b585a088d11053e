//! Times and distances between the places of a live plan.

use std::sync::Arc;

use crate::model::place::{Coordinate, Profile};

/// The way from one place to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leg {
    /// Time on the road, in seconds.
    pub drive_seconds: i32,
    /// Length, in meters.
    pub distance_meters: i32,
}

/// Legs that were asked for, and what they are worth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// From a place to others, and back; `None` when one of them cannot be reached.
    pub legs: Option<[Vec<Leg>; 2]>,
    /// Whether the source could not answer, and something less exact did for some leg.
    pub is_estimate: bool,
}

/// Answers how long the way between two points is.
///
/// The core asks for legs through this trait and never learns whether they come from a straight
/// line or a road graph. An answer may not change while a process lives, unless it was an estimate:
/// the plan is timed with it.
pub trait Travel: Send + Sync {
    /// The way from `from` to `to`, or `None` when one of them cannot be reached.
    fn leg(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Option<Leg>;

    /// The ways from `place` to each of `others`, and those back; `None` when one of them cannot be
    /// reached.
    fn legs(
        &self,
        profile: Profile,
        place: Coordinate,
        others: &[Coordinate],
    ) -> Option<[Vec<Leg>; 2]> {
        let to: Option<Vec<Leg>> =
            others.iter().map(|&other| self.leg(profile, place, other)).collect();
        let from: Option<Vec<Leg>> =
            others.iter().map(|&other| self.leg(profile, other, place)).collect();
        Some([to?, from?])
    }

    /// [`Travel::legs`], and whether they are estimates.
    fn answer(&self, profile: Profile, place: Coordinate, others: &[Coordinate]) -> Answer {
        Answer { legs: self.legs(profile, place, others), is_estimate: false }
    }

    /// Whether it answers by itself: while it does not, what it has not answered before is estimated.
    fn is_exact(&self) -> bool {
        true
    }

    /// The points along that way, both ends included, for display.
    fn path(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Vec<Coordinate>;

    /// What answers, for display: `beeline`, `roads`, `osrm`, `valhalla`.
    fn name(&self) -> &'static str;
}

/// Legs from one place to others and back, one pair for each profile asked for.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// From the new place to place `i`, indexed by profile and then place.
    pub to: [Vec<Leg>; 3],
    /// From place `i` to the new place.
    pub from: [Vec<Leg>; 3],
    /// Whether some leg is an estimate.
    pub is_estimate: bool,
}

/// A place of a [`TravelMatrix`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceIndex(pub u32);

/// Legs between any two of a growing set of places.
///
/// Places are only added. Each keeps the legs to and from the places that came before it, so that
/// adding one copies nothing and a clone shares all rows.
#[derive(Debug, Clone, Default)]
pub struct TravelMatrix {
    coordinates: Vec<Coordinate>,
    rows: Vec<Arc<Row>>,
    has_estimates: bool,
}

impl TravelMatrix {
    /// How many places there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no place yet.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The points of all places, by index.
    pub fn coordinates(&self) -> &[Coordinate] {
        &self.coordinates
    }

    /// Whether some leg is an estimate.
    pub fn has_estimates(&self) -> bool {
        self.has_estimates
    }

    /// Adds a place.
    ///
    /// # Panics
    /// When `row` does not have one leg per place for each profile in use.
    pub fn push(&mut self, coordinate: Coordinate, row: Row) -> PlaceIndex {
        for legs in row.to.iter().chain(&row.from) {
            assert!(legs.is_empty() || legs.len() == self.rows.len(), "one leg per older place");
        }
        let index = u32::try_from(self.rows.len()).expect("fewer than 4 billion places");
        self.coordinates.push(coordinate);
        self.has_estimates |= row.is_estimate;
        self.rows.push(Arc::new(row));
        PlaceIndex(index)
    }

    /// The way between two places.
    ///
    /// # Panics
    /// When a place, or the profile, is not in the matrix.
    pub fn leg(&self, profile: Profile, from: PlaceIndex, to: PlaceIndex) -> Leg {
        let (from, to) = (from.0 as usize, to.0 as usize);
        match from.cmp(&to) {
            std::cmp::Ordering::Equal => Leg::default(),
            std::cmp::Ordering::Greater => self.rows[from].to[profile.index()][to],
            std::cmp::Ordering::Less => self.rows[to].from[profile.index()][from],
        }
    }

    /// Asks `travel` for the legs between `place` and every place of the matrix.
    ///
    /// `None` when some place cannot be reached from it, or it from there, by one of `profiles`.
    pub fn row(&self, travel: &dyn Travel, profiles: &[Profile], place: Coordinate) -> Option<Row> {
        let mut row = Row::default();
        for &profile in profiles {
            let answer = travel.answer(profile, place, &self.coordinates);
            [row.to[profile.index()], row.from[profile.index()]] = answer.legs?;
            row.is_estimate |= answer.is_estimate;
        }
        Some(row)
    }
}
