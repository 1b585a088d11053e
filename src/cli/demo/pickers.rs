//! The people in one store: pickers, and the counter where customers collect.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rand::Rng;

use crate::cli::demo::api::{Api, CallError};
use crate::cli::demo::chance::{chance, factor};
use crate::cli::demo::region_time::{RegionTime, seconds};
use crate::cli::demo::wire::{
    Kind, OrderReply, OrdersReply, PickingBody, PickingReply, TaskReply, TaskState,
};

/// Pickers look at their list so often, in region seconds.
const LOOK_SECONDS: f64 = 10.0;
/// But not more often than this.
const LOOK_MIN: Duration = Duration::from_millis(100);
/// The counter looks for customers once every so many looks of the pickers.
const LOOKS_PER_COUNTER: u64 = 6;

/// The team of one store.
#[derive(Debug)]
pub(crate) struct StoreActor {
    pub(crate) api: Api,
    pub(crate) time: Arc<RegionTime>,
    pub(crate) seed: u64,
    /// Picking takes up to this share longer or shorter than planned.
    pub(crate) spread: f64,
    pub(crate) store: String,
}

impl StoreActor {
    /// Picks what is due and hands out what is collected. Never ends by itself.
    pub(crate) async fn work(self) {
        let pause = self.time.real(LOOK_SECONDS).max(LOOK_MIN);
        for look in 0_u64.. {
            let mut done = self.pick().await;
            if look.is_multiple_of(LOOKS_PER_COUNTER) {
                done = done.and(self.hand_out().await);
            }
            if let Err(error) = done {
                tracing::debug!(store.id = self.store, %error, "the store looks again");
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn pick(&self) -> Result<(), CallError> {
        let list: PickingReply = self.api.get(&format!("/stores/{}/picking", self.store)).await?;
        self.time.hear(list.now.0);
        let now = seconds(list.now.0);
        let mut busy = 0;
        for task in list.tasks.iter().filter(|task| task.state == TaskState::Started) {
            if self.finish_of(task) <= now {
                self.tell(&task.order, "done").await?;
            } else {
                busy += 1;
            }
        }
        let due = |task: &&TaskReply| {
            task.state == TaskState::Waiting && seconds(task.planned_start.0) <= now + 1.0
        };
        let free = list.pickers_now.saturating_sub(busy);
        for task in list.tasks.iter().filter(due).take(free) {
            self.tell(&task.order, "started").await?;
        }
        Ok(())
    }

    /// When a picker who has begun is done. Drawn anew each time, and each time the same.
    #[expect(clippy::cast_precision_loss, reason = "a picking time is exact in an f64")]
    fn finish_of(&self, task: &TaskReply) -> f64 {
        let mut luck = chance(self.seed, &format!("picking {}", task.order));
        let takes = task.picking_seconds as f64 * factor(&mut luck, self.spread);
        seconds(task.planned_start.0) + takes
    }

    async fn hand_out(&self) -> Result<(), CallError> {
        let ready: OrdersReply = self.api.get("/orders?state=ready&limit=200").await?;
        let now = self.time.precisely();
        let here = |order: &&OrderReply| order.kind == Kind::Pickup && order.store == self.store;
        let there = |order: &&OrderReply| self.customer_comes(order) <= now;
        let collected: BTreeSet<&str> = { ready.orders.iter() }
            .filter(here)
            .filter(there)
            .map(|order| order.order.as_str())
            .collect();
        for order in collected {
            self.tell(order, "collected").await?;
        }
        Ok(())
    }

    /// Sometime inside the window.
    fn customer_comes(&self, order: &OrderReply) -> f64 {
        let (start, end) = (seconds(order.window.start.0), seconds(order.window.end.0));
        let mut luck = chance(self.seed, &format!("collect {}", order.order));
        start + (end - start) * luck.random_range(0.05..0.95)
    }

    async fn tell(&self, order: &str, status: &'static str) -> Result<(), CallError> {
        self.api.tell(&format!("/orders/{order}/picking"), &PickingBody { status }).await
    }
}
