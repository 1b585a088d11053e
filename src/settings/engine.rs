//! `[travel.engine]`: the routing engine beside this service.

use std::ops::RangeInclusive;
use std::time::Duration;

use reqwest::Url;
use serde::Deserialize;

use crate::travel::beeline::Beeline;
use crate::travel::engines::{EngineKind, EngineOptions};

/// Longer than anybody waits at a checkout; shorter than any engine needs. (Taste.)
const TIMEOUT_MILLISECONDS: RangeInclusive<i64> = 20..=30_000;
/// Each costs a time-out when the engine is dead. (Taste.)
const RETRIES: RangeInclusive<i64> = 0..=5;
/// How many an `osrm-routed` 26.10 was seen to take: all places are in the address of the request.
const OSRM_PLACES: RangeInclusive<i64> = 1..=1000;
/// Valhalla's `max_matrix_location_pairs`, as it comes.
const VALHALLA_PLACES: RangeInclusive<i64> = 1..=2500;
/// As many threads as may wait here at all. (Taste.)
const REQUESTS_AT_ONCE: RangeInclusive<i64> = 1..=256;
/// An engine that is back after an hour is noticed after an hour. (Taste.)
const PAUSE_SECONDS: RangeInclusive<i64> = 1..=3600;

const ADDRESS_EXPECTED: &str = "an address without encryption, as \"http://localhost:5000\"";
const NAME_EXPECTED: &str = "1 to 32 letters, digits, \"-\" and \"_\"";

/// What is wrong: the key, the value, and what could stand there.
pub(super) type Fault = (&'static str, String, String);

/// `[travel.engine]` as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EngineSection {
    url: Option<String>,
    car_url: Option<String>,
    bike_url: Option<String>,
    foot_url: Option<String>,
    car_profile: Option<String>,
    bike_profile: Option<String>,
    foot_profile: Option<String>,
    timeout_milliseconds: Option<i64>,
    retries: Option<i64>,
    places_per_request: Option<i64>,
    requests_at_once: Option<i64>,
    pause_seconds: Option<i64>,
}

impl EngineSection {
    /// Checks what a type cannot say.
    ///
    /// # Errors
    /// The first value that makes no sense.
    pub(super) fn options(
        &self,
        kind: EngineKind,
        fallback: Beeline,
    ) -> Result<EngineOptions, Fault> {
        let usual = EngineOptions::new(kind, "");
        let places = match kind {
            EngineKind::Osrm => OSRM_PLACES,
            EngineKind::Valhalla => VALHALLA_PLACES,
        };
        let number = |key, value: Option<i64>, range| value.map(|value| within(key, value, range));
        let timeout =
            number("timeout_milliseconds", self.timeout_milliseconds, TIMEOUT_MILLISECONDS);
        let retries = number("retries", self.retries, RETRIES);
        let places = number("places_per_request", self.places_per_request, places);
        let at_once = number("requests_at_once", self.requests_at_once, REQUESTS_AT_ONCE);
        let pause = number("pause_seconds", self.pause_seconds, PAUSE_SECONDS);
        let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let milliseconds = |number: u32| Duration::from_millis(number.into());
        let seconds = |number: u32| Duration::from_secs(number.into());
        Ok(EngineOptions {
            kind,
            addresses: self.addresses()?,
            profile_names: self.profile_names(kind)?,
            timeout: timeout.transpose()?.map_or(usual.timeout, milliseconds),
            retries: retries.transpose()?.unwrap_or(usual.retries),
            places_per_request: places.transpose()?.map_or(usual.places_per_request, count),
            requests_at_once: at_once.transpose()?.map_or(usual.requests_at_once, count),
            pause: pause.transpose()?.map_or(usual.pause, seconds),
            fallback,
        })
    }

    fn addresses(&self) -> Result<[String; 3], Fault> {
        let wrong = |key, text: &str| (key, format!("{text:?}"), ADDRESS_EXPECTED.to_owned());
        let address = |key, own: &Option<String>| {
            let (key, text) = match (own, &self.url) {
                (Some(own), _) => (key, own.as_str()),
                (None, Some(all)) => ("url", all.as_str()),
                (None, None) => ("url", ""),
            };
            if is_address(text) { Ok(text.to_owned()) } else { Err(wrong(key, text)) }
        };
        if let Some(url) = self.url.as_deref().filter(|url| !is_address(url)) {
            return Err(wrong("url", url));
        }
        Ok([
            address("car_url", &self.car_url)?,
            address("bike_url", &self.bike_url)?,
            address("foot_url", &self.foot_url)?,
        ])
    }

    fn profile_names(&self, kind: EngineKind) -> Result<[String; 3], Fault> {
        let [car, bike, foot] = kind.profile_names();
        let name = |key, own: &Option<String>, usual: &str| {
            let name = own.as_deref().unwrap_or(usual);
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if (1..=32).contains(&name.len()) && name.chars().all(allowed) {
                Ok(name.to_owned())
            } else {
                Err((key, format!("{name:?}"), NAME_EXPECTED.to_owned()))
            }
        };
        Ok([
            name("car_profile", &self.car_profile, car)?,
            name("bike_profile", &self.bike_profile, bike)?,
            name("foot_profile", &self.foot_profile, foot)?,
        ])
    }
}

fn within(key: &'static str, value: i64, range: RangeInclusive<i64>) -> Result<u32, Fault> {
    let fault = || {
        (
            key,
            value.to_string(),
            format!("a whole number from {} to {}", range.start(), range.end()),
        )
    };
    let number = u32::try_from(value).ok().filter(|_| range.contains(&value));
    number.ok_or_else(fault)
}

/// Whether requests can be sent there: this program knows no TLS towards engines, which are at home
/// in the same network.
fn is_address(text: &str) -> bool {
    let fits = |url: Url| {
        url.scheme() == "http"
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    text.starts_with("http://") && Url::parse(text).is_ok_and(fits)
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;
