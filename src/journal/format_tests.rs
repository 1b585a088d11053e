use chrono::NaiveDate;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::string::string_regex;

use crate::journal::format::{FormatError, decode, encode};
use crate::model::basket::{Basket, Load};
use crate::model::ids::{CourierId, OfferId, OrderId, RouteId, StoreId};
use crate::model::order::Wish;
use crate::model::place::{Coordinate, Profile};
use crate::model::plan::Trip;
use crate::model::policy::{Costs, Fees, Policy};
use crate::model::region::{Courier, DailyHours, Pickers, Region, Store, TimeOfDay, Zone};
use crate::model::sale::{Buyer, ChannelId, Classes, SaleRules, TierId};
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use crate::model::variation::Variation;
use crate::planner::event::{
    CourierReport, Event, PickingReport, Placement, Release, RequestKey, RouteChange,
};

/// Bodies as version 1 stored them, one a line, in the order of [`one_of_each`].
const STORED_V1: &str = include_str!("fixtures/events_v1.jsonl");

/// The same of version 2.
const STORED_V2: &str = include_str!("fixtures/events_v2.jsonl");

#[test]
fn bodies_stored_in_version_1_are_read() {
    let stored: Vec<&str> = STORED_V1.lines().collect();
    // Later versions have more kinds of events, which come last.
    let expected = one_of_each();
    assert_eq!(stored.len(), 23, "later events are of later versions");
    for (body, event) in stored.into_iter().zip(expected) {
        assert_eq!(decode(body.as_bytes()).unwrap(), event, "{body}");
    }
}

#[test]
fn version_2_is_written_as_it_always_was() {
    let written: Vec<String> =
        one_of_each().iter().map(|event| String::from_utf8(encode(event)).unwrap()).collect();
    assert_eq!(written.join("\n"), STORED_V2.trim_end());
}

