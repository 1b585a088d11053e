//! Who sells the slots of a simulated day: the plan, or what it is measured against.
//!
//! Whoever sells, the customers are the same, with the same wishes, tastes and luck, and the orders
//! are picked, planned, improved and delivered by the same code.

use crate::model::order::OrderState;
use crate::model::region::Region;
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::travel_matrix::Row;
use crate::model::units::Seconds;
use crate::offers::offer::{Effort, Evidence, Offer, Quote};
use crate::offers::refusal::Cause;
use crate::offers::{Checkout, quote};
use crate::planner::command::{Command, Gone, OfferTerms, Outcome, Refusal, Request};
use crate::planner::event::Event;
use crate::planner::state::State;
use crate::planner::view::{Live, View};
use crate::simulation::choice::choose;
use crate::simulation::day::Day;
use crate::simulation::noise::Purpose;
use crate::simulation::oracle::{NoRoom, Room, Wanted, make_room};

/// Who decides which slots a customer can have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Selling {
    /// The plan, as in the service.
    #[default]
    Plan,
    /// Counters, whatever the plan says: what most shops do.
    Counters(Caps),
    /// The plan; and where it has no place as it is, all open orders are planned anew together with
    /// the customer's, by the production solver, before the slot is refused.
    Oracle {
        /// Iterations of each such search.
        iterations: u32,
    },
}

/// How many orders counters sell. The nearest store with room sells first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Express orders per store and clock hour in which they are ordered.
    pub express_per_hour: u16,
    /// Scheduled orders per store and window.
    pub per_window: u16,
}

/// What customers see before they choose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shown {
    /// All offers, with the expected arrival.
    #[default]
    Everything,
    /// Windows of delivery only. So a slot is liked equally whoever sells it: counters know no
    /// expected arrival, and who is refused does not come to the store instead.
    Windows,
}

/// An order that counters have sold and nobody can bring in time is promised so much more in the
/// plan, but not to the customer; the least that has a place. (Taste: fine steps first.)
const LATER_MINUTES: [i64; 11] = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240];

/// With how many minutes to spare the oracle plans the newcomer, one try each: what is planned
/// tightly may be too risky to promise, or too early for the pickers. (Taste.)
const SPARE_MINUTES: [i64; 3] = [0, 5, 10];

impl Caps {
    /// How many orders like these may be sold.
    fn of(self, kind: SlotKind) -> usize {
        match kind {
            SlotKind::Express => usize::from(self.express_per_hour),
            SlotKind::Scheduled => usize::from(self.per_window),
            SlotKind::Pickup => usize::MAX,
        }
    }

    /// Whether one more order for `slot` is below the cap. Holds count; who gave back does not.
    pub fn has_room(self, state: &State, slot: Slot) -> bool {
        let is_same = |other: Slot| {
            let hour = |slot: Slot| slot.window.opens().0.div_euclid(3600);
            let same_time = match slot.kind {
                SlotKind::Express => hour(other) == hour(slot),
                _ => other.window == slot.window,
            };
            other.kind == slot.kind && other.store == slot.store && same_time
        };
        let sold = state.orders.values().filter(|order| order.state != OrderState::Cancelled);
        sold.filter(|order| is_same(order.slot)).count() < self.of(slot.kind)
    }
}

