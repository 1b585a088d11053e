//! Solutions of benchmark instances, as JSON.

use serde::Deserialize;
use serde::Serialize;

use crate::formats::benchmark::Benchmark;
use crate::solver::search::RoutePlan;
use crate::solver::trip::Trip;

/// A solution with ids as in public `.sol` files: locations from 0 in file order, depots first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Solution {
    /// What it costs, in the integers that the rounding gives.
    #[serde(default)]
    pub cost: Option<i64>,
    /// Whether it keeps all rules and serves everybody.
    #[serde(default)]
    pub feasible: Option<bool>,
    /// No solution costs less, where known.
    #[serde(default)]
    pub bound: Option<i64>,
    /// Iterations of the search.
    #[serde(default)]
    pub iterations: u64,
    /// How long the search took.
    #[serde(default)]
    pub seconds: f64,
    /// One entry per vehicle used.
    pub routes: Vec<SolutionRoute>,
}

/// What one vehicle does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolutionRoute {
    /// Vehicles of one type are interchangeable.
    #[serde(default)]
    pub vehicle_type: u16,
    /// Where it starts.
    #[serde(default)]
    pub start_depot: u32,
    /// Where it ends.
    #[serde(default)]
    pub end_depot: u32,
    /// Ids of the clients of each trip, in order.
    pub trips: Vec<Vec<u32>>,
}

impl SolutionRoute {
    /// A route of the solver in the ids of the file.
    pub fn new(benchmark: &Benchmark, (vehicle, trips): &RoutePlan) -> Self {
        let vehicle = &benchmark.problem.vehicles[*vehicle as usize];
        let location = |client: &u32| benchmark.problem.clients[*client as usize].location;
        let ids = |trip: &Trip| trip.clients.iter().map(location).collect();
        Self {
            vehicle_type: vehicle.kind,
            start_depot: vehicle.start_location,
            end_depot: vehicle.end_location.unwrap_or(vehicle.start_location),
            trips: trips.iter().map(ids).collect(),
        }
    }
}
