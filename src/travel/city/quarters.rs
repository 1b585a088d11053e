//! Residential streets: a crooked grid in each quarter, turned its own way.

use std::collections::{BTreeMap, BTreeSet};

use rand::Rng;

use crate::model::plane::PlanePoint;
use crate::travel::city::class::{Flow, StreetClass};
use crate::travel::city::greens::Green;
use crate::travel::city::names::small_street;
use crate::travel::city::shape::{Band, EMBANKMENT_METERS, Quarter, Shape, Wave};
use crate::travel::city::sketch::{Piece, Sketch};

/// How streets are laid out, by how far out they are.
struct Layout {
    /// Mean length of a block, in meters.
    block: f64,
    /// How many blocks a grid goes on from the middle of its quarter, at least to the end of it.
    reach: i32,
    /// How far a crossing lies off its grid at most, as part of a block.
    jitter: f64,
    /// Part of streets left out.
    missing: f64,
    class: StreetClass,
}

impl Layout {
    fn of(band: Band) -> Self {
        let (block, reach, jitter, missing) = match band {
            Band::OldTown => (62.0, 26, 0.16, 0.10),
            Band::InnerCity => (82.0, 24, 0.05, 0.08),
            Band::Suburb => (97.0, 21, 0.05, 0.10),
            Band::Outskirts => (108.0, 20, 0.06, 0.10),
        };
        let class =
            if band == Band::OldTown { StreetClass::Lane } else { StreetClass::Residential };
        Self { block, reach, jitter, missing, class }
    }
}

/// A grid over one quarter: its crossings by column and row.
struct Grid {
    layout: Layout,
    center: PlanePoint,
    /// One block to the right and one upward.
    axes: [PlanePoint; 2],
    /// Where no street could be placed there is none.
    nodes: BTreeMap<(i32, i32), usize>,
    /// Names of streets along rows, and along columns, by their number.
    names: [BTreeMap<i32, u32>; 2],
}

impl Grid {
    fn place(&self, (column, row): (i32, i32)) -> PlanePoint {
        let [right, up] = self.axes;
        let (column, row) = (f64::from(column), f64::from(row));
        PlanePoint::new(
            self.center.east + column * right.east + row * up.east,
            self.center.north + column * right.north + row * up.north,
        )
    }
}

/// A gentle bend of everything, so that no street is straight across the map.
struct Warp([Wave; 2]);

impl Warp {
    fn bend(&self, point: PlanePoint) -> PlanePoint {
        let Self([east, north]) = self;
        PlanePoint::new(
            point.east + east.at(point.north + 0.4 * point.east),
            point.north + north.at(point.east - 0.3 * point.north),
        )
    }
}

/// Draws the streets of all quarters.
pub(crate) fn draw_quarters(
    sketch: &mut Sketch,
    rng: &mut impl Rng,
    shape: &Shape,
    greens: &[Green],
) {
    let warp = Warp([Wave::invent(rng, 55.0, 1700.0), Wave::invent(rng, 55.0, 2100.0)]);
    for (quarter, center) in quarters(shape) {
        let mut grid = invent_grid(rng, quarter.band, center);
        let reach = grid.layout.reach;
        for at in (-reach..=reach).flat_map(|column| (-reach..=reach).map(move |row| (column, row)))
        {
            let swing = grid.layout.block * grid.layout.jitter;
            let mut jitter = || rng.random_range(-swing..swing);
            let bent = warp.bend(grid.place(at));
            let point = PlanePoint::new(bent.east + jitter(), bent.north + jitter());
            if shape.quarter(point) == Some(quarter)
                && is_free(sketch, shape, greens, &grid.layout, point)
            {
                grid.nodes.insert(at, sketch.node(point));
            }
        }
        name_streets(sketch, &mut grid);
        connect(sketch, rng, &grid, greens);
    }
}

/// All quarters with their middle, in order: found by looking at a fine raster of points.
fn quarters(shape: &Shape) -> Vec<(Quarter, PlanePoint)> {
    const RASTER_METERS: f64 = 90.0;
    let mut sums: BTreeMap<Quarter, (PlanePoint, f64)> = BTreeMap::new();
    for (east, north) in (-60..=60).flat_map(|east| (-60..=60).map(move |north| (east, north))) {
        let point =
            PlanePoint::new(f64::from(east) * RASTER_METERS, f64::from(north) * RASTER_METERS);
        if let Some(quarter) = shape.quarter(point) {
            let (sum, count) = sums.entry(quarter).or_default();
            *sum = PlanePoint::new(sum.east + point.east, sum.north + point.north);
            *count += 1.0;
        }
    }
    let middle =
        |(sum, count): (PlanePoint, f64)| PlanePoint::new(sum.east / count, sum.north / count);
    sums.into_iter().map(|(quarter, sum)| (quarter, middle(sum))).collect()
}

