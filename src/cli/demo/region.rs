//! The region of the demonstration: who works in a city, and by which rules.

use chrono_tz::Europe::Moscow;
use chrono_tz::Tz;

use crate::model::basket::Load;
use crate::model::ids::StoreId;
use crate::model::place::Profile;
use crate::model::policy::{Costs, Fees, Policy};
use crate::model::region::{Courier, DailyHours, Pickers, Region, Store, TimeOfDay, Zone};
use crate::model::sale::{Classes, SaleRules, Tier};
use crate::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use crate::model::variation::Variation;
use crate::travel::city::City;

/// The key of the demonstration's region, when its city is invented.
pub(crate) const REGION: &str = "demo";
/// A hold lives at least this long by the watch of a person who looks on.
const HOLD_REAL_SECONDS: f64 = 30.0;
/// And an offer this long.
pub(crate) const OFFER_REAL_SECONDS: f64 = 60.0;
/// Time that a hold may take is lost for the promise: however fast the clock runs, it takes no more
/// than a third of it.
const HOLD_MAX: Seconds = Seconds::minutes(40);

const NAMES: [&str; 24] = [
    "Alina", "Boris", "Vera", "Gleb", "Daria", "Egor", "Zhanna", "Ivan", "Kira", "Leonid", "Maria",
    "Nikita", "Olga", "Pavel", "Rita", "Semyon", "Tamara", "Ulyana", "Fyodor", "Hanna", "Cyril",
    "Elvira", "Yuri", "Yana",
];

/// The shifts of the couriers of one store, in full hours: few in the morning, all in the evening.
const SHIFTS: [&[(u32, u32)]; 8] = [
    &[(8, 16)],
    &[(14, 22)],
    &[(10, 18)],
    &[(11, 15), (17, 21)],
    &[(8, 14)],
    &[(14, 22)],
    &[(12, 20)],
    &[(16, 22)],
];

/// Who of them drives a car.
const CARS: [usize; 2] = [0, 5];

/// What is paid, and what work costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Money {
    pub(crate) currency: &'static str,
    pub(crate) fees: Fees,
    pub(crate) costs: Costs,
}

const ROUBLES: Money = Money {
    currency: "RUB",
    fees: Fees {
        express: MinorUnits(19_900),
        scheduled: MinorUnits(9_900),
        pickup: MinorUnits::ZERO,
    },
    costs: Costs { courier_hour: MinorUnits(45_000), kilometer: MinorUnits(800) },
};

/// What is taken where nobody knows what people pay.
pub(crate) const EUROS: Money = Money {
    currency: "EUR",
    fees: Fees { express: MinorUnits(399), scheduled: MinorUnits(199), pickup: MinorUnits::ZERO },
    costs: Costs { courier_hour: MinorUnits(1_500), kilometer: MinorUnits(30) },
};

/// What differs from place to place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Locale {
    /// The key of the region.
    pub(crate) key: String,
    pub(crate) time_zone: Tz,
    pub(crate) money: Money,
}

/// The region of the invented city, for a clock that runs `speed` times as fast as real time.
pub(crate) fn invented_region(city: &City, speed: f64) -> Region {
    region_of(city, Locale { key: REGION.to_owned(), time_zone: Moscow, money: ROUBLES }, speed)
}

/// The region of any city, for such a clock.
pub(crate) fn region_of(city: &City, locale: Locale, speed: f64) -> Region {
    let stores: Vec<Store> = city
        .stores()
        .iter()
        .map(|store| Store {
            key: store.key.clone(),
            name: store.name.clone(),
            location: store.location,
            hours: hours(7, 23),
            pickers: vec![
                Pickers { hours: hours(7, 22), count: 2 },
                Pickers { hours: hours(11, 20), count: 1 },
            ],
            out_of_stock: Classes::NONE,
        })
        .collect();
    let couriers = couriers(&stores);
    let everywhere: Vec<StoreId> = (0..).take(stores.len()).map(StoreId).collect();
    let zones = city.zones().iter().map(|zone| Zone {
        name: stores.get(zone.store).map_or_else(String::new, |store| store.name.clone()),
        cells: zone.cells.iter().copied().collect(),
        stores: everywhere.clone(),
    });
    let zones = zones.collect();
    Region {
        key: locale.key,
        name: city.name().to_owned(),
        time_zone: locale.time_zone,
        currency: locale.money.currency.to_owned(),
        policy: policy(locale.money, speed),
        stores,
        couriers,
        zones,
    }
}

