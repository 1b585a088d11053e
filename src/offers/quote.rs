//! Which slots one customer can have.

use std::collections::BTreeMap;

use crate::model::ids::StoreId;
use crate::model::order::Wish;
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::travel_matrix::Row;
use crate::model::units::Seconds;
use crate::offers::candidates::{Candidate, OnSale, Shopper};
use crate::offers::feasibility::{
    Asking, Place, REPAIRS, can_be_collected, find_places, reached_if_booked,
};
use crate::offers::ground::Ground;
use crate::offers::offer::{Chance, Effort, Evidence, Offer, Quote};
use crate::offers::refusal::{Cause, RefusedSlot};

/// Windows that open later than in so long are far. (Taste: most customers want it today.)
const NEAR: Seconds = Seconds::hours(6);

/// Who is in time with this probability after a long hold is so after a short one: the little that
/// could be gained is not worked out.
const SURE: f64 = 0.995;

/// What a customer asks at the checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkout {
    /// What is wanted, and where.
    pub wish: Wish,
    /// When the customer asks.
    pub now: Timestamp,
}

/// Answers which slots the customer can have.
///
/// Changes nothing and takes no capacity. `row` has the legs between the door and each place of the
/// ground; `None` says that the door cannot be reached. Cost: linear in the orders of the plan times
/// the windows open to them, and a pick schedule per window.
pub fn quote(ground: &Ground, checkout: &Checkout, row: Option<&Row>, effort: Effort) -> Quote {
    let mut quote = Quote { effort, ..Quote::default() };
    let region = &ground.region;
    let zones = region.zones_of(checkout.wish.place);
    let mut stores: Vec<StoreId> = if region.zones.is_empty() {
        region.store_ids().collect()
    } else {
        region.stores_in(&zones)
    };
    if stores.is_empty() {
        quote.refuse_all(Cause::OutsideArea);
        return quote;
    }
    if let Some(only) = checkout.wish.store {
        stores.retain(|&store| store == only);
        if stores.is_empty() {
            quote.refuse_all(Cause::StoreNotHere);
            return quote;
        }
    }
    let Checkout { wish, now } = checkout;
    let shopper = Shopper { ground, wish, now: *now, zones: &zones, stores: &stores };
    if let Some(row) = row {
        offer_deliveries(&shopper, row, effort, &mut quote);
    } else {
        quote.refuse(SlotKind::Express, None, Cause::Unreachable);
        quote.refuse(SlotKind::Scheduled, None, Cause::Unreachable);
    }
    offer_pickups(&shopper, row, effort, &mut quote);
    quote
}

fn offer_deliveries(shopper: &Shopper<'_>, row: &Row, effort: Effort, quote: &mut Quote) {
    let ground = shopper.ground;
    let OnSale { candidates, refusals } = near(shopper.deliveries(), shopper.now, effort);
    quote.refusals.extend(refusals);
    let places = places_of(shopper, row, &candidates, effort);
    for (candidate, place) in candidates.iter().zip(places) {
        let window = candidate.window;
        match place {
            Ok(place) => quote.offers.push(Offer {
                slot: Slot { kind: candidate.kind, store: place.store, window },
                fee: candidate.fee,
                sold_until: candidate.sold_until,
                expected_arrival: Some(ground.instant(place.arrival)),
                chance: Some(Chance::new(ground, place.reached, window)),
                evidence: Evidence::of(&place),
                cost: place.insertion.cost,
            }),
            Err(cause) => quote.refuse(candidate.kind, Some(window), cause),
        }
    }
}

/// The places of all candidates, those that are sold by the same stores sought together.
fn places_of(
    shopper: &Shopper<'_>,
    row: &Row,
    candidates: &[Candidate],
    effort: Effort,
) -> Vec<Result<Place, Cause>> {
    let asking = asking(shopper, effort);
    let mut groups: BTreeMap<&[StoreId], Vec<usize>> = BTreeMap::new();
    for (number, candidate) in candidates.iter().enumerate() {
        groups.entry(&candidate.stores).or_default().push(number);
    }
    let mut places = vec![Err(Cause::Closed); candidates.len()];
    for (stores, numbers) in groups {
        let windows: Vec<TimeWindow> =
            numbers.iter().map(|&number| candidates[number].window).collect();
        let found = find_places(shopper.ground, &asking, row, stores, &windows);
        for (number, mut place) in numbers.into_iter().zip(found) {
            if let Ok(place) = &mut place
                && place.reached.in_time < SURE
            {
                let window = candidates[number].window;
                let now = reached_if_booked(shopper.ground, &asking, row, place, window);
                place.reached = now.unwrap_or(place.reached);
            }
            places[number] = place;
        }
    }
    places
}

fn offer_pickups(shopper: &Shopper<'_>, row: Option<&Row>, effort: Effort, quote: &mut Quote) {
    let ground = shopper.ground;
    let OnSale { candidates, refusals } = near(shopper.pickups(), shopper.now, effort);
    quote.refusals.extend(refusals);
    for candidate in candidates {
        let store = nearest(ground, row, &candidate.stores);
        let (kind, window) = (candidate.kind, candidate.window);
        if can_be_collected(ground, &asking(shopper, effort), store, window) {
            quote.offers.push(Offer {
                slot: Slot { kind, store, window },
                fee: candidate.fee,
                sold_until: candidate.sold_until,
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

/// What is looked at with less effort.
fn near(on_sale: OnSale, now: Timestamp, effort: Effort) -> OnSale {
    if effort < Effort::NearSlots {
        return on_sale;
    }
    let is_near = |window: TimeWindow| window.opens() <= now + NEAR;
    let OnSale { mut candidates, mut refusals } = on_sale;
    candidates.retain(|candidate| is_near(candidate.window));
    refusals.retain(|refused| refused.window.is_none_or(is_near));
    OnSale { candidates, refusals }
}

/// An offer may be held, and the hold booked at its last moment: promise only what is kept even then.
pub(crate) fn asking(shopper: &Shopper<'_>, effort: Effort) -> Asking {
    let policy = &shopper.ground.region.policy;
    Asking {
        wish: *shopper.wish,
        safety: policy.safety,
        held_for: policy.hold,
        risk: 1.0,
        repairs: if effort == Effort::Full { REPAIRS } else { 0 },
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
        self.refusals.push(RefusedSlot::new(kind, window, cause));
    }

    fn refuse_all(&mut self, cause: Cause) {
        for kind in [SlotKind::Express, SlotKind::Scheduled, SlotKind::Pickup] {
            self.refuse(kind, None, cause);
        }
    }
}
