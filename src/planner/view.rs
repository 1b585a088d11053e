//! The plan as everybody but the writer sees it.

use std::sync::Arc;

use crate::model::order::{Order, OrderState};
use crate::model::region::Region;
use crate::model::time::Timestamp;
use crate::offers::ground::Ground;
use crate::planner::eta::Outlook;
use crate::planner::event::Sequence;
use crate::planner::planner::Planner;
use crate::planner::state::State;

/// The state of a region at one moment, with everything that follows from it. It never changes.
#[derive(Debug, Clone)]
pub struct View {
    /// The last event it knows.
    pub sequence: Sequence,
    /// The moment it was made for.
    pub now: Timestamp,
    /// What was reported and planned.
    pub state: Arc<State>,
    /// What follows from it, once the region is configured.
    pub live: Option<Live>,
}

impl View {
    /// The ground as it would be without the hold of a checkout session, if it has one: whoever
    /// chooses again gives up what is held.
    ///
    /// Cost: linear in the orders, and a survey of the plan where there is such a hold.
    pub fn ground_without_hold(&self, session: &str) -> Option<Arc<Ground>> {
        let live = self.live.as_ref()?;
        let is_own = |order: &&Arc<Order>| {
            order.state == OrderState::Held && order.session.as_deref() == Some(session)
        };
        let hold = self.state.orders.values().find(is_own)?.id;
        let planner = Planner::known(State::clone(&self.state), live.ground.legs.0.clone());
        Some(planner.without(hold).survey(&live.region, self.now).ground)
    }
}

/// What follows from the state of a configured region.
#[derive(Debug, Clone)]
pub struct Live {
    /// The region's settings.
    pub region: Arc<Region>,
    /// For pricing one more order.
    pub ground: Arc<Ground>,
    /// When things will happen.
    pub outlook: Arc<Outlook>,
}
