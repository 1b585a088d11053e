//! Fastest ways found the slow way, to compare with.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::model::place::Profile;
use crate::travel::roads::cost::Cost;
use crate::travel::roads::mesh::Mesh;
use crate::travel::roads::network::{Course, Direction, Network, TurnBan};
use crate::travel::roads::snap::{Snap, part_milliseconds};

/// Costs from one node of a mesh to all, by Dijkstra (1959).
pub(crate) fn from_node(mesh: &Mesh, costs: &[Cost], source: u32) -> Vec<Cost> {
    let first = mesh.first_arcs();
    let mut known = vec![Cost::UNREACHABLE; mesh.nodes.len()];
    known[source as usize] = Cost::default();
    let mut queue = BinaryHeap::from([Reverse((Cost::default(), source))]);
    while let Some(Reverse((cost, node))) = queue.pop() {
        if known[node as usize] < cost {
            continue;
        }
        for arc in first[node as usize] as usize..first[node as usize + 1] as usize {
            let (head, total) = (mesh.arcs[arc].head, cost + costs[arc]);
            if total < known[head as usize] {
                known[head as usize] = total;
                queue.push(Reverse((total, head)));
            }
        }
    }
    known
}

/// The cost between two points of roads, by Dijkstra over courses: it looks at every turn and knows
/// neither copies of junctions nor a hierarchy.
pub(crate) fn between(network: &Network, profile: Profile, from: Snap, to: Snap) -> Option<Cost> {
    let part = |edge: u32, [start, end]: [u32; 2], direction: Direction| {
        let edge = &network.edges()[edge as usize];
        edge.milliseconds(profile, direction)?;
        let time = if start == end { 0 } else { part_milliseconds(edge, profile, start, end)? };
        Some(Cost::new(time, start.abs_diff(end)))
    };
    let whole = |course: Course| {
        let edge = &network.edges()[course.edge as usize];
        Some(Cost::new(edge.milliseconds(profile, course.direction)?, edge.millimeters))
    };
    let end_of = |edge: u32, is_at_end: bool| {
        if is_at_end { network.edges()[edge as usize].millimeters } else { 0 }
    };
    let mut best = None;
    if from.edge == to.edge {
        let direction =
            if from.offset <= to.offset { Direction::Forward } else { Direction::Backward };
        best = if from.offset == to.offset {
            Some(Cost::default())
        } else {
            part(from.edge, [from.offset, to.offset], direction)
        };
    }
    let mut leaving: BTreeMap<u32, Vec<Course>> = BTreeMap::new();
    for (edge, road) in (0..).zip(network.edges()) {
        for direction in Direction::BOTH {
            leaving.entry(road.tail(direction)).or_default().push(Course { edge, direction });
        }
    }
    let mut known: BTreeMap<Course, Cost> = BTreeMap::new();
    let mut queue = BinaryHeap::new();
    for direction in Direction::BOTH {
        let end = end_of(from.edge, direction == Direction::Forward);
        if let Some(cost) = part(from.edge, [from.offset, end], direction) {
            queue.push(Reverse((cost, Course { edge: from.edge, direction })));
        }
    }
    while let Some(Reverse((cost, course))) = queue.pop() {
        if known.contains_key(&course) {
            continue;
        }
        known.insert(course, cost);
        for &next in &leaving[&network.edges()[course.edge as usize].head(course.direction)] {
            let ban = TurnBan { from: course, to: next };
            if profile == Profile::Car && network.bans().binary_search(&ban).is_ok() {
                continue;
            }
            if next.edge == to.edge {
                let start = end_of(to.edge, next.direction == Direction::Backward);
                let last = part(to.edge, [start, to.offset], next.direction);
                best = best.into_iter().chain(last.map(|last| cost + last)).min();
            }
            if let Some(whole) = whole(next) {
                queue.push(Reverse((cost + whole, next)));
            }
        }
    }
    best
}
