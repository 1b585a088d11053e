//! Taking over a better plan, if it still is one and nobody gets worse by it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::ids::{OrderId, RouteId};
use crate::model::order::Order;
use crate::model::plan::{Route, Trip};
use crate::model::region::Region;
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::Seconds;
use crate::offers::feasibility::{Asking, find_places};
use crate::offers::ground::Ground;
use crate::offers::probability::Reached;
use crate::offers::trial::SAME;
use crate::planner::command::{Decision, Refusal};
use crate::planner::eta::{Outlook, lateness};
use crate::planner::event::{Event, Placement, RouteChange, Sequence};
use crate::planner::planner::Planner;
use crate::planner::state::State;
use crate::planner::view::Live;
use crate::solver::route;

/// Orders booked since the better plan was made are put into it one by one; with more than this,
/// it is stale. (Each costs a survey of the plan, which bookings must wait for.)
const PUT_BACK_MAX: usize = 8;

impl Planner {
    /// Takes `changes` over if, with everything that happened since they were made, they cost less
    /// and no order gets later than promised or than already expected.
    pub(crate) fn adopt(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        base: Sequence,
        changes: &[RouteChange],
    ) -> Result<Decision, Refusal> {
        if base > self.sequence() {
            return Err(Refusal::Stale);
        }
        let Live { ground, outlook, .. } = self.survey(region, now);
        let mut state = self.state().clone();
        let left_over = self.change_routes(now, &ground, &mut state, changes)?;
        for order in left_over {
            self.put_back(now, region, &ground, &mut state, order)?;
        }
        let tentative = self.with_state(state);
        let after = tentative.survey(region, now);
        let (ground_after, outlook_after) = (after.ground, after.outlook);
        if !is_no_worse(&ground, &outlook, &ground_after, &outlook_after) {
            return Err(Refusal::Stale);
        }
        let before = (self.total_lateness(region, &outlook), total_cost(&ground));
        let after = (tentative.total_lateness(region, &outlook_after), total_cost(&ground_after));
        if before <= after {
            return Err(Refusal::Stale);
        }
        let changed = |(id, route): (&RouteId, &Arc<Route>)| {
            let differs = self.state().routes.get(id) != Some(route);
            differs.then(|| RouteChange { route: *id, trips: route.trips.clone() })
        };
        let changes = tentative.state().routes.iter().filter_map(changed).collect();
        let saved = before.1 - after.1;
        Ok(Decision::done(vec![Event::Adopted { changes, saved }]))
    }

    /// Replaces the planned trips of `state`, and answers which orders found no place there.
    fn change_routes(
        &self,
        now: Timestamp,
        ground: &Ground,
        state: &mut State,
        changes: &[RouteChange],
    ) -> Result<Vec<OrderId>, Refusal> {
        let mut planned: BTreeSet<OrderId> = BTreeSet::new();
        for change in changes {
            let route = self.state().routes.get(&change.route).ok_or(Refusal::Stale)?;
            planned.extend(route.trips.iter().flat_map(|trip| &trip.orders));
        }
        for change in changes {
            let index = ground.route_ids.iter().position(|&id| id == change.route);
            let locked = ground.routes[index.ok_or(Refusal::Stale)?].first_open_trip();
            let route = state.routes.get(&change.route).ok_or(Refusal::Stale)?;
            if change.trips.get(..locked) != route.trips.get(..locked) {
                return Err(Refusal::Stale);
            }
            let mut trips = Vec::with_capacity(change.trips.len());
            for trip in &change.trips {
                // Whoever was cancelled or has left since then is skipped.
                let orders = trip.orders.iter().copied().filter(|order| planned.remove(order));
                let orders: Vec<OrderId> = orders.collect();
                for &id in &orders {
                    let order = state.orders.get(&id).ok_or(Refusal::Stale)?;
                    if !state.may_deliver(&ground.region, now, order, trip.store) {
                        return Err(Refusal::Stale);
                    }
                    state.move_to_store(id, trip.store);
                }
                if !orders.is_empty() {
                    trips.push(Trip { store: trip.store, orders });
                }
            }
            if let Some(route) = state.routes.get_mut(&change.route) {
                Arc::make_mut(route).trips = trips;
            }
        }
        if planned.len() > PUT_BACK_MAX {
            Err(Refusal::Stale)
        } else {
            Ok(planned.into_iter().collect())
        }
    }

