//! Small random problems for tests.

use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::matrices::Matrices;
use crate::solver::problem::Break;
use crate::solver::problem::Client;
use crate::solver::problem::Depot;
use crate::solver::problem::Depots;
use crate::solver::problem::Gap;
use crate::solver::problem::KindService;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::search::RoutePlan;
use crate::solver::trip::Trip;
use crate::solver::trip::drop_empty;

/// A problem in which a good part of random routes is feasible and a good part is not.
///
/// Locations 0 and 1 are depots, the clients' follow. Legs are random, so neither symmetric nor
/// triangular.
pub(crate) fn problem(seed: u64, clients: u32) -> (Problem, Matrices) {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let locations = clients + 2;
    let looseness = random.random_range(1..20);
    let problem = Problem {
        locations,
        depots: (0..2).map(|location| depot(&mut random, location)).collect(),
        vehicles: (0..3).map(|_| vehicle(&mut random)).collect(),
        clients: (0..clients).map(|i| client(&mut random, i + 2, looseness)).collect(),
        ..Problem::default()
    };
    let pairs = (locations * locations) as usize;
    let mut matrices = Matrices::new(locations as usize);
    for _ in 0..2 {
        let seconds = (0..pairs).map(|_| random.random_range(0..60)).collect();
        let meters = (0..pairs).map(|_| random.random_range(0..400)).collect();
        matrices.push(seconds, meters);
    }
    (problem, matrices)
}

/// Trips of one vehicle over clients 0 to `clients` - 1, in random order, some with none.
pub(crate) fn trips(seed: u64, clients: u32) -> Vec<Trip> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut trips: Vec<Trip> = (0..random.random_range(0..4))
        .map(|_| Trip { depot: random.random_range(0..2), clients: Vec::new() })
        .collect();
    if trips.is_empty() {
        return trips;
    }
    for client in 0..clients {
        let trip = random.random_range(0..trips.len());
        let position = random.random_range(0..=trips[trip].clients.len());
        trips[trip].clients.insert(position, client);
    }
    trips
}

/// Mostly any; now and then one, or a choice that says the same in another way.
fn depots(random: &mut Pcg64Mcg) -> Depots {
    match random.random_range(0..20) {
        0 => Depots::One(random.random_range(0..2)),
        1 => Depots::Of(random.random_range(1..4)),
        _ => Depots::Any,
    }
}

fn depot(random: &mut Pcg64Mcg, location: u32) -> Depot {
    let opens = random.random_range(0..50);
    Depot { location, opens, closes: opens + 900, loading: random.random_range(0..20) }
}

fn vehicle(random: &mut Pcg64Mcg) -> Vehicle {
    Vehicle {
        kind: 0,
        profile: random.random_range(0..2),
        start_location: random.random_range(0..2),
        end_location: random.random_bool(0.6).then(|| random.random_range(0..2)),
        available: random.random_range(0..100),
        latest_loading: random.random_range(300..800),
        latest_end: random.random_range(400..1200),
        capacity: [random.random_range(8..30), 20],
        depots: if random.random_bool(0.8) { 0b11 } else { 0b01 },
        skills: if random.random_bool(0.9) { 0b11 } else { 0b01 },
        trips_max: random.random_range(2..6),
        cost_fixed: random.random_range(0..50),
        cost_per_meter: random.random_range(0..3),
        cost_per_second: random.random_range(0..3),
        ..Vehicle::default()
    }
}

fn client(random: &mut Pcg64Mcg, location: u32, looseness: i32) -> Client {
    let opens = random.random_range(0..400);
    Client {
        location,
        opens,
        closes: opens + random.random_range(0..=60 * looseness),
        service: random.random_range(0..20),
        release: random.random_range(0..=20 * looseness),
        load: [random.random_range(0..5), random.random_range(0..5)],
        depots: depots(random),
        skills: if random.random_bool(0.95) { 0 } else { 0b10 },
        ..Client::default()
    }
}

