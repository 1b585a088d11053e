use std::sync::Arc;
use std::thread;

use crate::journal::Journal;
use crate::journal::memory::MemoryJournal;
use crate::model::basket::{Basket, Load};
use crate::model::ids::{CourierId, OfferId, OrderId, StoreId};
use crate::model::order::{OrderState, Wish};
use crate::model::place::{Coordinate, Profile};
use crate::model::policy::{Costs, Fees, Policy};
use crate::model::region::{Courier, DailyHours, Pickers, Region, Store, TimeOfDay};
use crate::model::sale::{Buyer, Classes, SaleRules};
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::travel_matrix::{Leg, Travel};
use crate::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use crate::model::variation::Variation;
use crate::planner::command::{Command, OfferTerms, Outcome, Refusal, Request};
use crate::planner::event::{CourierReport, RequestKey};
use crate::runtime::failing_journals::{Fault, Faulty, Gate};
use crate::runtime::startup::{self, Running};
use crate::runtime::wall_clock::Pace;
use crate::runtime::writer::{Answer, CommandError, QUEUE_MAX, WriterHandle};

/// Noon in Moscow.
const NOON: Timestamp = Timestamp(1_795_338_000);

#[test]
fn what_is_answered_is_durable_and_published() {
    let journal = MemoryJournal::default();
    let region = start(journal.clone());
    let mut published = region.writer.subscribe();
    let before = region.writer.view().sequence;

    let answer = region.writer.execute_blocking(hold(1)).unwrap();

    assert_eq!((answer.outcome, answer.replayed), (Outcome::Order(OrderId(1)), false));
    assert_eq!(answer.view.state.orders[&OrderId(1)].state, OrderState::Held);
    assert_eq!(region.writer.view().sequence, answer.view.sequence);
    let news = published.try_recv().unwrap();
    assert_eq!(news.sequence, answer.view.sequence);
    assert_eq!(journal.tail(before, 10).unwrap(), *news.records);
}

#[test]
fn a_region_starts_again_as_it_was() {
    let journal = MemoryJournal::default();
    let region = start(journal.clone());
    region.writer.execute_blocking(hold(1)).unwrap();
    region.writer.execute_blocking(book(1)).unwrap();
    let before = region.writer.view();
    region.thread.stop();

    let again = start(journal);
    assert_eq!(again.writer.view().state, before.state);
    assert_eq!(number(again.writer.execute_blocking(hold(2))), 2);
}

#[test]
fn settings_that_cannot_take_over_are_refused() {
    let journal = MemoryJournal::default();
    start(journal.clone()).thread.stop();
    let mut fewer = region();
    fewer.couriers.pop();
    let refused = startup::start(Box::new(journal), fewer, Arc::new(Plane), pace()).unwrap_err();
    insta::assert_snapshot!(
        refused,
        @"the settings cannot be changed: stores and couriers may be added at the end of their lists and changed, but neither removed nor reordered"
    );
}

#[test]
fn nothing_is_done_that_is_not_durable() {
    let (journal, faults) = Faulty::new();
    let region = start(journal);
    let before = region.writer.view();

    faults.set(Fault::BeforeWriting);
    for _ in 0..3 {
        let failed = region.writer.execute_blocking(hold(1)).unwrap_err();
        assert_eq!(failed, CommandError::StorageFailed);
        assert!(!region.writer.is_ready());
    }
    assert_eq!(region.writer.view().state, before.state, "readers see what they saw");

    faults.set(Fault::None);
    assert_eq!(number(region.writer.execute_blocking(hold(1))), 1, "the offer was not used up");
    assert!(region.writer.is_ready());
}

#[test]
fn a_group_that_was_written_though_it_failed_is_found() {
    let (journal, faults) = Faulty::new();
    let region = start(journal);
    let request = Request { key: Some(key("k")), ..hold(1) };

    faults.set(Fault::AfterWriting);
    let failed = region.writer.execute_blocking(request.clone()).unwrap_err();
    assert_eq!(failed, CommandError::StorageFailed);

    faults.set(Fault::None);
    let retried = region.writer.execute_blocking(request).unwrap();
    assert_eq!((retried.outcome, retried.replayed), (Outcome::Order(OrderId(1)), true));
    assert_eq!(retried.view.state.orders.len(), 1);
    assert_eq!(retried.view.state.totals.held, 1);
}

#[test]
fn readers_are_served_while_the_journal_cannot_even_be_read() {
    let (journal, faults) = Faulty::new();
    let region = start(journal);
    region.writer.execute_blocking(hold(1)).unwrap();
    let before = region.writer.view();

    faults.set(Fault::Always);
    for offer in 2..5 {
        let failed = region.writer.execute_blocking(hold(offer)).unwrap_err();
        assert_eq!(failed, CommandError::StorageFailed);
    }
    assert_eq!(region.writer.view().state, before.state);
    assert!(!region.writer.is_ready());

    faults.set(Fault::None);
    assert_eq!(number(region.writer.execute_blocking(hold(2))), 2);
}

