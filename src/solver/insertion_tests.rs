use proptest::prelude::*;

use crate::solver::check::Required;
use crate::solver::check::check;
use crate::solver::insertion::Insertion;
use crate::solver::insertion::Newcomer;
use crate::solver::insertion::Way;
use crate::solver::insertion::each_insertion;
use crate::solver::invented;
use crate::solver::matrices::Matrices;
use crate::solver::problem::Leg;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::route::Route;
use crate::solver::route::Trip;

struct At<'a>(&'a Matrices, u32);

impl Way for At<'_> {
    fn to(&self, profile: u8, location: u32) -> Leg {
        self.0.leg(profile, self.1, location)
    }

    fn from(&self, profile: u8, location: u32) -> Leg {
        self.0.leg(profile, location, self.1)
    }
}

/// What a plain walk finds out about one vehicle: cost, and arrival at `client`, if all is in time.
///
/// With `loading`, the walk begins by loading the trip of `client` at that time and leaves
/// releases aside.
fn walk(
    problem: &Problem,
    legs: &Matrices,
    trips: &[Trip],
    client: u32,
    loading: Option<i32>,
) -> Option<(i64, i32)> {
    let vehicle = &problem.vehicles[0];
    let (mut place, mut now) = (vehicle.start_location, vehicle.available);
    let (mut cost, mut arrival) = (vehicle.cost_fixed, 0);
    let mut drive = |place: &mut u32, now: &mut i32, to: u32| {
        let leg = legs.leg(vehicle.profile, *place, to);
        cost += vehicle.cost_per_meter * i64::from(leg.distance_meters)
            + vehicle.cost_per_second * i64::from(leg.drive_seconds);
        *place = to;
        *now += leg.drive_seconds;
    };
    let mut is_begun = loading.is_none();
    for trip in trips {
        let depot = problem.depots[trip.depot as usize];
        drive(&mut place, &mut now, depot.location);
        now = now.max(depot.opens);
        let is_its = trip.clients.contains(&client);
        match loading {
            None => {
                for &client in &trip.clients {
                    now = now.max(problem.clients[client as usize].release);
                }
            }
            Some(loading) if is_its => {
                now = loading;
                is_begun = true;
            }
            Some(_) => {}
        }
        if is_begun && now > depot.closes.min(vehicle.latest_loading) {
            return None;
        }
        now += depot.loading;
        for &id in &trip.clients {
            let visit = problem.clients[id as usize];
            drive(&mut place, &mut now, visit.location);
            now = now.max(visit.opens);
            if is_begun && now > visit.closes {
                return None;
            }
            if id == client {
                arrival = now;
            }
            now += visit.service;
        }
    }
    if let Some(end) = vehicle.end_location {
        drive(&mut place, &mut now, end);
    }
    (now <= vehicle.latest_end).then_some((cost, arrival))
}

/// Trips after the newcomer was put at each place there is, feasible or not.
fn places(trips: &[Trip], newcomer: u32, first_open: usize) -> Vec<(Insertion, Vec<Trip>)> {
    let blank = |trip, position, opens_trip| {
        let (route, cost, arrival, latest_loading) = (0, 0, 0, 0);
        Insertion { route, trip, position, opens_trip, cost, arrival, latest_loading }
    };
    let mut places = Vec::new();
    for trip in first_open..=trips.len() {
        for depot in 0..2 {
            let mut changed = trips.to_vec();
            changed.insert(trip, Trip { depot, clients: vec![newcomer] });
            places.push((blank(trip, 0, Some(depot)), changed));
        }
    }
    for trip in first_open..trips.len() {
        for position in 0..=trips[trip].clients.len() {
            let mut changed = trips.to_vec();
            changed[trip].clients.insert(position, newcomer);
            places.push((blank(trip, position, None), changed));
        }
    }
    places
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3000,
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]
    #[test]
    fn every_price_equals_what_brute_force_finds(
        seed in any::<u64>(),
        clients in 0..6_u32,
        first_open in 0..3_usize,
        windows in prop::collection::vec((0..500, 0..300), 1..4),
    ) {
        let (mut problem, legs) = invented::problem(seed, clients + 1);
        let trips = invented::trips(seed, clients);
        let windows: Vec<_> = windows.iter().map(|&(opens, width)| (opens, opens + width)).collect();
        let first_open = first_open.min(trips.len());
        let route = Route::evaluate(&problem, &legs, 0, trips.clone()).locked(first_open);
        prop_assume!(route.is_feasible());
        let newcomer = problem.clients[clients as usize];
        let way = At(&legs, newcomer.location);
        let mut found = vec![Vec::new(); windows.len()];
        let newcomer = Newcomer { client: &newcomer, way: &way };
        let routes = std::slice::from_ref(&route);
        let mut visit = |window: usize, insertion| found[window].push(insertion);
        each_insertion(&problem, &legs, routes, &newcomer, &windows, &mut visit);

        for (found, window) in found.iter().zip(&windows) {
            let client = &mut problem.clients[clients as usize];
            (client.opens, client.closes) = *window;
            let mut expected = Vec::new();
            for (place, changed) in places(&trips, clients, first_open) {
                let routes = [(0, changed)];
                if !check(&problem, &legs, &routes, Required::None).is_empty() {
                    continue;
                }
                let changed = &routes[0].1;
                let (cost, arrival) = walk(&problem, &legs, changed, clients, None).unwrap();
                let latest_loading = (0..=900)
                    .filter(|&at| walk(&problem, &legs, changed, clients, Some(at)).is_some())
                    .max()
                    .unwrap();
                let cost = cost - route.cost();
                expected.push(Insertion { cost, arrival, latest_loading, ..place });
            }
            let key = |place: &Insertion| (place.opens_trip, place.trip, place.position);
            let mut found = found.clone();
            found.sort_by_key(key);
            expected.sort_by_key(key);
            prop_assert_eq!(found, expected);
        }
    }
}
