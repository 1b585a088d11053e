//! What went wrong, as RFC 9457 tells it: `application/problem+json`.

use std::borrow::Cow;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::quotes::ReasonReply;
use crate::model::basket::Basket;
use crate::planner::command::Refusal;
use crate::runtime::quotes::QuoteError;
use crate::runtime::writer::CommandError;

/// The media type of all errors.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Which kind of problem, stable: a program may branch on it.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "/problems/slot-gone")]
    kind: &'static str,
    /// The kind in words.
    #[schema(value_type = String)]
    title: &'static str,
    /// The HTTP status.
    #[serde(serialize_with = "status_number")]
    #[schema(value_type = u16)]
    status: StatusCode,
    /// What happened this time.
    detail: String,
    /// Where in the body, if it is about the body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
    /// With `slot-gone`: why it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<ReasonReply>,
    /// With `basket-too-large`: the largest basket that was found to fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    fits: Option<Box<FittingBasket>>,
}

/// A basket that would fit: it was put on a copy of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FittingBasket {
    /// How many things a picker takes from the shelves.
    items: u32,
    /// What they weigh together.
    mass_grams: i64,
    /// What they fill together.
    volume_milliliters: i64,
    /// How long picking takes, if that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    picking_seconds: Option<i64>,
}

impl From<Basket> for FittingBasket {
    fn from(basket: Basket) -> Self {
        Self {
            items: basket.items,
            mass_grams: basket.load.mass.0,
            volume_milliliters: basket.load.volume.0,
            picking_seconds: basket.picking.map(|seconds| seconds.0),
        }
    }
}

/// One thing that is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Fault {
    /// JSON pointer to the field; the whole body is the empty pointer.
    #[schema(example = "/basket/items")]
    pub(crate) pointer: String,
    /// What is wrong there, and what is allowed.
    pub(crate) detail: String,
}

/// A kind of problem: its name, its title and its status. The names are documented and do not change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind(&'static str, &'static str, u16);

