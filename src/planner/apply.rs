//! How each event changes the state. Nothing here can be refused, and nothing needs legs or a clock.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::model::ids::{CourierId, OrderId, RouteId, StoreId};
use crate::model::order::{Order, OrderState, Picking};
use crate::model::place::Coordinate;
use crate::model::plan::{self, CurrentTrip, Route, Stop};
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::planner::event::{
    CourierReport, Event, PickingReport, Placement, Record, RequestKey, RouteChange, Sequence,
};
use crate::planner::sales::Sale;
use crate::planner::state::{CourierStatus, Remembered, State};

/// Finished orders, routes and client keys are kept this long, for questions and retries.
const KEPT: Seconds = Seconds::hours(36);

impl State {
    /// Takes an event over.
    pub fn apply(&mut self, record: &Record) {
        self.sequence = Sequence(self.sequence.0 + 1);
        self.at = self.at.max(record.at);
        let at = record.at;
        match &record.event {
            Event::Configured(region) => {
                self.region = Some(Arc::new((**region).clone()));
                for day in self.days.clone() {
                    self.open_shifts(day);
                }
                self.count_all_sales();
            }
            Event::DayOpened(day) => {
                self.days.insert(*day);
                self.open_shifts(*day);
                self.put_away(at);
            }
            Event::Held { .. } => self.apply_held(at, &record.event),
            Event::Released { order, .. } => {
                self.take_off_plan(*order);
                self.totals.released += 1;
                self.finish(*order, OrderState::Cancelled, at);
            }
            Event::Booked { order, reference, key } => {
                self.totals.booked += 1;
                self.remember(key.as_ref(), *order, at);
                self.change(*order, |order| {
                    order.state = OrderState::Booked;
                    order.booked_at = Some(at);
                    order.reference.clone_from(reference);
                });
            }
            Event::Cancelled(order) => {
                self.take_off_plan(*order);
                self.totals.cancelled += 1;
                self.finish(*order, OrderState::Cancelled, at);
            }
            Event::Picking { order, report } => self.apply_picking(*order, *report, at),
            Event::Courier { courier, route, report, position } => {
                self.apply_courier(*courier, *route, report, *position, at);
            }
            Event::Adopted { changes, saved } => {
                self.totals.adopted += 1;
                self.totals.saved += saved;
                self.change_routes(changes);
            }
            Event::Stocked { store, out_of_stock } => {
                self.reported_stock.insert(*store, *out_of_stock);
            }
            Event::Reassigned { changes } => self.change_routes(changes),
            Event::Amended { order, basket, placement, key } => {
                self.remember(key.as_ref(), *order, at);
                self.change(*order, |order| order.wish.basket = *basket);
                if let Some(placement) = *placement {
                    self.move_on_plan(*order, placement);
                }
            }
            Event::Rescheduled { order, offer, offer_expires, slot, fee, placement, key } => {
                self.remember(key.as_ref(), *order, at);
                self.offers_used.insert(*offer, (*offer_expires, *order));
                self.change(*order, |order| (order.slot, order.fee) = (*slot, *fee));
                self.move_on_plan(*order, *placement);
            }
            Event::Answered { key, order, answer } => {
                self.remember(Some(key), *order, at);
                if let Some(remembered) = self.keys.get_mut(&key.key) {
                    remembered.answer = Some(answer.as_str().into());
                }
            }
        }
    }

    fn change_routes(&mut self, changes: &[RouteChange]) {
        for change in changes {
            for trip in &change.trips {
                trip.orders.iter().for_each(|&order| self.move_to_store(order, trip.store));
            }
            if let Some(route) = self.routes.get_mut(&change.route) {
                Arc::make_mut(route).trips.clone_from(&change.trips);
            }
        }
    }

    /// An order is delivered from this store from now on, whichever it was sold from.
    pub(crate) fn move_to_store(&mut self, order: OrderId, store: StoreId) {
        let moves = self.orders.get(&order).is_some_and(|order| order.slot.store != store);
        if moves {
            self.change(order, |order| order.slot.store = store);
        }
    }

