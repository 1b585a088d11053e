//! How fast the search iterates, and how fast insertions are priced.
#![expect(missing_docs, reason = "criterion makes a public function of its own")]

use std::hint::black_box;

use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use punctual::solver::insertion::Newcomer;
use punctual::solver::insertion::Way;
use punctual::solver::insertion::each_insertion;
use punctual::solver::matrices::Matrices;
use punctual::solver::problem::Client;
use punctual::solver::problem::Depot;
use punctual::solver::problem::Leg;
use punctual::solver::problem::Legs;
use punctual::solver::problem::Problem;
use punctual::solver::problem::Vehicle;
use punctual::solver::route::Route;
use punctual::solver::route::Trip;
use punctual::solver::search::Budget;
use punctual::solver::search::SearchSettings;
use punctual::solver::search::improve;
use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// Iterations of one measured search.
const ITERATIONS: u64 = 6400;

/// A square of 10 km with a depot in its middle; two-hour windows in a ten-hour day.
fn city(clients: u32) -> (Problem, Matrices) {
    let mut random = Pcg64Mcg::seed_from_u64(1);
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
            depot: None,
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

fn solve(problem: &Problem, matrices: &Matrices) -> Vec<(u32, Vec<Trip>)> {
    let settings = SearchSettings {
        seed: 1,
        threads: 1,
        budget: Budget::Iterations(ITERATIONS),
        seconds: None,
        cover: None,
    };
    improve(problem, matrices, None, &settings, &|_| false).routes
}

fn search(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("search");
    group.sample_size(10).throughput(Throughput::Elements(ITERATIONS));
    for clients in [100, 400] {
        let (problem, matrices) = city(clients);
        group.bench_function(format!("{clients} clients"), |bencher| {
            bencher.iter(|| solve(black_box(&problem), black_box(&matrices)));
        });
    }
}

struct At<'a>(&'a Matrices, u32);

impl Way for At<'_> {
    fn to(&self, profile: u8, location: u32) -> Leg {
        self.0.leg(profile, self.1, location)
    }

    fn from(&self, profile: u8, location: u32) -> Leg {
        self.0.leg(profile, location, self.1)
    }
}

fn insertion(criterion: &mut Criterion) {
    let (problem, matrices) = city(2000);
    let routes: Vec<Route> = solve(&problem, &matrices)
        .into_iter()
        .map(|(vehicle, trips)| Route::evaluate(&problem, &matrices, vehicle, trips))
        .collect();
    let client = problem.clients[0];
    let newcomer = Newcomer { client: &client, way: &At(&matrices, 1) };
    let windows: Vec<(i32, i32)> = (0..8).map(|i| (3600 * i, 3600 * (i + 1))).collect();
    let mut group = criterion.benchmark_group("insertion");
    group.bench_function("8 windows over 2,000 positions", |bencher| {
        bencher.iter(|| {
            let mut cheapest = [i64::MAX; 8];
            let mut visit = |window: usize, insertion: punctual::solver::insertion::Insertion| {
                cheapest[window] = cheapest[window].min(insertion.cost);
            };
            each_insertion(&problem, &matrices, &routes, &newcomer, &windows, &mut visit);
            cheapest
        });
    });
}

criterion_group!(benches, search, insertion);
criterion_main!(benches);