#[test]
fn a_later_version_is_named() {
    let error = decode(br#"{"v":3,"event":{"Teleported":{"order":7}},"checksum":5}"#).unwrap_err();
    insta::assert_snapshot!(
        error,
        @"stored in version 3, and this program knows versions up to 2"
    );
}

#[test]
fn a_later_version_of_the_same_spelling_is_still_refused() {
    let error = decode(br#"{"v":9,"event":{"Cancelled":7}}"#).unwrap_err();
    assert!(matches!(error, FormatError::UnknownVersion { found: 9 }), "{error}");
}

#[test]
fn damaged_bodies_are_malformed() {
    let whole = encode(&Event::Cancelled(OrderId(7)));
    for length in 0..whole.len() {
        let error = decode(&whole[..length]).unwrap_err();
        assert!(matches!(error, FormatError::Malformed(_)), "{length} bytes: {error}");
    }
}

#[test]
fn a_body_with_more_than_the_event_is_malformed() {
    let error = decode(br#"{"v":1,"event":{"Cancelled":7},"by":"somebody"}"#).unwrap_err();
    insta::assert_snapshot!(
        format!("{:#}", anyhow::Error::new(error)),
        @"not a stored event: unknown field `by`, expected `v` or `event` at line 1 column 35"
    );
}

proptest! {
    #[test]
    fn what_is_encoded_decodes_to_itself(event in any_event()) {
        prop_assert_eq!(decode(&encode(&event)).unwrap(), event);
    }
}

/// Every kind of event, and inside them every kind of report, placement and release.
fn one_of_each() -> Vec<Event> {
    let held = |number: u64, placement, session: Option<&str>, key| Event::Held {
        order: OrderId(number),
        offer: OfferId(u128::MAX - u128::from(number)),
        offer_expires: Timestamp(1_795_000_900),
        wish: wish(12, Some(Seconds(240))),
        slot: slot(SlotKind::Express),
        fee: MinorUnits(19_900),
        expires: Timestamp(1_795_000_600),
        session: session.map(str::to_owned),
        placement,
        key,
    };
    let key = RequestKey { key: "tab-7/\"1\"".into(), fingerprint: 1 << 100 };
    let picking = |report| Event::Picking { order: OrderId(1), report };
    let courier = |report, position| Event::Courier {
        courier: CourierId(3),
        route: RouteId(70_000),
        report,
        position,
    };
    let here = Some(place());
    let trip = Trip { store: StoreId(0), orders: vec![OrderId(1), OrderId(2)] };
    let mut events = vec![
        Event::Configured(Box::new(region(2))),
        Event::DayOpened(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()),
        held(1, Placement::Store, None, None),
        held(2, Placement::NewTrip { route: RouteId(4), trip: 1 }, Some("s"), None),
        held(
            3,
            Placement::Trip { route: RouteId(4), trip: 1, position: 2 },
            None,
            Some(key.clone()),
        ),
        Event::Released { order: OrderId(1), release: Release::Expired },
        Event::Released { order: OrderId(1), release: Release::Freed },
        Event::Released { order: OrderId(1), release: Release::Exchanged },
        Event::Booked { order: OrderId(2), reference: Some("№ 17".into()), key: Some(key) },
        Event::Booked { order: OrderId(3), reference: None, key: None },
        Event::Cancelled(OrderId(2)),
        picking(PickingReport::Started),
        picking(PickingReport::Done),
        picking(PickingReport::Collected),
        courier(CourierReport::OnDuty, here),
        courier(CourierReport::TripStarted { store: StoreId(1), orders: vec![OrderId(3)] }, None),
        courier(CourierReport::Departed, None),
        courier(CourierReport::Arrived(OrderId(3)), here),
        courier(CourierReport::Delivered(OrderId(3)), None),
        courier(CourierReport::Failed(OrderId(3)), None),
        courier(CourierReport::Back, None),
        courier(CourierReport::OffDuty, None),
        Event::Adopted {
            changes: vec![RouteChange { route: RouteId(4), trips: vec![trip] }],
            saved: -12,
        },
        Event::Stocked { store: StoreId(1), out_of_stock: Classes(5) },
    ];
    events.extend(changes_of_orders());
    events
}

/// What became known with version 2.
fn changes_of_orders() -> Vec<Event> {
    let again = RequestKey { key: "tab-8".into(), fingerprint: 8 };
    let trip = Trip { store: StoreId(0), orders: vec![OrderId(1), OrderId(2)] };
    vec![
        Event::Amended {
            order: OrderId(2),
            basket: wish(13, None).basket,
            placement: None,
            key: None,
        },
        Event::Amended {
            order: OrderId(2),
            basket: wish(14, Some(Seconds(240))).basket,
            placement: Some(Placement::NewTrip { route: RouteId(4), trip: 1 }),
            key: Some(again.clone()),
        },
        Event::Rescheduled {
            order: OrderId(2),
            offer: OfferId(7),
            offer_expires: Timestamp(1_795_000_900),
            slot: slot(SlotKind::Scheduled),
            fee: MinorUnits(9_900),
            placement: Placement::Trip { route: RouteId(4), trip: 0, position: 1 },
            key: None,
        },
        Event::Answered {
            key: again,
            order: OrderId(2),
            answer: r#"{"order":"O2","reference":"№ 17"}"#.into(),
        },
        Event::Reassigned { changes: vec![RouteChange { route: RouteId(4), trips: vec![trip] }] },
    ]
}

fn place() -> Coordinate {
    Coordinate::from_degrees(-30.034_647, -51.217_658).unwrap()
}

fn wish(items: u32, picking: Option<Seconds>) -> Wish {
    let load = Load { mass: Grams(5_400), volume: Milliliters(16_000) };
    Wish {
        place: place(),
        basket: Basket { items, load, picking, ..Basket::default() },
        door: Seconds(180),
        buyer: Buyer::default(),
        store: None,
    }
}

fn slot(kind: SlotKind) -> Slot {
    let window = TimeWindow::new(Timestamp(1_795_000_000), Timestamp(1_795_007_200)).unwrap();
    Slot { kind, store: StoreId(1), window }
}

/// A region with `count` stores and couriers.
fn region(count: u16) -> Region {
    let hours = DailyHours { from: TimeOfDay(8 * 3600), until: TimeOfDay(86_400) };
    let pickers = vec![Pickers { hours, count: 3 }];
    let store = |number: u16| Store {
        key: format!("store-{number}"),
        name: format!("Store №{number}"),
        location: place(),
        hours,
        pickers: pickers.clone(),
        out_of_stock: Classes::NONE,
    };
    let courier = |number: u16| Courier {
        key: format!("c{number:02}"),
        name: "Ada".into(),
        profile: Profile::ALL[usize::from(number) % 3],
        home: (number.is_multiple_of(2)).then_some(StoreId(0)),
        start: place(),
        capacity: Load { mass: Grams(15_000), volume: Milliliters(40_000) },
        shifts: vec![hours],
    };
    let cell = "88a90cdb2bfffff".parse().unwrap();
    Region {
        key: "demo".into(),
        name: "Démo".into(),
        time_zone: chrono_tz::Europe::Moscow,
        currency: "RUB".into(),
        policy: policy(hours),
        stores: (0..count).map(store).collect(),
        couriers: (0..count).map(courier).collect(),
        zones: vec![Zone {
            name: "center".into(),
            cells: vec![cell].into(),
            stores: vec![StoreId(0)],
        }],
    }
}

fn policy(delivery: DailyHours) -> Policy {
    Policy {
        express: Seconds::minutes(120),
        safety: Seconds::minutes(3),
        window: Seconds::minutes(60),
        scheduled_days: 2,
        lead: Seconds::minutes(90),
        offer: Seconds::minutes(15),
        hold: Seconds::minutes(10),
        lock: Seconds::minutes(5),
        delivery,
        picking_base: Seconds(60),
        picking_item: Seconds(12),
        handover: Seconds(60),
        pick_ahead: Seconds::minutes(90),
        loading: Seconds(120),
        door: Seconds(180),
        wait: Seconds::minutes(10),
        fees: Fees {
            express: MinorUnits(19_900),
            scheduled: MinorUnits(9_900),
            pickup: MinorUnits::ZERO,
        },
        costs: Costs { courier_hour: MinorUnits(45_000), kilometer: MinorUnits(900) },
        variation: Variation::default(),
        on_time_floor: 0.0,
        sale: SaleRules::default(),
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0u16..4).prop_map(|count| Event::Configured(Box::new(region(count)))),
        any_held(),
        (any::<u64>(), any_text(), any_key()).prop_map(|(order, reference, key)| {
            Event::Booked { order: OrderId(order), reference, key }
        }),
        any_courier(),
        (vec(any_change(), 0..4), any::<i64>())
            .prop_map(|(changes, saved)| Event::Adopted { changes, saved }),
        proptest::sample::select(one_of_each()),
    ]
}

fn any_held() -> impl Strategy<Value = Event> {
    let terms = (any::<u64>(), any::<u128>(), any_instant(), any_instant(), any::<i64>());
    let wanted = (any_place(), any::<u32>(), option::of(any::<i64>()), any_window());
    let sale = (option::of(any::<i64>()), any::<u32>(), any::<u8>(), any::<u8>());
    let rest = (any_text(), any_placement(), any_key());
    (terms, wanted, sale, rest).prop_map(|(terms, wanted, sale, rest)| {
        let (order, offer, offer_expires, expires, fee) = terms;
        let (place, items, picking, window) = wanted;
        let (value, classes, tier, channel) = sale;
        let (session, placement, key) = rest;
        let mut wish = Wish { place, ..wish(items, picking.map(Seconds)) };
        wish.basket.value = value.map(MinorUnits);
        wish.basket.classes = Classes(classes);
        wish.buyer = Buyer { tier: TierId(tier), channel: ChannelId(channel) };
        Event::Held {
            order: OrderId(order),
            offer: OfferId(offer),
            offer_expires,
            wish,
            slot: Slot { window, ..slot(SlotKind::Scheduled) },
            fee: MinorUnits(fee),
            expires,
            session,
            placement,
            key,
        }
    })
}

fn any_courier() -> impl Strategy<Value = Event> {
    let report = prop_oneof![
        any::<u64>().prop_map(|order| CourierReport::Arrived(OrderId(order))),
        (any::<u16>(), vec(any::<u64>(), 0..5)).prop_map(|(store, orders)| {
            let orders = orders.into_iter().map(OrderId).collect();
            CourierReport::TripStarted { store: StoreId(store), orders }
        }),
        Just(CourierReport::OffDuty),
    ];
    (any::<u16>(), any::<u32>(), report, option::of(any_place())).prop_map(
        |(courier, route, report, position)| Event::Courier {
            courier: CourierId(courier),
            route: RouteId(route),
            report,
            position,
        },
    )
}

fn any_change() -> impl Strategy<Value = RouteChange> {
    let trip = (any::<u16>(), vec(any::<u64>(), 0..5)).prop_map(|(store, orders)| Trip {
        store: StoreId(store),
        orders: orders.into_iter().map(OrderId).collect(),
    });
    (any::<u32>(), vec(trip, 0..4))
        .prop_map(|(route, trips)| RouteChange { route: RouteId(route), trips })
}

fn any_placement() -> impl Strategy<Value = Placement> {
    prop_oneof![
        Just(Placement::Store),
        (any::<u32>(), any::<u16>(), any::<u16>()).prop_map(|(route, trip, position)| {
            Placement::Trip { route: RouteId(route), trip, position }
        }),
        (any::<u32>(), any::<u16>())
            .prop_map(|(route, trip)| Placement::NewTrip { route: RouteId(route), trip }),
    ]
}

fn any_key() -> impl Strategy<Value = Option<RequestKey>> {
    let text = string_regex(".{0,20}").expect("a valid pattern");
    option::of((text, any::<u128>()).prop_map(|(key, fingerprint)| RequestKey { key, fingerprint }))
}

fn any_text() -> impl Strategy<Value = Option<String>> {
    option::of(string_regex("(?s).{0,20}").expect("a valid pattern"))
}

fn any_instant() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp)
}

fn any_window() -> impl Strategy<Value = TimeWindow> {
    (any_instant(), any_instant()).prop_map(|(opens, closes)| TimeWindow::spanning(opens, closes))
}

fn any_place() -> impl Strategy<Value = Coordinate> {
    (any::<i32>(), any::<i32>()).prop_map(|(latitude_micro, longitude_micro)| Coordinate {
        latitude_micro,
        longitude_micro,
    })
}
