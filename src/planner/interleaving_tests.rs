//! Whatever happens in whatever order: after each event the plan keeps, or honestly shows as late,
//! every promise, and no sale makes anybody late.
//!
//! Small regions live through random sequences of everything that can be asked of a planner. A failure
//! names its seed; `INTERLEAVING_SEED=n cargo test interleavings_keep_every_promise` repeats it.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::model::basket::{Basket, Load};
use crate::model::ids::{CourierId, OfferId, OrderId, StoreId};
use crate::model::order::{Order, OrderState, Picking, Wish};
use crate::model::place::Profile;
use crate::model::region::{Pickers, Region, Store};
use crate::model::sale::Buyer;
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::units::{Grams, Milliliters, Seconds};
use crate::model::variation::Variation;
use crate::offers::offer::Effort;
use crate::offers::{Checkout, quote};
use crate::planner::Planner;
use crate::planner::audit::{audit, late};
use crate::planner::command::{Command, OfferTerms, Refusal};
use crate::planner::event::{CourierReport, Event, PickingReport, Record, Release};
use crate::planner::improve::{ImproveSettings, propose};
use crate::planner::planner_tests::{RightAngles, at, door, hours, region};
use crate::planner::view::{Live, View};
use crate::solver::problem::Problem;
use crate::solver::search::Budget;

/// Each region lives for so many steps.
const STEPS: u32 = 400;

/// Offers that are remembered, to be taken at some time.
const OFFERS_MAX: usize = 24;

/// Each time so many events have happened, the plan is drawn up anew to be compared.
const DRAWN_UP_EVERY: usize = 8;

/// What must not make anybody late.
const SALES: [&str; 7] =
    ["hold", "book", "book at once", "amend", "amend to what fits", "reschedule", "adopt"];

/// Two stores, a courier who belongs to neither, and few hands.
fn town(random: &mut Pcg64Mcg) -> Region {
    let mut town = region(3, 1);
    let pickers = vec![Pickers { hours: hours(8, 22), count: random.random_range(1..3) }];
    let second = Store {
        key: "riverside".to_owned(),
        name: "Riverside".to_owned(),
        location: door(900, 400),
        pickers,
        ..town.stores[0].clone()
    };
    town.stores.push(second);
    (town.couriers[1].home, town.couriers[1].start) = (Some(StoreId(1)), door(900, 400));
    town.policy.scheduled_days = random.random_range(1..3);
    town.couriers[2].home = None;
    town.couriers[2].shifts = vec![hours(8, 14), hours(15, 22)];
    if random.random_ratio(1, 2) {
        town.policy.on_time_floor = 0.9;
        town.policy.variation = Variation::default();
    }
    town
}

/// A region, everything known about it, and who acts in it.
struct Life {
    random: Pcg64Mcg,
    planner: Planner,
    records: Vec<Record>,
    now: Timestamp,
    offers: Vec<OfferTerms>,
    offers_made: u128,
    /// A better plan found some time ago.
    proposal: Option<Command>,
    late: BTreeMap<OrderId, Seconds>,
    counts: BTreeMap<&'static str, u64>,
}

impl Life {
    fn begin(seed: u64) -> Self {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let region = town(&mut random);
        let mut life = Self {
            now: at(8, 0) + Seconds(random.random_range(0..10 * 3600)),
            random,
            planner: Planner::new(),
            records: vec![],
            offers: vec![],
            offers_made: 0,
            proposal: None,
            late: BTreeMap::new(),
            counts: BTreeMap::new(),
        };
        life.tell("configure", Command::Configure(Box::new(region))).expect("a fresh region");
        life
    }

    fn view(&self) -> std::sync::Arc<View> {
        self.planner.view(self.now)
    }

    /// Whether a plan that is known already is the one that follows from the state.
    ///
    /// A place that has been learned since is added behind all others, so an older plan may know of
    /// fewer.
    fn is_as_if_drawn_up_anew(&self, view: &View) -> Result<(), String> {
        let anew = self.planner.with_state(self.planner.state().clone()).view(self.now);
        let told = |view: &View| {
            let Live { ground, outlook, .. } = view.live.as_ref().expect("configured");
            let problem = Problem { locations: 0, ..ground.problem.clone() };
            format!("{problem:?} {:?} {:?} {outlook:?}", ground.routes, ground.stores)
        };
        if told(view) == told(&anew) { Ok(()) } else { Err("an old plan".to_owned()) }
    }

