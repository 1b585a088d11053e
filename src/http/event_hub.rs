//! What the event streams of a region send, made once for all who listen.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::http::app::LiveView;
use crate::http::courier_reply::CourierReply;
use crate::http::notation::{Moment, PlaceReply};
use crate::http::order_reply::OrderReply;
use crate::http::positions::PositionBoard;
use crate::model::ids::{CourierId, OrderId};
use crate::model::place::Coordinate;
use crate::planner::event::{CourierReport, Event, Record};
use crate::runtime::wall_clock::Clock;
use crate::runtime::writer::{Published, WriterHandle};

/// How many streams a region serves at once.
const STREAMS_MAX: usize = 64;
/// How many messages a slow listener may lag behind before it is told to fetch all anew.
const LAG_MAX: usize = 1024;
/// How many messages are kept for listeners who come back.
const KEPT_MAX: usize = 2048;
/// The plan is announced at most this often.
const PLAN_PAUSE: Duration = Duration::from_millis(250);
/// With more changes at once, listeners fetch all anew instead.
const CHANGES_MAX: usize = 256;

/// One message of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// The event that all up to here is known of, where that is the case.
    pub(crate) id: Option<u64>,
    /// What kind it is.
    pub(crate) event: &'static str,
    /// JSON.
    pub(crate) data: Arc<str>,
}

/// A courier was seen.
#[derive(Debug)]
pub(crate) struct Sighting {
    /// The courier's key.
    pub(crate) courier: String,
    /// Where.
    pub(crate) place: Coordinate,
    /// When.
    pub(crate) at: Moment,
}

/// Makes the messages of a region and hands them out.
#[derive(Debug)]
pub(crate) struct EventHub {
    messages: broadcast::Sender<Message>,
    kept: Arc<Mutex<Kept>>,
    seats: Arc<Semaphore>,
    end: watch::Sender<bool>,
}

/// A listener's place.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// What was missed since the last message the listener knows; `None` when that is too long ago.
    pub(crate) missed: Option<Vec<Message>>,
    /// What comes from now on.
    pub(crate) messages: broadcast::Receiver<Message>,
    /// Becomes true when the service stops.
    pub(crate) end: watch::Receiver<bool>,
    /// Counts the listener until it is dropped.
    pub(crate) seat: OwnedSemaphorePermit,
}

/// Messages for listeners who come back.
#[derive(Debug, Default)]
struct Kept {
    /// The event up to which nothing is kept.
    floor: u64,
    messages: VecDeque<(u64, Message)>,
}

#[derive(Serialize)]
struct PlanEvent {
    version: u64,
    now: Moment,
}

#[derive(Serialize)]
struct ClockEvent {
    now: Moment,
    speed: f64,
}

#[derive(Serialize)]
struct PositionEvent {
    courier: String,
    #[serde(flatten)]
    place: PlaceReply,
    at: Moment,
}

impl EventHub {
    /// Follows what the writer publishes, in a task of its own.
    pub(crate) fn start(
        writer: &WriterHandle,
        clock: &Arc<Clock>,
        positions: &Arc<PositionBoard>,
    ) -> Self {
        let (messages, _) = broadcast::channel(LAG_MAX);
        let (end, ended) = watch::channel(false);
        let floor = writer.view().sequence.0;
        let kept = Arc::new(Mutex::new(Kept { floor, messages: VecDeque::new() }));
        let follower = Follower {
            writer: writer.clone(),
            clock: Arc::clone(clock),
            positions: Arc::clone(positions),
            messages: messages.clone(),
            kept: Arc::clone(&kept),
            plan_due: None,
        };
        tokio::spawn(follower.run(writer.subscribe(), ended));
        Self { messages, kept, seats: Arc::new(Semaphore::new(STREAMS_MAX)), end }
    }

    /// A place for a listener who knows everything up to event `last`; `None` when all are taken.
    pub(crate) fn subscribe(&self, last: Option<u64>) -> Option<Subscription> {
        let seat = Arc::clone(&self.seats).try_acquire_owned().ok()?;
        let (messages, end) = (self.messages.subscribe(), self.end.subscribe());
        // After the subscription: a message may come twice, but none is missed.
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = last.and_then(|last| kept.behind(last));
        Some(Subscription { missed, messages, end, seat })
    }

    /// Shows where a courier is.
    pub(crate) fn sight(&self, sighting: Sighting) {
        let Sighting { courier, place, at } = sighting;
        let data = PositionEvent { courier, place: place.into(), at };
        // Nobody may be listening.
        drop(self.messages.send(Message::new("position", &data)));
    }

    /// Ends all streams.
    pub(crate) fn stop(&self) {
        self.end.send_replace(true);
    }

    /// How many listen.
    pub(crate) fn listeners(&self) -> usize {
        STREAMS_MAX - self.seats.available_permits()
    }
}

impl Kept {
    fn behind(&self, last: u64) -> Option<Vec<Message>> {
        let newer = || self.messages.iter().filter(|(sequence, _)| last < *sequence);
        (self.floor <= last).then(|| newer().map(|(_, message)| message.clone()).collect())
    }

    fn push(&mut self, sequence: u64, message: Message) {
        self.messages.push_back((sequence, message));
        while KEPT_MAX < self.messages.len() {
            self.floor = self.messages.pop_front().map_or(self.floor, |(sequence, _)| sequence);
        }
    }

    fn forget(&mut self, up_to: u64) {
        self.messages.clear();
        self.floor = up_to;
    }
}

