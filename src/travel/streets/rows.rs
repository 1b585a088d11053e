//! Fastest ways from one crossing to all others, computed once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::OnceLock;

use crate::model::place::Profile;
use crate::travel::streets::graph::{Cost, Graph, NodeIndex};

/// Costs from one node to every node.
type CostRow = Box<[Cost]>;

/// The rows of all nodes and profiles, each computed when it is first asked for.
///
/// Which thread asks first makes no difference to what it finds.
#[derive(Debug)]
pub(crate) struct Rows {
    rows: [Box<[OnceLock<CostRow>]>; 3],
}

impl Rows {
    /// No row is computed yet.
    pub(crate) fn new(graph: &Graph) -> Self {
        Self { rows: Profile::ALL.map(|_| graph.nodes.iter().map(|_| OnceLock::new()).collect()) }
    }

    /// The costs from one node to every node.
    pub(crate) fn from(&self, graph: &Graph, profile: Profile, node: NodeIndex) -> &[Cost] {
        self.rows[profile.index()][node.index()].get_or_init(|| search(graph, profile, node))
    }

    /// The nodes along the fastest way, both ends included; empty when there is none.
    pub(crate) fn nodes_between(
        &self,
        graph: &Graph,
        profile: Profile,
        [from, to]: [NodeIndex; 2],
    ) -> Vec<NodeIndex> {
        let row = self.from(graph, profile, from);
        if row[to.index()] == Cost::UNREACHABLE {
            return Vec::new();
        }
        let mut nodes = vec![to];
        let mut here = to;
        while here != from {
            here = previous(graph, profile, row, here)
                .expect("a node that was reached was reached from a neighbor");
            nodes.push(here);
        }
        nodes.reverse();
        nodes
    }
}

/// The node before `here` on the fastest way that `row` is about.
fn previous(graph: &Graph, profile: Profile, row: &[Cost], here: NodeIndex) -> Option<NodeIndex> {
    graph.edges_at(here).iter().find_map(|&index| {
        let edge = &graph.edges[index as usize];
        let (before, direction) = edge.arriving(here);
        let cost = edge.cost(profile, direction)?;
        let so_far = row[before.index()];
        (so_far != Cost::UNREACHABLE && so_far + cost == row[here.index()]).then_some(before)
    })
}

/// Dijkstra's algorithm from one node to all.
///
/// # Source
/// Dijkstra (1959), "A note on two problems in connexion with graphs",
/// <https://doi.org/10.1007/BF01386390>, with a binary heap and lazy deletion.
fn search(graph: &Graph, profile: Profile, source: NodeIndex) -> CostRow {
    let mut costs = vec![Cost::UNREACHABLE; graph.nodes.len()].into_boxed_slice();
    costs[source.index()] = Cost::default();
    let mut queue = BinaryHeap::from([Reverse((Cost::default(), source))]);
    while let Some(Reverse((cost, node))) = queue.pop() {
        if cost > costs[node.index()] {
            continue;
        }
        for &index in graph.edges_at(node) {
            let edge = &graph.edges[index as usize];
            let (next, direction) = edge.leaving(node);
            let Some(step) = edge.cost(profile, direction) else { continue };
            let total = cost + step;
            if total < costs[next.index()] {
                costs[next.index()] = total;
                queue.push(Reverse((total, next)));
            }
        }
    }
    costs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::place::{Coordinate, Profile};
    use crate::travel::streets::class::StreetClass;
    use crate::travel::streets::graph::{Cost, Direction, Flow, Graph, GraphBuilder, NodeIndex};
    use crate::travel::streets::rows::Rows;

    /// Up to 9 crossings anywhere within some kilometers, and streets of all kinds among them.
    fn small_graphs() -> impl Strategy<Value = Graph> {
        let nodes = prop::collection::vec((0..40_000_i32, 0..40_000_i32), 2..10);
        let streets = prop::collection::vec((0..10_u32, 0..10_u32, 0..5_usize, any::<bool>()), 24);
        (nodes, streets).prop_map(|(nodes, streets)| {
            let mut builder = GraphBuilder::default();
            let count = u32::try_from(nodes.len()).unwrap();
            for (latitude_micro, longitude_micro) in nodes {
                builder.node(Coordinate { latitude_micro, longitude_micro }).unwrap();
            }
            for (from, to, class, one_way) in streets {
                let ends = [NodeIndex(from % count), NodeIndex(to % count)];
                if ends[0] != ends[1] {
                    let flow = if one_way { Flow::OneWay } else { Flow::BothWays };
                    builder.street(ends, StreetClass::ALL[class], flow).unwrap();
                }
            }
            builder.build()
        })
    }

    /// All costs by Floyd (1962) and Warshall (1962): three loops that share nothing with `search`.
    fn floyd_warshall(graph: &Graph, profile: Profile) -> Vec<Vec<Option<Cost>>> {
        let count = graph.nodes().len();
        let mut costs = vec![vec![None; count]; count];
        for edge in &graph.edges {
            let [a, b] = edge.ends.map(NodeIndex::index);
            for (from, to, way) in [(a, b, Direction::Forward), (b, a, Direction::Backward)] {
                let known: Option<Cost> = costs[from][to];
                costs[from][to] = known.into_iter().chain(edge.cost(profile, way)).min();
            }
        }
        for (node, row) in costs.iter_mut().enumerate() {
            row[node] = Some(Cost::default());
        }
        for via in 0..count {
            for from in 0..count {
                for to in 0..count {
                    if let (Some(first), Some(second)) = (costs[from][via], costs[via][to]) {
                        let known = costs[from][to];
                        costs[from][to] = known.into_iter().chain([first + second]).min();
                    }
                }
            }
        }
        costs
    }

    proptest! {
        #[test]
        fn rows_equal_floyd_and_warshall(graph in small_graphs()) {
            let rows = Rows::new(&graph);
            for profile in Profile::ALL {
                for (from, expected) in (0..).map(NodeIndex).zip(floyd_warshall(&graph, profile)) {
                    let found: Vec<Option<Cost>> = rows
                        .from(&graph, profile, from)
                        .iter()
                        .map(|&cost| (cost != Cost::UNREACHABLE).then_some(cost))
                        .collect();
                    prop_assert_eq!(found, expected);
                }
            }
        }

        #[test]
        fn the_nodes_of_a_way_cost_what_the_row_says(graph in small_graphs()) {
            let rows = Rows::new(&graph);
            let all = || (0..).map(NodeIndex).take(graph.nodes().len());
            for profile in Profile::ALL {
                for (from, to) in all().flat_map(|from| all().map(move |to| (from, to))) {
                    let expected = rows.from(&graph, profile, from)[to.index()];
                    let nodes = rows.nodes_between(&graph, profile, [from, to]);
                    prop_assert_eq!(nodes.is_empty(), expected == Cost::UNREACHABLE);
                    let direct = floyd_warshall(&graph, profile);
                    let total = nodes.windows(2).fold(Cost::default(), |total, pair| {
                        total + direct[pair[0].index()][pair[1].index()].unwrap()
                    });
                    prop_assert!(nodes.is_empty() || total == expected);
                }
            }
        }
    }
}
