//! The slots that are on sale for a customer, before anybody asks whether they can be kept.

use chrono::{Datelike, Days, NaiveDate};

use crate::model::ids::{StoreId, ZoneId};
use crate::model::order::Wish;
use crate::model::quota::{Full, Sold, SoldAs};
use crate::model::region::Region;
use crate::model::sale::{Classes, SlotTemplate};
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::{MinorUnits, Seconds};
use crate::offers::ground::Ground;
use crate::offers::refusal::{Cause, Need, RefusedSlot};

/// A slot on sale, before a store is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// How the customer would get it.
    pub kind: SlotKind,
    /// When.
    pub window: TimeWindow,
    /// The stores that sell it, at least one.
    pub stores: Vec<StoreId>,
    /// At what fee.
    pub fee: MinorUnits,
    /// Until when it is sold, if that is before it closes.
    pub sold_until: Option<Timestamp>,
}

/// The most windows of a kind that a quote looks at; rules with more show the first ones.
pub const WINDOWS_MAX: usize = 96;

/// A customer in front of the shelves.
#[derive(Debug, Clone, Copy)]
pub struct Shopper<'a> {
    /// The plan, with what is sold and what is out of stock.
    pub ground: &'a Ground,
    /// What is wanted.
    pub wish: &'a Wish,
    /// When the customer asks.
    pub now: Timestamp,
    /// The zones of the door.
    pub zones: &'a [ZoneId],
    /// The stores that deliver there and may be asked.
    pub stores: &'a [StoreId],
}

/// What is on sale of some kinds, and what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnSale {
    /// Slots that may be asked for.
    pub candidates: Vec<Candidate>,
    /// Slots that are not sold to this customer, whatever the plan.
    pub refusals: Vec<RefusedSlot>,
}

/// A window that is sold by some rule.
#[derive(Debug, Clone, Copy)]
struct Opening<'a> {
    kind: SlotKind,
    window: TimeWindow,
    /// The template it is sold by, and the last moment for that.
    template: Option<(&'a SlotTemplate, Timestamp)>,
}

