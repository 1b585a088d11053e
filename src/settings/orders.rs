//! Reads a recorded day of orders.

use std::path::Path;

use chrono::NaiveDate;

use crate::model::basket::{Basket, Load};
use crate::model::ids::StoreId;
use crate::model::order::Wish;
use crate::model::region::Region;
use crate::model::time::Timestamp;
use crate::model::units::{Grams, Milliliters, Seconds};
use crate::settings::SettingsError;
use crate::settings::table;

const COLUMNS: [&str; 8] = [
    "placed_at",
    "lat",
    "lon",
    "items",
    "mass_grams",
    "volume_milliliters",
    "picking_seconds",
    "store",
];

/// An order as it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedOrder {
    /// When.
    pub at: Timestamp,
    /// What was wanted, and where.
    pub wish: Wish,
    /// The only store that may deliver it, if one is named.
    pub store: Option<StoreId>,
}

/// Reads the orders of a day, in the order of their times.
///
/// `picking_seconds` and `store` may be empty: then the region's picking times hold, and any store of
/// the zone may deliver.
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
        let picking = match row.text("picking_seconds") {
            "" => None,
            _ => Some(Seconds(row.whole("picking_seconds", 0, 86_400)?)),
        };
        let store = match row.text("store") {
            "" => None,
            key => {
                let known = region.store_by_key(key);
                Some(known.ok_or_else(|| row.wrong("store", "the key of a store in stores.csv"))?)
            }
        };
        let load = Load {
            mass: Grams(row.whole("mass_grams", 0, 1_000_000)?),
            volume: Milliliters(row.whole("volume_milliliters", 0, 10_000_000)?),
        };
        let basket = Basket { items: row.whole("items", 1, 10_000)?, load, picking };
        let wish = Wish { place: row.place("lat", "lon")?, basket, door: region.policy.door };
        let at = region.instant(date, row.time("placed_at")?);
        orders.push(RecordedOrder { at, wish, store });
    }
    orders.sort_by_key(|order| order.at);
    Ok(orders)
}
