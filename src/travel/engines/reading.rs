//! What the languages of the engines share.

use serde::de::DeserializeOwned;

use crate::model::travel_matrix::Leg;
use crate::travel::engines::client::Fault;
use crate::travel::roads::Roads;

/// The farthest that an address may be from a road, in meters: the same as on roads of our own.
pub(crate) const DOOR_METERS_MAX: f64 = Roads::SNAP_METERS_MAX;

/// The longest way that is believed, in seconds and in meters: no quantity of a plan overflows.
const MEASURE_MAX: f64 = 1e8;

/// Reads JSON.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    // What stands there may be where customers are; where it stands is enough.
    let fault = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        Fault::Unreadable(format!("not the JSON that was expected, line {line} column {column}"))
    };
    serde_json::from_slice(body).map_err(fault)
}

/// A cell of a table, in seconds and meters; `None` when there is no way.
#[expect(clippy::cast_possible_truncation, reason = "checked to be small")]
pub(crate) fn leg(seconds: Option<f64>, meters: Option<f64>) -> Result<Option<Leg>, Fault> {
    let Some((seconds, meters)) = seconds.zip(meters) else { return Ok(None) };
    let range = 0.0..=MEASURE_MAX;
    if !range.contains(&seconds) || !range.contains(&meters) {
        return Err(Fault::Unreadable("a way that no road has".to_owned()));
    }
    let (drive_seconds, distance_meters) = (seconds.ceil() as i32, meters.round() as i32);
    Ok(Some(Leg { drive_seconds, distance_meters }))
}
