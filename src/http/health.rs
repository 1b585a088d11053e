//! `/livez`, `/readyz`, `/version` and `/metrics`: for those who run the service.

use std::sync::OnceLock;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::App;
use crate::http::problem::{Kind, Problem};

/// How long requests and quotes take, in seconds: the bounds of the buckets.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0];

/// Whether it is well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthReply {
    /// `ok`.
    status: &'static str,
}

/// Which program this is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionReply {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// Says that the process lives.
#[utoipa::path(
    get, path = "/livez", tag = "operations",
    responses((status = 200, description = "It lives", body = HealthReply)),
)]
pub(crate) async fn live() -> Json<HealthReply> {
    Json(HealthReply { status: "ok" })
}

/// Says whether quotes can be answered and bookings recorded.
#[utoipa::path(
    get, path = "/readyz", tag = "operations",
    responses(
        (status = 200, description = "It is ready", body = HealthReply),
        (status = 503, description = "It is not", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn ready(State(app): State<App>) -> Result<Json<HealthReply>, Problem> {
    if app.is_ready() {
        Ok(Json(HealthReply { status: "ok" }))
    } else {
        Err(Problem::new(Kind::UNAVAILABLE, "some region cannot answer quotes now"))
    }
}

/// Says which program this is.
#[utoipa::path(
    get, path = "/version", tag = "operations",
    responses((status = 200, description = "Name and version", body = VersionReply)),
)]
pub(crate) async fn version() -> Json<VersionReply> {
    Json(VersionReply { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") })
}

/// Shows counts and durations to Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    responses((status = 200, description = "Text format of Prometheus", content_type = "text/plain", body = String)),
)]
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    for service in app.regions() {
        let region = service.key().to_owned();
        let view = service.setup().writer.view();
        let orders = view.state.orders.values().filter(|order| !order.state.is_final()).count();
        gauge("punctual_plan_version", &region, view.sequence.0);
        gauge("punctual_open_orders", &region, count(orders));
        gauge("punctual_event_streams", &region, count(service.hub.listeners()));
        gauge("punctual_quote_queue", &region, count(service.quotes.workers().waiting()));
        gauge("punctual_search_iterations", &region, service.setup().search.iterations());
        gauge("punctual_plans_adopted", &region, view.state.totals.adopted);
    }
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// The process's counters, which there can be only once. `None` when another recorder was first.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let durations = Matcher::Suffix("_seconds".to_owned());
            let builder = PrometheusBuilder::new().set_buckets_for_metric(durations, &BUCKETS);
            builder.ok()?.install_recorder().ok()
        })
        .as_ref()
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "gauges are floats")]
fn gauge(name: &'static str, region: &str, value: u64) {
    metrics::gauge!(name, "region" => region.to_owned()).set(value as f64);
}
