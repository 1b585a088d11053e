//! Promise: a quote takes well below a millisecond, and hardly longer when more orders are booked.
//!
//! `cargo bench --bench quote` measures a day of 30 couriers and 300 orders, and two days of 200
//! couriers with more and more orders up to 10,000. Criterion gives means; before it come the
//! percentiles over many different checkouts, as `quote/10000_orders: p50 … p99 …`.
#![expect(missing_docs, reason = "criterion makes a public function of its own")]
#![expect(clippy::print_stdout, reason = "it prints the percentiles, which criterion does not")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use punctual::model::ids::{OfferId, OrderId, RouteId, StoreId};
use punctual::model::order::Wish;
use punctual::model::place::Coordinate;
use punctual::model::region::Region;
use punctual::model::slot::{Slot, SlotKind};
use punctual::model::time::{TimeWindow, Timestamp};
use punctual::model::travel_matrix::Row;
use punctual::model::units::{MinorUnits, Seconds};
use punctual::offers::ground::Ground;
use punctual::offers::offer::Effort;
use punctual::offers::{Checkout, quote};
use punctual::planner::Planner;
use punctual::planner::audit::{audit, late};
use punctual::planner::command::{Command, Request};
use punctual::planner::event::{Event, Placement, Record};
use punctual::travel::beeline::Beeline;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::day::{MORNING, STORES, wish};
use crate::shop::shop;

mod day;
mod shop;

/// Doors on a trip of the invented plan.
const DOORS: usize = 4;

/// So many different checkouts are asked for.
const CHECKOUTS: usize = 400;

/// A day with a plan that was written down rather than searched for: each trip serves a few doors
/// near each other within an hour.
struct Day {
    planner: Planner,
    random: Pcg64Mcg,
    travel: Beeline,
}

/// One hour of one route.
type Hour = (RouteId, Timestamp, StoreId);

impl Day {
    fn with_orders(region: Region, orders: usize) -> Self {
        let mut day = Self {
            planner: Planner::new(),
            random: Pcg64Mcg::seed_from_u64(1),
            travel: Beeline::default(),
        };
        let request = Request::from(Command::Configure(Box::new(region)));
        let decision = day.planner.decide(MORNING, &request).expect("a fresh region");
        for event in decision.events {
            day.apply(event);
        }
        day.planner.learn_live_places(&day.travel);
        let mut hours = day.hours();
        hours.shuffle(&mut day.random);
        assert!(hours.len() * DOORS >= orders, "there is room for {}", hours.len() * DOORS);
        hours.truncate(orders.div_ceil(DOORS));
        hours.sort_unstable();
        let mut left = orders;
        let mut trip = 0;
        for (index, &hour) in hours.iter().enumerate() {
            let is_first = index == 0 || hours[index - 1].0 != hour.0;
            trip = if is_first { 0 } else { trip + 1 };
            day.add_trip(hour, trip, left.min(DOORS));
            left -= left.min(DOORS);
        }
        let view = day.planner.view(MORNING);
        assert_eq!((audit(&view), late(&view)), (vec![], vec![]), "the plan is legal");
        day
    }

    /// The hours in which couriers have time for a trip.
    fn hours(&self) -> Vec<Hour> {
        let state = self.planner.state();
        let region = state.region.as_ref().expect("configured");
        let mut hours = Vec::new();
        for (&id, route) in &state.routes {
            let home = region.courier(route.courier).home.expect("couriers have homes");
            let mut opens = route.shift.opens();
            while opens + Seconds::minutes(90) <= route.shift.closes() {
                if opens >= MORNING + Seconds::hours(1) {
                    hours.push((id, opens, home));
                }
                opens += Seconds::hours(1);
            }
        }
        hours
    }

