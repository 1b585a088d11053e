//! How times, places, money and numbers are written on the wire.

use chrono::{DateTime, SecondsFormat};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::http::limits::{Text, Within, optional_object};
use crate::http::problem::{Problem, shortened};
use crate::model::basket::{Basket, Load};
use crate::model::ids::OrderId;
use crate::model::place::Coordinate;
use crate::model::region::Region;
use crate::model::sale::Classes;
use crate::model::slot::SlotKind;
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::{Grams, Milliliters, MinorUnits, Seconds};

/// An instant in RFC 3339, with the region's offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-22T17:05:00+03:00")]
pub(crate) struct Moment(String);

impl Moment {
    /// An instant as clocks in the region show it.
    pub(crate) fn new(region: &Region, at: Timestamp) -> Self {
        let local = at.to_utc().with_timezone(&region.time_zone);
        Self(local.to_rfc3339_opts(SecondsFormat::Secs, false))
    }
}

/// From when until when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WindowReply {
    /// From.
    start: Moment,
    /// Until.
    end: Moment,
}

impl WindowReply {
    /// A window as clocks in the region show it.
    pub(crate) fn new(region: &Region, window: TimeWindow) -> Self {
        let (start, end) = (window.opens(), window.closes());
        Self { start: Moment::new(region, start), end: Moment::new(region, end) }
    }
}

/// An amount of money.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MoneyReply {
    /// In the currency's minor unit.
    amount: i64,
    /// ISO 4217.
    currency: String,
}

impl MoneyReply {
    /// An amount in the region's currency.
    pub(crate) fn new(region: &Region, amount: MinorUnits) -> Self {
        Self { amount: amount.0, currency: region.currency.clone() }
    }
}

/// A point on the map, in degrees.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct PlaceReply {
    /// Latitude, north positive.
    pub(crate) lat: f64,
    /// Longitude, east positive.
    pub(crate) lon: f64,
}

impl From<Coordinate> for PlaceReply {
    fn from(place: Coordinate) -> Self {
        Self { lat: place.latitude(), lon: place.longitude() }
    }
}

/// A point on the map, as GeoJSON writes it: longitude, latitude.
pub(crate) fn lon_lat(place: Coordinate) -> [f64; 2] {
    [place.longitude(), place.latitude()]
}

/// A latitude in degrees, checked.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(value_type = f64, minimum = -90.0, maximum = 90.0)]
pub(crate) struct Latitude(f64);

/// A longitude in degrees, checked.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(value_type = f64, minimum = -180.0, maximum = 180.0)]
pub(crate) struct Longitude(f64);

/// A point on the map, in degrees.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceBody {
    /// Latitude, north positive.
    #[schema(inline)]
    lat: Latitude,
    /// Longitude, east positive.
    #[schema(inline)]
    lon: Longitude,
}

impl<'de> Deserialize<'de> for Latitude {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        degrees(f64::deserialize(from)?, 90.0).map(Self)
    }
}

impl<'de> Deserialize<'de> for Longitude {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        degrees(f64::deserialize(from)?, 180.0).map(Self)
    }
}

fn degrees<E: Error>(value: f64, limit: f64) -> Result<f64, E> {
    if value.is_finite() && value.abs() <= limit {
        return Ok(value);
    }
    Err(E::custom(format_args!(
        "{value} is not on the globe, expected -{limit} to {limit} degrees"
    )))
}

impl PlaceBody {
    /// A point from its degrees.
    pub(crate) fn new(lat: Latitude, lon: Longitude) -> Self {
        Self { lat, lon }
    }

    /// The place, to a millionth of a degree.
    pub(crate) fn place(self) -> Result<Coordinate, Problem> {
        Coordinate::from_degrees(self.lat.0, self.lon.0)
            .map_err(|error| Problem::body(format!("/{}", error.name), error.to_string()))
    }
}

/// An amount of money that a client sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoneyBody {
    /// In the currency's minor unit.
    #[schema(inline)]
    amount: Within<0, 1_000_000_000_000>,
    /// ISO 4217; the region's.
    #[schema(inline)]
    currency: Text<3>,
}

/// What must be picked and carried.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BasketBody {
    /// How many things a picker takes from the shelves.
    #[schema(inline)]
    items: Within<1, 500>,
    /// What they weigh together.
    #[schema(inline)]
    mass_grams: Within<0, 500_000>,
    /// What they fill together.
    #[schema(inline)]
    volume_milliliters: Within<0, 2_000_000>,
    /// How long picking takes, when the shop knows better than the store's average.
    #[serde(default)]
    #[schema(inline)]
    picking_seconds: Option<Within<1, 14_400>>,
    /// What the goods cost. Slots may ask for a minimum, which is not looked at when left out.
    #[serde(default, deserialize_with = "optional_object")]
    value: Option<MoneyBody>,
    /// Classes of items that a store may be out of, as the region names them.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    classes: Vec<Text<64>>,
}

