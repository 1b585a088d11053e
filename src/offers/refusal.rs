//! Why a slot cannot be had.

use crate::model::sale::Classes;
use crate::model::slot::SlotKind;
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::MinorUnits;
use crate::offers::remedy::Remedy;

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
    /// The region or the stores are closed on that day, or at that time of it.
    Blackout,
    /// It is too late to order for this window.
    CutOffPassed,
    /// The goods are worth too little.
    MinimumBasket,
    /// No store that could send the goods has all of them.
    OutOfStock,
    /// As many orders are sold in the window as may be.
    SlotFull,
    /// As many are sold by the customer's channel as may be.
    ChannelFull,
    /// What is left is kept for other customers.
    Reserved,
    /// No courier can be at the door in time, even if picking took no queue.
    NoCourierInTime,
    /// A courier could be there in time, but pickers cannot have it ready.
    PickingFull,
    /// It could be planned, but it, or somebody else's order, would be late too often.
    TooRisky,
}

impl Cause {
    /// Whether another plan, or more means, could avoid it.
    pub fn is_plan(self) -> bool {
        matches!(self, Self::NoCourierInTime | Self::PickingFull | Self::TooRisky)
    }

    /// A sentence for the customer.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OutsideArea => "we do not deliver to this place",
            Self::StoreNotHere => "this store does not deliver to this place",
            Self::Unreachable => "no road leads from the stores to this place",
            Self::TooHeavy => "the basket is too heavy or too large for any courier of the store",
            Self::Closed => "we do not deliver at this time of day",
            Self::Blackout => "we are closed on this day or at this time of it",
            Self::CutOffPassed => "it is too late to order for this time",
            Self::MinimumBasket => "the basket is worth too little for this slot",
            Self::OutOfStock => "no store that delivers here has all the goods",
            Self::SlotFull => "all places of this slot are taken",
            Self::ChannelFull => "all places that are sold this way are taken",
            Self::Reserved => "the places that are left are kept for other customers for now",
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
    /// What it would take, if the cause has a measure.
    pub need: Option<Need>,
    /// What would make it possible, if that was sought and found.
    pub remedy: Option<Remedy>,
}

/// What it would take to have a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Goods for so much more.
    Value(MinorUnits),
    /// A basket without these.
    Classes(Classes),
    /// Patience until then.
    Wait(Timestamp),
}

impl RefusedSlot {
    /// A refusal without a measure.
    pub fn new(kind: SlotKind, window: Option<TimeWindow>, cause: Cause) -> Self {
        Self { kind, window, cause, need: None, remedy: None }
    }
}
