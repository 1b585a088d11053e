//! Areas as cells of H3.

use h3o::{CellIndex, LatLng, Resolution};
use serde::{Deserialize, Serialize};

use crate::model::place::Coordinate;

/// Cells of any resolution, each once, among which a place is found in logarithmic time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<CellIndex>", into = "Vec<CellIndex>")]
pub struct CellSet {
    /// In ascending order.
    cells: Vec<CellIndex>,
    /// Which resolutions occur, one bit each.
    resolutions: u16,
}

/// A place and the cells it lies in, worked out when they are first asked for.
#[derive(Debug, Clone)]
pub struct Located {
    point: Option<LatLng>,
    cells: [Option<CellIndex>; 16],
}

impl Located {
    /// A place that no cell is known of yet.
    pub fn new(place: Coordinate) -> Self {
        let point = LatLng::new(place.latitude(), place.longitude()).ok();
        Self { point, cells: [None; 16] }
    }

    fn cell(&mut self, resolution: Resolution) -> Option<CellIndex> {
        let known = &mut self.cells[usize::from(resolution)];
        if known.is_none() {
            *known = self.point.map(|point| point.to_cell(resolution));
        }
        *known
    }
}

impl CellSet {
    /// Whether the place lies in one of the cells.
    pub fn contains(&self, place: &mut Located) -> bool {
        let occurs = |resolution: &Resolution| self.resolutions & bit(*resolution) != 0;
        Resolution::range(Resolution::Zero, Resolution::Fifteen).filter(occurs).any(|resolution| {
            let cell = place.cell(resolution);
            cell.is_some_and(|cell| self.cells.binary_search(&cell).is_ok())
        })
    }

    /// The cells, in ascending order.
    pub fn iter(&self) -> std::slice::Iter<'_, CellIndex> {
        self.cells.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

fn bit(resolution: Resolution) -> u16 {
    1 << u8::from(resolution)
}

impl From<Vec<CellIndex>> for CellSet {
    fn from(mut cells: Vec<CellIndex>) -> Self {
        cells.sort_unstable();
        cells.dedup();
        let resolutions = cells.iter().fold(0, |bits, cell| bits | bit(cell.resolution()));
        Self { cells, resolutions }
    }
}

impl From<CellSet> for Vec<CellIndex> {
    fn from(set: CellSet) -> Self {
        set.cells
    }
}

impl FromIterator<CellIndex> for CellSet {
    fn from_iter<I: IntoIterator<Item = CellIndex>>(cells: I) -> Self {
        Self::from(Vec::from_iter(cells))
    }
}

impl<'a> IntoIterator for &'a CellSet {
    type Item = &'a CellIndex;
    type IntoIter = std::slice::Iter<'a, CellIndex>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_found_as_by_looking_at_every_cell(
            spread in vec((-300i32..300, -300i32..300, 5u8..=12), 0..40),
            at in (-300i32..300, -300i32..300),
        ) {
            let place = |(north, east): (i32, i32)| Coordinate {
                latitude_micro: 55_750_000 + north * 300,
                longitude_micro: 37_610_000 + east * 300,
            };
            let point = |place: Coordinate| LatLng::new(place.latitude(), place.longitude());
            let cells: Vec<CellIndex> = spread
                .into_iter()
                .map(|(north, east, resolution)| {
                    let resolution = Resolution::try_from(resolution).unwrap();
                    point(place((north, east))).unwrap().to_cell(resolution)
                })
                .collect();
            let (at, set) = (place(at), CellSet::from(cells.clone()));
            let slow = cells.iter().any(|&cell| point(at).unwrap().to_cell(cell.resolution()) == cell);
            prop_assert_eq!(set.contains(&mut Located::new(at)), slow);
        }
    }
}
