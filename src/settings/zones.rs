//! Where a region delivers: cells in `region.toml`, polygons in `zones.geojson`.

use std::path::Path;

use geo::algorithm::Validation;
use geo::{Coord, LineString, Polygon};
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{CellIndex, Resolution};
use serde::Deserialize;
use serde_json::Value;

use crate::model::cells::CellSet;
use crate::model::ids::StoreId;
use crate::model::region::{Store, Zone};
use crate::settings::{SettingsError, file_name, read_text};

/// How many cells all zones of a file may have. At resolution 9 that is a square of 70 km. (Taste:
/// the journal keeps them all whenever the settings change.)
const CELLS_MAX: usize = 50_000;
/// Polygons whose surroundings have more cells than this are not even tried.
const CELLS_TRIED_MAX: usize = 20 * CELLS_MAX;
/// How many corners all polygons of a file may have.
const CORNERS_MAX: usize = 100_000;
/// How many zones a file may have.
pub(crate) const ZONES_MAX: usize = 1000;
/// The resolution of a polygon that says none: cells are about 350 m across.
const RESOLUTION: Resolution = Resolution::Nine;

/// The resolutions of zones.
pub(crate) const RESOLUTIONS: std::ops::RangeInclusive<Resolution> =
    Resolution::Five..=Resolution::Twelve;

/// A collection of features, each read on its own so that an error can name it.
#[derive(Deserialize)]
struct Collection {
    #[serde(rename = "type")]
    kind: String,
    features: Vec<Value>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

/// What we read; programs that draw maps add more.
#[derive(Deserialize)]
struct Properties {
    name: String,
    stores: Vec<String>,
    resolution: Option<u8>,
}

/// Longitude and latitude, and perhaps a height.
type Ring = Vec<Vec<f64>>;

#[derive(Deserialize)]
#[serde(tag = "type", expecting = "a Polygon or a MultiPolygon")]
enum Geometry {
    Polygon { coordinates: Vec<Ring> },
    MultiPolygon { coordinates: Vec<Vec<Ring>> },
}

/// A file of zones, as errors name it.
struct ZoneFile<'a> {
    file: String,
    stores: &'a [Store],
}

/// Reads `zones.geojson`: a `FeatureCollection` of polygons with a `name` and `stores`. A cell belongs
/// to a zone if its middle lies inside, so zones that touch neither overlap nor leave a gap.
///
/// No file means no zones.
pub(crate) fn read_zones(path: &Path, stores: &[Store]) -> Result<Vec<Zone>, SettingsError> {
    if !path.exists() {
        return Ok(vec![]);
    }
    let reader = ZoneFile { file: file_name(path), stores };
    let collection: Collection =
        serde_json::from_str(&read_text(path)?).map_err(|error| reader.form(error.to_string()))?;
    if collection.kind != "FeatureCollection" {
        return Err(reader.wrong("type", &collection.kind, "\"FeatureCollection\""));
    }
    if ZONES_MAX < collection.features.len() {
        return Err(reader.form(format!("more than {ZONES_MAX} features")));
    }
    let mut zones: Vec<Zone> = Vec::new();
    let (mut cells, mut corners) = (0, 0);
    for (number, value) in (1..).zip(collection.features) {
        let label = match value["properties"]["name"].as_str() {
            Some(name) => format!("feature {number} ({name:?})"),
            None => format!("feature {number}"),
        };
        let feature: Feature = serde_json::from_value(value)
            .map_err(|error| reader.form(format!("{label}: {error}")))?;
        let zone = reader.zone(&label, feature, &zones, &mut corners)?;
        cells += zone.cells.len();
        if CELLS_MAX < cells {
            let found = format!("{cells} cells so far");
            return Err(reader.wrong(&label, &found, TOO_MANY));
        }
        zones.push(zone);
    }
    Ok(zones)
}

/// What helps when there are too many cells.
const TOO_MANY: &str =
    "at most 50000 cells in all zones; a lower \"resolution\" (5 to 12, else 9) makes fewer";

