//! The plan of the region, read over HTTP by one task for all couriers: as on a board in the yard.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::cli::demo::api::Api;
use crate::cli::demo::region_time::RegionTime;
use crate::cli::demo::wire::{PlanReply, PlanTripReply, TripState};

/// A courier sets out at most so many region seconds late because the board is read now and then.
const QUANTUM_SECONDS: f64 = 10.0;
/// The board is not read more often than that, however fast the clock runs.
const PAUSE_MIN: Duration = Duration::from_millis(60);
/// Nor less often.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// All trips, by courier.
#[derive(Debug, Default)]
pub(crate) struct Board {
    trips: BTreeMap<String, Vec<PlanTripReply>>,
}

impl Board {
    fn new(plan: PlanReply) -> Self {
        let mut trips: BTreeMap<String, Vec<PlanTripReply>> = BTreeMap::new();
        for route in plan.routes {
            trips.entry(route.courier).or_default().extend(route.trips);
        }
        Self { trips }
    }

    /// The next trip that a courier has not begun.
    pub(crate) fn next_of(&self, courier: &str) -> Option<&PlanTripReply> {
        let planned = self.trips_of(courier).filter(|trip| trip.state == TripState::Planned);
        planned.min_by_key(|trip| trip.start_at)
    }

    /// The trip that a courier is loading.
    pub(crate) fn loading_of(&self, courier: &str) -> Option<&PlanTripReply> {
        self.trips_of(courier).find(|trip| trip.state == TripState::Loading)
    }

    fn trips_of(&self, courier: &str) -> impl Iterator<Item = &PlanTripReply> {
        self.trips.get(courier).into_iter().flatten()
    }
}

/// Where the board can be seen.
pub(crate) type BoardWatch = watch::Receiver<Arc<Board>>;

/// Reads the plan again and again, and the time with it. Never ends by itself.
pub(crate) async fn keep_board(api: Api, time: Arc<RegionTime>, board: watch::Sender<Arc<Board>>) {
    let pause = time.real(QUANTUM_SECONDS).clamp(PAUSE_MIN, PAUSE_MAX);
    loop {
        match api.get::<PlanReply>("/plan").await {
            Ok(plan) => {
                time.hear(plan.now.0);
                board.send_replace(Arc::new(Board::new(plan)));
            }
            Err(error) => tracing::debug!(%error, "the plan cannot be read"),
        }
        tokio::time::sleep(pause).await;
    }
}
