//! What would make a refused slot possible: tried on a copy of the plan before it is said.

use crate::model::basket::{Basket, Load};
use crate::model::ids::StoreId;
use crate::model::region::Courier;
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::travel_matrix::Row;
use crate::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use crate::offers::candidates::{Candidate, Shopper, sells_two};
use crate::offers::feasibility::{Asking, Place, able_stores, asked, find_first, with_newcomer};
use crate::offers::ground::Ground;
use crate::offers::offer::{Effort, Quote};
use crate::offers::quote::{Checkout, asking};
use crate::offers::refusal::{Cause, RefusedSlot};
use crate::offers::repair::{Budget, Copy};
use crate::offers::trial::{Newcomer, Trial, load_of};
use crate::solver::problem::Vehicle;

/// For so many refused slots of a quote a remedy is sought, express first. (Taste: a customer reads
/// no more, and each is as much work as a quote.)
const REMEDIES_MAX: usize = 2;

/// A later promise is tried in steps of so long.
const STEP: Seconds = Seconds::minutes(15);

/// So many steps: a promise two hours later is another promise.
const STEPS_MAX: i64 = 8;

/// So many windows, stores and couriers are tried for the remedies of one quote.
const TRIALS_MAX: u32 = 24;

/// One more courier works so long before and after the window.
const AROUND: Seconds = Seconds::hours(1);

/// Something that would make a slot possible. It was done on a copy, and every promise held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The order may be at the door later, until then.
    Later(Timestamp),
    /// Another store sends it.
    Store(StoreId),
    /// A store sends it as two orders of half the basket each.
    Split(StoreId),
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
/// Cost: a few dozen insertions that are done on a copy.
pub fn add_remedies(ground: &Ground, checkout: &Checkout, row: &Row, quote: &mut Quote) {
    let is_delivered =
        |refused: &&mut RefusedSlot| refused.kind != SlotKind::Pickup && may_help(refused.cause);
    let mut refused = quote.refusals.iter_mut().filter(is_delivered).take(REMEDIES_MAX).peekable();
    if refused.peek().is_none() {
        return;
    }
    let region = &ground.region;
    let Checkout { wish, now } = checkout;
    let zones = region.zones_of(wish.place);
    let has_goods = |store: &StoreId| wish.lacks(ground.out_of_stock[store.index()]).is_empty();
    let all = region.stores_for(wish.place).into_iter().filter(has_goods);
    let is_asked = |asked: &StoreId| wish.store.is_none_or(|only| only == *asked);
    let (stores, others): (Vec<StoreId>, Vec<StoreId>) = all.partition(is_asked);
    let shopper = Shopper { ground, wish, now: *now, zones: &zones, stores: &others };
    let elsewhere = if others.is_empty() { vec![] } else { shopper.deliveries().candidates };
    let asking = asking(&shopper, Effort::Insertions);
    let remedies = Remedies { ground, asking, row, stores: &stores, elsewhere: &elsewhere };
    let mut budget = Budget::of(TRIALS_MAX);
    for refused in refused {
        if let Some(window) = refused.window {
            refused.remedy = remedies.remedy(refused.kind, refused.cause, window, &mut budget);
        }
    }
}

