//! Where things are.

use serde::{Deserialize, Serialize};

/// A point on the map.
///
/// Degrees are kept as micro-degrees (about 11 cm), so that a place compares, hashes and replays exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Coordinate {
    /// Latitude, in millionths of a degree, north positive.
    pub latitude_micro: i32,
    /// Longitude, in millionths of a degree, east positive.
    pub longitude_micro: i32,
}

/// A latitude or longitude that is not on the globe.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{name} {value} is outside {low}..={high} degrees")]
pub struct CoordinateError {
    /// `lat` or `lon`.
    pub name: &'static str,
    /// What was given, in degrees.
    pub value: f64,
    /// Least allowed, in degrees.
    pub low: f64,
    /// Most allowed, in degrees.
    pub high: f64,
}

impl Coordinate {
    /// A point from degrees, rounded to a millionth.
    #[expect(clippy::cast_possible_truncation, reason = "checked to be within ±180 million")]
    pub fn from_degrees(latitude: f64, longitude: f64) -> Result<Self, CoordinateError> {
        let checked = |name, value: f64, limit: f64| {
            if value.is_finite() && value.abs() <= limit {
                Ok((value * 1e6).round() as i32)
            } else {
                Err(CoordinateError { name, value, low: -limit, high: limit })
            }
        };
        Ok(Self {
            latitude_micro: checked("lat", latitude, 90.0)?,
            longitude_micro: checked("lon", longitude, 180.0)?,
        })
    }

    /// Latitude, in degrees.
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude_micro) / 1e6
    }

    /// Longitude, in degrees.
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude_micro) / 1e6
    }
}

/// How a courier moves. Each profile has its own roads and speeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// A car on the streets.
    Car,
    /// A bicycle.
    Bike,
    /// On foot.
    Foot,
}

impl Profile {
    /// All profiles, in the order of [`Profile::index`].
    pub const ALL: [Self; 3] = [Self::Car, Self::Bike, Self::Foot];

    /// The position of this profile in [`Profile::ALL`].
    pub fn index(self) -> usize {
        match self {
            Self::Car => 0,
            Self::Bike => 1,
            Self::Foot => 2,
        }
    }
}
