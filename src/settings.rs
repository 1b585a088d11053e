//! Reads a region from files that people write: rules in TOML, stores, pickers and couriers in CSV.
//!
//! | file | holds |
//! |---|---|
//! | `region.toml` | name, time zone, promise, picking, dispatch, fees, costs, travel, map, checkout, zones, sale |
//! | `stores.csv` | one store a line |
//! | `pickers.csv` | how many pickers work in a store, from when to when |
//! | `couriers.csv` | one shift of one courier a line |
//! | `zones.geojson` | zones as polygons, if there are any |
//!
//! Nothing is guessed: an unknown key or column, a missing one, and a value that makes no sense are
//! errors that name file, place, value and what is allowed.

pub mod checkout;
mod engine;
pub mod map;
pub mod orders;
mod region_file;
mod sale;
mod table;
mod tables;
mod zones;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::region::{Region, TimeOfDay};
use crate::settings::checkout::CheckoutSettings;
use crate::settings::map::MapSettings;
use crate::settings::region_file::RegionFile;
use crate::travel::beeline::Beeline;
use crate::travel::engines::EngineOptions;

/// The name of the file with the rules.
const REGION_FILE: &str = "region.toml";

/// What the files of a region say.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The region.
    pub region: Region,
    /// What answers how long the way is.
    pub travel: TravelSettings,
    /// Who may call the checkout from pages of other origins.
    pub checkout: CheckoutSettings,
    /// What the pages' maps are drawn from.
    pub map: MapSettings,
}

/// What answers how long the way is.
#[derive(Debug, Clone, PartialEq)]
pub enum TravelSettings {
    /// Straight lines, stretched.
    Beeline(Beeline),
    /// The streets of the invented city.
    City {
        /// Which city: each seed is another.
        seed: u64,
    },
    /// Real roads.
    Roads {
        /// What `punctual import-roads` wrote.
        file: PathBuf,
    },
    /// A routing engine beside this service.
    Engine(EngineOptions),
}

/// Why the files of a region cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not TOML or CSV, or has not the keys or columns it must have.
    #[error("{file}: {reason}")]
    Form {
        /// Which.
        file: String,
        /// Why, and where in it.
        reason: String,
    },
    /// A value makes no sense.
    #[error("{file}, {place}: found {value}, expected {expected}")]
    Value {
        /// In which file.
        file: String,
        /// Which key, or line and column.
        place: String,
        /// The value.
        value: String,
        /// What could stand there.
        expected: String,
    },
}

/// Reads the region in `path`: a folder, or the `region.toml` in it.
///
/// # Errors
/// The first thing that is wrong; see [`SettingsError`].
pub fn read(path: &Path) -> Result<Settings, SettingsError> {
    let file = if path.is_dir() { path.join(REGION_FILE) } else { path.to_owned() };
    let text = read_text(&file)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let rules = RegionFile::parse(&text, &file_name(&file))?;
    let mut stores = tables::read_stores(&folder.join("stores.csv"))?;
    tables::read_pickers(&folder.join("pickers.csv"), &mut stores)?;
    let couriers = tables::read_couriers(&folder.join("couriers.csv"), &stores)?;
    let drawn = zones::read_zones(&folder.join("zones.geojson"), &stores)?;
    rules.into_settings(folder, stores, couriers, drawn)
}

fn read_text(file: &Path) -> Result<String, SettingsError> {
    fs::read_to_string(file).map_err(|source| SettingsError::File { file: file.to_owned(), source })
}

/// A file's own name: what people look for, wherever the folder is.
fn file_name(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

/// A time of day as in `08:30`; `24:00` is the end of the day.
fn parse_time(text: &str) -> Option<TimeOfDay> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let seconds = hours * 3600 + minutes * 60;
    (minutes < 60 && seconds <= 86_400).then_some(TimeOfDay(seconds))
}

/// What [`parse_time`] takes.
const TIME_EXPECTED: &str = "a time from \"00:00\" to \"24:00\"";

/// Whether a text can be a name in the API: it becomes part of addresses.
fn is_key(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=64).contains(&text.len()) && text.chars().all(allowed)
}

/// What [`is_key`] takes.
const KEY_EXPECTED: &str = "1 to 64 letters, digits, \"-\" and \"_\"";

#[cfg(test)]
mod tests;