impl Day<'_> {
    /// What the customer of session `number` is shown, given what the plan has for them.
    pub(crate) fn on_sale(&mut self, view: &View, number: usize, planned: Quote) -> Quote {
        let planned = self.shown(planned);
        match self.settings.selling {
            Selling::Plan => planned,
            Selling::Counters(caps) => self.counted(number, planned, caps),
            Selling::Oracle { iterations } => self.rescued(view, number, planned, iterations),
        }
    }

    /// Does what a customer wants who takes an offer. [`Outcome::Done`] says that the order was sold
    /// and has no place in the plan.
    ///
    /// # Errors
    /// The slot is gone.
    pub(crate) fn sell(
        &mut self,
        now: Timestamp,
        number: usize,
        command: Command,
    ) -> Result<Outcome, Refusal> {
        let taken = |command: &Command| match command {
            Command::Hold { terms, .. } | Command::BookOffer { terms, .. } => Some(terms.clone()),
            _ => None,
        };
        let Some(terms) = taken(&command) else { return self.desk.submit(now, command) };
        match self.settings.selling {
            _ if terms.slot.kind == SlotKind::Pickup => self.desk.submit(now, command),
            Selling::Plan => self.desk.submit(now, command),
            Selling::Counters(caps) => {
                if !caps.has_room(self.desk.state(), terms.slot) {
                    return Err(Refusal::SlotGone(Gone::Refused(Cause::SlotFull)));
                }
                let placed = self.desk.submit(now, command.clone());
                Ok(placed.unwrap_or_else(|_| self.squeeze_in(now, &command)))
            }
            Selling::Oracle { iterations } => {
                let planned = self.desk.submit(now, command.clone());
                planned.or_else(|gone| {
                    let slot = terms.slot;
                    let view = self.desk.view(now);
                    let room = self.room_for(&view, number, (slot.kind, slot.window), iterations);
                    let room = room.ok_or(gone)?;
                    let decision = room.planner.decide(now, &Request::from(command))?;
                    self.desk.take_over(now, vec![room.event]);
                    self.desk.take_over(now, decision.events);
                    Ok(decision.outcome)
                })
            }
        }
    }

    fn shown(&self, mut quote: Quote) -> Quote {
        if self.settings.shown == Shown::Windows {
            quote.offers.retain(|offer| offer.slot.kind != SlotKind::Pickup);
            quote.offers.iter_mut().for_each(|offer| offer.expected_arrival = None);
        }
        quote
    }

    /// What counters have, of all the windows that the plan was asked for.
    fn counted(&self, number: usize, planned: Quote, caps: Caps) -> Quote {
        let session = self.sessions[number];
        let mut stores = self.region.stores_for(session.wish.place);
        stores.retain(|&store| session.wish.store.is_none_or(|only| only == store));
        let profile = self.region.profiles().first().copied();
        stores.sort_by_key(|&store| {
            let from = self.region.store(store).location;
            let leg = |profile| self.desk.travel().leg(profile, from, session.wish.place);
            (profile.and_then(leg).map(|leg| leg.drive_seconds), store)
        });
        let mut windows = full_windows(&planned);
        let (delivered, collected): (Vec<Offer>, Vec<Offer>) =
            planned.offers.into_iter().partition(|offer| offer.slot.kind != SlotKind::Pickup);
        windows.extend(delivered.iter().map(|offer| (offer.slot.kind, offer.slot.window)));
        let mut counted = Quote { offers: collected, ..planned };
        counted.refusals.retain(|refusal| !refusal.cause.is_plan());
        for (kind, window) in windows {
            let slots = stores.iter().map(|&store| Slot { kind, store, window });
            let free = { slots }.find(|&slot| caps.has_room(self.desk.state(), slot));
            counted.offers.extend(free.map(|slot| unplanned(&self.region, slot)));
        }
        counted
    }

    /// What the plan has, and what it can have after planning anew.
    ///
    /// Planned for are only windows that the customer would take rather than what is offered, the
    /// best liked first, until one is found: what is found for others would not be taken.
    fn rescued(
        &mut self,
        view: &View,
        number: usize,
        mut planned: Quote,
        iterations: u32,
    ) -> Quote {
        let session = self.sessions[number];
        let Some(&store) = self.region.stores_for(session.wish.place).first() else {
            return planned;
        };
        let slots = full_windows(&planned).into_iter();
        let slots = slots.map(|(kind, window)| Slot { kind, store, window });
        let mut doubtful: Vec<Offer> = slots.map(|slot| unplanned(&self.region, slot)).collect();
        while !doubtful.is_empty() {
            let offers = [&planned.offers[..], &doubtful].concat();
            let both = Quote { offers, ..Quote::default() };
            let chosen = choose(&self.region, &both, &session, number as u64, &self.noise);
            let Some(slot) = chosen.map(|offer| (offer.slot.kind, offer.slot.window)) else {
                break;
            };
            let Some(rank) = doubtful.iter().position(|offer| is_for(offer, slot)) else { break };
            doubtful.remove(rank);
            if let Some(room) = self.room_for(view, number, slot, iterations) {
                planned.offers.extend(self.offer_in(&room, view.now, number, slot));
                break;
            }
        }
        planned
    }

    /// A plan with room for the customer in a window; nobody has less of a promise in it.
    fn room_for(
        &mut self,
        view: &View,
        number: usize,
        slot: (SlotKind, TimeWindow),
        iterations: u32,
    ) -> Option<Room> {
        let live = view.live.as_ref()?;
        let session = self.sessions[number];
        let row = self.row_of(live, number)?;
        for (attempt, spare) in (0..).zip(SPARE_MINUTES) {
            let which = slot.1.opens().0.unsigned_abs() * SPARE_MINUTES.len() as u64 + attempt;
            let seed = self.noise.number(Purpose::Search, number as u64, which);
            let spare = Seconds::minutes(spare);
            // With stores as planned pickers follow more often; with other stores more fits.
            let opens_stores = attempt % 2 == 0;
            let (wish, window) = (session.wish, slot.1);
            let wanted = Wanted { wish, window, spare, opens_stores };
            self.tally.searches += 1;
            let room = make_room(self.desk.planner(), view, &wanted, &row, (seed, iterations));
            match room {
                // Whether pickers can follow, and how sure it is, a quote on that plan says.
                Ok(room) if self.offer_in(&room, view.now, number, slot).is_some() => {
                    return Some(room);
                }
                Err(NoRoom::Full) => return None,
                Ok(_) | Err(NoRoom::Worse) => {}
            }
        }
        None
    }

    /// What a quote on the plan with room says about a window.
    fn offer_in(
        &self,
        room: &Room,
        now: Timestamp,
        number: usize,
        slot: (SlotKind, TimeWindow),
    ) -> Option<Offer> {
        let session = self.sessions[number];
        let view = room.planner.view(now);
        let live = view.live.as_ref()?;
        let row = self.row_of(live, number);
        let checkout = Checkout { wish: session.wish, now };
        let quote = self.shown(quote(&live.ground, &checkout, row.as_ref(), Effort::Full));
        quote.offers.into_iter().find(|offer| is_for(offer, slot))
    }

    fn row_of(&self, live: &Live, number: usize) -> Option<Row> {
        let place = self.sessions[number].wish.place;
        live.ground.legs.0.row(self.desk.travel(), &live.region.profiles(), place)
    }

    /// Gives an order that cannot be in time the place that does least harm.
    ///
    /// It is decided about as any other, only as if it had been promised a little more, and written
    /// down with what was promised. So nobody else gets late by it, and it is itself as little late
    /// as the steps tell. The plan then keeps it where it is late and lets it get no later.
    fn squeeze_in(&mut self, now: Timestamp, command: &Command) -> Outcome {
        for minutes in LATER_MINUTES {
            let mut later = command.clone();
            let (Command::Hold { terms, .. } | Command::BookOffer { terms, .. }) = &mut later
            else {
                break;
            };
            let promised = terms.slot;
            widen(terms, Seconds::minutes(minutes));
            let Ok(mut decision) = self.desk.planner().decide(now, &Request::from(later)) else {
                continue;
            };
            for event in &mut decision.events {
                if let Event::Held { slot, .. } = event {
                    *slot = promised;
                }
            }
            self.desk.take_over(now, decision.events);
            return decision.outcome;
        }
        Outcome::Done
    }
}

fn widen(terms: &mut OfferTerms, by: Seconds) {
    let window = terms.slot.window;
    terms.slot.window = TimeWindow::spanning(window.opens(), window.closes() + by);
}

/// Delivery windows that were refused because the plan as it is has no place.
fn full_windows(quote: &Quote) -> Vec<(SlotKind, TimeWindow)> {
    let full = quote.refusals.iter().filter(|refusal| refusal.cause.is_plan());
    let delivered = full.filter(|refusal| refusal.kind != SlotKind::Pickup);
    delivered.filter_map(|refusal| Some((refusal.kind, refusal.window?))).collect()
}

fn is_for(offer: &Offer, (kind, window): (SlotKind, TimeWindow)) -> bool {
    offer.slot.kind == kind && offer.slot.window == window
}

/// An offer that no plan was asked for.
fn unplanned(region: &Region, slot: Slot) -> Offer {
    Offer {
        slot,
        fee: region.policy.fee(slot.kind),
        sold_until: None,
        expected_arrival: None,
        chance: None,
        evidence: Evidence::Inserted,
        cost: 0,
    }
}
