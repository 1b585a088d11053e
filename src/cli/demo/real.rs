//! A real city, from an extract of a map or a file of roads.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use chrono_tz::Tz;

use crate::cli::demo::narrator::say;
use crate::cli::demo::region::{EUROS, Locale};
use crate::cli::import_roads::{Preparation, prepare};
use crate::travel::city::City;
use crate::travel::roads::{PreparedRoads, Roads, file};

/// What files of roads end in.
const ROADS: &str = "roads";
/// What Geofabrik adds to the names of its extracts.
const LATEST: &str = "-latest";
/// The longest key of a region.
const KEY_MAX: usize = 64;

/// Lets people live in the city of a file, and says what is special about the place.
///
/// Roads of an extract are kept in `data`, and made again when the extract is newer.
///
/// # Errors
/// When the file cannot be used, or nobody could live or sell there.
pub(crate) fn real_city(source: &Path, data: &Path) -> anyhow::Result<(City, Locale)> {
    let key = key_of(source)
        .ok_or_else(|| anyhow!("--roads {}: it is not called like a city", source.display()))?;
    let is_ready = source.extension().is_some_and(|extension| extension == ROADS);
    let prepared = if is_ready { file::read(source)? } else { of_extract(source, data, &key)? };
    let roads = Arc::new(Roads::new(prepared));
    let city = City::settle(&name_of(&key), roads)
        .with_context(|| format!("{} is no city to sell in", source.display()))?;
    let time_zone = time_zone(city.center().longitude());
    Ok((city, Locale { key, time_zone, money: EUROS }))
}

fn of_extract(extract: &Path, data: &Path, key: &str) -> anyhow::Result<PreparedRoads> {
    let kept = data.join(format!("{key}.{ROADS}"));
    if is_newer(&kept, extract)
        && let Ok(prepared) = file::read(&kept)
    {
        return Ok(prepared);
    }
    let Preparation { roads, summary } = prepare(extract)?;
    fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
    file::write(&roads, &kept)?;
    say(&format!("{summary}\nKept in {}.\n", kept.display()));
    Ok(roads)
}

/// Whether both files are there, and the first was written after the second.
fn is_newer(kept: &Path, extract: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    time(kept).zip(time(extract)).is_some_and(|(kept, extract)| extract < kept)
}

/// The key of the region: the name of the file up to its first dot, in letters that keys may have.
fn key_of(source: &Path) -> Option<String> {
    let name = source.file_name()?.to_str()?;
    let name = name.split('.').next()?.to_lowercase();
    let name = name.strip_suffix(LATEST).unwrap_or(&name);
    let key: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let key = key.trim_matches('-');
    let key = &key[..key.len().min(KEY_MAX)];
    (!key.is_empty()).then(|| key.to_owned())
}

/// `porto-alegre` is Porto Alegre.
fn name_of(key: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    };
    let words = key.split('-').filter(|word| !word.is_empty());
    words.map(capital).collect::<Vec<_>>().join(" ")
}

/// The zone in which the sun is in the south at noon, about: what is law there is not in the file.
fn time_zone(longitude: f64) -> Tz {
    let hours = (longitude / 15.0).round();
    // The names of these zones count hours to the west.
    let name = if hours == 0.0 { "Etc/GMT".to_owned() } else { format!("Etc/GMT{:+}", -hours) };
    name.parse().unwrap_or(Tz::UTC)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::cli::demo::real::{key_of, name_of, real_city, time_zone};
    use crate::travel::roads::grid::grid;
    use crate::travel::roads::{PreparedRoads, file};

    #[test]
    fn a_city_is_called_like_its_file() {
        let called = |path: &str| key_of(Path::new(path)).map(|key| (name_of(&key), key));
        let both = |name: &str, key: &str| Some((name.to_owned(), key.to_owned()));
        assert_eq!(called("/tmp/porto-alegre.osm.pbf"), both("Porto Alegre", "porto-alegre"));
        assert_eq!(called("liechtenstein-latest.osm.pbf"), both("Liechtenstein", "liechtenstein"));
        assert_eq!(called("New_York.roads"), both("New York", "new-york"));
        assert_eq!(called(".osm.pbf"), None);
        assert_eq!(called("Москва.osm.pbf"), None);
    }

    #[test]
    fn clocks_follow_the_sun() {
        assert_eq!(time_zone(-51.2).name(), "Etc/GMT+3");
        assert_eq!(time_zone(9.5).name(), "Etc/GMT-1");
        assert_eq!(time_zone(-0.1).name(), "Etc/GMT");
        assert_eq!(time_zone(179.0).name(), "Etc/GMT-12");
    }

    #[test]
    fn people_live_and_sell_in_a_city_from_a_file_and_not_on_an_empty_map() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("square-town.roads");
        file::write(&PreparedRoads::prepare(grid(30, 1)), &source).unwrap();
        let (city, locale) = real_city(&source, folder.path()).unwrap();
        assert_eq!((city.name(), locale.key.as_str()), ("Square Town", "square-town"));
        assert_eq!(city.stores().len(), 3);
        file::write(&PreparedRoads::prepare(grid(3, 1)), &source).unwrap();
        let error = real_city(&source, folder.path()).unwrap_err();
        assert!(format!("{error:#}").contains("are needed"), "{error:#}");
        fs::write(&source, "roads").unwrap();
        assert!(real_city(&source, folder.path()).is_err());
    }
}
