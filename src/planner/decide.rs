//! What a command would change, and whether it may.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::Days;

use crate::model::ids::{OrderId, StoreId};
use crate::model::order::{Order, OrderState};
use crate::model::plan::{Route, Trip};
use crate::model::region::Region;
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::offers::candidates::check_sale;
use crate::offers::feasibility::{Asking, Change, Place, REPAIRS, can_be_collected, find_places};
use crate::offers::ground::Ground;
use crate::offers::refusal::Cause;
use crate::planner::command::{Command, Decision, Gone, OfferTerms, Outcome, Refusal, Request};
use crate::planner::eta::{lateness, pickup_lateness};
use crate::planner::event::{Event, Placement, Record, Release, RequestKey, RouteChange};
use crate::planner::planner::Planner;
use crate::planner::reports::CourierTold;
use crate::solver::route;

impl Decision {
    pub(crate) fn done(events: Vec<Event>) -> Self {
        Self { events, outcome: Outcome::Done, replayed: false, answer: None }
    }

    pub(crate) fn order(events: Vec<Event>, order: OrderId) -> Self {
        Self { outcome: Outcome::Order(order), ..Self::done(events) }
    }
}

/// A hold may be so many times as likely to be late as its offer was allowed to be.
const RISK_OF_A_HOLD: f64 = 1.5;

impl Planner {
    /// Answers what a request would change at `now`, without changing it.
    ///
    /// A request whose key was seen before changes nothing and leads to what it led to then.
    ///
    /// # Errors
    /// The plan says no; see [`Refusal`].
    pub fn decide(&self, now: Timestamp, request: &Request) -> Result<Decision, Refusal> {
        if let Some(key) = &request.key
            && let Some(known) = self.state().keys.get(&key.key)
        {
            let same = known.fingerprint == key.fingerprint;
            let outcome = Outcome::Order(known.order);
            return if same {
                let answer = known.answer.clone();
                Ok(Decision { events: vec![], outcome, replayed: true, answer })
            } else {
                Err(Refusal::KeyReused(key.key.clone()))
            };
        }
        if let Command::Configure(region) = &request.command {
            return self.configure(now, region);
        }
        let region = self.state().region.as_ref().ok_or(Refusal::NotConfigured)?;
        let key = request.key.as_ref();
        match &request.command {
            Command::Configure(_) | Command::Tick => Ok(Decision::done(self.tick(now, region))),
            Command::Hold { terms, replaces } => self.hold(now, region, terms, *replaces, key),
            Command::Free(order) => self.free(*order),
            Command::Book { order, reference } => {
                self.book(now, region, *order, reference.as_ref(), key)
            }
            Command::BookOffer { terms, reference } => {
                self.book_offer(now, region, terms, reference.as_ref(), key)
            }
            Command::Amend { order, basket } => self.amend(now, region, *order, basket, key),
            Command::Reschedule { order, terms } => {
                self.reschedule(now, region, *order, terms, key)
            }
            Command::Cancel(order) => self.cancel(*order),
            Command::Picking { order, report } => self.picking(*order, *report),
            Command::Courier { courier, report, position } => {
                let told = CourierTold { courier: *courier, report, position: *position };
                self.courier(now, region, told)
            }
            Command::Adopt { base, changes } => self.adopt(now, region, *base, changes),
            Command::Stock { store, out_of_stock } => Ok(self.stock(*store, *out_of_stock)),
        }
    }

    fn configure(&self, now: Timestamp, region: &Region) -> Result<Decision, Refusal> {
        if let Some(old) = &self.state().region {
            if **old == *region {
                return Ok(Decision::done(vec![]));
            }
            let stores = old.stores.iter().zip(&region.stores).all(|(old, new)| old.key == new.key);
            let couriers = old.couriers.iter().zip(&region.couriers);
            let couriers = { couriers }.all(|(old, new)| old.key == new.key);
            let fewer = region.stores.len() < old.stores.len()
                || region.couriers.len() < old.couriers.len();
            if !stores || !couriers || fewer {
                let why = "stores and couriers may be added at the end of their lists and changed, \
                           but neither removed nor reordered";
                return Err(Refusal::Unsettled(why.to_owned()));
            }
            self.check_names(&old.policy.sale, &region.policy.sale)?;
        }
        let mut events = vec![Event::Configured(Box::new(region.clone()))];
        events.extend(self.days_to_open(now, region));
        Ok(Decision::done(events))
    }

    /// Lapses holds, opens days, and looks again for somebody who brings what was left behind. The
    /// most it does at once is one event per hold and day, and one more.
    fn tick(&self, now: Timestamp, region: &Arc<Region>) -> Vec<Event> {
        let lapsed = |order| Event::Released { order, release: Release::Expired };
        let mut events: Vec<Event> = self.state().lapsed_holds(now).map(lapsed).collect();
        events.extend(self.days_to_open(now, region));
        let left_behind = |route: &Arc<Route>| route.ended_at.is_some() && !route.trips.is_empty();
        if self.state().routes.values().any(left_behind) {
            events.extend(self.after(now, &events).reassign(now, region));
        }
        events
    }

