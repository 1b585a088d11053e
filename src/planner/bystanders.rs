//! Whether a change makes anybody late who has no part in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::ids::OrderId;
use crate::model::order::Order;
use crate::model::region::Region;
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::planner::command::{Gone, Refusal};
use crate::planner::eta::{Outlook, lateness, pickup_lateness};
use crate::planner::event::Event;
use crate::planner::planner::Planner;

impl Planner {
    /// Refuses `events`, which are a sale, if an order that has no part in them gets later than
    /// promised by them, or later than it is already.
    ///
    /// A place is proven before it is taken, but with other work pickers may begin something long
    /// sooner than planned, and so be late with what is more urgent. That is rare, and seen only when
    /// the whole plan is drawn up again. Costs two surveys, unless the first is known.
    pub(crate) fn spare_bystanders(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        events: &[Event],
    ) -> Result<(), Refusal> {
        let planner = self.after(now, events);
        let live = planner.survey(region, now);
        let after = planner.all_lateness(region, &live.outlook);
        let before = self.all_lateness(region, &self.survey(region, now).outlook);
        let harmed = before.into_iter().any(|(order, before)| {
            let moved = |event: &Event| match event {
                Event::Amended { order: moved, .. } | Event::Rescheduled { order: moved, .. } => {
                    *moved == order
                }
                _ => false,
            };
            let after = after.get(&order).copied().unwrap_or_default();
            before < after && !events.iter().any(moved)
        });
        if harmed {
            return Err(Refusal::SlotGone(Gone::OthersLate));
        }
        self.foresee(events, live);
        Ok(())
    }

    /// By how much each order that is not over is expected to be late.
    fn all_lateness(&self, region: &Region, outlook: &Outlook) -> BTreeMap<OrderId, Seconds> {
        let orders = self.state().orders.values().filter(|order| !order.state.is_final());
        let by = |order: &Order| match order.slot.kind {
            SlotKind::Pickup => pickup_lateness(region, order, outlook),
            _ => lateness(order, outlook.arrivals.get(&order.id).copied()),
        };
        orders.map(|order| (order.id, by(order))).collect()
    }
}
