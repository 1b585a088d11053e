//! Roads as an extract of a map describes them, before they are a network.

use std::collections::HashMap;

use crate::model::place::Coordinate;
use crate::travel::roads::coast::Border;
use crate::travel::roads::network::GroundKind;
use crate::travel::roads::tags::WayRules;

/// What was read from a map. Points are named by their numbers there.
#[derive(Debug, Default)]
pub(crate) struct Extract {
    pub(crate) points: PointTable,
    /// Points that not everybody passes, and who does, by `Profile::index`.
    pub(crate) gates: HashMap<i64, [bool; 3]>,
    pub(crate) ways: Vec<Way>,
    pub(crate) names: Vec<Box<str>>,
    pub(crate) turns: Vec<TurnRule>,
    pub(crate) outlines: Vec<Outline>,
    /// Lines with land on their left and the sea on their right.
    pub(crate) coasts: Vec<Vec<i64>>,
    /// What it was cut out by, if that is known.
    pub(crate) border: Option<Border>,
    pub(crate) attribution: String,
}

/// A road over many junctions.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) id: i64,
    pub(crate) points: Vec<i64>,
    pub(crate) rules: WayRules,
    /// The position of its name, or `NAMELESS`.
    pub(crate) name: u32,
}

/// A turn at a junction that cars may not, or must, make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TurnRule {
    pub(crate) from: i64,
    pub(crate) via: i64,
    pub(crate) to: i64,
    /// Whether it is the only way to go on, not the one that is closed.
    pub(crate) is_only: bool,
}

/// Closed lines around something and around what is not part of it; the last point of each is its first
/// again.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(crate) kind: GroundKind,
    pub(crate) outer: Vec<Vec<i64>>,
    pub(crate) inner: Vec<Vec<i64>>,
}

impl Outline {
    /// One closed line around something whole.
    pub(crate) fn new(kind: GroundKind, points: Vec<i64>) -> Self {
        Self { kind, outer: vec![points], inner: vec![] }
    }

    /// All its points.
    pub(crate) fn points(&self) -> impl Iterator<Item = i64> + Clone {
        self.outer.iter().chain(&self.inner).flatten().copied()
    }
}

/// Where the points of an extract are, as far as anybody asks.
#[derive(Debug, Default)]
pub(crate) struct PointTable {
    /// Sorted.
    ids: Vec<i64>,
    places: Vec<Option<Coordinate>>,
}

impl PointTable {
    /// A table for these points, none of which has a place yet.
    pub(crate) fn new(mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        let places = vec![None; ids.len()];
        Self { ids, places }
    }

    /// How many points were asked for.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The position of a point, if anybody asks for it.
    pub(crate) fn index(&self, id: i64) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }

    /// Says where a point is.
    pub(crate) fn place(&mut self, index: usize, coordinate: Coordinate) {
        self.places[index] = Some(coordinate);
    }

    /// Where a point is, or `None` when it is outside of the extract.
    pub(crate) fn find(&self, id: i64) -> Option<(usize, Coordinate)> {
        let index = self.index(id)?;
        Some((index, self.places[index]?))
    }
}