impl Shopper<'_> {
    /// Express first, then the scheduled windows of the coming days.
    ///
    /// Express is refused outside delivery hours: it must start and end inside them.
    pub fn deliveries(&self) -> OnSale {
        let region = &*self.ground.region;
        let policy = &region.policy;
        let mut on_sale = OnSale::default();
        let window = TimeWindow::spanning(self.now, self.now + policy.express);
        let hours = region.hours_on(region.date(self.now), policy.delivery);
        let kind = SlotKind::Express;
        if self.now < hours.opens() || window.closes() > hours.closes() {
            on_sale.refusals.push(RefusedSlot::new(kind, Some(window), Cause::Closed));
        } else {
            self.sell(&[Opening { kind, window, template: None }], &mut on_sale);
        }
        self.sell(&self.openings(SlotKind::Scheduled, policy.lead), &mut on_sale);
        on_sale
    }

    /// The windows in which the customer may collect the order.
    pub fn pickups(&self) -> OnSale {
        let mut on_sale = OnSale::default();
        self.sell(&self.openings(SlotKind::Pickup, Seconds::ZERO), &mut on_sale);
        on_sale
    }

    /// Puts windows on sale, or says why they are not.
    fn sell(&self, openings: &[Opening<'_>], on_sale: &mut OnSale) {
        for (number, &opening) in openings.iter().enumerate() {
            let Opening { kind, window, template } = opening;
            let fee = template.and_then(|(template, _)| template.fee);
            match self.stores_that_sell(opening, &openings[..number]) {
                Ok(stores) if stores.is_empty() => {}
                Ok(stores) => on_sale.candidates.push(Candidate {
                    kind,
                    window,
                    stores,
                    fee: fee.unwrap_or_else(|| self.ground.region.policy.fee(kind)),
                    sold_until: template.map(|(_, last)| last),
                }),
                Err((cause, need)) => {
                    let refused =
                        RefusedSlot { need, ..RefusedSlot::new(kind, Some(window), cause) };
                    on_sale.refusals.push(refused);
                }
            }
        }
    }

    /// The stores that sell a window to the customer; none when others have the say. Of templates with
    /// one window the first that a store sells by decides.
    fn stores_that_sell(
        &self,
        opening: Opening<'_>,
        earlier: &[Opening<'_>],
    ) -> Result<Vec<StoreId>, (Cause, Option<Need>)> {
        let Opening { kind, window, template } = opening;
        let rules = &self.ground.region.policy.sale;
        let mut stores = self.stores.to_vec();
        if let Some((template, last)) = template {
            let decides = |other: &Opening<'_>, store: StoreId| {
                let other = other.template.filter(|_| other.window == window);
                other.is_some_and(|(other, _)| self.is_sold(other, store))
            };
            stores.retain(|&store| {
                let comes_first = |other: &Opening<'_>| decides(other, store);
                self.is_sold(template, store) && !earlier.iter().any(comes_first)
            });
            if stores.is_empty() {
                return Ok(vec![]);
            }
            if last < self.now {
                return Err((Cause::CutOffPassed, None));
            }
        }
        let minimum = rules.minimum_of(kind, template.map(|(template, _)| template));
        if let Some(value) = self.wish.basket.value.filter(|&value| value < minimum) {
            return Err((Cause::MinimumBasket, Some(Need::Value(minimum - value))));
        }
        let template = template.map(|(template, _)| template);
        self.stores_with_goods_and_places(stores, kind, window, template)
    }

    /// Those of the stores that are open then, have the goods, and have a place left.
    fn stores_with_goods_and_places(
        &self,
        mut stores: Vec<StoreId>,
        kind: SlotKind,
        window: TimeWindow,
        template: Option<&SlotTemplate>,
    ) -> Result<Vec<StoreId>, (Cause, Option<Need>)> {
        let ground = self.ground;
        let rules = &ground.region.policy.sale;
        let blackouts = rules.blackouts_in(&ground.region, window);
        stores.retain(|&store| !blackouts.iter().any(|blackout| blackout.closes(store)));
        if stores.is_empty() {
            return Err((Cause::Blackout, None));
        }
        let lacks = |store: &StoreId| self.wish.lacks(ground.out_of_stock[store.index()]);
        let missing: Vec<Classes> = stores.iter().map(lacks).collect();
        stores.retain(|store| lacks(store).is_empty());
        if stores.is_empty() {
            // What no store has; else, what one or the other has not.
            let nowhere = missing.iter().copied().fold(Classes(u32::MAX), Classes::and);
            let somewhere = missing.into_iter().fold(Classes::NONE, Classes::or);
            let classes = if nowhere.is_empty() { somewhere } else { nowhere };
            return Err((Cause::OutOfStock, Some(Need::Classes(classes))));
        }
        let Some(template) = template else { return Ok(stores) };
        let mut full = None;
        stores.retain(|&store| {
            let slot = Slot { kind, store, window };
            let asked = SoldAs::new(&slot, self.zones.first().copied(), self.wish.buyer);
            let admitted = template.limits.admit(&ground.sold, asked, self.now);
            full = full.or(admitted.err());
            admitted.is_ok()
        });
        match full {
            Some(full) if stores.is_empty() => Err(refusal_of(full)),
            _ => Ok(stores),
        }
    }

    fn is_sold(&self, template: &SlotTemplate, store: StoreId) -> bool {
        template.is_sold(&self.ground.region, store, self.zones)
    }

    /// The windows of a kind that lie ahead, by templates or else all alike.
    fn openings(&self, kind: SlotKind, lead: Seconds) -> Vec<Opening<'_>> {
        let region = &*self.ground.region;
        let policy = &region.policy;
        let days = (0..u64::from(policy.scheduled_days))
            .map_while(|day| region.date(self.now).checked_add_days(Days::new(day)));
        let has_templates = policy.sale.templates_of(kind).next().is_some();
        let mut openings = Vec::new();
        for date in days {
            if has_templates {
                openings.extend(self.templated(kind, date));
            } else {
                openings.extend(uniform(region, self.now + lead, kind, date));
            }
            if WINDOWS_MAX <= openings.len() {
                break;
            }
        }
        openings.truncate(WINDOWS_MAX);
        openings
    }

    fn templated(&self, kind: SlotKind, date: NaiveDate) -> impl Iterator<Item = Opening<'_>> {
        let region = &*self.ground.region;
        let of_day = move |template: &&SlotTemplate| template.days.contains(date.weekday());
        let templates = region.policy.sale.templates_of(kind).filter(of_day);
        templates.filter_map(move |template| {
            if !self.stores.iter().any(|&store| self.is_sold(template, store)) {
                return None;
            }
            let window = template.window(region, date)?;
            let last = template.last_sale(region, date, window);
            let template = Some((template, last));
            (self.now <= window.opens()).then_some(Opening { kind, window, template })
        })
    }
}

