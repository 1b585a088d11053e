//! Main streets: what bounds the quarters of an invented city.

use std::f64::consts::TAU;

use crate::model::plane::PlanePoint;
use crate::travel::city::class::StreetClass;
use crate::travel::city::class::StreetClass::{Arterial, Ring, Street};
use crate::travel::city::names::main_street;
use crate::travel::city::shape::{
    Belt, EMBANKMENT_METERS, RIVER_HALF_METERS, Shape, Spoke, SpokeStart,
};
use crate::travel::city::sketch::Sketch;

/// Curves are traced in steps of about so many meters…
const TRACE_METERS: f64 = 20.0;
/// … of which every so many-th becomes a node.
const TRACES_PER_NODE: usize = 9;
/// Streets start a little before the one they branch off from, so that they meet it.
const OVERLAP_METERS: f64 = 30.0;
/// How far main streets go on where the city ends.
const OUTBOUND_METERS: f64 = 450.0;

/// Draws the streets that bound the quarters.
pub(crate) fn draw_roads(sketch: &mut Sketch, shape: &Shape) {
    for (left, name) in [(EMBANKMENT_METERS, "Left Bank"), (-EMBANKMENT_METERS, "Right Bank")] {
        let name = sketch.name(name.to_owned());
        let is_in_city = |point: &PlanePoint| shape.quarter(*point).is_some();
        for run in runs(&shape.river.beside(left), is_in_city) {
            let nodes: Vec<PlanePoint> = run.iter().step_by(2).copied().collect();
            sketch.draw(&nodes, (Street, name), &[]);
        }
    }
    for (belt, class, bridge, name) in [
        (&shape.boulevard, Arterial, false, "The Boulevard"),
        (&shape.belt, Arterial, true, "Belt Road"),
        (&shape.outer_belt, Street, false, "Outer Belt"),
    ] {
        let name = sketch.name(name.to_owned());
        draw_belt(sketch, shape, &trace_belt(belt), (class, name), bridge);
    }
    for (number, spoke) in shape.spokes.iter().enumerate() {
        let name = sketch.name(main_street(number));
        let class = if spoke.start == SpokeStart::Belt { Street } else { Arterial };
        let may_cross = spoke.has_bridge;
        for run in runs(&trace_spoke(spoke, shape), |p| may_cross || is_dry(shape, *p)) {
            sketch.draw(&thin(&run), (class, name), &[Street, Arterial]);
        }
    }
    let name = sketch.name("Ring Road".to_owned());
    sketch.draw(&close(&trace_belt(&shape.ring)), (Ring, name), &[Arterial]);
}

/// Draws a street around the city; a bridge, if any, is downstream.
fn draw_belt(
    sketch: &mut Sketch,
    shape: &Shape,
    trace: &[PlanePoint],
    street: (StreetClass, u32),
    has_bridge: bool,
) {
    let may_run = |point: &PlanePoint| {
        is_dry(shape, *point) || (has_bridge && shape.river.is_downstream(*point))
    };
    let Some(gap) = trace.iter().position(|point| !may_run(point)) else {
        return sketch.draw(&close(trace), street, &[Street, Arterial]);
    };
    // Starting in the river, so that no part of the belt is cut where its angle is zero.
    let turned: Vec<PlanePoint> = trace[gap..].iter().chain(&trace[..gap]).copied().collect();
    for run in runs(&turned, may_run) {
        sketch.draw(&thin(&run), street, &[Street, Arterial]);
    }
}

/// Nodes along a closed curve; the last is the first again.
fn close(trace: &[PlanePoint]) -> Vec<PlanePoint> {
    let whole = trace.len() - trace.len() % TRACES_PER_NODE;
    trace[..whole].iter().step_by(TRACES_PER_NODE).chain(trace.first()).copied().collect()
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
    // Main streets lead on to other cities.
    let beyond = if spoke.start == SpokeStart::Belt { 0.0 } else { OUTBOUND_METERS };
    while radius < shape.edge.radius_at(spoke.angle_at(radius)) + beyond {
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
