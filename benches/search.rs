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
use punctual::solver::problem::Leg;
use punctual::solver::problem::Legs;
use punctual::solver::problem::Problem;
use punctual::solver::route::Route;
use punctual::solver::route::Trip;
use punctual::solver::search::Budget;
use punctual::solver::search::SearchSettings;
use punctual::solver::search::improve;

use crate::city::city;

mod city;

/// Iterations of one measured search.
const ITERATIONS: u64 = 6400;

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
        let (problem, matrices) = city(clients, 1);
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
    let (problem, matrices) = city(2000, 1);
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
