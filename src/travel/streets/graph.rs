//! Crossings and the streets between them.

use std::ops::Add;

use crate::model::place::{Coordinate, Profile};
use crate::travel::beeline::great_circle_meters;
use crate::travel::streets::class::StreetClass;

/// A crossing: its position among the nodes of a [`Graph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIndex(pub u32);

impl NodeIndex {
    /// As an index of a slice.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// In which directions cars may use a street.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// In both.
    BothWays,
    /// From its first end to its second.
    OneWay,
}

/// What a way costs: its time and, between ways of the same time, its length.
///
/// Thousandths keep sums exact, so that parts of a street add up to the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cost {
    pub(crate) milliseconds: u32,
    pub(crate) millimeters: u32,
}

impl Cost {
    /// There is no way.
    pub(crate) const UNREACHABLE: Self = Self { milliseconds: u32::MAX, millimeters: u32::MAX };
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            milliseconds: self.milliseconds + other.milliseconds,
            millimeters: self.millimeters + other.millimeters,
        }
    }
}

/// Along a street from its first end to its second, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// A straight piece of street between two crossings, usable in one or both directions.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) ends: [NodeIndex; 2],
    pub(crate) class: StreetClass,
    pub(crate) millimeters: u32,
    /// Time of the whole edge by profile and direction; `None` where it is forbidden.
    milliseconds: [[Option<u32>; 2]; 3],
}

impl Edge {
    /// The cost of the whole edge in one direction.
    pub(crate) fn cost(&self, profile: Profile, direction: Direction) -> Option<Cost> {
        let milliseconds = self.milliseconds[profile.index()][direction as usize]?;
        Some(Cost { milliseconds, millimeters: self.millimeters })
    }

    /// The cost of going from one point of the edge to another, both in millimeters from the
    /// first end; `None` where that direction is forbidden.
    ///
    /// Times are differences of one rounded scale, so that the parts of an edge sum to the edge.
    pub(crate) fn part(&self, profile: Profile, from: u32, to: u32) -> Option<Cost> {
        let direction = if from <= to { Direction::Forward } else { Direction::Backward };
        let whole = self.cost(profile, direction)?.milliseconds;
        let scale = |offset: u32| {
            let time = u64::from(whole) * u64::from(offset) / u64::from(self.millimeters);
            u32::try_from(time).unwrap_or(u32::MAX)
        };
        Some(Cost { milliseconds: scale(from).abs_diff(scale(to)), millimeters: from.abs_diff(to) })
    }

    /// Whether the profile may use it at all.
    pub(crate) fn admits(&self, profile: Profile) -> bool {
        self.milliseconds[profile.index()].iter().any(Option::is_some)
    }

    /// The end that one comes to, and the direction, when leaving from `node`.
    pub(crate) fn leaving(&self, node: NodeIndex) -> (NodeIndex, Direction) {
        if self.ends[0] == node {
            (self.ends[1], Direction::Forward)
        } else {
            (self.ends[0], Direction::Backward)
        }
    }

    /// The end that one comes from, and the direction, when arriving at `node`.
    pub(crate) fn arriving(&self, node: NodeIndex) -> (NodeIndex, Direction) {
        let (other, leaving) = self.leaving(node);
        let direction = match leaving {
            Direction::Forward => Direction::Backward,
            Direction::Backward => Direction::Forward,
        };
        (other, direction)
    }
}

/// A street or node that a [`Graph`] cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum GraphError {
    /// The table of ways grows with the square of the nodes.
    #[error("there are more than {most} crossings")]
    TooManyNodes {
        /// How many are allowed.
        most: usize,
    },
    /// Streets are bounded like nodes.
    #[error("there are more than {most} pieces of street")]
    TooManyStreets {
        /// How many are allowed.
        most: usize,
    },
    /// A street needs crossings that exist.
    #[error("a street ends at crossing {node}, but there are only {nodes}")]
    UnknownNode {
        /// The position asked for.
        node: u32,
        /// How many there are.
        nodes: usize,
    },
    /// A street that leads from a crossing to itself helps nobody.
    #[error("a street leads from crossing {node} to itself")]
    Loop {
        /// The crossing.
        node: u32,
    },
    /// All streets together must be short enough for any way to fit into its integers.
    #[error("all streets together are longer than {most_kilometers} km")]
    TooLong {
        /// The length allowed, in kilometers.
        most_kilometers: u32,
    },
}

