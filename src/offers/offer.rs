//! The answer to one checkout.

use crate::model::slot::Slot;
use crate::model::time::Timestamp;
use crate::model::units::MinorUnits;
use crate::offers::refusal::RefusedSlot;

/// How it is known that a slot can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The order was inserted into the plan as it is, and every promise held.
    Inserted,
}

/// A slot that the customer can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// What and when.
    pub slot: Slot,
    /// At what fee.
    pub fee: MinorUnits,
    /// When the courier would be at the door as things stand; `None` for a pickup.
    pub expected_arrival: Option<Timestamp>,
    /// Why we believe it.
    pub evidence: Evidence,
    /// What the order would add to the cost of the plan, in the solver's cost unit.
    pub cost: i64,
}

/// All slots of one checkout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quote {
    /// What can be had, express first, then by time.
    pub offers: Vec<Offer>,
    /// What cannot, and why.
    pub refusals: Vec<RefusedSlot>,
}
