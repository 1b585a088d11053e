//! `…/couriers`: where they are, what they do next, and what they report.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::app::{App, LiveView};
use crate::http::body::Body;
use crate::http::courier_reply::{CourierReply, CourierState};
use crate::http::event_hub::Sighting;
use crate::http::itinerary::itineraries;
use crate::http::limits::{Few, Object, Text, optional_object};
use crate::http::notation::{
    Latitude, Longitude, Moment, MomentBody, PlaceBody, WindowReply, order_named,
};
use crate::http::openapi::Failures;
use crate::http::positions::Position;
use crate::http::problem::{Kind, Problem, shortened};
use crate::http::trip_reply::{TripReply, Ways};
use crate::model::ids::{CourierId, OrderId, StoreId};
use crate::model::region::Region;
use crate::planner::command::Command;
use crate::planner::event::CourierReport;

/// All couriers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CouriersReply {
    couriers: Vec<CourierReply>,
}

/// What a courier does now and next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RouteReply {
    /// The courier's key.
    courier: String,
    /// The time.
    now: Moment,
    /// What the courier does.
    state: CourierState,
    /// The working time.
    shift: Option<WindowReply>,
    /// The trip under way.
    current: Option<TripReply>,
    /// The next planned trip.
    next: Option<TripReply>,
    /// The trips planned after it.
    later: Vec<TripReply>,
}

/// What a courier reports.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportBody {
    /// What happened.
    kind: ReportKind,
    /// When, by the courier's device. The service's clock decides.
    #[serde(default, rename = "at")]
    _at: Option<MomentBody>,
    /// About which order; needed for `arrived`, `delivered` and `failed`.
    #[serde(default)]
    #[schema(inline)]
    order: Option<Text<64>>,
    /// The orders of the trip; needed for `trip_started`.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 500)]
    orders: Option<Few<Text<64>, 500>>,
    /// The store of the trip; needed for `trip_started`.
    #[serde(default)]
    #[schema(inline)]
    store: Option<Text<64>>,
    /// Where the courier is.
    #[serde(default, deserialize_with = "optional_object")]
    position: Option<PlaceBody>,
    /// A remark. It is not kept.
    #[serde(default)]
    #[serde(rename = "note")]
    #[schema(inline)]
    _note: Option<Text<500>>,
}

/// Kinds of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportKind {
    /// The shift began.
    OnDuty,
    /// The courier begins the next planned trip.
    TripStarted,
    /// The courier left the store.
    Departed,
    /// The courier is at a door.
    Arrived,
    /// The order was handed over.
    Delivered,
    /// The order could not be handed over.
    Failed,
    /// The courier is back, or free.
    Back,
    /// The shift ended, as planned or earlier: what is not under way is given to others.
    OffDuty,
}

/// What the courier does after a report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportReply {
    /// The courier's key.
    courier: String,
    /// What the courier does.
    state: CourierState,
}

/// Where a courier was, oldest first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PositionsBody {
    /// The positions.
    #[schema(value_type = Vec<PositionBody>, min_items = 1, max_items = 100)]
    positions: Few<Object<PositionBody>, 100>,
}

/// Where a courier was at a time.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PositionBody {
    /// When.
    at: MomentBody,
    /// Latitude, in degrees.
    #[schema(inline)]
    lat: Latitude,
    /// Longitude, in degrees.
    #[schema(inline)]
    lon: Longitude,
}

/// Lists couriers, where they are and what lies ahead of them.
#[utoipa::path(
    get, path = "/v1/regions/{region}/couriers", tag = "courier",
    params(("region" = String, Path, description = "Key of the region")),
    responses((status = 200, description = "Couriers", body = CouriersReply), Failures),
)]
pub(crate) async fn list_couriers(
    State(app): State<App>,
    Path(region): Path<String>,
) -> Result<Json<CouriersReply>, Problem> {
    let service = app.region(&region)?;
    let live = service.live()?;
    let ids = live.region().courier_ids();
    let couriers = ids.map(|id| CourierReply::new(&live, &service.positions, id)).collect();
    Ok(Json(CouriersReply { couriers }))
}

/// Tells a courier what to do now and next, with the way along the streets.
#[utoipa::path(
    get, path = "/v1/regions/{region}/couriers/{courier}/route", tag = "courier",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("courier" = String, Path, description = "Key of the courier"),
    ),
    responses((status = 200, description = "The route", body = RouteReply), Failures),
)]
pub(crate) async fn read_route(
    State(app): State<App>,
    Path((region, courier)): Path<(String, String)>,
) -> Result<Json<RouteReply>, Problem> {
    let service = app.region(&region)?;
    let live = service.live()?;
    let id = courier_named(live.region(), &courier)?;
    let cache = Arc::clone(&service.paths);
    let reply = service.quotes.workers().run(move || {
        let profile = live.region().courier(id).profile;
        let ways = Ways { cache: &cache, profile, are_drawn: true };
        RouteReply::new(&live, courier, id, ways)
    });
    Ok(Json(reply.await?))
}