impl Message {
    fn new(event: &'static str, data: &impl Serialize) -> Self {
        // Plain texts and numbers: there is nothing in it that JSON cannot hold.
        let data = serde_json::to_string(data).unwrap_or_default().into();
        Self { id: None, event, data }
    }

    /// Tells the plan's version: whoever reads it fetches what is of interest.
    pub(crate) fn plan(live: &LiveView) -> Self {
        let version = live.view.sequence.0;
        let data = PlanEvent { version, now: Moment::new(live.region(), live.now) };
        Self { id: Some(version), ..Self::new("plan", &data) }
    }

    /// Tells the time.
    pub(crate) fn clock(live: &LiveView, speed: f64) -> Self {
        Self::new("clock", &ClockEvent { now: Moment::new(live.region(), live.now), speed })
    }
}

/// Turns what is published into messages.
struct Follower {
    writer: WriterHandle,
    clock: Arc<Clock>,
    positions: Arc<PositionBoard>,
    messages: broadcast::Sender<Message>,
    kept: Arc<Mutex<Kept>>,
    /// When the plan is announced next, if it changed.
    plan_due: Option<Instant>,
}

impl Follower {
    async fn run(
        mut self,
        mut published: broadcast::Receiver<Published>,
        mut end: watch::Receiver<bool>,
    ) {
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = self.plan_due;
            let plan_is_due = async {
                match due {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                news = published.recv() => match news {
                    Ok(news) => self.tell(&news),
                    Err(RecvError::Lagged(_)) => self.give_up(),
                    Err(RecvError::Closed) => return,
                },
                () = plan_is_due => {
                    self.plan_due = None;
                    self.send_about_now(Message::plan);
                }
                _ = seconds.tick() => {
                    let speed = self.clock.speed();
                    self.send_about_now(|live| Message::clock(live, speed));
                }
                _ = end.wait_for(|ended| *ended) => return,
            }
        }
    }

    fn send_about_now(&self, message: impl FnOnce(&LiveView) -> Message) {
        if let Ok(live) = LiveView::new(self.writer.view(), self.clock.now()) {
            // Nobody may be listening.
            drop(self.messages.send(message(&live)));
        }
    }

    fn tell(&mut self, news: &Published) {
        self.announce_plan();
        let last = news.sequence.0;
        let Ok(live) = LiveView::new(Arc::clone(&news.view), self.clock.now()) else { return };
        let changed = Changed::of(&live, news.records.iter().map(|(_, record)| record));
        let is_heard = self.messages.receiver_count() != 0;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_heard || CHANGES_MAX < changed.orders.len() {
            kept.forget(last);
            return;
        }
        let mut messages = changed.messages(&live, &self.positions);
        // Only what comes last says that all up to it is known.
        if let Some(message) = messages.last_mut() {
            message.id = Some(last);
        }
        for message in messages {
            kept.push(last, message.clone());
            drop(self.messages.send(message));
        }
    }

    /// Some publications were missed: listeners fetch all anew.
    fn give_up(&mut self) {
        let last = self.writer.view().sequence.0;
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).forget(last);
        self.announce_plan();
    }

    fn announce_plan(&mut self) {
        self.plan_due.get_or_insert_with(|| Instant::now() + PLAN_PAUSE);
    }
}

/// Who is concerned by some events.
#[derive(Debug, Default)]
struct Changed {
    orders: BTreeSet<OrderId>,
    couriers: BTreeSet<CourierId>,
}

impl Changed {
    fn of<'a>(live: &LiveView, records: impl Iterator<Item = &'a Record>) -> Self {
        let mut changed = Self::default();
        for record in records {
            match &record.event {
                Event::Held { order, .. }
                | Event::Released { order, .. }
                | Event::Booked { order, .. }
                | Event::Cancelled(order)
                | Event::Amended { order, .. }
                | Event::Rescheduled { order, .. }
                | Event::Picking { order, .. } => {
                    changed.orders.insert(*order);
                }
                Event::Courier { courier, route, report, .. } => {
                    changed.couriers.insert(*courier);
                    changed.orders.extend(concerned(report));
                    let current = live.view.state.routes.get(route);
                    let current = current.and_then(|route| route.current.as_ref());
                    let stops = current.into_iter().flat_map(|trip| &trip.stops);
                    let ahead = stops.filter(|stop| stop.left_at.is_none());
                    changed.orders.extend(ahead.map(|stop| stop.order));
                }
                // Listeners fetch the plan.
                Event::Configured(_)
                | Event::DayOpened(_)
                | Event::Adopted { .. }
                | Event::Stocked { .. }
                | Event::Reassigned { .. }
                | Event::Answered { .. } => {}
            }
        }
        changed
    }

    fn messages(&self, live: &LiveView, positions: &PositionBoard) -> Vec<Message> {
        let orders = self.orders.iter().filter_map(|order| live.view.state.orders.get(order));
        let orders = orders.map(|order| Message::new("order", &OrderReply::new(live, order)));
        let couriers = self.couriers.iter();
        let reply = |id: &CourierId| CourierReply::new(live, positions, *id);
        orders.chain(couriers.map(|id| Message::new("courier", &reply(id)))).collect()
    }
}

/// The orders that a report names.
fn concerned(report: &CourierReport) -> Vec<OrderId> {
    match report {
        CourierReport::Arrived(order)
        | CourierReport::Delivered(order)
        | CourierReport::Failed(order) => vec![*order],
        CourierReport::TripStarted { orders, .. } => orders.clone(),
        CourierReport::OnDuty
        | CourierReport::Departed
        | CourierReport::Back
        | CourierReport::OffDuty => vec![],
    }
}
