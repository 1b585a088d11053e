//! Parks, a lake, and the paths through the parks.

use std::f64::consts::TAU;

use rand::Rng;

use crate::model::plane::PlanePoint;
use crate::travel::city::class::StreetClass;
use crate::travel::city::shape::{Band, EMBANKMENT_METERS, Shape};
use crate::travel::city::sketch::{Piece, Sketch, crossing_part};
use crate::travel::roads::GroundKind;

/// A park or lake with a smooth outline.
#[derive(Debug, Clone)]
pub(crate) struct Green {
    pub(crate) kind: GroundKind,
    center: PlanePoint,
    radius: f64,
    outline: Vec<PlanePoint>,
}

impl Green {
    fn invent(rng: &mut impl Rng, kind: GroundKind, center: PlanePoint, radius: f64) -> Self {
        let phases = [(); 3].map(|()| rng.random_range(0.0..TAU));
        let outline = (0..40).map(|step| {
            let angle = f64::from(step) / 40.0 * TAU;
            let swing = 0.16 * (2.0 * angle + phases[0]).sin()
                + 0.10 * (3.0 * angle + phases[1]).sin()
                + 0.05 * (5.0 * angle + phases[2]).sin();
            let reach = radius * (1.0 + swing);
            PlanePoint::new(center.east + reach * angle.cos(), center.north + reach * angle.sin())
        });
        Self { kind, center, radius, outline: outline.collect() }
    }

    /// Whether a point lies inside, or a stroke crosses the outline.
    pub(crate) fn touches(&self, start: PlanePoint, end: PlanePoint) -> bool {
        // The outline swings by less than a third of the radius.
        let is_near =
            self.center.distance(self.center.nearest_on(start, end).0) < self.radius * 1.4;
        is_near
            && (self.contains(start)
                || self.sides().any(|side| crossing_part([start, end], side).is_some()))
    }

    /// Whether a point lies inside: a ray to the east leaves it an odd number of times.
    pub(crate) fn contains(&self, point: PlanePoint) -> bool {
        let far = PlanePoint::new(self.center.east + 10.0 * self.radius, point.north);
        point.distance(self.center) < self.radius * 1.4
            && self.sides().filter(|side| crossing_part([point, far], *side).is_some()).count() % 2
                == 1
    }

    /// The outline on a map: parks reach a little between the streets around them.
    pub(crate) fn drawn(&self) -> Vec<PlanePoint> {
        let part = if self.kind == GroundKind::Park { 1.13 } else { 1.0 };
        self.outline.iter().map(|&point| self.center.toward(point, part)).collect()
    }

    fn sides(&self) -> impl Iterator<Item = [PlanePoint; 2]> {
        let next = self.outline.iter().cycle().skip(1);
        self.outline.iter().zip(next).map(|(&from, &to)| [from, to])
    }
}

/// What is looked for: radius in meters, and how far out.
const WANTED: [(GroundKind, f64, Band); 9] = [
    (GroundKind::Park, 330.0, Band::InnerCity),
    (GroundKind::Park, 130.0, Band::OldTown),
    (GroundKind::Park, 200.0, Band::InnerCity),
    (GroundKind::Park, 400.0, Band::Suburb),
    (GroundKind::Park, 260.0, Band::Suburb),
    (GroundKind::Water, 230.0, Band::Suburb),
    (GroundKind::Park, 430.0, Band::Outskirts),
    (GroundKind::Park, 360.0, Band::Outskirts),
    (GroundKind::Park, 300.0, Band::Outskirts),
];

/// Finds places for parks and a lake between the main streets.
pub(crate) fn invent_greens(rng: &mut impl Rng, sketch: &Sketch, shape: &Shape) -> Vec<Green> {
    const TRIES: usize = 120;
    let frame = [StreetClass::Arterial, StreetClass::Street, StreetClass::Ring];
    let mut greens: Vec<Green> = Vec::new();
    for (kind, radius, band) in WANTED {
        let fitting = (0..TRIES).find_map(|_| {
            let mut side = || rng.random_range(-4700.0..4700.0);
            let center = PlanePoint::new(side(), side());
            let is_free =
                greens.iter().all(|g| g.center.distance(center) > g.radius + radius + 500.0);
            let in_band = shape.quarter(center).is_some_and(|quarter| quarter.band == band);
            let is_dry = shape.river.distance(center) > EMBANKMENT_METERS + radius;
            let fits = || !sketch.is_near_frame(center, radius, &frame);
            (in_band && is_free && is_dry && fits()).then_some(center)
        });
        if let Some(center) = fitting {
            greens.push(Green::invent(rng, kind, center, radius));
        }
    }
    greens
}

/// Draws paths from the middle of each park to the streets around it.
pub(crate) fn draw_paths(sketch: &mut Sketch, rng: &mut impl Rng, greens: &[Green]) {
    const SPOKES: i32 = 5;
    let streets: Vec<usize> = street_nodes(sketch);
    for green in greens.iter().filter(|green| green.kind == GroundKind::Park) {
        let center = sketch.node(green.center);
        for spoke in 0..SPOKES {
            let angle =
                (f64::from(spoke) + rng.random_range(-0.25..0.25)) / f64::from(SPOKES) * TAU;
            let reach = |part: f64| {
                let radius = green.radius * part;
                PlanePoint::new(
                    green.center.east + radius * angle.cos(),
                    green.center.north + radius * angle.sin(),
                )
            };
            let gate = streets
                .iter()
                .map(|&node| (sketch.points[node].distance(reach(1.3)), node))
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .filter(|(meters, _)| *meters < green.radius + 60.0);
            let Some((_, gate)) = gate else { continue };
            let bend = reach(rng.random_range(0.4..0.7));
            let bend = PlanePoint::new(
                bend.east + rng.random_range(-0.15..0.15) * green.radius,
                bend.north + rng.random_range(-0.15..0.15) * green.radius,
            );
            let bend = sketch.node(bend);
            for ends in [[center, bend], [bend, gate]] {
                sketch.inner.push(Piece::new(ends, StreetClass::Path));
            }
        }
    }
}

/// The nodes that a street with doors touches.
fn street_nodes(sketch: &Sketch) -> Vec<usize> {
    let pieces = sketch.frame.iter().chain(&sketch.inner);
    let mut nodes: Vec<usize> =
        pieces.filter(|piece| piece.class.has_doors()).flat_map(|piece| piece.ends).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
