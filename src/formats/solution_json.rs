//! Solutions of benchmark instances, as JSON.

use serde::Deserialize;
use serde::Serialize;

use crate::formats::benchmark::Benchmark;
use crate::formats::benchmark::FormatError;
use crate::solver::search::RoutePlan;
use crate::solver::trip::Trip;

/// A solution with ids as in public `.sol` files: locations from 0 in file order, depots first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Solution {
    /// What it costs, in the integers that the rounding gives.
    #[serde(default)]
    pub cost: Option<i64>,
    /// Whether it keeps all rules and serves everybody who must be.
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
    /// Where it starts; where its vehicle starts when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_depot: Option<u32>,
    /// Where it ends; where its vehicle ends when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_depot: Option<u32>,
    /// Where each trip is loaded; where the vehicle starts when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trip_depots: Option<Vec<u32>>,
    /// Ids of the clients of each trip, in order.
    pub trips: Vec<Vec<u32>>,
}

/// Reads the text of a solution.
///
/// # Errors
/// With file, line and the path of the field that is wrong.
pub fn read(file: &str, text: &str) -> Result<Solution, FormatError> {
    let deserializer = &mut serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(deserializer).map_err(|error| FormatError {
        file: file.to_owned(),
        line: error.inner().line(),
        section: error.path().to_string(),
        reason: error.inner().to_string(),
    })
}

impl SolutionRoute {
    /// A route of the solver in the ids of the file.
    pub fn new(benchmark: &Benchmark, (vehicle, trips): &RoutePlan) -> Self {
        let problem = &benchmark.problem;
        let vehicle = &problem.vehicles[*vehicle as usize];
        let location = |client: &u32| problem.clients[*client as usize].location;
        let ids = |trip: &Trip| trip.clients.iter().map(location).collect();
        let loaded = |trip: &Trip| problem.depots[usize::from(trip.depot)].location;
        let trip_depots: Vec<u32> = trips.iter().map(loaded).collect();
        let is_usual = trip_depots.iter().all(|depot| *depot == vehicle.start_location);
        Self {
            vehicle_type: vehicle.kind,
            start_depot: Some(vehicle.start_location),
            end_depot: Some(vehicle.end_location.unwrap_or(vehicle.start_location)),
            trip_depots: (!is_usual).then_some(trip_depots),
            trips: trips.iter().map(ids).collect(),
        }
    }
}