#[rustfmt::skip] // One problem a line: it is a table.
impl Kind {
    /// The body is no JSON.
    pub(crate) const MALFORMED_JSON: Self = Self("/problems/malformed-json", "The body is not JSON", 400);
    /// The request is no proper HTTP.
    pub(crate) const BAD_REQUEST: Self = Self("/problems/bad-request", "The request cannot be understood", 400);
    /// Pages of other origins need a key.
    pub(crate) const KEY_MISSING: Self = Self("/problems/key-missing", "A publishable key is missing", 401);
    /// The key is none of the region's.
    pub(crate) const KEY_UNKNOWN: Self = Self("/problems/key-unknown", "The key is not known", 401);
    /// The settings do not name the page's origin.
    pub(crate) const ORIGIN_REFUSED: Self = Self("/problems/origin-refused", "Pages of this origin may not ask", 403);
    /// The text is no offer at all.
    pub(crate) const OFFER_MALFORMED: Self = Self("/problems/offer-malformed", "This is not an offer", 400);
    /// The offer says that it is ours, but we did not sign it.
    pub(crate) const OFFER_FORGED: Self = Self("/problems/offer-forged", "The offer was not signed here", 403);
    /// The offer or hold is of another checkout session.
    pub(crate) const OTHER_SESSION: Self = Self("/problems/other-session", "It belongs to another checkout session", 403);
    /// Nothing is at this address.
    pub(crate) const NOT_FOUND: Self = Self("/problems/not-found", "There is nothing here", 404);
    /// No such region.
    pub(crate) const UNKNOWN_REGION: Self = Self("/problems/unknown-region", "No such region", 404);
    /// No such tile of the map.
    pub(crate) const UNKNOWN_TILE: Self = Self("/problems/unknown-tile", "No such tile", 404);
    /// No such store.
    pub(crate) const UNKNOWN_STORE: Self = Self("/problems/unknown-store", "No such store", 404);
    /// No such courier.
    pub(crate) const UNKNOWN_COURIER: Self = Self("/problems/unknown-courier", "No such courier", 404);
    /// No such order or hold.
    pub(crate) const UNKNOWN_ORDER: Self = Self("/problems/unknown-order", "No such order or hold", 404);
    /// No such scenario.
    pub(crate) const UNKNOWN_SCENARIO: Self = Self("/problems/unknown-scenario", "No such scenario", 404);
    /// The address does not answer to this method.
    pub(crate) const METHOD_NOT_ALLOWED: Self = Self("/problems/method-not-allowed", "This cannot be done here", 405);
    /// The slot cannot be kept any more.
    pub(crate) const SLOT_GONE: Self = Self("/problems/slot-gone", "The slot is gone", 409);
    /// The order cannot have these goods in its slot.
    pub(crate) const BASKET_TOO_LARGE: Self = Self("/problems/basket-too-large", "The basket does not fit into the slot", 409);
    /// A request with the same key is being done.
    pub(crate) const KEY_IN_FLIGHT: Self = Self("/problems/idempotency-key-in-flight", "The same request is being done", 409);
    /// The offer was taken before.
    pub(crate) const OFFER_USED: Self = Self("/problems/offer-used", "The offer was taken before", 409);
    /// The order is past the point where this can be done.
    pub(crate) const ORDER_UNDER_WAY: Self = Self("/problems/order-under-way", "It is too late for that", 409);
    /// The plan is not what the report says.
    pub(crate) const PLAN_CHANGED: Self = Self("/problems/plan-changed", "The plan has changed", 409);
    /// The report does not fit what was reported before.
    pub(crate) const REPORT_OUT_OF_TURN: Self = Self("/problems/report-out-of-turn", "The report does not fit", 409);
    /// The offer's time is over.
    pub(crate) const OFFER_EXPIRED: Self = Self("/problems/offer-expired", "The offer has expired", 410);
    /// The hold's time is over.
    pub(crate) const HOLD_EXPIRED: Self = Self("/problems/hold-expired", "The hold has ended", 410);
    /// The body is longer than the service reads.
    pub(crate) const BODY_TOO_LARGE: Self = Self("/problems/body-too-large", "The body is too large", 413);
    /// The body is something else than JSON.
    pub(crate) const NOT_JSON: Self = Self("/problems/unsupported-media-type", "Only JSON is read here", 415);
    /// A field of the body is not what it should be.
    pub(crate) const INVALID_BODY: Self = Self("/problems/invalid-body", "The body is not valid", 422);
    /// A query parameter is not what it should be.
    pub(crate) const INVALID_QUERY: Self = Self("/problems/invalid-query", "A query parameter is not valid", 422);
    /// The idempotency key is not what it should be.
    pub(crate) const INVALID_KEY: Self = Self("/problems/invalid-idempotency-key", "The idempotency key is not valid", 422);
    /// The idempotency key came with another request before.
    pub(crate) const KEY_REUSED: Self = Self("/problems/idempotency-key-reused", "The key came with another request", 422);
    /// The offer is of another region or service.
    pub(crate) const OFFER_FOREIGN: Self = Self("/problems/offer-foreign", "The offer was made elsewhere", 422);
    /// The offer is for another door or basket than the order.
    pub(crate) const OFFER_FOR_OTHER: Self = Self("/problems/offer-for-other", "The offer is for something else", 422);
    /// No courier can get there.
    pub(crate) const UNREACHABLE: Self = Self("/problems/unreachable", "The place cannot be reached", 422);
    /// We were wrong.
    pub(crate) const INTERNAL: Self = Self("/problems/internal", "The service failed", 500);
    /// It could not be made durable.
    pub(crate) const STORAGE: Self = Self("/problems/storage-failed", "Nothing can be recorded now", 503);
    /// Too much is asked at once.
    pub(crate) const BUSY: Self = Self("/problems/busy", "Too much is asked at once", 503);
    /// The service is not up yet, or going down.
    pub(crate) const UNAVAILABLE: Self = Self("/problems/unavailable", "The service is not ready", 503);
    /// It took too long.
    pub(crate) const TIME_OUT: Self = Self("/problems/time-out", "It took too long", 504);
}

