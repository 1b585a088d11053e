//! What answers to holds and orders have in common.

use std::sync::Arc;

use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::http::app::{LiveView, RegionService};
use crate::http::problem::{Kind, Problem};
use crate::model::ids::OrderId;
use crate::model::order::Order;
use crate::model::time::Timestamp;
use crate::planner::command::{Outcome, Request};
use crate::planner::view::View;

/// Marks the answer to a request that was answered before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// When an order that is not over is expected at its door.
pub(crate) fn expected(live: &LiveView, order: &Order) -> Option<Timestamp> {
    let arrival = live.live.outlook.arrivals.get(&order.id).copied();
    arrival.filter(|_| !order.state.is_final())
}

/// Has a request about a hold or an order done, and answers with what `reply` makes of it.
///
/// A request with a key that was done before is answered word for word as it was then, and marked.
///
/// # Errors
/// A problem that says why it was not done.
pub(crate) async fn promise<R: Serialize + 'static>(
    service: &RegionService,
    request: Request,
    reply: fn(&LiveView, &Order, Outcome) -> R,
) -> Result<Promised, Problem> {
    let teller = move |view: &Arc<View>, outcome: Outcome| {
        let live = LiveView::new(Arc::clone(view), view.now).ok()?;
        text(&live, outcome, reply)
    };
    let done = service.execute_told(request, Box::new(teller)).await?;
    let outcome = done.answer.outcome;
    let told = done.answer.told.as_deref().map(str::to_owned);
    let told = told.or_else(|| text(&done.live, outcome, reply));
    match (outcome.order(), told) {
        (Some(order), Some(body)) => Ok(Promised {
            order,
            body,
            plan_version: done.live.view.sequence.0,
            replayed: done.answer.replayed,
        }),
        _ => Err(Problem::new(Kind::UNKNOWN_ORDER, "what the request led to was put away")),
    }
}

/// What is said about the order that a request led to.
fn text<R: Serialize>(
    live: &LiveView,
    outcome: Outcome,
    reply: fn(&LiveView, &Order, Outcome) -> R,
) -> Option<String> {
    let order = live.view.state.orders.get(&outcome.order()?)?;
    serde_json::to_string(&reply(live, order, outcome)).ok()
}

/// Something was promised.
#[derive(Debug)]
pub(crate) struct Promised {
    /// The hold or order.
    pub(crate) order: OrderId,
    /// The plan in which it is.
    pub(crate) plan_version: u64,
    body: String,
    replayed: bool,
}

impl Promised {
    /// 201, and where the new thing is.
    pub(crate) fn created(self, location: &str) -> Response {
        let location = HeaderValue::try_from(location);
        let mut response = self.answered(StatusCode::CREATED);
        if let Ok(location) = location {
            response.headers_mut().insert(LOCATION, location);
        }
        response
    }

    /// 200.
    pub(crate) fn changed(self) -> Response {
        self.answered(StatusCode::OK)
    }

    fn answered(self, status: StatusCode) -> Response {
        let mut response = (status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}
