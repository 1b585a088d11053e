//! What pickers do: whatever the plan says is next.

use crate::model::ids::{OrderId, StoreId};
use crate::model::order::{OrderState, Picking};
use crate::model::time::Timestamp;
use crate::planner::command::Command;
use crate::planner::event::PickingReport;
use crate::planner::view::View;
use crate::simulation::day::{Day, Happening};
use crate::simulation::noise::Purpose;

impl Day<'_> {
    /// Lets free pickers begin what is due to begin; whether somebody did.
    pub(crate) fn start_picking(&mut self, now: Timestamp, view: &View) -> bool {
        let Some(live) = &view.live else { return false };
        let mut waiting: Vec<(Timestamp, Timestamp, OrderId, StoreId)> = Vec::new();
        for (&id, pick) in &live.outlook.picks {
            let Some(order) = view.state.orders.get(&id) else { continue };
            let may_begin = matches!(order.state, OrderState::Booked | OrderState::Loaded)
                && order.picking == Picking::Waiting;
            if may_begin && pick.start <= now {
                waiting.push((pick.start, pick.due, id, order.slot.store));
            }
        }
        waiting.sort_unstable();
        let mut began = false;
        for (_, _, order, store) in waiting {
            let free = self.pickers_at(now, store) > self.picking[store.index()].len();
            if free {
                began |= self.begin_picking(now, store, order);
            }
        }
        began
    }

    fn begin_picking(&mut self, now: Timestamp, store: StoreId, order: OrderId) -> bool {
        let report = PickingReport::Started;
        if !self.tell(now, Command::Picking { order, report }) {
            return false;
        }
        self.picking[store.index()].push(order);
        let basket = self.desk.state().orders.get(&order).map(|order| order.wish.basket);
        let planned = basket.map(|basket| self.region.policy.picking(&basket)).unwrap_or_default();
        let session = self.session_number(order);
        let takes = self.noise.duration(Purpose::Picking, session, 0, planned);
        self.calendar.put(now + takes, Happening::Picked { store, order });
        true
    }

    /// Pickers on duty.
    fn pickers_at(&self, now: Timestamp, store: StoreId) -> usize {
        let date = self.region.date(now);
        let teams = &self.region.store(store).pickers;
        let on_duty = teams.iter().filter(|team| {
            let hours = self.region.hours_on(date, team.hours);
            hours.opens() <= now && now < hours.closes()
        });
        on_duty.map(|team| usize::from(team.count)).sum()
    }

    /// A picker is done. If the order was called off meanwhile, the report is refused and the goods
    /// go back to the shelves.
    pub(crate) fn picked(&mut self, now: Timestamp, store: StoreId, order: OrderId) {
        self.picking[store.index()].retain(|&other| other != order);
        self.tell(now, Command::Picking { order, report: PickingReport::Done });
        self.a_hand_is_free = true;
    }
}
