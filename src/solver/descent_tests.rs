use proptest::prelude::*;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::check::Required;
use crate::solver::check::check;
use crate::solver::descent::Descent;
use crate::solver::draft::Draft;
use crate::solver::draft::tests::drafted;
use crate::solver::instance::Instance;
use crate::solver::penalties::Penalties;
use crate::solver::search::RoutePlan;

const PENALTIES: Penalties = Penalties { load: 30, warp: 3, duration: 3 };

fn served(routes: &[RoutePlan]) -> Vec<u32> {
    let trips = routes.iter().flat_map(|(_, trips)| trips);
    trips.flat_map(|trip| trip.clients.iter().copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn a_descent_keeps_everybody_and_never_costs_more(
        seed in any::<u64>(),
        clients in 1..40_u32,
    ) {
        let (problem, legs, routes) = drafted(seed, clients);
        let instance = Instance::new(&problem, &legs);
        let mut draft = Draft::new(&instance);
        draft.load_routes(&instance, &routes);
        let before = draft.cost(&PENALTIES);
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut descent = Descent::new(&instance);
        let effort = descent.improve(&instance, &mut draft, PENALTIES, None, (&mut random, &|| false));
        let after = draft.cost(&PENALTIES);
        prop_assert!(after < before || (effort.moves == 0 && after == before));
        let routes = draft.routes();
        let mut everybody = served(&routes);
        everybody.extend(draft.absent.list());
        everybody.sort_unstable();
        prop_assert_eq!(everybody, (0..clients).collect::<Vec<_>>());
        for (vehicle, trips) in &routes {
            let locked = &problem.vehicles[*vehicle as usize].locked;
            prop_assert_eq!(&trips[..locked.len()], &locked[..]);
        }
        let mut again = Draft::new(&instance);
        again.load_routes(&instance, &routes);
        prop_assert_eq!(again.cost(&PENALTIES), after);
        if draft.is_feasible() {
            let violations = check(&problem, &legs, &routes, Required::None);
            prop_assert!(violations.is_empty(), "{violations:?}");
        }
    }

    #[test]
    fn a_second_descent_finds_little_left(seed in any::<u64>(), clients in 1..40_u32) {
        let (problem, legs, routes) = drafted(seed, clients);
        let instance = Instance::new(&problem, &legs);
        let mut draft = Draft::new(&instance);
        draft.load_routes(&instance, &routes);
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut descent = Descent::new(&instance);
        let first = descent.improve(&instance, &mut draft, PENALTIES, None, (&mut random, &|| false));
        let second = descent.improve(&instance, &mut draft, PENALTIES, None, (&mut random, &|| false));
        prop_assert!(second.moves <= first.moves, "{first:?} {second:?}");
    }
}

#[test]
fn one_seed_gives_one_result() {
    let (problem, legs, routes) = drafted(4, 60);
    let instance = Instance::new(&problem, &legs);
    let descended = || {
        let mut draft = Draft::new(&instance);
        draft.load_routes(&instance, &routes);
        let mut random = Pcg64Mcg::seed_from_u64(9);
        let mut descent = Descent::new(&instance);
        descent.improve(&instance, &mut draft, PENALTIES, None, (&mut random, &|| false));
        draft.routes()
    };
    assert_eq!(descended(), descended());
}

#[test]
fn a_descent_that_is_over_does_little() {
    let (problem, legs, routes) = drafted(4, 60);
    let instance = Instance::new(&problem, &legs);
    let links = |is_over: bool| {
        let mut draft = Draft::new(&instance);
        draft.load_routes(&instance, &routes);
        let mut random = Pcg64Mcg::seed_from_u64(9);
        let mut descent = Descent::new(&instance);
        descent.improve(&instance, &mut draft, PENALTIES, None, (&mut random, &|| is_over)).links
    };
    assert!(links(true) < links(false));
}
