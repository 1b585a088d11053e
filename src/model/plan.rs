//! Routes: the witness that every promise can be kept.

use serde::{Deserialize, Serialize};

use crate::model::ids::{CourierId, OrderId, StoreId};
use crate::model::place::Coordinate;
use crate::model::time::{TimeWindow, Timestamp};

/// One departure from a store that has not begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trip {
    /// Where it is loaded.
    pub store: StoreId,
    /// The doors, in order.
    pub orders: Vec<OrderId>,
}

/// A trip that a courier has begun. It is not changed any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentTrip {
    /// Where it was loaded.
    pub store: StoreId,
    /// Where the courier was when it began.
    pub from: Coordinate,
    /// When the courier began: to head for the store, or to load.
    pub started_at: Timestamp,
    /// When the courier left the store.
    pub departed_at: Option<Timestamp>,
    /// All its doors, in order.
    pub stops: Vec<Stop>,
}

/// A door on a trip under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Whose door.
    pub order: OrderId,
    /// When the courier arrived.
    pub arrived_at: Option<Timestamp>,
    /// When the courier left again.
    pub left_at: Option<Timestamp>,
}

/// All trips of one courier's shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Whose.
    pub courier: CourierId,
    /// The working time.
    pub shift: TimeWindow,
    /// The trip under way, kept until the courier is back or begins the next.
    pub current: Option<CurrentTrip>,
    /// What is planned after it.
    pub trips: Vec<Trip>,
    /// When the courier said that the shift is over, if so. Nothing new is planned after that.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
}

impl CurrentTrip {
    /// The first door that the courier has not left, as a position in `stops`.
    pub fn next_stop(&self) -> Option<usize> {
        self.stops.iter().position(|stop| stop.left_at.is_none())
    }
}
