//! The sea: coastlines are lines with land on their left, and what lies between them and the border of
//! the extract is water.
//!
//! # Source
//! <https://wiki.openstreetmap.org/wiki/Tag:natural%3Dcoastline>.

use std::collections::HashMap;

use geo::{Coord, LineString, Winding};

use crate::model::place::Coordinate;
use crate::travel::roads::extract::Extract;
use crate::travel::roads::ground::contains;
use crate::travel::roads::network::{Ground, GroundKind};

/// More shores than this between border and border are no map but a mistake; the sea is left out then.
const SHORES_MAX: usize = 4096;

/// The border of an extract: its corners in the south-west and the north-east.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Border {
    low: Coordinate,
    high: Coordinate,
}

/// The sea within the border of an extract, with its islands.
pub(crate) fn sea(extract: &Extract) -> Vec<Ground> {
    let roads = extract.ways.iter().flat_map(|way| &way.points);
    let places = roads.filter_map(|&id| extract.points.find(id)).map(|(_, place)| place);
    let Some(border) = extract.border.or_else(|| Border::around(places)) else { return vec![] };
    let (mut islands, mut shores) = (Vec::new(), Vec::new());
    for line in joined(&extract.coasts) {
        let places = |line: &[i64]| -> Vec<Coordinate> {
            line.iter().filter_map(|&id| extract.points.find(id)).map(|(_, place)| place).collect()
        };
        let mut coast = places(&line);
        coast.dedup();
        if coast.len() < 2 {
            continue;
        }
        if line.first() == line.last() {
            coast.pop();
            islands.push(coast);
        } else {
            shores.push(coast);
        }
    }
    if SHORES_MAX < shores.len() {
        return vec![];
    }
    let ground = |outline| Ground { kind: GroundKind::Water, outline, holes: vec![] };
    let mut seas: Vec<Ground> = border.outlines(&shores).into_iter().map(ground).collect();
    islands.retain(|island| 3 <= island.len());
    if shores.is_empty() && islands.iter().any(|island| is_land(island)) {
        seas.push(ground(border.corners().to_vec()));
    }
    for island in islands {
        if !is_land(&island) {
            seas.push(ground(island));
        } else if let Some(sea) = seas.iter_mut().find(|sea| contains(&sea.outline, island[0])) {
            sea.holes.push(island);
        }
    }
    seas
}

/// Lines joined end to start, as far as they go on.
fn joined(lines: &[Vec<i64>]) -> Vec<Vec<i64>> {
    let starts: HashMap<i64, usize> =
        (0..).zip(lines).filter_map(|(index, line)| Some((*line.first()?, index))).collect();
    let ends: HashMap<i64, usize> =
        (0..).zip(lines).filter_map(|(index, line)| Some((*line.last()?, index))).collect();
    let mut is_used = vec![false; lines.len()];
    // Lines that nothing leads to come first; what is left then goes round.
    let is_first = |line: &Vec<i64>| line.first().is_some_and(|start| !ends.contains_key(start));
    let (first, rest): (Vec<usize>, Vec<usize>) =
        (0..lines.len()).partition(|&index| is_first(&lines[index]));
    let mut all = Vec::new();
    for start in first.into_iter().chain(rest) {
        let mut line: Vec<i64> = Vec::new();
        let mut next = Some(start);
        while let Some(index) = next.filter(|&index| !std::mem::replace(&mut is_used[index], true))
        {
            line.extend(&lines[index][usize::from(!line.is_empty())..]);
            next = line.last().and_then(|end| starts.get(end)).copied();
        }
        if 2 <= line.len() {
            all.push(line);
        }
    }
    all
}

/// Whether a closed coastline has its land inside.
fn is_land(ring: &[Coordinate]) -> bool {
    let points = ring.iter().map(|place| Coord { x: place.longitude(), y: place.latitude() });
    let mut line = LineString::from(points.collect::<Vec<_>>());
    line.close();
    line.is_ccw()
}

impl Border {
    /// The border through two corners; `None` when nothing lies between them.
    pub(crate) fn new(low: Coordinate, high: Coordinate) -> Option<Self> {
        let is_wide = low.longitude_micro < high.longitude_micro;
        (is_wide && low.latitude_micro < high.latitude_micro).then_some(Self { low, high })
    }

