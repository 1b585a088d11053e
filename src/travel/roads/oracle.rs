//! Fastest ways found the slow way, to compare with.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

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
        let arcs = first[node as usize] as usize..first[node as usize + 1] as usize;
        for (arc, &along) in mesh.arcs[arcs.clone()].iter().zip(&costs[arcs]) {
            let (head, total) = (arc.head, cost + along);
            if total < known[head as usize] {
                known[head as usize] = total;
                queue.push(Reverse((total, head)));
            }
        }
    }
    known
}

/// What it costs to come to the end of every course from a point of a road, by Dijkstra over courses:
/// it looks at every turn and knows neither copies of junctions nor a hierarchy.
pub(crate) struct Search<'a> {
    network: &'a Network,
    profile: Profile,
    from: Snap,
    /// What leads away from a junction.
    leaving: Vec<Vec<Course>>,
    /// What leads to it.
    arriving: Vec<Vec<Course>>,
    known: HashMap<Course, Cost>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(network: &'a Network, profile: Profile, from: Snap) -> Self {
        let mut leaving = vec![Vec::new(); network.nodes().len()];
        let mut arriving = leaving.clone();
        for (edge, road) in (0..).zip(network.edges()) {
            for direction in Direction::BOTH {
                leaving[road.tail(direction) as usize].push(Course { edge, direction });
                arriving[road.head(direction) as usize].push(Course { edge, direction });
            }
        }
        let known = HashMap::new();
        let mut search = Self { network, profile, from, leaving, arriving, known };
        search.run();
        search
    }

    fn part(&self, edge: u32, [start, end]: [u32; 2], direction: Direction) -> Option<Cost> {
        let edge = &self.network.edges()[edge as usize];
        edge.milliseconds(self.profile, direction)?;
        let time =
            if start == end { 0 } else { part_milliseconds(edge, self.profile, start, end)? };
        Some(Cost::new(time, start.abs_diff(end)))
    }

    fn whole(&self, course: Course) -> Option<Cost> {
        let edge = &self.network.edges()[course.edge as usize];
        Some(Cost::new(edge.milliseconds(self.profile, course.direction)?, edge.millimeters))
    }

    fn end_of(&self, edge: u32, is_at_end: bool) -> u32 {
        if is_at_end { self.network.edges()[edge as usize].millimeters } else { 0 }
    }

    fn is_allowed(&self, from: Course, to: Course) -> bool {
        let is_banned = || self.network.bans().binary_search(&TurnBan { from, to }).is_ok();
        self.profile != Profile::Car || !is_banned()
    }

    fn run(&mut self) {
        let mut queue = BinaryHeap::new();
        for direction in Direction::BOTH {
            let end = self.end_of(self.from.edge, direction == Direction::Forward);
            if let Some(cost) = self.part(self.from.edge, [self.from.offset, end], direction) {
                queue.push(Reverse((cost, Course { edge: self.from.edge, direction })));
            }
        }
        while let Some(Reverse((cost, course))) = queue.pop() {
            if self.known.contains_key(&course) {
                continue;
            }
            self.known.insert(course, cost);
            let junction = self.network.edges()[course.edge as usize].head(course.direction);
            for &next in &self.leaving[junction as usize] {
                if let Some(whole) = self.whole(next).filter(|_| self.is_allowed(course, next)) {
                    queue.push(Reverse((cost + whole, next)));
                }
            }
        }
    }

    /// The least cost to a point of a road.
    pub(crate) fn to(&self, to: Snap) -> Option<Cost> {
        let from = self.from;
        let stay = if from.edge != to.edge {
            None
        } else if from.offset == to.offset {
            Some(Cost::default())
        } else {
            let is_ahead = from.offset < to.offset;
            let direction = if is_ahead { Direction::Forward } else { Direction::Backward };
            self.part(to.edge, [from.offset, to.offset], direction)
        };
        let over_junctions = Direction::BOTH.into_iter().filter_map(|direction| {
            let last = Course { edge: to.edge, direction };
            let start = self.end_of(to.edge, direction == Direction::Backward);
            let part = self.part(to.edge, [start, to.offset], direction)?;
            let junction = self.network.edges()[to.edge as usize].tail(direction);
            let before = self.arriving[junction as usize].iter();
            let least = before
                .filter(|course| self.is_allowed(**course, last))
                .filter_map(|course| self.known.get(course))
                .min()?;
            Some(*least + part)
        });
        over_junctions.chain(stay).min()
    }
}
