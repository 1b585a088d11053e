//! What becomes of the planned orders of a courier who is gone.

use std::sync::Arc;

use crate::model::ids::RouteId;
use crate::model::order::{Order, Picking};
use crate::model::plan::Route;
use crate::model::region::Region;
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::Seconds;
use crate::offers::feasibility::{Asking, find_places};
use crate::planner::event::{Event, Placement, RouteChange};
use crate::planner::planner::Planner;
use crate::planner::state::State;

/// So many orders find another courier at once; more wait for the next tick. (Each costs a survey of
/// the plan, which bookings must wait for.)
const REASSIGNED_MAX: usize = 32;

/// When nobody can be in time, somebody shall be at most so late, the first that is possible. (Taste:
/// the last is a day, by which the same couriers work again.)
const LATE: [Seconds; 8] = [
    Seconds::ZERO,
    Seconds::minutes(10),
    Seconds::minutes(20),
    Seconds::minutes(40),
    Seconds::hours(1),
    Seconds::hours(2),
    Seconds::hours(6),
    Seconds::hours(24),
];

impl Planner {
    /// Gives what couriers left behind who are gone to others: in time where that is possible, else as
    /// little late as is found, nobody else getting later. What finds no place stays where it is and
    /// is shown as late. `None` when nothing changes.
    pub(crate) fn reassign(&self, now: Timestamp, region: &Arc<Region>) -> Option<Event> {
        let mut left_behind: Vec<&Order> = Vec::new();
        for route in self.state().routes.values().filter(|route| route.ended_at.is_some()) {
            let orders = route.trips.iter().flat_map(|trip| &trip.orders);
            left_behind.extend(orders.filter_map(|&order| self.known_order(order).ok()));
        }
        left_behind.sort_by_key(|order| (order.slot.window.closes(), order.id));
        let mut state = self.state().clone();
        for order in left_behind.into_iter().take(REASSIGNED_MAX) {
            if let Some(better) = self.give_away(now, region, &state, order) {
                state = better;
            }
        }
        let changed = |(id, route): (&RouteId, &Arc<Route>)| {
            let differs = self.state().routes.get(id) != Some(route);
            differs.then(|| RouteChange { route: *id, trips: route.trips.clone() })
        };
        let changes: Vec<RouteChange> = state.routes.iter().filter_map(changed).collect();
        (!changes.is_empty()).then_some(Event::Reassigned { changes })
    }

    /// The state with `order` at another courier's.
    fn give_away(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        state: &State,
        order: &Order,
    ) -> Option<State> {
        let row = self.known_row(order.wish.place)?;
        let ground = self.with_state(state.clone()).without(order.id).survey(region, now).ground;
        let mut wish = order.wish;
        let picking = region.policy.picking(&wish.basket);
        wish.basket.picking = Some(match order.picking {
            Picking::Waiting => picking,
            Picking::Started(at) => (at + picking - now).max(Seconds::ZERO),
            Picking::Done(_) => Seconds::ZERO,
        });
        let held_for = if order.booked_at.is_none() {
            (order.hold_expires - now).max(Seconds::ZERO)
        } else {
            Seconds::ZERO
        };
        // However unsure: as it is, nobody brings it.
        let asking =
            Asking { wish, safety: Seconds::ZERO, held_for, risk: f64::INFINITY, repairs: 0 };
        let window = order.slot.window;
        let closes = |late: Seconds| match late {
            Seconds::ZERO => window.closes(),
            late => window.closes().max(now) + late,
        };
        let windows = LATE.map(|late| TimeWindow::spanning(window.opens(), closes(late)));
        let places = find_places(&ground, &asking, &row, &[order.slot.store], &windows);
        let place = places.into_iter().find_map(Result::ok)?;
        let mut state = state.clone();
        state.take_off_plan(order.id);
        state.put_on_plan(order.id, order.slot.store, Placement::of(&ground, &place));
        Some(state)
    }
}