    fn add_trip(&mut self, (route, opens, store): Hour, trip: u16, doors: usize) {
        let (lat, lon) = STORES[store.index()];
        let (north, east) =
            (self.random.random_range(-0.014..0.014), self.random.random_range(-0.024..0.024));
        for position in 0..u16::try_from(doors).expect("few doors") {
            let place = Coordinate::from_degrees(
                lat + north + self.random.random_range(-0.002..0.002),
                lon + east + self.random.random_range(-0.003..0.003),
            );
            let wish = Wish { place: place.expect("on the globe"), ..wish(&mut self.random) };
            self.planner.learn(&self.travel, wish.place).expect("a straight line leads anywhere");
            let order = OrderId(self.planner.state().next_order.max(1));
            let window = TimeWindow::spanning(opens, opens + Seconds::hours(1));
            let placement = match position {
                0 => Placement::NewTrip { route, trip },
                _ => Placement::Trip { route, trip, position },
            };
            self.apply(Event::Held {
                order,
                offer: OfferId(order.0.into()),
                offer_expires: MORNING,
                wish,
                slot: Slot { kind: SlotKind::Scheduled, store, window },
                fee: MinorUnits(9_900),
                expires: MORNING,
                session: None,
                placement,
                key: None,
            });
            self.apply(Event::Booked { order, reference: None, key: None });
        }
    }

    fn apply(&mut self, event: Event) {
        self.planner.apply(&Record { at: MORNING, event });
    }
}

fn percentiles(name: &str, ground: &Ground, checkouts: &[(Checkout, Row)]) {
    let mut took: Vec<Duration> = Vec::with_capacity(checkouts.len());
    let (mut offers, mut refusals) = (0, 0);
    for (checkout, row) in checkouts {
        let began = Instant::now();
        let answer = black_box(quote(ground, black_box(checkout), Some(row), Effort::Full));
        took.push(began.elapsed());
        offers += answer.offers.len();
        refusals += answer.refusals.len();
    }
    took.sort_unstable();
    let at = |percent: usize| took[took.len() * percent / 100];
    println!(
        "{name}: p50 {:?} p90 {:?} p99 {:?}; {offers} offers, {refusals} refusals",
        at(50),
        at(90),
        at(99)
    );
}

fn quotes(bench: &mut Criterion) {
    let sizes = [(300, 30, 1), (500, 200, 2), (1_000, 200, 2), (2_000, 200, 2), (5_000, 200, 2)];
    for (orders, couriers, days) in sizes.into_iter().chain([(10_000, 200, 2)]) {
        let mut day = Day::with_orders(shop(couriers, days), orders);
        let view = day.planner.view(MORNING);
        let live = view.live.as_ref().expect("configured");
        let profiles = live.region.profiles();
        let legs = &live.ground.legs.0;
        let checkouts: Vec<(Checkout, Row)> = (0..CHECKOUTS)
            .map(|_| {
                let wish = wish(&mut day.random);
                let row = legs.row(&day.travel, &profiles, wish.place).expect("a straight line");
                (Checkout { wish, now: MORNING }, row)
            })
            .collect();
        let name = format!("{orders}_orders_{couriers}_couriers");
        percentiles(&format!("quote/{name}, first"), &live.ground, &checkouts);
        percentiles(&format!("quote/{name}"), &live.ground, &checkouts);
        let mut turn = checkouts.iter().cycle();
        bench.bench_function(&format!("quote/{name}"), |run| {
            run.iter(|| {
                let (checkout, row) = turn.next().expect("an endless cycle");
                quote(&live.ground, black_box(checkout), Some(row), Effort::Full)
            });
        });
        let place = checkouts[0].0.wish.place;
        bench.bench_function(&format!("row/{name}"), |run| {
            run.iter(|| legs.row(&day.travel, &profiles, black_box(place)));
        });
        // What was drawn up for one moment does not serve another.
        let mut moments = [MORNING, MORNING + Seconds(1)].into_iter().cycle();
        bench.bench_function(&format!("view/{name}"), |run| {
            run.iter(|| day.planner.view(moments.next().expect("an endless cycle")));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).measurement_time(Duration::from_secs(3));
    targets = quotes
}
criterion_main!(benches);
