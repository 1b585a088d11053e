//! When things will happen, as far as one can tell now.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::ids::{OrderId, RouteId, StoreId};
use crate::model::order::{Order, Picking};
use crate::model::place::Coordinate;
use crate::model::plan::CurrentTrip;
use crate::model::region::Region;
use crate::model::time::Timestamp;
use crate::model::travel_matrix::Leg;
use crate::model::units::Seconds;
use crate::offers::ground::{Ground, duration};
use crate::offers::timeline;
use crate::planner::compile::{Compiled, Pick};
use crate::planner::state::State;
use crate::solver::problem::Legs;

/// When a courier is at a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopTiming {
    /// Whose door.
    pub order: OrderId,
    /// Service begins.
    pub arrives_at: Timestamp,
    /// The courier leaves again.
    pub leaves_at: Timestamp,
}

/// The moments of a trip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TripTiming {
    /// Where it is loaded.
    pub store: StoreId,
    /// Where the courier comes from.
    pub from: Coordinate,
    /// The courier sets out for the store, or begins to load when there already.
    pub starts_at: Timestamp,
    /// The courier leaves the store.
    pub departs_at: Timestamp,
    /// The doors.
    pub stops: Vec<StopTiming>,
    /// The courier is back at the home store, if there is one and no other trip follows.
    pub back_at: Option<Timestamp>,
    /// Whether it is too late to change the trip.
    pub is_locked: bool,
}

/// How a trip under way goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentTiming {
    /// The courier leaves, or left, the store.
    pub departs_at: Timestamp,
    /// All doors, those behind included.
    pub stops: Vec<StopTiming>,
    /// The courier has left the last door.
    pub free_at: Timestamp,
    /// Where the last door is.
    pub ends_at: Coordinate,
    /// What lies before the courier.
    pub ahead: Ahead,
}

/// Driving and doors that a courier still has before him.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ahead {
    /// Time on the road.
    pub drive: Seconds,
    /// The sum of the squares of the legs, in square seconds.
    pub legs_square: i64,
    /// The same of the doors.
    pub doors_square: i64,
}

impl Ahead {
    fn add_leg(&mut self, begins: Timestamp, takes: Seconds, now: Timestamp) {
        let left = left_of(begins, takes, now);
        self.drive += left;
        self.legs_square += left.0 * left.0;
    }

    fn add_door(&mut self, begins: Timestamp, takes: Seconds, now: Timestamp) {
        let left = left_of(begins, takes, now);
        self.doors_square += left.0 * left.0;
    }
}

/// How much is left of something that takes so long.
fn left_of(begins: Timestamp, takes: Seconds, now: Timestamp) -> Seconds {
    (begins + takes - begins.max(now)).max(Seconds::ZERO)
}

/// Everything that is expected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outlook {
    /// When each order is expected at its door.
    pub arrivals: BTreeMap<OrderId, Timestamp>,
    /// Trips under way.
    pub current: BTreeMap<RouteId, CurrentTiming>,
    /// Planned trips.
    pub planned: BTreeMap<RouteId, Vec<TripTiming>>,
    /// When each order is picked.
    pub picks: BTreeMap<OrderId, Pick>,
}

/// Follows a trip under way from what was reported, as if the rest took as long as planned.
///
/// Whatever should have happened and was not reported is taken to happen now.
pub(crate) fn follow_current(
    state: &State,
    region: &Region,
    now: Timestamp,
    trip: &CurrentTrip,
    release: &impl Fn(OrderId) -> i32,
    leg: &impl Fn(Coordinate, Coordinate) -> Leg,
) -> CurrentTiming {
    let drive = |from, to| Seconds(i64::from(leg(from, to).drive_seconds));
    let store = region.store(trip.store).location;
    let departs_at = trip.departed_at.unwrap_or_else(|| {
        let ready = trip.stops.iter().map(|stop| i64::from(release(stop.order))).max();
        let ready = now + Seconds(ready.unwrap_or_default());
        let at_store = trip.started_at + drive(trip.from, store);
        now.max(at_store.max(ready) + region.policy.loading)
    });
    let (mut place, mut left) = (store, departs_at);
    let mut stops = Vec::with_capacity(trip.stops.len());
    let mut ahead = Ahead::default();
    for stop in &trip.stops {
        let Some(order) = state.orders.get(&stop.order) else { continue };
        let door = order.wish.place;
        if stop.arrived_at.or(stop.left_at).is_none() {
            ahead.add_leg(left, drive(place, door), now);
        }
        let arrives_at = stop
            .arrived_at
            .or(stop.left_at)
            .unwrap_or_else(|| (left + drive(place, door)).max(now).max(order.slot.window.opens()));
        let leaves_at = stop.left_at.unwrap_or_else(|| {
            let served = arrives_at.max(order.slot.window.opens()) + order.wish.door;
            served.max(now)
        });
        if stop.left_at.is_none() {
            ahead.add_door(arrives_at.max(order.slot.window.opens()), order.wish.door, now);
        }
        stops.push(StopTiming { order: stop.order, arrives_at, leaves_at });
        (place, left) = (door, leaves_at);
    }
    CurrentTiming { departs_at, stops, free_at: left, ends_at: place, ahead }
}

