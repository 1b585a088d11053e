//! The hierarchy against searches that share nothing with it.

use std::path::Path;

use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::model::place::Profile;
use crate::travel::roads::cost::Cost;
use crate::travel::roads::hierarchy::{Entry, Hierarchy, Label, Metric, contraction_order};
use crate::travel::roads::mesh::Mesh;
use crate::travel::roads::oracle;
use crate::travel::roads::osm::import;
use crate::travel::roads::towns::crooked_towns;
use crate::travel::roads::travel::costs;

/// A place right at a node.
fn at_node(hierarchy: &Hierarchy, metric: &Metric, node: u32) -> (Label, [Entry; 1]) {
    let here = [(node, Cost::default())];
    (hierarchy.label(metric, &here, &here).unwrap(), here)
}

/// Checks the ways from some nodes to some others: their costs, and that their arcs cost as much.
fn check(mesh: &Mesh, hierarchy: &Hierarchy, costs: &[Cost], sources: &[u32], targets: &[u32]) {
    let metric = hierarchy.customize(costs.to_vec());
    let ends: Vec<_> = targets.iter().map(|&node| at_node(hierarchy, &metric, node)).collect();
    for &source in sources {
        let expected = oracle::from_node(mesh, costs, source);
        let from = at_node(hierarchy, &metric, source);
        for (&target, to) in targets.iter().zip(&ends) {
            let cost = expected[target as usize];
            let found = from.0.meet(&to.0).0;
            assert_eq!(found.is_reachable(), cost.is_reachable(), "{source} to {target}");
            let route = hierarchy.route(&metric, (&from.0, &from.1), (&to.0, &to.1));
            assert_eq!(route.is_some(), cost.is_reachable());
            let Some(route) = route else { continue };
            assert_eq!(found, cost, "{source} to {target}");
            let mut here = source;
            let mut total = Cost::default();
            for arc in route.arcs {
                assert_eq!(mesh.arcs[arc as usize].tail, here, "the arcs are joined");
                here = mesh.arcs[arc as usize].head;
                total = total + costs[arc as usize];
            }
            assert_eq!((here, total), (target, cost));
        }
    }
}

proptest! {
    #[test]
    fn ways_in_crooked_towns_equal_those_of_dijkstra(town in crooked_towns()) {
        let network = town.build().0;
        let mesh = Mesh::new(&network);
        let hierarchy = Hierarchy::new(&mesh, &contraction_order(&mesh));
        let all: Vec<u32> = (0..).take(mesh.nodes.len()).collect();
        for profile in Profile::ALL {
            check(&mesh, &hierarchy, &costs(&network, &mesh, profile), &all, &all);
        }
    }

    #[test]
    fn new_costs_need_no_new_order(
        town in crooked_towns(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..100_000_u32), 30),
    ) {
        let network = town.build().0;
        let mesh = Mesh::new(&network);
        let hierarchy = Hierarchy::new(&mesh, &contraction_order(&mesh));
        let all: Vec<u32> = (0..).take(mesh.nodes.len()).collect();
        let mut weights = costs(&network, &mesh, Profile::Car);
        for (at, milliseconds) in changes {
            if !weights.is_empty() {
                let at = at.index(weights.len());
                weights[at] = Cost::new(milliseconds.max(1), 7);
            }
        }
        check(&mesh, &hierarchy, &weights, &all, &all);
    }
}

/// `ROADS="a.osm.pbf b.osm.pbf" cargo test --release -- --ignored ways_in_real_cities`
#[test]
#[ignore = "needs extracts, named in ROADS"]
fn ways_in_real_cities_equal_those_of_dijkstra() {
    let files = std::env::var("ROADS").expect("ROADS names extracts");
    for file in files.split_whitespace() {
        let network = import(Path::new(file), &mut |_| {}).unwrap().network;
        let mesh = Mesh::new(&network);
        let hierarchy = Hierarchy::new(&mesh, &contraction_order(&mesh));
        let mut random = Pcg64Mcg::seed_from_u64(1);
        let last = u32::try_from(mesh.nodes.len()).unwrap();
        for profile in Profile::ALL {
            let mut some = |count| -> Vec<u32> {
                std::iter::repeat_with(|| random.random_range(0..last)).take(count).collect()
            };
            let (sources, targets) = (some(40), some(50));
            check(&mesh, &hierarchy, &costs(&network, &mesh, profile), &sources, &targets);
        }
    }
}
