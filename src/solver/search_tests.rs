use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use proptest::prelude::*;

use crate::solver::check::Required;
use crate::solver::check::check;
use crate::solver::check::cost;
use crate::solver::invented;
use crate::solver::matrices::Matrices;
use crate::solver::problem::Problem;
use crate::solver::route::Route;
use crate::solver::search::Budget;
use crate::solver::search::Outcome;
use crate::solver::search::RoutePlan;
use crate::solver::search::SearchSettings;
use crate::solver::search::improve;

fn searched(
    problem: &Problem,
    legs: &Matrices,
    start: Option<Vec<RoutePlan>>,
    threads: usize,
    iterations: u64,
) -> Outcome {
    let settings = SearchSettings {
        seed: 7,
        threads,
        budget: Budget::Iterations(iterations),
        seconds: None,
        cover: None,
    };
    improve(problem, legs, start, &settings, &|_| false)
}

fn assigned(outcome: &Outcome) -> Vec<u32> {
    let trips = outcome.routes.iter().flat_map(|(_, trips)| trips);
    trips.flat_map(|trip| trip.clients.iter().copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_found_passes_the_check_and_costs_what_it_says(
        seed in any::<u64>(),
        clients in 0..25_u32,
    ) {
        let (problem, legs) = invented::problem(seed, clients);
        let outcome = searched(&problem, &legs, None, 1, 512);
        let violations = check(&problem, &legs, &outcome.routes, Required::None);
        prop_assert!(violations.is_empty(), "{violations:?}");
        let cost = |(vehicle, trips): &RoutePlan| {
            Route::evaluate(&problem, &legs, *vehicle, trips.clone()).cost()
        };
        prop_assert_eq!(outcome.cost, outcome.routes.iter().map(cost).sum::<i64>());
        let mut everybody = assigned(&outcome);
        everybody.extend(&outcome.unassigned);
        everybody.sort_unstable();
        prop_assert_eq!(everybody, (0..clients).collect::<Vec<_>>());
    }

    #[test]
    fn whatever_is_found_under_any_rule_passes_the_check_and_costs_what_it_finds(
        seed in any::<u64>(),
        clients in 0..20_u32,
    ) {
        let (problem, legs) = invented::demanding_problem(seed, clients);
        let outcome = searched(&problem, &legs, None, 2, 512);
        let held = |(vehicle, trips): &RoutePlan| {
            Route::evaluate(&problem, &legs, *vehicle, trips.clone()).is_feasible()
        };
        // What is locked may break rules; nobody else does.
        if outcome.routes.iter().all(held) {
            let violations = check(&problem, &legs, &outcome.routes, Required::None);
            prop_assert!(violations.is_empty(), "{violations:?}");
            prop_assert_eq!(outcome.cost, cost(&problem, &legs, &outcome.routes));
        }
        for (vehicle, trips) in &outcome.routes {
            prop_assert!(trips.starts_with(&problem.vehicles[*vehicle as usize].locked));
        }
    }

    #[test]
    fn a_route_is_judged_and_priced_as_by_the_check_under_any_rule(
        seed in any::<u64>(),
        clients in 1..8_u32,
    ) {
        let (mut problem, legs) = invented::demanding_problem(seed, clients);
        problem.vehicles.iter_mut().for_each(|vehicle| vehicle.locked.clear());
        problem.groups.clear();
        problem.clients.iter_mut().for_each(|client| client.prize = Some(0));
        let trips = invented::trips(seed, clients);
        let plans = [(0, trips.clone())];
        let violations = check(&problem, &legs, &plans, Required::None);
        let route = Route::evaluate(&problem, &legs, 0, trips);
        prop_assert_eq!(route.is_feasible(), violations.is_empty(), "{:?}", violations);
        if violations.is_empty() {
            prop_assert_eq!(route.cost(), cost(&problem, &legs, &plans));
        }
    }

    #[test]
    fn a_warm_start_keeps_everybody_and_costs_no_more(
        seed in any::<u64>(),
        clients in 1..20_u32,
    ) {
        let (problem, legs) = invented::problem(seed, clients);
        let start = searched(&problem, &legs, None, 1, 64);
        let outcome = searched(&problem, &legs, Some(start.routes.clone()), 2, 256);
        let kept = assigned(&outcome);
        prop_assert!(assigned(&start).iter().all(|client| kept.contains(client)));
        if outcome.unassigned.len() == start.unassigned.len() {
            prop_assert!(outcome.cost <= start.cost);
        }
        prop_assert!(check(&problem, &legs, &outcome.routes, Required::None).is_empty());
    }

    #[test]
    fn a_late_route_is_returned_as_it_was(seed in any::<u64>(), clients in 2..8_u32) {
        let (mut problem, legs) = invented::problem(seed, clients);
        problem.vehicles[0].latest_end = -1;
        let trips = invented::trips(seed, clients / 2);
        prop_assume!(trips.iter().any(|trip| !trip.clients.is_empty()));
        let outcome = searched(&problem, &legs, Some(vec![(0, trips.clone())]), 1, 128);
        prop_assert_eq!(&outcome.routes[0], &(0, trips));
        prop_assert!(
            check(&problem, &legs, &outcome.routes[1..], Required::None).is_empty()
        );
    }
}

#[test]
fn a_seed_and_a_number_of_threads_give_one_result() {
    let (problem, legs) = invented::problem(5, 40);
    for threads in [1, 3] {
        let first = searched(&problem, &legs, None, threads, 2000);
        assert_eq!(first, searched(&problem, &legs, None, threads, 2000));
    }
}

#[test]
fn more_search_finds_more() {
    // Luck may favor less of it on a single problem.
    let together = |iterations| {
        (0..8).fold((0, 0), |(unassigned, cost), seed| {
            let (problem, legs) = invented::problem(seed, 30);
            let found = searched(&problem, &legs, None, 1, iterations);
            (unassigned + found.unassigned.len(), cost + found.cost)
        })
    };
    assert!(together(5000) < together(64));
}

#[test]
fn the_caller_can_stop_the_search() {
    let (problem, legs) = invented::problem(3, 10);
    let looks = AtomicU32::new(0);
    let slow_clock = || f64::from(looks.fetch_add(1, Ordering::Relaxed)) * 1e-6;
    let settings = SearchSettings {
        seed: 1,
        threads: 2,
        budget: Budget::Elapsed(&slow_clock),
        seconds: None,
        cover: None,
    };
    let outcome = improve(&problem, &legs, None, &settings, &|progress| progress.iterations > 0);
    assert!(outcome.iterations > 0);
    assert!(looks.into_inner() < 1_000_000, "the search ended before the clock ran out");
}