impl ZoneFile<'_> {
    fn zone(
        &self,
        label: &str,
        feature: Feature,
        zones: &[Zone],
        corners: &mut usize,
    ) -> Result<Zone, SettingsError> {
        let Feature { properties, geometry } = feature;
        let Properties { name, stores, resolution } = properties;
        let place = |key: &str| format!("{label}, {key}");
        if name.is_empty() || zones.iter().any(|other| other.name == name) {
            return Err(self.wrong(place("name"), &name, "a name that no other zone has"));
        }
        let resolution = match resolution.map(Resolution::try_from) {
            None => RESOLUTION,
            Some(Ok(resolution)) if RESOLUTIONS.contains(&resolution) => resolution,
            Some(_) => {
                let found = resolution.map_or_else(String::new, |found| found.to_string());
                return Err(self.wrong(place("resolution"), &found, "a resolution from 5 to 12"));
            }
        };
        let stores = stores_named(&stores, self.stores)
            .map_err(|(found, expected)| self.wrong(place("stores"), &found, expected))?;
        let polygons = match geometry {
            Geometry::Polygon { coordinates } => vec![coordinates],
            Geometry::MultiPolygon { coordinates } => coordinates,
        };
        let count = polygons.iter().flatten().map(Vec::len).sum::<usize>();
        *corners += count;
        if CORNERS_MAX < *corners {
            let expected = format!("at most {CORNERS_MAX} corners in all zones");
            return Err(self.wrong(place("geometry"), &format!("{count} corners"), expected));
        }
        let cells = self.cells(&place("geometry"), &polygons, resolution)?;
        Ok(Zone { name, cells, stores })
    }

    /// The cells whose middle lies in one of the polygons.
    fn cells(
        &self,
        place: &str,
        polygons: &[Vec<Ring>],
        resolution: Resolution,
    ) -> Result<CellSet, SettingsError> {
        let mode = ContainmentMode::ContainsCentroid;
        let mut tiler = TilerBuilder::new(resolution).containment_mode(mode).build();
        for (number, rings) in (1..).zip(polygons) {
            let invalid = |why: String| {
                let expected = "rings of longitudes and latitudes that are closed and do not cross";
                self.wrong(place, &format!("polygon {number}: {why}"), expected)
            };
            let polygon = polygon(rings).map_err(invalid)?;
            polygon.check_validation().map_err(|error| invalid(error.to_string()))?;
            tiler.add(polygon).map_err(|error| invalid(error.to_string()))?;
        }
        if polygons.is_empty() {
            return Err(self.wrong(place, "[]", "at least one polygon"));
        }
        let tried = tiler.coverage_size_hint();
        if CELLS_TRIED_MAX < tried {
            return Err(self.wrong(place, &format!("about {tried} cells"), TOO_MANY));
        }
        let cells: Vec<CellIndex> = tiler.into_coverage().collect();
        if cells.is_empty() {
            let expected = "an area with the middle of at least one cell in it; \
                            a higher \"resolution\" makes them smaller";
            return Err(self.wrong(place, "no cell", expected));
        }
        Ok(cells.into())
    }

    fn form(&self, reason: impl Into<String>) -> SettingsError {
        SettingsError::Form { file: self.file.clone(), reason: reason.into() }
    }

    fn wrong(
        &self,
        place: impl Into<String>,
        found: &str,
        expected: impl Into<String>,
    ) -> SettingsError {
        SettingsError::Value {
            file: self.file.clone(),
            place: place.into(),
            value: format!("{found:?}"),
            expected: expected.into(),
        }
    }
}

fn polygon(rings: &[Ring]) -> Result<Polygon, String> {
    let corner = |position: &Vec<f64>| match position.as_slice() {
        &[x, y, ..] if x.abs() <= 180.0 && y.abs() <= 90.0 => Ok(Coord { x, y }),
        other => Err(format!("{other:?} is not a longitude and a latitude")),
    };
    let ring = |ring: &Ring| -> Result<LineString, String> {
        let corners = ring.iter().map(corner).collect::<Result<Vec<Coord>, String>>()?;
        if corners.len() < 4 || corners.first() != corners.last() {
            return Err("a ring has less than four positions, or its last is not its first".into());
        }
        Ok(LineString(corners))
    };
    let (outer, holes) = rings.split_first().ok_or("it has no ring")?;
    Ok(Polygon::new(ring(outer)?, holes.iter().map(ring).collect::<Result<_, _>>()?))
}

/// The stores with these keys; else what was found, and what is allowed.
pub(crate) fn stores_named(
    keys: &[String],
    stores: &[Store],
) -> Result<Vec<StoreId>, (String, String)> {
    if keys.is_empty() {
        return Err(("[]".to_owned(), "at least one store".to_owned()));
    }
    let named = |key: &String| {
        let found = stores.iter().position(|store| store.key == *key);
        found.and_then(|index| u16::try_from(index).ok()).map(StoreId).ok_or_else(|| {
            let known: Vec<&str> = stores.iter().map(|store| store.key.as_str()).collect();
            (key.clone(), format!("a store of stores.csv: {}", known.join(", ")))
        })
    };
    keys.iter().map(named).collect()
}

#[cfg(test)]
#[path = "zones_tests.rs"]
mod tests;