    fn move_on_plan(&mut self, order: OrderId, placement: Placement) {
        let Some(store) = self.orders.get(&order).map(|order| order.slot.store) else { return };
        self.take_off_plan(order);
        self.put_on_plan(order, store, placement);
    }

    fn apply_held(&mut self, at: Timestamp, event: &Event) {
        let Event::Held {
            order,
            offer,
            offer_expires,
            wish,
            slot,
            fee,
            expires,
            session,
            placement,
            key,
        } = event
        else {
            return;
        };
        self.totals.held += 1;
        self.next_order = self.next_order.max(order.0 + 1);
        self.offers_used.insert(*offer, (*offer_expires, *order));
        self.remember(key.as_ref(), *order, at);
        let held = Order {
            id: *order,
            wish: *wish,
            slot: *slot,
            fee: *fee,
            held_at: at,
            hold_expires: *expires,
            session: session.clone(),
            booked_at: None,
            reference: None,
            state: OrderState::Held,
            picking: Picking::Waiting,
            arrived_at: None,
            finished_at: None,
        };
        self.count_sale(None, Sale::of(&held));
        self.orders.insert(*order, Arc::new(held));
        self.put_on_plan(*order, slot.store, *placement);
    }

    fn apply_picking(&mut self, order: OrderId, report: PickingReport, at: Timestamp) {
        match report {
            PickingReport::Started => {
                self.change(order, |order| order.picking = Picking::Started(at));
            }
            PickingReport::Done => self.change(order, |order| order.picking = Picking::Done(at)),
            PickingReport::Collected => {
                self.totals.collected += 1;
                self.change(order, |order| order.arrived_at = Some(at));
                self.finish(order, OrderState::Collected, at);
            }
        }
    }

    fn apply_courier(
        &mut self,
        courier: CourierId,
        route_id: RouteId,
        report: &CourierReport,
        position: Option<Coordinate>,
        at: Timestamp,
    ) {
        let from = position.or_else(|| self.last_position(courier));
        let Some(route) = self.routes.get_mut(&route_id).map(Arc::make_mut) else { return };
        let mut now_at = position;
        route.ended_at = None;
        match report {
            CourierReport::OnDuty => now_at = from,
            CourierReport::OffDuty => {
                now_at = from;
                // Of a shift that is still ahead nothing is said by it.
                route.ended_at = (route.shift.opens() <= at).then_some(at);
                if let Some(trip) = route.current.take() {
                    self.unload(route_id, &trip);
                }
            }
            CourierReport::TripStarted { store, orders } => {
                if !route.trips.is_empty() {
                    route.trips.remove(0);
                }
                let stop = |&order: &OrderId| Stop { order, arrived_at: None, left_at: None };
                route.current = from.map(|from| CurrentTrip {
                    store: *store,
                    from,
                    started_at: at,
                    departed_at: None,
                    stops: orders.iter().map(stop).collect(),
                });
                for &order in orders {
                    self.change(order, |order| order.state = OrderState::Loaded);
                }
            }
            CourierReport::Departed => {
                let Some(current) = route.current.as_mut() else { return };
                current.departed_at = Some(at);
                let orders: Vec<OrderId> = current.stops.iter().map(|stop| stop.order).collect();
                for order in orders {
                    self.change(order, |order| order.state = OrderState::OnTheWay);
                }
            }
            CourierReport::Arrived(order) => {
                mark_stop(route, *order, |stop| stop.arrived_at = Some(at));
                self.change(*order, |order| {
                    order.state = OrderState::Arrived;
                    order.arrived_at = Some(at);
                });
                now_at = now_at.or_else(|| self.door_of(*order));
            }
            CourierReport::Delivered(order) | CourierReport::Failed(order) => {
                mark_stop(route, *order, |stop| stop.left_at = Some(at));
                let delivered = matches!(report, CourierReport::Delivered(_));
                self.apply_handed_over(*order, delivered, at);
                now_at = now_at.or_else(|| self.door_of(*order));
            }
            CourierReport::Back => {
                route.current = None;
                now_at = now_at.or_else(|| self.home_of(courier)).or(from);
            }
        }
        let on_duty = !matches!(report, CourierReport::OffDuty);
        if let Some(position) = now_at {
            self.couriers.insert(courier, CourierStatus { on_duty, position, since: at });
        } else if let Some(status) = self.couriers.get_mut(&courier) {
            status.on_duty = on_duty;
        }
    }

