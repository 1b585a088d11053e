//! What lies near, found by squares of the plane.

use std::collections::HashMap;

use crate::model::plane::PlanePoint;

/// Side of a square, in meters: about as long as a piece of street.
const SIDE_METERS: f64 = 150.0;

/// Straight pieces by number, each in all squares that it may touch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Nearby {
    squares: HashMap<(i32, i32), Vec<usize>>,
}

impl Nearby {
    /// Remembers a piece.
    pub(crate) fn add(&mut self, ends: [PlanePoint; 2], number: usize) {
        for square in squares(ends, 0.0) {
            self.squares.entry(square).or_default().push(number);
        }
    }

    /// The pieces that may be within so many meters of a line, in order, and perhaps some more.
    pub(crate) fn around(&self, ends: [PlanePoint; 2], meters: f64) -> Vec<usize> {
        let found = squares(ends, meters).filter_map(|square| self.squares.get(&square));
        let mut numbers: Vec<usize> = found.flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// All squares that a line, and what is so near to it, may touch.
fn squares([a, b]: [PlanePoint; 2], meters: f64) -> impl Iterator<Item = (i32, i32)> {
    #[expect(clippy::cast_possible_truncation, reason = "a city is some hundred squares wide")]
    let range = |from: f64, to: f64| {
        let square = |value: f64| (value / SIDE_METERS).floor() as i32;
        square(from.min(to) - meters)..=square(from.max(to) + meters)
    };
    let norths = range(a.north, b.north);
    range(a.east, b.east).flat_map(move |east| norths.clone().map(move |north| (east, north)))
}

#[cfg(test)]
mod tests {
    use crate::model::plane::PlanePoint;
    use crate::travel::city::nearby::Nearby;

    #[test]
    fn whatever_is_near_is_found() {
        let mut nearby = Nearby::default();
        let at = PlanePoint::new;
        nearby.add([at(0.0, 0.0), at(400.0, 10.0)], 7);
        nearby.add([at(-900.0, 0.0), at(-900.0, 100.0)], 3);
        assert_eq!(nearby.around([at(390.0, 60.0); 2], 60.0), [7]);
        assert_eq!(nearby.around([at(-1000.0, 50.0), at(500.0, 50.0)], 60.0), [3, 7]);
        assert!(nearby.around([at(0.0, 900.0); 2], 60.0).is_empty());
    }
}
