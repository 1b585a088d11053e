//! Couriers who go where the plan sends them and report what they do.
//!
//! A courier remembers nothing that the service does not know: each step begins with asking for the
//! own route, so a restarted courier goes on where the last one stopped.

use std::sync::Arc;
use std::time::Duration;

use rand::Rng;

use crate::cli::demo::api::{Api, CallError};
use crate::cli::demo::board::BoardWatch;
use crate::cli::demo::chance::{chance, factor};
use crate::cli::demo::drive::{Way, driven};
use crate::cli::demo::region_time::{RegionTime, seconds};
use crate::cli::demo::wire::{
    CourierState, Moment, Place, PositionBody, PositionsBody, ReportBody, RouteReply, StopReply,
    StopState, TripReply, TripState, WayReply, Window,
};

/// After a vain try, a courier looks again so many region seconds later.
const PAUSE_SECONDS: f64 = 15.0;
/// And not sooner than this, however fast the clock runs.
const PAUSE_MIN: Duration = Duration::from_millis(100);

/// Who is done so late that the next shift is already the nearer one goes home if it is that far off.
const EARLY_SECONDS: f64 = 1800.0;
/// No trip takes longer to load.
const LOADING_MAX_SECONDS: f64 = 300.0;
/// Who waits for a trip looks at the own route at least so often, in region seconds.
const LOOK_SECONDS: f64 = 90.0;
/// Between being told to look and looking.
const BREATH: Duration = Duration::from_millis(10);

/// How couriers differ from the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Habits {
    /// The seed of all luck.
    pub(crate) seed: u64,
    /// Drives and doors take up to this share longer or shorter than planned; 0 is as planned.
    pub(crate) spread: f64,
    /// One door in so many does not open; 0 for never.
    pub(crate) closed_doors: u32,
    /// How long it really takes until a driving courier tells the position again.
    pub(crate) position_every: Duration,
}

/// One courier.
#[derive(Debug)]
pub(crate) struct CourierActor {
    pub(crate) api: Api,
    pub(crate) time: Arc<RegionTime>,
    pub(crate) board: BoardWatch,
    pub(crate) habits: Habits,
    pub(crate) courier: String,
}

impl CourierActor {
    /// Works one shift after the other. Never ends by itself.
    pub(crate) async fn work(mut self) {
        let path = format!("/couriers/{}/route", self.courier);
        loop {
            let step = match self.api.get::<RouteReply>(&path).await {
                Ok(route) => self.step(route).await,
                Err(error) => Err(error),
            };
            if let Err(error) = step {
                tracing::debug!(courier.id = self.courier, %error, "the courier looks again");
                tokio::time::sleep(self.time.real(PAUSE_SECONDS).max(PAUSE_MIN)).await;
            }
        }
    }

    /// Does what comes next, up to the next report.
    async fn step(&mut self, route: RouteReply) -> Result<(), CallError> {
        match route.current {
            Some(trip) => match trip.state {
                TripState::Planned | TripState::Loading => self.load(&trip).await,
                TripState::OnTheWay => self.deliver(&trip).await,
                TripState::Returning => self.come_back(&trip, route.next.is_some()).await,
            },
            None => self.wait(&route).await,
        }
    }

    /// Waits for the shift, for a trip, or for the end of the shift.
    async fn wait(&mut self, route: &RouteReply) -> Result<(), CallError> {
        let now = self.time.now();
        if let Some(next) = &route.next
            && next.start_at.0 <= now
            && route.state != CourierState::Off
        {
            return self.set_out(next, None).await;
        }
        let Some(shift) = route.shift else {
            self.time.sleep(PAUSE_SECONDS * 4.0).await;
            return Ok(());
        };
        if route.state == CourierState::Off {
            return self.wait_for_shift(shift).await;
        }
        let is_over = shift.end.0 <= now || seconds(shift.start.0) - EARLY_SECONDS > seconds(now);
        if is_over && route.next.is_none() {
            return self.report(ReportBody { kind: "off_duty", ..ReportBody::default() }).await;
        }
        self.wait_for_trip().await;
        // The board may be a moment older than the route that is asked for next.
        tokio::time::sleep(BREATH).await;
        Ok(())
    }

