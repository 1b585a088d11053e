//! From a sketch to a graph in which every car can get everywhere.

use rand::Rng;

use crate::model::place::Coordinate;
use crate::model::plane::PlanePoint;
use crate::travel::city::sketch::{Piece, Sketch};
use crate::travel::streets::{Flow, Graph, GraphBuilder, GraphError, NodeIndex, StreetClass};

/// Dead ends shorter than this are what is left of drawing, in meters.
const STUB_METERS: f64 = 60.0;

/// Removes stubs, and most dead ends.
pub(crate) fn prune(points: &[PlanePoint], pieces: &mut Vec<Piece>, rng: &mut impl Rng) {
    const ROUNDS: usize = 3;
    for _ in 0..ROUNDS {
        let mut degrees = vec![0_u32; points.len()];
        for end in pieces.iter().flat_map(|piece| piece.ends) {
            degrees[end] += 1;
        }
        pieces.retain(|piece| {
            let is_dead_end = piece.ends.iter().any(|&end| degrees[end] == 1);
            let length = points[piece.ends[0]].distance(points[piece.ends[1]]);
            let is_main = piece.class == StreetClass::Arterial;
            !is_dead_end || (length >= STUB_METERS && (is_main || rng.random_bool(0.5)))
        });
    }
}

/// Builds the graph of what cars can reach and leave, and of the paths between.
///
/// One-way lanes that would cut something off are opened first.
///
/// # Errors
/// [`GraphError`] when there are more streets than a graph can hold.
pub(crate) fn build(
    sketch: &Sketch,
    mut pieces: Vec<Piece>,
    place: impl Fn(PlanePoint) -> Option<Coordinate>,
) -> Result<Graph, GraphError> {
    let group = largest_group(sketch.points.len(), &pieces);
    for piece in &mut pieces {
        if !piece.ends.iter().all(|&end| group[end]) {
            piece.flow = Flow::BothWays;
        }
    }
    let group = largest_group(sketch.points.len(), &pieces);
    let mut is_kept = group.clone();
    for piece in pieces.iter().filter(|piece| piece.class == StreetClass::Path) {
        // A path leads from the middle of a park over one bend to a street.
        is_kept[piece.ends[0]] |= piece.ends.iter().any(|&end| group[end]);
    }
    for piece in pieces.iter().filter(|piece| piece.class == StreetClass::Path) {
        is_kept[piece.ends[0]] |= is_kept[piece.ends[1]];
    }
    let mut builder = GraphBuilder::default();
    let mut nodes: Vec<Option<NodeIndex>> = vec![None; sketch.points.len()];
    for piece in pieces.iter().filter(|piece| piece.ends.iter().all(|&end| is_kept[end])) {
        for end in piece.ends {
            if let (None, Some(at)) = (nodes[end], place(sketch.points[end])) {
                nodes[end] = Some(builder.node(at)?);
            }
        }
        if let (Some(from), Some(to)) = (nodes[piece.ends[0]], nodes[piece.ends[1]]) {
            builder.street([from, to], piece.class, piece.flow)?;
        }
    }
    Ok(builder.build())
}

/// The nodes of the largest set in which a car gets from each to each.
///
/// # Source
/// Kosaraju and Sharir (1981), <https://doi.org/10.1016/0898-1221(81)90008-0>.
fn largest_group(nodes: usize, pieces: &[Piece]) -> Vec<bool> {
    let mut ahead = vec![Vec::new(); nodes];
    let mut behind = vec![Vec::new(); nodes];
    for piece in pieces.iter().filter(|piece| piece.class != StreetClass::Path) {
        let [from, to] = piece.ends;
        ahead[from].push(to);
        behind[to].push(from);
        if piece.flow == Flow::BothWays {
            ahead[to].push(from);
            behind[from].push(to);
        }
    }
    let mut is_seen = vec![false; nodes];
    let mut finished = Vec::with_capacity(nodes);
    for root in 0..nodes {
        finished.extend(reached(root, &ahead, &mut is_seen));
    }
    let mut is_seen = vec![false; nodes];
    let mut largest = Vec::new();
    for &root in finished.iter().rev() {
        let group = reached(root, &behind, &mut is_seen);
        if group.len() > largest.len() {
            largest = group;
        }
    }
    let mut is_inside = vec![false; nodes];
    for node in largest {
        is_inside[node] = true;
    }
    is_inside
}

/// What can be reached from a node and was not seen before, in the order in which a depth-first
/// search is done with it.
fn reached(root: usize, next: &[Vec<usize>], is_seen: &mut [bool]) -> Vec<usize> {
    let mut finished = Vec::new();
    let mut stack = Vec::new();
    if !std::mem::replace(&mut is_seen[root], true) {
        stack.push((root, 0));
    }
    while let Some((node, position)) = stack.pop() {
        if let Some(&other) = next[node].get(position) {
            stack.push((node, position + 1));
            if !std::mem::replace(&mut is_seen[other], true) {
                stack.push((other, 0));
            }
        } else {
            finished.push(node);
        }
    }
    finished
}

#[cfg(test)]
mod tests {
    use crate::travel::city::draft::largest_group;
    use crate::travel::city::sketch::Piece;
    use crate::travel::streets::{Flow, StreetClass};

    #[test]
    fn a_node_that_cars_cannot_leave_is_not_in_the_group() {
        let lane =
            |from, to| Piece { ends: [from, to], class: StreetClass::Lane, flow: Flow::OneWay };
        let circle_and_trap = [lane(0, 1), lane(1, 2), lane(2, 0), lane(2, 3), lane(4, 0)];
        let expected = [true, true, true, false, false, false];
        assert_eq!(largest_group(6, &circle_and_trap), expected);
    }

    #[test]
    fn a_path_does_not_carry_cars() {
        let path = Piece { ends: [1, 2], class: StreetClass::Path, flow: Flow::BothWays };
        let street = Piece { ends: [0, 1], class: StreetClass::Street, flow: Flow::BothWays };
        assert_eq!(largest_group(3, &[path, street]), [true, true, false]);
    }
}
