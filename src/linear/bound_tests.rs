use proptest::prelude::*;

use crate::linear::bound::lower_bound;
use crate::solver::invented;
use crate::solver::matrices::Matrices;
use crate::solver::problem::Client;
use crate::solver::problem::Depot;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::route::Route;
use crate::solver::search::Budget;
use crate::solver::search::SearchSettings;
use crate::solver::search::improve;
use crate::solver::trip::Trip;

/// All orders of some clients, cut into trips in every way, from all depots.
fn plans(clients: &[u32], depots: u16) -> Vec<Vec<Trip>> {
    let Some(_) = clients.first() else { return vec![Vec::new()] };
    let mut plans = Vec::new();
    for index in 0..clients.len() {
        let mut rest = clients.to_vec();
        let first = rest.remove(index);
        for plan in self::plans(&rest, depots) {
            for depot in 0..depots {
                let mut apart = plan.clone();
                apart.insert(0, Trip { depot, clients: vec![first] });
                plans.push(apart);
            }
            if !plan.is_empty() {
                let mut joined = plan;
                joined[0].clients.insert(0, first);
                plans.push(joined);
            }
        }
    }
    plans
}

fn members(set: usize, clients: u32) -> Vec<u32> {
    (0..clients).filter(|client| set >> client & 1 == 1).collect()
}

/// What the cheapest solution costs, by trying all of them.
fn optimum(problem: &Problem, legs: &Matrices) -> Option<i64> {
    let clients = u32::try_from(problem.clients.len()).unwrap();
    let depots = u16::try_from(problem.depots.len()).unwrap();
    let sets = 1 << clients;
    let mut cheapest = vec![None; sets];
    cheapest[0] = Some(0);
    for vehicle in 0..u32::try_from(problem.vehicles.len()).unwrap() {
        let alone: Vec<Option<i64>> = (0..sets)
            .map(|set| {
                let plans = plans(&members(set, clients), depots).into_iter();
                let routes = plans.map(|plan| Route::evaluate(problem, legs, vehicle, plan));
                routes.filter(Route::is_feasible).map(|route| route.cost()).min()
            })
            .collect();
        cheapest = (0..sets)
            .map(|set| {
                let parts = (0..sets).filter(|part| part & set == *part);
                parts.filter_map(|part| Some(alone[part]? + cheapest[set & !part]?)).min()
            })
            .collect();
    }
    (0..sets)
        .filter_map(|set| Some(cheapest[set]? + left_out(problem, &members(set, clients))?))
        .min()
}

/// Prizes of clients who are not visited, or nothing when one must be or two of a group are.
fn left_out(problem: &Problem, visited: &[u32]) -> Option<i64> {
    let grouped = |client: &u32| problem.groups.iter().any(|group| group.contains(client));
    let single = (0..u32::try_from(problem.clients.len()).unwrap()).filter(|id| !grouped(id));
    let groups = problem.groups.iter().cloned().chain(single.map(|client| vec![client]));
    let mut cost = 0;
    for group in groups {
        match group.iter().filter(|client| visited.contains(client)).count() {
            0 => cost += problem.clients[group[0] as usize].prize?,
            1 => {}
            _ => return None,
        }
    }
    Some(cost)
}

