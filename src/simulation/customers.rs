//! What customers do: ask, choose, hold, book, and sometimes change their minds.

use std::collections::BTreeMap;

use rand::Rng;

use crate::model::ids::{OfferId, OrderId};
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::offers::offer::{Effort, Quote};
use crate::offers::refusal::Cause;
use crate::offers::{Checkout, quote};
use crate::planner::command::{Command, OfferTerms, Outcome};
use crate::planner::event::PickingReport;
use crate::simulation::choice::choose;
use crate::simulation::day::{Day, Happening};
use crate::simulation::demand::Temper;
use crate::simulation::noise::Purpose;

/// A customer whose slot is gone asks again so often.
const ATTEMPTS_MAX: u8 = 2;
/// Somebody whose order is not ready comes again so often, ten minutes later each time.
const COLLECTS_MAX: u8 = 24;
/// Of a hundred holds so many are left to lapse, and of a hundred bookings so many are called off.
const LAPSING: u32 = 4;
const CANCELLED: u32 = 2;
/// Of a hundred customers so many book without holding first.
const BOOKED_AT_ONCE: u32 = 20;

/// How the customers of a day fared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Those who had no offer of delivery, by cause.
    pub(crate) refused: BTreeMap<Cause, u32>,
    /// Those who had one and left.
    pub(crate) declined: u32,
    /// Those whose slots were gone when they took them.
    pub(crate) slot_gone: u32,
    /// Those who let their hold lapse.
    pub(crate) lapsed: u32,
    /// Those who booked.
    pub(crate) booked: u32,
    /// Those who had an offer of delivery.
    pub(crate) offered: u32,
    /// Those who were sold a slot though nobody is left to deliver: only counters do that.
    pub(crate) unplaced: u32,
    /// How often all open orders were planned anew for one customer.
    pub(crate) searches: u32,
}

impl Day<'_> {
    /// What the chance of an order is keyed by: its customer, whatever number the order got.
    pub(crate) fn session_number(&self, order: OrderId) -> u64 {
        self.session_of.get(&order).map_or(u64::MAX, |&session| session as u64)
    }

    pub(crate) fn checkout(&mut self, now: Timestamp, number: usize, attempt: u8) {
        let session = self.sessions[number];
        let view = self.desk.view(now);
        let Some(live) = &view.live else { return };
        let profiles = live.region.profiles();
        let row = live.ground.legs.0.row(self.desk.travel(), &profiles, session.wish.place);
        let checkout = Checkout { wish: session.wish, now };
        let quote = quote(&live.ground, &checkout, row.as_ref(), Effort::Full);
        let quote = self.on_sale(&view, number, quote);
        let refused = refusal(&quote, session.temper);
        if attempt == 0 && refused.is_none() {
            self.tally.offered += 1;
        }
        let chosen = choose(&self.region, &quote, &session, number as u64, &self.noise);
        let Some(offer) = chosen else {
            match refused {
                Some(cause) => *self.tally.refused.entry(cause).or_default() += 1,
                None => self.tally.declined += 1,
            }
            return;
        };
        if let Some(chance) = offer.chance {
            self.stated.insert(number, chance.on_time);
        } else {
            self.stated.remove(&number);
        }
        let id = self.noise.number(Purpose::Offer, number as u64, u64::from(attempt));
        let terms = OfferTerms {
            offer: OfferId((u128::from(id) << 64) | number as u128),
            expires: now + live.region.policy.offer,
            wish: session.wish,
            slot: offer.slot,
            fee: offer.fee,
            session: None,
        };
        let mut stream = self.noise.stream(Purpose::Holding, number as u64, u64::from(attempt));
        let thinks = match session.temper {
            Temper::Recorded => 0,
            _ => stream.random_range(10..90),
        };
        let terms = Box::new(terms);
        let what = Happening::Take { session: number, attempt, terms };
        self.calendar.put(now + Seconds(thinks), what);
    }

    pub(crate) fn take(&mut self, now: Timestamp, session: usize, attempt: u8, terms: OfferTerms) {
        let mut stream = self.noise.stream(Purpose::Holding, session as u64, 100);
        let is_recorded = self.sessions[session].temper == Temper::Recorded;
        let at_once = is_recorded || stream.random_ratio(BOOKED_AT_ONCE, 100);
        let lapses = stream.random_ratio(LAPSING, 100);
        let pays = Seconds(stream.random_range(20..240));
        let command = if at_once {
            Command::BookOffer { terms, reference: None }
        } else {
            Command::Hold { terms, replaces: None }
        };
        match self.sell(now, session, command) {
            Ok(Outcome::Order(order)) => {
                self.session_of.insert(order, session);
                if at_once {
                    self.is_booked(now, session, order);
                } else if lapses {
                    self.tally.lapsed += 1;
                } else {
                    self.calendar.put(now + pays, Happening::Book { session, order });
                }
            }
            Err(_) if attempt + 1 < ATTEMPTS_MAX => {
                let attempt = attempt + 1;
                self.calendar.put(now, Happening::Checkout { session, attempt });
            }
            Ok(Outcome::Done) => self.tally.unplaced += 1,
            Ok(Outcome::Moved { .. }) | Err(_) => self.tally.slot_gone += 1,
        }
    }

    pub(crate) fn book(&mut self, now: Timestamp, session: usize, order: OrderId) {
        if self.tell(now, Command::Book { order, reference: None }) {
            self.is_booked(now, session, order);
        } else {
            self.tally.lapsed += 1;
        }
    }

    fn is_booked(&mut self, now: Timestamp, session: usize, order: OrderId) {
        self.tally.booked += 1;
        let Some(slot) = self.desk.state().orders.get(&order).map(|order| order.slot) else {
            return;
        };
        if slot.kind == SlotKind::Pickup {
            let mut stream = self.noise.stream(Purpose::Collecting, session as u64, 0);
            let after = Seconds(stream.random_range(0..=slot.window.width().0));
            let what = Happening::Collect { order, attempt: 0 };
            self.calendar.put(slot.window.opens() + after, what);
        }
        let mut stream = self.noise.stream(Purpose::Holding, session as u64, 101);
        let is_recorded = self.sessions[session].temper == Temper::Recorded;
        if !is_recorded && stream.random_ratio(CANCELLED, 100) {
            let after = Seconds(stream.random_range(30..3600));
            self.calendar.put(now + after, Happening::Cancel(order));
        }
    }

    /// Calls an order off; too late once it is being loaded.
    pub(crate) fn cancel(&mut self, now: Timestamp, order: OrderId) {
        self.tell(now, Command::Cancel(order));
    }

    pub(crate) fn collect(&mut self, now: Timestamp, order: OrderId, attempt: u8) {
        let report = PickingReport::Collected;
        let is_live = self.desk.state().live_order(order).is_some();
        let done = self.tell(now, Command::Picking { order, report });
        if is_live && !done && attempt < COLLECTS_MAX {
            let again = now + Seconds::minutes(10);
            self.calendar.put(again, Happening::Collect { order, attempt: attempt + 1 });
        }
    }
}

/// Why a customer has no offer of delivery, if there is none of the kind the customer takes.
fn refusal(quote: &Quote, temper: Temper) -> Option<Cause> {
    let is_wanted = |kind: SlotKind| match temper {
        Temper::Recorded => kind == SlotKind::Express,
        _ => kind != SlotKind::Pickup,
    };
    if quote.offers.iter().any(|offer| is_wanted(offer.slot.kind)) {
        return None;
    }
    let refusal = quote.refusals.iter().find(|refusal| is_wanted(refusal.kind));
    Some(refusal.map_or(Cause::Closed, |refusal| refusal.cause))
}