/// Crossings and streets that are known to fit together.
#[derive(Debug)]
pub struct Graph {
    pub(crate) nodes: Vec<Coordinate>,
    pub(crate) edges: Vec<Edge>,
    /// Edges by node: those of node `n` are `incident[first[n]..first[n + 1]]`.
    first: Vec<u32>,
    incident: Vec<u32>,
}

impl Graph {
    /// The most crossings: ways between all of them take 8 bytes × crossings² for each profile,
    /// 134 MB at the limit, and only if every crossing is asked for.
    pub const NODES_MAX: usize = 4096;
    /// The most pieces of street.
    pub const STREETS_MAX: usize = 4 * Self::NODES_MAX;
    /// The most that all streets may measure together, in kilometers: at a walker's speed any way
    /// then fits into 32 bits of milliseconds.
    pub const KILOMETERS_MAX: u32 = 4000;

    /// The crossings, by index.
    pub fn nodes(&self) -> &[Coordinate] {
        &self.nodes
    }

    /// How many pieces of street there are.
    pub fn street_count(&self) -> usize {
        self.edges.len()
    }

    /// The pieces of street: both ends and the class.
    pub fn streets(&self) -> impl Iterator<Item = ([NodeIndex; 2], StreetClass)> {
        self.edges.iter().map(|edge| (edge.ends, edge.class))
    }

    /// The edges that touch a node.
    pub(crate) fn edges_at(&self, node: NodeIndex) -> &[u32] {
        let (from, to) = (self.first[node.index()], self.first[node.index() + 1]);
        &self.incident[from as usize..to as usize]
    }

    /// The point of an edge that lies this many millimeters behind its first end.
    pub(crate) fn point(&self, edge: &Edge, offset: u32) -> Coordinate {
        let [start, end] = edge.ends.map(|node| self.nodes[node.index()]);
        let part = f64::from(offset) / f64::from(edge.millimeters);
        let between = |from: i32, to: i32| from + scaled(f64::from(to - from), part);
        Coordinate {
            latitude_micro: between(start.latitude_micro, end.latitude_micro),
            longitude_micro: between(start.longitude_micro, end.longitude_micro),
        }
    }
}

/// A part of a difference of micro-degrees, rounded.
#[expect(clippy::cast_possible_truncation, reason = "a part of a difference that was an i32")]
fn scaled(difference: f64, part: f64) -> i32 {
    (difference * part).round() as i32
}

/// Collects crossings and streets, and refuses what does not fit.
#[derive(Debug, Default)]
pub struct GraphBuilder {
    nodes: Vec<Coordinate>,
    edges: Vec<Edge>,
    millimeters: u64,
}

impl GraphBuilder {
    /// Adds a crossing.
    ///
    /// # Errors
    /// [`GraphError::TooManyNodes`].
    pub fn node(&mut self, place: Coordinate) -> Result<NodeIndex, GraphError> {
        let index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        if self.nodes.len() >= Graph::NODES_MAX {
            return Err(GraphError::TooManyNodes { most: Graph::NODES_MAX });
        }
        self.nodes.push(place);
        Ok(NodeIndex(index))
    }