/// Where somebody does, it may be that no cost above nothing can be proven.
fn drives_for_nothing(vehicle: &Vehicle) -> bool {
    vehicle.cost_per_meter == 0 && vehicle.cost_per_second == 0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn no_solution_costs_less_than_the_bound(
        seed in any::<u64>(),
        clients in 0..5_u32,
        trips_max in prop::option::of(1..2_u16),
        is_grouped in any::<bool>(),
    ) {
        let (mut problem, legs) = invented::rich_problem(seed, clients);
        for vehicle in &mut problem.vehicles {
            vehicle.trips_max = trips_max.unwrap_or(vehicle.trips_max);
        }
        if is_grouped && clients > 2 {
            problem.groups = vec![vec![1, 0]];
        }
        let best = optimum(&problem, &legs);
        prop_assume!(best.is_some());
        let bound = lower_bound(&problem, &legs, &[], &|| false);
        prop_assert!(bound.is_some() || problem.vehicles.iter().any(drives_for_nothing));
        prop_assert!(bound <= best, "{:?} is above {:?}", bound, best);
    }

    #[test]
    fn no_search_finds_less_than_the_bound(seed in any::<u64>(), clients in 5..12_u32) {
        let (mut problem, legs) = invented::problem(seed, clients);
        for vehicle in &mut problem.vehicles {
            vehicle.trips_max = if seed % 2 == 0 { 1 } else { vehicle.trips_max };
        }
        let budget = Budget::Iterations(128);
        let settings = SearchSettings { seed: 7, threads: 1, budget, seconds: None, cover: None };
        let found = improve(&problem, &legs, None, &settings, &|_| false);
        prop_assume!(found.unassigned.is_empty());
        let bound = lower_bound(&problem, &legs, &found.routes, &|| false);
        prop_assert!(bound.is_some() || problem.vehicles.iter().any(drives_for_nothing));
        prop_assert!(bound.is_none_or(|bound| bound <= found.cost));
    }
}

/// A depot, and clients at these places on a line.
fn line(places: &[i32], trips_max: u16) -> (Problem, Matrices) {
    let stops: Vec<i32> = [0].iter().chain(places).copied().collect();
    let legs: Vec<i32> =
        stops.iter().flat_map(|from| stops.iter().map(move |to| (from - to).abs())).collect();
    let mut matrices = Matrices::new(stops.len());
    matrices.push(legs.clone(), legs);
    let vehicle = Vehicle { cost_per_meter: 1, capacity: [2, 0], trips_max, ..Vehicle::default() };
    let client = |location| Client { location, load: [1, 0], service: 1, ..Client::default() };
    let problem = Problem {
        locations: u32::try_from(stops.len()).unwrap(),
        depots: vec![Depot { closes: 1_000, ..Depot::default() }],
        vehicles: vec![vehicle; 2],
        clients: (1..).take(places.len()).map(client).collect(),
        ..Problem::default()
    };
    (problem, matrices)
}

fn bound_of_line(places: &[i32], trips_max: u16) -> Option<i64> {
    let (problem, legs) = line(places, trips_max);
    lower_bound(&problem, &legs, &[], &|| false)
}

#[test]
fn the_bound_of_two_pairs_is_their_optimum() {
    assert_eq!(bound_of_line(&[10, 11, -20, -21], 1), Some(64));
    assert_eq!(bound_of_line(&[10, 11, -20, -21], 3), Some(64));
}

#[test]
fn nothing_to_do_costs_nothing() {
    assert_eq!(bound_of_line(&[], 1), Some(0));
}

#[test]
fn a_client_nobody_can_visit_leaves_no_bound() {
    let (mut problem, legs) = line(&[10], 1);
    problem.clients[0].skills = 1;
    assert_eq!(lower_bound(&problem, &legs, &[], &|| false), None);
    problem.clients[0].prize = Some(7);
    assert_eq!(lower_bound(&problem, &legs, &[], &|| false), Some(7));
}

#[test]
fn a_prize_below_the_way_is_paid() {
    let (mut problem, legs) = line(&[10, 300], 1);
    problem.clients[1].prize = Some(50);
    assert_eq!(lower_bound(&problem, &legs, &[], &|| false), Some(70));
}

#[test]
fn without_time_nothing_is_proven() {
    let (problem, legs) = line(&[10, 20], 1);
    assert_eq!(lower_bound(&problem, &legs, &[], &|| true), None);
}

#[test]
fn a_trip_may_end_where_the_next_is_loaded() {
    let (mut problem, legs) = line(&[10, -10, 100], 2);
    problem.clients.pop();
    for vehicle in &mut problem.vehicles {
        vehicle.end_location = Some(3);
        vehicle.capacity = [1, 0];
    }
    assert_eq!(lower_bound(&problem, &legs, &[], &|| false), Some(40));
}
