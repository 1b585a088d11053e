//! The settings of routing engines.

use std::time::Duration;

use crate::settings::TravelSettings;
use crate::settings::tests::{complaints, read_with};
use crate::travel::beeline::{Beeline, ProfileSpeeds};
use crate::travel::engines::{EngineKind, EngineOptions};

/// `region.toml` with an engine instead of the city.
fn engine(source: &str, keys: &str) -> String {
    format!("source = \"{source}\"\ndetour_factor = 1.5\n[travel.engine]\n{keys}\n[nothing]\n")
}

/// What is replaced by it, to the end of the section.
const CITY: &str = "source = \"city\"\nseed = 7\ndetour_factor = 1.3\n";

fn read_engine(source: &str, keys: &str) -> EngineOptions {
    let text = engine(source, keys).replace("[nothing]\n", "");
    match read_with(CITY, &text).unwrap().travel {
        TravelSettings::Engine(options) => options,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_engine_needs_no_more_than_its_address() {
    let options = read_engine("osrm", "url = \"http://localhost:5000\"");
    let fallback = Beeline::new(1.5, ProfileSpeeds::default()).unwrap();
    let usual = EngineOptions::new(EngineKind::Osrm, "http://localhost:5000");
    assert_eq!(options, EngineOptions { fallback, ..usual });
    assert_eq!(options.profile_names, ["driving", "bike", "foot"]);
}

#[test]
fn each_profile_may_have_its_own_address_and_name() {
    let options = read_engine(
        "valhalla",
        "url = \"http://10.0.0.7:8002/engine/\"\nbike_url = \"http://bikes\"\n\
         car_profile = \"taxi\"\ntimeout_milliseconds = 250\nretries = 0\n\
         places_per_request = 2500\nrequests_at_once = 2\npause_seconds = 60",
    );
    let all = "http://10.0.0.7:8002/engine/";
    assert_eq!(options.addresses, [all, "http://bikes", all]);
    assert_eq!(options.profile_names, ["taxi", "bicycle", "pedestrian"]);
    assert_eq!(options.timeout, Duration::from_millis(250));
    assert_eq!((options.retries, options.requests_at_once), (0, 2));
    assert_eq!((options.places_per_request, options.pause), (2500, Duration::from_secs(60)));
    let addresses =
        "car_url = \"http://a:1\"\nbike_url = \"http://b:2\"\nfoot_url = \"http://c:3\"";
    let options = read_engine("osrm", addresses);
    assert_eq!(options.addresses, ["http://a:1", "http://b:2", "http://c:3"]);
}

#[test]
fn what_no_engine_can_have_is_named() {
    let said = |source: &str, keys: &str| {
        let keys = if keys.contains("url") {
            keys.to_owned()
        } else {
            format!("url = \"http://e\"\n{keys}")
        };
        complaints(&[(CITY, &engine(source, &keys).replace("[nothing]\n", ""))])
    };
    let all = [
        said("osrm", "url = \"localhost:5000\""),
        said("osrm", "url = \"https://localhost\""),
        said("osrm", "url = \"http://\""),
        said("osrm", "url = \"http://e/?key=1\""),
        said("osrm", "url = \"http://me:secret@e\""),
        said("osrm", "bike_url = \"http://e\""),
        said("osrm", "url = \"http://e\"\nfoot_url = \"file:///e\""),
        said("osrm", "car_profile = \"../car\""),
        said("osrm", "bike_profile = \"\""),
        said("osrm", "timeout_milliseconds = 0"),
        said("osrm", "timeout_milliseconds = 60000"),
        said("osrm", "retries = 6"),
        said("osrm", "retries = -1"),
        said("osrm", "places_per_request = 0"),
        said("osrm", "places_per_request = 1001"),
        said("valhalla", "places_per_request = 2501"),
        said("valhalla", "requests_at_once = 0"),
        said("valhalla", "pause_seconds = 4000"),
        said("valhalla", "retry = 1"),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn an_engine_without_a_section_has_no_address() {
    insta::assert_snapshot!(complaints(&[("\"city\"", "\"osrm\"")]));
}
