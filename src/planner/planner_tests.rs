//! The life of orders, told as stories.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono_tz::UTC;

use crate::model::basket::{Basket, Load};
use crate::model::ids::{CourierId, OfferId, OrderId, StoreId};
use crate::model::order::Wish;
use crate::model::place::{Coordinate, Profile};
use crate::model::policy::{Costs, Fees, Policy};
use crate::model::region::{Courier, DailyHours, Pickers, Region, Store, TimeOfDay};
use crate::model::sale::{Buyer, Classes, SaleRules};
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::travel_matrix::{Leg, Travel};
use crate::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use crate::model::variation::Variation;
use crate::offers::offer::{Effort, Quote};
use crate::offers::{Checkout, quote};
use crate::planner::Planner;
use crate::planner::command::{Command, OfferTerms, Request};
use crate::planner::event::{CourierReport, PickingReport, Record, RequestKey};
use crate::planner::improve::{ImproveSettings, propose};
use crate::planner::view::View;
use crate::solver::search::Budget;

/// A second per ten micro-degrees along both axes: a city of right angles.
pub(crate) struct RightAngles;

impl Travel for RightAngles {
    fn leg(&self, _: Profile, from: Coordinate, to: Coordinate) -> Option<Leg> {
        let along = |a: i32, b: i32| (a - b).abs() / 10;
        let seconds = along(from.latitude_micro, to.latitude_micro)
            + along(from.longitude_micro, to.longitude_micro);
        Some(Leg { drive_seconds: seconds, distance_meters: seconds * 7 })
    }

    fn path(&self, _: Profile, from: Coordinate, to: Coordinate) -> Vec<Coordinate> {
        vec![from, to]
    }

    fn name(&self) -> &'static str {
        "right angles"
    }
}

/// So many seconds east and north of the store.
pub(crate) fn door(east: i32, north: i32) -> Coordinate {
    Coordinate { latitude_micro: north * 10, longitude_micro: east * 10 }
}

pub(crate) fn hours(from: u32, until: u32) -> DailyHours {
    DailyHours { from: TimeOfDay(from * 3600), until: TimeOfDay(until * 3600) }
}

pub(crate) fn region(couriers: u16, pickers: u16) -> Region {
    let capacity = Load { mass: Grams(20_000), volume: Milliliters(80_000) };
    let courier = |number: u16| Courier {
        key: format!("c{number}"),
        name: format!("Courier {number}"),
        profile: Profile::Car,
        home: Some(StoreId(0)),
        start: door(0, 0),
        capacity,
        shifts: vec![hours(8, 22)],
    };
    Region {
        key: "test".to_owned(),
        name: "Test".to_owned(),
        time_zone: UTC,
        currency: "RUB".to_owned(),
        policy: Policy {
            express: Seconds::minutes(120),
            safety: Seconds::minutes(4),
            window: Seconds::minutes(60),
            scheduled_days: 2,
            lead: Seconds::minutes(60),
            offer: Seconds::minutes(15),
            hold: Seconds::minutes(10),
            lock: Seconds::minutes(3),
            delivery: hours(9, 22),
            picking_base: Seconds(120),
            picking_item: Seconds(20),
            handover: Seconds(60),
            pick_ahead: Seconds::minutes(90),
            loading: Seconds(120),
            door: Seconds(180),
            wait: Seconds::minutes(8),
            fees: Fees {
                express: MinorUnits(19_900),
                scheduled: MinorUnits(9_900),
                pickup: MinorUnits(0),
            },
            costs: Costs { courier_hour: MinorUnits(45_000), kilometer: MinorUnits(900) },
            variation: Variation::default(),
            on_time_floor: 0.0,
            sale: SaleRules::default(),
        },
        stores: vec![Store {
            key: "center".to_owned(),
            name: "Center".to_owned(),
            location: door(0, 0),
            hours: hours(8, 22),
            pickers: vec![Pickers { hours: hours(8, 22), count: pickers }],
            out_of_stock: Classes::NONE,
        }],
        couriers: (0..couriers).map(courier).collect(),
        zones: vec![],
    }
}

