//! What the file of a solution claims, in the numbers of its problem.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::fmt;

use crate::formats::benchmark::Benchmark;
use crate::formats::benchmark::FormatError;
use crate::formats::sol;
use crate::formats::sol::SolCost;
use crate::formats::sol::SolFile;
use crate::formats::solution_json;
use crate::formats::solution_json::Solution;
use crate::formats::solution_json::SolutionRoute;
use crate::solver::problem::Vehicle;
use crate::solver::search::RoutePlan;
use crate::solver::trip::Trip;

/// What it is said to cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stated {
    /// In the integers that the rounding gives.
    Rounded(i64),
    /// As a published solution writes it: in the integers that the rounding gives, in the units of
    /// the instance, or in hundreds of these, which is what costs of unlike vehicles were before
    /// they were made whole.
    Written(SolCost),
}

/// What a file claims.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Claim {
    /// Vehicles and their trips, of all routes that can be understood.
    pub plans: Vec<RoutePlan>,
    /// What it says that they cost.
    pub cost: Option<Stated>,
    /// Whether it says that they keep all rules.
    pub feasible: Option<bool>,
    /// What of it cannot be understood, in words.
    pub findings: Vec<String>,
}

impl Stated {
    /// Whether this is that cost.
    pub fn agrees(self, benchmark: &Benchmark, cost: i64) -> bool {
        match self {
            Self::Rounded(stated) => stated == cost,
            Self::Written(SolCost { value, decimals }) => {
                let scale = benchmark.rounding.scale();
                let digit = 0.1_f64.powf(decimals as f64);
                let is_near =
                    |unit: f64| (value * unit - cost as f64).abs() <= 0.501 * unit * digit;
                [1.0, scale, 100.0 * scale].into_iter().any(is_near)
            }
        }
    }
}

impl fmt::Display for Stated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rounded(stated) => write!(f, "{stated}"),
            Self::Written(stated) => write!(f, "{:.*}", stated.decimals, stated.value),
        }
    }
}

/// Reads a solution, as JSON or in the format of published solutions, whichever it is.
///
/// # Errors
/// With file and line when it is neither.
pub fn read(file: &str, text: &str, benchmark: &Benchmark) -> Result<Claim, FormatError> {
    if text.trim_start().starts_with('{') {
        Ok(of_json(benchmark, &solution_json::read(file, text)?))
    } else {
        Ok(of_sol(benchmark, &sol::read(file, text)?))
    }
}

fn of_json(benchmark: &Benchmark, solution: &Solution) -> Claim {
    let mut claim = Claim {
        cost: solution.cost.map(Stated::Rounded),
        feasible: solution.feasible,
        ..Claim::default()
    };
    let vehicles = &benchmark.problem.vehicles;
    let mut idle: BTreeMap<u16, VecDeque<u32>> = BTreeMap::new();
    for (vehicle, id) in vehicles.iter().zip(0_u32..) {
        idle.entry(vehicle.kind).or_default().push_back(id);
    }
    for (number, route) in solution.routes.iter().enumerate() {
        let Some(id) = idle.get_mut(&route.vehicle_type).and_then(VecDeque::pop_front) else {
            claim.findings.push(format!(
                "route {number} needs one more vehicle of type {} than there are",
                route.vehicle_type
            ));
            continue;
        };
        let vehicle = &vehicles[id as usize];
        let faults = misplaced(benchmark, vehicle, route);
        let depots = route.trip_depots.clone();
        let depots = depots.unwrap_or_else(|| vec![vehicle.start_location; route.trips.len()]);
        let trips = depots.into_iter().zip(route.trips.iter().cloned()).collect();
        claim.add(benchmark, &format!("route {number}"), id, trips, faults);
    }
    claim
}

/// What a route says about depots and is not so.
fn misplaced(benchmark: &Benchmark, vehicle: &Vehicle, route: &SolutionRoute) -> Vec<String> {
    let mut faults = Vec::new();
    let kind = route.vehicle_type;
    let ends = [
        ("starts", route.start_depot, Some(vehicle.start_location)),
        ("ends", route.end_depot, vehicle.end_location),
    ];
    for (verb, stated, actual) in ends {
        match (stated, actual) {
            (Some(stated), _) if stated as usize >= benchmark.depots() => {
                faults.push(format!("there is no depot {stated}"));
            }
            (Some(stated), Some(actual)) if stated != actual => faults.push(format!(
                "it {verb} at depot {stated}, vehicles of type {kind} at depot {actual}"
            )),
            _ => {}
        }
    }
    if let Some(depots) = &route.trip_depots
        && depots.len() != route.trips.len()
    {
        faults.push(format!("{} trip depots for {} trips", depots.len(), route.trips.len()));
    }
    faults
}

fn of_sol(benchmark: &Benchmark, file: &SolFile) -> Claim {
    let mut claim = Claim { cost: file.cost.map(Stated::Written), ..Claim::default() };
    let used = file.routes.iter().filter(|route| !route.ids.is_empty());
    for (position, route) in used.enumerate() {
        // Where all vehicles are alike, numbers say nothing.
        let index = if benchmark.has_kinds() { route.number - 1 } else { position };
        let name = format!("route #{}", route.number);
        let Some(vehicle) = benchmark.problem.vehicles.get(index) else {
            let fleet = benchmark.problem.vehicles.len();
            claim.findings.push(format!("{name} needs a vehicle more than the {fleet} there are"));
            continue;
        };
        let mut trips = vec![(vehicle.start_location, Vec::new())];
        for &id in &route.ids {
            if (id as usize) < benchmark.depots() {
                trips.push((id, Vec::new()));
            } else if let Some((_, clients)) = trips.last_mut() {
                clients.push(id);
            }
        }
        let id = u32::try_from(index).expect("fewer vehicles than fit 32 bits");
        claim.add(benchmark, &name, id, trips, Vec::new());
    }
    claim
}

impl Claim {
    /// Adds a route, unless it cannot be understood; `trips` are a depot's id and clients' ids.
    fn add(
        &mut self,
        benchmark: &Benchmark,
        name: &str,
        vehicle: u32,
        trips: Vec<(u32, Vec<u32>)>,
        mut faults: Vec<String>,
    ) {
        let mut plan = Vec::new();
        for (index, (depot, ids)) in trips.into_iter().enumerate() {
            if ids.is_empty() {
                faults.push(format!("trip {index} visits nobody"));
            }
            if depot as usize >= benchmark.depots() {
                faults.push(format!("there is no depot {depot}"));
            }
            let mut clients = Vec::new();
            for id in ids {
                let client = (id as usize).checked_sub(benchmark.depots());
                match client.filter(|client| *client < benchmark.problem.clients.len()) {
                    Some(client) => clients.push(u32::try_from(client).expect("not more than id")),
                    None => faults.push(format!("{id} is not a client")),
                }
            }
            plan.push(Trip { depot: u16::try_from(depot).unwrap_or(u16::MAX), clients });
        }
        if faults.is_empty() {
            self.plans.push((vehicle, plan));
        }
        self.findings.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }
}
