use proptest::prelude::*;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::draft::Draft;
use crate::solver::instance::Instance;
use crate::solver::invented;
use crate::solver::matrices::Matrices;
use crate::solver::penalties::Excess;
use crate::solver::penalties::Penalties;
use crate::solver::problem::LOADS;
use crate::solver::problem::Problem;
use crate::solver::route::Route;
use crate::solver::search::RoutePlan;
use crate::solver::segment::Segment;

/// What a route exceeds, found by a plain walk along its stops.
fn walked(instance: &Instance, draft: &Draft, plan: &RoutePlan) -> (i64, Excess) {
    let (vehicle, trips) = plan;
    let data = &instance.problem.vehicles[*vehicle as usize];
    let table = instance.table(*vehicle);
    let (mut legs, mut load) = (0, 0);
    let mut route = draft.timing(draft.ids.start_of(*vehicle)).own;
    let mut at = data.start_location;
    for trip in trips {
        let depot = &instance.problem.depots[trip.depot as usize];
        let latest = depot.closes.min(data.latest_loading);
        let mut stretch = Segment::visit(depot.opens, latest, depot.loading, -1_000_000);
        let into = table.hop(at, depot.location);
        legs += i64::from(into.cost);
        at = depot.location;
        let mut carried = [0; LOADS];
        for &id in &trip.clients {
            let client = instance.client(id);
            let hop = table.hop(at, client.location);
            legs += i64::from(hop.cost);
            at = client.location;
            (0..LOADS).for_each(|i| carried[i] += client.load[i]);
            let visit = Segment::visit(client.opens, client.closes, client.service, client.release);
            stretch = stretch.then(hop.drive, visit);
        }
        load += (0..LOADS).map(|i| i64::from((carried[i] - data.capacity[i]).max(0))).sum::<i64>();
        route = route.then(into.drive, stretch.loaded());
    }
    let end = table.hop(at, data.end_location.unwrap_or(instance.nowhere()));
    legs += i64::from(end.cost);
    route = route.then(end.drive, draft.timing(draft.ids.end_of(*vehicle)).own);
    let duration = i64::from((route.duration - data.duration_max).max(0));
    (legs, Excess { load, warp: i64::from(route.warp), duration })
}

/// A problem, and routes of all its vehicles.
pub(crate) fn drafted(seed: u64, clients: u32) -> (Problem, Matrices, Vec<RoutePlan>) {
    let (problem, legs) = invented::rich_problem(seed, clients);
    let mut random = Pcg64Mcg::seed_from_u64(seed ^ 1);
    let routes = invented::routes(&problem, &mut random);
    (problem, legs, routes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]
    #[test]
    fn routes_come_out_as_they_went_in(seed in any::<u64>(), clients in 0..30_u32) {
        let (problem, legs, routes) = drafted(seed, clients);
        let instance = Instance::new(&problem, &legs);
        let mut draft = Draft::new(&instance);
        draft.load_routes(&instance, &routes);
        prop_assert_eq!(draft.routes(), routes.clone());
        draft.load_routes(&instance, &[]);
        draft.load_routes(&instance, &routes);
        prop_assert_eq!(draft.routes(), routes);
    }

    #[test]
    fn totals_are_those_of_a_walk(seed in any::<u64>(), clients in 0..30_u32) {
        let (problem, legs, routes) = drafted(seed, clients);
        let instance = Instance::new(&problem, &legs);
        let mut draft = Draft::new(&instance);
        draft.load_routes(&instance, &routes);
        for plan in &routes {
            let tour = draft.tour(plan.0);
            prop_assert_eq!((tour.legs, tour.excess), walked(&instance, &draft, plan));
        }
    }

    #[test]
    fn cached_stretches_are_those_of_a_walk(seed in any::<u64>(), clients in 0..30_u32) {
        let (problem, legs, routes) = drafted(seed, clients);
        let instance = Instance::new(&problem, &legs);
        let mut draft = Draft::new(&instance);
        draft.load_routes(&instance, &routes);
        for client in (0..clients).filter(|&client| draft.is_present(client)) {
            let stop = draft.stop(client);
            let (mut suffix, mut at) = (draft.timing(client).own, client);
            while draft.ids.is_client(draft.stop(at).next) {
                let next = draft.stop(at).next;
                suffix = suffix.then(draft.stop(at).drive, draft.timing(next).own);
                at = next;
            }
            prop_assert_eq!(suffix, draft.timing(client).suffix);
            let trip = draft.timing(stop.previous).prefix.then(
                draft.stop(stop.previous).drive,
                suffix,
            );
            let loading = draft.ids.loading_of(stop.trip);
            let (head, tail) = (draft.closed(loading).head, draft.stop(at).next);
            let route = head
                .then(draft.stop(draft.stop(loading).previous).drive, trip.loaded())
                .then(draft.stop(at).drive, draft.closed(tail).tail);
            prop_assert_eq!(i64::from(route.warp), draft.tour(stop.vehicle).excess.warp);
            let start = draft.timing(draft.ids.start_of(stop.vehicle)).own;
            let first = draft.stop(draft.ids.start_of(stop.vehicle));
            let all = start.then(first.drive, draft.closed(first.next).tail);
            prop_assert_eq!(route, all);
        }
    }

    #[test]
    fn what_exceeds_nothing_is_feasible_and_costs_what_routes_cost(
        seed in any::<u64>(),
        clients in 0..8_u32,
    ) {
        let (problem, legs, routes) = drafted(seed, clients);
        let instance = Instance::new(&problem, &legs);
        let mut draft = Draft::new(&instance);
        draft.load_routes(&instance, &routes);
        prop_assume!(draft.is_feasible());
        let evaluated = |plan: &RoutePlan| Route::evaluate(&problem, &legs, plan.0, plan.1.clone());
        let cost: i64 = routes.iter().map(|plan| evaluated(plan).cost()).sum();
        let penalties = Penalties { load: 1, warp: 1, duration: 1 };
        let rates = problem.vehicles.iter().map(|vehicle| vehicle.cost_per_duration_second);
        if rates.max() == Some(0) {
            prop_assert_eq!(cost + draft.absent.cost(), draft.cost(&penalties));
        }
        prop_assert_eq!(draft.excess(), Excess::default());
    }
}
