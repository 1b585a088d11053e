//! The plan as everybody but the writer sees it.

use std::sync::Arc;

use crate::model::region::Region;
use crate::model::time::Timestamp;
use crate::offers::ground::Ground;
use crate::planner::eta::Outlook;
use crate::planner::event::Sequence;
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
