//! Promise: a quote on a day of 2,000 orders is computed within a few milliseconds.
#![expect(missing_docs, reason = "criterion makes a public function of its own")]
#![expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]

use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use punctual::model::ids::OfferId;
use punctual::model::slot::SlotKind;
use punctual::model::time::Timestamp;
use punctual::model::units::Seconds;
use punctual::offers::offer::Effort;
use punctual::offers::{Checkout, quote};
use punctual::planner::Planner;
use punctual::planner::command::{Command, OfferTerms, Request};
use punctual::planner::event::Record;
use punctual::planner::view::Live;
use punctual::travel::beeline::Beeline;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::day::{MORNING, region, wish};

mod day;

/// How many customers are asked for percentiles.
const CUSTOMERS: usize = 2_000;

struct Day {
    planner: Planner,
    random: Pcg64Mcg,
    now: Timestamp,
    travel: Beeline,
}

impl Day {
    /// A day with so many booked orders, spread over the slots of today and tomorrow.
    fn with_orders(orders: usize, couriers: u16) -> Self {
        let now = MORNING;
        let mut day = Self {
            planner: Planner::new(),
            random: Pcg64Mcg::seed_from_u64(1),
            now,
            travel: Beeline::default(),
        };
        day.tell(Command::Configure(Box::new(region(couriers))));
        let mut asked = 0;
        while day.planner.state().orders.len() < orders {
            asked += 1;
            assert!(asked < orders * 4, "the region has room for {orders} orders");
            let wish = wish(&mut day.random);
            let view = day.planner.view(now);
            let live = view.live.as_ref().expect("configured");
            let row = live.ground.legs.0.row(&day.travel, &live.region.profiles(), wish.place);
            let checkout = Checkout { wish, store: None, now };
            let quote = quote(&live.ground, &checkout, row.as_ref(), Effort::Full);
            let delivered: Vec<_> =
                quote.offers.iter().filter(|offer| offer.slot.kind != SlotKind::Pickup).collect();
            if delivered.is_empty() {
                continue;
            }
            let offer = delivered[day.random.random_range(0..delivered.len())];
            let terms = OfferTerms {
                offer: OfferId(asked as u128),
                expires: now + Seconds(900),
                wish,
                slot: offer.slot,
                fee: offer.fee,
                session: None,
            };
            day.tell(Command::BookOffer { terms, reference: None });
        }
        day
    }

    fn tell(&mut self, command: Command) {
        let request = Request::from(command);
        for place in self.planner.missing_places(&request) {
            self.planner.learn(&self.travel, place).expect("a straight line leads anywhere");
        }
        let Ok(decision) = self.planner.decide(self.now, &request) else { return };
        for event in decision.events {
            self.planner.apply(&Record { at: self.now, event });
        }
        if self.planner.legs_are_stale() {
            self.planner.learn_live_places(&self.travel);
        }
    }
}

fn quotes(bench: &mut Criterion) {
    for (orders, couriers) in [(300, 30), (1_000, 100), (2_000, 200), (4_000, 200)] {
        let mut day = Day::with_orders(orders, couriers);
        let view = day.planner.view(day.now);
        let live = view.live.as_ref().expect("configured");
        let checkout = Checkout { wish: wish(&mut day.random), store: None, now: day.now };
        let profiles = live.region.profiles();
        let legs = &live.ground.legs.0;
        bench.bench_function(&format!("row/{orders}_orders"), |run| {
            run.iter(|| legs.row(&day.travel, &profiles, black_box(checkout.wish.place)));
        });
        let row = legs.row(&day.travel, &profiles, checkout.wish.place);
        bench.bench_function(&format!("quote/{orders}_orders"), |run| {
            run.iter(|| quote(&live.ground, black_box(&checkout), row.as_ref(), Effort::Full));
        });
        bench.bench_function(&format!("view/{orders}_orders"), |run| {
            run.iter(|| day.planner.view(black_box(day.now)));
        });
        percentiles(live, &mut day.random, &day.travel, day.now);
    }
}

/// What many different customers wait for: the same customer again and again says nothing of that.
fn percentiles(live: &Live, random: &mut Pcg64Mcg, travel: &Beeline, now: Timestamp) {
    let profiles = live.region.profiles();
    let mut times = Vec::with_capacity(CUSTOMERS);
    let (mut offers, mut refusals) = (0, 0);
    for _ in 0..CUSTOMERS {
        let wish = wish(random);
        let row = live.ground.legs.0.row(travel, &profiles, wish.place);
        let checkout = Checkout { wish, store: None, now };
        let begun = Instant::now();
        let quote = quote(&live.ground, &checkout, row.as_ref(), Effort::Full);
        times.push(begun.elapsed());
        offers += quote.offers.len();
        refusals += quote.refusals.len();
    }
    times.sort_unstable();
    let at = |percent: usize| times[(CUSTOMERS - 1) * percent / 100];
    println!(
        "{} orders, {CUSTOMERS} customers: p50 {:.3?}, p99 {:.3?}, most {:.3?}; {:.1} offers and {:.1} refusals each",
        live.ground.clients.len(),
        at(50),
        at(99),
        at(100),
        offers as f64 / CUSTOMERS as f64,
        refusals as f64 / CUSTOMERS as f64,
    );
}

criterion_group!(benches, quotes);
criterion_main!(benches);
