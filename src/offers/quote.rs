//! Which slots one customer can have.

use crate::model::ids::StoreId;
use crate::model::order::Wish;
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::travel_matrix::Row;
use crate::offers::candidates::{deliveries, pickups};
use crate::offers::feasibility::{Asking, can_be_collected, find_places};
use crate::offers::ground::Ground;
use crate::offers::offer::{Chance, Evidence, Offer, Quote};
use crate::offers::refusal::{Cause, RefusedSlot};

/// What a customer asks at the checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkout {
    /// What is wanted, and where.
    pub wish: Wish,
    /// The only store to ask, if the shop wants one.
    pub store: Option<StoreId>,
    /// When the customer asks.
    pub now: Timestamp,
}

/// Answers which slots the customer can have.
///
/// Changes nothing and takes no capacity. `row` has the legs between the door and each place of the
/// ground; `None` says that the door cannot be reached. Cost: linear in the orders of the plan times
/// the windows open to them, and a pick schedule per window.
pub fn quote(ground: &Ground, checkout: &Checkout, row: Option<&Row>) -> Quote {
    let mut quote = Quote::default();
    let region = &ground.region;
    let mut stores = region.stores_for(checkout.wish.place);
    if stores.is_empty() {
        quote.refuse_all(Cause::OutsideArea);
        return quote;
    }
    if let Some(only) = checkout.store {
        stores.retain(|&store| store == only);
        if stores.is_empty() {
            quote.refuse_all(Cause::StoreNotHere);
            return quote;
        }
    }
    if let Some(row) = row {
        offer_deliveries(ground, checkout, row, &stores, &mut quote);
    } else {
        quote.refuse(SlotKind::Express, None, Cause::Unreachable);
        quote.refuse(SlotKind::Scheduled, None, Cause::Unreachable);
    }
    offer_pickups(ground, checkout, nearest(ground, row, &stores), &mut quote);
    quote
}

fn offer_deliveries(
    ground: &Ground,
    checkout: &Checkout,
    row: &Row,
    stores: &[StoreId],
    quote: &mut Quote,
) {
    let policy = &ground.region.policy;
    let (candidates, refused) = deliveries(&ground.region, checkout.now);
    quote.refusals.extend(refused);
    let windows: Vec<TimeWindow> = candidates.iter().map(|candidate| candidate.window).collect();
    let places = find_places(ground, &asking(ground, checkout), row, stores, &windows);
    for (candidate, place) in candidates.iter().zip(places) {
        let window = candidate.window;
        match place {
            Ok(place) => quote.offers.push(Offer {
                slot: Slot { kind: candidate.kind, store: place.store, window },
                fee: policy.fee(candidate.kind),
                expected_arrival: Some(ground.instant(place.arrival)),
                chance: Some(Chance::new(ground, place.reached)),
                evidence: Evidence::Inserted,
                cost: place.insertion.cost,
            }),
            Err(cause) => quote.refuse(candidate.kind, Some(window), cause),
        }
    }
}

fn offer_pickups(ground: &Ground, checkout: &Checkout, store: StoreId, quote: &mut Quote) {
    for candidate in pickups(&ground.region, checkout.now) {
        let (kind, window) = (candidate.kind, candidate.window);
        if can_be_collected(ground, &asking(ground, checkout), store, window) {
            quote.offers.push(Offer {
                slot: Slot { kind, store, window },
                fee: ground.region.policy.fee(kind),
                expected_arrival: None,
                chance: None,
                evidence: Evidence::Inserted,
                cost: 0,
            });
        } else {
            quote.refuse(kind, Some(window), Cause::PickingFull);
        }
    }
}

/// An offer may be held, and the hold booked at its last moment: promise only what is kept even then.
fn asking(ground: &Ground, checkout: &Checkout) -> Asking {
    let policy = &ground.region.policy;
    Asking {
        wish: checkout.wish,
        safety: policy.safety,
        held_for: policy.hold,
        floor: policy.on_time_floor,
    }
}

/// The store with the shortest way to the customer, by the first profile that knows it.
fn nearest(ground: &Ground, row: Option<&Row>, stores: &[StoreId]) -> StoreId {
    let meters = |store: &StoreId| {
        let location = ground.problem.depots[store.index()].location as usize;
        let legs = row.and_then(|row| row.from.iter().find(|legs| !legs.is_empty()));
        legs.map_or(0, |legs| legs[location].distance_meters)
    };
    stores.iter().copied().min_by_key(meters).unwrap_or(StoreId(0))
}

impl Quote {
    fn refuse(&mut self, kind: SlotKind, window: Option<TimeWindow>, cause: Cause) {
        self.refusals.push(RefusedSlot { kind, window, cause });
    }

    fn refuse_all(&mut self, cause: Cause) {
        for kind in [SlotKind::Express, SlotKind::Scheduled, SlotKind::Pickup] {
            self.refuse(kind, None, cause);
        }
    }
}
