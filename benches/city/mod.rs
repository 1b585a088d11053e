//! Problems of any size that look like a city's day.

use punctual::solver::matrices::Matrices;
use punctual::solver::problem::Client;
use punctual::solver::problem::Depot;
use punctual::solver::problem::Problem;
use punctual::solver::problem::Vehicle;
use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// A square of 10 km with a depot in its middle; two-hour windows in a ten-hour day.
pub(crate) fn city(clients: u32, seed: u64) -> (Problem, Matrices) {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut places = vec![(5_000, 5_000)];
    places.extend(
        (0..clients).map(|_| (random.random_range(0..10_000), random.random_range(0..10_000))),
    );
    let vehicle = Vehicle {
        kind: 0,
        profile: 0,
        start_location: 0,
        end_location: Some(0),
        available: 0,
        latest_loading: 36_000,
        latest_end: 40_000,
        capacity: [12, 100],
        depots: u64::MAX,
        skills: 0,
        trips_max: 10,
        cost_fixed: 0,
        cost_per_meter: 1,
        cost_per_second: 1,
        ..Vehicle::default()
    };
    let client = |location| {
        let opens = random.random_range(0..28_000);
        Client {
            location,
            opens,
            closes: opens + 7200,
            service: 180,
            release: opens - 1800,
            load: [1, random.random_range(1..10)],
            skills: 0,
            ..Client::default()
        }
    };
    let problem = Problem {
        locations: clients + 1,
        depots: vec![Depot { location: 0, opens: 0, closes: 36_000, loading: 120 }],
        vehicles: vec![vehicle; clients as usize / 12],
        clients: (1..=clients).map(client).collect(),
        ..Problem::default()
    };
    let meters: Vec<i32> = places
        .iter()
        .flat_map(|from| {
            places.iter().map(move |to: &(i32, i32)| (from.0 - to.0).abs() + (from.1 - to.1).abs())
        })
        .collect();
    let mut matrices = Matrices::new(places.len());
    matrices.push(meters.iter().map(|meters| meters / 6).collect(), meters);
    (problem, matrices)
}
