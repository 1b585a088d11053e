//! Legs and paths over a street graph.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::model::place::{Coordinate, Profile};
use crate::model::travel_matrix::{Leg, Travel};
use crate::travel::streets::graph::{Cost, Edge, Graph, NodeIndex};
use crate::travel::streets::lines::{StreetLine, street_lines};
use crate::travel::streets::rows::Rows;
use crate::travel::streets::snap::{Snap, SnapIndex};

/// What lies between the streets, for display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AreaKind {
    /// A river or lake.
    Water,
    /// A park.
    Park,
}

impl AreaKind {
    /// The word for it in data: `water`, `park`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Park => "park",
        }
    }
}

/// A piece of water or green, for display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// What it is.
    pub kind: AreaKind,
    /// Its outline; the last point is not the first again.
    pub outline: Vec<Coordinate>,
}

/// Travel over streets: the fastest way for each profile.
///
/// An address is snapped to the nearest street with doors that the profile may use; the walk
/// between the two counts. Ways between crossings are computed when first needed and kept, so a
/// leg is a look-up once its streets are known. Thread-safe, and the same for every order of calls.
#[derive(Debug)]
pub struct Streets {
    graph: Graph,
    rows: Rows,
    index: SnapIndex,
    /// Snaps of addresses seen, by profile: a plan asks for the same ones again and again.
    snaps: RwLock<HashMap<Coordinate, [Option<Snap>; 3]>>,
    areas: Vec<Area>,
}

/// How a way leaves the street of its first address and enters that of its last.
#[derive(Debug, Clone, Copy)]
enum Link {
    /// Both are on one street, and it is fastest to stay on it.
    Along,
    /// From one crossing to another.
    Over([NodeIndex; 2]),
}

impl Streets {
    /// An address farther than this from every street cannot be reached, in meters.
    pub const SNAP_METERS_MAX: f64 = 300.0;
    /// Addresses whose snaps are kept; of those that come later, each is snapped anew.
    const SNAPS_MAX: usize = 65_536;

    /// Travel over `graph`. `areas` are for display only.
    pub fn new(graph: Graph, areas: Vec<Area>) -> Self {
        let (rows, index) = (Rows::new(&graph), SnapIndex::new(&graph, Self::SNAP_METERS_MAX));
        Self { graph, rows, index, snaps: RwLock::default(), areas }
    }

    /// The crossings and streets.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// All streets as lines, for display.
    pub fn lines(&self) -> Vec<StreetLine> {
        street_lines(&self.graph)
    }

    /// Water and parks, for display.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The nearest point where the profile can stop for an address, or `None` when all are too far.
    pub fn nearest(&self, profile: Profile, place: Coordinate) -> Option<Coordinate> {
        self.snap(profile, place).map(|snap| self.point(snap))
    }

    fn snap(&self, profile: Profile, place: Coordinate) -> Option<Snap> {
        // A panic elsewhere cannot leave this map half written: entries are whole or absent.
        let known = self.snaps.read().unwrap_or_else(PoisonError::into_inner).get(&place).copied();
        if let Some(snaps) = known {
            return snaps[profile.index()];
        }
        let snaps = Profile::ALL.map(|profile| self.index.snap(&self.graph, profile, place));
        let mut kept = self.snaps.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < Self::SNAPS_MAX {
            kept.insert(place, snaps);
        }
        snaps[profile.index()]
    }

    fn edge(&self, snap: Snap) -> &Edge {
        &self.graph.edges[snap.edge as usize]
    }

    fn point(&self, snap: Snap) -> Coordinate {
        self.graph.point(self.edge(snap), snap.offset)
    }

    /// The ends of a snap's street, each with the cost from the snap to it, or from it to the snap.
    fn ends(
        &self,
        profile: Profile,
        snap: Snap,
        is_leaving: bool,
    ) -> impl Iterator<Item = (NodeIndex, Cost)> {
        let edge = self.edge(snap);
        let offsets = [0, edge.millimeters];
        edge.ends.into_iter().zip(offsets).filter_map(move |(node, end)| {
            let (from, to) = if is_leaving { (snap.offset, end) } else { (end, snap.offset) };
            let cost = if from == to { Cost::default() } else { edge.part(profile, from, to)? };
            Some((node, cost))
        })
    }

    /// The cheapest way between two snaps, without the walks.
    fn between(&self, profile: Profile, from: Snap, to: Snap) -> Option<(Cost, Link)> {
        let along = (from.edge == to.edge)
            .then(|| self.edge(from).part(profile, from.offset, to.offset))
            .flatten();
        let mut best = along.map(|cost| (cost, Link::Along));
        for (first, leave) in self.ends(profile, from, true) {
            let row = self.rows.from(&self.graph, profile, first);
            for (last, enter) in self.ends(profile, to, false) {
                let middle = row[last.index()];
                if middle == Cost::UNREACHABLE {
                    continue;
                }
                let cost = leave + middle + enter;
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, Link::Over([first, last])));
                }
            }
        }
        best
    }

    /// The streets of a way from its first address to its last, or `None` when there is none.
    fn way(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Option<Vec<Coordinate>> {
        let (first, last) = (self.snap(profile, from)?, self.snap(profile, to)?);
        let (_, link) = self.between(profile, first, last)?;
        let nodes = match link {
            Link::Along => Vec::new(),
            Link::Over(ends) => self.rows.nodes_between(&self.graph, profile, ends),
        };
        let mut points = vec![from, self.point(first)];
        points.extend(nodes.into_iter().map(|node| self.graph.nodes[node.index()]));
        points.extend([self.point(last), to]);
        points.dedup();
        Some(points)
    }
}

impl Travel for Streets {
    fn leg(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Option<Leg> {
        let (first, last) = (self.snap(profile, from)?, self.snap(profile, to)?);
        if from == to {
            return Some(Leg::default());
        }
        let (cost, _) = self.between(profile, first, last)?;
        let total = first.walk + cost + last.walk;
        Some(Leg {
            drive_seconds: i32::try_from(total.milliseconds.div_ceil(1000)).unwrap_or(i32::MAX),
            distance_meters: i32::try_from((total.millimeters + 500) / 1000).unwrap_or(i32::MAX),
        })
    }

    /// Follows the streets. The two ends alone when there is no way, or no distance, between them.
    fn path(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Vec<Coordinate> {
        match self.way(profile, from, to) {
            Some(points) if from != to => points,
            _ => vec![from, to],
        }
    }

    fn name(&self) -> &'static str {
        "streets"
    }
}
