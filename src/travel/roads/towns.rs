//! Small towns for tests: points in meters around 0° 0°, and ways with tags.

use proptest::prelude::*;

use crate::model::place::Coordinate;
use crate::model::plane::{Plane, PlanePoint};
use crate::travel::roads::draft::{TurnCount, network_of};
use crate::travel::roads::extract::{Extract, PointTable, TurnRule, Way};
use crate::travel::roads::network::{NAMELESS, Network};
use crate::travel::roads::tags::{Tags, gate, way_rules};

/// A point of the towns, in meters to the east and north.
pub(crate) fn at(east: f64, north: f64) -> Coordinate {
    let plane = Plane::around(Coordinate::from_degrees(0.0, 0.0).unwrap());
    plane.coordinate(PlanePoint::new(east, north)).unwrap()
}

/// Tags written as `highway=service oneway=yes`.
pub(crate) fn tags(text: &str) -> Vec<(&str, &str)> {
    text.split_whitespace().map(|tag| tag.split_once('=').unwrap()).collect()
}

/// A town to be: what an extract would say.
#[derive(Debug, Default)]
pub(crate) struct Town {
    pub(crate) extract: Extract,
    points: Vec<(i64, Coordinate)>,
    also_named: Vec<i64>,
}

impl Town {
    /// Points numbered from 1.
    pub(crate) fn new(points: &[(f64, f64)]) -> Self {
        let points = (1..).zip(points).map(|(id, &(east, north))| (id, at(east, north))).collect();
        Self { points, ..Self::default() }
    }

    /// With a way, numbered from 1; points that were not given lie outside of the extract.
    #[must_use]
    pub(crate) fn way(mut self, points: &[i64], text: &str) -> Self {
        let all = tags(text);
        let id = i64::try_from(self.extract.ways.len()).unwrap() + 1;
        let name = all.iter().find(|(key, _)| *key == "name").map_or(NAMELESS, |(_, name)| {
            let known = self.extract.names.iter().position(|known| **known == **name);
            let index = known.unwrap_or_else(|| {
                self.extract.names.push((*name).into());
                self.extract.names.len() - 1
            });
            u32::try_from(index).unwrap()
        });
        let rules = way_rules(Tags(&all)).unwrap();
        self.also_named.extend(points);
        self.extract.ways.push(Way { id, points: points.to_vec(), rules, name });
        self
    }

    /// With a barrier.
    #[must_use]
    pub(crate) fn gate(mut self, point: i64, text: &str) -> Self {
        self.extract.gates.insert(point, gate(Tags(&tags(text))));
        self
    }

    /// With a rule about turns from a way over a point into a way.
    #[must_use]
    pub(crate) fn turn(mut self, [from, via, to]: [i64; 3], is_only: bool) -> Self {
        self.extract.turns.push(TurnRule { from, via, to, is_only });
        self
    }

    /// With a rule about turns from any way, over one of its ends, into any way that is there.
    #[must_use]
    fn turn_between(self, from: usize, to: usize, is_only: bool) -> Self {
        let ways = &self.extract.ways;
        let Some(first) = from.checked_rem(ways.len()).map(|index| &ways[index]) else {
            return self;
        };
        let via = first.points[from / ways.len() % 2];
        let there: Vec<i64> =
            ways.iter().filter(|way| way.points.contains(&via)).map(|way| way.id).collect();
        let turn = [first.id, via, there[to % there.len()]];
        self.turn(turn, is_only)
    }

    /// The network, and what became of the turn rules.
    pub(crate) fn build(mut self) -> (Network, TurnCount) {
        let ids = self.points.iter().map(|(id, _)| *id).chain(self.also_named).collect();
        self.extract.points = PointTable::new(ids);
        for (id, place) in self.points {
            let index = self.extract.points.index(id).unwrap();
            self.extract.points.place(index, place);
        }
        network_of(&self.extract).unwrap()
    }
}

/// A town of 5 × 5 crossings, each moved a little, with some streets missing or one-way, and turns that
/// are forbidden or the only ones.
pub(crate) fn crooked_towns() -> impl Strategy<Value = Town> {
    const KINDS: [&str; 8] = [
        "highway=residential",
        "highway=residential oneway=yes",
        "highway=tertiary maxspeed=50",
        "highway=service oneway=-1",
        "highway=primary oneway=yes oneway:bicycle=no",
        "highway=path",
        "highway=motorway",
        "highway=residential junction=roundabout",
    ];
    let moves = prop::collection::vec((-80.0..80.0_f64, -80.0..80.0_f64), 25);
    let streets = prop::collection::vec(0..10_usize, 40);
    let turns = prop::collection::vec((any::<usize>(), any::<usize>(), any::<bool>()), 0..60);
    (moves, streets, turns).prop_map(|(moves, kinds, turns)| {
        let place = |node: u32| (f64::from(node % 5) * 300.0, f64::from(node / 5) * 300.0);
        let moved = (0..25)
            .zip(moves)
            .map(|(node, (east, north))| (place(node).0 + east, place(node).1 + north));
        let to_the_right = (1..=25_i64).filter(|node| node % 5 != 0).map(|node| [node, node + 1]);
        let upward = (1..=20_i64).map(|node| [node, node + 5]);
        let mut town = Town::new(&moved.collect::<Vec<_>>());
        for (ends, kind) in to_the_right.chain(upward).zip(kinds) {
            if let Some(text) = KINDS.get(kind) {
                town = town.way(&ends, text);
            }
        }
        for (from, to, is_only) in turns {
            town = town.turn_between(from, to, is_only);
        }
        town
    })
}
