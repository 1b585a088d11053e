use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::model::place::Coordinate;
use crate::model::region::{Region, Store, Zone};
use crate::settings::zones::read_zones;

fn stores() -> Vec<Store> {
    crate::settings::tests::read_with("", "").unwrap().region.stores
}

fn read(collection: &str) -> Result<Vec<Zone>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zones.geojson");
    fs::write(&path, collection).unwrap();
    read_zones(&path, &stores()).map_err(|error| error.to_string())
}

/// A square around a place, with its corners so far away in degrees.
fn square(lon: f64, lat: f64, half: f64) -> Value {
    let corner = |x: f64, y: f64| json!([lon + x * half, lat + y * half]);
    json!([
        corner(-1.0, -1.0),
        corner(1.0, -1.0),
        corner(1.0, 1.0),
        corner(-1.0, 1.0),
        corner(-1.0, -1.0)
    ])
}

fn feature(name: &str, coordinates: &Value) -> Value {
    json!({
        "type": "Feature",
        "properties": {"name": name, "stores": ["riverside"], "fill": "#ff0000"},
        "geometry": {"type": "Polygon", "coordinates": coordinates},
    })
}

fn collection(features: &[Value]) -> Value {
    json!({"type": "FeatureCollection", "features": features})
}

#[test]
fn polygons_become_cells() {
    let ring = json!([square(37.6, 55.75, 0.03), square(37.6, 55.75, 0.01)]);
    let two = json!({
        "type": "Feature",
        "properties": {"name": "islands", "stores": ["hill", "riverside"], "resolution": 8},
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [[square(37.8, 55.75, 0.02)], [square(37.9, 55.75, 0.02)]],
        },
    });
    let zones = read(&collection(&[feature("ring", &ring), two]).to_string()).unwrap();
    let mut region = crate::settings::tests::read_with("", "").unwrap().region;
    region.zones = zones;
    let at = |lat: f64, lon: f64| {
        let zones = region.zones_of(Coordinate::from_degrees(lat, lon).unwrap());
        zones.iter().map(|zone| region.zones[usize::from(zone.0)].name.as_str()).collect::<String>()
    };
    assert_eq!(at(55.77, 37.6), "ring");
    assert_eq!(at(55.75, 37.6), "", "it has a hole");
    assert_eq!((at(55.75, 37.8), at(55.75, 37.9)), ("islands".into(), "islands".into()));
    assert_eq!(at(55.75, 37.85), "");
    let stores = region.stores_for(Coordinate::from_degrees(55.75, 37.8).unwrap());
    assert_eq!(stores.len(), 2);
}

#[test]
fn without_a_file_there_are_no_zones() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(read_zones(&folder.path().join("zones.geojson"), &stores()).unwrap(), []);
}

#[test]
fn drawn_zones_that_make_no_sense_are_named() {
    let fine = feature("north", &json!([square(37.6, 55.75, 0.03)]));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut feature = fine.clone();
        change(&mut feature);
        let zones = read(&collection(&[fine.clone(), feature]).to_string());
        zones.map_or_else(|error| error, |zones| format!("{} zones", zones.len()))
    };
    let renamed = |feature: &mut Value| feature["properties"]["name"] = json!("south");
    let drawn = |coordinates: Value| {
        with(&|feature| {
            renamed(feature);
            feature["geometry"]["coordinates"] = coordinates.clone();
        })
    };
    let complaints = [
        with(&renamed),
        with(&|_| {}),
        with(&|feature| feature["properties"] = json!({"name": "south"})),
        with(&|feature| feature["properties"]["name"] = json!(7)),
        with(&|feature| {
            renamed(feature);
            feature["properties"]["stores"] = json!(["seaside"]);
        }),
        with(&|feature| {
            renamed(feature);
            feature["properties"]["resolution"] = json!(15);
        }),
        with(&|feature| feature["geometry"] = json!({"type": "Point", "coordinates": [1, 2]})),
        with(&|feature| feature["geometry"] = Value::Null),
        drawn(json!([])),
        drawn(json!([[[37.6, 55.7], [37.7, 55.7], [37.7, 55.8]]])),
        drawn(json!([[[37.6, 95.7], [37.7, 55.7], [37.7, 55.8], [37.6, 95.7]]])),
        drawn(json!([[[37.6, 55.7], [37.7, 55.8], [37.7, 55.7], [37.6, 55.8], [37.6, 55.7]]])),
        drawn(json!([square(37.6, 55.75, 5.0)])),
        drawn(json!([square(37.6, 55.75, 0.5)])),
        drawn(json!([square(37.6, 55.75, 0.000_01)])),
        read("{\"type\": \"Feature\", \"features\": []}").unwrap_err(),
        read("[").unwrap_err(),
    ];
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    2 zones
    zones.geojson, feature 2 ("north"), name: found "north", expected a name that no other zone has
    zones.geojson: feature 2 ("south"): missing field `stores`
    zones.geojson: feature 2: invalid type: integer `7`, expected a string
    zones.geojson, feature 2 ("south"), stores: found "seaside", expected a store of stores.csv: riverside, hill
    zones.geojson, feature 2 ("south"), resolution: found "15", expected a resolution from 5 to 12
    zones.geojson: feature 2 ("north"): unknown variant `Point`, expected `Polygon` or `MultiPolygon`
    zones.geojson: feature 2 ("north"): invalid type: null, expected a Polygon or a MultiPolygon
    zones.geojson, feature 2 ("south"), geometry: found "polygon 1: it has no ring", expected rings of longitudes and latitudes that are closed and do not cross
    zones.geojson, feature 2 ("south"), geometry: found "polygon 1: a ring has less than four positions, or its last is not its first", expected rings of longitudes and latitudes that are closed and do not cross
    zones.geojson, feature 2 ("south"), geometry: found "polygon 1: [37.6, 95.7] is not a longitude and a latitude", expected rings of longitudes and latitudes that are closed and do not cross
    zones.geojson, feature 2 ("south"), geometry: found "polygon 1: exterior ring has a self-intersection", expected rings of longitudes and latitudes that are closed and do not cross
    zones.geojson, feature 2 ("south"), geometry: found "about 39139335 cells", expected at most 50000 cells in all zones; a lower "resolution" (5 to 12, else 9) makes fewer
    zones.geojson, feature 2 ("south"): found "70765 cells so far", expected at most 50000 cells in all zones; a lower "resolution" (5 to 12, else 9) makes fewer
    zones.geojson, feature 2 ("south"), geometry: found "no cell", expected an area with the middle of at least one cell in it; a higher "resolution" makes them smaller
    zones.geojson, type: found "Feature", expected "FeatureCollection"
    zones.geojson: EOF while parsing a list at line 1 column 1
    "#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Zones that touch share no cell, and a place between them is in exactly one.
    #[test]
    fn zones_side_by_side_leave_no_gap(lat in -60.0..60.0f64, lon in -170.0..170.0f64, at in -0.02..0.02f64) {
        let half = 0.01;
        let zones = [-1.0, 1.0].map(|side: f64| {
            let name = if side < 0.0 { "west" } else { "east" };
            feature(name, &json!([square(lon + side * half * 2.0, lat, half * 2.0)]))
        });
        let zones = read(&collection(&zones).to_string()).unwrap();
        let base = crate::settings::tests::read_with("", "").unwrap().region;
        let region = Region { zones, ..base };
        // Near the common border, and further from all others than a cell is wide.
        let place = Coordinate::from_degrees(lat + at / 4.0, lon + at / 2.0).unwrap();
        prop_assert_eq!(region.zones_of(place).len(), 1);
    }
}
