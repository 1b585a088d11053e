//! Promise: a quote on a day of 2,000 orders is computed within a few milliseconds.

use std::hint::black_box;

use chrono_tz::Europe::Moscow;
use criterion::{Criterion, criterion_group, criterion_main};
use punctual::model::basket::{Basket, Load};
use punctual::model::ids::{OfferId, StoreId};
use punctual::model::order::Wish;
use punctual::model::place::{Coordinate, Profile};
use punctual::model::policy::{Costs, Fees, Policy};
use punctual::model::region::{Courier, DailyHours, Pickers, Region, Store, TimeOfDay};
use punctual::model::slot::SlotKind;
use punctual::model::time::Timestamp;
use punctual::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use punctual::offers::{Checkout, quote};
use punctual::planner::Planner;
use punctual::planner::command::{Command, OfferTerms, Request};
use punctual::planner::event::Record;
use punctual::travel::beeline::Beeline;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

const STORES: [(f64, f64); 3] = [(55.75, 37.60), (55.78, 37.66), (55.72, 37.55)];

fn hours(from: u32, until: u32) -> DailyHours {
    DailyHours { from: TimeOfDay(from * 3600), until: TimeOfDay(until * 3600) }
}

fn region(couriers: u16) -> Region {
    let place = |(lat, lon)| Coordinate::from_degrees(lat, lon).expect("on the globe");
    let store = |(number, at): (usize, (f64, f64))| Store {
        key: format!("s{number}"),
        name: format!("Store {number}"),
        location: place(at),
        hours: hours(8, 23),
        pickers: vec![Pickers { hours: hours(8, 23), count: 14 }],
    };
    let courier = |number: u16| Courier {
        key: format!("c{number}"),
        name: format!("Courier {number}"),
        profile: if number % 2 == 0 { Profile::Car } else { Profile::Bike },
        home: Some(StoreId(number % 3)),
        start: place(STORES[usize::from(number % 3)]),
        capacity: Load { mass: Grams(60_000), volume: Milliliters(240_000) },
        shifts: vec![if number % 4 < 2 { hours(8, 16) } else { hours(15, 23) }],
    };
    Region {
        key: "bench".to_owned(),
        name: "Bench".to_owned(),
        time_zone: Moscow,
        currency: "RUB".to_owned(),
        policy: Policy {
            express: Seconds::minutes(120),
            safety: Seconds::minutes(5),
            window: Seconds::minutes(60),
            scheduled_days: 2,
            lead: Seconds::minutes(60),
            offer: Seconds::minutes(15),
            hold: Seconds::minutes(10),
            lock: Seconds::minutes(3),
            delivery: hours(9, 22),
            picking_base: Seconds(120),
            picking_item: Seconds(15),
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
        },
        stores: STORES.into_iter().enumerate().map(store).collect(),
        couriers: (0..couriers).map(courier).collect(),
        zones: vec![],
    }
}

fn wish(random: &mut Pcg64Mcg) -> Wish {
    let place = Coordinate::from_degrees(
        55.75 + random.random_range(-0.06..0.06),
        37.60 + random.random_range(-0.1..0.1),
    );
    let load = Load { mass: Grams(4_000), volume: Milliliters(12_000) };
    let basket = Basket { items: random.random_range(3..25), load, picking: None };
    Wish { place: place.expect("on the globe"), basket, door: Seconds(180) }
}

struct Day {
    planner: Planner,
    random: Pcg64Mcg,
    now: Timestamp,
    travel: Beeline,
}

impl Day {
    /// A day with so many booked orders, spread over the slots of today and tomorrow.
    fn with_orders(orders: usize, couriers: u16) -> Self {
        let now = Timestamp(1_700_006_400 + 7 * 3600); // 10:00 in Moscow
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
            let quote = quote(&live.ground, &checkout, row.as_ref());
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
    for (orders, couriers) in [(300, 48), (2_000, 220)] {
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
            run.iter(|| quote(&live.ground, black_box(&checkout), row.as_ref()));
        });
        bench.bench_function(&format!("view/{orders}_orders"), |run| {
            run.iter(|| day.planner.view(black_box(day.now)));
        });
    }
}

criterion_group!(benches, quotes);
criterion_main!(benches);
