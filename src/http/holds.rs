//! `…/holds`: slots reserved for some minutes.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::app::{App, LiveView};
use crate::http::body::Keyed;
use crate::http::limits::{Text, Token};
use crate::http::notation::{KindReply, Moment, MoneyReply, WindowReply, hold_name, hold_named};
use crate::http::openapi::Failures;
use crate::http::parameters::parameters;
use crate::http::problem::{Kind, Problem};
use crate::http::promise::{expected, promise};
use crate::model::order::{Order, OrderState};
use crate::planner::command::{Command, Request};

/// What to hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldBody {
    /// The token of an offer.
    #[schema(inline)]
    offer: Token,
    /// A hold of the same session that is given back once this one is granted.
    #[serde(default)]
    #[schema(inline)]
    replaces: Option<Text<64>>,
    /// The checkout session: if given, it must be the one that the offer was made for.
    #[serde(default)]
    #[schema(inline)]
    session: Option<Text<64>>,
}

/// A reserved slot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldReply {
    /// Its name. The order it becomes has the same number.
    #[schema(example = "H12")]
    hold: String,
    /// How the customer gets the order.
    kind: KindReply,
    /// Where it is picked.
    store: String,
    /// When it is at the door, or may be collected.
    window: WindowReply,
    /// What delivery costs the customer.
    fee: MoneyReply,
    /// What kind of customer it was asked for.
    tier: String,
    /// When the slot is given to others unless booked.
    expires_at: Moment,
    /// When the courier would be at the door as things stand.
    expected_arrival: Option<Moment>,
}

impl HoldReply {
    fn new(live: &LiveView, order: &Order) -> Self {
        let region = live.region();
        Self {
            hold: hold_name(order.id),
            kind: order.slot.kind.into(),
            store: region.store(order.slot.store).key.clone(),
            window: WindowReply::new(region, order.slot.window),
            fee: MoneyReply::new(region, order.fee),
            tier: region.policy.sale.tier_name(order.wish.buyer).to_owned(),
            expires_at: Moment::new(region, order.hold_expires),
            expected_arrival: expected(live, order).map(|at| Moment::new(region, at)),
        }
    }
}

/// Reserves an offer for some minutes.
///
/// The offer was made from the plan as it was then; it is inserted anew into the plan as it is now.
/// Safe to repeat with the same idempotency key.
#[utoipa::path(
    post, path = "/v1/regions/{region}/holds", tag = "checkout", request_body = HoldBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("idempotency-key" = Option<String>, Header, description = "Makes a retry harmless"),
    ),
    responses((status = 201, description = "The slot is reserved", body = HoldReply), Failures),
)]
pub(crate) async fn hold(
    State(app): State<App>,
    Path(region): Path<String>,
    Keyed { body, key }: Keyed<HoldBody>,
) -> Result<Response, Problem> {
    let service = app.region(&region)?;
    let session = body.session.as_ref().map(|session| session.0.as_str());
    let terms = service.signer.terms(service.key(), &body.offer.0, session)?;
    let replaces = body.replaces.map(|hold| hold_named(&hold.0)).transpose()?;
    let request = Request { command: Command::Hold { terms, replaces }, key };
    let held = promise(service, request, |live, order, _| HoldReply::new(live, order)).await?;
    metrics::counter!("punctual_holds_total").increment(1);
    let location = format!("/v1/regions/{region}/holds/{}", hold_name(held.order));
    Ok(held.created(&location))
}

/// Tells about a hold that has not ended.
#[utoipa::path(
    get, path = "/v1/regions/{region}/holds/{hold}", tag = "checkout",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("hold" = String, Path, description = "Name of the hold"),
    ),
    responses((status = 200, description = "The hold", body = HoldReply), Failures),
)]
pub(crate) async fn read_hold(
    State(app): State<App>,
    Path((region, hold)): Path<(String, String)>,
) -> Result<Json<HoldReply>, Problem> {
    let live = app.region(&region)?.live()?;
    let id = hold_named(&hold)?;
    let order = live.view.state.orders.get(&id).ok_or_else(|| Problem::unknown_order(&hold))?;
    let ended = |why: &str| Err(Problem::new(Kind::HOLD_EXPIRED, format!("hold {hold} {why}")));
    match order.state {
        OrderState::Held if live.now < order.hold_expires => Ok(Json(HoldReply::new(&live, order))),
        OrderState::Held => ended("has expired"),
        _ if order.booked_at.is_some() => ended("was booked"),
        _ => ended("has expired or was given back"),
    }
}

/// Gives a hold back. One of a checkout session is given back by that session only.
#[utoipa::path(
    delete, path = "/v1/regions/{region}/holds/{hold}", tag = "checkout",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("hold" = String, Path, description = "Name of the hold"),
        ("session" = Option<String>, Query, description = "The checkout session that holds it"),
    ),
    responses((status = 204, description = "The slot is free again"), Failures),
)]
pub(crate) async fn free_hold(
    State(app): State<App>,
    Path((region, hold)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let service = app.region(&region)?;
    let session = parameters(query.as_deref(), &["session"])?.pop().map(|(_, value)| value);
    let id = hold_named(&hold)?;
    let live = service.live()?;
    let found = live.view.state.orders.get(&id);
    if found.is_some_and(|found| found.session.is_some() && found.session != session) {
        let detail = format!("hold {hold} is of another checkout session than the query names");
        return Err(Problem::new(Kind::OTHER_SESSION, detail));
    }
    service.execute(Command::Free(id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
