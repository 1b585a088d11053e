//! Small invented regions, on streets that meet at right angles: for tests and benches.

use chrono::NaiveDate;
use chrono_tz::UTC;

use crate::model::basket::Load;
use crate::model::ids::StoreId;
use crate::model::place::{Coordinate, Profile};
use crate::model::policy::{Costs, Fees, Policy};
use crate::model::region::{Courier, DailyHours, Pickers, Region, Store, TimeOfDay};
use crate::model::sale::{Classes, SaleRules};
use crate::model::travel_matrix::{Leg, Travel};
use crate::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use crate::model::variation::Variation;
use crate::simulation::demand::{DayModel, Demand};
use crate::simulation::scenario::Base;

/// A second per ten micro-degrees along both axes, half as much again by bike.
#[derive(Debug, Clone, Copy)]
pub struct RightAngles;

impl Travel for RightAngles {
    fn leg(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Option<Leg> {
        let along = |a: i32, b: i32| (a - b).abs() / 10;
        let seconds = along(from.latitude_micro, to.latitude_micro)
            + along(from.longitude_micro, to.longitude_micro);
        let drive_seconds = if profile == Profile::Car { seconds } else { seconds * 3 / 2 };
        Some(Leg { drive_seconds, distance_meters: seconds * 7 })
    }

    fn path(&self, _: Profile, from: Coordinate, to: Coordinate) -> Vec<Coordinate> {
        vec![from, to]
    }

    fn name(&self) -> &'static str {
        "right angles"
    }
}

/// So many seconds by car to the east and north of the middle.
pub fn door(east: i32, north: i32) -> Coordinate {
    Coordinate { latitude_micro: north * 10, longitude_micro: east * 10 }
}

fn hours(from: u32, until: u32) -> DailyHours {
    DailyHours { from: TimeOfDay(from * 3600), until: TimeOfDay(until * 3600) }
}

/// A region with so many stores in a row, and couriers and pickers per store. Every second courier
/// rides a bike.
pub fn region(stores: u16, couriers: u16, pickers: u16) -> Region {
    let location = |store: u16| door(i32::from(store) * 900, 0);
    let courier = |store: u16, number: u16| Courier {
        key: format!("s{store}c{number}"),
        name: format!("Courier {number} of store {store}"),
        profile: if number.is_multiple_of(2) { Profile::Car } else { Profile::Bike },
        home: Some(StoreId(store)),
        start: location(store),
        capacity: Load { mass: Grams(40_000), volume: Milliliters(120_000) },
        shifts: vec![hours(8, 22)],
    };
    let store = |store: u16| Store {
        key: format!("s{store}"),
        name: format!("Store {store}"),
        location: location(store),
        hours: hours(8, 22),
        pickers: vec![
            Pickers { hours: hours(8, 22), count: pickers },
            Pickers { hours: hours(16, 20), count: 1 },
        ],
        out_of_stock: Classes::NONE,
    };
    Region {
        key: "invented".to_owned(),
        name: "Invented".to_owned(),
        time_zone: UTC,
        currency: "EUR".to_owned(),
        policy: policy(),
        stores: (0..stores).map(store).collect(),
        couriers: (0..stores).flat_map(|s| (0..couriers).map(move |c| courier(s, c))).collect(),
        zones: vec![],
    }
}

fn policy() -> Policy {
    Policy {
        express: Seconds::minutes(120),
        safety: Seconds::minutes(5),
        window: Seconds::minutes(60),
        scheduled_days: 2,
        lead: Seconds::minutes(60),
        offer: Seconds::minutes(15),
        hold: Seconds::minutes(10),
        lock: Seconds::minutes(3),
        delivery: hours(9, 22),
        picking_base: Seconds(180),
        picking_item: Seconds(25),
        handover: Seconds(60),
        pick_ahead: Seconds::minutes(90),
        loading: Seconds(120),
        door: Seconds(210),
        wait: Seconds::minutes(8),
        fees: Fees { express: MinorUnits(399), scheduled: MinorUnits(199), pickup: MinorUnits(0) },
        costs: Costs { courier_hour: MinorUnits(1_500), kilometer: MinorUnits(25) },
        variation: Variation::default(),
        on_time_floor: 0.0,
        sale: SaleRules::default(),
    }
}

/// A day in that region, with customers up to fifteen minutes from the middle.
///
/// # Panics
/// Never: the date exists.
pub fn base(stores: u16, couriers: u16, pickers: u16, orders_per_day: u32) -> Base {
    let steps = (-12..=12).map(|step| step * 60);
    let row = |north: i32| steps.clone().map(move |east| door(east + 450, north + east / 7));
    let addresses = steps.clone().flat_map(row).collect();
    Base {
        region: region(stores, couriers, pickers),
        date: NaiveDate::from_ymd_opt(2026, 3, 20).expect("a Friday"),
        demand: Demand::Model(Box::new(DayModel::groceries(orders_per_day, addresses))),
    }
}
