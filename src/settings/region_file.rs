//! `region.toml`: the rules of a region.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use h3o::CellIndex;
use serde::Deserialize;

use crate::model::policy::{Costs, Fees, Policy};
use crate::model::region::{Courier, DailyHours, Region, Store, TimeOfDay, Zone};
use crate::model::sale::SaleRules;
use crate::model::units::{MinorUnits, Seconds};
use crate::model::variation::Variation;
use crate::settings::checkout::CheckoutSettings;
use crate::settings::engine::EngineSection;
use crate::settings::map::{MapSettings, STYLE_EXPECTED};
use crate::settings::sale::{BlackoutSection, SaleSection, SlotSection, TierSection};
use crate::settings::zones::{RESOLUTIONS, ZONES_MAX, stores_named};
use crate::settings::{
    KEY_EXPECTED, Settings, SettingsError, TIME_EXPECTED, TravelSettings, is_key, parse_time,
};
use crate::travel::beeline::{Beeline, DETOUR_FACTOR, ProfileSpeeds};
use crate::travel::engines::EngineKind;

/// A day, in minutes.
pub(crate) const DAY: i64 = 24 * 60;
/// Dearer than any delivery, in minor units.
pub(crate) const AMOUNT_MAX: i64 = 1_000_000_000;
/// Nobody can promise that a courier is never late.
pub(super) const ON_TIME_PERCENT_MAX: i64 = 99;
/// What varies more than this cannot be planned.
const VARIATION_PERCENT_MAX: i64 = 100;
/// Planning anew never makes a promise worse, and hardly ever more than twenty times safer.
const RESCUE_PERCENT: RangeInclusive<i64> = 100..=2000;
/// How many days ahead may be sold.
pub(crate) const DAYS_MAX: i64 = 14;

