//! When an order may be promised.

use serde::{Deserialize, Serialize};

use crate::model::ids::StoreId;
use crate::model::time::TimeWindow;

/// The three ways to get an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// At the door within the region's promise, counted from the order.
    Express,
    /// At the door inside a window that the customer chose.
    Scheduled,
    /// Collected by the customer at a store.
    Pickup,
}

/// A window in which an order is promised, from a given store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// How the customer gets it.
    pub kind: SlotKind,
    /// Where it is picked.
    pub store: StoreId,
    /// Delivery must start inside; a pickup must be ready when it opens.
    pub window: TimeWindow,
}
