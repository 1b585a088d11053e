//! Routes with any mix of rules cost here what they cost where they are priced, or are wrong in both.

use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::check::Required;
use crate::solver::check::check;
use crate::solver::check::cost;
use crate::solver::matrices::Matrices;
use crate::solver::problem::Break;
use crate::solver::problem::Client;
use crate::solver::problem::Depot;
use crate::solver::problem::Gap;
use crate::solver::problem::KindService;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::route::Route;
use crate::solver::segment::NEVER;
use crate::solver::trip::Trip;

const PLACES: u32 = 6;

fn vehicle(rng: &mut Pcg64Mcg) -> Vehicle {
    let mut vehicle = Vehicle {
        kind: rng.random_range(0..2),
        start_location: rng.random_range(0..PLACES),
        end_location: rng.random_bool(0.7).then(|| rng.random_range(0..PLACES)),
        available: rng.random_range(0..20),
        cost_fixed: 1_000,
        cost_per_meter: rng.random_range(0..3),
        cost_per_second: rng.random_range(0..3),
        trips_max: 3,
        ..Vehicle::default()
    };
    if rng.random_bool(0.3) {
        vehicle.latest_end = rng.random_range(60..160);
    }
    if rng.random_bool(0.2) {
        vehicle.latest_loading = rng.random_range(20..100);
    }
    if rng.random_bool(0.4) {
        vehicle.duration_max = rng.random_range(30..130);
    }
    if rng.random_bool(0.4) {
        vehicle.cost_per_duration_second = rng.random_range(1..6);
    }
    if rng.random_bool(0.2) {
        vehicle.distance_max = rng.random_range(20..80);
    }
    if rng.random_bool(0.4) {
        vehicle.overtime_from = rng.random_range(0..100);
        vehicle.cost_per_overtime_second = 7;
    }
    let mut closes = 0;
    for _ in 0..rng.random_range(0..4) {
        let opens = closes + rng.random_range(-10..30);
        closes = opens.max(closes) + rng.random_range(0..30);
        vehicle.breaks.push(Break { opens, closes, seconds: rng.random_range(1..10) });
    }
    vehicle
}

fn client(rng: &mut Pcg64Mcg) -> Client {
    let mut client = Client {
        location: rng.random_range(0..PLACES),
        service: rng.random_range(0..8),
        ..Client::default()
    };
    if rng.random_bool(0.5) {
        client.opens = rng.random_range(0..60);
    }
    if rng.random_bool(0.5) {
        client.closes = client.opens.max(0) + rng.random_range(0..80);
    }
    if rng.random_bool(0.3) {
        client.release = rng.random_range(0..50);
    }
    if rng.random_bool(0.4) {
        client.due = rng.random_range(0..60);
        client.cost_per_late_second = rng.random_range(1..5);
    }
    client
}

fn problem(rng: &mut Pcg64Mcg) -> Problem {
    let mut problem =
        Problem { locations: PLACES, vehicles: vec![vehicle(rng)], ..Problem::default() };
    for _ in 0..2 {
        problem.depots.push(Depot {
            location: rng.random_range(0..PLACES),
            opens: rng.random_range(0..20),
            closes: if rng.random_bool(0.5) { NEVER } else { rng.random_range(60..120) },
            loading: rng.random_range(0..6),
        });
    }
    for id in 0..rng.random_range(1..5) {
        problem.clients.push(client(rng));
        if rng.random_bool(0.3) {
            let (kind, seconds) = (rng.random_range(0..2), rng.random_range(0..8));
            problem.services.push(KindService { client: id, kind, seconds });
        }
        let mut until = 0;
        for _ in 0..rng.random_range(0..3) {
            let after = until + rng.random_range(0..30);
            until = after + rng.random_range(1..20);
            problem.gaps.push(Gap { client: id, after, until });
        }
    }
    problem
}

/// All clients in order, in trips that end anywhere.
fn trips(rng: &mut Pcg64Mcg, clients: usize) -> Vec<Trip> {
    let mut trips: Vec<Trip> = Vec::new();
    for id in (0..).take(clients) {
        if trips.is_empty() || rng.random_bool(0.3) {
            trips.push(Trip { depot: rng.random_range(0..2), clients: Vec::new() });
        }
        trips.last_mut().unwrap().clients.push(id);
    }
    trips
}

#[test]
fn routes_cost_what_they_are_priced_at() {
    let rng = &mut Pcg64Mcg::seed_from_u64(1);
    let mut feasible = 0;
    for _ in 0..20_000 {
        let problem = problem(rng);
        let mut table = |same: usize| -> Vec<i32> {
            let places = PLACES as usize;
            let pairs = 0..places * places;
            pairs.map(|i| if i % same == 0 { 0 } else { rng.random_range(0..15) }).collect()
        };
        let mut matrices = Matrices::new(PLACES as usize);
        matrices.push(table(PLACES as usize + 1), table(PLACES as usize + 1));
        let trips = trips(rng, problem.clients.len());
        let route = Route::evaluate(&problem, &matrices, 0, trips.clone());
        let routes = [(0, trips)];
        let violations = check(&problem, &matrices, &routes, Required::All);
        assert_eq!(route.is_feasible(), violations.is_empty(), "{problem:?} {routes:?}");
        if violations.is_empty() {
            feasible += 1;
            assert_eq!(route.cost(), cost(&problem, &matrices, &routes), "{problem:?} {routes:?}");
        }
    }
    assert!((5_000..15_000).contains(&feasible), "{feasible} of 20000 are feasible");
}
