//! Why a slot cannot be had.

use crate::model::slot::SlotKind;
use crate::model::time::TimeWindow;

/// The proven cause why no plan keeps a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// No store delivers to this place.
    OutsideArea,
    /// The store that was asked for does not deliver to this place, or does not exist.
    StoreNotHere,
    /// The place is not connected to the stores.
    Unreachable,
    /// No courier of the store can carry this basket.
    TooHeavy,
    /// It is outside the hours in which the region delivers.
    Closed,
    /// No courier can be at the door in time, even if picking took no queue.
    NoCourierInTime,
    /// A courier could be there in time, but pickers cannot have it ready.
    PickingFull,
    /// It could be planned, but it, or somebody else's order, would be late too often.
    TooRisky,
}

impl Cause {
    /// A sentence for the customer.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OutsideArea => "we do not deliver to this place",
            Self::StoreNotHere => "this store does not deliver to this place",
            Self::Unreachable => "no road leads from the stores to this place",
            Self::TooHeavy => "the basket is too heavy or too large for any courier of the store",
            Self::Closed => "we do not deliver at this time of day",
            Self::NoCourierInTime => "no courier can be at the door in time",
            Self::PickingFull => "the store cannot have the order picked in time",
            Self::TooRisky => "we could not keep this promise often enough",
        }
    }
}

/// A slot that cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedSlot {
    /// How the customer would have got it.
    pub kind: SlotKind,
    /// When, if the cause concerns one window.
    pub window: Option<TimeWindow>,
    /// Why not.
    pub cause: Cause,
}
