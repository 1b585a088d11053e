//! The language of OSRM: <https://project-osrm.org/docs/v5.24.0/api/>.

use std::fmt::Write;

use serde::Deserialize;

use crate::model::place::Coordinate;
use crate::model::travel_matrix::Leg;
use crate::travel::engines::client::{Ask, Fault, Reply};
use crate::travel::engines::polyline;
use crate::travel::engines::reading::{DOOR_METERS_MAX, leg, read};

/// No road near a place; no way between two.
const CUT_OFF: [&str; 3] = ["NoSegment", "NoRoute", "NoTable"];

#[derive(Deserialize)]
struct TableReply {
    durations: Vec<Vec<Option<f64>>>,
    distances: Vec<Vec<Option<f64>>>,
    sources: Vec<Waypoint>,
    destinations: Vec<Waypoint>,
}

/// Where a place was joined to the roads.
#[derive(Deserialize)]
struct Waypoint {
    /// How far that is from the place, in meters.
    distance: f64,
}

#[derive(Deserialize)]
struct RouteReply {
    routes: Vec<Route>,
}

#[derive(Deserialize)]
struct Route {
    geometry: String,
}

#[derive(Deserialize)]
struct Complaint {
    code: String,
}

/// Asks for the legs from each of `from` to each of `to`.
pub(crate) fn table(profile: &str, from: &[Coordinate], to: &[Coordinate]) -> Ask {
    let places: Vec<Coordinate> = from.iter().chain(to).copied().collect();
    let places = coordinates(&places);
    let sources = numbers(0, from.len());
    let destinations = numbers(from.len(), to.len());
    let path = format!(
        "table/v1/{profile}/{places}?sources={sources}&destinations={destinations}\
         &annotations=duration,distance&generate_hints=false"
    );
    Ask { path, body: None }
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
    let table: TableReply = read(&reply.body)?;
    let has_room =
        |table: &[Vec<_>]| table.len() == rows && table.iter().all(|row| row.len() == columns);
    let is_whole = has_room(&table.durations)
        && has_room(&table.distances)
        && table.sources.len() == rows
        && table.destinations.len() == columns;
    if !is_whole {
        return Err(Fault::Unreadable(format!("not a table of {rows} × {columns}")));
    }
    let mut legs = Vec::with_capacity(rows * columns);
    for (source, (durations, distances)) in
        table.sources.iter().zip(table.durations.iter().zip(&table.distances))
    {
        for (destination, (duration, distance)) in
            table.destinations.iter().zip(durations.iter().zip(distances))
        {
            let joined = source.distance.max(destination.distance) <= DOOR_METERS_MAX;
            legs.push(if joined { leg(*duration, *distance)? } else { None });
        }
    }
    Ok(Some(legs))
}

/// Asks for the line of a way.
pub(crate) fn route(profile: &str, from: Coordinate, to: Coordinate) -> Ask {
    let places = coordinates(&[from, to]);
    let path = format!(
        "route/v1/{profile}/{places}?overview=full&geometries=polyline6&steps=false\
         &generate_hints=false"
    );
    Ask { path, body: None }
}

/// The line that [`route`] asked for; nothing when there is no way.
pub(crate) fn read_route(reply: &Reply) -> Result<Vec<Coordinate>, Fault> {
    if !reply.is_ok {
        return complaint(reply).map(|()| Vec::new());
    }
    let RouteReply { routes } = read(&reply.body)?;
    let Some(route) = routes.first() else { return Ok(Vec::new()) };
    polyline::decode(&route.geometry).ok_or_else(|| Fault::Unreadable("not a line".to_owned()))
}

/// Accepts that there is no way, and nothing else.
fn complaint(reply: &Reply) -> Result<(), Fault> {
    let Complaint { code } = read(&reply.body)?;
    if CUT_OFF.contains(&code.as_str()) {
        return Ok(());
    }
    // Its own names have letters only; whatever else it says is not for the log.
    let is_name = code.len() < 40 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    Err(Fault::Refused(if is_name { code } else { "without a reason".to_owned() }))
}

fn coordinates(places: &[Coordinate]) -> String {
    let mut text = String::with_capacity(places.len() * 22);
    for (index, place) in places.iter().enumerate() {
        let separator = if index == 0 { "" } else { ";" };
        let (longitude, latitude) = (place.longitude(), place.latitude());
        write!(text, "{separator}{longitude:.6},{latitude:.6}").expect("texts grow");
    }
    text
}

fn numbers(first: usize, count: usize) -> String {
    (first..first + count).map(|number| number.to_string()).collect::<Vec<_>>().join(";")
}