    /// The smallest border around places.
    pub(crate) fn around(mut places: impl Iterator<Item = Coordinate>) -> Option<Self> {
        let first = places.next()?;
        let (mut low, mut high) = (first, first);
        for place in places {
            low.latitude_micro = low.latitude_micro.min(place.latitude_micro);
            low.longitude_micro = low.longitude_micro.min(place.longitude_micro);
            high.latitude_micro = high.latitude_micro.max(place.latitude_micro);
            high.longitude_micro = high.longitude_micro.max(place.longitude_micro);
        }
        Self::new(low, high)
    }

    fn corners(self) -> [Coordinate; 4] {
        let Self { low, high } = self;
        let corner = |north: Coordinate, east: Coordinate| Coordinate {
            latitude_micro: north.latitude_micro,
            longitude_micro: east.longitude_micro,
        };
        [corner(low, low), corner(high, low), corner(high, high), corner(low, high)]
    }

    /// The outlines of the water to the right of shores, which are led to the border where they end.
    fn outlines(self, shores: &[Vec<Coordinate>]) -> Vec<Vec<Coordinate>> {
        let led: Vec<Vec<Coordinate>> = shores.iter().map(|shore| self.led(shore)).collect();
        let begins: Vec<f64> = led.iter().map(|shore| self.along(shore[0])).collect();
        let mut is_used = vec![false; led.len()];
        let mut outlines = Vec::new();
        for first in 0..led.len() {
            let (mut outline, mut here) = (Vec::new(), first);
            while !std::mem::replace(&mut is_used[here], true) {
                outline.extend(&led[here]);
                let left = self.along(led[here][led[here].len() - 1]);
                let ahead = |begin: f64| (begin - left).rem_euclid(4.0);
                // With water on the right one goes on clockwise, to the next shore that comes in.
                let next =
                    (0..led.len()).min_by(|&a, &b| ahead(begins[a]).total_cmp(&ahead(begins[b])));
                let Some(next) = next else { break };
                let corners = (1..=4).map(|step| (left.floor() + f64::from(step)).rem_euclid(4.0));
                for corner in corners.filter(|&corner| ahead(corner) < ahead(begins[next])) {
                    outline.extend(self.corners().get(whole(corner)));
                }
                here = next;
            }
            outline.dedup();
            if 3 <= outline.len() {
                outlines.push(outline);
            }
        }
        outlines
    }

    /// A shore from border to border. Extracts hold some of what lies beyond, or end a little before.
    fn led(self, shore: &[Coordinate]) -> Vec<Coordinate> {
        let (first, last) = (shore[0], shore[shore.len() - 1]);
        let ends = [first, last].map(|end| self.nearest(end));
        let inner = shore.iter().copied().map(|place| self.clamped(place));
        let mut led: Vec<Coordinate> =
            std::iter::once(ends[0]).chain(inner).chain([ends[1]]).collect();
        led.dedup();
        led
    }

    fn clamped(self, place: Coordinate) -> Coordinate {
        let Self { low, high } = self;
        Coordinate {
            latitude_micro: place.latitude_micro.clamp(low.latitude_micro, high.latitude_micro),
            longitude_micro: place.longitude_micro.clamp(low.longitude_micro, high.longitude_micro),
        }
    }

    /// The point of the border nearest to a place.
    fn nearest(self, place: Coordinate) -> Coordinate {
        let Self { low, high } = self;
        let place = self.clamped(place);
        let (north, east) = (place.latitude_micro, place.longitude_micro);
        let sides = [
            (
                east - low.longitude_micro,
                Coordinate { longitude_micro: low.longitude_micro, ..place },
            ),
            (
                high.latitude_micro - north,
                Coordinate { latitude_micro: high.latitude_micro, ..place },
            ),
            (
                high.longitude_micro - east,
                Coordinate { longitude_micro: high.longitude_micro, ..place },
            ),
            (
                north - low.latitude_micro,
                Coordinate { latitude_micro: low.latitude_micro, ..place },
            ),
        ];
        sides.into_iter().min_by_key(|(distance, _)| *distance).map_or(place, |(_, point)| point)
    }

