//! `GET …/plan`: all routes, as JSON or as a map.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::{App, LiveView};
use crate::http::conditional::is_known;
use crate::http::courier_reply::ProfileReply;
use crate::http::itinerary::itineraries;
use crate::http::notation::{Moment, WindowReply};
use crate::http::openapi::Failures;
use crate::http::paths::PathCache;
use crate::http::plan_map::plan_map;
use crate::http::problem::Problem;
use crate::http::trip_reply::{TripReply, Ways};

/// The media type of maps.
pub(crate) const GEO_JSON: &str = "application/geo+json";

/// The projected times of a plan move without any event; who asks again gets them at least this
/// fresh, in seconds of the region.
const FRESH_SECONDS: i64 = 30;

/// All routes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanReply {
    /// Counts up with everything that happens.
    version: u64,
    /// The time.
    now: Moment,
    /// The routes that have trips.
    routes: Vec<PlanRouteReply>,
}

/// One courier's shift.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanRouteReply {
    /// The courier's key.
    courier: String,
    /// How the courier moves.
    profile: ProfileReply,
    /// The working time.
    shift: WindowReply,
    /// The trip under way, then the planned ones.
    trips: Vec<TripReply>,
}

/// Shows all routes: as JSON, or with `Accept: application/geo+json` as lines and points.
#[utoipa::path(
    get, path = "/v1/regions/{region}/plan", tag = "dispatcher",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("if-none-match" = Option<String>, Header, description = "The `ETag` received last"),
    ),
    responses(
        (status = 200, description = "The plan", body = PlanReply),
        (status = 304, description = "The plan is the one known"),
        Failures,
    ),
)]
pub(crate) async fn read_plan(
    State(app): State<App>,
    Path(region): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let service = app.region(&region)?;
    let live = service.live()?;
    let wants_map = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_map = wants_map.is_some_and(|accept| accept.contains(GEO_JSON));
    let tag = tag(&live, wants_map);
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let cache = Arc::clone(&service.paths);
    let reply = service.quotes.workers().run(move || {
        if wants_map {
            let map = Json(plan_map(&live, &cache)).into_response();
            ([(CONTENT_TYPE, GEO_JSON)], map).into_response()
        } else {
            Json(PlanReply::new(&live, &cache)).into_response()
        }
    });
    let mut response = reply.await?;
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("accept"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(ETAG, tag);
    }
    Ok(response)
}

/// Weak: the same plan a moment later is the same for whoever looks at it.
fn tag(live: &LiveView, is_map: bool) -> String {
    let form = if is_map { "map" } else { "json" };
    let age = (live.now - live.view.state.at).0.max(0) / FRESH_SECONDS;
    format!("W/\"v{}-{age}-{form}\"", live.view.sequence.0)
}

impl PlanReply {
    fn new(live: &LiveView, cache: &PathCache) -> Self {
        let region = live.region();
        let routes = live.view.state.routes.iter().filter_map(|(&id, route)| {
            let courier = region.courier(route.courier);
            let ways = Ways { cache, profile: courier.profile, are_drawn: false };
            let (current, planned) = itineraries(live, id, route);
            let trips: Vec<TripReply> = current
                .iter()
                .chain(&planned)
                .map(|trip| TripReply::new(live, trip, ways))
                .collect();
            (!trips.is_empty()).then(|| PlanRouteReply {
                courier: courier.key.clone(),
                profile: courier.profile.into(),
                shift: WindowReply::new(region, route.shift),
                trips,
            })
        });
        let routes = routes.collect();
        Self { version: live.view.sequence.0, now: Moment::new(region, live.now), routes }
    }
}
