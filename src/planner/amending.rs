//! Changing what was promised: other goods, another slot. All of it, or nothing.

use std::sync::Arc;

use crate::model::basket::{Basket, Load};
use crate::model::ids::{OfferId, OrderId};
use crate::model::order::{Order, OrderState, Picking, Wish};
use crate::model::region::Region;
use crate::model::time::Timestamp;
use crate::model::units::{Grams, Milliliters, Seconds};
use crate::planner::adoption::is_no_worse;
use crate::planner::command::{Decision, OfferTerms, Outcome, Refusal};
use crate::planner::decide::out_of_state;
use crate::planner::event::{Event, Placement, RequestKey};
use crate::planner::planner::Planner;
use crate::planner::view::Live;

/// When goods do not fit, the largest part of the change is looked for that does, in so many steps.
/// (Taste: a part finer than that is less than a thing in most baskets. Five trials find it.)
const SHARES: i64 = 32;

/// One order moves at a time: whoever changes an order has a place already.
const NO_REPAIRS: u32 = 0;

impl Planner {
    /// Changes the goods of a booking: in its place, or else in another one in the same slot.
    pub(crate) fn amend(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        order: OrderId,
        basket: &Basket,
        key: Option<&RequestKey>,
    ) -> Result<Decision, Refusal> {
        let found = self.changeable(order)?;
        if found.wish.basket == *basket {
            return Ok(Decision::order(vec![], order));
        }
        let before = self.survey(region, now);
        let trial = Trial { planner: self, now, region, order: found, before };
        let (basket, key) = (*basket, key.cloned());
        match trial.place(basket) {
            Ok(placement) => {
                let event = Event::Amended { order, basket, placement, key };
                Ok(Decision::order(vec![event], order))
            }
            Err(why) => Err(Refusal::BasketTooLarge { why, fits: trial.largest(basket) }),
        }
    }

    /// Moves a booking to the slot of an offer for the same wish. The old place is given up only
    /// together with taking the new one, and may be part of it.
    pub(crate) fn reschedule(
        &self,
        now: Timestamp,
        region: &Arc<Region>,
        order: OrderId,
        terms: &OfferTerms,
        key: Option<&RequestKey>,
    ) -> Result<Decision, Refusal> {
        let found = self.changeable(order)?;
        let (slot, fee) = (found.slot, found.fee);
        let moved = |events| Decision {
            outcome: Outcome::Moved { order, slot, fee },
            ..Decision::order(events, order)
        };
        let taken_by = self.state().offers_used.get(&terms.offer);
        if taken_by.is_some_and(|&(_, by)| by == order) && terms.slot == slot {
            return Ok(moved(vec![]));
        }
        self.check_terms(now, terms)?;
        same_wish(&found.wish, &terms.wish)?;
        let found = self.without(order).place(now, region, terms, Seconds::ZERO, NO_REPAIRS)?;
        let events = vec![Event::Rescheduled {
            order,
            offer: terms.offer,
            offer_expires: terms.expires,
            slot: terms.slot,
            fee: terms.fee,
            placement: found.placement,
            key: key.cloned(),
        }];
        self.spare_bystanders(now, region, &events)?;
        Ok(moved(events))
    }

    /// A booking that nobody has begun to pick.
    fn changeable(&self, order: OrderId) -> Result<&Order, Refusal> {
        let found = self.known_order(order)?;
        let in_work = |state: &str| Refusal::OrderState { order, state: state.to_owned() };
        match (found.state, found.picking) {
            (OrderState::Booked, Picking::Waiting) => Ok(found),
            (OrderState::Booked, Picking::Started(_)) => Err(in_work("being picked")),
            (OrderState::Booked, Picking::Done(_)) => Err(in_work("picked")),
            (OrderState::Held, _) => Err(Refusal::UnknownOrder(order)),
            (OrderState::Cancelled, _) if found.booked_at.is_none() => {
                Err(Refusal::UnknownOrder(order))
            }
            _ => Err(out_of_state(found)),
        }
    }

