//! The days that scenarios start from.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::cli::demo::mdrp::day::{Placement, RecordedDay};
use crate::cli::demo::region::invented_region;
use crate::cli::ways::Ways;
use crate::cli::whatif::file::BaseChoice;
use crate::formats::mdrp::MdrpDay;
use crate::model::basket::{Basket, Load};
use crate::model::order::Wish;
use crate::model::place::Coordinate;
use crate::model::region::Region;
use crate::model::sale::Buyer;
use crate::model::slot::SlotKind;
use crate::model::travel_matrix::Travel;
use crate::model::units::Seconds;
use crate::settings;
use crate::settings::orders::{RecordedOrder, read_orders};
use crate::simulation::addresses::addresses;
use crate::simulation::demand::{DayModel, Demand, Session, Temper};
use crate::simulation::scenario::Base;
use crate::travel::beeline::{Beeline, ProfileSpeeds};
use crate::travel::city::City;

/// Customers on an average day, where nothing says how many.
const ORDERS_PER_DAY: u32 = 350;
/// The city that `punctual demo` invents when nothing else is said.
const CITY_SEED: u64 = 1;
/// Where its customers may live. (Far more than come on a day.)
const ADDRESSES: usize = 2_000;

/// A base day and the ways in it.
pub(crate) struct Ground {
    pub(crate) title: String,
    pub(crate) base: Base,
    pub(crate) travel: Arc<dyn Travel>,
}

/// Reads or invents the base day.
pub(crate) fn load(choice: &BaseChoice) -> anyhow::Result<Ground> {
    match choice {
        BaseChoice::Demo => Ok(demo()),
        BaseChoice::Mdrp(folder) => mdrp(folder),
        BaseChoice::Config { config, orders } => of_region(config, orders.as_deref()),
    }
}

/// The same date for every scenario, so that the same seed is the same day: a Friday.
fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 20).expect("the date exists")
}

fn of_region(config: &Path, orders: Option<&Path>) -> anyhow::Result<Ground> {
    let settings = settings::read(config)?;
    let travel = Ways::load(&settings.travel, &settings.region.stores)?.travel;
    let region = settings.region;
    let demand = match orders {
        Some(file) => {
            let orders = read_orders(file, &region, date())?;
            let session = |order: RecordedOrder| Session {
                at: order.at,
                wish: order.wish,
                temper: temper(&order),
            };
            Demand::Recorded(orders.into_iter().map(session).collect())
        }
        None => invented_customers(&region, &*travel),
    };
    let title = region.name.clone();
    Ok(Ground { title, base: Base { region, date: date(), demand }, travel })
}

/// Customers of a recorded day decide like others who want it the same way. At what time is not
/// recorded: taken to be about three hours later.
fn temper(order: &RecordedOrder) -> Temper {
    let around = order.at + Seconds::hours(3);
    match order.kind {
        SlotKind::Express => Temper::Hurried,
        SlotKind::Scheduled => Temper::Planning { around },
        SlotKind::Pickup => Temper::Collecting { around },
    }
}

fn invented_customers(region: &Region, travel: &dyn Travel) -> Demand {
    let addresses = addresses(region, travel);
    Demand::Model(Box::new(DayModel::groceries(ORDERS_PER_DAY, addresses)))
}

/// The city of `punctual demo`, its people, and its customers' addresses.
fn demo() -> Ground {
    let city = City::invent(CITY_SEED);
    let mut random = Pcg64Mcg::seed_from_u64(CITY_SEED);
    let addresses = (0..ADDRESSES).map(|_| city.sample_address(&mut random)).collect();
    let region = invented_region(&city, 1.0);
    let title = format!("{}, the invented city", region.name);
    let demand = Demand::Model(Box::new(DayModel::groceries(ORDERS_PER_DAY, addresses)));
    let travel: Arc<dyn Travel> = Arc::clone(city.roads()) as _;
    Ground { title, base: Base { region, date: date(), demand }, travel }
}

/// A recorded day, with the ways of its record. Its customers are the same for every seed; what takes
/// how long is not.
fn mdrp(folder: &Path) -> anyhow::Result<Ground> {
    let day = MdrpDay::read(folder)
        .with_context(|| format!("{} is no recorded day", folder.display()))?;
    let origin = Coordinate::from_degrees(41.88, -87.63)?;
    let recorded = RecordedDay::new(&day, date(), origin, 1.0)?;
    let region = recorded.region;
    let session = |placed: Placement| Session {
        at: placed.at,
        wish: Wish {
            place: placed.door,
            basket: Basket {
                items: 1,
                load: Load::default(),
                picking: Some(placed.cooking),
                ..Basket::default()
            },
            door: region.policy.door,
            buyer: Buyer::default(),
            store: region.store_by_key(&placed.store),
        },
        temper: Temper::Recorded,
    };
    let demand = Demand::Recorded(recorded.placements.into_iter().map(session).collect());
    let car = day.parameters.meters_per_minute / 60.0;
    let travel = Beeline::new(1.0, ProfileSpeeds { car, ..ProfileSpeeds::default() })?;
    let title = format!("{}: a recorded day", day.name);
    let base = Base { region, date: date(), demand };
    Ok(Ground { title, base, travel: Arc::new(travel) })
}
