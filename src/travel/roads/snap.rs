//! From an address to the nearest point of a road.

use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};

use crate::model::place::{Coordinate, Profile};
use crate::model::plane::Plane;
use crate::travel::beeline::great_circle_meters;
use crate::travel::roads::network::{Direction, Edge, Network};

/// The usual pace of pedestrians, in meters per second.
const WALK: f64 = 1.35;
/// Radius of the sphere that the index lies on, in meters. (Any would do; this one makes meters.)
const EARTH_RADIUS_METERS: f64 = 6_371_008.8;
/// Where the index ends, in degrees: the projection has no poles.
const LATITUDE_MAX: f64 = 85.0;

/// Where an address meets the roads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Snap {
    /// The piece of road.
    pub(crate) edge: u32,
    /// How far behind its first end, in millimeters.
    pub(crate) offset: u32,
    /// The point there.
    pub(crate) point: Coordinate,
    /// The walk between address and road, in millimeters.
    pub(crate) walk_millimeters: u32,
    /// And its time.
    pub(crate) walk_milliseconds: u32,
}

/// A straight part of a road: the road, and which part of it.
type Part = GeomWithData<Line<[f32; 2]>, (u32, u32)>;

/// All straight parts of roads with doors, where they can be found by their place.
#[derive(Debug)]
pub(crate) struct SnapIndex {
    parts: RTree<Part>,
    /// The middle of the map, so that single precision is exact to centimeters within 500 km.
    middle: [f64; 2],
    meters_max: f64,
}

impl SnapIndex {
    /// Sorts all roads that have doors.
    pub(crate) fn new(network: &Network, meters_max: f64) -> Self {
        let middle = network.nodes.first().map_or([0.0; 2], |&node| mercator(node));
        let mut parts = Vec::new();
        for (index, edge) in (0..).zip(&network.edges) {
            if edge.has_doors {
                let line = network.line(index).map(|place| relative(mercator(place), middle));
                let ends = line.clone().zip(line.skip(1));
                parts.extend((0..).zip(ends).map(|(part, (from, to))| {
                    GeomWithData::new(Line::new(from, to), (index, part))
                }));
            }
        }
        Self { parts: RTree::bulk_load(parts), middle, meters_max }
    }

    /// The nearest point of a road with doors that the profile may use, or `None` when all are too far.
    /// Between equally near ones the first road counts.
    pub(crate) fn snap(
        &self,
        network: &Network,
        profile: Profile,
        place: Coordinate,
    ) -> Option<Snap> {
        let here = relative(mercator(place), self.middle);
        // The projection is true to angles, and stretches everything by this.
        let stretch = 1.0 / place.latitude().min(LATITUDE_MAX).to_radians().cos().abs().max(0.05);
        // A little more than the limit: the exact length is measured below.
        let squared_max = (self.meters_max * stretch * 1.01).powi(2);
        let mut best: Option<(f32, u32, u32)> = None;
        for part in self.parts.nearest_neighbor_iter(&here) {
            let squared = part.distance_2(&here);
            let is_farther = best.is_some_and(|(least, ..)| least < squared);
            if is_farther || squared_max < f64::from(squared) {
                break;
            }
            let (edge, number) = part.data;
            let is_earlier = best.is_none_or(|(_, edge_known, number_known)| {
                (edge, number) < (edge_known, number_known)
            });
            if is_earlier && network.edges[edge as usize].admits(profile) {
                best = Some((squared, edge, number));
            }
        }
        let (_, edge, part) = best?;
        let snap = nearest_on(network, edge, part as usize, place)?;
        (f64::from(snap.walk_millimeters) <= self.meters_max * 1000.0).then_some(snap)
    }
}

/// The nearest point of one part of a road.
fn nearest_on(network: &Network, edge: u32, part: usize, place: Coordinate) -> Option<Snap> {
    let mut ends = network.line(edge).zip(network.line(edge).skip(1));
    let before: f64 =
        ends.by_ref().take(part).map(|(from, to)| great_circle_meters(from, to)).sum();
    let (from, to) = ends.next()?;
    let plane = Plane::around(place);
    let (nearest, share) = plane.meters(place).nearest_on(plane.meters(from), plane.meters(to));
    let point = plane.coordinate(nearest).ok()?;
    let road = &network.edges[edge as usize];
    let offset = thousandths(before + great_circle_meters(from, to) * share).min(road.millimeters);
    let meters = great_circle_meters(place, point);
    Some(Snap {
        edge,
        offset,
        point,
        walk_millimeters: thousandths(meters),
        walk_milliseconds: thousandths(meters / WALK),
    })
}

/// The points of a road from one offset to another, without both, in the order in which they are passed.
pub(crate) fn points_between(network: &Network, edge: u32, from: u32, to: u32) -> Vec<Coordinate> {
    let inner = network.inner_points(edge);
    let mut offset = 0.0;
    let mut last = network.nodes[network.edges[edge as usize].ends[0] as usize];
    let (low, high) = (from.min(to), from.max(to));
    let mut points = Vec::new();
    for &point in inner {
        offset += great_circle_meters(last, point);
        last = point;
        if low < thousandths(offset) && thousandths(offset) < high {
            points.push(point);
        }
    }
    if to < from {
        points.reverse();
    }
    points
}

/// The time of a part of a road, from one offset to another; `None` where that direction is forbidden.
///
/// Times are differences of one rounded scale, so that the parts of a road sum to the whole.
pub(crate) fn part_milliseconds(edge: &Edge, profile: Profile, from: u32, to: u32) -> Option<u32> {
    let direction = if from <= to { Direction::Forward } else { Direction::Backward };
    let whole = edge.milliseconds(profile, direction)?;
    let scale = |offset: u32| {
        let time = u64::from(whole) * u64::from(offset) / u64::from(edge.millimeters.max(1));
        u32::try_from(time).unwrap_or(u32::MAX)
    };
    Some(scale(from).abs_diff(scale(to)))
}

/// A place on a map that is true to angles: near any place, what is nearer there is nearer here.
///
/// # Source
/// Snyder (1987), "Map Projections: A Working Manual", USGS Professional Paper 1395, equation 7-2.
fn mercator(place: Coordinate) -> [f64; 2] {
    let latitude = place.latitude().clamp(-LATITUDE_MAX, LATITUDE_MAX).to_radians();
    let north = (std::f64::consts::FRAC_PI_4 + latitude / 2.0).tan().ln();
    [place.longitude().to_radians() * EARTH_RADIUS_METERS, north * EARTH_RADIUS_METERS]
}

#[expect(clippy::cast_possible_truncation, reason = "precise enough so near to the middle")]
fn relative([east, north]: [f64; 2], middle: [f64; 2]) -> [f32; 2] {
    [(east - middle[0]) as f32, (north - middle[1]) as f32]
}

/// Meters or seconds in thousandths.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn thousandths(value: f64) -> u32 {
    (value * 1000.0).round() as u32
}