/// Windows of the policy's width on a date that open at `from` or later.
fn uniform<'a>(
    region: &Region,
    from: Timestamp,
    kind: SlotKind,
    date: NaiveDate,
) -> impl Iterator<Item = Opening<'a>> + use<'a> {
    let width = Seconds(region.policy.window.0.max(60));
    let hours = region.hours_on(date, region.policy.delivery);
    let windows = (0..).map(move |number| {
        let opens = hours.opens() + Seconds(width.0 * number);
        TimeWindow::spanning(opens, opens + width)
    });
    windows
        .take_while(move |window| window.closes() <= hours.closes())
        .filter(move |window| from <= window.opens())
        .map(move |window| Opening { kind, window, template: None })
}

/// Whether a slot that was offered is still sold: since then stock may have run out, and others may
/// have taken the last places.
///
/// # Errors
/// Why it is not.
pub fn check_sale(ground: &Ground, wish: &Wish, slot: &Slot) -> Result<(), Cause> {
    let zones = ground.region.zones_of(wish.place);
    let template = ground.region.policy.sale.template_of(&ground.region, slot, &zones);
    let stores = [slot.store];
    let shopper = Shopper { ground, wish, now: ground.now, zones: &zones, stores: &stores };
    let (kind, window) = (slot.kind, slot.window);
    let sells = shopper.stores_with_goods_and_places(stores.to_vec(), kind, window, template);
    sells.map(|_| ()).map_err(|(cause, _)| cause)
}

/// Whether a slot is sold twice more, for baskets like this one.
pub(crate) fn sells_two(ground: &Ground, wish: &Wish, slot: &Slot) -> bool {
    let rules = &ground.region.policy.sale;
    let zones = ground.region.zones_of(wish.place);
    let template = rules.template_of(&ground.region, slot, &zones);
    let minimum = rules.minimum_of(slot.kind, template);
    let has_place = || {
        let asked = SoldAs::new(slot, zones.first().copied(), wish.buyer);
        let mut sold = Sold::clone(&ground.sold);
        sold.add(asked);
        template.is_none_or(|template| template.limits.admit(&sold, asked, ground.now).is_ok())
    };
    check_sale(ground, wish, slot).is_ok()
        && wish.basket.value.is_none_or(|value| value >= minimum)
        && has_place()
}

fn refusal_of(full: Full) -> (Cause, Option<Need>) {
    match full {
        Full::ForAll => (Cause::SlotFull, None),
        Full::ForChannel => (Cause::ChannelFull, None),
        Full::Until(at) => (Cause::Reserved, Some(Need::Wait(at))),
    }
}

#[cfg(test)]
#[path = "candidates_tests.rs"]
mod tests;