impl BasketBody {
    /// The basket, in the region's currency and classes. `pointer` is where it stands in the body.
    pub(crate) fn basket(&self, region: &Region, pointer: &str) -> Result<Basket, Problem> {
        let value = match &self.value {
            Some(value) if value.currency.0 != region.currency => {
                let expected = format!("this region counts in {}", region.currency);
                return Err(Problem::body(format!("{pointer}/value/currency"), expected));
            }
            value => value.as_ref().map(|value| MinorUnits(value.amount.0)),
        };
        Ok(Basket {
            // Within 1..=500 by its type.
            items: u32::try_from(self.items.0).unwrap_or(u32::MAX),
            load: Load {
                mass: Grams(self.mass_grams.0),
                volume: Milliliters(self.volume_milliliters.0),
            },
            picking: self.picking_seconds.map(|seconds| Seconds(seconds.0)),
            value,
            classes: classes_named(region, &self.classes, &format!("{pointer}/classes"))?,
        })
    }
}

/// The classes of items with these names. `pointer` is where they stand in the body.
pub(crate) fn classes_named(
    region: &Region,
    names: &[Text<64>],
    pointer: &str,
) -> Result<Classes, Problem> {
    let mut classes = Classes::NONE;
    for (index, Text(name)) in names.iter().enumerate() {
        let class = region.policy.sale.class_named(name).ok_or_else(|| {
            let known = &region.policy.sale.classes;
            unknown_name(&format!("{pointer}/{index}"), "item class", name, known)
        })?;
        classes = classes.or(class);
    }
    Ok(classes)
}

/// The problem that a name is none of those that the region knows.
pub(crate) fn unknown_name(pointer: &str, what: &str, name: &str, known: &[String]) -> Problem {
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let name = shortened(name);
    Problem::body(pointer, format!("there is no {what} {name:?} in this region; it has: {known}"))
}

/// What must be picked and carried.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BasketReply {
    /// How many things a picker takes from the shelves.
    items: u32,
    /// What they weigh together.
    mass_grams: i64,
    /// What they fill together.
    volume_milliliters: i64,
    /// How long picking takes.
    picking_seconds: i64,
    /// What the goods cost, if the shop said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<MoneyReply>,
    /// Classes of items that a store may be out of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classes: Vec<String>,
}

impl BasketReply {
    /// A basket, picked by the region's rules.
    pub(crate) fn new(region: &Region, basket: &Basket) -> Self {
        Self {
            items: basket.items,
            mass_grams: basket.load.mass.0,
            volume_milliliters: basket.load.volume.0,
            picking_seconds: region.policy.picking(basket).0,
            value: basket.value.map(|value| MoneyReply::new(region, value)),
            classes: { region.policy.sale.names(basket.classes).into_iter() }
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// How a customer gets an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KindReply {
    /// At the door, as soon as promised.
    Express,
    /// At the door, in a chosen window.
    Scheduled,
    /// Collected at a store.
    Pickup,
}

impl From<SlotKind> for KindReply {
    fn from(kind: SlotKind) -> Self {
        match kind {
            SlotKind::Express => Self::Express,
            SlotKind::Scheduled => Self::Scheduled,
            SlotKind::Pickup => Self::Pickup,
        }
    }
}

/// The name of an order.
pub(crate) fn order_name(order: OrderId) -> String {
    format!("O{}", order.0)
}

/// The name of a hold.
pub(crate) fn hold_name(order: OrderId) -> String {
    format!("H{}", order.0)
}

/// The order that a name like `O12` means.
pub(crate) fn order_named(name: &str) -> Result<OrderId, Problem> {
    numbered('O', name).ok_or_else(|| Problem::unknown_order(name))
}

/// The hold that a name like `H12` means.
pub(crate) fn hold_named(name: &str) -> Result<OrderId, Problem> {
    numbered('H', name).ok_or_else(|| Problem::unknown_order(name))
}

fn numbered(letter: char, name: &str) -> Option<OrderId> {
    let digits = name.strip_prefix(letter)?;
    let is_plain = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_plain).map(OrderId)
}

/// An instant that a client sent, in RFC 3339 with any offset.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub(crate) struct MomentBody(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for MomentBody {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let at = DateTime::parse_from_rfc3339(&text).map_err(|_| {
            D::Error::custom("not a time of RFC 3339, such as 2026-11-22T17:05:00+03:00")
        })?;
        Ok(Self(Timestamp::from_utc(at.to_utc())))
    }
}

/// A body of `{}`: what is asked for is said by the address.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmptyBody {}
