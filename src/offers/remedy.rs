//! What would make a refused slot possible: tried on a copy of the plan before it is said.

use crate::model::ids::{RouteId, StoreId};
use crate::model::slot::SlotKind;
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::travel_matrix::Row;
use crate::model::units::Seconds;
use crate::offers::candidates::{Candidate, Shopper};
use crate::offers::feasibility::{Asking, find_places};
use crate::offers::ground::Ground;
use crate::offers::offer::{Effort, Quote};
use crate::offers::probability::Start;
use crate::offers::quote::{Checkout, asking};
use crate::offers::refusal::{Cause, RefusedSlot};
use crate::solver::problem::Vehicle;
use crate::solver::route::Route;

/// For so many refused slots of a quote a remedy is sought, express first. (Taste: a customer reads
/// no more, and each is as much work as a quote.)
const REMEDIES_MAX: usize = 2;

/// A later promise is tried in steps of so long.
const STEP: Seconds = Seconds::minutes(15);

/// So many steps: a promise two hours later is another promise.
const STEPS_MAX: i64 = 8;

/// One more courier works so long before and after the window.
const AROUND: Seconds = Seconds::hours(1);

/// Something that would make a slot possible. It was done on a copy, and every promise held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The order may be at the door later, until then.
    Later(Timestamp),
    /// Another store sends it.
    Store(StoreId),
    /// One more courier works at a store for some hours.
    Courier {
        /// Where.
        store: StoreId,
        /// When.
        hours: TimeWindow,
    },
}

/// Adds remedies to the first refusals of a quote that another plan, or more means, could have
/// avoided. `row` is that of the quote.
///
/// Cost: up to four quotes of one window for each of them.
pub fn add_remedies(ground: &Ground, checkout: &Checkout, row: &Row, quote: &mut Quote) {
    let is_delivered =
        |refused: &&mut RefusedSlot| refused.kind != SlotKind::Pickup && refused.cause.is_plan();
    let mut refused = quote.refusals.iter_mut().filter(is_delivered).take(REMEDIES_MAX).peekable();
    if refused.peek().is_none() {
        return;
    }
    let region = &ground.region;
    let Checkout { wish, store, now } = checkout;
    let zones = region.zones_of(wish.place);
    let has_goods = |store: &StoreId| wish.lacks(ground.out_of_stock[store.index()]).is_empty();
    let all = region.stores_for(wish.place).into_iter().filter(has_goods);
    let is_asked = |asked: &StoreId| store.is_none_or(|only| only == *asked);
    let (stores, others): (Vec<StoreId>, Vec<StoreId>) = all.partition(is_asked);
    let shopper = Shopper { ground, wish, now: *now, zones: &zones, stores: &others };
    let elsewhere = if others.is_empty() { vec![] } else { shopper.deliveries().candidates };
    let asking = asking(&shopper, Effort::Insertions);
    let remedies = Remedies { ground, asking, row, stores: &stores, elsewhere: &elsewhere };
    for refused in refused {
        if let Some(window) = refused.window {
            refused.remedy = remedies.remedy(refused.kind, refused.cause, window);
        }
    }
}

/// Who asks, and what may be tried.
struct Remedies<'a> {
    ground: &'a Ground,
    asking: Asking,
    row: &'a Row,
    /// The stores that were asked.
    stores: &'a [StoreId],
    /// What other stores sell that deliver to the door.
    elsewhere: &'a [Candidate],
}

impl Remedies<'_> {
    /// The cheapest remedy for a window: patience costs nothing, a courier most.
    fn remedy(&self, kind: SlotKind, cause: Cause, window: TimeWindow) -> Option<Remedy> {
        let later = || (kind == SlotKind::Express).then(|| self.later(window)).flatten();
        let courier = || (cause != Cause::PickingFull).then(|| self.courier(window)).flatten();
        later().or_else(|| self.other_store(window)).or_else(courier)
    }

    /// The same window, open for longer; the other windows of a day are offered anyway.
    fn later(&self, window: TimeWindow) -> Option<Remedy> {
        let region = &self.ground.region;
        let hours = region.hours_on(region.date(window.opens()), region.policy.delivery);
        let longer = |step: i64| window.closes() + Seconds(STEP.0 * step);
        let closes = (1..=STEPS_MAX).map(longer).filter(|&closes| closes <= hours.closes());
        let closes: Vec<Timestamp> = closes.collect();
        let windows: Vec<TimeWindow> =
            closes.iter().map(|&closes| TimeWindow::spanning(window.opens(), closes)).collect();
        let places = find_places(self.ground, &self.asking, self.row, self.stores, &windows);
        let kept = closes.iter().zip(places).find(|(_, place)| place.is_ok());
        kept.map(|(&closes, _)| Remedy::Later(closes))
    }

    fn other_store(&self, window: TimeWindow) -> Option<Remedy> {
        let stores = &self.elsewhere.iter().find(|candidate| candidate.window == window)?.stores;
        let place = find_places(self.ground, &self.asking, self.row, stores, &[window]);
        place.into_iter().flatten().next().map(|place| Remedy::Store(place.store))
    }

    /// One more courier like those of the store.
    fn courier(&self, window: TimeWindow) -> Option<Remedy> {
        let hours = TimeWindow::spanning(
            (window.opens() - AROUND).max(self.ground.now),
            window.closes() + AROUND,
        );
        let possible = |&store: &StoreId| {
            let ground = with_courier(self.ground, store, hours)?;
            let places = find_places(&ground, &self.asking, self.row, &[store], &[window]);
            places.into_iter().flatten().next()?;
            Some(Remedy::Courier { store, hours })
        };
        self.stores.iter().find_map(possible)
    }
}

/// The ground with one more courier at a store, like the first who works for it.
fn with_courier(ground: &Ground, store: StoreId, hours: TimeWindow) -> Option<Ground> {
    let depot = ground.problem.depots[store.index()].location;
    let own = ground.region.couriers.iter().position(|courier| courier.home == Some(store));
    let like = own.and_then(|own| {
        let profile = ground.region.couriers[own].profile.index();
        let is_like = |vehicle: &&Vehicle| {
            vehicle.end_location == Some(depot) && usize::from(vehicle.profile) == profile
        };
        ground.problem.vehicles.iter().find(is_like)
    });
    let like = like.or(ground.problem.vehicles.iter().find(|one| one.end_location.is_none()))?;
    let (from, until) = (ground.seconds(hours.opens()), ground.seconds(hours.closes()));
    let vehicle = Vehicle {
        start_location: depot,
        end_location: Some(depot),
        available: from,
        latest_loading: until,
        latest_end: until,
        depots: 1 << store.0.min(63),
        ..like.clone()
    };
    let mut more = ground.clone();
    let number = u32::try_from(more.problem.vehicles.len()).ok()?;
    more.problem.vehicles.push(vehicle);
    more.routes.push(Route::evaluate(&more.problem, &more.legs, number, vec![]));
    more.route_ids.push(RouteId(u32::MAX));
    more.loading.push(vec![]);
    more.is_waiting.push(true);
    more.under_way.push(Start { at: from, ..Start::default() });
    Some(more)
}