/// Like [`problem`], with more of what the search may meet: prizes, groups of alternatives,
/// clients who want one vehicle, longest durations, vehicles of one kind, and locked trips.
pub(crate) fn rich_problem(seed: u64, clients: u32) -> (Problem, Matrices) {
    let (mut problem, legs) = problem(seed, clients);
    let mut random = Pcg64Mcg::seed_from_u64(seed ^ 0xface);
    if random.random_bool(0.5) {
        let first = problem.vehicles[0].clone();
        problem.vehicles.push(first.clone());
        problem.vehicles.insert(0, first);
    }
    let rate = i64::from(random.random_bool(0.2));
    for vehicle in &mut problem.vehicles {
        vehicle.cost_per_duration_second = rate;
        vehicle.duration_max = if rate > 0 { 600 } else { vehicle.duration_max };
    }
    let vehicles = u32::try_from(problem.vehicles.len()).expect("a handful");
    for client in &mut problem.clients {
        client.prize = random.random_bool(0.2).then(|| random.random_range(0..2000));
        client.vehicle = random.random_bool(0.03).then(|| random.random_range(0..vehicles));
    }
    if clients > 6 {
        problem.groups = vec![vec![0, 1], vec![2, 3, 4]];
    }
    if clients > 8 && random.random_bool(0.3) {
        let vehicle = &mut problem.vehicles[vehicles as usize - 1];
        vehicle.locked.push(Trip { depot: 0, clients: vec![clients - 1, clients - 2] });
        vehicle.trips_max += 1;
        let locked = clients as usize - 2;
        for client in &mut problem.clients[locked..] {
            (client.depots, client.skills, client.vehicle) = (Depots::Any, 0, None);
        }
    }
    (problem, legs)
}

/// Like [`rich_problem`], with what only the exact walk knows: breaks, gaps, lateness, overtime,
/// longest distances, and services that depend on the vehicle.
pub(crate) fn demanding_problem(seed: u64, clients: u32) -> (Problem, Matrices) {
    let (mut problem, legs) = rich_problem(seed, clients);
    let mut random = Pcg64Mcg::seed_from_u64(seed ^ 0xbead);
    for vehicle in &mut problem.vehicles {
        let opens = random.random_range(0..500);
        for number in 0..random.random_range(0..3) {
            let opens = opens + 200 * number;
            vehicle.breaks.push(Break { opens, closes: opens + 150, seconds: 30 });
        }
        vehicle.overtime_from = random.random_range(300..900);
        vehicle.cost_per_overtime_second = random.random_range(0..3);
        vehicle.distance_max = random.random_range(500..4000);
        vehicle.kind = random.random_range(0..2);
    }
    for (id, client) in (0_u32..).zip(&mut problem.clients) {
        client.due = client.opens + random.random_range(0..200);
        client.cost_per_late_second = random.random_range(0..3);
        if random.random_bool(0.3) {
            let after = client.opens + random.random_range(0..50);
            problem.gaps.push(Gap { client: id, after, until: after + 60 });
        }
        if random.random_bool(0.3) {
            problem.services.push(KindService { client: id, kind: 1, seconds: 25 });
        }
    }
    (problem, legs)
}

/// Random routes that break no rule but those of time, load and duration: locked trips, then
/// others. Some clients have no place.
pub(crate) fn routes(problem: &Problem, random: &mut Pcg64Mcg) -> Vec<RoutePlan> {
    let mut routes: Vec<RoutePlan> = (0_u32..)
        .zip(&problem.vehicles)
        .map(|(id, vehicle)| {
            let mut trips = vehicle.locked.clone();
            for _ in vehicle.locked.len()..usize::from(vehicle.trips_max) {
                let depot = random.random_range(0..2);
                if vehicle.depots >> depot & 1 == 1 {
                    trips.push(Trip { depot, clients: Vec::new() });
                }
            }
            (id, trips)
        })
        .collect();
    let locked: Vec<u32> = problem
        .vehicles
        .iter()
        .flat_map(|data| &data.locked)
        .flat_map(|trip| trip.clients.clone())
        .collect();
    let is_second = |client: u32| problem.groups.iter().any(|group| group[1..].contains(&client));
    for (client, data) in (0_u32..).zip(&problem.clients) {
        let (id, trips) = &mut routes[random.random_range(0..problem.vehicles.len())];
        let vehicle = &problem.vehicles[*id as usize];
        let first = vehicle.locked.len();
        if locked.contains(&client) || is_second(client) || first == trips.len() {
            continue;
        }
        let trip = random.random_range(first..trips.len());
        let trip = &mut trips[trip];
        let is_allowed = data.depots.allow(trip.depot)
            && data.vehicle.is_none_or(|vehicle| vehicle == *id)
            && data.skills & !vehicle.skills == 0;
        if is_allowed && random.random_bool(0.9) {
            let position = random.random_range(0..=trip.clients.len());
            trip.clients.insert(position, client);
        }
    }
    for (id, trips) in &mut routes {
        drop_empty(trips, problem.vehicles[*id as usize].locked.len());
    }
    routes.retain(|(_, trips)| !trips.is_empty());
    routes
}
