//! Reads a recorded day of orders.

use std::path::Path;

use chrono::NaiveDate;

use crate::model::basket::{Basket, Load};
use crate::model::order::Wish;
use crate::model::region::{Region, TimeOfDay};
use crate::model::sale::Buyer;
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::units::{Grams, Milliliters, Seconds};
use crate::settings::table;
use crate::settings::{SettingsError, parse_time};

const COLUMNS: [&str; 8] = [
    "placed_at",
    "lat",
    "lon",
    "items",
    "mass_grams",
    "volume_milliliters",
    "door_seconds",
    "wish",
];

/// An order as it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedOrder {
    /// When.
    pub at: Timestamp,
    /// What was wanted, and where.
    pub wish: Wish,
    /// How the customer wanted to get it.
    pub kind: SlotKind,
}

/// Reads the orders of a day, in the order of their times.
///
/// # Errors
/// The first thing that is wrong; see [`SettingsError`].
pub fn read_orders(
    path: &Path,
    region: &Region,
    date: NaiveDate,
) -> Result<Vec<RecordedOrder>, SettingsError> {
    let mut orders = Vec::new();
    for row in table::read(path, &COLUMNS)? {
        let kind = match row.text("wish") {
            "express" => SlotKind::Express,
            "scheduled" => SlotKind::Scheduled,
            "pickup" => SlotKind::Pickup,
            _ => return Err(row.wrong("wish", "express, scheduled or pickup")),
        };
        let load = Load {
            mass: Grams(row.whole("mass_grams", 0, 1_000_000)?),
            volume: Milliliters(row.whole("volume_milliliters", 0, 10_000_000)?),
        };
        let basket = Basket {
            items: row.whole("items", 1, 10_000)?,
            load,
            picking: None,
            ..Basket::default()
        };
        let door = Seconds(row.whole("door_seconds", 0, 7_200)?);
        let wish = Wish {
            place: row.place("lat", "lon")?,
            basket,
            door,
            buyer: Buyer::default(),
            store: None,
        };
        let placed = parse_seconds(row.text("placed_at"));
        let placed =
            placed.ok_or_else(|| row.wrong("placed_at", "a time as in 09:30 or 09:30:15"))?;
        orders.push(RecordedOrder { at: region.instant(date, placed), wish, kind });
    }
    orders.sort_by_key(|order| order.at);
    Ok(orders)
}

/// A time of day with or without seconds.
fn parse_seconds(text: &str) -> Option<TimeOfDay> {
    let (minutes, seconds) = match text.rsplit_once(':') {
        Some((minutes, seconds)) if minutes.contains(':') => (minutes, seconds),
        _ => (text, "00"),
    };
    let whole = parse_time(minutes)?;
    let is_number = seconds.len() == 2 && seconds.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: u32 = seconds.parse().ok().filter(|&seconds| is_number && seconds < 60)?;
    (whole.0 < 86_400).then_some(TimeOfDay(whole.0 + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_placed_to_the_second() {
        assert_eq!(parse_seconds("09:10:56"), Some(TimeOfDay(33_056)));
        assert_eq!(parse_seconds("09:10"), Some(TimeOfDay(33_000)));
        for wrong in ["", "9:10", "09:10:60", "09:10:1", "24:00", "09", "09:10:+1"] {
            assert_eq!(parse_seconds(wrong), None, "{wrong:?}");
        }
    }
}
