//! From the ways of a map to roads between junctions.

use std::collections::{HashMap, HashSet};

use crate::model::place::{Coordinate, Profile};
use crate::travel::beeline::great_circle_meters;
use crate::travel::roads::class::RoadClass;
use crate::travel::roads::components::keep_connected;
use crate::travel::roads::extract::{Extract, TurnRule, Way};
use crate::travel::roads::ground::grounds;
use crate::travel::roads::network::{
    Course, Direction, EDGES_MAX, Edge, NAMELESS, Network, NetworkError, TurnBan,
};

/// Pace through a gate, in millimeters per second: that of a walker. The way through is as good as
/// nothing long.
const GATE_SPEED: u16 = 1_350;

/// How many turn rules became forbidden turns, and how many could not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TurnCount {
    /// Rules that are kept.
    pub kept: usize,
    /// Rules about roads that are no roads here, or that do not say clearly which turn is meant.
    pub left_out: usize,
}

/// Cuts ways at junctions, barriers and the border of the extract, and keeps what is connected.
///
/// # Errors
/// [`NetworkError::TooMany`].
pub(crate) fn network_of(extract: &Extract) -> Result<(Network, TurnCount), NetworkError> {
    let mut draft = Draft::new(extract);
    for way in &extract.ways {
        draft.add_way(way)?;
    }
    draft.open_gates();
    let turns = draft.ban_turns();
    let mut network = draft.network;
    network.bans.sort_unstable();
    network.bans.dedup();
    network.names.clone_from(&extract.names);
    network.attribution.clone_from(&extract.attribution);
    keep_connected(&mut network);
    network.grounds = grounds(extract);
    network.grounds.sort_by_key(|ground| ground.kind);
    network.check()?;
    Ok((network, turns))
}

struct Draft<'a> {
    extract: &'a Extract,
    network: Network,
    /// How often a point is used, by its position in the table; ways end and turns happen only at
    /// points that are used twice.
    uses: Vec<u8>,
    /// The junction of a point, by its position in the table.
    junctions: Vec<Option<u32>>,
    /// The junctions on all sides of a gate.
    gates: HashMap<i64, Vec<u32>>,
    /// Points at which turns have rules.
    vias: HashSet<i64>,
    /// What leaves such a point: the way, and the course.
    leaving: HashMap<i64, Vec<(i64, Course)>>,
}

impl<'a> Draft<'a> {
    fn new(extract: &'a Extract) -> Self {
        let mut uses = vec![0_u8; extract.points.len()];
        let mut count = |id: i64, times: u8| {
            if let Some(index) = extract.points.index(id) {
                uses[index] = uses[index].saturating_add(times);
            }
        };
        for way in &extract.ways {
            way.points.iter().for_each(|&id| count(id, 1));
        }
        extract.gates.keys().for_each(|&id| count(id, 2));
        extract.turns.iter().for_each(|turn| count(turn.via, 2));
        Self {
            extract,
            network: Network::default(),
            uses,
            junctions: vec![None; extract.points.len()],
            gates: HashMap::new(),
            vias: extract.turns.iter().map(|turn| turn.via).collect(),
            leaving: HashMap::new(),
        }
    }

    /// Adds the pieces of a way; where points are missing, at the border, it is interrupted.
    fn add_way(&mut self, way: &Way) -> Result<(), NetworkError> {
        let mut piece: Vec<(i64, Coordinate)> = Vec::new();
        for &id in &way.points {
            let Some((index, place)) = self.extract.points.find(id) else {
                self.add_piece(way, &piece)?;
                piece.clear();
                continue;
            };
            if piece.last().is_some_and(|(last, _)| *last == id) {
                continue;
            }
            piece.push((id, place));
            if 1 < piece.len() && 1 < self.uses[index] {
                self.add_piece(way, &piece)?;
                piece.clear();
                piece.push((id, place));
            }
        }
        self.add_piece(way, &piece)
    }

