//! Whether the plan is what it claims to be: a place for every promise, legal by the plain checker.
//!
//! It is meant for tests and simulations, where it runs after every event, and takes nothing on
//! trust from what decides: places are counted, routes walked by [`crate::solver::check`], and
//! pickers counted at each moment.

use std::collections::BTreeMap;

use crate::model::ids::{OrderId, RouteId, StoreId};
use crate::model::order::{Order, OrderState, Picking};
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::planner::eta::lateness;
use crate::planner::view::{Live, View};
use crate::solver::check::{Required, Violation, check};
use crate::solver::trip::Trip;

/// Everything in which the plan breaks its own rules, as sentences. Promises that cannot be kept any
/// more do not count when they are flagged as late; see [`late`] for those.
pub fn audit(view: &View) -> Vec<String> {
    let mut faults = Vec::new();
    places(view, &mut faults);
    if let Some(live) = &view.live {
        routes(view, live, &mut faults);
        expectations(view, live, &mut faults);
        pickers(view, live, &mut faults);
    }
    faults
}

/// The orders that are, or are expected to be, later than promised, and by how much. A pickup is late
/// when it is not ready as its window opens.
pub fn late(view: &View) -> Vec<(OrderId, Seconds)> {
    let Some(live) = &view.live else { return Vec::new() };
    let by = |order: &Order| match order.slot.kind {
        SlotKind::Pickup => {
            let ready = ready_at(live, order);
            ready.map_or(Seconds::ZERO, |at| (at - order.slot.window.opens()).max(Seconds::ZERO))
        }
        _ => lateness(order, live.outlook.arrivals.get(&order.id).copied()),
    };
    let orders = view.state.orders.values().filter(|order| !order.state.is_final());
    let late = orders.map(|order| (order.id, by(order)));
    late.filter(|(_, by)| *by > Seconds::ZERO).collect()
}

/// When an order is handed over to whoever takes it from the store.
fn ready_at(live: &Live, order: &Order) -> Option<Timestamp> {
    let picked = match order.picking {
        Picking::Done(at) => at,
        _ => live.outlook.picks.get(&order.id)?.end,
    };
    Some(picked + live.region.policy.handover)
}

/// Each hold and booking has exactly one place, each place an order that is to be there.
fn places(view: &View, faults: &mut Vec<String>) {
    let mut planned: BTreeMap<OrderId, usize> = BTreeMap::new();
    let mut carried: BTreeMap<OrderId, usize> = BTreeMap::new();
    for (RouteId(route), entry) in &view.state.routes {
        for trip in &entry.trips {
            if trip.orders.is_empty() {
                faults.push(format!("route {route} has an empty trip"));
            }
            for order in &trip.orders {
                *planned.entry(*order).or_default() += 1;
                let store = view.state.orders.get(order).map(|order| order.slot.store);
                if store != Some(trip.store) {
                    faults.push(format!("O{} is on a trip from a foreign store", order.0));
                }
            }
        }
        let stops = entry.current.iter().flat_map(|trip| &trip.stops);
        for stop in stops.filter(|stop| stop.left_at.is_none()) {
            *carried.entry(stop.order).or_default() += 1;
        }
    }
    for order in view.state.orders.values() {
        let found = (
            planned.remove(&order.id).unwrap_or_default(),
            carried.remove(&order.id).unwrap_or_default(),
        );
        let wanted = match order.state {
            OrderState::Held | OrderState::Booked if order.slot.kind == SlotKind::Pickup => (0, 0),
            OrderState::Held | OrderState::Booked => (1, 0),
            OrderState::Loaded | OrderState::OnTheWay | OrderState::Arrived => (0, 1),
            _ => (0, 0),
        };
        if found != wanted {
            faults.push(format!(
                "O{} is {:?} and has {} planned places and {} on trips under way",
                order.id.0, order.state, found.0, found.1
            ));
        }
    }
    for order in planned.keys().chain(carried.keys()) {
        faults.push(format!("O{} has a place and is not known", order.0));
    }
}