#[test]
fn of_two_writers_on_one_journal_each_takes_over_what_the_other_wrote() {
    let journal = MemoryJournal::default();
    let (east, west) = (start(journal.clone()), start(journal.clone()));
    for offer in 1..=10 {
        let writer = if offer % 2 == 0 { &east.writer } else { &west.writer };
        assert_eq!(u128::from(number(writer.execute_blocking(hold(offer)))), offer);
    }
    assert_eq!(east.writer.view().state.totals.held, 10);
}

#[test]
fn an_offer_is_taken_once_by_racing_writers() {
    let journal = MemoryJournal::default();
    let (east, west) = (start(journal.clone()), start(journal));
    for offer in 1..=20 {
        let take = |writer: &WriterHandle| writer.execute_blocking(hold(offer));
        let taken = thread::scope(|scope| {
            let others = scope.spawn(|| take(&east.writer));
            [take(&west.writer), others.join().unwrap()]
        });
        let won = taken.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(won, 1, "{taken:?}");
        let lost = taken.into_iter().find_map(Result::err).unwrap();
        assert!(matches!(lost, CommandError::Refused(Refusal::OfferUsed(_))), "{lost}");
    }
}

#[test]
fn requests_that_wait_share_the_next_sync() {
    let gate = Gate::default();
    let region = start(gate.clone());
    let syncs = gate.close();
    let first = region.writer.enqueue(hold(1)).unwrap();
    assert_eq!(syncs.wait_for_one(), 1);
    let others: Vec<_> =
        (2..=20).map(|offer| region.writer.enqueue(hold(offer)).unwrap()).collect();
    syncs.let_through();
    assert_eq!(syncs.wait_for_one(), 19);
    drop(syncs);
    for answer in [first].into_iter().chain(others) {
        answer.blocking_recv().unwrap().unwrap();
    }
}

#[test]
fn a_key_is_in_flight_until_its_request_is_answered() {
    let gate = Gate::default();
    let region = start(gate.clone());
    let syncs = gate.close();
    let keyed = || Request { key: Some(key("k")), ..hold(1) };
    let first = region.writer.enqueue(keyed()).unwrap();
    syncs.wait_for_one();
    let second = region.writer.enqueue(keyed()).unwrap_err();
    assert_eq!(second, CommandError::InFlight("k".to_owned()));
    drop(syncs);
    first.blocking_recv().unwrap().unwrap();
    assert!(region.writer.execute_blocking(keyed()).unwrap().replayed);
}

#[test]
fn a_full_queue_is_busy() {
    let gate = Gate::default();
    let region = start(gate.clone());
    let syncs = gate.close();
    let first = region.writer.enqueue(hold(1)).unwrap();
    syncs.wait_for_one();
    let waiting: Vec<_> = (0..QUEUE_MAX).map(|_| region.writer.enqueue(tick()).unwrap()).collect();
    assert_eq!(region.writer.execute_blocking(tick()).unwrap_err(), CommandError::Busy);
    drop(syncs);
    for answer in [first].into_iter().chain(waiting) {
        answer.blocking_recv().unwrap().unwrap();
    }
}

#[test]
fn what_waits_is_done_before_the_writer_stops() {
    let region = start(MemoryJournal::default());
    let answers: Vec<_> =
        (1..=5).map(|offer| region.writer.enqueue(hold(offer)).unwrap()).collect();
    region.thread.stop();
    for answer in answers {
        answer.blocking_recv().unwrap().unwrap();
    }
    assert_eq!(region.writer.execute_blocking(tick()).unwrap_err(), CommandError::Stopped);
    assert!(!region.writer.is_ready());
}

#[test]
fn a_place_without_a_road_is_refused_but_a_report_from_there_counts() {
    let region = start(MemoryJournal::default());
    let mut request = hold(1);
    if let Command::Hold { terms, .. } = &mut request.command {
        terms.wish.place = ISLAND;
    }
    let refused = region.writer.execute_blocking(request).unwrap_err();
    assert_eq!(refused, CommandError::Refused(Refusal::Unreachable));

    let courier = CourierId(0);
    let report = CourierReport::OnDuty;
    let report = Command::Courier { courier, report, position: Some(ISLAND) };
    let view = region.writer.execute_blocking(report).unwrap().view;
    assert_eq!(view.state.couriers[&courier].position, store_place());
}

#[test]
fn a_request_on_which_the_planner_fails_harms_no_other() {
    let region = start(MemoryJournal::default());
    region.writer.execute_blocking(hold(1)).unwrap();
    let before = region.writer.view();
    let mut request = hold(2);
    if let Command::Hold { terms, .. } = &mut request.command {
        terms.wish.place = ABYSS;
    }
    let failed = region.writer.execute_blocking(request).unwrap_err();
    assert_eq!(failed, CommandError::PlannerFailed);
    assert_eq!(region.writer.view().state, before.state);
    assert_eq!(number(region.writer.execute_blocking(hold(2))), 2);
}

