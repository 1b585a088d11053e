//! What can be asked of a planner.

use std::sync::Arc;

use crate::model::basket::Basket;
use crate::model::ids::{CourierId, OfferId, OrderId, StoreId};
use crate::model::order::Wish;
use crate::model::place::Coordinate;
use crate::model::region::Region;
use crate::model::sale::Classes;
use crate::model::slot::Slot;
use crate::model::time::Timestamp;
use crate::model::units::MinorUnits;
use crate::offers::refusal::Cause;
use crate::planner::event::{
    CourierReport, Event, PickingReport, RequestKey, RouteChange, Sequence,
};

/// An offer that a customer was shown, as its signed token carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferTerms {
    /// Its id; an offer can be taken once.
    pub offer: OfferId,
    /// Until when it may be taken.
    pub expires: Timestamp,
    /// What the customer wants.
    pub wish: Wish,
    /// What was offered.
    pub slot: Slot,
    /// At what fee.
    pub fee: MinorUnits,
    /// The checkout session that asked.
    pub session: Option<String>,
}

/// Something that somebody wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Set up the region, or change its settings.
    Configure(Box<Region>),
    /// Let time pass: lapse holds, open days.
    Tick,
    /// Reserve an offer.
    Hold {
        /// Which.
        terms: OfferTerms,
        /// The hold that is given back once this one is granted.
        replaces: Option<OrderId>,
    },
    /// Give a hold back.
    Free(OrderId),
    /// Turn a hold into a promise.
    Book {
        /// The hold.
        order: OrderId,
        /// The shop's own number.
        reference: Option<String>,
    },
    /// Reserve an offer and turn it into a promise at once.
    BookOffer {
        /// Which.
        terms: OfferTerms,
        /// The shop's own number.
        reference: Option<String>,
    },
    /// Change the goods of a booking.
    Amend {
        /// Which.
        order: OrderId,
        /// The goods from now on.
        basket: Basket,
    },
    /// Move a booking to another slot.
    Reschedule {
        /// Which.
        order: OrderId,
        /// The offer of the other slot.
        terms: OfferTerms,
    },
    /// Call a booking off.
    Cancel(OrderId),
    /// A picker's report.
    Picking {
        /// About which order.
        order: OrderId,
        /// What.
        report: PickingReport,
    },
    /// A courier's report.
    Courier {
        /// Who.
        courier: CourierId,
        /// What.
        report: CourierReport,
        /// Where the courier is, if said.
        position: Option<Coordinate>,
    },
    /// Take over a better plan.
    Adopt {
        /// The plan it was made from.
        base: Sequence,
        /// The routes that would change.
        changes: Vec<RouteChange>,
    },
    /// Take down what a store is out of.
    Stock {
        /// Which store.
        store: StoreId,
        /// Of which classes of items.
        out_of_stock: Classes,
    },
}

/// A command with the client's key.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What is wanted.
    pub command: Command,
    /// So that a retry changes nothing.
    pub key: Option<RequestKey>,
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self { command, key: None }
    }
}

/// What a command led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A hold or order with this number.
    Order(OrderId),
    /// An order that was moved to another slot.
    Moved {
        /// Which.
        order: OrderId,
        /// Its slot before.
        slot: Slot,
        /// Its fee before.
        fee: MinorUnits,
    },
    /// Nothing that has a number.
    Done,
}

impl Outcome {
    /// The hold or order that a command was about.
    pub fn order(self) -> Option<OrderId> {
        match self {
            Self::Order(order) | Self::Moved { order, .. } => Some(order),
            Self::Done => None,
        }
    }
}

/// What a command would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The changes, in order; empty when everything is already as wanted.
    pub events: Vec<Event>,
    /// What to tell the client.
    pub outcome: Outcome,
    /// Whether the client sent this request before.
    pub replayed: bool,
    /// What the client was told then, where that is known.
    pub answer: Option<Arc<str>>,
}

/// Why a slot that was offered, or is held, cannot be had any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Gone {
    /// A quote would refuse it now.
    #[error("{}", .0.sentence())]
    Refused(Cause),
    /// What has happened since would make it late.
    #[error("it would be late by now")]
    Late,
    /// It would make somebody else's order late.
    #[error("somebody else's order would be late")]
    OthersLate,
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No region was set up yet.
    #[error("the region is not set up yet")]
    NotConfigured,
    /// The settings cannot take over a running day.
    #[error("the settings cannot be changed: {0}")]
    Unsettled(String),
    /// The offer's time is over.
    #[error("the offer expired at {}", .0.to_utc())]
    OfferExpired(Timestamp),
    /// The offer was taken before.
    #[error("the offer was already taken by hold H{}", .0.0)]
    OfferUsed(OrderId),
    /// The slot cannot be kept any more.
    #[error("the slot is gone: {0}")]
    SlotGone(Gone),
    /// The order cannot have these goods in its slot.
    #[error("the basket does not fit: {why}")]
    BasketTooLarge {
        /// Why not.
        why: String,
        /// The largest basket on the way to the wished one that was found to fit.
        fits: Basket,
    },
    /// The offer was made for something else than what the order is.
    #[error("the offer is for another {0} than the order")]
    OfferForOther(&'static str),
    /// The hold is of another checkout session.
    #[error("hold H{} is of another checkout session", .0.0)]
    OtherSession(OrderId),
    /// The place cannot be reached.
    #[error("no courier can reach this place")]
    Unreachable,
    /// The key came with another request before.
    #[error("the key {0:?} came with a different request before")]
    KeyReused(String),
    /// There is no such order or hold.
    #[error("there is no order or hold with number {}", .0.0)]
    UnknownOrder(OrderId),
    /// The hold's time is over.
    #[error("hold H{} has expired or was given back", .0.0)]
    HoldEnded(OrderId),
    /// The order is past the point where this can be done.
    #[error("order O{} is already {}", .order.0, .state)]
    OrderState {
        /// Which.
        order: OrderId,
        /// Its state, in words.
        state: String,
    },
    /// The report does not fit the plan as it is now.
    #[error("the plan has changed: {0}")]
    PlanChanged(String),
    /// The report does not fit what the courier did so far.
    #[error("this report does not fit: {0}")]
    ReportOutOfTurn(String),
    /// The better plan was made from one that is no more.
    #[error("the plan has moved on")]
    Stale,
}
