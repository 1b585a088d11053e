//! The days that scenarios start from.

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::cli::whatif::file::BaseChoice;
use crate::model::region::Region;
use crate::model::slot::SlotKind;
use crate::model::travel_matrix::Travel;
use crate::model::units::Seconds;
use crate::settings;
use crate::settings::TravelSettings;
use crate::settings::orders::{RecordedOrder, read_orders};
use crate::simulation::addresses::addresses;
use crate::simulation::demand::{DayModel, Demand, Session, Temper};
use crate::simulation::scenario::Base;
use crate::travel::city::City;

/// Customers on an average day, where nothing says how many.
const ORDERS_PER_DAY: u32 = 350;

/// A base day and the ways in it.
pub(crate) struct Ground {
    pub(crate) title: String,
    pub(crate) base: Base,
    pub(crate) travel: Arc<dyn Travel>,
}

/// Reads or invents the base day.
pub(crate) fn load(choice: &BaseChoice) -> anyhow::Result<Ground> {
    match choice {
        BaseChoice::Demo => demo(),
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
    let travel: Arc<dyn Travel> = match settings.travel {
        TravelSettings::Beeline(beeline) => Arc::new(beeline),
        TravelSettings::City { seed } => {
            Arc::clone(City::invent(seed).streets()) as Arc<dyn Travel>
        }
    };
    let region = settings.region;
    let demand = match orders {
        Some(file) => {
            let orders = read_orders(file, &region, date())?;
            let session = |order: RecordedOrder| Session {
                at: order.at,
                wish: order.wish,
                store: None,
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

fn demo() -> anyhow::Result<Ground> {
    anyhow::bail!("the invented city is not there yet")
}

fn mdrp(folder: &Path) -> anyhow::Result<Ground> {
    anyhow::bail!("{}: recorded days cannot be read yet", folder.display())
}
