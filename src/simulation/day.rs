//! One simulated day: customers, pickers and couriers around the production planner.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::ids::{CourierId, OrderId, StoreId};
use crate::model::order::OrderState;
use crate::model::region::{Region, TimeOfDay};
use crate::model::time::Timestamp;
use crate::model::travel_matrix::Travel;
use crate::model::units::Seconds;
use crate::planner::Planner;
use crate::planner::command::{Command, OfferTerms, Refusal};
use crate::planner::event::{Record, Sequence};
use crate::planner::improve::{ImproveSettings, propose};
use crate::planner::view::View;
use crate::simulation::calendar::Calendar;
use crate::simulation::couriers::Worker;
use crate::simulation::customers::Tally;
use crate::simulation::demand::{Demand, Session};
use crate::simulation::desk::Desk;
pub use crate::simulation::desk::Watcher;
use crate::simulation::noise::{Noise, Purpose};
use crate::simulation::report::{DayResult, day_result};
use crate::simulation::scenario::{Base, DaySettings};
use crate::solver::search::Budget;

/// After the last shift and the last delivery hour, so long is left to bring home what is late.
const OVERTIME_MAX: Seconds = Seconds::hours(5);

/// So many entries per customer, and per minute of the day, are more than any day needs.
const ENTRIES_PER_SESSION_MAX: u64 = 400;
const ENTRIES_MAX: u64 = 200_000;

/// Pickers and couriers look at the plan again after they did something, at most so often.
const ROUNDS_MAX: usize = 16;

/// Something that is going to happen.
#[derive(Debug, Clone)]
pub(crate) enum Happening {
    /// A customer asks what can be had, for the nth time.
    Checkout { session: usize, attempt: u8 },
    /// A customer takes an offer.
    Take { session: usize, attempt: u8, terms: Box<OfferTerms> },
    /// A customer confirms a hold.
    Book { session: usize, order: OrderId },
    /// A customer calls an order off.
    Cancel(OrderId),
    /// A customer comes to the store, for the nth time.
    Collect { order: OrderId, attempt: u8 },
    /// A picker is done.
    Picked { store: StoreId, order: OrderId },
    /// A courier's working time begins.
    ShiftStarts(CourierId),
    /// It ends.
    ShiftEnds(CourierId),
    /// A courier leaves the store.
    Departs(CourierId),
    /// A courier is at the next door.
    Arrives(CourierId),
    /// A courier leaves the door.
    Leaves(CourierId),
    /// A courier is at the home store again.
    Returns(CourierId),
    /// A minute has passed.
    Tick,
    /// The search had its time.
    Improve,
    /// Somebody planned to do something now.
    Wake,
}

/// A day that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// The region was refused.
    #[error("the region cannot be simulated: {0}")]
    Region(Refusal),
    /// Somebody did things without end.
    #[error("seed {seed}: more than {limit} things happened by {}", .at.to_utc())]
    Endless {
        /// The day's seed.
        seed: u64,
        /// How many things are allowed.
        limit: u64,
        /// When the day was stopped.
        at: Timestamp,
    },
}

/// A simulated day and how it went.
#[derive(Debug, Clone)]
pub struct SimulatedDay {
    /// The figures.
    pub result: DayResult,
    /// The planner at the end of the day.
    pub planner: Planner,
    /// Everything that happened, if recorded.
    pub records: Vec<Record>,
}

/// Everybody who does something on the day, and the plan they share.
pub(crate) struct Day<'a> {
    pub(crate) region: Arc<Region>,
    pub(crate) settings: DaySettings,
    pub(crate) noise: Noise,
    pub(crate) desk: Desk<'a>,
    pub(crate) calendar: Calendar<Happening>,
    pub(crate) sessions: Vec<Session>,
    /// Whose order it is.
    pub(crate) session_of: BTreeMap<OrderId, usize>,
    /// With which probability each session was told to be in time.
    pub(crate) stated: BTreeMap<usize, f64>,
    pub(crate) tally: Tally,
    pub(crate) workers: Vec<Worker>,
    /// Orders that pickers of each store have in hand.
    pub(crate) picking: Vec<Vec<OrderId>>,
    /// Whether somebody has become free without the plan having changed.
    pub(crate) a_hand_is_free: bool,
    begins: Timestamp,
    ends: Timestamp,
    seen: Sequence,
    wakes_at: Option<Timestamp>,
}