    /// Waits until a trip is due, but not so long that a change of the plan goes unnoticed.
    async fn wait_for_trip(&mut self) {
        tokio::select! {
            () = trip_due(&mut self.board, &self.time, &self.courier) => {}
            () = self.time.sleep(LOOK_SECONDS) => {}
        }
    }

    async fn wait_for_shift(&self, shift: Window) -> Result<(), CallError> {
        if self.time.now() >= shift.end.0 {
            // The next day is not open yet.
            self.time.sleep(PAUSE_SECONDS * 4.0).await;
            return Ok(());
        }
        self.time.sleep_until(seconds(shift.start.0)).await;
        self.report(ReportBody { kind: "on_duty", ..ReportBody::default() }).await
    }

    async fn set_out(&self, trip: &TripReply, position: Option<Place>) -> Result<(), CallError> {
        let (store, orders) = (Some(trip.store.as_str()), Some(trip.orders.as_slice()));
        let kind = "trip_started";
        self.report(ReportBody { kind, orders, store, position, ..ReportBody::default() }).await
    }

    /// Goes to the store, waits for the goods, loads and leaves.
    async fn load(&mut self, trip: &TripReply) -> Result<(), CallError> {
        let mut at_store = seconds(trip.start_at.0);
        let mut planned = at_store;
        if let Some(approach) = &trip.approach {
            let drive = real(approach.drive_seconds);
            planned += drive;
            at_store += drive * self.luck(&trip.store, &trip.orders);
            self.drive(approach, seconds(trip.start_at.0), at_store).await;
        }
        // Loading takes as long as planned, unless the plan waits for the goods.
        let loading = seconds(trip.loading_ends_at.0) - planned;
        let loaded = at_store + loading.clamp(0.0, LOADING_MAX_SECONDS);
        loop {
            let planned = { self.board.borrow_and_update().loading_of(&self.courier).cloned() };
            let ends = planned.map_or(trip.loading_ends_at, |planned| planned.loading_ends_at);
            let ends = seconds(ends.0).max(loaded);
            if ends <= self.time.precisely() {
                return self.report(ReportBody { kind: "departed", ..ReportBody::default() }).await;
            }
            tokio::select! {
                () = self.time.sleep_until(ends) => {}
                changed = self.board.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Goes from door to door.
    async fn deliver(&mut self, trip: &TripReply) -> Result<(), CallError> {
        let mut left = seconds(trip.loading_ends_at.0);
        for stop in &trip.stops {
            left = match stop.state {
                StopState::Delivered | StopState::Failed => seconds(stop.leaves_at.0),
                StopState::Arrived => self.hand_over(stop, seconds(stop.arrives_at.0)).await?,
                StopState::Ahead => {
                    let arrival =
                        left + real(stop.leg.drive_seconds) * self.luck("drive", &[&stop.order]);
                    self.drive(&stop.leg, left, arrival).await;
                    self.tell_about(stop, "arrived").await?;
                    self.hand_over(stop, arrival).await?
                }
            };
        }
        Ok(())
    }

    /// Waits for the window to open, rings, hands over; answers when the courier leaves.
    async fn hand_over(&self, stop: &StopReply, arrived: f64) -> Result<f64, CallError> {
        let begins = arrived.max(seconds(stop.window.start.0));
        let leaves = begins + real(stop.door_seconds) * self.luck("door", &[&stop.order]);
        self.time.sleep_until(leaves).await;
        let closed = self.habits.closed_doors > 0
            && chance(self.habits.seed, &format!("closed {}", stop.order))
                .random_ratio(1, self.habits.closed_doors);
        self.tell_about(stop, if closed { "failed" } else { "delivered" }).await?;
        Ok(leaves)
    }

    /// Drives home, unless the next trip begins before that.
    async fn come_back(&mut self, trip: &TripReply, has_next: bool) -> Result<(), CallError> {
        let left = trip.stops.last().map_or(0.0, |stop| seconds(stop.leaves_at.0));
        let Some(way) = trip.way_back.as_ref() else {
            if !has_next {
                return self.report(ReportBody { kind: "back", ..ReportBody::default() }).await;
            }
            self.wait_for_trip().await;
            return self.set_out_again(None).await;
        };
        let home = left + real(way.drive_seconds) * self.luck("back", &trip.orders);
        let (mut board, time) = (self.board.clone(), Arc::clone(&self.time));
        tokio::select! {
            () = self.drive(way, left, home) => {
                self.report(ReportBody { kind: "back", ..ReportBody::default() }).await
            }
            () = trip_due(&mut board, &time, &self.courier) => {
                let part = (time.precisely() - left) / (home - left).max(1.0);
                let here = Way::through(&way.path).after(driven(part, self.habits.spread));
                self.set_out_again(here).await
            }
        }
    }

    async fn set_out_again(&self, position: Option<Place>) -> Result<(), CallError> {
        let route: RouteReply = self.api.get(&format!("/couriers/{}/route", self.courier)).await?;
        match route.next {
            Some(next) if next.start_at.0 <= self.time.now() => self.set_out(&next, position).await,
            _ => Ok(()),
        }
    }

    /// Moves along a way and tells the position now and then, from one instant to another.
    async fn drive(&self, way: &WayReply, from: f64, until: f64) {
        let line = Way::through(&way.path);
        loop {
            let now = self.time.precisely();
            let part = if until <= now { 1.0 } else { (now - from) / (until - from) };
            if let Some(here) = line.after(driven(part, self.habits.spread)) {
                self.tell_position(here).await;
            }
            if until <= now {
                return;
            }
            let left = self.time.real(until - now);
            tokio::time::sleep(left.min(self.habits.position_every)).await;
        }
    }

    async fn tell_position(&self, here: Place) {
        let position = PositionBody { at: Moment(self.time.now()), lat: here.lat, lon: here.lon };
        let body = PositionsBody { positions: vec![position] };
        if let Err(error) = self.api.tell(&self.path("positions"), &body).await {
            tracing::debug!(courier.id = self.courier, %error, "a position is lost");
        }
    }

    async fn tell_about(&self, stop: &StopReply, kind: &'static str) -> Result<(), CallError> {
        let order = Some(stop.order.as_str());
        self.report(ReportBody { kind, order, ..ReportBody::default() }).await
    }

    async fn report(&self, body: ReportBody<'_>) -> Result<(), CallError> {
        self.api.tell(&self.path("reports"), &body).await
    }

    fn path(&self, what: &str) -> String {
        format!("/couriers/{}/{what}", self.courier)
    }

    /// How much longer or shorter than planned this takes.
    fn luck(&self, what: &str, orders: &[impl AsRef<str>]) -> f64 {
        let order = orders.first().map_or("", AsRef::as_ref);
        factor(&mut chance(self.habits.seed, &format!("{what} {order}")), self.habits.spread)
    }
}

/// Waits until the board says that a courier should set out.
async fn trip_due(board: &mut BoardWatch, time: &RegionTime, courier: &str) {
    loop {
        let next = { board.borrow_and_update().next_of(courier).map(|trip| trip.start_at) };
        let due = next.map_or(f64::INFINITY, |at| seconds(at.0));
        if due <= time.precisely() {
            return;
        }
        tokio::select! {
            () = time.sleep_until(due) => return,
            changed = board.changed() => {
                if changed.is_err() {
                    // Nobody keeps the board any more: the program is ending.
                    return std::future::pending().await;
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a day of seconds is exact in an f64")]
fn real(seconds: i64) -> f64 {
    seconds as f64
}
