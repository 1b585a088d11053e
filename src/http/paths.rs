//! Ways between doors as lines, remembered: the map asks for the same ones again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::notation::lon_lat;
use crate::model::place::{Coordinate, Profile};
use crate::model::travel_matrix::{Leg, Travel};

/// How many ways are remembered. A full memory is emptied: the plan in view is soon there again.
const PATHS_MAX: usize = 8192;

/// A way and its line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DrawnLeg {
    /// How long it is; nothing when no road is known any more.
    pub(crate) leg: Leg,
    /// Longitude and latitude of its points.
    pub(crate) line: Arc<[[f64; 2]]>,
}

type Ends = (Profile, Coordinate, Coordinate);

/// Asks for ways and remembers them.
pub(crate) struct PathCache {
    travel: Arc<dyn Travel>,
    known: Mutex<HashMap<Ends, DrawnLeg>>,
}

impl std::fmt::Debug for PathCache {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("PathCache").field("travel", &self.travel.name()).finish_non_exhaustive()
    }
}

impl PathCache {
    /// Remembers the ways that `travel` knows.
    pub(crate) fn new(travel: Arc<dyn Travel>) -> Self {
        Self { travel, known: Mutex::default() }
    }

    /// How long the way from one place to another is; nothing when no road is known any more.
    pub(crate) fn leg(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Leg {
        self.travel.leg(profile, from, to).unwrap_or_default()
    }

    /// The way from one place to another, as a line. May compute for some milliseconds. What is an
    /// estimate is not remembered.
    pub(crate) fn drawn(&self, profile: Profile, from: Coordinate, to: Coordinate) -> DrawnLeg {
        let ends = (profile, from, to);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&ends).cloned();
        if let Some(known) = known {
            return known;
        }
        let mut line: Vec<[f64; 2]> =
            self.travel.path(profile, from, to).into_iter().map(lon_lat).collect();
        if line.len() < 2 {
            line = vec![lon_lat(from), lon_lat(to)];
        }
        let leg = self.leg(profile, from, to);
        let drawn = DrawnLeg { leg, line: line.into() };
        if !self.travel.is_exact() {
            return drawn;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if PATHS_MAX <= known.len() {
            known.clear();
        }
        known.insert(ends, drawn.clone());
        drawn
    }
}
