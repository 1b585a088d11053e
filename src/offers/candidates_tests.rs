use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Weekday};
use chrono_tz::{America, Europe, Tz};
use proptest::prelude::*;

use crate::model::basket::Basket;
use crate::model::ids::{StoreId, ZoneId};
use crate::model::order::Wish;
use crate::model::place::Coordinate;
use crate::model::policy::{Costs, Fees, Policy};
use crate::model::quota::{CountBy, Limits, Reserve, Sold, SoldAs};
use crate::model::region::{DailyHours, Region, Store, TimeOfDay, Zone};
use crate::model::sale::{
    Blackout, Buyer, ChannelId, Classes, CutOff, Days, SaleRules, SlotTemplate, Tier, TierId,
};
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::{MinorUnits, Seconds};
use crate::model::variation::Variation;
use crate::offers::candidates::{OnSale, Shopper, check_sale};
use crate::offers::ground::{Ground, LiveLegs};
use crate::offers::refusal::{Cause, Need};
use crate::solver::problem::Problem;

const MIDDLE: Coordinate = Coordinate { latitude_micro: 52_500_000, longitude_micro: 13_400_000 };
const FAR: Coordinate = Coordinate { latitude_micro: 52_300_000, longitude_micro: 13_000_000 };

fn hours(from: (u32, u32), until: (u32, u32)) -> DailyHours {
    let time = |(hours, minutes): (u32, u32)| TimeOfDay(hours * 3600 + minutes * 60);
    DailyHours { from: time(from), until: time(until) }
}

fn template(from: (u32, u32), until: (u32, u32)) -> SlotTemplate {
    SlotTemplate {
        name: "a slot".to_owned(),
        kind: SlotKind::Scheduled,
        days: Days::ALL,
        hours: hours(from, until),
        lead: Seconds::ZERO,
        cut_off: None,
        stores: vec![],
        zones: vec![],
        fee: None,
        minimum: None,
        limits: Limits::default(),
    }
}

fn policy(sale: SaleRules) -> Policy {
    Policy {
        express: Seconds::hours(2),
        safety: Seconds::ZERO,
        window: Seconds::hours(4),
        scheduled_days: 1,
        lead: Seconds::ZERO,
        offer: Seconds::minutes(15),
        hold: Seconds::minutes(10),
        lock: Seconds::minutes(5),
        delivery: hours((0, 0), (24, 0)),
        picking_base: Seconds(60),
        picking_item: Seconds(10),
        handover: Seconds(60),
        pick_ahead: Seconds::hours(1),
        loading: Seconds(60),
        door: Seconds(60),
        wait: Seconds::ZERO,
        fees: Fees { express: MinorUnits(3), scheduled: MinorUnits(2), pickup: MinorUnits(1) },
        costs: Costs { courier_hour: MinorUnits(1), kilometer: MinorUnits(1) },
        variation: Variation::default(),
        on_time_floor: 0.0,
        sale,
    }
}

/// A region of two stores, both in the zone around the middle and the second in the far one, too.
fn region(time_zone: Tz, sale: SaleRules) -> Region {
    let store = |key: &str| Store {
        key: key.to_owned(),
        name: key.to_owned(),
        location: MIDDLE,
        hours: hours((0, 0), (24, 0)),
        pickers: vec![],
        out_of_stock: Classes::NONE,
    };
    let zone = |name: &str, place: Coordinate, stores: &[u16]| {
        let point = h3o::LatLng::new(place.latitude(), place.longitude()).unwrap();
        let cell = point.to_cell(h3o::Resolution::Eight);
        let stores = stores.iter().copied().map(StoreId).collect();
        Zone { name: name.to_owned(), cells: vec![cell].into(), stores }
    };
    Region {
        key: "town".to_owned(),
        name: "Town".to_owned(),
        time_zone,
        currency: "EUR".to_owned(),
        policy: policy(sale),
        stores: vec![store("first"), store("second")],
        couriers: vec![],
        zones: vec![zone("middle", MIDDLE, &[0, 1]), zone("far", FAR, &[1])],
    }
}

fn ground(time_zone: Tz, sale: SaleRules, now: Timestamp) -> Ground {
    Ground {
        now,
        region: Arc::new(region(time_zone, sale)),
        problem: Problem::default(),
        legs: LiveLegs::default(),
        routes: vec![],
        route_ids: vec![],
        loading: vec![],
        is_waiting: vec![],
        under_way: vec![],
        clients: vec![],
        promised: vec![],
        floors: vec![],
        loads_from: vec![],
        stores: vec![],
        ledgers: vec![],
        followed: vec![],
        sold: Arc::default(),
        out_of_stock: vec![Classes::NONE; 2],
    }
}

