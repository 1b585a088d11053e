//! The language of Valhalla: <https://valhalla.github.io/valhalla/api/matrix/api-reference/>.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::model::place::Coordinate;
use crate::model::travel_matrix::Leg;
use crate::travel::engines::client::{Ask, Fault, Reply};
use crate::travel::engines::polyline;
use crate::travel::engines::reading::{DOOR_METERS_MAX, leg, read};

/// Too far apart, not connected, no road near a place, no way between two.
const CUT_OFF: [u32; 4] = [154, 170, 171, 442];

#[derive(Deserialize)]
struct MatrixReply {
    sources_to_targets: Matrix,
}

#[derive(Deserialize)]
struct Matrix {
    /// Seconds.
    durations: Vec<Vec<Option<f64>>>,
    /// Kilometers.
    distances: Vec<Vec<Option<f64>>>,
}

#[derive(Deserialize)]
struct RouteReply {
    trip: Trip,
}

#[derive(Deserialize)]
struct Trip {
    legs: Vec<TripLeg>,
}

#[derive(Deserialize)]
struct TripLeg {
    shape: String,
}

#[derive(Deserialize)]
struct Complaint {
    error_code: u32,
}

/// Asks for the legs from each of `from` to each of `to`.
pub(crate) fn table(costing: &str, from: &[Coordinate], to: &[Coordinate]) -> Ask {
    let body = json!({
        "sources": locations(from), "targets": locations(to), "costing": costing,
        "units": "kilometers", "verbose": false,
    });
    Ask { path: "sources_to_targets".to_owned(), body: Some(body.to_string()) }
}

/// The legs that [`table`] asked for, row by row, each `None` where there is no way; `None` when the
/// engine does not say which.
pub(crate) fn read_table(
    reply: &Reply,
    rows: usize,
    columns: usize,
) -> Result<Option<Vec<Option<Leg>>>, Fault> {
    if !reply.is_ok {
        return complaint(reply).map(|()| None);
    }
    let MatrixReply { sources_to_targets: Matrix { durations, distances } } = read(&reply.body)?;
    let has_room =
        |table: &[Vec<_>]| table.len() == rows && table.iter().all(|row| row.len() == columns);
    if !has_room(&durations) || !has_room(&distances) {
        return Err(Fault::Unreadable(format!("not a table of {rows} × {columns}")));
    }
    let cells = durations.iter().flatten().zip(distances.iter().flatten());
    let legs = cells.map(|(seconds, kilometers)| leg(*seconds, kilometers.map(|km| km * 1000.0)));
    legs.collect::<Result<_, _>>().map(Some)
}

/// Asks for the line of a way.
pub(crate) fn route(costing: &str, from: Coordinate, to: Coordinate) -> Ask {
    let body = json!({
        "locations": locations(&[from, to]), "costing": costing,
        "units": "kilometers", "directions_type": "none",
    });
    Ask { path: "route".to_owned(), body: Some(body.to_string()) }
}

/// The line that [`route`] asked for; nothing when there is no way.
pub(crate) fn read_route(reply: &Reply) -> Result<Vec<Coordinate>, Fault> {
    if !reply.is_ok {
        return complaint(reply).map(|()| Vec::new());
    }
    let RouteReply { trip } = read(&reply.body)?;
    let lines = trip.legs.iter().map(|leg| polyline::decode(&leg.shape));
    let lines: Option<Vec<_>> = lines.collect();
    Ok(lines.ok_or_else(|| Fault::Unreadable("not a line".to_owned()))?.concat())
}

/// Accepts that there is no way, and nothing else.
fn complaint(reply: &Reply) -> Result<(), Fault> {
    let Complaint { error_code } = read(&reply.body)?;
    if CUT_OFF.contains(&error_code) {
        return Ok(());
    }
    Err(Fault::Refused(format!("error {error_code}")))
}

fn locations(places: &[Coordinate]) -> Vec<Value> {
    let location = |place: &Coordinate| {
        let (lat, lon) = (place.latitude(), place.longitude());
        json!({ "lat": lat, "lon": lon, "search_cutoff": DOOR_METERS_MAX })
    };
    places.iter().map(location).collect()
}