    /// Adds a straight piece of street; its length is that of the great circle.
    ///
    /// # Errors
    /// Any other [`GraphError`].
    pub fn street(
        &mut self,
        ends: [NodeIndex; 2],
        class: StreetClass,
        flow: Flow,
    ) -> Result<(), GraphError> {
        let nodes = self.nodes.len();
        if let Some(&NodeIndex(node)) = ends.iter().find(|end| end.index() >= nodes) {
            return Err(GraphError::UnknownNode { node, nodes });
        }
        if ends[0] == ends[1] {
            return Err(GraphError::Loop { node: ends[0].0 });
        }
        if self.edges.len() >= Graph::STREETS_MAX {
            return Err(GraphError::TooManyStreets { most: Graph::STREETS_MAX });
        }
        let [start, end] = ends.map(|node| self.nodes[node.index()]);
        let millimeters = thousandths(great_circle_meters(start, end));
        self.millimeters += u64::from(millimeters);
        if self.millimeters > u64::from(Graph::KILOMETERS_MAX) * 1_000_000 {
            return Err(GraphError::TooLong { most_kilometers: Graph::KILOMETERS_MAX });
        }
        let milliseconds = Profile::ALL.map(|profile| {
            let time = class
                .meters_per_second(profile)
                .map(|speed| thousandths(f64::from(millimeters) / 1000.0 / speed));
            let may_go_back = flow == Flow::BothWays || class.ignores_one_way(profile);
            [time, time.filter(|_| may_go_back)]
        });
        self.edges.push(Edge { ends, class, millimeters, milliseconds });
        Ok(())
    }

    /// The graph of all that was added.
    pub fn build(self) -> Graph {
        let mut first = vec![0_u32; self.nodes.len() + 1];
        for edge in &self.edges {
            for end in edge.ends {
                first[end.index() + 1] += 1;
            }
        }
        for node in 0..self.nodes.len() {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut incident = vec![0; self.edges.len() * 2];
        for (index, edge) in (0_u32..).zip(&self.edges) {
            for end in edge.ends {
                incident[next[end.index()] as usize] = index;
                next[end.index()] += 1;
            }
        }
        Graph { nodes: self.nodes, edges: self.edges, first, incident }
    }
}

/// Meters or seconds in thousandths, at least one, so that every step of a way costs something.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates; what is too long is refused right after"
)]
pub(crate) fn thousandths(value: f64) -> u32 {
    ((value * 1000.0).round() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use crate::model::place::Coordinate;
    use crate::travel::streets::class::StreetClass;
    use crate::travel::streets::graph::{Flow, GraphBuilder, GraphError, NodeIndex};

    fn two_nodes() -> (GraphBuilder, [NodeIndex; 2]) {
        let mut builder = GraphBuilder::default();
        let node = |builder: &mut GraphBuilder, longitude| {
            builder.node(Coordinate::from_degrees(0.0, longitude).unwrap()).unwrap()
        };
        let ends = [node(&mut builder, 0.0), node(&mut builder, 30.0)];
        (builder, ends)
    }

    #[test]
    fn a_street_to_a_crossing_that_is_missing_is_refused() {
        let (mut builder, [start, _]) = two_nodes();
        let error = builder.street([start, NodeIndex(2)], StreetClass::Street, Flow::BothWays);
        assert_eq!(error, Err(GraphError::UnknownNode { node: 2, nodes: 2 }));
    }

    #[test]
    fn a_street_to_itself_is_refused() {
        let (mut builder, [start, _]) = two_nodes();
        let error = builder.street([start, start], StreetClass::Street, Flow::BothWays);
        assert_eq!(error, Err(GraphError::Loop { node: 0 }));
    }

    #[test]
    fn streets_longer_than_any_region_are_refused() {
        let (mut builder, ends) = two_nodes();
        assert_eq!(builder.street(ends, StreetClass::Street, Flow::BothWays), Ok(()));
        let error = builder.street(ends, StreetClass::Street, Flow::BothWays);
        assert_eq!(error.unwrap_err().to_string(), "all streets together are longer than 4000 km");
    }

    #[test]
    fn crossings_are_bounded() {
        let mut builder = GraphBuilder::default();
        let place = Coordinate::from_degrees(0.0, 0.0).unwrap();
        for _ in 0..crate::travel::streets::graph::Graph::NODES_MAX {
            builder.node(place).unwrap();
        }
        assert_eq!(builder.node(place), Err(GraphError::TooManyNodes { most: 4096 }));
    }
}