/// Where no road leads.
const ISLAND: Coordinate = Coordinate { latitude_micro: 55_000_000, longitude_micro: 37_000_000 };
/// Where asking for a road ends in a panic.
const ABYSS: Coordinate = Coordinate { latitude_micro: 55_100_000, longitude_micro: 37_000_000 };

/// Forty micro-degrees a second, along the axes.
struct Plane;

impl Travel for Plane {
    fn leg(&self, _: Profile, from: Coordinate, to: Coordinate) -> Option<Leg> {
        assert!(from != ABYSS && to != ABYSS, "this test's abyss");
        let apart = from.latitude_micro.abs_diff(to.latitude_micro)
            + from.longitude_micro.abs_diff(to.longitude_micro);
        let drive_seconds = i32::try_from(apart / 40).ok()?;
        let joined = (from == ISLAND) == (to == ISLAND);
        joined.then_some(Leg { drive_seconds, distance_meters: drive_seconds * 4 })
    }

    fn path(&self, _: Profile, from: Coordinate, to: Coordinate) -> Vec<Coordinate> {
        vec![from, to]
    }

    fn name(&self) -> &'static str {
        "plane"
    }
}

fn start(journal: impl Journal + 'static) -> Running {
    startup::start(Box::new(journal), region(), Arc::new(Plane), pace()).unwrap()
}

/// Stands still.
fn pace() -> Pace {
    Pace::Scaled { origin: NOON, speed: 0.0 }
}

fn number(answer: Result<Answer, CommandError>) -> u64 {
    let Outcome::Order(OrderId(number)) = answer.unwrap().outcome else { panic!("an order") };
    number
}

fn tick() -> Request {
    Command::Tick.into()
}

fn book(order: u64) -> Request {
    Command::Book { order: OrderId(order), reference: None }.into()
}

fn key(key: &str) -> RequestKey {
    RequestKey { key: key.to_owned(), fingerprint: 7 }
}

/// Takes an offer for a pickup this evening.
fn hold(offer: u128) -> Request {
    let load = Load { mass: Grams(500), volume: Milliliters(900) };
    let basket = Basket { items: 3, load, picking: None, ..Basket::default() };
    let opens = NOON + Seconds::hours(6);
    let window = TimeWindow::new(opens, opens + Seconds::hours(1)).unwrap();
    let terms = OfferTerms {
        offer: OfferId(offer),
        expires: NOON + Seconds::minutes(15),
        wish: Wish {
            place: store_place(),
            basket,
            door: Seconds(120),
            buyer: Buyer::default(),
            store: None,
        },
        slot: Slot { kind: SlotKind::Pickup, store: StoreId(0), window },
        fee: MinorUnits::ZERO,
        session: None,
    };
    Command::Hold { terms, replaces: None }.into()
}

fn store_place() -> Coordinate {
    Coordinate { latitude_micro: 55_750_000, longitude_micro: 37_610_000 }
}

fn region() -> Region {
    let hours = DailyHours { from: TimeOfDay(0), until: TimeOfDay(86_400) };
    let courier = |key: &str| Courier {
        key: key.to_owned(),
        name: key.to_owned(),
        profile: Profile::Bike,
        home: Some(StoreId(0)),
        start: store_place(),
        capacity: Load { mass: Grams(15_000), volume: Milliliters(60_000) },
        shifts: vec![hours],
    };
    Region {
        key: "demo".into(),
        name: "Demo".into(),
        time_zone: chrono_tz::Europe::Moscow,
        currency: "RUB".into(),
        policy: policy(hours),
        stores: vec![Store {
            key: "riverside".into(),
            name: "Riverside".into(),
            location: store_place(),
            hours,
            pickers: vec![Pickers { hours, count: 4 }],
            out_of_stock: Classes::NONE,
        }],
        couriers: vec![courier("c1"), courier("c2")],
        zones: vec![],
    }
}

fn policy(delivery: DailyHours) -> Policy {
    Policy {
        express: Seconds::minutes(120),
        safety: Seconds::minutes(5),
        window: Seconds::minutes(60),
        scheduled_days: 2,
        lead: Seconds::minutes(60),
        offer: Seconds::minutes(15),
        hold: Seconds::minutes(10),
        lock: Seconds::minutes(5),
        delivery,
        picking_base: Seconds(60),
        picking_item: Seconds(12),
        handover: Seconds(60),
        pick_ahead: Seconds::minutes(60),
        loading: Seconds(60),
        door: Seconds(120),
        wait: Seconds::minutes(10),
        fees: Fees {
            express: MinorUnits(19_900),
            scheduled: MinorUnits(9_900),
            pickup: MinorUnits(0),
        },
        costs: Costs { courier_hour: MinorUnits(45_000), kilometer: MinorUnits(900) },
        variation: Variation::default(),
        on_time_floor: 0.0,
        sale: SaleRules::default(),
    }
}