    /// How far along the border a point of it lies, clockwise from the corner in the south-west: each
    /// side counts for one.
    fn along(self, point: Coordinate) -> f64 {
        let Self { low, high } = self;
        let part = |value: i32, low: i32, high: i32| {
            f64::from(value - low) / f64::from((high - low).max(1))
        };
        let north = part(point.latitude_micro, low.latitude_micro, high.latitude_micro);
        let east = part(point.longitude_micro, low.longitude_micro, high.longitude_micro);
        if point.longitude_micro == low.longitude_micro {
            north
        } else if point.latitude_micro == high.latitude_micro {
            1.0 + east
        } else if point.longitude_micro == high.longitude_micro {
            3.0 - north
        } else {
            (4.0 - east).rem_euclid(4.0)
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0, 1, 2 or 3")]
fn whole(number: f64) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use crate::model::place::Coordinate;
    use crate::travel::roads::coast::{Border, sea};
    use crate::travel::roads::extract::{Extract, PointTable};
    use crate::travel::roads::network::Ground;

    fn place([east, north]: [i32; 2]) -> Coordinate {
        Coordinate { latitude_micro: north, longitude_micro: east }
    }

    /// The sea of a map from 0 to 10 with these coastlines, each over points that lines may share.
    fn sea_of(coasts: &[&[[i32; 2]]]) -> Vec<Ground> {
        let number =
            |[east, north]: [i32; 2]| i64::from(east + 100) * 1_000 + i64::from(north + 100);
        let ids = coasts.iter().copied().flatten().map(|&point| number(point)).collect();
        let mut extract = Extract { points: PointTable::new(ids), ..Extract::default() };
        for &point in coasts.iter().copied().flatten() {
            let index = extract.points.index(number(point)).unwrap();
            extract.points.place(index, place(point));
        }
        extract.coasts =
            coasts.iter().map(|line| line.iter().map(|&point| number(point)).collect()).collect();
        extract.border = Border::new(place([0, 0]), place([10, 10]));
        sea(&extract)
    }

    /// Outlines as points, each from its least one on.
    fn outlines(seas: &[Ground]) -> Vec<Vec<[i32; 2]>> {
        let points = |sea: &Ground| {
            let mut all: Vec<[i32; 2]> =
                sea.outline.iter().map(|p| [p.longitude_micro, p.latitude_micro]).collect();
            let least = (0..all.len()).min_by_key(|&index| all[index]).unwrap();
            all.rotate_left(least);
            all
        };
        seas.iter().map(points).collect()
    }

    #[test]
    fn water_lies_to_the_right_of_a_shore() {
        let north = [[0, 6], [5, 7], [10, 6]];
        let land_in_the_north = sea_of(&[&north]);
        let expected = [[0, 0], [0, 6], [5, 7], [10, 6], [10, 0]];
        assert_eq!(outlines(&land_in_the_north), [expected.to_vec()]);
        let mut south = north;
        south.reverse();
        let expected = [[0, 6], [0, 10], [10, 10], [10, 6], [5, 7]];
        assert_eq!(outlines(&sea_of(&[&south])), [expected.to_vec()]);
    }

    #[test]
    fn shores_come_in_pieces_and_beyond_the_border() {
        let seas = sea_of(&[&[[5, 7], [9, 6]], &[[-3, 6], [5, 7]], &[[9, 6], [14, 6]]]);
        let expected = [[0, 0], [0, 6], [5, 7], [9, 6], [10, 6], [10, 0]];
        assert_eq!(outlines(&seas), [expected.to_vec()]);
    }

    #[test]
    fn a_strait_is_one_sea_and_two_bays_are_two() {
        let strait = sea_of(&[&[[0, 8], [10, 8]], &[[10, 2], [0, 2]]]);
        assert_eq!(outlines(&strait), [vec![[0, 2], [0, 8], [10, 8], [10, 2]]]);
        let bays = sea_of(&[&[[10, 8], [0, 8]], &[[0, 2], [10, 2]]]);
        let expected =
            [vec![[0, 8], [0, 10], [10, 10], [10, 8]], vec![[0, 0], [0, 2], [10, 2], [10, 0]]];
        assert_eq!(outlines(&bays), expected);
    }

    #[test]
    fn islands_are_no_water_and_without_coasts_there_is_no_sea() {
        // Around it with the land on the left.
        let island = [[3, 3], [6, 3], [6, 6], [3, 6], [3, 3]];
        let seas = sea_of(&[&island]);
        assert_eq!(outlines(&seas), [vec![[0, 0], [0, 10], [10, 10], [10, 0]]]);
        assert_eq!(seas[0].holes.len(), 1);
        let mut lagoon = island;
        lagoon.reverse();
        let seas = sea_of(&[&lagoon]);
        assert_eq!((seas.len(), seas[0].outline.len()), (1, 4));
        assert!(sea_of(&[]).is_empty());
    }
}