/// Takes a courier's report. Repeating one changes nothing.
#[utoipa::path(
    post, path = "/v1/regions/{region}/couriers/{courier}/reports", tag = "courier",
    request_body = ReportBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("courier" = String, Path, description = "Key of the courier"),
    ),
    responses((status = 200, description = "What the courier does now", body = ReportReply), Failures),
)]
pub(crate) async fn report(
    State(app): State<App>,
    Path((region, courier)): Path<(String, String)>,
    Body(body): Body<ReportBody>,
) -> Result<Json<ReportReply>, Problem> {
    let service = app.region(&region)?;
    let live = service.live()?;
    let id = courier_named(live.region(), &courier)?;
    let position = body.position.map(PlaceBody::place).transpose()?;
    let report = body.report(live.region())?;
    let done = service.execute(Command::Courier { courier: id, report, position }).await?;
    Ok(Json(ReportReply { courier, state: CourierState::of(&done.live, id) }))
}

/// Takes live positions. They are shown and then forgotten.
#[utoipa::path(
    post, path = "/v1/regions/{region}/couriers/{courier}/positions", tag = "courier",
    request_body = PositionsBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("courier" = String, Path, description = "Key of the courier"),
    ),
    responses((status = 202, description = "Taken"), Failures),
)]
pub(crate) async fn report_positions(
    State(app): State<App>,
    Path((region, courier)): Path<(String, String)>,
    Body(body): Body<PositionsBody>,
) -> Result<StatusCode, Problem> {
    let service = app.region(&region)?;
    let live = service.live()?;
    let id = courier_named(live.region(), &courier)?;
    let seen = body.positions.0.iter().map(|Object(position)| position);
    let Some(latest) = seen.max_by_key(|position| position.at.0) else {
        return Ok(StatusCode::ACCEPTED);
    };
    let place = PlaceBody::new(latest.lat, latest.lon).place()?;
    // A device whose clock is ahead must not hide what comes later.
    let at = latest.at.0.min(live.now);
    service.positions.put(id, Position { at, place });
    service.hub.sight(Sighting { courier, place, at: Moment::new(live.region(), at) });
    Ok(StatusCode::ACCEPTED)
}

/// The courier with this key.
fn courier_named(region: &Region, key: &str) -> Result<CourierId, Problem> {
    region.courier_by_key(key).ok_or_else(|| {
        let detail = format!("there is no courier {:?}", shortened(key));
        Problem::new(Kind::UNKNOWN_COURIER, detail)
    })
}

impl RouteReply {
    fn new(live: &LiveView, courier: String, id: CourierId, ways: Ways<'_>) -> Self {
        let region = live.region();
        let route = live.view.state.route_of(id, live.now);
        let (current, planned) =
            route.map_or((None, vec![]), |(id, route)| itineraries(live, id, route));
        let reply = |trip| TripReply::new(live, trip, ways);
        Self {
            courier,
            now: Moment::new(region, live.now),
            state: CourierState::of(live, id),
            shift: route.map(|(_, route)| WindowReply::new(region, route.shift)),
            current: current.as_ref().map(reply),
            next: planned.first().map(reply),
            later: planned.iter().skip(1).map(reply).collect(),
        }
    }
}

impl ReportBody {
    /// The report, with just the fields that belong to its kind.
    fn report(&self, region: &Region) -> Result<CourierReport, Problem> {
        let (needs_order, needs_trip) = match self.kind {
            ReportKind::Arrived | ReportKind::Delivered | ReportKind::Failed => (true, false),
            ReportKind::TripStarted => (false, true),
            _ => (false, false),
        };
        let fits = |is_given: bool, is_needed: bool, field: &str| match (is_given, is_needed) {
            (false, true) => Err(Problem::body(field, "this kind of report needs this field")),
            (true, false) => Err(Problem::body(field, "this kind of report has no such field")),
            _ => Ok(()),
        };
        fits(self.order.is_some(), needs_order, "/order")?;
        fits(self.orders.is_some(), needs_trip, "/orders")?;
        fits(self.store.is_some(), needs_trip, "/store")?;
        Ok(match self.kind {
            ReportKind::OnDuty => CourierReport::OnDuty,
            ReportKind::TripStarted => {
                CourierReport::TripStarted { store: self.store(region)?, orders: self.orders()? }
            }
            ReportKind::Departed => CourierReport::Departed,
            ReportKind::Arrived => CourierReport::Arrived(self.order()?),
            ReportKind::Delivered => CourierReport::Delivered(self.order()?),
            ReportKind::Failed => CourierReport::Failed(self.order()?),
            ReportKind::Back => CourierReport::Back,
            ReportKind::OffDuty => CourierReport::OffDuty,
        })
    }

    fn order(&self) -> Result<OrderId, Problem> {
        let name = self.order.as_ref().map_or("", |order| &order.0);
        order_named(name).map_err(|_| not_an_order("/order", name))
    }

    fn orders(&self) -> Result<Vec<OrderId>, Problem> {
        let names = self.orders.iter().flat_map(|orders| &orders.0).enumerate();
        let named = |(index, name): (usize, &Text<64>)| {
            order_named(&name.0).map_err(|_| not_an_order(&format!("/orders/{index}"), &name.0))
        };
        names.map(named).collect()
    }

    fn store(&self, region: &Region) -> Result<StoreId, Problem> {
        let key = self.store.as_ref().map_or("", |store| &store.0);
        let unknown = || Problem::body("/store", format!("there is no store {key:?}"));
        region.store_by_key(key).ok_or_else(unknown)
    }
}

fn not_an_order(pointer: &str, name: &str) -> Problem {
    Problem::body(pointer, format!("{name:?} is not the name of an order, such as O12"))
}
