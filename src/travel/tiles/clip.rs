//! What of a shape lies in a square, and how few points show it.

use geo::{Coord, LineString, Simplify};

/// The square that is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Square {
    /// Its least coordinate, on both axes.
    pub(crate) low: f64,
    /// Its greatest.
    pub(crate) high: f64,
}

impl Square {
    /// The parts of a line that lie inside.
    pub(crate) fn cut_line(self, line: impl IntoIterator<Item = Coord>) -> Vec<Vec<Coord>> {
        let mut parts: Vec<Vec<Coord>> = Vec::new();
        let mut line = line.into_iter();
        let Some(mut from) = line.next() else { return parts };
        for to in line {
            if let Some([start, end]) = self.cut_stroke([from, to]) {
                match parts.last_mut() {
                    Some(part) if part.last() == Some(&start) => part.push(end),
                    _ => parts.push(vec![start, end]),
                }
            }
            from = to;
        }
        parts
    }

    /// The part of a stroke that lies inside.
    ///
    /// # Source
    /// Liang and Barsky (1984), <https://doi.org/10.1145/357332.357333>.
    fn cut_stroke(self, [from, to]: [Coord; 2]) -> Option<[Coord; 2]> {
        let along = to - from;
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        for (step, room) in [
            (-along.x, from.x - self.low),
            (along.x, self.high - from.x),
            (-along.y, from.y - self.low),
            (along.y, self.high - from.y),
        ] {
            if step == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if step < 0.0 {
                first = first.max(room / step);
            } else {
                last = last.min(room / step);
            }
        }
        // Ends inside stay as they are, so that the next stroke begins there to the last bit.
        let start = if 0.0 < first { from + along * first } else { from };
        let end = if last < 1.0 { from + along * last } else { to };
        (first <= last).then_some([start, end])
    }

    /// The part of an area that lies inside; where it is cut apart, its pieces hang together along the
    /// border. The outline's first point does not come again.
    ///
    /// # Source
    /// Sutherland and Hodgman (1974), <https://doi.org/10.1145/360767.360802>.
    pub(crate) fn cut_ring(self, mut ring: Vec<Coord>) -> Vec<Coord> {
        type Axis = fn(&Coord) -> f64;
        let (x, y): (Axis, Axis) = (|point| point.x, |point| point.y);
        for (axis, bound, side) in
            [(x, self.low, 1.0), (x, self.high, -1.0), (y, self.low, 1.0), (y, self.high, -1.0)]
        {
            let inside = |point: &Coord| 0.0 <= (axis(point) - bound) * side;
            if ring.iter().all(inside) {
                continue;
            }
            let mut kept = Vec::with_capacity(ring.len());
            let before = ring.last().copied().into_iter().chain(ring.iter().copied());
            for (from, to) in before.zip(ring.iter().copied()) {
                if inside(&from) != inside(&to) {
                    let part = (bound - axis(&from)) / (axis(&to) - axis(&from));
                    kept.push(from + (to - from) * part);
                }
                if inside(&to) {
                    kept.push(to);
                }
            }
            ring = kept;
        }
        ring
    }
}

/// The same line with fewer points, nowhere farther off than the tolerance; in whole units, no point
/// twice in a row.
///
/// # Source
/// Douglas and Peucker (1973), <https://doi.org/10.3138/FM57-6770-U75U-7727>.
pub(crate) fn rounded(line: Vec<Coord>, tolerance: f64) -> Vec<Coord<i32>> {
    let line = LineString::new(line).simplify(tolerance);
    let mut points: Vec<Coord<i32>> = line.0.iter().map(whole).collect();
    points.dedup();
    points
}

#[expect(clippy::cast_possible_truncation, reason = "within a tile and its buffer")]
fn whole(point: &Coord) -> Coord<i32> {
    Coord { x: point.x.round() as i32, y: point.y.round() as i32 }
}

#[cfg(test)]
mod tests {
    use geo::{Area, Coord, LineString, Polygon, coord};
    use proptest::prelude::*;

    use crate::travel::tiles::clip::{Square, rounded};

    const SQUARE: Square = Square { low: 0.0, high: 10.0 };

    fn points(all: &[(f64, f64)]) -> Vec<Coord> {
        all.iter().map(|&(x, y)| coord! { x: x, y: y }).collect()
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_has_two_parts() {
        let line = points(&[(-5.0, 5.0), (5.0, 5.0), (15.0, 5.0), (15.0, 8.0), (5.0, 8.0)]);
        let parts = SQUARE.cut_line(line);
        let expected =
            [points(&[(0.0, 5.0), (5.0, 5.0), (10.0, 5.0)]), points(&[(10.0, 8.0), (5.0, 8.0)])];
        assert_eq!(parts, expected);
        assert!(SQUARE.cut_line(points(&[(-5.0, 1.0), (1.0, -5.0)])).is_empty());
        assert!(SQUARE.cut_line(points(&[(3.0, 11.0), (3.0, 12.0)])).is_empty());
        assert!(SQUARE.cut_line(vec![]).is_empty());
    }

    #[test]
    fn an_area_around_the_square_fills_it() {
        let ring =
            SQUARE.cut_ring(points(&[(-9.0, -9.0), (90.0, -9.0), (90.0, 90.0), (-9.0, 90.0)]));
        let area = Polygon::new(LineString::new(ring), vec![]).unsigned_area();
        assert!((area - 100.0).abs() < 1e-9, "{area}");
        assert!(SQUARE.cut_ring(points(&[(11.0, 0.0), (12.0, 0.0), (12.0, 5.0)])).is_empty());
    }

    #[test]
    fn points_that_show_nothing_are_left_out() {
        let line = points(&[(0.0, 0.0), (3.0, 0.2), (6.0, 0.0), (6.0, 6.0), (6.1, 6.1)]);
        let expected = [(0, 0), (6, 0), (6, 6)].map(|(x, y)| coord! { x: x, y: y });
        assert_eq!(rounded(line, 0.5), expected);
    }

    proptest! {
        /// Walks along the line in small steps and compares what is inside with what was kept.
        #[test]
        fn what_is_inside_is_kept_and_nothing_else(
            line in prop::collection::vec((-15.0..25.0_f64, -15.0..25.0_f64), 2..12),
        ) {
            let line = points(&line);
            let length = |line: &[Coord]| -> f64 {
                line.windows(2).map(|pair| (pair[1] - pair[0]).x.hypot((pair[1] - pair[0]).y)).sum()
            };
            let parts = SQUARE.cut_line(line.clone());
            for point in parts.iter().flatten() {
                prop_assert!((-1e-9..=10.0 + 1e-9).contains(&point.x), "{point:?}");
                prop_assert!((-1e-9..=10.0 + 1e-9).contains(&point.y), "{point:?}");
            }
            let kept: f64 = parts.iter().map(|part| length(part)).sum();
            let steps = 2_000;
            let inside: f64 = line.windows(2).map(|pair| {
                let along = pair[1] - pair[0];
                let is_in = |step: i32| {
                    let point = pair[0] + along * ((f64::from(step) + 0.5) / f64::from(steps));
                    (0.0..=10.0).contains(&point.x) && (0.0..=10.0).contains(&point.y)
                };
                let count = (0..steps).filter(|step| is_in(*step)).count();
                length(pair) * f64::from(u32::try_from(count).unwrap()) / f64::from(steps)
            }).sum();
            prop_assert!((kept - inside).abs() < 0.05 * line.len() as f64, "{kept} {inside}");
        }
    }
}
