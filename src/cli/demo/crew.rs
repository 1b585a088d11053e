//! Everybody who works in the region, each a task that speaks HTTP.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::cli::demo::api::{Api, CallError};
use crate::cli::demo::board::{Board, keep_board};
use crate::cli::demo::couriers::{CourierActor, Habits};
use crate::cli::demo::pickers::StoreActor;
use crate::cli::demo::region_time::RegionTime;
use crate::cli::demo::wire::{CouriersReply, RegionReply, StoresReply};

/// All couriers together tell at most about this many positions a second.
const POSITIONS_PER_SECOND: f64 = 60.0;
/// One courier tells the position about so often: enough for a smooth picture.
const POSITION_EVERY: Duration = Duration::from_millis(300);

/// The tasks of all actors. Dropping it ends them: whatever they were doing, the service knows.
#[derive(Debug)]
pub(crate) struct Crew {
    pub(crate) api: Api,
    pub(crate) time: Arc<RegionTime>,
    pub(crate) tasks: JoinSet<()>,
}

impl Crew {
    /// Nobody yet, with a clock that follows the region's.
    ///
    /// # Errors
    /// When the service does not say what time it is.
    pub(crate) async fn assemble(api: Api) -> Result<Self, CallError> {
        let region: RegionReply = api.get("").await?;
        let time = Arc::new(RegionTime::start(region.now.0, region.clock_speed));
        Ok(Self { api, time, tasks: JoinSet::new() })
    }

    /// Sets all couriers to work.
    ///
    /// # Errors
    /// When the service does not say who they are.
    pub(crate) async fn add_couriers(&mut self, seed: u64, spread: f64) -> Result<(), CallError> {
        let couriers: CouriersReply = self.api.get("/couriers").await?;
        let (sender, board) = watch::channel(Arc::new(Board::default()));
        self.tasks.spawn(keep_board(self.api.clone(), Arc::clone(&self.time), sender));
        #[expect(clippy::cast_precision_loss, reason = "some hundred couriers")]
        let crowded = couriers.couriers.len() as f64 / POSITIONS_PER_SECOND;
        let position_every = POSITION_EVERY.max(Duration::from_secs_f64(crowded));
        let closed_doors = if spread > 0.0 { 200 } else { 0 };
        let habits = Habits { seed, spread, closed_doors, position_every };
        for courier in couriers.couriers {
            let actor = CourierActor {
                api: self.api.clone(),
                time: Arc::clone(&self.time),
                board: board.clone(),
                habits,
                courier: courier.id,
            };
            self.tasks.spawn(actor.work());
        }
        Ok(())
    }

    /// Sets the pickers of all stores to work.
    ///
    /// # Errors
    /// When the service does not say which stores there are.
    pub(crate) async fn add_pickers(&mut self, seed: u64, spread: f64) -> Result<(), CallError> {
        let stores: StoresReply = self.api.get("/stores").await?;
        for store in stores.stores {
            let (api, time) = (self.api.clone(), Arc::clone(&self.time));
            let actor = StoreActor { api, time, seed, spread, store: store.id };
            self.tasks.spawn(actor.work());
        }
        Ok(())
    }
}
