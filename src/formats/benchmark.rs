//! What instances of the public routing benchmarks have in common.

use clap::ValueEnum;

use crate::formats::solomon;
use crate::formats::vrplib;
use crate::solver::matrices::Matrices;
use crate::solver::problem::Client;
use crate::solver::problem::Depot;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::segment::NEVER;

/// More locations than this are refused: the tables of legs would not fit the memory of a laptop.
pub const LOCATIONS_MAX: usize = 8_000;

/// More vehicles than this are refused.
pub const VEHICLES_MAX: i32 = 10_000;

/// How the numbers of a file become integers. Distances, windows, service and releases alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rounding {
    /// Times 1,000, to the nearest.
    Exact,
    /// To the nearest.
    Round,
    /// Toward zero.
    Trunc,
    /// Times 10, toward zero, as in the 12th DIMACS challenge.
    Dimacs,
}

impl Rounding {
    /// The integer for a number of the file, or `None` when it is out of range.
    pub fn apply(self, value: f64) -> Option<i32> {
        let rounded = match self {
            Self::Exact => (value * 1000.0).round(),
            Self::Round => value.round(),
            Self::Trunc => value.trunc(),
            Self::Dimacs => (value * 10.0).trunc(),
        };
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked just before")]
        (rounded.abs() < f64::from(NEVER)).then_some(rounded as i32)
    }
}

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

/// What the file says about a location.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Node {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) demand: i32,
    pub(crate) opens: i32,
    pub(crate) closes: i32,
    pub(crate) service: i32,
    pub(crate) release: i32,
}

/// What the file says about the fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fleet {
    pub(crate) vehicles: usize,
    pub(crate) capacity: i32,
    pub(crate) trips_max: u16,
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

    /// Puts together what a file says; `nodes[0]` is the depot.
    pub(crate) fn assemble(
        name: String,
        rounding: Rounding,
        nodes: &[Node],
        fleet: Fleet,
        distances: Vec<i32>,
    ) -> Self {
        let depot = nodes[0];
        let vehicle = Vehicle {
            kind: 0,
            profile: 0,
            start_location: 0,
            end_location: Some(0),
            available: depot.opens,
            latest_loading: depot.closes,
            latest_end: depot.closes,
            capacity: [fleet.capacity, 0],
            depots: u64::MAX,
            skills: 0,
            trips_max: fleet.trips_max,
            cost_fixed: 0,
            cost_per_meter: 1,
            cost_per_second: 0,
            ..Vehicle::default()
        };
        let client = |(node, location): (&Node, u32)| Client {
            location,
            opens: node.opens,
            closes: node.closes,
            service: node.service,
            release: node.release,
            load: [node.demand, 0],
            depot: None,
            skills: 0,
            ..Client::default()
        };
        let mut matrices = Matrices::new(nodes.len());
        matrices.push(distances.clone(), distances);
        let clients: Vec<Client> = nodes.iter().zip(0..).skip(1).map(client).collect();
        Self {
            name,
            rounding,
            problem: Problem {
                locations: u32::try_from(nodes.len()).expect("at most some thousand locations"),
                depots: vec![Depot {
                    location: 0,
                    opens: depot.opens,
                    closes: depot.closes,
                    loading: depot.service,
                }],
                vehicles: vec![vehicle; fleet.vehicles],
                clients,
                ..Problem::default()
            },
            matrices,
        }
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