/// Routes are legal: as the plan sees its limits, and by the promises themselves, except for what is
/// flagged as late.
fn routes(view: &View, live: &Live, faults: &mut Vec<String>) {
    let ground = &live.ground;
    let planned = |route: &crate::solver::route::Route| -> (u32, Vec<Trip>) {
        (route.vehicle(), route.trips().to_vec())
    };
    let routes: Vec<(u32, Vec<Trip>)> = ground.routes.iter().map(planned).collect();
    for violation in check(&ground.problem, &ground.legs, &routes, Required::All) {
        faults.push(format!("the plan is not legal: {violation}"));
    }
    let mut promised = ground.problem.clone();
    for (client, order) in promised.clients.iter_mut().zip(&ground.clients) {
        let order = &view.state.orders[order];
        client.closes = ground.seconds(order.slot.window.closes());
    }
    let late: Vec<OrderId> = late(view).into_iter().map(|(order, _)| order).collect();
    for violation in check(&promised, &ground.legs, &routes, Required::All) {
        let order = match &violation {
            Violation::LateClient { client, .. } => ground.clients.get(*client as usize),
            _ => None,
        };
        if order.is_none_or(|order| !late.contains(order)) {
            faults.push(format!("a promise is broken and not flagged: {violation}"));
        }
    }
}

/// Whatever is to be brought has an expected arrival, not in the past and not before it can leave.
fn expectations(view: &View, live: &Live, faults: &mut Vec<String>) {
    for order in view.state.orders.values().filter(|order| !order.state.is_final()) {
        if order.slot.kind == SlotKind::Pickup {
            continue;
        }
        let expected = live.outlook.arrivals.get(&order.id);
        if expected.is_none() {
            faults.push(format!("O{} has no expected arrival", order.id.0));
        }
        if order.arrived_at.is_none() && expected.is_some_and(|&at| at < view.now) {
            faults.push(format!("O{} is expected in the past", order.id.0));
        }
    }
    for (route, trips) in &live.outlook.planned {
        for trip in trips {
            let loads_at = trip.departs_at - live.region.policy.loading;
            for stop in &trip.stops {
                let Some(order) = view.state.orders.get(&stop.order) else { continue };
                if ready_at(live, order).is_none_or(|at| at > loads_at) {
                    let (route, order) = (route.0, order.id.0);
                    faults.push(format!("route {route} loads O{order} before it is ready"));
                }
            }
        }
    }
}

/// No store has more orders in hand at any moment than pickers, and none begins in the past.
fn pickers(view: &View, live: &Live, faults: &mut Vec<String>) {
    for store in live.region.store_ids() {
        let mut coming: Vec<(Timestamp, Timestamp, OrderId)> = Vec::new();
        let mut begun: Vec<Timestamp> = Vec::new();
        for (&id, pick) in &live.outlook.picks {
            let order = &view.state.orders[&id];
            match order.picking {
                _ if order.slot.store != store || pick.end == Timestamp::FAR => {}
                Picking::Waiting => coming.push((pick.start, pick.end, id)),
                Picking::Started(_) => begun.push(pick.end),
                Picking::Done(_) => {}
            }
        }
        for &(start, _, order) in &coming {
            let busy = coming.iter().filter(|(from, until, _)| *from <= start && start < *until);
            let busy = busy.count() + begun.iter().filter(|&&until| start < until).count();
            let there = on_duty(live, store, start);
            if busy > there {
                faults.push(format!("O{}: {busy} are picked at once by {there}", order.0));
            }
            if start < view.now {
                faults.push(format!("O{} is to be picked in the past", order.0));
            }
        }
    }
}

fn on_duty(live: &Live, store: StoreId, at: Timestamp) -> usize {
    let date = live.region.date(at);
    let teams = live.region.store(store).pickers.iter();
    let there = teams.filter(|team| {
        let hours = live.region.hours_on(date, team.hours);
        hours.opens() <= at && at < hours.closes()
    });
    there.map(|team| usize::from(team.count)).sum()
}