pub(crate) fn at(hour: i64, minute: i64) -> Timestamp {
    Timestamp(1_700_006_400) + Seconds::hours(hour) + Seconds::minutes(minute)
}

pub(crate) struct World {
    pub(crate) planner: Planner,
    pub(crate) records: Vec<Record>,
    pub(crate) offers: u128,
}

impl World {
    pub(crate) fn new(couriers: u16, pickers: u16) -> Self {
        Self::of(region(couriers, pickers))
    }

    pub(crate) fn of(region: Region) -> Self {
        let mut world = Self { planner: Planner::new(), records: vec![], offers: 0 };
        world.tell(at(8, 0), Command::Configure(Box::new(region))).expect("a fresh region");
        world
    }

    pub(crate) fn tell(
        &mut self,
        now: Timestamp,
        command: impl Into<Request>,
    ) -> Result<String, String> {
        let request = command.into();
        for place in self.planner.missing_places(&request) {
            self.planner.learn(&RightAngles, place).map_err(|error| error.to_string())?;
        }
        let decision = self.planner.decide(now, &request).map_err(|refusal| refusal.to_string())?;
        for event in decision.events {
            let record = Record { at: now, event };
            self.planner.apply(&record);
            self.records.push(record);
            if self.planner.legs_are_stale() {
                self.planner.learn_live_places(&RightAngles);
            }
        }
        Ok(format!("{:?}{}", decision.outcome, if decision.replayed { " again" } else { "" }))
    }

    pub(crate) fn ask(&self, now: Timestamp, place: Coordinate) -> Vec<OfferTerms> {
        self.ask_for(now, wish(place))
    }

    pub(crate) fn ask_for(&self, now: Timestamp, wish: Wish) -> Vec<OfferTerms> {
        let view = self.planner.view(now);
        let live = view.live.as_ref().expect("configured");
        let quote = told(&view, now, wish);
        let terms = |offer: &crate::offers::offer::Offer| OfferTerms {
            offer: OfferId(self.offers),
            expires: now + live.region.policy.offer,
            wish,
            slot: offer.slot,
            fee: offer.fee,
            session: None,
        };
        quote.offers.iter().map(terms).collect()
    }

    pub(crate) fn express(&mut self, now: Timestamp, place: Coordinate) -> Option<OfferTerms> {
        self.offers += 1;
        self.ask(now, place).into_iter().find(|terms| terms.slot.kind == SlotKind::Express)
    }

    pub(crate) fn hold(&mut self, now: Timestamp, place: Coordinate) -> String {
        let Some(terms) = self.express(now, place) else { return "no offer".to_owned() };
        let held = self.tell(now, Command::Hold { terms, replaces: None });
        held.unwrap_or_else(|refusal| refusal)
    }
}

/// What a customer is told.
pub(crate) fn told(view: &View, now: Timestamp, wish: Wish) -> Quote {
    let live = view.live.as_ref().expect("configured");
    let row = live.ground.legs.0.row(&RightAngles, &[Profile::Car], wish.place);
    quote(&live.ground, &Checkout { wish, now }, row.as_ref(), Effort::Full)
}

pub(crate) fn wish(place: Coordinate) -> Wish {
    let load = Load { mass: Grams(5_000), volume: Milliliters(20_000) };
    Wish {
        place,
        basket: Basket { items: 12, load, picking: None, ..Basket::default() },
        door: Seconds(180),
        buyer: Buyer::default(),
        store: None,
    }
}