    /// Finds `order` a place in the better plan that is no later than in the present one.
    fn put_back(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        ground: &Ground,
        state: &mut State,
        order: OrderId,
    ) -> Result<(), Refusal> {
        let found = self.known_order(order)?;
        let client = ground.clients.iter().position(|&other| other == order);
        let client = ground.problem.clients[client.ok_or(Refusal::Stale)?];
        let window =
            TimeWindow::spanning(ground.instant(client.opens), ground.instant(client.closes));
        let row = self.known_row(found.wish.place).ok_or(Refusal::Stale)?;
        let held_for =
            if found.booked_at.is_none() { found.hold_expires - now } else { Seconds::ZERO };
        // Whether nobody's promise gets less probable is asked of the whole plan.
        let (wish, safety, risk) = (found.wish, Seconds::ZERO, f64::INFINITY);
        let asking = Asking { wish, safety, held_for, risk, repairs: 0 };
        let ground = self.with_state(state.clone()).survey(region, now).ground;
        let places = find_places(&ground, &asking, &row, &[found.slot.store], &[window]);
        let Some(Ok(place)) = places.into_iter().next() else { return Err(Refusal::Stale) };
        state.put_on_plan(order, found.slot.store, Placement::of(&ground, &place));
        Ok(())
    }

    /// By how much all orders together are expected to be late, as much as their tiers count.
    fn total_lateness(&self, region: &Region, outlook: &Outlook) -> i64 {
        let orders = self.state().orders.values().filter(|order| !order.state.is_final());
        let weighted = |order: &Arc<Order>| {
            let late = lateness(order, outlook.arrivals.get(&order.id).copied());
            late.0 * region.policy.sale.lateness_percent(order.wish.buyer.tier)
        };
        orders.map(weighted).sum()
    }
}

fn total_cost(ground: &Ground) -> i64 {
    ground.routes.iter().map(route::Route::cost).sum()
}

/// Whether the plan `after` keeps everything that the plan `before` keeps.
///
/// Windows are open as far as each plan needs them: if the plan after needs one open further, it is
/// worse for that order.
pub(crate) fn is_no_worse(before: &Ground, was: &Outlook, after: &Ground, is: &Outlook) -> bool {
    let closes = |ground: &Ground| -> BTreeMap<OrderId, i32> {
        let windows = ground.problem.clients.iter().map(|client| client.closes);
        ground.clients.iter().copied().zip(windows).collect()
    };
    let (closes_before, closes_after) = (closes(before), closes(after));
    let doors = closes_before
        .iter()
        .all(|(order, before)| closes_after.get(order).is_some_and(|after| after <= before));
    let limits = |ground: &Ground| -> BTreeMap<RouteId, (i32, i32)> {
        let limits = ground.problem.vehicles.iter().map(|v| (v.latest_end, v.latest_loading));
        ground.route_ids.iter().copied().zip(limits).collect()
    };
    let limits_before = limits(before);
    let shifts = limits(after).iter().all(|(route, after)| {
        limits_before.get(route).is_some_and(|b| after.0 <= b.0 && after.1 <= b.1)
    });
    let picked = is.picks.iter().all(|(order, pick)| {
        // Orders on planned trips are covered by their doors.
        closes_after.contains_key(order)
            || was.picks.get(order).is_some_and(|was| pick.end <= was.end.max(pick.due))
    });
    doors
        && shifts
        && picked
        && is_as_sure(before, after)
        && after.routes.iter().all(route::Route::is_feasible)
}

/// Whether no promise of the plan `after` is less probable than its floor, or than before where that
/// is less.
fn is_as_sure(before: &Ground, after: &Ground) -> bool {
    if !after.region.policy.has_floors() {
        return true;
    }
    let chances_of = |ground: &Ground| -> BTreeMap<OrderId, (f64, f64)> {
        let clients = |route: &route::Route| -> Vec<u32> {
            route.trips().iter().flat_map(|trip| trip.clients.clone()).collect()
        };
        let routes = ground.routes.iter().enumerate();
        let doors = routes.flat_map(|(index, route)| {
            clients(route).into_iter().zip(&ground.followed(index).reached)
        });
        let chance = |(client, chance): (u32, &Reached)| {
            let client = client as usize;
            (ground.clients[client], (chance.in_time, ground.floors[client]))
        };
        doors.map(chance).collect()
    };
    let (chances_before, chances_after) = (chances_of(before), chances_of(after));
    chances_after.iter().all(|(order, &(now, floor))| {
        let before = chances_before.get(order).map_or(0.0, |before| before.0);
        now >= floor.min(before - SAME)
    })
}