    fn days_to_open(&self, now: Timestamp, region: &Region) -> Vec<Event> {
        let today = region.date(now);
        (0..u64::from(region.policy.scheduled_days.max(1)))
            .filter_map(|ahead| today.checked_add_days(Days::new(ahead)))
            .filter(|day| !self.state().days.contains(day))
            .map(Event::DayOpened)
            .collect()
    }

    fn hold(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        terms: &OfferTerms,
        replaces: Option<OrderId>,
        key: Option<&RequestKey>,
    ) -> Result<Decision, Refusal> {
        self.check_terms(now, terms)?;
        let mut events = self.exchanged(now, terms, replaces)?;
        let held_for = region.policy.hold;
        let planner = self.after(now, &events);
        let Found { placement, room } = planner.place(now, region, terms, held_for, REPAIRS)?;
        events.extend(room);
        let order = OrderId(self.state().next_order.max(1));
        events.push(held(order, now + held_for, terms, placement, key.cloned()));
        self.spare_bystanders(now, region, &events)?;
        Ok(Decision::order(events, order))
    }

    fn book_offer(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        terms: &OfferTerms,
        reference: Option<&String>,
        key: Option<&RequestKey>,
    ) -> Result<Decision, Refusal> {
        self.check_terms(now, terms)?;
        let mut events = self.exchanged(now, terms, None)?;
        let planner = self.after(now, &events);
        let Found { placement, room } =
            planner.place(now, region, terms, Seconds::ZERO, REPAIRS)?;
        events.extend(room);
        let order = OrderId(self.state().next_order.max(1));
        // It was placed as if booked, so it may not be planned as if it waited for that.
        events.push(held(order, now, terms, placement, None));
        let (reference, key) = (reference.cloned(), key.cloned());
        events.push(Event::Booked { order, reference, key });
        self.spare_bystanders(now, region, &events)?;
        Ok(Decision::order(events, order))
    }

    pub(crate) fn check_terms(&self, now: Timestamp, terms: &OfferTerms) -> Result<(), Refusal> {
        if let Some(&(_, order)) = self.state().offers_used.get(&terms.offer) {
            return Err(Refusal::OfferUsed(order));
        }
        if terms.expires <= now {
            return Err(Refusal::OfferExpired(terms.expires));
        }
        Ok(())
    }

    /// The hold that the new one takes the place of: the named one, or the session's own.
    fn exchanged(
        &self,
        now: Timestamp,
        terms: &OfferTerms,
        replaces: Option<OrderId>,
    ) -> Result<Vec<Event>, Refusal> {
        let mut old = Vec::new();
        if let Some(order) = replaces {
            let hold = self.active_hold(now, order)?;
            if hold.session.is_some() && hold.session != terms.session {
                return Err(Refusal::OtherSession(order));
            }
            old.push(order);
        }
        if terms.session.is_some() {
            let same = |order: &&Arc<Order>| {
                order.state == OrderState::Held && order.session == terms.session
            };
            old.extend(self.state().orders.values().filter(same).map(|order| order.id));
        }
        old.sort_unstable();
        old.dedup();
        let exchanged = |order| Event::Released { order, release: Release::Exchanged };
        Ok(old.into_iter().map(exchanged).collect())
    }