/// `region.toml` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegionFile {
    id: String,
    name: String,
    time_zone: String,
    currency: String,
    promise: Promise,
    picking: Picking,
    dispatch: Dispatch,
    fees: FeesSection,
    costs: CostsSection,
    variation: Option<VariationSection>,
    travel: Option<TravelSection>,
    #[serde(default)]
    map: MapSettings,
    #[serde(default)]
    checkout: CheckoutSettings,
    #[serde(default)]
    zones: Vec<ZoneSection>,
    pub(super) sale: Option<SaleSection>,
    #[serde(default)]
    pub(super) tiers: Vec<TierSection>,
    #[serde(default)]
    pub(super) slots: Vec<SlotSection>,
    #[serde(default)]
    pub(super) blackouts: Vec<BlackoutSection>,
    #[serde(default)]
    pub(super) out_of_stock: BTreeMap<String, Vec<String>>,
    #[serde(skip)]
    file: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Promise {
    express_minutes: i64,
    safety_minutes: i64,
    on_time_percent: Option<i64>,
    scheduled_window_minutes: i64,
    scheduled_days: i64,
    scheduled_lead_minutes: i64,
    offer_minutes: i64,
    hold_minutes: i64,
    lock_minutes: i64,
    delivery_from: String,
    delivery_until: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Picking {
    base_seconds: i64,
    seconds_per_item: i64,
    handover_seconds: i64,
    ahead_minutes: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dispatch {
    loading_seconds: i64,
    door_seconds: i64,
    wait_minutes: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FeesSection {
    express: i64,
    scheduled: i64,
    pickup: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CostsSection {
    courier_hour: i64,
    kilometer: i64,
}

/// Coefficients of variation, in percent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VariationSection {
    #[serde(rename = "picking_percent")]
    picking: Option<i64>,
    #[serde(rename = "loading_percent")]
    loading: Option<i64>,
    #[serde(rename = "leg_percent")]
    leg: Option<i64>,
    #[serde(rename = "traffic_percent")]
    traffic: Option<i64>,
    #[serde(rename = "door_percent")]
    door: Option<i64>,
    rescue_percent: Option<i64>,
}

/// All keys are read for either source, so that one can be tried in place of the other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TravelSection {
    source: TravelSource,
    seed: Option<u64>,
    file: Option<String>,
    detour_factor: Option<f64>,
    car_meters_per_second: Option<f64>,
    bike_meters_per_second: Option<f64>,
    foot_meters_per_second: Option<f64>,
    #[serde(default)]
    engine: EngineSection,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TravelSource {
    Beeline,
    City,
    Roads,
    Osrm,
    Valhalla,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneSection {
    name: String,
    stores: Vec<String>,
    cells: Vec<String>,
}

impl RegionFile {
    pub(crate) fn parse(text: &str, file: &str) -> Result<Self, SettingsError> {
        let read: Result<Self, _> = toml::from_str(text);
        let read = read.map_err(|error| SettingsError::Form {
            file: file.to_owned(),
            reason: error.to_string().trim_end().to_owned(),
        })?;
        Ok(Self { file: file.to_owned(), ..read })
    }

    /// Checks what a type cannot say.
    pub(crate) fn into_settings(
        self,
        folder: &Path,
        mut stores: Vec<Store>,
        couriers: Vec<Courier>,
        drawn: Vec<Zone>,
    ) -> Result<Settings, SettingsError> {
        if !is_key(&self.id) {
            return Err(self.wrong("id", &self.id, KEY_EXPECTED));
        }
        if self.name.trim().is_empty() {
            return Err(self.wrong("name", &self.name, "a name for people"));
        }
        let is_currency =
            self.currency.len() == 3 && self.currency.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_currency {
            return Err(self.wrong(
                "currency",
                &self.currency,
                "three capital letters of ISO 4217",
            ));
        }
        let time_zone: Tz = self.time_zone.parse().map_err(|_| {
            let expected = "a name of the time zone database, as \"Europe/Moscow\"";
            self.wrong("time_zone", &self.time_zone, expected)
        })?;
        let (mut policy, travel) = (self.policy()?, self.travel(folder)?);
        self.checkout.check().map_err(|(key, text, expected)| {
            self.wrong(format!("checkout.{key}"), &text, expected)
        })?;
        self.map.check().map_err(|text| self.wrong("map.style", &text, STYLE_EXPECTED))?;
        let zones = self.zones(&stores, drawn)?;
        policy.sale = self.sale_rules(policy.lead, &stores, &zones)?;
        self.set_stock(&policy.sale, &mut stores)?;
        let Self { id: key, name, currency, map, checkout, .. } = self;
        let region = Region { key, name, time_zone, currency, policy, stores, couriers, zones };
        Ok(Settings { region, travel, checkout, map })
    }

    fn policy(&self) -> Result<Policy, SettingsError> {
        let Self { promise, picking, dispatch, fees, costs, .. } = self;
        let minutes =
            |key, value, expected| self.number(key, value, expected).map(Seconds::minutes);
        let seconds = |key, value| self.number(key, value, 0..=DAY * 60).map(Seconds);
        let amount = |key, value| self.number(key, value, 0..=AMOUNT_MAX).map(MinorUnits);
        let express = minutes("promise.express_minutes", promise.express_minutes, 1..=DAY)?;
        let days = self.number("promise.scheduled_days", promise.scheduled_days, 0..=DAYS_MAX)?;
        Ok(Policy {
            express,
            safety: minutes(
                "promise.safety_minutes",
                promise.safety_minutes,
                0..=promise.express_minutes - 1,
            )?,
            window: minutes(
                "promise.scheduled_window_minutes",
                promise.scheduled_window_minutes,
                15..=DAY,
            )?,
            scheduled_days: u8::try_from(days).unwrap_or_default(),
            lead: minutes(
                "promise.scheduled_lead_minutes",
                promise.scheduled_lead_minutes,
                0..=DAY * DAYS_MAX,
            )?,
            offer: minutes("promise.offer_minutes", promise.offer_minutes, 1..=DAY)?,
            hold: minutes("promise.hold_minutes", promise.hold_minutes, 1..=DAY)?,
            lock: minutes("promise.lock_minutes", promise.lock_minutes, 0..=DAY)?,
            delivery: self.delivery_hours()?,
            picking_base: seconds("picking.base_seconds", picking.base_seconds)?,
            picking_item: seconds("picking.seconds_per_item", picking.seconds_per_item)?,
            handover: seconds("picking.handover_seconds", picking.handover_seconds)?,
            pick_ahead: minutes("picking.ahead_minutes", picking.ahead_minutes, 1..=DAY)?,
            loading: seconds("dispatch.loading_seconds", dispatch.loading_seconds)?,
            door: seconds("dispatch.door_seconds", dispatch.door_seconds)?,
            wait: minutes("dispatch.wait_minutes", dispatch.wait_minutes, 0..=DAY)?,
            fees: Fees {
                express: amount("fees.express", fees.express)?,
                scheduled: amount("fees.scheduled", fees.scheduled)?,
                pickup: amount("fees.pickup", fees.pickup)?,
            },
            costs: Costs {
                courier_hour: amount("costs.courier_hour", costs.courier_hour)?,
                kilometer: amount("costs.kilometer", costs.kilometer)?,
            },
            variation: self.variation()?,
            on_time_floor: self.percent(
                "promise.on_time_percent",
                promise.on_time_percent,
                0..=ON_TIME_PERCENT_MAX,
                0.0,
            )?,
            sale: SaleRules::default(),
        })
    }

    fn variation(&self) -> Result<Variation, SettingsError> {
        let usual = Variation::default();
        let Some(section) = &self.variation else { return Ok(usual) };
        let factor = |key, value, usual| self.percent(key, value, 0..=VARIATION_PERCENT_MAX, usual);
        Ok(Variation {
            picking: factor("variation.picking_percent", section.picking, usual.picking)?,
            loading: factor("variation.loading_percent", section.loading, usual.loading)?,
            leg: factor("variation.leg_percent", section.leg, usual.leg)?,
            traffic: factor("variation.traffic_percent", section.traffic, usual.traffic)?,
            door: factor("variation.door_percent", section.door, usual.door)?,
            rescue: self.percent(
                "variation.rescue_percent",
                section.rescue_percent,
                RESCUE_PERCENT,
                usual.rescue,
            )?,
        })
    }

    /// A percentage as a factor, or what is usual.
    fn percent(
        &self,
        key: &str,
        value: Option<i64>,
        expected: RangeInclusive<i64>,
        usual: f64,
    ) -> Result<f64, SettingsError> {
        let Some(value) = value else { return Ok(usual) };
        let value = self.number(key, value, expected)?;
        Ok(f64::from(i32::try_from(value).unwrap_or_default()) / 100.0)
    }

    fn delivery_hours(&self) -> Result<DailyHours, SettingsError> {
        let Promise { delivery_from, delivery_until, .. } = &self.promise;
        let from = self.time("promise.delivery_from", delivery_from)?;
        let until = self.time("promise.delivery_until", delivery_until)?;
        if until <= from {
            let expected = format!("a time after delivery_from ({delivery_from})");
            return Err(self.wrong("promise.delivery_until", delivery_until, expected));
        }
        Ok(DailyHours { from, until })
    }

    fn travel(&self, folder: &Path) -> Result<TravelSettings, SettingsError> {
        let Some(travel) = &self.travel else {
            return Ok(TravelSettings::Beeline(Beeline::default()));
        };
        let usual = ProfileSpeeds::default();
        let speeds = ProfileSpeeds {
            car: travel.car_meters_per_second.unwrap_or(usual.car),
            bike: travel.bike_meters_per_second.unwrap_or(usual.bike),
            foot: travel.foot_meters_per_second.unwrap_or(usual.foot),
        };
        let beeline = Beeline::new(travel.detour_factor.unwrap_or(DETOUR_FACTOR), speeds);
        let beeline = beeline.map_err(|error| SettingsError::Value {
            file: self.file.clone(),
            place: format!("travel.{}", error.name),
            value: error.value.to_string(),
            expected: format!("a number from {} to {}", error.low, error.high),
        })?;
        Ok(match travel.source {
            TravelSource::Beeline => TravelSettings::Beeline(beeline),
            TravelSource::City => TravelSettings::City { seed: travel.seed.unwrap_or(1) },
            TravelSource::Roads => TravelSettings::Roads { file: self.road_file(travel, folder)? },
            TravelSource::Osrm => self.engine(travel, EngineKind::Osrm, beeline)?,
            TravelSource::Valhalla => self.engine(travel, EngineKind::Valhalla, beeline)?,
        })
    }

    fn engine(
        &self,
        travel: &TravelSection,
        kind: EngineKind,
        fallback: Beeline,
    ) -> Result<TravelSettings, SettingsError> {
        let options = travel.engine.options(kind, fallback);
        options.map(TravelSettings::Engine).map_err(|(key, value, expected)| SettingsError::Value {
            file: self.file.clone(),
            place: format!("travel.engine.{key}"),
            value,
            expected,
        })
    }

    /// The file of roads, which lies in the region's folder or is named from there.
    fn road_file(&self, travel: &TravelSection, folder: &Path) -> Result<PathBuf, SettingsError> {
        let name = travel.file.as_deref().unwrap_or_default();
        let file = folder.join(name);
        if name.is_empty() || !file.is_file() {
            let expected = "the name of a file in this folder that `punctual import-roads` wrote";
            return Err(self.wrong("travel.file", name, expected));
        }
        Ok(file)
    }

    /// The zones, those that are drawn first.
    fn zones(&self, stores: &[Store], drawn: Vec<Zone>) -> Result<Vec<Zone>, SettingsError> {
        if ZONES_MAX < self.zones.len() {
            let found = self.zones.len().to_string();
            return Err(self.wrong("zones", &found, format!("at most {ZONES_MAX} zones")));
        }
        let mut zones = drawn;
        for (number, zone) in (1..).zip(&self.zones) {
            let place = |key: &str| format!("zones {number}, {key}");
            if zone.name.is_empty() || zones.iter().any(|other| other.name == zone.name) {
                return Err(self.wrong(place("name"), &zone.name, "a name that no other zone has"));
            }
            if zone.cells.is_empty() {
                return Err(self.wrong(place("cells"), "[]", "at least one cell"));
            }
            let stores = stores_named(&zone.stores, stores)
                .map_err(|(found, expected)| self.wrong(place("stores"), &found, expected))?;
            let cells = zone.cells.iter().map(|text| match text.parse::<CellIndex>() {
                Ok(cell) if RESOLUTIONS.contains(&cell.resolution()) => Ok(cell),
                _ => Err(self.wrong(
                    place("cells"),
                    text,
                    "an H3 cell of resolution 5 to 12, as \"8811aa7a5bfffff\"",
                )),
            });
            zones.push(Zone {
                name: zone.name.clone(),
                stores,
                cells: cells.collect::<Result<_, _>>()?,
            });
        }
        Ok(zones)
    }

    pub(super) fn number(
        &self,
        key: &str,
        value: i64,
        expected: RangeInclusive<i64>,
    ) -> Result<i64, SettingsError> {
        if expected.contains(&value) {
            return Ok(value);
        }
        Err(SettingsError::Value {
            file: self.file.clone(),
            place: key.to_owned(),
            value: value.to_string(),
            expected: format!("a whole number from {} to {}", expected.start(), expected.end()),
        })
    }

    pub(super) fn time(&self, key: &str, text: &str) -> Result<TimeOfDay, SettingsError> {
        parse_time(text).ok_or_else(|| self.wrong(key, text, TIME_EXPECTED))
    }

    pub(super) fn wrong(
        &self,
        key: impl Display,
        text: &str,
        expected: impl Display,
    ) -> SettingsError {
        SettingsError::Value {
            file: self.file.clone(),
            place: key.to_string(),
            value: format!("{text:?}"),
            expected: expected.to_string(),
        }
    }
}