    /// Has something done, and sees what became of everybody's promise.
    fn tell(&mut self, what: &'static str, command: Command) -> Result<(), String> {
        let request = command.into();
        for place in self.planner.missing_places(&request) {
            self.planner.learn(&RightAngles, place).expect("all places are joined");
        }
        let Ok(decision) = self.planner.decide(self.now, &request) else { return Ok(()) };
        *self.counts.entry(what).or_default() += 1;
        for event in decision.events {
            let record = Record { at: self.now, event };
            self.planner.apply(&record);
            self.records.push(record);
            if self.planner.legs_are_stale() {
                self.planner.learn_live_places(&RightAngles);
            }
        }
        let view = self.view();
        if self.records.len().is_multiple_of(DRAWN_UP_EVERY) {
            self.is_as_if_drawn_up_anew(&view)?;
        }
        let faults = audit(&view);
        let late: BTreeMap<OrderId, Seconds> = late(&view).into_iter().collect();
        let before = std::mem::replace(&mut self.late, late);
        if !faults.is_empty() {
            return Err(format!("after {what}: {}", faults.join("; ")));
        }
        let is_sale = SALES.contains(&what);
        if !is_sale && what != "cancel" && what != "free" {
            return Ok(());
        }
        for (order, by) in &self.late {
            let was = before.get(order).copied().unwrap_or_default();
            if was < *by && is_sale {
                let told = format!("O{} is late by {} s, not {} s", order.0, by.0, was.0);
                return Err(format!("after {what}: {told}"));
            }
            if was < *by {
                *self.counts.entry("late by somebody's leaving").or_default() += 1;
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), String> {
        match self.random.random_range(0..100) {
            0..18 => self.pass_time(),
            18..32 => {
                self.ask(None);
                Ok(())
            }
            32..46 => self.hold(),
            46..49 => match self.any_offer() {
                Some(terms) => {
                    self.tell("book at once", Command::BookOffer { terms, reference: None })
                }
                None => Ok(()),
            },
            49..57 => match self.any(|order| order.state == OrderState::Held) {
                Some(order) => self.tell("book", Command::Book { order, reference: None }),
                None => Ok(()),
            },
            57..59 => match self.any(|order| order.state == OrderState::Held) {
                Some(order) => self.tell("free", Command::Free(order)),
                None => Ok(()),
            },
            59..64 => self.amend(),
            64..68 => self.reschedule(),
            68..70 => match self.any(|order| order.state == OrderState::Booked) {
                Some(order) => self.tell("cancel", Command::Cancel(order)),
                None => Ok(()),
            },
            70..80 => self.pick(),
            80..95 => self.drive(),
            95..97 => self.come_or_go(),
            97..99 => self.search(),
            _ => match self.proposal.take() {
                Some(proposal) => self.tell("adopt", proposal),
                None => Ok(()),
            },
        }
    }

    fn pass_time(&mut self) -> Result<(), String> {
        let most = if self.random.random_ratio(1, 40) { 3600 } else { 200 };
        self.now += Seconds(self.random.random_range(1..most));
        self.tell("tick", Command::Tick)?;
        // Time alone makes late, too: what comes next is compared with now.
        self.late = late(&self.view()).into_iter().collect();
        Ok(())
    }

    /// An order that meets a condition.
    fn any(&mut self, is_wanted: impl Fn(&Order) -> bool) -> Option<OrderId> {
        let orders = self.planner.state().orders.values();
        let wanted: Vec<OrderId> =
            orders.filter(|order| is_wanted(order)).map(|order| order.id).collect();
        let count = wanted.len();
        (count > 0).then(|| wanted[self.random.random_range(0..count)])
    }

    /// An offer that was made some time ago; every other time one for now, so that there is work.
    fn any_offer(&mut self) -> Option<OfferTerms> {
        let at_once = self.random.random_ratio(1, 2);
        let is_wanted = |terms: &&OfferTerms| !at_once || terms.slot.kind == SlotKind::Express;
        let wanted: Vec<&OfferTerms> = self.offers.iter().filter(is_wanted).collect();
        let count = wanted.len();
        (count > 0).then(|| wanted[self.random.random_range(0..count)].clone())
    }

    fn any_basket(&mut self) -> Basket {
        let most = if self.random.random_ratio(1, 5) { 24_000 } else { 12_000 };
        let grams = self.random.random_range(100..most);
        let load = Load { mass: Grams(grams), volume: Milliliters(grams * 3) };
        let picking = self.random.random_ratio(1, 5).then_some(Seconds(grams / 20));
        Basket { items: self.random.random_range(1..40), load, picking, ..Basket::default() }
    }

    /// Remembers what a customer is offered: a new one, or who has an order already.
    fn ask(&mut self, wish: Option<Wish>) {
        let basket = self.any_basket();
        let [east, north] = [0, 0].map(|_: i32| self.random.random_range(-1500..2000));
        let wish = wish.unwrap_or(Wish {
            place: door(east, north),
            basket,
            door: Seconds(180),
            buyer: Buyer::default(),
            store: None,
        });
        let view = self.view();
        let live = view.live.as_ref().expect("configured");
        let row = live.ground.legs.0.row(&RightAngles, &[Profile::Car], wish.place);
        let checkout = Checkout { wish, now: self.now };
        let session = self.random.random_range(0..8);
        for offer in &quote(&live.ground, &checkout, row.as_ref(), Effort::Full).offers {
            self.offers_made += 1;
            self.offers.push(OfferTerms {
                offer: OfferId(self.offers_made),
                expires: self.now + live.region.policy.offer,
                wish,
                slot: offer.slot,
                fee: offer.fee,
                session: (session < 6).then(|| session.to_string()),
            });
        }
        while OFFERS_MAX < self.offers.len() {
            let forgotten = self.random.random_range(0..self.offers.len());
            self.offers.swap_remove(forgotten);
        }
    }

    fn hold(&mut self) -> Result<(), String> {
        let Some(terms) = self.any_offer() else { return Ok(()) };
        let exchanges = self.random.random_ratio(1, 4);
        let replaces = self.any(|order| order.state == OrderState::Held);
        let replaces = replaces.filter(|_| exchanges);
        self.tell("hold", Command::Hold { terms, replaces })
    }

    /// Changes a basket, or else takes the one that is said to fit.
    fn amend(&mut self) -> Result<(), String> {
        let basket = self.any_basket();
        let Some(order) = self.any(|order| order.state == OrderState::Booked) else {
            return Ok(());
        };
        let command = Command::Amend { order, basket };
        let decided = self.planner.decide(self.now, &command.clone().into());
        let Err(Refusal::BasketTooLarge { fits, .. }) = decided else {
            return self.tell("amend", command);
        };
        let smaller = Command::Amend { order, basket: fits };
        if let Err(refusal) = self.planner.decide(self.now, &smaller.clone().into()) {
            return Err(format!("what was said to fit does not: {refusal}"));
        }
        self.tell("amend to what fits", smaller)
    }

    fn reschedule(&mut self) -> Result<(), String> {
        let Some(order) = self.any(|order| order.state == OrderState::Booked) else {
            return Ok(());
        };
        let first = self.offers_made;
        self.ask(Some(self.planner.state().orders[&order].wish));
        let fresh: Vec<OfferTerms> =
            self.offers.iter().filter(|terms| first < terms.offer.0).cloned().collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let terms = fresh[self.random.random_range(0..fresh.len())].clone();
        self.tell("reschedule", Command::Reschedule { order, terms })
    }

    /// Pickers do what the plan says, or dawdle.
    fn pick(&mut self) -> Result<(), String> {
        let view = self.view();
        let live = view.live.as_ref().expect("configured");
        for (&order, pick) in &live.outlook.picks {
            let found = &view.state.orders[&order];
            let report = match found.picking {
                Picking::Waiting if pick.start <= self.now && found.booked_at.is_some() => {
                    PickingReport::Started
                }
                Picking::Started(_) if pick.end <= self.now => PickingReport::Done,
                Picking::Done(_) if found.slot.window.opens() <= self.now => {
                    PickingReport::Collected
                }
                _ => continue,
            };
            if self.random.random_ratio(5, 6) {
                self.tell("pick", Command::Picking { order, report })?;
            }
        }
        Ok(())
    }

    /// Couriers do what the plan says, or dawdle.
    fn drive(&mut self) -> Result<(), String> {
        let view = self.view();
        let live = view.live.as_ref().expect("configured");
        for courier in live.region.courier_ids() {
            let Some((id, route)) = view.state.route_of(courier, self.now) else { continue };
            let next = live.outlook.planned.get(&id).and_then(|trips| trips.first());
            let report = match (&route.current, next) {
                (Some(trip), _) if trip.departed_at.is_none() => CourierReport::Departed,
                (Some(trip), next) => match trip.next_stop().map(|stop| trip.stops[stop]) {
                    None if next.is_none() || self.random.random_ratio(1, 2) => CourierReport::Back,
                    None => begins(route),
                    Some(stop) if self.now < live.outlook.arrivals[&stop.order] => continue,
                    Some(stop) if stop.arrived_at.is_none() => CourierReport::Arrived(stop.order),
                    Some(stop) if self.random.random_ratio(1, 12) => {
                        CourierReport::Failed(stop.order)
                    }
                    Some(stop) => CourierReport::Delivered(stop.order),
                },
                (None, Some(trip)) if trip.starts_at <= self.now => begins(route),
                _ => continue,
            };
            if self.random.random_ratio(5, 6) {
                self.tell("drive", Command::Courier { courier, report, position: None })?;
            }
        }
        Ok(())
    }

    fn come_or_go(&mut self) -> Result<(), String> {
        let courier = CourierId(self.random.random_range(0..3));
        let goes = self.random.random_ratio(1, 4);
        let report = if goes { CourierReport::OffDuty } else { CourierReport::OnDuty };
        let what = if goes { "go off duty" } else { "come on duty" };
        self.tell(what, Command::Courier { courier, report, position: None })
    }

    fn search(&mut self) -> Result<(), String> {
        let budget = Budget::Iterations(40);
        let settings = ImproveSettings { seed: self.random.random(), threads: 1, budget };
        let found = propose(&self.view(), &settings, &|_| false);
        let found = found.filter(|proposal| !proposal.changes.is_empty());
        let adopt =
            found.map(|proposal| Command::Adopt { base: proposal.base, changes: proposal.changes });
        if self.random.random_ratio(1, 2) {
            return adopt.map_or(Ok(()), |adopt| self.tell("adopt", adopt));
        }
        self.proposal = adopt;
        Ok(())
    }

    /// What only the whole story shows.
    fn end(&self) -> Result<(), String> {
        let mut replayed = Planner::new();
        let (mut ended, mut sessions) = (BTreeSet::new(), BTreeMap::new());
        for record in &self.records {
            replayed.apply(record);
            match &record.event {
                Event::Released { order, release } => {
                    if !ended.insert(*order) {
                        return Err(format!("H{} ended twice", order.0));
                    }
                    let early = *release == Release::Expired
                        && record.at < replayed.state().orders[order].hold_expires;
                    if early {
                        return Err(format!("H{} expired too early", order.0));
                    }
                }
                Event::Booked { order, .. } if !ended.insert(*order) => {
                    return Err(format!("H{} was booked after its end", order.0));
                }
                Event::Held { order, session: Some(session), .. } => {
                    let old = sessions.insert(session.clone(), *order);
                    if old.is_some_and(|old| !ended.contains(&old)) {
                        return Err(format!("session {session} has two holds"));
                    }
                }
                _ => {}
            }
        }
        let same = replayed.state() == self.planner.state();
        if same { Ok(()) } else { Err("a replay leads to another state".to_owned()) }
    }
}

fn begins(route: &crate::model::plan::Route) -> CourierReport {
    let trip = route.trips.first();
    let store = trip.map_or(StoreId(0), |trip| trip.store);
    CourierReport::TripStarted { store, orders: trip.map_or(vec![], |trip| trip.orders.clone()) }
}

/// Lives through a region, and says what it counted, or what went wrong.
fn live_through(seed: u64) -> Result<BTreeMap<&'static str, u64>, String> {
    let mut life = Life::begin(seed);
    let mut failed = None;
    for step in 0..STEPS {
        if let Err(why) = life.step() {
            failed = Some(format!("step {step}: {why}"));
            break;
        }
    }
    match failed.or_else(|| life.end().err()) {
        None => Ok(life.counts),
        Some(why) => Err(format!("INTERLEAVING_SEED={seed}: {why}")),
    }
}

fn live_through_all(seeds: std::ops::Range<u64>) -> BTreeMap<&'static str, u64> {
    let (mut all, mut failures) = (BTreeMap::<_, u64>::new(), Vec::new());
    for seed in seeds {
        match live_through(seed) {
            Ok(counts) => {
                for (what, count) in counts {
                    *all.entry(what).or_default() += count;
                }
            }
            Err(why) => failures.push(why),
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
    all
}

#[test]
fn thousands_of_interleavings_keep_every_promise() {
    let chosen = std::env::var("INTERLEAVING_SEED").ok().and_then(|seed| seed.parse().ok());
    let counts = match chosen {
        Some(seed) => live_through_all(seed..seed + 1),
        None => live_through_all(0..20),
    };
    println!("{counts:?}");
    if chosen.is_none() {
        for what in [
            "hold",
            "book",
            "book at once",
            "free",
            "amend",
            "amend to what fits",
            "reschedule",
            "cancel",
        ] {
            assert!(counts.contains_key(what), "nothing of {what} in {counts:?}");
        }
        for what in ["adopt", "pick", "drive", "go off duty", "come on duty", "tick"] {
            assert!(counts.contains_key(what), "nothing of {what} in {counts:?}");
        }
    }
}

#[test]
#[ignore = "minutes; `make soak` runs it"]
fn a_million_interleavings_keep_every_promise() {
    let began = 1_000_000_u64;
    let counts = live_through_all(began..began + 1_000_000 / u64::from(STEPS));
    println!("{counts:?}");
}
