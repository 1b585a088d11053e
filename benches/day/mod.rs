//! The region that the benchmarks run on: invented, and the same every time.

use chrono_tz::Europe::Moscow;
use punctual::model::basket::{Basket, Load};
use punctual::model::ids::StoreId;
use punctual::model::order::Wish;
use punctual::model::place::{Coordinate, Profile};
use punctual::model::policy::{Costs, Fees, Policy};
use punctual::model::region::{Courier, DailyHours, Pickers, Region, Store, TimeOfDay};
use punctual::model::sale::{Buyer, Classes, SaleRules};
use punctual::model::time::Timestamp;
use punctual::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use punctual::model::variation::Variation;
use rand::Rng;
use rand_pcg::Pcg64Mcg;

/// Ten in the morning of a November day.
pub(crate) const MORNING: Timestamp = Timestamp(1_700_006_400 + 7 * 3600);

/// Where the stores are, in degrees.
pub(crate) const STORES: [(f64, f64); 3] = [(55.75, 37.60), (55.78, 37.66), (55.72, 37.55)];

fn hours(from: u32, until: u32) -> DailyHours {
    DailyHours { from: TimeOfDay(from * 3600), until: TimeOfDay(until * 3600) }
}

/// Three stores and so many couriers, half of them working the morning, half the evening.
pub(crate) fn region(couriers: u16) -> Region {
    let place = |(lat, lon)| Coordinate::from_degrees(lat, lon).expect("on the globe");
    let store = |(number, at): (usize, (f64, f64))| Store {
        key: format!("s{number}"),
        name: format!("Store {number}"),
        location: place(at),
        hours: hours(8, 23),
        pickers: vec![Pickers { hours: hours(8, 23), count: 14 }],
        out_of_stock: Classes::NONE,
    };
    let courier = |number: u16| Courier {
        key: format!("c{number}"),
        name: format!("Courier {number}"),
        profile: if number.is_multiple_of(2) { Profile::Car } else { Profile::Bike },
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
            variation: Variation::default(),
            on_time_floor: 0.95,
            sale: SaleRules::default(),
        },
        stores: STORES.into_iter().enumerate().map(store).collect(),
        couriers: (0..couriers).map(courier).collect(),
        zones: vec![],
    }
}

/// A basket for a door somewhere in the city.
pub(crate) fn wish(random: &mut Pcg64Mcg) -> Wish {
    let place = Coordinate::from_degrees(
        55.75 + random.random_range(-0.06..0.06),
        37.60 + random.random_range(-0.1..0.1),
    );
    let load = Load { mass: Grams(4_000), volume: Milliliters(12_000) };
    let basket =
        Basket { items: random.random_range(3..25), load, picking: None, ..Basket::default() };
    Wish {
        place: place.expect("on the globe"),
        basket,
        door: Seconds(180),
        buyer: Buyer::default(),
        store: None,
    }
}