    /// This planner after `events`, which need no new legs.
    pub(crate) fn after(&self, now: Timestamp, events: &[Event]) -> Cow<'_, Self> {
        if events.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut state = self.state().clone();
        for event in events {
            state.apply(&Record { at: now, event: event.clone() });
        }
        Cow::Owned(self.with_state(state))
    }

    /// Finds a place in the plan for an offer.
    ///
    /// Half of the safety margin is left to what may happen between quote and hold, so that an
    /// offer does not vanish because a minute has passed. Others may be moved `repairs` times on
    /// trial to make room.
    pub(crate) fn place(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        terms: &OfferTerms,
        held_for: Seconds,
        repairs: u32,
    ) -> Result<Found, Refusal> {
        let gone = |cause: Cause| Refusal::SlotGone(Gone::Refused(cause));
        let slot = terms.slot;
        let ground = self.survey(region, now).ground;
        check_sale(&ground, &terms.wish, &slot).map_err(gone)?;
        let safety = Seconds(region.policy.safety.0 / 2);
        let asking = Asking { wish: terms.wish, safety, held_for, risk: RISK_OF_A_HOLD, repairs };
        if slot.kind == SlotKind::Pickup {
            let fits = can_be_collected(&ground, &asking, slot.store, slot.window);
            let found = Found { placement: Placement::Store, room: None };
            return if fits { Ok(found) } else { Err(gone(Cause::PickingFull)) };
        }
        let row = self.known_row(terms.wish.place).ok_or(Refusal::Unreachable)?;
        let places = find_places(&ground, &asking, &row, &[slot.store], &[slot.window]);
        let place = places.into_iter().next().unwrap_or(Err(Cause::Closed)).map_err(gone)?;
        let placement = Placement::of(&ground, &place);
        Ok(Found { placement, room: makes_room(&ground, &place.moved) })
    }

    /// An order that is held and whose hold has not lapsed.
    fn active_hold(&self, now: Timestamp, order: OrderId) -> Result<&Order, Refusal> {
        let found = self.known_order(order)?;
        match found.state {
            OrderState::Held if found.hold_expires > now => Ok(found),
            OrderState::Held => Err(Refusal::HoldEnded(order)),
            OrderState::Cancelled if found.booked_at.is_none() => Err(Refusal::HoldEnded(order)),
            _ => Err(out_of_state(found)),
        }
    }

    pub(crate) fn known_order(&self, order: OrderId) -> Result<&Order, Refusal> {
        let found = self.state().orders.get(&order);
        found.map(|order| &**order).ok_or(Refusal::UnknownOrder(order))
    }

    fn free(&self, order: OrderId) -> Result<Decision, Refusal> {
        let found = self.known_order(order)?;
        match found.state {
            OrderState::Held => {
                let release = Release::Freed;
                Ok(Decision::order(vec![Event::Released { order, release }], order))
            }
            OrderState::Cancelled => Err(Refusal::HoldEnded(order)),
            _ => Err(out_of_state(found)),
        }
    }

    /// Nothing moves on a trip by it, so it is refused only where reality has slipped so far since the
    /// hold that the promise would be broken as it is made, or where picking it from now on, and not
    /// only from the hold's end, would make somebody else late.
    fn book(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        order: OrderId,
        reference: Option<&String>,
        key: Option<&RequestKey>,
    ) -> Result<Decision, Refusal> {
        let found = self.known_order(order)?;
        if found.state == OrderState::Booked && found.reference.as_ref() == reference {
            return Ok(Decision::order(vec![], order));
        }
        let hold = self.active_hold(now, order)?;
        let outlook = self.survey(region, now).outlook;
        let late = match hold.slot.kind {
            SlotKind::Pickup => pickup_lateness(region, hold, &outlook),
            _ => lateness(hold, outlook.arrivals.get(&order).copied()),
        };
        if late > Seconds::ZERO {
            return Err(Refusal::SlotGone(Gone::Late));
        }
        let (reference, key) = (reference.cloned(), key.cloned());
        let events = vec![Event::Booked { order, reference, key }];
        self.spare_bystanders(now, region, &events)?;
        Ok(Decision::order(events, order))
    }

    fn cancel(&self, order: OrderId) -> Result<Decision, Refusal> {
        let found = self.known_order(order)?;
        match found.state {
            OrderState::Booked => Ok(Decision::order(vec![Event::Cancelled(order)], order)),
            OrderState::Cancelled if found.booked_at.is_some() => {
                Ok(Decision::order(vec![], order))
            }
            OrderState::Held | OrderState::Cancelled => Err(Refusal::UnknownOrder(order)),
            _ => Err(out_of_state(found)),
        }
    }
}

/// A place in the plan, and what makes room for it.
pub(crate) struct Found {
    pub(crate) placement: Placement,
    pub(crate) room: Option<Event>,
}

/// The event that others move, in the words of the plan.
fn makes_room(ground: &Ground, moved: &[Change]) -> Option<Event> {
    let trip = |trip: &route::Trip| Trip {
        store: StoreId(trip.depot),
        orders: trip.clients.iter().map(|&client| ground.clients[client as usize]).collect(),
    };
    let change = |(index, trips): &Change| RouteChange {
        route: ground.route_ids[*index],
        trips: trips.iter().map(trip).collect(),
    };
    let changes: Vec<RouteChange> = moved.iter().map(change).collect();
    (!changes.is_empty()).then_some(Event::Reassigned { changes })
}

impl Placement {
    /// A place that was found on `ground`, in the words of the plan.
    pub(crate) fn of(ground: &Ground, place: &Place) -> Self {
        let number = |index: usize| u16::try_from(index).unwrap_or(u16::MAX);
        let route = ground.route_ids[place.insertion.route];
        let trip = number(place.insertion.trip);
        match place.insertion.opens_trip {
            Some(_) => Self::NewTrip { route, trip },
            None => Self::Trip { route, trip, position: number(place.insertion.position) },
        }
    }
}

fn held(
    order: OrderId,
    expires: Timestamp,
    terms: &OfferTerms,
    placement: Placement,
    key: Option<RequestKey>,
) -> Event {
    Event::Held {
        order,
        offer: terms.offer,
        offer_expires: terms.expires,
        wish: terms.wish,
        slot: terms.slot,
        fee: terms.fee,
        expires,
        session: terms.session.clone(),
        placement,
        key,
    }
}

/// The refusal that names the state an order is in.
pub(crate) fn out_of_state(order: &Order) -> Refusal {
    let state = match order.state {
        OrderState::Held => "held",
        OrderState::Booked => "booked",
        OrderState::Loaded => "being loaded",
        OrderState::OnTheWay => "on the way",
        OrderState::Arrived => "at the door",
        OrderState::Delivered => "delivered",
        OrderState::Failed => "returned undelivered",
        OrderState::Collected => "collected",
        OrderState::Cancelled => "cancelled",
    };
    Refusal::OrderState { order: order.id, state: state.to_owned() }
}