fn may_help(cause: Cause) -> bool {
    cause.is_plan() || cause == Cause::TooHeavy
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
    fn remedy(
        &self,
        kind: SlotKind,
        cause: Cause,
        window: TimeWindow,
        budget: &mut Budget,
    ) -> Option<Remedy> {
        if cause == Cause::TooHeavy {
            return self.split(kind, window, budget);
        }
        if kind == SlotKind::Express
            && let Some(later) = self.later(window, budget)
        {
            return Some(later);
        }
        let other = self.other_store(window, budget);
        let remedy = other.or_else(|| self.split(kind, window, budget));
        let has_pickers = cause != Cause::PickingFull;
        remedy.or_else(|| has_pickers.then(|| self.courier(window, budget)).flatten())
    }

    /// The same window, open for longer; the other windows of a day are offered anyway.
    fn later(&self, window: TimeWindow, budget: &mut Budget) -> Option<Remedy> {
        let region = &self.ground.region;
        let hours = region.hours_on(region.date(window.opens()), region.policy.delivery);
        let longer = |step: i64| window.closes() + Seconds(STEP.0 * step);
        let closes = (1..=STEPS_MAX).map(longer).filter(|&closes| closes <= hours.closes());
        let windows: Vec<TimeWindow> =
            closes.map(|closes| TimeWindow::spanning(window.opens(), closes)).collect();
        let (later, _) = self.first(self.stores, &windows, budget)?;
        Some(Remedy::Later(later.closes()))
    }

    fn other_store(&self, window: TimeWindow, budget: &mut Budget) -> Option<Remedy> {
        let stores = &self.elsewhere.iter().find(|candidate| candidate.window == window)?.stores;
        let (_, place) = self.first(stores, &[window], budget)?;
        Some(Remedy::Store(place.store))
    }

    fn first(
        &self,
        stores: &[StoreId],
        windows: &[TimeWindow],
        budget: &mut Budget,
    ) -> Option<(TimeWindow, Place)> {
        find_first(self.ground, &self.asking, self.row, stores, windows, budget)
    }

    /// Two orders of half the basket each, from one store that sells such.
    fn split(&self, kind: SlotKind, window: TimeWindow, budget: &mut Budget) -> Option<Remedy> {
        let mut half = self.asking;
        if half.wish.basket.items < 2 {
            return None;
        }
        // Goods are not worth the same: only if half the money is enough for the slot, both are.
        half.wish.basket = larger_half(half.wish.basket);
        let trial = Trial::new(self.ground, &half, self.row);
        let asked = asked(self.ground, &half, window);
        let stores = able_stores(self.ground, &half.wish, self.stores);
        let found = stores.into_iter().find(|&store| {
            let newcomer = trial.newcomer(store, asked);
            sells_two(self.ground, &half.wish, &Slot { kind, store, window })
                && find_first(self.ground, &half, self.row, &[store], &[window], budget)
                    .is_some_and(|(_, first)| keeps_both(&trial, &first, &[newcomer, newcomer]))
        });
        found.map(Remedy::Split)
    }

    /// One more courier like those of the store, who has nothing else to do.
    fn courier(&self, window: TimeWindow, budget: &mut Budget) -> Option<Remedy> {
        let from = (window.opens() - AROUND).max(self.ground.now);
        let hours = TimeWindow::spanning(from, window.closes() + AROUND);
        let asked = asked(self.ground, &self.asking, window);
        let stores = able_stores(self.ground, &self.asking.wish, self.stores);
        let found = stores.into_iter().find(|&store| {
            let Some(courier) = self.courier_of(store, hours).filter(|_| budget.take()) else {
                return false;
            };
            let mut trial = Trial::new(self.ground, &self.asking, self.row);
            trial.spare = Some(courier);
            let newcomers = [trial.newcomer(store, asked)];
            let idle = trial.redraw(self.ground.routes.len(), &[], &newcomers);
            let mut copy = Copy { trial: &trial, newcomers: &newcomers, redrawn: vec![idle] };
            let place = copy.best_in(0, &newcomers[0].client);
            place.is_some_and(|place| {
                copy.put(0, trial.first_newcomer(), place);
                trial.prove(copy.redrawn, &newcomers).is_ok()
            })
        });
        found.map(|store| Remedy::Courier { store, hours })
    }

    /// A courier like the first who works for a store and can carry the basket.
    fn courier_of(&self, store: StoreId, hours: TimeWindow) -> Option<Vehicle> {
        let ground = self.ground;
        let carries = |courier: &&Courier| self.asking.wish.basket.load.fits(courier.capacity);
        let mut couriers = ground.region.couriers.iter().filter(carries);
        let own = couriers.clone().find(|courier| courier.home == Some(store));
        let like = own.or_else(|| couriers.find(|courier| courier.home.is_none()))?;
        let depot = ground.problem.depots[store.index()].location;
        let until = ground.seconds(hours.closes());
        let paid = ground.problem.vehicles.first()?;
        Some(Vehicle {
            profile: u8::try_from(like.profile.index()).unwrap_or_default(),
            start_location: depot,
            end_location: Some(depot),
            available: ground.seconds(hours.opens()),
            latest_loading: until,
            latest_end: until,
            capacity: load_of(like.capacity),
            depots: 1 << store.0.min(63),
            trips_max: u16::MAX,
            cost_per_meter: paid.cost_per_meter,
            cost_per_second: paid.cost_per_second,
            ..Vehicle::default()
        })
    }
}

/// Whether the plan bears a second newcomer like the first, who has a place.
fn keeps_both(trial: &Trial<'_>, place: &Place, newcomers: &[Newcomer; 2]) -> bool {
    let first = trial.first_newcomer();
    let index = place.insertion.route;
    let trips = with_newcomer(trial.trips_of(index), first, place.insertion);
    let redrawn = vec![trial.redraw(index, &trips, newcomers)];
    let mut copy = Copy { trial, newcomers, redrawn };
    copy.put_back(first + 1).is_some() && trial.prove(copy.redrawn, newcomers).is_ok()
}

/// Half of a basket, rounded up, and worth half, rounded down: if two such can be had, so can both
/// halves.
fn larger_half(basket: Basket) -> Basket {
    let half = |amount: i64| amount - amount / 2;
    let Load { mass, volume } = basket.load;
    Basket {
        items: basket.items.div_ceil(2),
        load: Load { mass: Grams(half(mass.0)), volume: Milliliters(half(volume.0)) },
        picking: basket.picking.map(|Seconds(seconds)| Seconds(half(seconds))),
        value: basket.value.map(|MinorUnits(value)| MinorUnits(value / 2)),
        ..basket
    }
}
