//! Streets as lines for a map.

use crate::model::place::Coordinate;
use crate::model::plane::Plane;
use crate::travel::streets::class::StreetClass;
use crate::travel::streets::graph::{Graph, NodeIndex};

/// A street as it is drawn: straight pieces of one class in a row.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetLine {
    /// What kind of street it is.
    pub class: StreetClass,
    /// At least two points.
    pub points: Vec<Coordinate>,
}

/// A street goes on over a crossing when it bends by less than this: the cosine of 50 degrees.
const BEND_COSINE_MIN: f64 = 0.64;

/// Joins pieces of street that go on over a crossing, so that a map draws and ships fewer lines.
pub(crate) fn street_lines(graph: &Graph) -> Vec<StreetLine> {
    let mut is_drawn = vec![false; graph.edges.len()];
    let mut lines = Vec::new();
    for index in 0..graph.edges.len() {
        if is_drawn[index] {
            continue;
        }
        is_drawn[index] = true;
        let edge = &graph.edges[index];
        let ahead = extend(graph, &mut is_drawn, edge.class, edge.ends);
        let [start, end] = edge.ends;
        let behind = extend(graph, &mut is_drawn, edge.class, [end, start]);
        let nodes = behind.into_iter().rev().chain(edge.ends).chain(ahead);
        let points = nodes.map(|node| graph.nodes[node.index()]).collect();
        lines.push(StreetLine { class: edge.class, points });
    }
    lines
}

/// The nodes that follow when one goes on as straight as possible over pieces not drawn yet.
fn extend(
    graph: &Graph,
    is_drawn: &mut [bool],
    class: StreetClass,
    [mut before, mut here]: [NodeIndex; 2],
) -> Vec<NodeIndex> {
    let mut nodes = Vec::new();
    loop {
        let candidates = graph.edges_at(here).iter().filter_map(|&index| {
            let edge = &graph.edges[index as usize];
            let (next, _) = edge.leaving(here);
            (edge.class == class && !is_drawn[index as usize])
                .then(|| (bend_cosine(graph, [before, here, next]), index, next))
        });
        let straightest = candidates.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, index, next)) = straightest.filter(|(cosine, ..)| *cosine > BEND_COSINE_MIN)
        else {
            return nodes;
        };
        is_drawn[index as usize] = true;
        nodes.push(next);
        (before, here) = (here, next);
    }
}

/// The cosine of the angle by which a way bends at its middle node.
fn bend_cosine(graph: &Graph, nodes: [NodeIndex; 3]) -> f64 {
    let [before, here, next] = nodes.map(|node| graph.nodes[node.index()]);
    let plane = Plane::around(here);
    let (from, to) = (plane.meters(before), plane.meters(next));
    let product = -(from.east * to.east + from.north * to.north);
    product / (from.east.hypot(from.north) * to.east.hypot(to.north)).max(f64::MIN_POSITIVE)
}
