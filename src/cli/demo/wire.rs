//! What the actors say and hear over HTTP, in the words of the public API.
//!
//! Each struct has only what an actor uses; the service may say more.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::model::place::Coordinate;
use crate::model::time::Timestamp;

/// An instant, as in `2026-11-22T17:05:00+03:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(from = "DateTime<FixedOffset>", into = "DateTime<FixedOffset>")]
pub(crate) struct Moment(pub(crate) Timestamp);

impl From<DateTime<FixedOffset>> for Moment {
    fn from(at: DateTime<FixedOffset>) -> Self {
        Self(Timestamp(at.timestamp()))
    }
}

impl From<Moment> for DateTime<FixedOffset> {
    fn from(moment: Moment) -> Self {
        moment.0.to_utc().fixed_offset()
    }
}

/// A point on the map.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub(crate) struct Place {
    pub(crate) lat: f64,
    pub(crate) lon: f64,
}

impl From<Coordinate> for Place {
    fn from(at: Coordinate) -> Self {
        Self { lat: at.latitude(), lon: at.longitude() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Window {
    pub(crate) start: Moment,
    pub(crate) end: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Express,
    Scheduled,
    Pickup,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RegionReply {
    pub(crate) now: Moment,
    pub(crate) clock_speed: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct BasketBody {
    pub(crate) items: u32,
    pub(crate) mass_grams: i64,
    pub(crate) volume_milliliters: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) picking_seconds: Option<i64>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct QuoteBody<'a> {
    pub(crate) location: Place,
    pub(crate) basket: BasketBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) store: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<&'a str>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct QuoteReply {
    pub(crate) offers: Vec<OfferReply>,
    pub(crate) refusals: Vec<RefusalReply>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OfferReply {
    pub(crate) offer: String,
    pub(crate) kind: Kind,
    pub(crate) window: Window,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RefusalReply {
    pub(crate) kind: Kind,
    pub(crate) reason: String,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct HoldBody<'a> {
    pub(crate) offer: &'a str,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct HoldReply {
    pub(crate) hold: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bookable<'a> {
    Hold(&'a str),
    Offer(&'a str),
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct OrderBody<'a> {
    #[serde(flatten)]
    pub(crate) what: Bookable<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OrderReply {
    pub(crate) order: String,
    pub(crate) state: String,
    pub(crate) kind: Kind,
    pub(crate) store: String,
    pub(crate) window: Window,
    pub(crate) delivered_at: Option<Moment>,
    pub(crate) late_seconds: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OrdersReply {
    pub(crate) orders: Vec<OrderReply>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StoresReply {
    pub(crate) stores: Vec<StoreReply>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StoreReply {
    pub(crate) id: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PickingReply {
    pub(crate) now: Moment,
    pub(crate) pickers_now: usize,
    pub(crate) tasks: Vec<TaskReply>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TaskState {
    Waiting,
    Started,
    Done,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TaskReply {
    pub(crate) order: String,
    pub(crate) state: TaskState,
    pub(crate) planned_start: Moment,
    pub(crate) picking_seconds: i64,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct PickingBody {
    pub(crate) status: &'static str,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct CouriersReply {
    pub(crate) couriers: Vec<CourierReply>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct CourierReply {
    pub(crate) id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CourierState {
    Off,
    Available,
    Loading,
    OnTrip,
    Returning,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RouteReply {
    pub(crate) state: CourierState,
    pub(crate) shift: Option<Window>,
    pub(crate) current: Option<TripReply>,
    pub(crate) next: Option<TripReply>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TripState {
    Planned,
    Loading,
    OnTheWay,
    Returning,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TripReply {
    pub(crate) state: TripState,
    pub(crate) store: String,
    pub(crate) orders: Vec<String>,
    pub(crate) start_at: Moment,
    pub(crate) loading_ends_at: Moment,
    pub(crate) approach: Option<WayReply>,
    pub(crate) stops: Vec<StopReply>,
    pub(crate) way_back: Option<WayReply>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct WayReply {
    pub(crate) path: Vec<[f64; 2]>,
    pub(crate) drive_seconds: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StopState {
    Ahead,
    Arrived,
    Delivered,
    Failed,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StopReply {
    pub(crate) order: String,
    pub(crate) state: StopState,
    pub(crate) arrives_at: Moment,
    pub(crate) leaves_at: Moment,
    pub(crate) window: Window,
    pub(crate) door_seconds: i64,
    pub(crate) leg: WayReply,
}

/// The plan of everybody, without paths.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PlanReply {
    pub(crate) now: Moment,
    pub(crate) routes: Vec<PlanRouteReply>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PlanRouteReply {
    pub(crate) courier: String,
    pub(crate) trips: Vec<PlanTripReply>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PlanTripReply {
    pub(crate) state: TripState,
    pub(crate) start_at: Moment,
    pub(crate) loading_ends_at: Moment,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct ReportBody<'a> {
    pub(crate) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) orders: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) store: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<Place>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct PositionBody {
    pub(crate) at: Moment,
    pub(crate) lat: f64,
    pub(crate) lon: f64,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct PositionsBody {
    pub(crate) positions: Vec<PositionBody>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct KpisReply {
    pub(crate) booked: u64,
    pub(crate) delivered: u64,
    pub(crate) collected: u64,
    pub(crate) cancelled: u64,
    pub(crate) failed: u64,
    pub(crate) on_time_share: Option<f64>,
    pub(crate) at_risk: u64,
    pub(crate) couriers_on_trip: u64,
}

/// RFC 9457.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProblemReply {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) detail: String,
}
