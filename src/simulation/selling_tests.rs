//! Whoever sells, the customers are the same; who is measured against is worth it.

use std::collections::BTreeMap;

use crate::model::ids::OfferId;
use crate::model::order::OrderState;
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::planner::event::{Event, Record};
use crate::planner::view::View;
use crate::simulation::day::{SimulatedDay, play_watched};
use crate::simulation::demand::Demand;
use crate::simulation::invented::{RightAngles, base};
use crate::simulation::report::DayResult;
use crate::simulation::scenario::{Base, DaySettings, Improving};
use crate::simulation::selling::{Caps, Selling, Shown};

const PLENTY: Caps = Caps { express_per_hour: u16::MAX, per_window: u16::MAX };
const FEW: Caps = Caps { express_per_hour: 3, per_window: 1 };
const ORACLE: Selling = Selling::Oracle { iterations: 400 };

fn settings(seed: u64, selling: Selling) -> DaySettings {
    let improving = Improving { every: Seconds(120), iterations: 20 };
    DaySettings { improving, selling, shown: Shown::Windows, ..DaySettings::plain(seed) }
}

/// A base day on which so many customers come from four to seven in the afternoon.
fn rush(stores: u16, couriers: u16, pickers: u16, customers: u32) -> Base {
    let mut base = base(stores, couriers, pickers, customers);
    if let Demand::Model(model) = &mut base.demand {
        model.hours = std::array::from_fn(|hour| if (16..19).contains(&hour) { 1.0 } else { 0.0 });
    }
    base
}

fn play(base: &Base, seed: u64, selling: Selling) -> SimulatedDay {
    play_watched(base, &settings(seed, selling), &RightAngles, true, None).unwrap()
}

/// What each customer holds or booked last, by number: the window, and how.
fn sold(day: &SimulatedDay) -> BTreeMap<u64, (SlotKind, Timestamp)> {
    let held = |record: &Record| match &record.event {
        Event::Held { offer: OfferId(id), slot, .. } => {
            // The lower half of an offer's number is its customer's.
            #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
            Some((*id as u64, (slot.kind, slot.window.opens())))
        }
        _ => None,
    };
    day.records.iter().filter_map(held).collect()
}

#[test]
fn where_all_have_room_for_everybody_they_sell_the_same_slots_to_the_same_customers() {
    for seed in 0..2 {
        let base = rush(2, 9, 6, 30);
        let plan = play(&base, seed, Selling::Plan);
        assert!(10 <= plan.result.booked && plan.result.refused.is_empty(), "{:?}", plan.result);
        for selling in [Selling::Counters(PLENTY), ORACLE] {
            let other = play(&base, seed, selling);
            assert_eq!(other.result.sessions, plan.result.sessions);
            assert_eq!(sold(&other), sold(&plan), "seed {seed}: {selling:?}");
        }
    }
}

/// The first thing that happens on one day and not on the other, and what follows it there.
fn parting<'a>(one: &SimulatedDay, other: &'a SimulatedDay) -> &'a [Record] {
    let pairs = one.records.iter().zip(&other.records);
    &other.records[{ pairs }.take_while(|(one, other)| one == other).count()..]
}

#[test]
fn the_oracle_and_the_plan_part_where_the_oracle_finds_room_for_somebody_refused() {
    let mut partings = 0;
    for seed in 0..4 {
        let base = rush(1, 2, 3, 60);
        let (plan, oracle) = (play(&base, seed, Selling::Plan), play(&base, seed, ORACLE));
        assert!(0 < oracle.result.oracle_searches, "seed {seed}: nobody was refused");
        assert_eq!(plan.result.oracle_searches, 0);
        let [first, next, ..] = parting(&plan, &oracle) else { continue };
        partings += 1;
        // Until then both sold the same. Then the oracle sells what the plan has no place for:
        // by planning anew, or by inserting what found room because time has passed, perhaps after
        // somebody else has moved.
        let is_sale = |record: &Record| matches!(record.event, Event::Held { .. });
        let is_change = matches!(first.event, Event::Adopted { .. } | Event::Reassigned { .. });
        let is_anew = is_change && is_sale(next);
        assert!(is_anew || is_sale(first), "seed {seed}: {first:?}, {next:?}");
    }
    assert!(0 < partings, "the oracle never found anything");
}

/// Orders that were not called off, by what their counter counts.
fn counters(view: &View) -> BTreeMap<(SlotKind, u16, i64), usize> {
    let mut counters = BTreeMap::new();
    for order in view.state.orders.values().filter(|o| o.state != OrderState::Cancelled) {
        let Slot { kind, store, window } = order.slot;
        *counters.entry((kind, store.0, window.opens().0.div_euclid(3600))).or_default() += 1;
    }
    counters
}

fn play_counted(seed: u64, caps: Caps) -> (DayResult, usize) {
    let mut fullest = 0;
    let mut look = |_: &Record, view: &View| {
        for ((kind, ..), count) in counters(view) {
            let cap =
                if kind == SlotKind::Express { caps.express_per_hour } else { caps.per_window };
            assert!(count <= usize::from(cap), "{count} {kind:?} orders, the cap is {cap}");
            fullest = fullest.max(count);
        }
    };
    let settings = settings(seed, Selling::Counters(caps));
    let day = play_watched(&rush(1, 2, 3, 60), &settings, &RightAngles, false, Some(&mut look));
    (day.unwrap().result, fullest)
}

#[test]
fn counters_never_sell_more_than_their_caps() {
    for seed in 0..3 {
        let (few, fullest) = play_counted(seed, FEW);
        assert_eq!(fullest, usize::from(FEW.express_per_hour), "a counter was full");
        let (many, _) = play_counted(seed, PLENTY);
        assert!(few.booked < many.booked, "seed {seed}: {} and {}", few.booked, many.booked);
    }
}

#[test]
fn counters_without_caps_sell_more_than_the_plan_and_keep_less() {
    let base = rush(1, 2, 3, 80);
    let (mut kept, mut sold) = ((0.0, 0.0), (0, 0));
    for seed in 0..3 {
        let plan = play(&base, seed, Selling::Plan).result;
        let counters = play(&base, seed, Selling::Counters(PLENTY)).result;
        sold = (sold.0 + plan.booked, sold.1 + counters.booked);
        let orders =
            counters.delivered + counters.failed + counters.cancelled + counters.unfinished;
        assert_eq!(orders, counters.booked, "seed {seed}: {counters:?}");
        kept = (kept.0 + plan.on_time_share, kept.1 + counters.on_time_share);
    }
    assert!(sold.0 < sold.1, "{sold:?}");
    assert!(kept.1 < kept.0 - 0.3, "of three days each: {kept:?}");
}
