//! Main streets: what bounds the quarters of an invented city.

use std::f64::consts::TAU;

use crate::model::plane::PlanePoint;
use crate::travel::city::shape::{
    Belt, EMBANKMENT_METERS, RIVER_HALF_METERS, Shape, Spoke, SpokeStart,
};
use crate::travel::city::sketch::Sketch;
use crate::travel::streets::StreetClass::{Arterial, Ring, Street};

/// Curves are traced in steps of about so many meters…
const TRACE_METERS: f64 = 20.0;
/// … of which every so many-th becomes a node.
const TRACES_PER_NODE: usize = 9;
/// Streets start a little before the one they branch off from, so that they meet it.
const OVERLAP_METERS: f64 = 30.0;

/// Draws the streets that bound the quarters.
pub(crate) fn draw_roads(sketch: &mut Sketch, shape: &Shape) {
    for left in [EMBANKMENT_METERS, -EMBANKMENT_METERS] {
        let is_in_city = |point: &PlanePoint| shape.quarter(*point).is_some();
        for run in runs(&shape.river.beside(left), is_in_city) {
            let nodes: Vec<PlanePoint> = run.iter().step_by(2).copied().collect();
            sketch.draw(&nodes, Street, &[]);
        }
    }
    for (belt, class) in
        [(&shape.boulevard, Arterial), (&shape.belt, Arterial), (&shape.outer_belt, Street)]
    {
        let trace = trace_belt(belt);
        for run in runs(&trace, |point| is_dry(shape, *point)) {
            let line = thin(&run);
            if run.len() == trace.len() {
                sketch.draw_loop(&line, class, &[Street, Arterial]);
            } else {
                sketch.draw(&line, class, &[Street, Arterial]);
            }
        }
    }
    for spoke in &shape.spokes {
        let class = if spoke.start == SpokeStart::Belt { Street } else { Arterial };
        let may_cross = spoke.has_bridge;
        for run in runs(&trace_spoke(spoke, shape), |p| may_cross || is_dry(shape, *p)) {
            sketch.draw(&thin(&run), class, &[Street, Arterial]);
        }
    }
    sketch.draw_loop(&thin(&trace_belt(&shape.ring)), Ring, &[Arterial]);
}

/// Whether a street may run here; it may reach a little over the street along the river, which
/// it then meets.
fn is_dry(shape: &Shape, point: PlanePoint) -> bool {
    shape.river.distance(point) > RIVER_HALF_METERS + 15.0
}

/// A closed curve as points in steps; the start is not repeated.
fn trace_belt(belt: &Belt) -> Vec<PlanePoint> {
    let mut points = Vec::new();
    let mut angle = 0.0;
    while angle < TAU {
        let radius = belt.radius_at(angle);
        points.push(polar(radius, angle));
        angle += TRACE_METERS / radius;
    }
    points
}

fn trace_spoke(spoke: &Spoke, shape: &Shape) -> Vec<PlanePoint> {
    let start = |belt: &Belt| {
        let guess = belt.radius_at(spoke.angle_at(0.0));
        belt.radius_at(spoke.angle_at(guess)) - OVERLAP_METERS
    };
    let mut radius = match spoke.start {
        SpokeStart::Center => 0.0,
        SpokeStart::Boulevard => start(&shape.boulevard),
        SpokeStart::Belt => start(&shape.belt),
    };
    let mut points = Vec::new();
    while radius < shape.edge.radius_at(spoke.angle_at(radius)) {
        points.push(polar(radius, spoke.angle_at(radius)));
        radius += TRACE_METERS;
    }
    points
}

fn polar(radius: f64, angle: f64) -> PlanePoint {
    PlanePoint::new(radius * angle.cos(), radius * angle.sin())
}

/// The parts of a line whose points are all allowed; those shorter than a block are left out.
fn runs(line: &[PlanePoint], is_allowed: impl Fn(&PlanePoint) -> bool) -> Vec<Vec<PlanePoint>> {
    let parts = line.split(|point| !is_allowed(point));
    parts.filter(|part| part.len() > 4).map(<[PlanePoint]>::to_vec).collect()
}

/// Every so many-th point of a traced curve, and the last.
fn thin(trace: &[PlanePoint]) -> Vec<PlanePoint> {
    trace.iter().step_by(TRACES_PER_NODE).chain(trace.last()).copied().collect()
}