    fn add_piece(&mut self, way: &Way, piece: &[(i64, Coordinate)]) -> Result<(), NetworkError> {
        let ([first, .., last], found) = (piece, self.network.edges.len()) else { return Ok(()) };
        if EDGES_MAX <= found {
            return Err(NetworkError::TooMany { what: "roads", found, most: EDGES_MAX });
        }
        let edge = u32::try_from(found).expect("at most EDGES_MAX");
        let ends = [first, last].map(|&(id, place)| self.junction(id, place));
        for ((id, _), direction) in [first, last].into_iter().zip(Direction::BOTH) {
            if self.vias.contains(id) {
                let leaving = self.leaving.entry(*id).or_default();
                leaving.push((way.id, Course { edge, direction }));
            }
        }
        let meters: f64 =
            piece.windows(2).map(|pair| great_circle_meters(pair[0].1, pair[1].1)).sum();
        self.network.edges.push(Edge {
            ends,
            millimeters: millimeters(meters),
            speeds: way.rules.speeds,
            name: way.name,
            first_point: u32::try_from(self.network.points.len()).unwrap_or(u32::MAX),
            class: way.rules.class,
            has_doors: way.rules.has_doors,
        });
        let inner = piece[1..piece.len() - 1].iter().map(|(_, place)| *place);
        self.network.points.extend(inner);
        Ok(())
    }

    /// The junction at a point. At a gate every road has an end of its own.
    fn junction(&mut self, id: i64, place: Coordinate) -> u32 {
        let new = u32::try_from(self.network.nodes.len()).expect("at most two for each road");
        if self.extract.gates.contains_key(&id) {
            self.gates.entry(id).or_default().push(new);
            self.network.nodes.push(place);
            return new;
        }
        let index = self.extract.points.index(id).expect("a point with a place is in the table");
        *self.junctions[index].get_or_insert_with(|| {
            self.network.nodes.push(place);
            new
        })
    }

    /// Joins the sides of every gate for those whom it lets pass.
    fn open_gates(&mut self) {
        let mut gates: Vec<(i64, Vec<u32>)> = self.gates.drain().collect();
        gates.sort_unstable();
        for (id, sides) in gates {
            let passes = self.extract.gates[&id];
            if passes == [false; 3] {
                continue;
            }
            for pair in sides.windows(2) {
                self.network.edges.push(Edge {
                    ends: [pair[0], pair[1]],
                    millimeters: 0,
                    speeds: passes.map(|passes| [if passes { GATE_SPEED } else { 0 }; 2]),
                    name: NAMELESS,
                    first_point: u32::try_from(self.network.points.len()).unwrap_or(u32::MAX),
                    class: RoadClass::Path,
                    has_doors: false,
                });
            }
        }
    }

    fn ban_turns(&mut self) -> TurnCount {
        let mut count = TurnCount::default();
        for turn in &self.extract.turns {
            if let Some(bans) = self.bans_of(turn) {
                self.network.bans.extend(bans);
                count.kept += 1;
            } else {
                count.left_out += 1;
            }
        }
        count
    }

    /// The turns that a rule forbids, or `None` when it is not clear which.
    fn bans_of(&self, turn: &TurnRule) -> Option<Vec<TurnBan>> {
        if self.extract.gates.contains_key(&turn.via) {
            return None;
        }
        let leaving = self.leaving.get(&turn.via)?;
        let is_open = |course: &Course| {
            let speeds = self.network.edges[course.edge as usize].speeds;
            speeds[Profile::Car.index()][course.direction.index()] != 0
        };
        let all = || leaving.iter().filter(|(_, course)| is_open(course));
        let reversed = |course: Course| Course { direction: course.direction.reverse(), ..course };
        let arriving = leaving.iter().map(|&(way, course)| (way, reversed(course)));
        let from = only(arriving.filter(|(way, course)| *way == turn.from && is_open(course)))?.1;
        let to = only(all().filter(|(way, _)| *way == turn.to))?.1;
        let bans = all().filter(|(_, course)| (*course == to) != turn.is_only);
        Some(bans.map(|&(_, to)| TurnBan { from, to }).collect())
    }
}

/// The item of a sequence that has exactly one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let item = items.next()?;
    items.next().is_none().then_some(item)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates; what is too long is refused by the network's check"
)]
fn millimeters(meters: f64) -> u32 {
    (meters * 1000.0).round() as u32
}
