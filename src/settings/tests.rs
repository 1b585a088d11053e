use std::fs;
use std::path::Path;

use chrono::NaiveDate;

use crate::model::ids::StoreId;
use crate::model::place::Profile;
use crate::model::region::TimeOfDay;
use crate::settings::checkout::CheckoutSettings;
use crate::settings::{Settings, TravelSettings, parse_time, read};
use crate::travel::city::City;

const REGION: &str = r#"
id = "demo"
name = "Demo City"
time_zone = "Europe/Moscow"
currency = "RUB"

[promise]
express_minutes = 120
safety_minutes = 5
scheduled_window_minutes = 60
scheduled_days = 2
scheduled_lead_minutes = 60
offer_minutes = 15
hold_minutes = 10
lock_minutes = 5
delivery_from = "09:00"
delivery_until = "22:00"

[picking]
base_seconds = 60
seconds_per_item = 12
handover_seconds = 60
ahead_minutes = 90

[dispatch]
loading_seconds = 120
door_seconds = 180
wait_minutes = 10

[fees]
express = 19900
scheduled = 9900
pickup = 0

[costs]
courier_hour = 45000
kilometer = 900

[travel]
source = "city"
seed = 7
detour_factor = 1.3

[[zones]]
name = "center"
stores = ["riverside"]
cells = ["8811aa7a5bfffff"]
"#;

const STORES: &str = "\
id,name,lat,lon,opens,closes
riverside,Riverside,55.75,37.61,08:00,23:00
hill,The Hill,55.80,37.50,00:00,24:00
";

const PICKERS: &str = "\
store,from,to,pickers
riverside,08:00,16:00,2
riverside,12:00,23:00,3
hill,00:00,24:00,1
";

const COURIERS: &str = "\
id,name,profile,home_store,start_lat,start_lon,capacity_grams,capacity_milliliters,shift_start,shift_end
c01,Ada,bike,riverside,,,15000,60000,16:00,22:00
c02,Ben,car,,55.7,37.6,90000,400000,09:00,21:00
c01,Ada,bike,riverside,,,15000,60000,09:00,13:00
";

/// Reads the four files after replacing a piece of one of them.
pub(crate) fn read_with(piece: &str, other: &str) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("region.toml", REGION),
        ("stores.csv", STORES),
        ("pickers.csv", PICKERS),
        ("couriers.csv", COURIERS),
    ];
    let mut replaced = piece.is_empty();
    for (name, text) in files {
        let changed = if replaced { text.to_owned() } else { text.replacen(piece, other, 1) };
        replaced |= changed != text;
        fs::write(folder.path().join(name), changed).unwrap();
    }
    assert!(replaced, "{piece:?} is in no file");
    read(folder.path()).map_err(|error| error.to_string())
}

