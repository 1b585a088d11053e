//! `punctual check`: says in words what is wrong with a solution.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::formats::benchmark;
use crate::formats::benchmark::Benchmark;
use crate::formats::benchmark::Rounding;
use crate::formats::solution_json::Solution;
use crate::formats::solution_json::SolutionRoute;
use crate::solver::check::Required;
use crate::solver::check::check;
use crate::solver::problem::Legs;
use crate::solver::trip::Trip;

/// Checks a solution of an instance in VRPLIB's or Solomon's format.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The instance.
    problem: PathBuf,
    /// The solution, JSON as `solve` writes it.
    solution: PathBuf,
    /// How numbers of the instance become integers; what is usual for its class by default.
    #[arg(long)]
    rounding: Option<Rounding>,
    /// Print the report as one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Checks and reports; exits with 1 when something is wrong.
pub fn run(arguments: &CheckArguments) -> anyhow::Result<ExitCode> {
    let path = arguments.problem.display().to_string();
    let text =
        fs::read_to_string(&arguments.problem).with_context(|| format!("cannot read {path}"))?;
    let benchmark = benchmark::read(&path, &text, arguments.rounding)?;
    let path = arguments.solution.display().to_string();
    let text =
        fs::read_to_string(&arguments.solution).with_context(|| format!("cannot read {path}"))?;
    let deserializer = &mut serde_json::Deserializer::from_str(&text);
    let solution: Solution = serde_path_to_error::deserialize(deserializer)
        .with_context(|| format!("{path} is not a solution"))?;
    let (cost, findings) = examine(&benchmark, &solution);
    report(arguments, &benchmark, cost, &findings);
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The distance that is driven and everything that is wrong, in words.
fn examine(benchmark: &Benchmark, solution: &Solution) -> (i64, Vec<String>) {
    let mut findings = Vec::new();
    let mut idle: BTreeMap<u16, VecDeque<u32>> = BTreeMap::new();
    for (vehicle, id) in benchmark.problem.vehicles.iter().zip(0_u32..) {
        idle.entry(vehicle.kind).or_default().push_back(id);
    }
    let mut plans = Vec::new();
    let mut cost = 0;
    for (number, route) in solution.routes.iter().enumerate() {
        let Some(vehicle) = idle.get_mut(&route.vehicle_type).and_then(VecDeque::pop_front) else {
            findings.push(format!(
                "route {number} needs one more vehicle of type {} than there are",
                route.vehicle_type
            ));
            continue;
        };
        if let Some(trips) = trips(benchmark, number, route, &mut findings) {
            cost += distance(benchmark, vehicle, &trips);
            plans.push((vehicle, trips));
        }
    }
    let violations = check(&benchmark.problem, &benchmark.matrices, &plans, Required::All);
    findings.extend(violations.iter().map(|violation| format!("{violation}")));
    if findings.is_empty() {
        if let Some(said) = solution.cost.filter(|said| *said != cost) {
            findings.push(format!("the solution says it costs {said}, it costs {cost}"));
        }
        if solution.feasible == Some(false) {
            findings.push("the solution says it is infeasible, it is not".to_owned());
        }
    }
    (cost, findings)
}

/// Trips in the numbers of the problem, or nothing when the route cannot be understood.
fn trips(
    benchmark: &Benchmark,
    number: usize,
    route: &SolutionRoute,
    findings: &mut Vec<String>,
) -> Option<Vec<Trip>> {
    let before = findings.len();
    let depots = u32::try_from(benchmark.depots()).ok()?;
    for depot in [route.start_depot, route.end_depot] {
        if depot != 0 {
            findings.push(format!("route {number}: there is no depot {depot}"));
        }
    }
    let mut trips = Vec::new();
    for (index, ids) in route.trips.iter().enumerate() {
        if ids.is_empty() {
            findings.push(format!("route {number}: trip {index} visits nobody"));
        }
        let mut clients = Vec::new();
        for id in ids {
            match id.checked_sub(depots) {
                Some(client) if (client as usize) < benchmark.problem.clients.len() => {
                    clients.push(client);
                }
                _ => findings.push(format!("route {number}: {id} is not a client")),
            }
        }
        trips.push(Trip { depot: 0, clients });
    }
    (findings.len() == before).then_some(trips)
}

/// What the legs of a route cost, added up one by one.
fn distance(benchmark: &Benchmark, vehicle: u32, trips: &[Trip]) -> i64 {
    let vehicle = &benchmark.problem.vehicles[vehicle as usize];
    let mut place = vehicle.start_location;
    let mut sum = 0;
    let mut go = |to: u32| {
        let leg = benchmark.matrices.leg(vehicle.profile, place, to);
        sum += i64::from(leg.distance_meters);
        place = to;
    };
    for trip in trips {
        go(benchmark.problem.depots[trip.depot as usize].location);
        trip.clients
            .iter()
            .for_each(|client| go(benchmark.problem.clients[*client as usize].location));
    }
    if let (Some(end), false) = (vehicle.end_location, trips.is_empty()) {
        go(end);
    }
    sum
}

#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
fn report(arguments: &CheckArguments, benchmark: &Benchmark, cost: i64, findings: &[String]) {
    if arguments.json {
        let report = serde_json::json!({
            "name": benchmark.name,
            "cost": cost,
            "feasible": findings.is_empty(),
            "violations": findings,
        });
        println!("{report}");
        return;
    }
    for finding in findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("{}: nothing is wrong, cost {cost}", benchmark.name),
        1 => println!("{}: 1 rule is broken", benchmark.name),
        count => println!("{}: {count} rules are broken", benchmark.name),
    }
}