/// A grid that faces the center of the city, more or less.
fn invent_grid(rng: &mut impl Rng, band: Band, center: PlanePoint) -> Grid {
    let layout = Layout::of(band);
    let turn = center.north.atan2(center.east) + rng.random_range(-0.3..0.3);
    let stretch = rng.random_range(1.0..1.35);
    let (right, up) = (layout.block * stretch, layout.block / stretch.sqrt());
    let axes = [
        PlanePoint::new(right * turn.cos(), right * turn.sin()),
        PlanePoint::new(-up * turn.sin(), up * turn.cos()),
    ];
    Grid { layout, center, axes, nodes: BTreeMap::new(), names: Default::default() }
}

/// Whether a crossing may lie here: not in water or green, and not on top of a main street.
fn is_free(
    sketch: &Sketch,
    shape: &Shape,
    greens: &[Green],
    layout: &Layout,
    point: PlanePoint,
) -> bool {
    let main = [StreetClass::Arterial, StreetClass::Street];
    shape.river.distance(point) > EMBANKMENT_METERS
        && !greens.iter().any(|green| green.contains(point))
        && !sketch.is_near_frame(point, layout.block * 0.38, &main)
        && !sketch.is_near_frame(point, 60.0, &[StreetClass::Ring])
}

/// Each row and each column of a grid is a street with a name.
fn name_streets(sketch: &mut Sketch, grid: &mut Grid) {
    for &(column, row) in grid.nodes.keys() {
        for (names, line) in grid.names.iter_mut().zip([row, column]) {
            names.entry(line).or_insert_with(|| sketch.name(small_street(sketch.names.len())));
        }
    }
}

/// Draws the streets of a grid, and its ways out to the main streets around it.
fn connect(sketch: &mut Sketch, rng: &mut impl Rng, grid: &Grid, greens: &[Green]) {
    let mut exits: BTreeSet<[usize; 2]> = BTreeSet::new();
    for (&(column, row), &node) in &grid.nodes {
        for (right, up) in [(1, 0), (0, 1), (-1, 0), (0, -1)] {
            let beside = (column + right, row + up);
            let start = sketch.points[node];
            let name = if up == 0 { grid.names[0][&row] } else { grid.names[1][&column] };
            let is_missing = rng.random_bool(grid.layout.missing);
            if let Some(&other) = grid.nodes.get(&beside) {
                let is_drawn_from_here = right + up > 0;
                let end = sketch.points[other];
                if is_drawn_from_here && !is_missing && is_clear(sketch, rng, greens, start, end) {
                    let against = if up == 0 { row } else { column } % 2 == 0;
                    let ends = if against { [other, node] } else { [node, other] };
                    let is_one_way =
                        grid.layout.class == StreetClass::Lane && rng.random_bool(0.75);
                    let flow = if is_one_way { Flow::OneWay } else { Flow::BothWays };
                    sketch.inner.push(Piece { ends, class: grid.layout.class, flow, name });
                }
            } else if !is_missing {
                let step = [grid.place((column, row)), grid.place(beside)];
                let end = PlanePoint::new(
                    start.east + (step[1].east - step[0].east) * 1.5,
                    start.north + (step[1].north - step[0].north) * 1.5,
                );
                if let Some(exit) = exit(sketch, greens, start, end)
                    && exits.insert([node, exit])
                {
                    let piece = Piece::new([node, exit], grid.layout.class);
                    sketch.inner.push(Piece { name, ..piece });
                }
            }
        }
    }
}

/// Whether a street can be drawn here. Few pass under the ring.
fn is_clear(
    sketch: &Sketch,
    rng: &mut impl Rng,
    greens: &[Green],
    start: PlanePoint,
    end: PlanePoint,
) -> bool {
    let main = [StreetClass::Arterial, StreetClass::Street];
    let passes_ring = sketch.first_crossing(start, end, &[StreetClass::Ring]).is_some();
    (!passes_ring || rng.random_bool(0.3))
        && sketch.first_crossing(start, end, &main).is_none()
        && !greens.iter().any(|green| green.touches(start, end))
}

/// The crossing where a street from `start` comes to a main street, if it does before `end`.
fn exit(
    sketch: &mut Sketch,
    greens: &[Green],
    start: PlanePoint,
    end: PlanePoint,
) -> Option<usize> {
    let main = [StreetClass::Arterial, StreetClass::Street];
    let crossing = sketch.first_crossing(start, end, &main)?;
    let at = crossing.at();
    let is_blocked = greens.iter().any(|green| green.touches(start, at))
        || sketch.first_crossing(start, at, &[StreetClass::Ring]).is_some();
    (!is_blocked).then(|| sketch.junction(crossing))
}