#[test]
fn an_order_goes_from_quote_to_door() {
    let mut world = World::new(1, 1);
    let order = OrderId(1);
    let mut story = String::new();
    let mut tell = |world: &mut World, minute: i64, command: Command| {
        let told = world.tell(at(10, minute), command).unwrap_or_else(|refusal| refusal);
        let view = world.planner.view(at(10, minute));
        let arrival =
            view.live.as_ref().and_then(|live| live.outlook.arrivals.get(&order).copied());
        let state = view.state.orders.get(&order).map(|order| order.state);
        let arrival = arrival.map(|at| at.to_utc().format("%H:%M:%S").to_string());
        writeln!(story, "10:{minute:02} {told}: {state:?}, at the door {arrival:?}").unwrap();
    };
    let terms = world.express(at(10, 0), door(600, 300)).expect("an empty city has room");
    let report =
        |report: CourierReport| Command::Courier { courier: CourierId(0), report, position: None };
    tell(&mut world, 0, Command::Hold { terms, replaces: None });
    tell(&mut world, 1, Command::Book { order, reference: Some("shop-1".to_owned()) });
    tell(&mut world, 1, report(CourierReport::OnDuty));
    tell(&mut world, 2, Command::Picking { order, report: PickingReport::Started });
    tell(&mut world, 8, Command::Picking { order, report: PickingReport::Done });
    tell(&mut world, 9, report(CourierReport::Departed));
    let orders = vec![order];
    tell(&mut world, 17, report(CourierReport::TripStarted { store: StoreId(0), orders }));
    tell(&mut world, 19, report(CourierReport::Departed));
    tell(&mut world, 20, Command::Cancel(order));
    tell(&mut world, 35, report(CourierReport::Arrived(order)));
    tell(&mut world, 38, report(CourierReport::Delivered(order)));
    tell(&mut world, 53, report(CourierReport::Back));
    insta::assert_snapshot!(story);
}

#[test]
fn a_plan_refuses_what_it_cannot_keep() {
    // Each door is fifty minutes away, on another side, but for the last.
    let mut world = World::new(1, 4);
    let doors = [door(3000, 0), door(-3000, 0), door(0, 3000), door(3100, 0)];
    let story: Vec<String> = doors.iter().map(|&door| world.hold(at(10, 0), door)).collect();
    insta::assert_snapshot!(story.join("; "), @"Order(OrderId(1)); no offer; no offer; Order(OrderId(2))");
}

#[test]
fn pickers_are_part_of_the_promise() {
    let mut world = World::new(20, 1);
    let story: Vec<String> =
        (0..20).map(|number| world.hold(at(10, 0), door(300 + number, 0))).collect();
    let held = story.iter().filter(|line| line.starts_with("Order")).count();
    insta::assert_snapshot!(format!("{held} held; last: {}", story[19]), @"16 held; last: no offer");
}

#[test]
fn a_hold_lapses_once_and_its_place_is_free_again() {
    let mut world = World::new(1, 1);
    let mut story =
        vec![world.hold(at(10, 0), door(3000, 0)), world.hold(at(10, 0), door(-3000, 0))];
    story.push(world.tell(at(10, 10), Command::Tick).unwrap());
    story.push(world.tell(at(10, 11), Command::Tick).unwrap());
    let order = OrderId(1);
    story.push(world.tell(at(10, 12), Command::Book { order, reference: None }).unwrap_err());
    story.push(world.hold(at(10, 12), door(-3000, 0)));
    story.push(format!("{} events", world.records.len()));
    insta::assert_snapshot!(story.join("; "), @"Order(OrderId(1)); no offer; Done; Done; hold H1 has expired or was given back; Order(OrderId(2)); 6 events");
}

