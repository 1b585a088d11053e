//! What a customer wants delivered, and how far it has come.

use serde::{Deserialize, Serialize};

use crate::model::basket::Basket;
use crate::model::ids::{OrderId, StoreId};
use crate::model::place::Coordinate;
use crate::model::sale::Buyer;
use crate::model::slot::Slot;
use crate::model::time::Timestamp;
use crate::model::units::{MinorUnits, Seconds};

/// What a customer asks for at the checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The door. For a pickup: where the customer is.
    pub place: Coordinate,
    /// The goods.
    pub basket: Basket,
    /// Time at the door.
    pub door: Seconds,
    /// Who asks, and by which channel.
    #[serde(default, skip_serializing_if = "Buyer::is_anybody")]
    pub buyer: Buyer,
    /// The only store that may deliver it, if the shop wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreId>,
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Reserved until the hold expires.
    Held,
    /// Promised.
    Booked,
    /// Assigned to a trip that is loading.
    Loaded,
    /// Left the store.
    OnTheWay,
    /// The courier is at the door.
    Arrived,
    /// Handed over at the door.
    Delivered,
    /// The courier could not hand it over.
    Failed,
    /// Handed over at the store.
    Collected,
    /// Called off.
    Cancelled,
}

impl OrderState {
    /// Whether nothing more will happen to the order.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed | Self::Collected | Self::Cancelled)
    }
}

/// How far picking has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Picking {
    /// Nobody has begun.
    Waiting,
    /// A picker has begun.
    Started(Timestamp),
    /// All is picked.
    Done(Timestamp),
}

/// An order from its hold on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// What is wanted.
    pub wish: Wish,
    /// What is promised.
    pub slot: Slot,
    /// What the customer pays for delivery.
    pub fee: MinorUnits,
    /// When the hold was granted.
    pub held_at: Timestamp,
    /// When the hold lapses, unless booked.
    pub hold_expires: Timestamp,
    /// The checkout session that holds it.
    pub session: Option<String>,
    /// When it was booked.
    pub booked_at: Option<Timestamp>,
    /// The shop's own number.
    pub reference: Option<String>,
    /// How far it has come.
    pub state: OrderState,
    /// How far its picking has come.
    pub picking: Picking,
    /// When the courier was at the door, or the customer at the store.
    pub arrived_at: Option<Timestamp>,
    /// When it reached its final state.
    pub finished_at: Option<Timestamp>,
}
