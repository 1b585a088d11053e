//! From a sketch to what an extract of a map would say, and to a network.

use std::collections::BTreeMap;

use rand::Rng;

use crate::model::place::Coordinate;
use crate::model::plane::PlanePoint;
use crate::travel::city::class::{Flow, StreetClass};
use crate::travel::city::shape::{RIVER_HALF_METERS, River};
use crate::travel::city::sketch::{Piece, Sketch};
use crate::travel::roads::draft::network_of;
use crate::travel::roads::extract::{Extract, Outline, PointTable, TurnRule, Way};
use crate::travel::roads::tags::{Tags, way_rules};
use crate::travel::roads::{GroundKind, Network, NetworkError};

/// Dead ends shorter than this are what is left of drawing, in meters.
const STUB_METERS: f64 = 40.0;
/// Where a street ends at a main street, so many of a hundred may not turn left.
const NO_LEFT_TURN_PERCENT: u32 = 30;

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

/// Opens one-way lanes that would cut something off for cars.
pub(crate) fn open_lanes(nodes: usize, pieces: &mut [Piece]) {
    let group = largest_group(nodes, pieces);
    for piece in pieces {
        if !piece.ends.iter().all(|&end| group[end]) {
            piece.flow = Flow::BothWays;
        }
    }
}

/// The network of a sketch: made of tagged ways, as one that is imported.
///
/// # Errors
/// [`NetworkError`] when there are more streets than a network can hold.
pub(crate) fn build(
    sketch: &Sketch,
    pieces: &[Piece],
    river: &River,
    grounds: &[(GroundKind, Vec<PlanePoint>)],
    rng: &mut impl Rng,
    place: impl Fn(PlanePoint) -> Option<Coordinate>,
) -> Result<Network, NetworkError> {
    let ways = (0..).zip(pieces).filter_map(|(id, piece)| way(sketch, river, id, piece));
    let mut extract = Extract {
        ways: ways.collect(),
        names: sketch.names.iter().map(|name| name.as_str().into()).collect(),
        turns: no_left_turns(sketch, pieces, rng),
        ..Extract::default()
    };
    let mut points = sketch.points.clone();
    for (kind, outline) in grounds {
        let first = number(points.len());
        let ring = (first..).take(outline.len()).chain([first]).collect();
        points.extend(outline);
        extract.outlines.push(Outline::new(*kind, ring));
    }
    extract.points = PointTable::new((0..).take(points.len()).collect());
    for (index, coordinate) in points.into_iter().map(place).enumerate() {
        if let Some(coordinate) = coordinate {
            extract.points.place(index, coordinate);
        }
    }
    Ok(network_of(&extract)?.0)
}

/// Numbers of points and ways are positions, in the type that maps use.
fn number(position: usize) -> i64 {
    i64::try_from(position).expect("a city has some thousand points")
}

fn way(sketch: &Sketch, river: &River, id: i64, piece: &Piece) -> Option<Way> {
    let [from, to] = piece.ends.map(|end| sketch.points[end]);
    let mut tags = [&piece.class.tags()[..], piece.flow.tags()].concat();
    if river.distance(from.toward(to, 0.5)) < RIVER_HALF_METERS {
        tags.push(("bridge", "yes"));
    }
    let rules = way_rules(Tags(&tags))?;
    Some(Way { id, points: piece.ends.map(number).to_vec(), rules, name: piece.name })
}

/// Rules about some of the turns out of small streets, to the left across a main one.
fn no_left_turns(sketch: &Sketch, pieces: &[Piece], rng: &mut impl Rng) -> Vec<TurnRule> {
    let mut at_node: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, piece) in pieces.iter().enumerate().filter(|(_, p)| p.class.is_for_cars()) {
        piece.ends.iter().for_each(|&end| at_node.entry(end).or_default().push(index));
    }
    let mut rules = Vec::new();
    for (&via, meeting) in &at_node {
        let is_main = |index: &&usize| pieces[**index].class == StreetClass::Arterial;
        let main: Vec<usize> = meeting.iter().filter(is_main).copied().collect();
        if main.len() != 2 || meeting.len() != 3 || !rng.random_ratio(NO_LEFT_TURN_PERCENT, 100) {
            continue;
        }
        let here = sketch.points[via];
        let seen = |index: usize| {
            let [a, b] = pieces[index].ends;
            let other = sketch.points[if a == via { b } else { a }];
            (other.east - here.east, other.north - here.north)
        };
        for &from in meeting.iter().filter(|index| !main.contains(index)) {
            let (east, north) = seen(from);
            // Who comes from there has on the left what lies clockwise of it as seen from here.
            let is_left = |&&to: &&usize| east * seen(to).1 - north * seen(to).0 < 0.0;
            if let [to] = main.iter().filter(is_left).collect::<Vec<_>>()[..] {
                let [from, via, to] = [from, via, *to].map(number);
                rules.push(TurnRule { from, via, to, is_only: false });
            }
        }
    }
    rules
}

/// The nodes of the largest set in which a car gets from each to each.
///
/// # Source
/// Kosaraju and Sharir (1981), <https://doi.org/10.1016/0898-1221(81)90008-0>.
fn largest_group(nodes: usize, pieces: &[Piece]) -> Vec<bool> {
    let mut ahead = vec![Vec::new(); nodes];
    let mut behind = vec![Vec::new(); nodes];
    for piece in pieces.iter().filter(|piece| piece.class.is_for_cars()) {
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
    use crate::travel::city::class::{Flow, StreetClass};
    use crate::travel::city::draft::largest_group;
    use crate::travel::city::sketch::Piece;

    #[test]
    fn a_node_that_cars_cannot_leave_is_not_in_the_group() {
        let lane =
            |from, to| Piece { flow: Flow::OneWay, ..Piece::new([from, to], StreetClass::Lane) };
        let circle_and_trap = [lane(0, 1), lane(1, 2), lane(2, 0), lane(2, 3), lane(4, 0)];
        let expected = [true, true, true, false, false, false];
        assert_eq!(largest_group(6, &circle_and_trap), expected);
    }

    #[test]
    fn a_path_does_not_carry_cars() {
        let path = Piece::new([1, 2], StreetClass::Path);
        let street = Piece::new([0, 1], StreetClass::Street);
        assert_eq!(largest_group(3, &[path, street]), [true, true, false]);
    }
}
