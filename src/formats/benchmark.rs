//! What instances of the public routing benchmarks have in common.

use crate::formats::rounding::Rounding;
use crate::formats::solomon;
use crate::formats::unservable::unservable;
use crate::formats::vrplib;
use crate::solver::matrices::Matrices;
use crate::solver::problem::Client;
use crate::solver::problem::Depot;
use crate::solver::problem::LOADS;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::segment::NEVER;

/// More locations than this are refused: the tables of legs would not fit the memory of a laptop.
pub const LOCATIONS_MAX: usize = 8_000;

/// More vehicles than this are refused.
pub const VEHICLES_MAX: i32 = 10_000;

/// Why a file cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, {section}: {reason}")]
pub struct FormatError {
    /// The file.
    pub file: String,
    /// The line, counted from 1; one past the last where something is missing.
    pub line: usize,
    /// The section, as the file names it, or `header`.
    pub section: String,
    /// What is wrong, with the value that is.
    pub reason: String,
}

/// A benchmark instance.
///
/// Ids are those of the public `.sol` files: locations are numbered from 0 in file order, depots
/// first. So the id of client `i` of the problem is `i` plus the number of depots.
#[derive(Debug, Clone)]
pub struct Benchmark {
    /// Name, as the file gives it.
    pub name: String,
    /// How its numbers were rounded.
    pub rounding: Rounding,
    /// What is to be solved.
    pub problem: Problem,
    /// All legs.
    pub matrices: Matrices,
}

/// What a file says about a location.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Node {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) load: [i32; LOADS],
    pub(crate) opens: i32,
    pub(crate) closes: i32,
    pub(crate) service: i32,
    pub(crate) release: i32,
    pub(crate) prize: Option<i64>,
    pub(crate) skills: u32,
    /// Where the file says when and how much.
    pub(crate) line: usize,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            load: [0; LOADS],
            opens: 0,
            closes: NEVER,
            service: 0,
            release: -NEVER,
            prize: None,
            skills: 0,
            line: 0,
        }
    }
}

/// Everything that a file says, not yet put together.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) file: &'a str,
    pub(crate) name: &'a str,
    pub(crate) rounding: Rounding,
    /// Depots first.
    pub(crate) nodes: Vec<Node>,
    /// How many of the nodes are depots.
    pub(crate) depots: usize,
    pub(crate) vehicles: Vec<Vehicle>,
    /// Clients by index.
    pub(crate) groups: Vec<Vec<u32>>,
    /// Row-major; times and distances are the same.
    pub(crate) distances: Vec<i32>,
}

/// Reads an instance, in VRPLIB's or in Solomon's format, whichever it is.
///
/// # Errors
/// With file, line and section of the first thing that is wrong.
pub fn read(file: &str, text: &str, rounding: Option<Rounding>) -> Result<Benchmark, FormatError> {
    if solomon::is_solomon(text) {
        solomon::read(file, text, rounding)
    } else {
        vrplib::read(file, text, rounding)
    }
}

impl Benchmark {
    /// How many depots come before the first client in the numbering of ids.
    pub fn depots(&self) -> usize {
        self.problem.depots.len()
    }

    /// Whether vehicles differ, so that it matters which of them a route is for.
    pub fn has_kinds(&self) -> bool {
        self.problem.vehicles.iter().any(|vehicle| vehicle.kind != 0)
    }
}

impl Parts<'_> {
    /// Puts everything together.
    ///
    /// # Errors
    /// When a client that must be visited cannot be, by any vehicle.
    pub(crate) fn assemble(self) -> Result<Benchmark, FormatError> {
        let mut matrices = Matrices::new(self.nodes.len());
        matrices.push(self.distances.clone(), self.distances);
        let located = || self.nodes.iter().zip(0_u32..);
        let depot = |(node, location): (&Node, u32)| Depot {
            location,
            opens: node.opens,
            closes: node.closes,
            loading: node.service,
        };
        let client = |(node, location): (&Node, u32)| Client {
            location,
            opens: node.opens,
            closes: node.closes,
            service: node.service,
            release: node.release,
            load: node.load,
            skills: node.skills,
            prize: node.prize,
            ..Client::default()
        };
        let problem = Problem {
            locations: u32::try_from(self.nodes.len()).expect("at most some thousand locations"),
            depots: located().take(self.depots).map(depot).collect(),
            vehicles: self.vehicles,
            clients: located().skip(self.depots).map(client).collect(),
            groups: self.groups,
            ..Problem::default()
        };
        if let Some((client, reason)) = unservable(&problem, &matrices) {
            let node = client as usize + self.depots;
            return Err(FormatError {
                file: self.file.to_owned(),
                line: self.nodes[node].line,
                section: format!("client {node}"),
                reason,
            });
        }
        Ok(Benchmark { name: self.name.to_owned(), rounding: self.rounding, problem, matrices })
    }
}

/// A vehicle without limits of its own, at home at a depot that alone it may load at.
///
/// The depot's window is the vehicle's. Where there is but one depot, nothing needs to be said about
/// which it may load at.
pub(crate) fn vehicle_at(nodes: &[Node], depot: usize, depots: usize) -> Vehicle {
    let location = u32::try_from(depot).expect("at most some thousand locations");
    Vehicle {
        start_location: location,
        end_location: Some(location),
        available: nodes[depot].opens,
        latest_loading: nodes[depot].closes,
        latest_end: nodes[depot].closes,
        depots: if depots == 1 { u64::MAX } else { 1 << depot },
        cost_per_meter: 1,
        ..Vehicle::default()
    }
}

/// Straight-line distances, row-major, or the pair that is too far apart.
pub(crate) fn straight_lines(
    nodes: &[Node],
    rounding: Rounding,
) -> Result<Vec<i32>, (usize, usize)> {
    let mut distances = Vec::with_capacity(nodes.len() * nodes.len());
    for (i, from) in nodes.iter().enumerate() {
        for (j, to) in nodes.iter().enumerate() {
            let (dx, dy) = (from.x - to.x, from.y - to.y);
            let distance = rounding.apply((dx * dx + dy * dy).sqrt());
            distances.push(distance.ok_or((i, j))?);
        }
    }
    Ok(distances)
}