/// Plays one day and returns its figures.
///
/// # Errors
/// The region cannot be planned, or the day does not end.
pub fn play(
    base: &Base,
    settings: &DaySettings,
    travel: &dyn Travel,
) -> Result<DayResult, DayError> {
    Ok(play_watched(base, settings, travel, false, None)?.result)
}

/// Plays one day under the eyes of `watcher`, and keeps its records if asked.
///
/// # Errors
/// The region cannot be planned, or the day does not end.
pub fn play_watched<'a>(
    base: &Base,
    settings: &DaySettings,
    travel: &'a dyn Travel,
    keep_records: bool,
    watcher: Option<Watcher<'a>>,
) -> Result<SimulatedDay, DayError> {
    let mut day = Day::new(base, settings, Desk::new(travel, keep_records, watcher));
    day.open().map_err(DayError::Region)?;
    day.run()?;
    let result = day_result(&day);
    let (planner, records) = day.desk.into_parts();
    Ok(SimulatedDay { result, planner, records })
}

impl<'a> Day<'a> {
    fn new(base: &Base, settings: &DaySettings, desk: Desk<'a>) -> Self {
        let region = Arc::new(base.region_for(settings));
        let noise = Noise::new(settings.seed, settings.noise, region.policy.variation);
        let sessions = match &base.demand {
            Demand::Recorded(sessions) => sessions.clone(),
            Demand::Model(model) => {
                let mut model = model.clone();
                model.orders_per_day = settings.orders_per_day.unwrap_or(model.orders_per_day);
                model.sessions(&region, base.date, &noise)
            }
        };
        let hours = |hours| region.hours_on(base.date, hours);
        let shifts = region.couriers.iter().flat_map(|courier| &courier.shifts);
        let midnight = region.instant(base.date, TimeOfDay(0));
        let last = shifts.map(|&shift| hours(shift).closes()).max().unwrap_or(midnight);
        let last = last.max(hours(region.policy.delivery).closes());
        Self {
            workers: region.couriers.iter().map(Worker::new).collect(),
            picking: vec![Vec::new(); region.stores.len()],
            settings: *settings,
            noise,
            desk,
            calendar: Calendar::starting(midnight),
            sessions,
            session_of: BTreeMap::new(),
            stated: BTreeMap::new(),
            tally: Tally::default(),
            a_hand_is_free: false,
            begins: midnight,
            ends: last + OVERTIME_MAX,
            seen: Sequence::default(),
            wakes_at: None,
            region,
        }
    }

    /// Sets up the region and writes down what is known beforehand.
    fn open(&mut self) -> Result<(), Refusal> {
        let begins = self.begins;
        self.desk.submit(begins, Command::Configure(Box::new((*self.region).clone())))?;
        let routes: Vec<_> = self.desk.state().routes.values().cloned().collect();
        for route in routes {
            self.calendar.put(route.shift.opens(), Happening::ShiftStarts(route.courier));
            self.calendar.put(route.shift.closes(), Happening::ShiftEnds(route.courier));
        }
        for (session, customer) in self.sessions.iter().enumerate() {
            self.calendar.put(customer.at, Happening::Checkout { session, attempt: 0 });
        }
        self.calendar.put(begins + Seconds(60), Happening::Tick);
        if self.settings.improving.iterations > 0 {
            self.calendar.put(begins + self.improves_every(), Happening::Improve);
        }
        Ok(())
    }

    fn improves_every(&self) -> Seconds {
        self.settings.improving.every.max(Seconds(1))
    }

    fn run(&mut self) -> Result<(), DayError> {
        let limit = ENTRIES_MAX + ENTRIES_PER_SESSION_MAX * self.sessions.len() as u64;
        while let Some((now, what)) = self.calendar.advance() {
            if self.calendar.put_so_far() > limit {
                return Err(DayError::Endless { seed: self.settings.seed, limit, at: now });
            }
            if now > self.ends {
                break;
            }
            self.happen(now, what);
            if self.calendar.next_at() != Some(now) {
                self.act(now);
            }
        }
        Ok(())
    }