impl Problem {
    /// A problem of a kind, and what happened this time.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let Kind(kind, title, status) = kind;
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            kind,
            title,
            status,
            detail: detail.into(),
            errors: vec![],
            reason: None,
            fits: None,
        }
    }

    /// A body with something wrong in it.
    pub(crate) fn body(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Kind::INVALID_BODY, "the body is not what is asked for here")
            .at(pointer, detail.into())
    }

    /// The same problem, blamed on a field.
    #[must_use]
    pub(crate) fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(Fault { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// No region of that name.
    pub(crate) fn unknown_region(key: &str) -> Self {
        Self::new(Kind::UNKNOWN_REGION, format!("there is no region {:?}", shortened(key)))
    }

    /// No order or hold of that name.
    pub(crate) fn unknown_order(name: &str) -> Self {
        Self::new(Kind::UNKNOWN_ORDER, format!("there is no order or hold {:?}", shortened(name)))
    }

    /// The last part of the kind's name, as a label of metrics.
    pub(crate) fn label(&self) -> &'static str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }

    /// What to say about a status that something below the handlers answered.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (kind, detail) = match status.as_u16() {
            404 => (Kind::NOT_FOUND, "there is nothing at this address"),
            405 => (Kind::METHOD_NOT_ALLOWED, "this address does not answer to this method"),
            413 => (Kind::BODY_TOO_LARGE, "the body is longer than 64 KiB"),
            415 => (Kind::NOT_JSON, "send the body as application/json"),
            408 | 504 => (Kind::TIME_OUT, "the request took too long"),
            503 => (Kind::UNAVAILABLE, "try again in a moment"),
            400..500 => (Kind::BAD_REQUEST, "the request cannot be understood"),
            _ => (Kind::INTERNAL, "something failed that should not"),
        };
        let mut problem = Self::new(kind, detail);
        if status.is_client_error() {
            problem.status = status;
        }
        problem
    }
}

/// Text of a client, short enough to be repeated to it.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    const LIMIT: usize = 64;
    match text.char_indices().nth(LIMIT) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::NotConfigured => Kind::UNAVAILABLE,
            Refusal::Unsettled(_) | Refusal::PlanChanged(_) | Refusal::Stale => Kind::PLAN_CHANGED,
            Refusal::OfferExpired(_) => Kind::OFFER_EXPIRED,
            Refusal::OfferUsed(_) => Kind::OFFER_USED,
            Refusal::SlotGone(_) => Kind::SLOT_GONE,
            Refusal::BasketTooLarge { .. } => Kind::BASKET_TOO_LARGE,
            Refusal::OfferForOther(_) => Kind::OFFER_FOR_OTHER,
            Refusal::OtherSession(_) => Kind::OTHER_SESSION,
            Refusal::Unreachable => Kind::UNREACHABLE,
            Refusal::KeyReused(_) => Kind::KEY_REUSED,
            Refusal::UnknownOrder(_) => Kind::UNKNOWN_ORDER,
            Refusal::HoldEnded(_) => Kind::HOLD_EXPIRED,
            Refusal::OrderState { .. } => Kind::ORDER_UNDER_WAY,
            Refusal::ReportOutOfTurn(_) => Kind::REPORT_OUT_OF_TURN,
        };
        let mut problem = Self::new(kind, refusal.to_string());
        if let Refusal::SlotGone(gone) = refusal {
            problem.reason = Some(gone.into());
        }
        if let Refusal::BasketTooLarge { fits, .. } = refusal {
            problem.fits = Some(Box::new(fits.into()));
        }
        metrics::counter!("punctual_refusals_total", "kind" => problem.label()).increment(1);
        problem
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        let kind = match error {
            CommandError::Refused(refusal) => return refusal.into(),
            CommandError::Busy => Kind::BUSY,
            CommandError::InFlight(_) => Kind::KEY_IN_FLIGHT,
            CommandError::StorageFailed => Kind::STORAGE,
            CommandError::PlannerFailed => Kind::INTERNAL,
            CommandError::Stopped => Kind::UNAVAILABLE,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<QuoteError> for Problem {
    fn from(error: QuoteError) -> Self {
        let kind = match error {
            QuoteError::Busy => Kind::BUSY,
            QuoteError::NotReady => Kind::UNAVAILABLE,
            QuoteError::Failed => Kind::INTERNAL,
        };
        Self::new(kind, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn status_number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}
