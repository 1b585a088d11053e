//! What answers to holds and orders have in common.

use std::sync::Arc;

use axum::Json;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::http::app::{Done, LiveView};
use crate::http::problem::{Kind, Problem};
use crate::model::order::Order;
use crate::model::time::Timestamp;
use crate::planner::command::Outcome;

/// Marks the answer to a request that was answered before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The order that a request led to.
pub(crate) fn order_of(done: &Done) -> Result<&Arc<Order>, Problem> {
    let gone = || Problem::new(Kind::UNKNOWN_ORDER, "what the request led to was put away");
    match done.answer.outcome {
        Outcome::Order(order) => done.live.view.state.orders.get(&order).ok_or_else(gone),
        Outcome::Done => Err(gone()),
    }
}

/// When an order that is not over is expected at its door.
pub(crate) fn expected(live: &LiveView, order: &Order) -> Option<Timestamp> {
    let arrival = live.live.outlook.arrivals.get(&order.id).copied();
    arrival.filter(|_| !order.state.is_final())
}

/// 201, where the new thing is, and whether it was made by an earlier request.
pub(crate) fn created(replayed: bool, location: String, reply: impl Serialize) -> Response {
    let mut response = (StatusCode::CREATED, Json(reply)).into_response();
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::try_from(location) {
        headers.insert(LOCATION, location);
    }
    if replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
