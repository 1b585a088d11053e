//! Stores, pickers and couriers.

use std::path::Path;

use crate::model::basket::Load;
use crate::model::ids::StoreId;
use crate::model::place::{Coordinate, Profile};
use crate::model::region::{Courier, Pickers, Store};
use crate::model::sale::Classes;
use crate::model::units::{Grams, Milliliters};
use crate::settings::table::{self, Row};
use crate::settings::{SettingsError, file_name};

/// How many pickers may work in a store at once.
const PICKERS_MAX: u16 = 1000;
/// What fits on the largest truck, in grams and in milliliters.
const CAPACITY_MAX: i64 = 100_000_000;

/// Reads `stores.csv`. The stores have no pickers yet.
pub(crate) fn read_stores(path: &Path) -> Result<Vec<Store>, SettingsError> {
    let mut stores: Vec<Store> = Vec::new();
    for row in table::read(path, &["id", "name", "lat", "lon", "opens", "closes"])? {
        let key = row.key("id")?;
        if stores.iter().any(|store| store.key == key) {
            return Err(row.wrong("id", "an id that no other store has"));
        }
        stores.push(Store {
            key,
            name: row.name("name")?,
            location: row.place("lat", "lon")?,
            hours: row.hours("opens", "closes")?,
            pickers: vec![],
            out_of_stock: Classes::NONE,
        });
    }
    if stores.is_empty() {
        let reason = "a region needs at least one store".to_owned();
        return Err(SettingsError::Form { file: file_name(path), reason });
    }
    Ok(stores)
}

/// Reads `pickers.csv` into the stores.
pub(crate) fn read_pickers(path: &Path, stores: &mut [Store]) -> Result<(), SettingsError> {
    for row in table::read(path, &["store", "from", "to", "pickers"])? {
        let store = store_in(&row, "store", stores)?;
        let hours = row.hours("from", "to")?;
        let count = row.whole("pickers", 1, PICKERS_MAX)?;
        stores[store.index()].pickers.push(Pickers { hours, count });
    }
    match stores.iter().find(|store| store.pickers.is_empty()) {
        None => Ok(()),
        Some(store) => {
            let reason = format!("store {:?} has no pickers: nothing could be sold", store.key);
            Err(SettingsError::Form { file: file_name(path), reason })
        }
    }
}

/// The columns of `couriers.csv`. All but the last two describe the courier.
const COURIER_COLUMNS: [&str; 10] = [
    "id",
    "name",
    "profile",
    "home_store",
    "start_lat",
    "start_lon",
    "capacity_grams",
    "capacity_milliliters",
    "shift_start",
    "shift_end",
];
const SHIFT_COLUMNS: usize = 2;

/// Reads `couriers.csv`: a courier is described anew on the line of each shift.
pub(crate) fn read_couriers(path: &Path, stores: &[Store]) -> Result<Vec<Courier>, SettingsError> {
    let mut couriers: Vec<Courier> = Vec::new();
    let mut first_lines: Vec<Row> = Vec::new();
    for row in table::read(path, &COURIER_COLUMNS)? {
        let shift = row.hours("shift_start", "shift_end")?;
        let key = row.key("id")?;
        let Some(known) = couriers.iter().position(|courier| courier.key == key) else {
            couriers.push(courier(&row, key, stores)?);
            couriers.last_mut().expect("just pushed").shifts.push(shift);
            first_lines.push(row);
            continue;
        };
        let first = &first_lines[known];
        for column in &COURIER_COLUMNS[..COURIER_COLUMNS.len() - SHIFT_COLUMNS] {
            if row.text(column) != first.text(column) {
                let expected = format!("{:?} as on the first line of {key:?}", first.text(column));
                return Err(row.wrong(column, expected));
            }
        }
        let shifts = &mut couriers[known].shifts;
        if shifts.iter().any(|other| shift.from < other.until && other.from < shift.until) {
            return Err(row.wrong("shift_start", format!("shifts of {key:?} that do not overlap")));
        }
        shifts.push(shift);
        shifts.sort_by_key(|shift| shift.from);
    }
    if usize::from(u16::MAX) < couriers.len() {
        let reason = format!("more than {} couriers", u16::MAX);
        return Err(SettingsError::Form { file: file_name(path), reason });
    }
    Ok(couriers)
}

fn courier(row: &Row, key: String, stores: &[Store]) -> Result<Courier, SettingsError> {
    let home = match row.text("home_store") {
        "" => None,
        _ => Some(store_in(row, "home_store", stores)?),
    };
    let mass = Grams(row.whole("capacity_grams", 1, CAPACITY_MAX)?);
    let volume = Milliliters(row.whole("capacity_milliliters", 1, CAPACITY_MAX)?);
    Ok(Courier {
        key,
        name: row.name("name")?,
        profile: match row.text("profile") {
            "car" => Profile::Car,
            "bike" => Profile::Bike,
            "foot" => Profile::Foot,
            _ => return Err(row.wrong("profile", "\"car\", \"bike\" or \"foot\"")),
        },
        home,
        start: start(row, home.map(|home| stores[home.index()].location))?,
        capacity: Load { mass, volume },
        shifts: vec![],
    })
}

/// Where shifts start: as said, else at home.
fn start(row: &Row, home: Option<Coordinate>) -> Result<Coordinate, SettingsError> {
    match (row.text("start_lat"), row.text("start_lon"), home) {
        ("", "", Some(home)) => Ok(home),
        ("", "", None) => {
            Err(row.wrong("start_lat", "the place where shifts start, as there is no home_store"))
        }
        _ => row.place("start_lat", "start_lon"),
    }
}

fn store_in(row: &Row, column: &'static str, stores: &[Store]) -> Result<StoreId, SettingsError> {
    let found = stores.iter().position(|store| store.key == row.text(column));
    found.and_then(|index| u16::try_from(index).ok()).map(StoreId).ok_or_else(|| {
        let keys: Vec<&str> = stores.iter().map(|store| store.key.as_str()).collect();
        row.wrong(column, format!("a store of stores.csv: {}", keys.join(", ")))
    })
}