    fn happen(&mut self, now: Timestamp, what: Happening) {
        match what {
            Happening::Checkout { session, attempt } => self.checkout(now, session, attempt),
            Happening::Take { session, attempt, terms } => self.take(now, session, attempt, *terms),
            Happening::Book { session, order } => self.book(now, session, order),
            Happening::Cancel(order) => self.cancel(now, order),
            Happening::Collect { order, attempt } => self.collect(now, order, attempt),
            Happening::Picked { store, order } => self.picked(now, store, order),
            Happening::ShiftStarts(courier) => self.shift_starts(now, courier),
            Happening::ShiftEnds(courier) => self.shift_ends(courier),
            Happening::Departs(courier) => self.departs(now, courier),
            Happening::Arrives(courier) => self.arrives(now, courier),
            Happening::Leaves(courier) => self.leaves(now, courier),
            Happening::Returns(courier) => self.returns(now, courier),
            Happening::Tick => self.tick(now),
            Happening::Improve => self.improve(now),
            Happening::Wake => {}
        }
    }

    /// Does what is asked; whether it was granted. Whoever is refused looks at the plan again.
    pub(crate) fn tell(&mut self, now: Timestamp, command: Command) -> bool {
        self.desk.submit(now, command).is_ok()
    }

    fn tick(&mut self, now: Timestamp) {
        self.tell(now, Command::Tick);
        if !self.is_over(now) {
            self.calendar.put(now + Seconds(60), Happening::Tick);
        }
    }

    /// Searches for a better plan, as the service does all the time, and hands it in.
    fn improve(&mut self, now: Timestamp) {
        if self.is_over(now) {
            return;
        }
        self.calendar.put(now + self.improves_every(), Happening::Improve);
        let view = self.desk.view(now);
        let seed = self.noise.number(Purpose::Search, now.0.unsigned_abs(), 0);
        let budget = Budget::Iterations(u64::from(self.settings.improving.iterations));
        let settings = ImproveSettings { seed, threads: 1, budget };
        if let Some(proposal) = propose(&view, &settings, &|_| false)
            && !proposal.changes.is_empty()
        {
            let (base, changes) = (proposal.base, proposal.changes);
            self.tell(now, Command::Adopt { base, changes });
        }
    }

    /// Whether nobody will do anything any more.
    fn is_over(&self, now: Timestamp) -> bool {
        let all_came = self.sessions.iter().all(|session| session.at < now);
        all_came
            && self.workers.iter().all(Worker::has_gone_home)
            && self.desk.state().orders.values().all(|order| order.state.is_final())
    }

    /// Lets pickers and couriers do what the plan says is next, and wakes them when something is
    /// planned later.
    fn act(&mut self, now: Timestamp) {
        let is_due = self.wakes_at.is_some_and(|at| at <= now);
        if !is_due && self.seen == self.desk.sequence() && !self.a_hand_is_free {
            return;
        }
        self.a_hand_is_free = false;
        for _ in 0..ROUNDS_MAX {
            let view = self.desk.view(now);
            let picked = self.start_picking(now, &view);
            let drove = self.start_driving(now, &view);
            if !picked && !drove {
                break;
            }
        }
        self.seen = self.desk.sequence();
        let view = self.desk.view(now);
        self.wakes_at = self.next_plans(now, &view);
        if let Some(at) = self.wakes_at {
            self.calendar.put(at, Happening::Wake);
        }
    }

    /// The next moment at which somebody plans to begin something.
    fn next_plans(&self, now: Timestamp, view: &View) -> Option<Timestamp> {
        let live = view.live.as_ref()?;
        let trips = live.outlook.planned.values().filter_map(|trips| trips.first());
        let trips = trips.map(|trip| trip.starts_at);
        let bookable = |order: &OrderId| {
            let order = view.state.orders.get(order);
            order.is_some_and(|order| order.state != OrderState::Held)
        };
        let picks = live.outlook.picks.iter().filter(|(order, _)| bookable(order));
        let picks = picks.map(|(_, pick)| pick.start);
        trips.chain(picks).filter(|&at| at > now && at < self.ends).min()
    }
}
