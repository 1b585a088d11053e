//! Where couriers are, between what they report. Kept in memory only.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::model::ids::CourierId;
use crate::model::place::Coordinate;
use crate::model::time::Timestamp;

/// The last position of each courier.
#[derive(Debug, Default)]
pub(crate) struct PositionBoard(Mutex<BTreeMap<CourierId, Position>>);

/// Where a courier was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// When.
    pub(crate) at: Timestamp,
    /// Where.
    pub(crate) place: Coordinate,
}

impl PositionBoard {
    /// Takes a position, unless a later one is known.
    pub(crate) fn put(&self, courier: CourierId, position: Position) {
        let mut board = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = board.entry(courier).or_insert(position);
        if known.at <= position.at {
            *known = position;
        }
    }

    /// The last position of a courier.
    pub(crate) fn last(&self, courier: CourierId) -> Option<Position> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&courier).copied()
    }
}