fn couriers(stores: &[Store]) -> Vec<Courier> {
    let mut couriers = Vec::with_capacity(NAMES.len());
    for (number, name) in NAMES.iter().enumerate() {
        let home = number % stores.len();
        let profile =
            if CARS.contains(&(number / stores.len())) { Profile::Car } else { Profile::Bike };
        let (kilograms, liters) = if profile == Profile::Car { (120, 400) } else { (24, 70) };
        let shifts = SHIFTS[number / stores.len() % SHIFTS.len()];
        couriers.push(Courier {
            key: format!("c{:02}", number + 1),
            name: (*name).to_owned(),
            profile,
            home: u16::try_from(home).ok().map(StoreId),
            start: stores[home].location,
            capacity: Load { mass: Grams(kilograms * 1000), volume: Milliliters(liters * 1000) },
            shifts: shifts.iter().map(|&(from, until)| hours(from, until)).collect(),
        });
    }
    couriers
}

fn policy(money: Money, speed: f64) -> Policy {
    Policy {
        express: Seconds::minutes(120),
        safety: Seconds::minutes(10),
        window: Seconds::minutes(60),
        scheduled_days: 2,
        lead: Seconds::minutes(60),
        offer: Seconds::minutes(15).max(region_seconds(OFFER_REAL_SECONDS, speed)),
        hold: Seconds::minutes(10).max(region_seconds(HOLD_REAL_SECONDS, speed).min(HOLD_MAX)),
        lock: Seconds::minutes(3),
        delivery: hours(8, 22),
        picking_base: Seconds(90),
        picking_item: Seconds(15),
        handover: Seconds(90),
        pick_ahead: Seconds::minutes(60),
        loading: Seconds::minutes(3),
        door: Seconds::minutes(4),
        wait: Seconds::minutes(15),
        fees: money.fees,
        costs: money.costs,
        variation: Variation::default(),
        on_time_floor: 0.95,
        sale: sale(),
    }
}

/// What the shops of the invented city know of their goods and customers.
fn sale() -> SaleRules {
    let mut sale = SaleRules::default();
    let tier = |name: &str, lateness_percent| Tier {
        name: name.to_owned(),
        lateness_percent,
        on_time_percent: None,
    };
    sale.tiers = vec![tier("standard", 100), tier("loyal", 150)];
    sale.classes = ["frozen", "alcohol"].map(str::to_owned).to_vec();
    sale
}

/// How much region time passes in so many real seconds.
#[expect(clippy::cast_possible_truncation, reason = "clamped to a week")]
pub(crate) fn region_seconds(real: f64, speed: f64) -> Seconds {
    Seconds((real * speed).clamp(0.0, 604_800.0).ceil() as i64)
}

/// Full hours of the day.
pub(crate) fn hours(from: u32, until: u32) -> DailyHours {
    DailyHours { from: TimeOfDay(from * 3600), until: TimeOfDay(until * 3600) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::cli::demo::region::invented_region;
    use crate::model::place::Profile;
    use crate::model::units::Seconds;
    use crate::travel::city::City;

    #[test]
    fn three_stores_and_twenty_four_couriers_on_bikes_and_in_cars_work_all_day() {
        let region = invented_region(&City::invent(1), 60.0);
        assert_eq!((region.stores.len(), region.couriers.len()), (3, 24));
        let keys: BTreeSet<&str> = region.couriers.iter().map(|c| c.key.as_str()).collect();
        assert_eq!(keys.len(), 24);
        for store in region.store_ids() {
            let team: Vec<_> =
                region.couriers.iter().filter(|courier| courier.home == Some(store)).collect();
            assert_eq!(team.len(), 8);
            assert!(team.iter().any(|courier| courier.profile == Profile::Car));
            assert!(team.iter().any(|courier| courier.profile == Profile::Bike));
            for hour in 8..22 {
                let works = team
                    .iter()
                    .flat_map(|courier| &courier.shifts)
                    .any(|shift| shift.from.0 <= hour * 3600 && (hour + 1) * 3600 <= shift.until.0);
                assert!(works, "nobody works at {hour}:00 at {}", region.store(store).name);
            }
        }
    }

    #[test]
    fn a_person_has_time_to_book_however_fast_the_clock_runs() {
        let city = City::invent(1);
        let policy = |speed| invented_region(&city, speed).policy;
        assert_eq!(policy(1.0).hold, Seconds::minutes(10));
        assert_eq!(policy(60.0).hold, Seconds::minutes(30));
        assert_eq!(policy(60.0).offer, Seconds::minutes(60));
        assert_eq!(policy(600.0).hold, Seconds::minutes(40));
    }
}
