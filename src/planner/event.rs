//! What happened. The journal is a sequence of these, and the state is what they add up to.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::basket::Basket;
use crate::model::ids::{CourierId, OfferId, OrderId, RouteId, StoreId};
use crate::model::order::Wish;
use crate::model::place::Coordinate;
use crate::model::plan::Trip;
use crate::model::region::Region;
use crate::model::sale::Classes;
use crate::model::slot::Slot;
use crate::model::time::Timestamp;
use crate::model::units::MinorUnits;

/// The position of an event in its region's journal, counted from 1. 0 is the empty journal.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Sequence(pub u64);

/// An event and when it happened, by the region's clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}

/// A key that a client sent along so that a retry changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestKey {
    /// The client's key.
    pub key: String,
    /// A digest of the request, to tell a retry from a different request.
    pub fingerprint: u128,
}

/// Where an order was put into the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placement {
    /// It is collected at the store: no courier.
    Store,
    /// Into a planned trip, before the order now at `position`.
    Trip {
        /// Whose route.
        route: RouteId,
        /// Which planned trip.
        trip: u16,
        /// Which position in it.
        position: u16,
    },
    /// As a new trip, before the planned trip now at `trip`.
    NewTrip {
        /// Whose route.
        route: RouteId,
        /// Which place among the planned trips.
        trip: u16,
    },
}

/// Why a hold ended without a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Release {
    /// Its time ran out.
    Expired,
    /// The customer gave it back.
    Freed,
    /// The customer took another one instead.
    Exchanged,
}

/// The planned trips of one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteChange {
    /// Whose route.
    pub route: RouteId,
    /// All its planned trips from now on.
    pub trips: Vec<Trip>,
}

/// What a courier reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CourierReport {
    /// The shift began.
    OnDuty,
    /// The courier begins the next planned trip: heads to the store, or loads.
    TripStarted {
        /// The store.
        store: StoreId,
        /// The orders, in the order of the doors.
        orders: Vec<OrderId>,
    },
    /// The courier left the store.
    Departed,
    /// The courier is at a door.
    Arrived(OrderId),
    /// The order was handed over.
    Delivered(OrderId),
    /// The order could not be handed over.
    Failed(OrderId),
    /// The courier is at the store again, or free.
    Back,
    /// The shift ended, as planned or earlier. What is not loaded goes to others.
    OffDuty,
}

/// What a picker reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PickingReport {
    /// Picking began.
    Started,
    /// Everything is picked.
    Done,
    /// The customer collected a pickup.
    Collected,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The region was opened, or its settings were changed.
    Configured(Box<Region>),
    /// The shifts of a day became known, and what is older than yesterday was put away.
    DayOpened(NaiveDate),
    /// A slot was reserved.
    Held {
        /// The number of the hold and of the order it may become.
        order: OrderId,
        /// The offer it was made from.
        offer: OfferId,
        /// When that offer ends, and with it the need to remember it.
        offer_expires: Timestamp,
        /// What is wanted.
        wish: Wish,
        /// What is promised.
        slot: Slot,
        /// The fee.
        fee: MinorUnits,
        /// When the hold lapses.
        expires: Timestamp,
        /// The checkout session.
        session: Option<String>,
        /// Its place in the plan.
        placement: Placement,
        /// The client's key.
        key: Option<RequestKey>,
    },
    /// A hold ended without a booking.
    Released {
        /// Which.
        order: OrderId,
        /// Why.
        release: Release,
    },
    /// A hold became a promise.
    Booked {
        /// Which.
        order: OrderId,
        /// The shop's own number.
        reference: Option<String>,
        /// The client's key.
        key: Option<RequestKey>,
    },
    /// A booking was called off.
    Cancelled(OrderId),
    /// A picker reported.
    Picking {
        /// About which order.
        order: OrderId,
        /// What.
        report: PickingReport,
    },
    /// A courier reported.
    Courier {
        /// Who.
        courier: CourierId,
        /// On which route.
        route: RouteId,
        /// What.
        report: CourierReport,
        /// Where the courier was, if said.
        position: Option<Coordinate>,
    },
    /// A better plan was found.
    Adopted {
        /// The routes that change.
        changes: Vec<RouteChange>,
        /// What the planned part of the plan costs less, in the solver's cost unit.
        saved: i64,
    },
    /// A store reported what it is out of.
    Stocked {
        /// Which store.
        store: StoreId,
        /// Of which classes of items; nothing else is missing any more.
        out_of_stock: Classes,
    },
    /// The goods of a booking were changed.
    Amended {
        /// Which.
        order: OrderId,
        /// The goods from now on.
        basket: Basket,
        /// Its new place in the plan without it; `None` when it stays where it is.
        placement: Option<Placement>,
        /// The client's key.
        key: Option<RequestKey>,
    },
    /// A booking was moved to another slot.
    Rescheduled {
        /// Which.
        order: OrderId,
        /// The offer it was made from.
        offer: OfferId,
        /// When that offer ends, and with it the need to remember it.
        offer_expires: Timestamp,
        /// What is promised from now on.
        slot: Slot,
        /// The fee from now on.
        fee: MinorUnits,
        /// Its new place in the plan without it.
        placement: Placement,
        /// The client's key.
        key: Option<RequestKey>,
    },
    /// A client was told what a request with a key led to.
    Answered {
        /// The client's key.
        key: RequestKey,
        /// The hold or order that it was about.
        order: OrderId,
        /// What the client was told, word for word.
        answer: String,
    },
    /// Planned orders were given to other trips: their courier is gone, or to make room for another.
    Reassigned {
        /// The routes that change.
        changes: Vec<RouteChange>,
    },
}
