//! What is sold of each window, and what stores are out of.

use std::sync::Arc;

use crate::model::ids::StoreId;
use crate::model::order::{Order, OrderState};
use crate::model::place::Coordinate;
use crate::model::quota::{Sold, SoldAs};
use crate::model::region::Region;
use crate::model::sale::{Buyer, Classes, SaleRules};
use crate::model::slot::{Slot, SlotKind};
use crate::planner::command::{Decision, Refusal};
use crate::planner::event::Event;
use crate::planner::planner::Planner;
use crate::planner::state::State;

/// What decides as what an order is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sale {
    slot: Slot,
    place: Coordinate,
    buyer: Buyer,
}

impl Sale {
    /// The sale of an order, unless it was called off or has a window of its own.
    pub(crate) fn of(order: &Order) -> Option<Self> {
        let is_counted =
            order.slot.kind != SlotKind::Express && order.state != OrderState::Cancelled;
        let Order { slot, wish, .. } = order;
        is_counted.then_some(Self { slot: *slot, place: wish.place, buyer: wish.buyer })
    }

    fn sold_as(self, region: &Region) -> SoldAs {
        SoldAs::new(&self.slot, region.zones_of(self.place).first().copied(), self.buyer)
    }
}

impl State {
    /// What a store does not have.
    ///
    /// # Panics
    /// When the store is of another region.
    pub fn out_of_stock(&self, store: StoreId) -> Classes {
        let set_up = || self.region.as_ref().map(|region| region.store(store).out_of_stock);
        self.reported_stock.get(&store).copied().or_else(set_up).unwrap_or_default()
    }

    /// Counts a sale as what it has become.
    pub(crate) fn count_sale(&mut self, before: Option<Sale>, after: Option<Sale>) {
        if before == after {
            return;
        }
        let Some(region) = self.region.clone() else { return };
        let sold = Arc::make_mut(&mut self.sold);
        if let Some(before) = before {
            sold.take(before.sold_as(&region));
        }
        if let Some(after) = after {
            sold.add(after.sold_as(&region));
        }
    }

    /// Counts all sales anew: zones may have changed.
    pub(crate) fn count_all_sales(&mut self) {
        let Some(region) = &self.region else { return };
        let mut sold = Sold::default();
        for sale in self.orders.values().filter_map(|order| Sale::of(order)) {
            sold.add(sale.sold_as(region));
        }
        self.sold = Arc::new(sold);
    }
}

impl Planner {
    /// Takes down what a store is out of. What is promised stays promised.
    pub(crate) fn stock(&self, store: StoreId, out_of_stock: Classes) -> Decision {
        let is_news = self.state().out_of_stock(store) != out_of_stock;
        let events = is_news.then_some(Event::Stocked { store, out_of_stock });
        Decision::done(events.into_iter().collect())
    }

    /// Whether what is known can be read by the `new` rules: orders name tiers, channels and classes
    /// by their positions. Who said nothing has the first tier and channel, whatever their names.
    ///
    /// # Errors
    /// [`Refusal::Unsettled`] when they cannot.
    pub(crate) fn check_names(&self, old: &SaleRules, new: &SaleRules) -> Result<(), Refusal> {
        let state = self.state();
        let tier = |rules: &SaleRules, buyer: Buyer| {
            rules.tiers.get(usize::from(buyer.tier.0)).map(|tier| tier.name.clone())
        };
        let channel = |rules: &SaleRules, buyer: Buyer| {
            rules.channels.get(usize::from(buyer.channel.0)).cloned()
        };
        let first = Buyer::default();
        let is_kept = |buyer: Buyer| {
            (buyer.tier == first.tier || tier(old, buyer) == tier(new, buyer))
                && (buyer.channel == first.channel || channel(old, buyer) == channel(new, buyer))
        };
        let wishes = state.orders.values().map(|order| &order.wish);
        let asked = wishes.clone().map(|wish| wish.basket.classes);
        let missing = state.reported_stock.values().copied();
        let classes = asked.chain(missing).fold(Classes::NONE, Classes::or);
        let are_kept = old.names(classes) == new.names(classes)
            && wishes.clone().all(|wish| is_kept(wish.buyer));
        if are_kept {
            return Ok(());
        }
        let why = "tiers, channels and item classes that orders or stores name may not be removed, \
                   renamed or reordered";
        Err(Refusal::Unsettled(why.to_owned()))
    }
}