#[test]
fn a_retry_is_told_the_same_and_another_request_is_not() {
    let mut world = World::new(1, 1);
    let terms = world.express(at(10, 0), door(100, 0)).expect("an offer");
    let request = |fingerprint| Request {
        command: Command::Hold { terms: terms.clone(), replaces: None },
        key: Some(RequestKey { key: "k".to_owned(), fingerprint }),
    };
    let mut tell = |request| world.tell(at(10, 1), request).unwrap_or_else(|refusal| refusal);
    let story = [tell(request(1)), tell(request(1)), tell(request(2))];
    let used = tell(Command::Hold { terms: terms.clone(), replaces: None }.into());
    insta::assert_snapshot!(format!("{}; {used}", story.join("; ")), @r#"Order(OrderId(1)); Order(OrderId(1)) again; the key "k" came with a different request before; the offer was already taken by hold H1"#);
}

#[test]
fn replay_equals_state() {
    let mut world = World::new(2, 2);
    for number in 0..10 {
        world.hold(at(10, number), door(200 * i32::try_from(number).unwrap(), 300));
    }
    world.tell(at(10, 12), Command::Tick).unwrap();
    let mut replayed = Planner::new();
    for record in &world.records {
        replayed.apply(record);
    }
    assert_eq!(replayed.state(), world.planner.state());
    replayed.learn_live_places(&RightAngles);
    let (ours, theirs) = (world.planner.view(at(10, 13)), replayed.view(at(10, 13)));
    let outlook = |view: &Arc<View>| view.live.as_ref().map(|live| Arc::clone(&live.outlook));
    assert_eq!(outlook(&ours), outlook(&theirs));
}

/// Orders on both sides of the store, asked for in an order that mixes them up.
fn mixed_up() -> World {
    let mut world = World::new(3, 6);
    for number in 0..12 {
        let side = if number % 2 == 0 { 1 } else { -1 };
        world.hold(at(10, 0), door(side * (600 + 90 * number), 70 * (number % 5)));
        let reference = None;
        let order = OrderId(u64::try_from(number).unwrap() + 1);
        world.tell(at(10, 0), Command::Book { order, reference }).unwrap();
    }
    world
}

fn better_plan(world: &World, now: Timestamp) -> Command {
    let view = world.planner.view(now);
    let budget = Budget::Iterations(3_000);
    let settings = ImproveSettings { seed: 7, threads: 1, budget };
    let proposal = propose(&view, &settings, &|_| false).expect("there are trips to improve");
    assert!(!proposal.changes.is_empty(), "a mixed-up plan can be improved");
    Command::Adopt { base: proposal.base, changes: proposal.changes }
}

/// How many orders are planned, how many of them late, and what the routes cost.
fn promises(world: &World, now: Timestamp) -> (usize, usize, i64) {
    let view = world.planner.view(now);
    let live = view.live.as_ref().expect("configured");
    let cost: i64 = live.ground.routes.iter().map(crate::solver::route::Route::cost).sum();
    let arrivals = &live.outlook.arrivals;
    let late = view.state.orders.values().filter(|order| {
        !order.state.is_final()
            && arrivals.get(&order.id).is_none_or(|&at| at > order.slot.window.closes())
    });
    (arrivals.len(), late.count(), cost)
}

#[test]
fn a_better_plan_is_taken_over_and_keeps_every_promise() {
    let mut world = mixed_up();
    let now = at(10, 1);
    let before = promises(&world, now);
    let better = better_plan(&world, now);
    world.tell(now, better.clone()).unwrap();
    let again = world.tell(now, better).unwrap_err();
    let after = promises(&world, now);
    assert_eq!((after.0, after.1), (12, 0));
    assert!(after.2 < before.2, "{} is no better than {}", after.2, before.2);
    assert_eq!(again, "the plan has moved on");
}

#[test]
fn a_better_plan_is_brought_up_to_date_with_what_was_booked_and_cancelled_since() {
    let mut world = mixed_up();
    let now = at(10, 1);
    let better = better_plan(&world, now);
    world.tell(now, Command::Cancel(OrderId(4))).unwrap();
    world.hold(now, door(650, 100));
    let before = promises(&world, now);
    world.tell(now, better).unwrap();
    let after = promises(&world, now);
    assert_eq!((after.0, after.1), (12, 0));
    assert!(after.2 < before.2, "{} is no better than {}", after.2, before.2);
}

#[test]
fn a_plan_that_would_lose_an_order_or_make_it_late_is_stale() {
    let mut world = mixed_up();
    let now = at(10, 1);
    let Command::Adopt { base, changes } = better_plan(&world, now) else { unreachable!() };
    // All on one courier: shorter for the others, late for nearly everybody.
    let mut all = changes.clone();
    let orders: Vec<OrderId> = (1..=12).map(OrderId).collect();
    for change in &mut all {
        change.trips.clear();
    }
    all[0].trips = vec![crate::model::plan::Trip { store: StoreId(0), orders }];
    let refused = world.tell(now, Command::Adopt { base, changes: all }).unwrap_err();
    insta::assert_snapshot!(refused, @"the plan has moved on");
}