    /// Puts a trip that never left back to what is planned.
    fn unload(&mut self, route: RouteId, trip: &CurrentTrip) {
        let left = trip.stops.iter().filter(|stop| stop.left_at.is_none());
        let orders: Vec<OrderId> = left.map(|stop| stop.order).collect();
        for &order in &orders {
            self.change(order, |order| order.state = OrderState::Booked);
        }
        if let Some(route) = self.routes.get_mut(&route).map(Arc::make_mut)
            && !orders.is_empty()
        {
            route.trips.insert(0, plan::Trip { store: trip.store, orders });
        }
    }

    fn apply_handed_over(&mut self, order: OrderId, delivered: bool, at: Timestamp) {
        let mut on_time = false;
        self.change(order, |order| {
            let arrived = *order.arrived_at.get_or_insert(at);
            on_time = arrived <= order.slot.window.closes();
        });
        if delivered {
            self.totals.delivered += 1;
            self.totals.on_time += u64::from(on_time);
            self.finish(order, OrderState::Delivered, at);
        } else {
            self.totals.failed += 1;
            self.finish(order, OrderState::Failed, at);
        }
    }

    fn home_of(&self, courier: CourierId) -> Option<Coordinate> {
        let region = self.region.as_ref()?;
        region.courier(courier).home.map(|store| region.store(store).location)
    }

    fn door_of(&self, order: OrderId) -> Option<Coordinate> {
        self.orders.get(&order).map(|order| order.wish.place)
    }

    fn remember(&mut self, key: Option<&RequestKey>, order: OrderId, at: Timestamp) {
        if let Some(RequestKey { key, fingerprint }) = key {
            let remembered = Remembered { fingerprint: *fingerprint, order, at, answer: None };
            self.keys.insert(key.clone(), remembered);
        }
    }

    fn change(&mut self, order: OrderId, change: impl FnOnce(&mut Order)) {
        if let Some(order) = self.orders.get_mut(&order) {
            let before = Sale::of(order);
            change(Arc::make_mut(order));
            let after = Sale::of(order);
            self.count_sale(before, after);
        }
    }

    fn finish(&mut self, order: OrderId, state: OrderState, at: Timestamp) {
        self.change(order, |order| {
            order.state = state;
            order.finished_at = Some(at);
        });
    }

    /// Adds a route for each shift of `day` that has none yet.
    fn open_shifts(&mut self, day: NaiveDate) {
        let Some(region) = self.region.clone() else { return };
        for courier in region.courier_ids() {
            for &hours in &region.courier(courier).shifts {
                let shift = region.hours_on(day, hours);
                let known = |route: &Arc<Route>| route.courier == courier && route.shift == shift;
                if !self.routes.values().any(known) {
                    let route =
                        Route { courier, shift, current: None, trips: vec![], ended_at: None };
                    self.routes.insert(RouteId(self.next_route), Arc::new(route));
                    self.next_route += 1;
                }
            }
        }
    }

    /// Forgets what ended long ago.
    fn put_away(&mut self, at: Timestamp) {
        let old = at - KEPT;
        self.orders.retain(|_, order| order.finished_at.is_none_or(|finished| finished > old));
        self.routes.retain(|_, route| {
            route.shift.closes() > old || route.current.is_some() || !route.trips.is_empty()
        });
        Arc::make_mut(&mut self.sold).put_away(old);
        self.offers_used.retain(|_, (expires, _)| *expires > old);
        self.keys.retain(|_, remembered| remembered.at > old);
        if let Some(region) = &self.region {
            let oldest = region.date(old);
            self.days.retain(|&day| day >= oldest);
        }
    }
}

fn mark_stop(route: &mut Route, order: OrderId, mark: impl FnOnce(&mut Stop)) {
    let stops = route.current.iter_mut().flat_map(|trip| trip.stops.iter_mut());
    if let Some(stop) = { stops }.find(|stop| stop.order == order) {
        mark(stop);
    }
}
