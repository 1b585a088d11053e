//! Ways into the middle of blocks, and paths between them.

use std::collections::BTreeSet;

use rand::Rng;

use crate::model::plane::PlanePoint;
use crate::travel::city::class::StreetClass;
use crate::travel::city::greens::Green;
use crate::travel::city::nearby::Nearby;
use crate::travel::city::shape::{EMBANKMENT_METERS, River};
use crate::travel::city::sketch::{Piece, Sketch, crossing_part};

/// Shorter streets have no way into a block, in meters.
const FRONT_METERS: f64 = 50.0;
/// Of a hundred streets, so many have a way in on a side.
const PERCENT: u32 = 72;
/// How long such ways are, in meters.
const DEPTH_METERS: std::ops::Range<f64> = 18.0..36.0;
/// They keep this far from other streets, in meters.
const CLEAR_METERS: f64 = 14.0;
/// Ends as near as this may be joined, in meters.
const JOIN_METERS: f64 = 85.0;
/// Of a hundred joints, so many are paths for walkers and bicycles, the others also for cars.
const PATH_PERCENT: u32 = 60;

/// Splits residential streets where ways lead into blocks, and joins what meets there.
pub(crate) fn draw_courts(
    sketch: &mut Sketch,
    rng: &mut impl Rng,
    pieces: &mut Vec<Piece>,
    river: &River,
    greens: &[Green],
) {
    let mut near = Nearby::default();
    for (number, piece) in pieces.iter().enumerate() {
        near.add(piece.ends.map(|end| sketch.points[end]), number);
    }
    let mut ends: Vec<usize> = Vec::new();
    for number in 0..pieces.len() {
        let piece = pieces[number];
        let [from, to] = piece.ends.map(|end| sketch.points[end]);
        let length = from.distance(to);
        let has_courts = matches!(piece.class, StreetClass::Residential | StreetClass::Lane);
        if !has_courts || length < FRONT_METERS {
            continue;
        }
        let gate = from.toward(to, rng.random_range(0.4..0.6));
        let mut inside = Vec::new();
        for side in [1.0, -1.0] {
            let depth = rng.random_range(DEPTH_METERS) * side / length;
            let (east, north) = ((from.north - to.north) * depth, (to.east - from.east) * depth);
            let end = PlanePoint::new(gate.east + east, gate.north + north);
            let is_clear = rng.random_ratio(PERCENT, 100)
                && EMBANKMENT_METERS + CLEAR_METERS < river.distance(end)
                && !greens.iter().any(|green| green.contains(end))
                && !touches(sketch, pieces, &near, [gate, end], number);
            if is_clear {
                inside.push(end);
            }
        }
        if inside.is_empty() {
            continue;
        }
        let middle = sketch.node(gate);
        pieces[number].ends[1] = middle;
        near.add([gate, to], pieces.len());
        pieces.push(Piece { ends: [middle, piece.ends[1]], ..piece });
        for end in inside {
            let node = sketch.node(end);
            near.add([gate, end], pieces.len());
            pieces.push(Piece::new([middle, node], StreetClass::Court));
            ends.push(node);
        }
    }
    join(sketch, rng, pieces, &mut near, &ends);
}

/// Whether a way would come too near to another piece than the one that it begins at.
fn touches(
    sketch: &Sketch,
    pieces: &[Piece],
    near: &Nearby,
    way: [PlanePoint; 2],
    own: usize,
) -> bool {
    near.around(way, CLEAR_METERS).into_iter().filter(|number| *number != own).any(|number| {
        let ends = pieces[number].ends.map(|end| sketch.points[end]);
        let is_near = way[1].distance(way[1].nearest_on(ends[0], ends[1]).0) < CLEAR_METERS;
        is_near || crossing_part(way, ends).is_some()
    })
}

/// Joins each end to the nearest one of another street, where nothing lies between.
fn join(
    sketch: &Sketch,
    rng: &mut impl Rng,
    pieces: &mut Vec<Piece>,
    near: &mut Nearby,
    ends: &[usize],
) {
    let mut points = Nearby::default();
    for (number, &end) in ends.iter().enumerate() {
        points.add([sketch.points[end]; 2], number);
    }
    let mut is_joined: BTreeSet<usize> = BTreeSet::new();
    for &end in ends {
        let here = sketch.points[end];
        let others = points.around([here; 2], JOIN_METERS).into_iter().map(|other| ends[other]);
        let mut others: Vec<(f64, usize)> = others
            .filter(|other| *other != end && !is_joined.contains(other))
            .map(|other| (here.distance(sketch.points[other]), other))
            .filter(|(meters, _)| *meters < JOIN_METERS)
            .collect();
        others.sort_by(|a, b| a.0.total_cmp(&b.0));
        let is_free = |other: usize| {
            let way = [here, sketch.points[other]];
            near.around(way, 0.0).into_iter().all(|number| {
                let piece = pieces[number];
                let is_own = piece.ends.contains(&end) || piece.ends.contains(&other);
                is_own || crossing_part(way, piece.ends.map(|e| sketch.points[e])).is_none()
            })
        };
        let Some(&(_, other)) = others.iter().find(|(_, other)| is_free(*other)) else { continue };
        if is_joined.contains(&end) {
            continue;
        }
        let is_path = rng.random_ratio(PATH_PERCENT, 100);
        let class = if is_path { StreetClass::Path } else { StreetClass::Court };
        near.add([here, sketch.points[other]], pieces.len());
        pieces.push(Piece::new([end, other], class));
        is_joined.extend([end, other]);
    }
}
