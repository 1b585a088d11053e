//! Whole days: after every event each promise has its legal place.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use punctual::model::units::Seconds;
use punctual::planner::Planner;
use punctual::planner::audit::{audit, late};
use punctual::planner::event::Record;
use punctual::planner::view::View;
use punctual::simulation::batch::play_all;
use punctual::simulation::day::{SimulatedDay, play_watched};
use punctual::simulation::invented::{RightAngles, base};
use punctual::simulation::report::summarize;
use punctual::simulation::scenario::{Base, DaySettings, Improving, Scenario};

/// Faults shown of a day that fails; the first ones tell the most.
const SHOWN: usize = 5;

/// From days with time to spare to days on which most customers must be refused.
fn small_day(seed: u64) -> Base {
    match seed % 4 {
        0 => base(1, 6, 2, 75),
        1 => base(1, 3, 1, 90),
        2 => base(2, 3, 2, 90),
        _ => base(1, 2, 2, 80),
    }
}

fn settings(seed: u64, noise: f64) -> DaySettings {
    let improving = Improving { every: Seconds(120), iterations: 20 };
    DaySettings { noise, improving, ..DaySettings::plain(seed) }
}

/// Plays a day and tells what was wrong after which event.
fn faults_of(seed: u64, noise: f64) -> (SimulatedDay, Vec<String>) {
    let mut faults = Vec::new();
    let mut look = |record: &Record, view: &View| {
        if faults.len() >= SHOWN {
            return;
        }
        let mut found = audit(view);
        if noise <= 0.0 {
            let late = late(view).into_iter();
            found.extend(late.map(|(order, by)| format!("O{} is late by {} s", order.0, by.0)));
        }
        faults.extend(found.into_iter().map(|fault| {
            let (at, number) = (view.now.to_utc().format("%H:%M:%S"), view.sequence.0);
            let event: String = format!("{:?}", record.event).chars().take(200).collect();
            format!("{at} event {number} {event}: {fault}")
        }));
    };
    let day = play_watched(
        &small_day(seed),
        &settings(seed, noise),
        &RightAngles,
        false,
        Some(&mut look),
    );
    (day.unwrap(), faults)
}

fn check_days(seeds: std::ops::Range<u64>, noise: f64) {
    // A failing seed is replayed alone by naming it.
    let only = std::env::var("PUNCTUAL_SEED").ok().and_then(|seed| seed.parse().ok());
    let seeds: Vec<u64> = seeds.filter(|&seed| only.is_none_or(|only: u64| only == seed)).collect();
    let failures: Vec<String> = seeds
        .into_par_iter()
        .filter_map(|seed| {
            let (day, faults) = faults_of(seed, noise);
            let result = day.result;
            let mut told = faults.join("\n  ");
            if noise <= 0.0 && result.late > 0 {
                write!(told, "\n  {} promises were broken", result.late).unwrap();
            }
            if result.unfinished > 0 {
                write!(told, "\n  {} orders never ended", result.unfinished).unwrap();
            }
            let command = format!("PUNCTUAL_SEED={seed} cargo test --test suite simulation");
            (!told.is_empty()).then(|| format!("seed {seed} ({command}):\n  {told}"))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn on_fifty_days_without_surprises_each_promise_has_its_legal_place_and_is_kept() {
    check_days(0..50, 0.0);
}

#[test]
fn on_fifty_days_with_surprises_each_promise_has_its_legal_place_or_is_flagged_late() {
    check_days(50..100, 1.0);
}

#[test]
fn replaying_a_day_gives_the_same_state() {
    for seed in 0..6 {
        let noise = if seed % 2 == 0 { 0.0 } else { 1.0 };
        let (base, settings) = (small_day(seed), settings(seed, noise));
        let day = play_watched(&base, &settings, &RightAngles, true, None).unwrap();
        let mut again = Planner::new();
        for record in &day.records {
            again.apply(record);
        }
        assert!(day.records.len() > 100, "seed {seed} has only {} events", day.records.len());
        assert_eq!(again.state(), day.planner.state(), "seed {seed}");
    }
}

/// All figures of a small scenario, as bytes.
fn figures(threads: usize) -> String {
    let scenario = Scenario {
        couriers: vec![Some(3), Some(5), None],
        seeds: vec![1, 2, 3],
        shared: settings(0, 1.0),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let stop = AtomicBool::new(false);
    let base = small_day(1);
    let batch = pool.install(|| play_all(&base, &scenario, &RightAngles, &stop, &|| ()));
    assert_eq!((batch.failed, batch.skipped), (vec![], 0));
    let days = serde_json::to_string(&batch.days).unwrap();
    days + &serde_json::to_string(&summarize(&batch.days)).unwrap()
}

#[test]
fn the_same_seeds_give_the_same_bytes_on_any_number_of_threads() {
    assert_eq!(figures(1), figures(2));
}

#[test]
fn more_couriers_accept_more_customers_at_a_lower_utilisation() {
    let scenario = Scenario {
        couriers: vec![Some(2), Some(6)],
        seeds: (1..=4).collect(),
        shared: settings(0, 1.0),
    };
    let stop = AtomicBool::new(false);
    let base = base(1, 6, 3, 140);
    let batch = play_all(&base, &scenario, &RightAngles, &stop, &|| ());
    let points = summarize(&batch.days);
    let [few, many] = points.as_slice() else { panic!("two crews") };
    assert!(few.acceptance_share.mean < many.acceptance_share.mean, "{few:?} {many:?}");
    assert!(few.courier_utilisation.mean > many.courier_utilisation.mean, "{few:?} {many:?}");
}

#[test]
fn a_stopped_batch_keeps_what_is_done_and_counts_what_is_not() {
    let scenario =
        Scenario { couriers: vec![None], seeds: (0..4).collect(), shared: settings(0, 0.0) };
    let stop = AtomicBool::new(false);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let stop_now = || stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let batch = pool.install(|| play_all(&small_day(1), &scenario, &RightAngles, &stop, &stop_now));
    assert_eq!((batch.days.len(), batch.skipped), (1, 3));
}

#[test]
fn every_customer_and_every_order_is_accounted_for() {
    let mut better_plans = 0;
    for seed in 0..8 {
        let day = play_watched(&small_day(seed), &settings(seed, 1.0), &RightAngles, false, None);
        let day = day.unwrap().result;
        let refused: u32 = day.refused.values().sum();
        let customers = day.booked + refused + day.declined + day.slot_gone + day.lapsed;
        assert_eq!(customers as usize, day.sessions, "seed {seed}: {day:?}");
        let orders = day.delivered + day.collected + day.failed + day.cancelled + day.unfinished;
        assert_eq!(orders, day.booked, "seed {seed}: {day:?}");
        assert_eq!(day.on_time + day.late, day.booked - day.cancelled, "seed {seed}: {day:?}");
        better_plans += day.adopted;
    }
    assert!(better_plans > 0, "the search never found anything");
}
