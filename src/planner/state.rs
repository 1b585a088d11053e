//! What all events of a region add up to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::model::ids::{CourierId, OfferId, OrderId, RouteId, StoreId};
use crate::model::order::{Order, OrderState};
use crate::model::place::Coordinate;
use crate::model::plan::{Route, Trip};
use crate::model::quota::Sold;
use crate::model::region::Region;
use crate::model::sale::Classes;
use crate::model::time::Timestamp;
use crate::planner::event::{Placement, Sequence};

/// Whether a courier works, and where the courier was last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourierStatus {
    /// Whether the shift has begun and not ended.
    pub on_duty: bool,
    /// The last place that is known for sure.
    pub position: Coordinate,
    /// Since when the courier is there, or left from there.
    pub since: Timestamp,
}

/// A request that was answered before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The digest of the request.
    pub fingerprint: u128,
    /// What it led to.
    pub order: OrderId,
    /// When.
    pub at: Timestamp,
    /// What the client was told, word for word, where that is known.
    pub answer: Option<Arc<str>>,
}

/// Counters that outlive the orders they count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Holds granted.
    pub held: u64,
    /// Orders booked.
    pub booked: u64,
    /// Holds that lapsed or were given back.
    pub released: u64,
    /// Bookings called off.
    pub cancelled: u64,
    /// Orders handed over at the door.
    pub delivered: u64,
    /// Of these, at the door before the window closed.
    pub on_time: u64,
    /// Orders that could not be handed over.
    pub failed: u64,
    /// Pickups collected.
    pub collected: u64,
    /// Better plans taken over.
    pub adopted: u64,
    /// What they saved together, in the solver's cost unit.
    pub saved: i64,
}

/// The state of a region: sequences and reports, no times that could be computed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// The settings, once known.
    pub region: Option<Arc<Region>>,
    /// The last event.
    pub sequence: Sequence,
    /// When it happened.
    pub at: Timestamp,
    /// The number of the next order.
    pub next_order: u64,
    /// The number of the next route.
    pub next_route: u32,
    /// Orders and holds, for a day or two after their end.
    pub orders: BTreeMap<OrderId, Arc<Order>>,
    /// Routes of open days.
    pub routes: BTreeMap<RouteId, Arc<Route>>,
    /// Couriers who reported.
    pub couriers: BTreeMap<CourierId, CourierStatus>,
    /// The days whose shifts are known.
    pub days: BTreeSet<NaiveDate>,
    /// Offers that were taken, until they would have expired.
    pub offers_used: BTreeMap<OfferId, (Timestamp, OrderId)>,
    /// Keys that clients sent along, for a day.
    pub keys: BTreeMap<String, Remembered>,
    /// How many orders are held or booked, by window.
    pub sold: Arc<Sold>,
    /// What stores reported to be out of; see [`State::out_of_stock`].
    pub reported_stock: BTreeMap<StoreId, Classes>,
    /// Counters.
    pub totals: Totals,
}

impl State {
    /// An order that is not known to be over.
    pub fn live_order(&self, order: OrderId) -> Option<&Arc<Order>> {
        self.orders.get(&order).filter(|order| !order.state.is_final())
    }

    /// Holds that should have lapsed by `now`.
    pub fn lapsed_holds(&self, now: Timestamp) -> impl Iterator<Item = OrderId> {
        let lapsed =
            move |order: &&Arc<Order>| order.state == OrderState::Held && order.hold_expires <= now;
        self.orders.values().filter(lapsed).map(|order| order.id)
    }

    /// The route and trip that `order` is planned on, not counting trips under way.
    pub fn planned_on(&self, order: OrderId) -> Option<(RouteId, usize)> {
        self.routes.iter().find_map(|(&id, route)| {
            let trip = route.trips.iter().position(|trip| trip.orders.contains(&order))?;
            Some((id, trip))
        })
    }

    /// The route whose trip under way carries `order`.
    pub fn carried_on(&self, order: OrderId) -> Option<RouteId> {
        self.routes.iter().find_map(|(&id, route)| {
            let current = route.current.as_ref()?;
            current.stops.iter().any(|stop| stop.order == order).then_some(id)
        })
    }

    /// The route a courier works on now: the one under way, else the one whose shift is nearest.
    pub fn route_of(&self, courier: CourierId, now: Timestamp) -> Option<(RouteId, &Arc<Route>)> {
        let own = self.routes.iter().filter(|(_, route)| route.courier == courier);
        own.min_by_key(|&(&id, route)| claim(id, route, now)).map(|(&id, route)| (id, route))
    }

    /// The routes that couriers work on now; see [`State::route_of`].
    pub fn active_routes(&self, now: Timestamp) -> BTreeSet<RouteId> {
        let mut first: BTreeMap<CourierId, (Claim, RouteId)> = BTreeMap::new();
        for (&id, route) in &self.routes {
            let claim = claim(id, route, now);
            let best = first.entry(route.courier).or_insert((claim, id));
            if claim < best.0 {
                *best = (claim, id);
            }
        }
        first.into_values().map(|(_, id)| id).collect()
    }

    /// Where a courier was last: reported, else where shifts start.
    pub fn last_position(&self, courier: CourierId) -> Option<Coordinate> {
        let region = self.region.as_ref()?;
        let status = self.couriers.get(&courier);
        Some(status.map_or(region.courier(courier).start, |status| status.position))
    }

    /// Takes `order` off its planned trip, and the trip away when it was the last.
    pub(crate) fn take_off_plan(&mut self, order: OrderId) {
        let Some((route, trip)) = self.planned_on(order) else { return };
        let Some(route) = self.routes.get_mut(&route).map(Arc::make_mut) else { return };
        let Some(stops) = route.trips.get_mut(trip) else { return };
        stops.orders.retain(|&other| other != order);
        if stops.orders.is_empty() {
            route.trips.remove(trip);
        }
    }

    /// Puts `order` on a planned trip, or on a new one.
    pub(crate) fn put_on_plan(&mut self, order: OrderId, store: StoreId, placement: Placement) {
        match placement {
            Placement::Store => {}
            Placement::Trip { route, trip, position } => {
                if let Some(route) = self.routes.get_mut(&route).map(Arc::make_mut)
                    && let Some(trip) = route.trips.get_mut(usize::from(trip))
                {
                    let position = usize::from(position).min(trip.orders.len());
                    trip.orders.insert(position, order);
                }
            }
            Placement::NewTrip { route, trip } => {
                if let Some(route) = self.routes.get_mut(&route).map(Arc::make_mut) {
                    let trip = usize::from(trip).min(route.trips.len());
                    route.trips.insert(trip, Trip { store, orders: vec![order] });
                }
            }
        }
    }
}

/// What makes a route the one its courier works on now; the smallest does.
type Claim = (bool, bool, i64, RouteId);

fn claim(id: RouteId, route: &Route, now: Timestamp) -> Claim {
    let before = (route.shift.opens() - now).0;
    let after = (now - route.shift.closes()).0;
    // Nobody comes any more for what is left behind when a courier is gone.
    let overdue = after > 0 && !route.trips.is_empty() && route.ended_at.is_none();
    (route.current.is_none(), !overdue, before.max(after).max(0), id)
}
