use proptest::prelude::*;
use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::construct::greedy::Greedy;
use crate::solver::instance::Instance;
use crate::solver::invented;
use crate::solver::matrices::Matrices;
use crate::solver::route::Route;
use crate::solver::ruin::strings::Strings;
use crate::solver::ruin::trips;
use crate::solver::tours::Tours;

/// Compares times and cost with those of routes evaluated from scratch.
fn compare(instance: &Instance, legs: &Matrices, tours: &Tours) -> Result<(), TestCaseError> {
    let mut cost = 0;
    for vehicle in 0..instance.vehicles() {
        let trips = tours.route(vehicle);
        let route = Route::evaluate(&instance.problem, legs, vehicle, trips);
        prop_assert!(route.is_feasible());
        cost += route.cost();
        for (index, trip) in route.trips().iter().enumerate() {
            let loading = tours.stop(tours.stop(trip.clients[0]).previous);
            prop_assert_eq!(loading.start, route.timing(index).earliest_loading);
            prop_assert_eq!(loading.latest, route.timing(index).latest_loading);
            for (position, &client) in trip.clients.iter().enumerate() {
                prop_assert_eq!(tours.stop(client).start, route.arrival(index, position));
                prop_assert_eq!(tours.stop(client).latest, route.latest(index, position));
            }
        }
    }
    prop_assert_eq!(tours.cost, cost);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn after_any_ruin_and_recreate_times_and_costs_are_right_and_can_be_undone(
        seed in any::<u64>(),
        clients in 2..25_u32,
    ) {
        let (problem, legs) = invented::problem(seed, clients);
        let instance = Instance::new(&problem, &legs);
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut tours = Tours::new(&instance);
        let mut greedy = Greedy::new(&instance, seed);
        let mut strings = Strings::default();
        for _ in 0..20 {
            tours.commit();
            let (before, cost) = (tours.stops.clone(), tours.cost);
            let near = random.random_range(0..clients);
            if random.random_bool(0.5) {
                trips::remove(&instance, &mut tours, near, 2);
            } else {
                strings.remove(&instance, &mut tours, near, &mut random);
            }
            greedy.insert(&instance, &mut tours, 0.0, &mut random);
            if tours.is_sound() {
                compare(&instance, &legs, &tours)?;
            }
            if !tours.is_sound() || random.random_bool(0.3) {
                tours.undo();
                prop_assert_eq!(tours.cost, cost);
                prop_assert!(tours.stops == before);
                compare(&instance, &legs, &tours)?;
            }
        }
    }
}
