//! From an address to the nearest point of a street.

use std::collections::HashMap;

use crate::model::place::{Coordinate, Profile};
use crate::model::plane::{Plane, PlanePoint};
use crate::travel::streets::graph::{Cost, Edge, Graph, thousandths};

/// Width of a square of the index, in meters: about a block, so that most searches end in the
/// nine squares around the address.
const SQUARE_METERS: f64 = 250.0;

/// Where an address meets the streets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Snap {
    /// The nearest edge.
    pub(crate) edge: u32,
    /// How far behind its first end, in millimeters.
    pub(crate) offset: u32,
    /// The walk between address and street.
    pub(crate) walk: Cost,
}

/// Streets by the squares of a uniform grid that they touch.
#[derive(Debug)]
pub(crate) struct SnapIndex {
    plane: Plane,
    /// Nodes on the plane.
    points: Vec<PlanePoint>,
    /// Never iterated, only looked up.
    squares: HashMap<(i32, i32), Vec<u32>>,
    meters_max: f64,
}

impl SnapIndex {
    /// Sorts all streets that have doors into squares.
    pub(crate) fn new(graph: &Graph, meters_max: f64) -> Self {
        let plane = Plane::around(middle(graph));
        let points: Vec<PlanePoint> = graph.nodes.iter().map(|&node| plane.meters(node)).collect();
        let mut squares: HashMap<(i32, i32), Vec<u32>> = HashMap::new();
        for (index, edge) in (0_u32..).zip(&graph.edges) {
            if edge.class.has_doors() {
                for square in squares_touched(edge.ends.map(|end| points[end.index()])) {
                    squares.entry(square).or_default().push(index);
                }
            }
        }
        Self { plane, points, squares, meters_max }
    }

    /// The nearest point of a street with doors that the profile may use, or `None` when all are
    /// too far. Between equally near ones the first street counts.
    pub(crate) fn snap(&self, graph: &Graph, profile: Profile, place: Coordinate) -> Option<Snap> {
        let here = self.plane.meters(place);
        let center = square_of(here);
        let mut best: Option<(f64, u32, f64)> = None;
        for ring in 0_i32.. {
            // Squares of this ring are at least so far away.
            let least = f64::from(ring - 1) * SQUARE_METERS;
            if least > best.map_or(self.meters_max, |(meters, ..)| meters) {
                break;
            }
            let streets = ring_around(center, ring).filter_map(|square| self.squares.get(&square));
            for &index in streets.flatten() {
                let edge = &graph.edges[index as usize];
                if edge.admits(profile) {
                    let (meters, part) = self.distance(edge, here);
                    if best.is_none_or(|(most, first, _)| (meters, index) < (most, first)) {
                        best = Some((meters, index, part));
                    }
                }
            }
        }
        let (meters, index, part) = best.filter(|(meters, ..)| *meters <= self.meters_max)?;
        Some(Snap {
            edge: index,
            offset: offset(&graph.edges[index as usize], part),
            walk: walk(meters),
        })
    }

    /// How far an edge is, in meters, and at which part of it.
    fn distance(&self, edge: &Edge, here: PlanePoint) -> (f64, f64) {
        let [start, end] = edge.ends.map(|node| self.points[node.index()]);
        let (nearest, part) = here.nearest_on(start, end);
        (here.distance(nearest), part)
    }
}

/// The last few meters are walked, whatever the vehicle: it stays at the curb.
fn walk(meters: f64) -> Cost {
    // The usual pace of pedestrians, as on any street.
    const METERS_PER_SECOND: f64 = 1.35;
    Cost { milliseconds: thousandths(meters / METERS_PER_SECOND), millimeters: thousandths(meters) }
}

/// A part of an edge in millimeters.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the part is between 0 and 1"
)]
fn offset(edge: &Edge, part: f64) -> u32 {
    ((f64::from(edge.millimeters) * part).round() as u32).min(edge.millimeters)
}

/// The middle of the box around all nodes.
fn middle(graph: &Graph) -> Coordinate {
    let middle_of = |values: &dyn Fn(&Coordinate) -> i32| {
        let low = graph.nodes.iter().map(values).min().unwrap_or(0);
        let high = graph.nodes.iter().map(values).max().unwrap_or(0);
        low.midpoint(high)
    };
    Coordinate {
        latitude_micro: middle_of(&|node| node.latitude_micro),
        longitude_micro: middle_of(&|node| node.longitude_micro),
    }
}

/// The square that a point lies in.
#[expect(clippy::cast_possible_truncation, reason = "the Earth is 160,000 squares around")]
fn square_of(point: PlanePoint) -> (i32, i32) {
    let index = |meters: f64| (meters / SQUARE_METERS).floor() as i32;
    (index(point.east), index(point.north))
}

/// The squares of the ring that is `ring` squares away from the center in either direction.
fn ring_around((east, north): (i32, i32), ring: i32) -> impl Iterator<Item = (i32, i32)> {
    (-ring..=ring).flat_map(move |right| {
        let step = if right.abs() == ring { 1 } else { usize::try_from(ring).unwrap_or(0) * 2 };
        (-ring..=ring).step_by(step.max(1)).map(move |up| (east + right, north + up))
    })
}

/// All squares that a straight line comes near to: every one it crosses, and few others.
fn squares_touched([start, end]: [PlanePoint; 2]) -> impl Iterator<Item = (i32, i32)> {
    let (first, last) = (square_of(start), square_of(end));
    let easts = first.0.min(last.0)..=first.0.max(last.0);
    let norths = first.1.min(last.1)..=first.1.max(last.1);
    easts.flat_map(move |east| norths.clone().map(move |north| (east, north))).filter(
        move |&(east, north)| {
            let center = PlanePoint::new(
                (f64::from(east) + 0.5) * SQUARE_METERS,
                (f64::from(north) + 0.5) * SQUARE_METERS,
            );
            let (nearest, _) = center.nearest_on(start, end);
            center.distance(nearest) <= SQUARE_METERS * std::f64::consts::FRAC_1_SQRT_2
        },
    )
}
