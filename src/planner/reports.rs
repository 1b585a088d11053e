//! What pickers and couriers report, and whether it fits.

use std::sync::Arc;

use crate::model::ids::{CourierId, OrderId};
use crate::model::order::{OrderState, Picking};
use crate::model::place::Coordinate;
use crate::model::plan::{CurrentTrip, Route, Stop};
use crate::model::region::Region;
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::planner::command::{Decision, Refusal};
use crate::planner::decide::out_of_state;
use crate::planner::event::{CourierReport, Event, PickingReport};
use crate::planner::planner::Planner;

/// What a courier told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CourierTold<'a> {
    /// Who.
    pub(crate) courier: CourierId,
    /// What.
    pub(crate) report: &'a CourierReport,
    /// Where the courier is, if said.
    pub(crate) position: Option<Coordinate>,
}

impl Planner {
    pub(crate) fn picking(
        &self,
        order: OrderId,
        report: PickingReport,
    ) -> Result<Decision, Refusal> {
        let found = self.known_order(order)?;
        let is_known = match (report, found.picking) {
            (PickingReport::Started, Picking::Started(_) | Picking::Done(_))
            | (PickingReport::Done, Picking::Done(_)) => true,
            (PickingReport::Collected, _) => found.state == OrderState::Collected,
            _ => false,
        };
        if is_known {
            return Ok(Decision::done(vec![]));
        }
        match report {
            PickingReport::Started | PickingReport::Done => {
                // A trip may load while its last order is still being picked.
                if !matches!(found.state, OrderState::Booked | OrderState::Loaded) {
                    return Err(out_of_state(found));
                }
            }
            PickingReport::Collected => {
                if found.state != OrderState::Booked {
                    return Err(out_of_state(found));
                }
                if found.slot.kind != SlotKind::Pickup {
                    let why = format!("order O{} is delivered, not collected", order.0);
                    return Err(Refusal::ReportOutOfTurn(why));
                }
                if !matches!(found.picking, Picking::Done(_)) {
                    let why = format!("order O{} is not picked yet", order.0);
                    return Err(Refusal::ReportOutOfTurn(why));
                }
            }
        }
        Ok(Decision::done(vec![Event::Picking { order, report }]))
    }

    pub(crate) fn courier(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        told: CourierTold<'_>,
    ) -> Result<Decision, Refusal> {
        let CourierTold { courier, report, position } = told;
        let (id, route) = self
            .state()
            .route_of(courier, now)
            .ok_or_else(|| out_of_turn("the courier has no shift on an open day"))?;
        if self.is_told_before(now, courier, route, report) {
            return Ok(Decision::done(vec![]));
        }
        match report {
            CourierReport::OnDuty => {}
            CourierReport::OffDuty => {
                let has_left = |trip: &&CurrentTrip| trip.departed_at.is_some();
                let under_way = route.current.as_ref().filter(has_left);
                if under_way.is_some_and(|trip| trip.next_stop().is_some()) {
                    return Err(out_of_turn("the courier still has doors ahead"));
                }
            }
            CourierReport::TripStarted { store, orders } => {
                let done = |trip: &CurrentTrip| trip.next_stop().is_none();
                if !route.current.as_ref().is_none_or(done) {
                    return Err(out_of_turn("the courier is on a trip"));
                }
                let next = route.trips.first();
                if next.is_none_or(|trip| trip.store != *store || trip.orders != *orders) {
                    let why = "this is not the courier's next trip";
                    return Err(Refusal::PlanChanged(why.to_owned()));
                }
                self.all_booked(orders)?;
            }
            CourierReport::Departed => {
                let current = route.current.as_ref().filter(|trip| trip.departed_at.is_none());
                let current = current.ok_or_else(|| out_of_turn("no trip is being loaded"))?;
                self.all_picked(&current.stops)?;
            }
            CourierReport::Arrived(order)
            | CourierReport::Delivered(order)
            | CourierReport::Failed(order) => {
                let under_way = route.current.as_ref().filter(|trip| trip.departed_at.is_some());
                let mut stops = under_way.iter().flat_map(|trip| &trip.stops);
                if !stops.any(|stop| stop.order == *order && stop.left_at.is_none()) {
                    let why = format!("order O{} is not on the courier's way", order.0);
                    return Err(Refusal::ReportOutOfTurn(why));
                }
            }
            CourierReport::Back => {
                let current = route.current.as_ref();
                if current.is_some_and(|trip| trip.next_stop().is_some()) {
                    return Err(out_of_turn("the courier still has doors ahead"));
                }
            }
        }
        let is_gone = matches!(report, CourierReport::OffDuty);
        let report = report.clone();
        let mut events = vec![Event::Courier { courier, route: id, report, position }];
        if is_gone {
            events.extend(self.after(now, &events).reassign(now, region));
        }
        Ok(Decision::done(events))
    }

    /// Whether the report says what is known already, so that a courier's phone may repeat itself.
    fn is_told_before(
        &self,
        now: Timestamp,
        courier: CourierId,
        route: &Route,
        report: &CourierReport,
    ) -> bool {
        let status = self.state().couriers.get(&courier);
        let on_duty = status.is_some_and(|status| status.on_duty);
        let current = route.current.as_ref();
        let state = |order: &OrderId| self.state().orders.get(order).map(|order| order.state);
        match report {
            CourierReport::OnDuty => on_duty,
            CourierReport::OffDuty => {
                // Who was off since yesterday and has work today says something new by it.
                let has_work = !route.trips.is_empty() && route.shift.opens() <= now;
                let is_new = has_work && route.ended_at.is_none();
                status.is_some_and(|status| !status.on_duty) && !is_new
            }
            CourierReport::TripStarted { orders, .. } => current.is_some_and(|trip| {
                trip.stops.iter().map(|stop| stop.order).eq(orders.iter().copied())
            }),
            CourierReport::Departed => current.is_some_and(|trip| trip.departed_at.is_some()),
            CourierReport::Arrived(order) => state(order) == Some(OrderState::Arrived),
            CourierReport::Delivered(order) => state(order) == Some(OrderState::Delivered),
            CourierReport::Failed(order) => state(order) == Some(OrderState::Failed),
            CourierReport::Back => current.is_none(),
        }
    }

    fn all_booked(&self, orders: &[OrderId]) -> Result<(), Refusal> {
        for &order in orders {
            if self.known_order(order)?.state != OrderState::Booked {
                let why = format!("order O{} is not booked yet", order.0);
                return Err(Refusal::PlanChanged(why));
            }
        }
        Ok(())
    }

    fn all_picked(&self, stops: &[Stop]) -> Result<(), Refusal> {
        for stop in stops {
            if !matches!(self.known_order(stop.order)?.picking, Picking::Done(_)) {
                let why = format!("order O{} is not picked yet", stop.order.0);
                return Err(Refusal::ReportOutOfTurn(why));
            }
        }
        Ok(())
    }
}

fn out_of_turn(why: &str) -> Refusal {
    Refusal::ReportOutOfTurn(why.to_owned())
}
