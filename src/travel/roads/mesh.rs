//! A network as arcs that a shortest way can be looked for on.

use std::collections::HashMap;

use crate::model::place::{Coordinate, Profile};
use crate::travel::roads::network::{Course, Direction, Network};

/// A step from one node to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MeshArc {
    pub(crate) tail: u32,
    pub(crate) head: u32,
    /// The road that it goes along; `None` for an arc that nobody uses.
    pub(crate) course: Option<Course>,
    /// Who may use it, by [`Profile::index`].
    pub(crate) admits: [bool; 3],
}

/// The arcs of a network, with junctions doubled where a turn is forbidden.
///
/// Who comes to a junction over a course that has forbidden turns comes to a copy of the junction,
/// which has all its arcs but the forbidden ones. So every way over the arcs keeps all turn bans, and
/// nothing that looks for ways needs to know about them. Bans are for cars; others never see a copy.
///
/// Arcs that nobody may use join the nodes at both ends of a road to each other, so that in a
/// hierarchy of these arcs they all lie on one way to the root.
#[derive(Debug)]
pub(crate) struct Mesh {
    /// Where nodes are: junctions first, as in the network, then copies.
    pub(crate) nodes: Vec<Coordinate>,
    /// Sorted by tail.
    pub(crate) arcs: Vec<MeshArc>,
    /// Copies by the junction they are copies of.
    copies: HashMap<u32, Vec<u32>>,
    /// The copy that a course leads to, and what may not be entered from there.
    turns: HashMap<Course, u32>,
    /// Where one may not go on from a copy; sorted.
    closed: HashMap<u32, Vec<Course>>,
}

impl Mesh {
    /// Finds copies and arcs.
    pub(crate) fn new(network: &Network) -> Self {
        let mut mesh = Self {
            nodes: network.nodes.clone(),
            arcs: Vec::new(),
            copies: HashMap::new(),
            turns: HashMap::new(),
            closed: HashMap::new(),
        };
        mesh.copy_junctions(network);
        for (index, edge) in (0..).zip(&network.edges) {
            for direction in Direction::BOTH {
                let course = Course { edge: index, direction };
                let admits = Profile::ALL
                    .map(|profile| edge.speeds[profile.index()][direction.index()] != 0);
                mesh.add_course(network, course, admits);
            }
            mesh.join_ends(edge.ends);
        }
        mesh.arcs.sort_by_key(|arc| (arc.tail, arc.head));
        mesh
    }

    /// The node at which cars, or others, arrive on a course.
    pub(crate) fn head(&self, network: &Network, profile: Profile, course: Course) -> u32 {
        let junction = network.edges[course.edge as usize].head(course.direction);
        match profile {
            Profile::Car => self.turns.get(&course).copied().unwrap_or(junction),
            Profile::Bike | Profile::Foot => junction,
        }
    }

    /// The nodes from which a course can be entered.
    pub(crate) fn tails(
        &self,
        network: &Network,
        profile: Profile,
        course: Course,
    ) -> impl Iterator<Item = u32> {
        let junction = network.edges[course.edge as usize].tail(course.direction);
        let copies = match profile {
            Profile::Car => self.copies_of(junction),
            Profile::Bike | Profile::Foot => &[],
        };
        let is_open = move |copy: &&u32| {
            self.closed.get(copy).is_none_or(|closed| closed.binary_search(&course).is_err())
        };
        std::iter::once(junction).chain(copies.iter().filter(is_open).copied())
    }

    fn copies_of(&self, junction: u32) -> &[u32] {
        self.copies.get(&junction).map_or(&[], Vec::as_slice)
    }

    /// Courses that end at one junction with the same bans share a copy.
    fn copy_junctions(&mut self, network: &Network) {
        let mut bans = network.bans.clone();
        bans.sort_unstable();
        bans.dedup();
        let mut known: HashMap<(u32, Vec<Course>), u32> = HashMap::new();
        for group in bans.chunk_by(|a, b| a.from == b.from) {
            let from = group[0].from;
            let junction = network.edges[from.edge as usize].head(from.direction);
            let closed: Vec<Course> = group.iter().map(|ban| ban.to).collect();
            let copy = *known.entry((junction, closed)).or_insert_with_key(|(_, closed)| {
                let copy = u32::try_from(self.nodes.len()).expect("bounded by roads");
                self.nodes.push(network.nodes[junction as usize]);
                self.copies.entry(junction).or_default().push(copy);
                self.closed.insert(copy, closed.clone());
                copy
            });
            self.turns.insert(from, copy);
        }
    }

    fn add_course(&mut self, network: &Network, course: Course, admits: [bool; 3]) {
        let tail = network.edges[course.edge as usize].tail(course.direction);
        let head = self.head(network, Profile::Bike, course);
        let head_of_cars = self.head(network, Profile::Car, course);
        let course_arc = |tail, head, admits| MeshArc { tail, head, course: Some(course), admits };
        let [by_car, by_bike, on_foot] = admits;
        if head == head_of_cars {
            self.push(course_arc(tail, head, admits));
        } else {
            self.push(course_arc(tail, head, [false, by_bike, on_foot]));
            self.push(course_arc(tail, head_of_cars, [by_car, false, false]));
        }
        let copies: Vec<u32> = self.tails(network, Profile::Car, course).skip(1).collect();
        for copy in copies {
            self.push(course_arc(copy, head_of_cars, [by_car, false, false]));
        }
    }

    fn join_ends(&mut self, ends: [u32; 2]) {
        let mut nodes = ends.to_vec();
        nodes.extend(ends.iter().flat_map(|&end| self.copies_of(end)));
        if nodes.len() == 2 {
            return;
        }
        for (index, &tail) in nodes.iter().enumerate() {
            for &head in nodes[index + 1..].iter().filter(|head| **head != tail) {
                self.arcs.push(MeshArc { tail, head, course: None, admits: [false; 3] });
            }
        }
    }

    fn push(&mut self, arc: MeshArc) {
        if arc.admits.contains(&true) {
            self.arcs.push(arc);
        }
    }

    /// Where the arcs of each node begin, and where the last one's end.
    pub(crate) fn first_arcs(&self) -> Vec<u32> {
        let mut first = vec![0_u32; self.nodes.len() + 1];
        for arc in &self.arcs {
            first[arc.tail as usize + 1] += 1;
        }
        for node in 0..self.nodes.len() {
            first[node + 1] += first[node];
        }
        first
    }
}