/// What is said about files with such changes, each made alone.
pub(crate) fn complaints(changes: &[(&str, &str)]) -> String {
    let complaint = |(piece, other): &(&str, &str)| match read_with(piece, other) {
        Ok(_) => format!("{other:?} is fine"),
        Err(error) => error,
    };
    changes.iter().map(complaint).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_region_is_read_whole() {
    let Settings { region, travel, checkout, map } = read_with("", "").unwrap();
    assert_eq!(travel, TravelSettings::City { seed: 7 });
    assert_eq!(checkout, CheckoutSettings::default());
    assert_eq!(map.style, None);
    assert_eq!((region.key.as_str(), region.stores.len()), ("demo", 2));
    assert_eq!(region.policy.express.0, 7200);
    assert_eq!(region.policy.delivery.until, TimeOfDay(22 * 3600));
    assert_eq!(region.stores[0].pickers.len(), 2);
    assert_eq!(region.stores[1].hours.until, TimeOfDay(86_400));
    assert_eq!(region.zones[0].stores, [StoreId(0)]);
    let date = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let opens = region.hours_on(date, region.stores[0].hours).opens();
    assert_eq!(opens.to_utc().to_rfc3339(), "2026-11-22T05:00:00+00:00");
}

#[test]
fn the_lines_of_one_courier_are_its_shifts() {
    let region = read_with("", "").unwrap().region;
    let [ada, ben] = region.couriers.as_slice() else { panic!("two couriers") };
    assert_eq!((ada.key.as_str(), ada.profile, ada.home), ("c01", Profile::Bike, Some(StoreId(0))));
    assert_eq!(ada.start, region.stores[0].location, "at home when nothing is said");
    let shifts: Vec<u32> = ada.shifts.iter().map(|shift| shift.from.0 / 3600).collect();
    assert_eq!(shifts, [9, 16], "in the order of the day");
    assert_eq!((ben.key.as_str(), ben.home, ben.start.latitude_micro), ("c02", None, 55_700_000));
}

#[test]
fn what_may_be_left_out_may_be_left_out() {
    let (without_travel, _) = REGION.split_once("[travel]").unwrap();
    let settings = read_with(REGION, without_travel).unwrap();
    assert!(matches!(settings.travel, TravelSettings::Beeline(_)));
    assert_eq!(settings.region.zones, []);
}

#[test]
fn a_file_of_roads_lies_in_the_folder_of_the_region() {
    let with_file = |name: &str| format!("source = \"roads\"\nfile = \"{name}\"");
    // Whether the file holds roads is seen when they are needed.
    let settings = read_with("source = \"city\"", &with_file("stores.csv")).unwrap();
    let TravelSettings::Roads { file } = settings.travel else { panic!("roads") };
    assert!(file.is_absolute() && file.ends_with("stores.csv"), "{}", file.display());
    insta::assert_snapshot!(
        complaints(&[
            ("source = \"city\"", "source = \"roads\""),
            ("source = \"city\"", &with_file("missing.roads")),
            ("source = \"city\"", &with_file(".")),
        ]),
        @r#"
    region.toml, travel.file: found "", expected the name of a file in this folder that `punctual import-roads` wrote
    region.toml, travel.file: found "missing.roads", expected the name of a file in this folder that `punctual import-roads` wrote
    region.toml, travel.file: found ".", expected the name of a file in this folder that `punctual import-roads` wrote
    "#
    );
}

#[test]
fn a_shop_is_named_by_its_origin_and_its_keys() {
    let section =
        "[checkout]\norigins = [\"https://shop.example\"]\nkeys = [\"pk_marketrow1\"]\n\n";
    let checkout = read_with("[travel]", &format!("{section}[travel]")).unwrap().checkout;
    assert_eq!((checkout.origins.len(), checkout.keys.len()), (1, 1));
    insta::assert_snapshot!(
        complaints(&[
            ("[travel]", "[checkout]\norigins = [\"https://shop.example/\"]\n[travel]"),
            ("[travel]", "[checkout]\norigin = \"https://shop.example\"\n[travel]"),
            ("[travel]", "[checkout]\nkeys = [\"pk_marketrow1\"]\n[travel]"),
        ]),
        @r#"
    region.toml, checkout.origins: found "https://shop.example/", expected an origin as browsers send it, as "https://shop.example" or "http://localhost:3000"
    region.toml: TOML parse error at line 40, column 1
       |
    40 | origin = "https://shop.example"
       | ^^^^^^
    unknown field `origin`, expected `origins` or `keys`
    region.toml, checkout.keys: found "pk_marketrow1", expected no key, or also the origins whose pages send it
    "#
    );
}

#[test]
fn spreadsheets_may_add_a_mark_spaces_and_comments() {
    let marked = format!("\u{feff}{}\n# closed for now\n", STORES.replace(',', " , "));
    assert_eq!(read_with(STORES, &marked), read_with("", ""));
}

#[test]
fn keys_that_are_unknown_or_missing_are_named() {
    insta::assert_snapshot!(
        complaints(&[
            ("hold_minutes = 10", "hold_minuts = 10"),
            ("hold_minutes = 10\n", ""),
            ("[costs]", "[cost]"),
            ("seed = 7", "sead = 7"),
            ("\"city\"", "\"hearsay\""),
            ("name = \"center\"", ""),
            ("express_minutes = 120", "express_minutes = \"two hours\""),
            ("[fees]", "[fees"),
        ]),
        @r#"
        region.toml: TOML parse error at line 14, column 1
           |
        14 | hold_minuts = 10
           | ^^^^^^^^^^^
        unknown field `hold_minuts`, expected one of `express_minutes`, `safety_minutes`, `on_time_percent`, `scheduled_window_minutes`, `scheduled_days`, `scheduled_lead_minutes`, `offer_minutes`, `hold_minutes`, `lock_minutes`, `delivery_from`, `delivery_until`
        region.toml: TOML parse error at line 7, column 1
          |
        7 | [promise]
          | ^^^^^^^^^
        missing field `hold_minutes`
        region.toml: TOML parse error at line 35, column 2
           |
        35 | [cost]
           |  ^^^^
        unknown field `cost`, expected one of `id`, `name`, `time_zone`, `currency`, `promise`, `picking`, `dispatch`, `fees`, `costs`, `variation`, `travel`, `map`, `checkout`, `zones`, `sale`, `tiers`, `slots`, `blackouts`, `out_of_stock`
        region.toml: TOML parse error at line 41, column 1
           |
        41 | sead = 7
           | ^^^^
        unknown field `sead`, expected one of `source`, `seed`, `file`, `detour_factor`, `car_meters_per_second`, `bike_meters_per_second`, `foot_meters_per_second`, `engine`
        region.toml: TOML parse error at line 40, column 10
           |
        40 | source = "hearsay"
           |          ^^^^^^^^^
        unknown variant `hearsay`, expected one of `beeline`, `city`, `roads`, `osrm`, `valhalla`
        region.toml: TOML parse error at line 44, column 1
           |
        44 | [[zones]]
           | ^^^^^^^^^
        missing field `name`
        region.toml: TOML parse error at line 8, column 19
          |
        8 | express_minutes = "two hours"
          |                   ^^^^^^^^^^^
        invalid type: string "two hours", expected i64
        region.toml: TOML parse error at line 30, column 6
           |
        30 | [fees
           |      ^
        unclosed table, expected `]`
        "#
    );
}

#[test]
fn rules_that_make_no_sense_are_named() {
    insta::assert_snapshot!(
        complaints(&[
            ("id = \"demo\"", "id = \"demo/1\""),
            ("\"Demo City\"", "\" \""),
            ("Europe/Moscow", "Moscow"),
            ("RUB", "₽"),
            ("express_minutes = 120", "express_minutes = 0"),
            ("safety_minutes = 5", "safety_minutes = 120"),
            ("scheduled_days = 2", "scheduled_days = 99"),
            ("hold_minutes = 10", "hold_minutes = -1"),
            ("\"09:00\"", "\"9 o'clock\""),
            ("\"22:00\"", "\"08:00\""),
            ("seconds_per_item = 12", "seconds_per_item = -12"),
            ("courier_hour = 45000", "courier_hour = -1"),
            ("detour_factor = 1.3", "detour_factor = 0.5"),
            ("detour_factor = 1.3", "car_meters_per_second = 0.0"),
            ("detour_factor = 1.3", "bike_meters_per_second = nan"),
        ]),
        @r#"
        region.toml, id: found "demo/1", expected 1 to 64 letters, digits, "-" and "_"
        region.toml, name: found " ", expected a name for people
        region.toml, time_zone: found "Moscow", expected a name of the time zone database, as "Europe/Moscow"
        region.toml, currency: found "₽", expected three capital letters of ISO 4217
        region.toml, promise.express_minutes: found 0, expected a whole number from 1 to 1440
        region.toml, promise.safety_minutes: found 120, expected a whole number from 0 to 119
        region.toml, promise.scheduled_days: found 99, expected a whole number from 0 to 14
        region.toml, promise.hold_minutes: found -1, expected a whole number from 1 to 1440
        region.toml, promise.delivery_from: found "9 o'clock", expected a time from "00:00" to "24:00"
        region.toml, promise.delivery_until: found "08:00", expected a time after delivery_from (09:00)
        region.toml, picking.seconds_per_item: found -12, expected a whole number from 0 to 86400
        region.toml, costs.courier_hour: found -1, expected a whole number from 0 to 1000000000
        region.toml, travel.detour_factor: found 0.5, expected a number from 1 to 5
        region.toml, travel.car_meters_per_second: found 0, expected a number from 0.1 to 60
        region.toml, travel.bike_meters_per_second: found NaN, expected a number from 0.1 to 60
        "#
    );
}

#[test]
fn zones_that_make_no_sense_are_named() {
    insta::assert_snapshot!(
        complaints(&[
            ("[\"riverside\"]", "[\"seaside\"]"),
            ("[\"riverside\"]", "[]"),
            ("[\"8811aa7a5bfffff\"]", "[]"),
            ("8811aa7a5bfffff", "Center"),
            ("8811aa7a5bfffff", "8411aa7ffffffff"),
            ("[[zones]]", "[[zones]]\nname = \"center\"\nstores = [\"hill\"]\ncells = [\"8811aa7a5bfffff\"]\n[[zones]]"),
        ]),
        @r#"
        region.toml, zones 1, stores: found "seaside", expected a store of stores.csv: riverside, hill
        region.toml, zones 1, stores: found "[]", expected at least one store
        region.toml, zones 1, cells: found "[]", expected at least one cell
        region.toml, zones 1, cells: found "Center", expected an H3 cell of resolution 5 to 12, as "8811aa7a5bfffff"
        region.toml, zones 1, cells: found "8411aa7ffffffff", expected an H3 cell of resolution 5 to 12, as "8811aa7a5bfffff"
        region.toml, zones 2, name: found "center", expected a name that no other zone has
        "#
    );
}

#[test]
fn stores_that_make_no_sense_are_named() {
    insta::assert_snapshot!(
        complaints(&[
            ("hill,The Hill", "riverside,The Hill"),
            ("hill,The Hill", "the hill,The Hill"),
            ("hill,The Hill", "hill,"),
            ("55.75", "95.75"),
            ("37.61", "east"),
            ("37.50", "NaN"),
            ("08:00,23:00", "23:00,08:00"),
            ("08:00,23:00", "8:00,23:00"),
            ("00:00,24:00", "00:00,24:01"),
            ("id,name,lat,lon", "id,name,lat,lng"),
            ("id,name,lat,lon,opens,closes", "id,name,lat,lon,opens"),
            ("id,name,lat,lon,opens,closes", "id,name,lat,lon,opens,opens"),
            ("hill,The Hill", "hill,The,Hill"),
            (&STORES[STORES.find('\n').unwrap() + 1..], ""),
        ]),
        @r#"
        stores.csv, line 3, id: found "riverside", expected an id that no other store has
        stores.csv, line 3, id: found "the hill", expected 1 to 64 letters, digits, "-" and "_"
        stores.csv, line 3, name: found "", expected 1 to 100 characters
        stores.csv, line 2, lat: found "95.75", expected degrees from -90 to 90
        stores.csv, line 2, lon: found "east", expected degrees from -180 to 180
        stores.csv, line 3, lon: found "NaN", expected degrees from -180 to 180
        stores.csv, line 2, closes: found "08:00", expected a time after opens (23:00)
        stores.csv, line 2, opens: found "8:00", expected a time from "00:00" to "24:00"
        stores.csv, line 3, closes: found "24:01", expected a time from "00:00" to "24:00"
        stores.csv: unknown column "lng"; expected are id,name,lat,lon,opens,closes
        stores.csv: column "closes" is missing; expected are id,name,lat,lon,opens,closes
        stores.csv: column "opens" stands there twice; expected are id,name,lat,lon,opens,closes
        stores.csv: CSV error: record 2 (line: 3, byte: 73): found record with 7 fields, but the previous record has 6 fields
        stores.csv: a region needs at least one store
        "#
    );
}

#[test]
fn pickers_that_make_no_sense_are_named() {
    insta::assert_snapshot!(
        complaints(&[
            ("hill,00:00,24:00,1", "seaside,00:00,24:00,1"),
            ("hill,00:00,24:00,1", "hill,00:00,24:00,0"),
            ("hill,00:00,24:00,1", "hill,00:00,24:00,1.5"),
            ("hill,00:00,24:00,1", "hill,12:00,12:00,1"),
            ("hill,00:00,24:00,1", ""),
        ]),
        @r#"
        pickers.csv, line 4, store: found "seaside", expected a store of stores.csv: riverside, hill
        pickers.csv, line 4, pickers: found "0", expected a whole number from 1 to 1000
        pickers.csv, line 4, pickers: found "1.5", expected a whole number from 1 to 1000
        pickers.csv, line 4, to: found "12:00", expected a time after from (12:00)
        pickers.csv: store "hill" has no pickers: nothing could be sold
        "#
    );
}

#[test]
fn couriers_that_make_no_sense_are_named() {
    insta::assert_snapshot!(
        complaints(&[
            ("c02,Ben,car,,55.7,37.6", "c02,Ben,plane,,55.7,37.6"),
            ("c02,Ben,car,,55.7,37.6", "c02,Ben,car,seaside,55.7,37.6"),
            ("c02,Ben,car,,55.7,37.6", "c02,Ben,car,,,"),
            ("c02,Ben,car,,55.7,37.6", "c02,Ben,car,,55.7,"),
            ("90000,400000", "0,400000"),
            ("90000,400000", "90000,much"),
            ("09:00,21:00", "21:00,09:00"),
            ("15000,60000,09:00", "15000,70000,09:00"),
            ("09:00,13:00", "09:00,17:00"),
        ]),
        @r#"
        couriers.csv, line 3, profile: found "plane", expected "car", "bike" or "foot"
        couriers.csv, line 3, home_store: found "seaside", expected a store of stores.csv: riverside, hill
        couriers.csv, line 3, start_lat: found "", expected the place where shifts start, as there is no home_store
        couriers.csv, line 3, start_lon: found "", expected degrees from -180 to 180
        couriers.csv, line 3, capacity_grams: found "0", expected a whole number from 1 to 100000000
        couriers.csv, line 3, capacity_milliliters: found "much", expected a whole number from 1 to 100000000
        couriers.csv, line 3, shift_end: found "09:00", expected a time after shift_start (21:00)
        couriers.csv, line 4, capacity_milliliters: found "70000", expected "60000" as on the first line of "c01"
        couriers.csv, line 4, shift_start: found "09:00", expected shifts of "c01" that do not overlap
        "#
    );
}

#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("region.toml"), REGION).unwrap();
    let error = read(&folder.path().join("region.toml")).unwrap_err().to_string();
    insta::assert_snapshot!(
        error.replace(folder.path().to_str().unwrap(), "FOLDER"),
        @"FOLDER/stores.csv cannot be read: No such file or directory (os error 2)"
    );
}

#[test]
fn times_of_day_are_two_digits_each() {
    let seconds = |text| parse_time(text).map(|time| time.0);
    assert_eq!(seconds("00:00"), Some(0));
    assert_eq!(seconds("08:30"), Some(30_600));
    assert_eq!(seconds("24:00"), Some(86_400));
    for wrong in ["", "8:30", "08:60", "24:01", "25:00", "08:30:00", "+8:30", "08-30", "٠٨:٣٠"]
    {
        assert_eq!(seconds(wrong), None, "{wrong}");
    }
}

#[test]
fn the_region_to_copy_lies_in_the_invented_city() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/region.toml");
    let settings = read(Path::new(folder)).unwrap();
    let region = &settings.region;
    assert_eq!((region.stores.len(), region.couriers.len(), region.zones.len()), (3, 24, 3));
    assert_eq!(settings.travel, TravelSettings::City { seed: 1 });
    let city = City::invent(1);
    for (store, expected) in region.stores.iter().zip(city.stores()) {
        assert_eq!((&store.key, store.location), (&expected.key, expected.location));
    }
    for (zone, expected) in region.zones.iter().zip(city.zones()) {
        assert!(zone.cells.iter().eq(&expected.cells), "{}", zone.name);
    }
}