/// Says when everything planned will happen.
pub(crate) fn outlook(compiled: Compiled) -> (Ground, Outlook) {
    let Compiled { mut ground, picks, current, abandoned } = compiled;
    let mut outlook = Outlook { current, picks, ..Outlook::default() };
    let mut locked = Vec::with_capacity(ground.routes.len());
    let region = Arc::clone(&ground.region);
    let policy = &region.policy;
    for (index, &id) in ground.route_ids.iter().enumerate() {
        let is_waiting = !outlook.current.contains_key(&id);
        ground.is_waiting.push(is_waiting);
        let trips = planned_trips(&ground, index, is_waiting);
        let is_fixed = |trip: &&TripTiming| trip.is_locked || abandoned.contains(&id);
        locked.push(trips.iter().take_while(is_fixed).count());
        let loading = |trip: &TripTiming| ground.seconds(trip.departs_at - policy.loading);
        ground.loading.push(trips.iter().map(loading).collect());
        outlook.planned.insert(id, trips);
    }
    let routes = std::mem::take(&mut ground.routes);
    ground.routes =
        routes.into_iter().zip(locked).map(|(route, locked)| route.locked(locked)).collect();
    let under_way = outlook.current.values().flat_map(|trip| &trip.stops);
    let planned = outlook.planned.values().flatten().flat_map(|trip| &trip.stops);
    outlook.arrivals = under_way.chain(planned).map(|stop| (stop.order, stop.arrives_at)).collect();
    (ground, outlook)
}

fn planned_trips(ground: &Ground, index: usize, is_waiting: bool) -> Vec<TripTiming> {
    let policy = &ground.region.policy;
    let route = &ground.routes[index];
    let vehicle = &ground.problem.vehicles[index];
    let coordinates = ground.legs.0.coordinates();
    let planned = timeline::planned_trips(policy, &ground.problem, &ground.legs, route, is_waiting);
    let mut trips: Vec<TripTiming> = Vec::with_capacity(planned.len());
    for (number, (trip, planned)) in route.trips().iter().zip(planned).enumerate() {
        let store = StoreId(trip.depot);
        let stop = |(&client, (arrives, leaves)): (&u32, (i32, i32))| StopTiming {
            order: ground.clients[client as usize],
            arrives_at: ground.instant(arrives),
            leaves_at: ground.instant(leaves),
        };
        let last = planned.doors.last().zip(trip.clients.last());
        let (left, place) = last.map_or(
            (planned.departs, ground.problem.depots[store.index()].location),
            |(&(_, left), &client)| (left, ground.problem.clients[client as usize].location),
        );
        let back = |end| left + ground.legs.leg(vehicle.profile, place, end).drive_seconds;
        let is_last = number + 1 == route.trips().len();
        let starts = planned.loading - planned.approach;
        let before_is_locked = trips.last().is_none_or(|trip| trip.is_locked);
        let from = coordinates.get(planned.from as usize).copied();
        trips.push(TripTiming {
            store,
            from: from.unwrap_or(ground.region.store(store).location),
            starts_at: ground.instant(starts),
            departs_at: ground.instant(planned.departs),
            stops: trip.clients.iter().zip(planned.doors).map(stop).collect(),
            back_at: vehicle.end_location.filter(|_| is_last).map(|end| ground.instant(back(end))),
            is_locked: before_is_locked && starts <= duration(policy.lock),
        });
    }
    trips
}

/// By how much a collected order is, or is expected to be, ready later than promised.
pub(crate) fn pickup_lateness(region: &Region, order: &Order, outlook: &Outlook) -> Seconds {
    let picked = match order.picking {
        Picking::Done(at) => Some(at),
        _ => outlook.picks.get(&order.id).map(|pick| pick.end),
    };
    let ready = picked.map(|at| at + region.policy.handover);
    ready.map_or(Seconds::ZERO, |at| (at - order.slot.window.opens()).max(Seconds::ZERO))
}

/// By how much an order is, or is expected to be, later than promised.
pub fn lateness(order: &Order, expected: Option<Timestamp>) -> Seconds {
    let at = order.arrived_at.or(expected);
    at.map_or(Seconds::ZERO, |at| (at - order.slot.window.closes()).max(Seconds::ZERO))
}