fn wish(place: Coordinate) -> Wish {
    let basket = Basket { items: 1, ..Basket::default() };
    Wish { place, basket, door: Seconds(60), buyer: Buyer::default(), store: None }
}

fn deliveries(ground: &Ground, wish: &Wish) -> OnSale {
    let zones = ground.region.zones_of(wish.place);
    let stores = ground.region.stores_in(&zones);
    Shopper { ground, wish, now: ground.now, zones: &zones, stores: &stores }.deliveries()
}

fn at(utc: &str) -> Timestamp {
    Timestamp::from_utc(utc.parse::<DateTime<chrono::Utc>>().unwrap())
}

fn rules(templates: Vec<SlotTemplate>) -> SaleRules {
    SaleRules { templates, ..SaleRules::default() }
}

/// The scheduled windows of the day of `now`, in UTC, with the stores that sell them; or why not.
fn told(ground: &Ground, wish: &Wish) -> String {
    let clock = |at: Timestamp| at.to_utc().format("%dT%H:%M").to_string();
    let span = |window: TimeWindow| format!("{}-{}", clock(window.opens()), clock(window.closes()));
    let OnSale { candidates, refusals } = deliveries(ground, wish);
    let candidates = candidates.iter().filter(|slot| slot.kind == SlotKind::Scheduled);
    let stores = |stores: &[StoreId]| stores.iter().map(|s| s.0.to_string()).collect::<String>();
    let sold = candidates.map(|slot| {
        let (window, fee) = (span(slot.window), slot.fee.0);
        let until = slot.sold_until.map_or_else(String::new, |at| format!(" until {}", clock(at)));
        format!("{window} from {} for {fee}{until}", stores(&slot.stores))
    });
    let refused = refusals.iter().filter(|refused| refused.kind == SlotKind::Scheduled);
    let refused = refused.map(|refused| {
        let window = refused.window.map_or_else(String::new, span);
        let need = refused.need.map_or_else(String::new, |need| match need {
            Need::Value(value) => format!(" {}", value.0),
            Need::Classes(classes) => format!(" {:b}", classes.0),
            Need::Wait(at) => format!(" {}", clock(at)),
        });
        format!("{window} {:?}{need}", refused.cause)
    });
    sold.chain(refused).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_hour_that_does_not_exist_is_not_sold() {
    let windows = vec![
        template((1, 0), (2, 0)),
        template((2, 0), (3, 0)),
        template((2, 30), (3, 30)),
        template((3, 0), (4, 0)),
        template((0, 0), (24, 0)),
    ];
    // Clocks in Berlin go from 02:00 to 03:00, which is 01:00 UTC. The day has 23 hours.
    let ground = ground(Europe::Berlin, rules(windows), at("2026-03-28T23:00:00Z"));
    insta::assert_snapshot!(told(&ground, &wish(MIDDLE)), @r"
    29T00:00-29T01:00 from 01 for 2 until 29T00:00
    29T01:00-29T01:30 from 01 for 2 until 29T01:00
    29T01:00-29T02:00 from 01 for 2 until 29T01:00
    28T23:00-29T22:00 from 01 for 2 until 28T23:00
    ");
}

#[test]
fn an_hour_that_happens_twice_is_one_window() {
    let windows = vec![
        template((1, 30), (2, 30)),
        template((2, 0), (3, 0)),
        template((2, 30), (3, 0)),
        template((3, 0), (4, 0)),
        template((0, 0), (24, 0)),
    ];
    // Clocks in Berlin go from 03:00 back to 02:00, which is 01:00 UTC. The day has 25 hours.
    let ground = ground(Europe::Berlin, rules(windows), at("2026-10-24T22:00:00Z"));
    insta::assert_snapshot!(told(&ground, &wish(MIDDLE)), @r"
    24T23:30-25T00:30 from 01 for 2 until 24T23:30
    25T00:00-25T02:00 from 01 for 2 until 25T00:00
    25T00:30-25T02:00 from 01 for 2 until 25T00:30
    25T02:00-25T03:00 from 01 for 2 until 25T02:00
    24T22:00-25T23:00 from 01 for 2 until 24T22:00
    ");
}

#[test]
fn days_may_begin_at_one_and_end_twice() {
    let windows = || rules(vec![template((0, 0), (2, 0)), template((22, 0), (24, 0))]);
    // In São Paulo clocks went from 00:00 to 01:00, which was 03:00 UTC.
    let spring = ground(America::Sao_Paulo, windows(), at("2017-10-15T03:00:00Z"));
    insta::assert_snapshot!(told(&spring, &wish(MIDDLE)), @r"
    15T03:00-15T04:00 from 01 for 2 until 15T03:00
    16T00:00-16T02:00 from 01 for 2 until 16T00:00
    ");
    // And from 24:00 back to 23:00, so that the evening had three hours.
    let autumn = ground(America::Sao_Paulo, windows(), at("2018-02-17T02:00:00Z"));
    insta::assert_snapshot!(told(&autumn, &wish(MIDDLE)), @r"
    17T02:00-17T04:00 from 01 for 2 until 17T02:00
    18T00:00-18T03:00 from 01 for 2 until 18T00:00
    ");
}

#[test]
fn a_time_zone_may_change_for_good() {
    // In Moscow clocks went back at 02:00 on this day, and have not changed since.
    let windows = || rules(vec![template((1, 0), (2, 0)), template((9, 0), (10, 0))]);
    let before = ground(Europe::Moscow, windows(), at("2014-10-25T20:00:00Z"));
    insta::assert_snapshot!(told(&before, &wish(MIDDLE)), @r"
    25T21:00-25T23:00 from 01 for 2 until 25T21:00
    26T06:00-26T07:00 from 01 for 2 until 26T06:00
    ");
    let today = ground(Europe::Moscow, windows(), at("2026-03-28T21:00:00Z"));
    insta::assert_snapshot!(told(&today, &wish(MIDDLE)), @r"
    28T22:00-28T23:00 from 01 for 2 until 28T22:00
    29T06:00-29T07:00 from 01 for 2 until 29T06:00
    ");
}

#[test]
fn cut_offs_are_local_times_of_other_days() {
    let cut_off =
        |days_before, hour: u32| Some(CutOff { days_before, time: TimeOfDay(hour * 3600) });
    let windows = vec![
        SlotTemplate { cut_off: cut_off(1, 20), ..template((10, 0), (12, 0)) },
        SlotTemplate { cut_off: cut_off(0, 2), ..template((11, 0), (12, 0)) },
        SlotTemplate { lead: Seconds::hours(3), ..template((12, 0), (14, 0)) },
        SlotTemplate {
            lead: Seconds::minutes(30),
            cut_off: cut_off(1, 24),
            ..template((13, 0), (14, 0))
        },
    ];
    let told_at =
        |now| told(&ground(Europe::Berlin, rules(windows.clone()), at(now)), &wish(MIDDLE));
    // At 20:00 in winter it is 19:00 UTC, and two hours before 12:00 in summer 10:00 UTC. A cut-off
    // at 02:00, which does not exist, is at 03:00.
    let mut eve = ground(Europe::Berlin, rules(windows.clone()), at("2026-03-28T19:00:00Z"));
    Arc::make_mut(&mut eve.region).policy.scheduled_days = 2;
    insta::assert_snapshot!(told(&eve, &wish(MIDDLE)), @r"
    29T08:00-29T10:00 from 01 for 2 until 28T19:00
    29T09:00-29T10:00 from 01 for 2 until 29T01:00
    29T10:00-29T12:00 from 01 for 2 until 29T07:00
    29T11:00-29T12:00 from 01 for 2 until 28T23:00
    ");
    insta::assert_snapshot!(told_at("2026-03-29T01:00:01Z"), @r"
    29T10:00-29T12:00 from 01 for 2 until 29T07:00
    29T08:00-29T10:00 CutOffPassed
    29T09:00-29T10:00 CutOffPassed
    29T11:00-29T12:00 CutOffPassed
    ");
}

#[test]
fn weekdays_are_those_of_the_region() {
    let days: Days = [Weekday::Sun].into_iter().collect();
    let windows = vec![SlotTemplate { days, ..template((10, 0), (12, 0)) }];
    // Sunday has begun in Moscow, and not in Greenwich.
    let sunday = ground(Europe::Moscow, rules(windows.clone()), at("2026-11-21T22:00:00Z"));
    assert_eq!(told(&sunday, &wish(MIDDLE)), "22T07:00-22T09:00 from 01 for 2 until 22T07:00");
    let monday = ground(Europe::Moscow, rules(windows), at("2026-11-22T22:00:00Z"));
    assert_eq!(told(&monday, &wish(MIDDLE)), "");
}

#[test]
fn a_slot_is_for_some_zones_and_stores() {
    let windows = vec![
        SlotTemplate { zones: vec![ZoneId(1)], ..template((10, 0), (12, 0)) },
        SlotTemplate {
            stores: vec![StoreId(0)],
            fee: Some(MinorUnits(7)),
            ..template((12, 0), (14, 0))
        },
    ];
    let ground = ground(Europe::Berlin, rules(windows), at("2026-11-22T05:00:00Z"));
    assert_eq!(told(&ground, &wish(MIDDLE)), "22T11:00-22T13:00 from 0 for 7 until 22T11:00");
    assert_eq!(told(&ground, &wish(FAR)), "22T09:00-22T11:00 from 1 for 2 until 22T09:00");
}

#[test]
fn of_two_templates_of_one_window_the_first_decides() {
    let windows = vec![
        SlotTemplate {
            stores: vec![StoreId(0)],
            fee: Some(MinorUnits(7)),
            ..template((10, 0), (12, 0))
        },
        SlotTemplate { zones: vec![ZoneId(0)], ..template((10, 0), (12, 0)) },
        SlotTemplate { fee: Some(MinorUnits(9)), ..template((10, 0), (12, 0)) },
    ];
    let ground = ground(Europe::Berlin, rules(windows), at("2026-11-22T05:00:00Z"));
    insta::assert_snapshot!(told(&ground, &wish(MIDDLE)), @r"
    22T09:00-22T11:00 from 0 for 7 until 22T09:00
    22T09:00-22T11:00 from 1 for 2 until 22T09:00
    ");
    assert_eq!(told(&ground, &wish(FAR)), "22T09:00-22T11:00 from 1 for 9 until 22T09:00");
}

#[test]
fn blackouts_close_all_that_would_fall_into_them() {
    let date = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let blackout = |hours, stores: &[u16]| Blackout {
        date,
        hours,
        stores: stores.iter().copied().map(StoreId).collect(),
    };
    let windows = [(8, 10), (10, 12), (12, 14)].map(|(a, b)| template((a, 0), (b, 0)));
    let blackouts =
        vec![blackout(hours((10, 0), (10, 30)), &[]), blackout(hours((12, 0), (24, 0)), &[1])];
    let sale = SaleRules { blackouts, ..rules(windows.to_vec()) };
    let ground = ground(Europe::Berlin, sale, at("2026-11-22T07:00:00Z"));
    insta::assert_snapshot!(told(&ground, &wish(MIDDLE)), @r"
    22T07:00-22T09:00 from 01 for 2 until 22T07:00
    22T11:00-22T13:00 from 0 for 2 until 22T11:00
    22T09:00-22T11:00 Blackout
    ");
    let express = deliveries(&ground, &wish(MIDDLE)).candidates;
    assert_eq!(express[0].kind, SlotKind::Express, "it ends as the blackout begins");
    let later = Ground { now: at("2026-11-22T07:00:01Z"), ..ground };
    let refused = deliveries(&later, &wish(MIDDLE)).refusals[0];
    assert_eq!((refused.kind, refused.cause), (SlotKind::Express, Cause::Blackout));
}

#[test]
fn a_basket_may_be_worth_too_little() {
    let windows = vec![
        template((10, 0), (12, 0)),
        SlotTemplate { minimum: Some(MinorUnits(500)), ..template((12, 0), (14, 0)) },
    ];
    let mut sale = rules(windows);
    sale.minimum.scheduled = MinorUnits(1000);
    let ground = ground(Europe::Berlin, sale, at("2026-11-22T05:00:00Z"));
    let mut wish = wish(MIDDLE);
    wish.basket.value = Some(MinorUnits(700));
    insta::assert_snapshot!(told(&ground, &wish), @r"
    22T11:00-22T13:00 from 01 for 2 until 22T11:00
    22T09:00-22T11:00 MinimumBasket 300
    ");
    wish.basket.value = None;
    assert_eq!(deliveries(&ground, &wish).refusals, [], "what is not said is not looked at");
}

#[test]
fn a_store_that_misses_goods_is_not_asked() {
    let sale = rules(vec![template((10, 0), (12, 0))]);
    let mut ground = ground(Europe::Berlin, sale, at("2026-11-22T05:00:00Z"));
    let mut wish = wish(MIDDLE);
    wish.basket.classes = Classes(0b011);
    let mut with = |first, second| {
        ground.out_of_stock = vec![Classes(first), Classes(second)];
        told(&ground, &wish)
    };
    let sold = "22T09:00-22T11:00 from 1 for 2 until 22T09:00";
    assert_eq!(with(0b001, 0b100), sold);
    assert_eq!(with(0b001, 0b101), "22T09:00-22T11:00 OutOfStock 1", "neither has it");
    assert_eq!(with(0b001, 0b010), "22T09:00-22T11:00 OutOfStock 11", "each misses another");
}

#[test]
fn a_full_slot_is_refused_at_the_quote_and_after_it() {
    let reserved = vec![Reserve { tier: TierId(1), percent: 50, until: Seconds::hours(3) }];
    let limits = Limits {
        orders: Some(2),
        channels: vec![(ChannelId(2), 0)],
        reserved,
        count_by: CountBy::Store,
    };
    let mut sale = rules(vec![SlotTemplate { limits, ..template((10, 0), (12, 0)) }]);
    sale.tiers.push(Tier {
        name: "loyal".to_owned(),
        lateness_percent: 200,
        on_time_percent: None,
    });
    let mut ground = ground(Europe::Berlin, sale, at("2026-11-22T05:00:00Z"));
    let window = TimeWindow::spanning(at("2026-11-22T09:00:00Z"), at("2026-11-22T11:00:00Z"));
    let slot = |store| Slot { kind: SlotKind::Scheduled, store: StoreId(store), window };
    let sell = |ground: &mut Ground, store, buyer| {
        Arc::make_mut(&mut ground.sold).add(SoldAs::new(&slot(store), Some(ZoneId(0)), buyer));
    };
    let anybody = wish(MIDDLE);
    let mut loyal = anybody;
    loyal.buyer.tier = TierId(1);
    let mut phoned = anybody;
    phoned.buyer.channel = ChannelId(2);

    assert_eq!(told(&ground, &phoned), "22T09:00-22T11:00 ChannelFull");
    sell(&mut ground, 0, anybody.buyer);
    assert_eq!(told(&ground, &anybody), "22T09:00-22T11:00 from 1 for 2 until 22T09:00");
    sell(&mut ground, 1, anybody.buyer);
    assert_eq!(told(&ground, &anybody), "22T09:00-22T11:00 Reserved 22T06:00");
    assert_eq!(told(&ground, &loyal), "22T09:00-22T11:00 from 01 for 2 until 22T09:00");
    assert_eq!(check_sale(&ground, &anybody, &slot(0)), Err(Cause::Reserved));
    assert_eq!(check_sale(&ground, &loyal, &slot(0)), Ok(()));
    sell(&mut ground, 0, loyal.buyer);
    assert_eq!(check_sale(&ground, &loyal, &slot(0)), Err(Cause::SlotFull));
    assert_eq!(told(&ground, &loyal), "22T09:00-22T11:00 from 1 for 2 until 22T09:00");
    ground.sold = Arc::new(Sold::default());
    assert_eq!(
        check_sale(&ground, &anybody, &slot(0)),
        Ok(()),
        "what was given back is sold again"
    );
}

/// The first minute, counted by hand, at which clocks show `local` or later.
fn first_minute(time_zone: Tz, local: NaiveDateTime) -> Timestamp {
    let begin = Timestamp(local.and_utc().timestamp()) - Seconds::hours(15);
    let shown = |at: Timestamp| at.to_utc().with_timezone(&time_zone).naive_local();
    let minutes = (0..30 * 60).map(|minute| begin + Seconds::minutes(minute));
    { minutes }.find(|&at| local <= shown(at)).unwrap()
}

proptest! {
    /// Whatever clocks do, a day that is sold in pieces is sold whole, and nothing twice; and every
    /// local time is what counting minutes says.
    #[test]
    fn windows_side_by_side_fill_a_day(
        zone in proptest::sample::select(vec![
            Europe::Berlin, Europe::Moscow, America::Sao_Paulo, chrono_tz::Australia::Lord_Howe,
            chrono_tz::Pacific::Apia, chrono_tz::Africa::Casablanca, America::St_Johns,
        ]),
        days in 0u64..9_000,
        cuts in proptest::collection::btree_set(1u32..24 * 60, 0..12),
    ) {
        let date = NaiveDate::from_ymd_opt(2010, 1, 1).unwrap() + chrono::Days::new(days);
        let region = region(zone, SaleRules::default());
        let mut times = vec![0];
        times.extend(cuts);
        times.push(24 * 60);
        let begins = region.instant(date, TimeOfDay(0));
        let ends = region.instant(date, TimeOfDay(86_400));
        let mut last = begins;
        for pair in times.windows(2) {
            let &[from, until] = pair else { unreachable!() };
            let clock = date.and_hms_opt(from / 60, from % 60, 0).unwrap();
            prop_assert_eq!(region.instant(date, TimeOfDay(from * 60)), first_minute(zone, clock));
            let template = template((from / 60, from % 60), (until / 60, until % 60));
            if let Some(window) = template.window(&region, date) {
                prop_assert_eq!(window.opens(), last);
                last = window.closes();
            }
        }
        prop_assert_eq!(last, ends);
    }
}