    /// The same planner as if there had never been such an order.
    pub(crate) fn without(&self, order: OrderId) -> Self {
        let mut state = self.state().clone();
        state.take_off_plan(order);
        state.orders.remove(&order);
        self.with_state(state)
    }
}

/// An order whose goods are to change, and the plan before that.
struct Trial<'a> {
    planner: &'a Planner,
    now: Timestamp,
    region: &'a Arc<Region>,
    order: &'a Order,
    before: Live,
}

impl Trial<'_> {
    /// Where the order goes with other goods: `None` to stay where it is. Or why there is no place.
    fn place(&self, basket: Basket) -> Result<Option<Placement>, String> {
        if self.stays(basket) {
            return Ok(None);
        }
        let Order { wish, slot, fee, .. } = *self.order;
        let terms = OfferTerms {
            offer: OfferId(0),
            expires: Timestamp::FAR,
            wish: Wish { basket, ..wish },
            slot,
            fee,
            session: None,
        };
        let elsewhere = self.planner.without(self.order.id);
        let found = elsewhere.place(self.now, self.region, &terms, Seconds::ZERO, NO_REPAIRS);
        let spared = found.and_then(|found| {
            let (order, placement) = (self.order.id, Some(found.placement));
            let events = [Event::Amended { order, basket, placement, key: None }];
            self.planner.spare_bystanders(self.now, self.region, &events)?;
            Ok(placement)
        });
        spared.map_err(|refusal| match refusal {
            Refusal::SlotGone(why) => why.to_string(),
            other => other.to_string(),
        })
    }

    /// Whether the order can stay in its place with other goods, and nobody gets worse by it.
    fn stays(&self, basket: Basket) -> bool {
        let mut state = self.planner.state().clone();
        let mut order = self.order.clone();
        order.wish.basket = basket;
        state.orders.insert(order.id, Arc::new(order));
        let after = self.planner.with_state(state).survey(self.region, self.now);
        let Live { ground, outlook, .. } = &self.before;
        is_no_worse(ground, outlook, &after.ground, &after.outlook)
    }

    /// The largest basket between the present and the wished one that was found to fit. Each answer
    /// was tried; whether a larger one might fit beyond one that does not is not asked.
    fn largest(&self, wished: Basket) -> Basket {
        let (mut fits, mut fails) = (0, SHARES);
        while fails - fits > 1 {
            let middle = i64::midpoint(fits, fails);
            if self.place(self.between(wished, middle)).is_ok() {
                fits = middle;
            } else {
                fails = middle;
            }
        }
        self.between(wished, fits)
    }

    /// The present basket and so many shares of the change.
    fn between(&self, wished: Basket, share: i64) -> Basket {
        let now = self.order.wish.basket;
        if share == 0 {
            return now;
        }
        let part = |from: i64, to: i64| from + (to - from) * share / SHARES;
        let items = part(i64::from(now.items), i64::from(wished.items));
        let picking = |to: Seconds| Seconds(part(self.region.policy.picking(&now).0, to.0));
        Basket {
            // Between two numbers of the same kind.
            items: u32::try_from(items).unwrap_or(now.items),
            load: Load {
                mass: Grams(part(now.load.mass.0, wished.load.mass.0)),
                volume: Milliliters(part(now.load.volume.0, wished.load.volume.0)),
            },
            picking: wished.picking.map(picking),
            ..wished
        }
    }
}

/// An offer is for what was asked then: the order must be just that.
fn same_wish(order: &Wish, offer: &Wish) -> Result<(), Refusal> {
    let what = if order.place != offer.place {
        "door"
    } else if order.basket != offer.basket {
        "basket"
    } else if order.door != offer.door {
        "time at the door"
    } else {
        return Ok(());
    };
    Err(Refusal::OfferForOther(what))
}
