//! Which stores may deliver an order: until picking begins, not only the one it was sold from.

use crate::model::ids::StoreId;
use crate::model::order::{Order, OrderState, Picking};
use crate::model::quota::{Sold, SoldAs};
use crate::model::region::Region;
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::Timestamp;
use crate::planner::state::State;
use crate::solver::problem::Depots;

impl State {
    /// Whether an order may be moved to `store`: no other was asked for, nobody has begun to pick it, the store delivers
    /// there, has the goods, sells the window, is open in it, and has a place left.
    ///
    /// # Panics
    /// When the store is of another region.
    pub(crate) fn may_deliver(
        &self,
        region: &Region,
        now: Timestamp,
        order: &Order,
        store: StoreId,
    ) -> bool {
        let own = order.slot;
        if store == own.store {
            return true;
        }
        let is_open = matches!(order.state, OrderState::Held | OrderState::Booked)
            && order.picking == Picking::Waiting
            && own.kind != SlotKind::Pickup;
        let is_free = order.wish.store.is_none();
        if !is_open || !is_free || !order.wish.lacks(self.out_of_stock(store)).is_empty() {
            return false;
        }
        let zones = region.zones_of(order.wish.place);
        let delivers = region.zones.is_empty() || region.stores_in(&zones).contains(&store);
        let sale = &region.policy.sale;
        let blackouts = sale.blackouts_in(region, own.window);
        if !delivers || blackouts.iter().any(|blackout| blackout.closes(store)) {
            return false;
        }
        let other = Slot { store, ..own };
        match sale.template_of(region, &other, &zones) {
            Some(template) if template.limits.is_unlimited() => true,
            Some(template) => {
                let sold_as =
                    |slot: &Slot| SoldAs::new(slot, zones.first().copied(), order.wish.buyer);
                let mut sold = Sold::clone(&self.sold);
                sold.take(sold_as(&own));
                template.limits.admit(&sold, sold_as(&other), now).is_ok()
            }
            // Sold by no template here, so neither there.
            None => sale.template_of(region, &own, &zones).is_none(),
        }
    }

    /// The depots of the stores that may deliver an order; see [`State::may_deliver`].
    pub(crate) fn depots_for(&self, region: &Region, now: Timestamp, order: &Order) -> Depots {
        let own = Depots::One(order.slot.store.0);
        // A set has room for the first 64.
        if region.stores.len() < 2 || order.slot.store.0 >= 64 {
            return own;
        }
        let stores = region.store_ids().take(64);
        let others = stores.filter(|&store| self.may_deliver(region, now, order, store));
        match others.fold(0_u64, |bits, store| bits | 1 << store.0) {
            bits if bits.count_ones() > 1 => Depots::Of(bits),
            _ => own,
        }
    }
}
