//! `…/orders`: promises, how far they have come, and calling them off.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::app::App;
use crate::http::body::{Body, Keyed};
use crate::http::limits::{Text, Token};
use crate::http::notation::{EmptyBody, hold_named, order_name, order_named};
use crate::http::openapi::Failures;
use crate::http::order_reply::{OrderReply, StateReply};
use crate::http::parameters::parameters;
use crate::http::problem::{Kind, Problem};
use crate::http::promise::{created, order_of};
use crate::model::order::{Order, OrderState};
use crate::planner::command::{Command, Request};

/// How many orders are listed unless the client says otherwise.
const LISTED: usize = 200;
/// The most that are listed at once.
const LISTED_MAX: usize = 5000;

/// What to book: a hold, or an offer at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookingBody {
    /// The hold to turn into an order.
    #[serde(default)]
    #[schema(inline)]
    hold: Option<Text<64>>,
    /// Or the token of an offer.
    #[serde(default)]
    #[schema(inline)]
    offer: Option<Token>,
    /// The shop's own number.
    #[serde(default)]
    #[schema(inline)]
    reference: Option<Text<64>>,
}

/// Some orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrdersReply {
    /// Sorted by the end of their windows.
    orders: Vec<OrderReply>,
    /// How many there are, listed or not.
    total: usize,
}

/// Turns a hold or an offer into a promise. Safe to repeat with the same idempotency key.
#[utoipa::path(
    post, path = "/v1/regions/{region}/orders", tag = "checkout", request_body = BookingBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("idempotency-key" = Option<String>, Header, description = "Makes a retry harmless"),
    ),
    responses((status = 201, description = "The order is promised", body = OrderReply), Failures),
)]
pub(crate) async fn book(
    State(app): State<App>,
    Path(region): Path<String>,
    Keyed { body, key }: Keyed<BookingBody>,
) -> Result<Response, Problem> {
    let service = app.region(&region)?;
    let reference = body.reference.map(|reference| reference.0);
    let command = match (body.hold, body.offer) {
        (Some(hold), None) => Command::Book { order: hold_named(&hold.0)?, reference },
        (None, Some(offer)) => {
            let terms = service.signer.terms(service.key(), &offer.0)?;
            Command::BookOffer { terms, reference }
        }
        (None, None) => return Err(Problem::body("/hold", "give either `hold` or `offer`")),
        (Some(_), Some(_)) => {
            return Err(Problem::body("/offer", "give either `hold` or `offer`, not both"));
        }
    };
    let done = service.execute(Request { command, key }).await?;
    let order = order_of(&done)?;
    metrics::counter!("punctual_bookings_total").increment(1);
    tracing::info!(order.id = order.id.0, plan.version = done.live.view.sequence.0, "booked");
    let location = format!("/v1/regions/{region}/orders/{}", order_name(order.id));
    Ok(created(done.answer.replayed, location, OrderReply::new(&done.live, order)))
}

/// Lists orders and holds, what is promised next first.
#[utoipa::path(
    get, path = "/v1/regions/{region}/orders", tag = "dispatcher",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("state" = Option<String>, Query, description = "Only these states, separated by commas"),
        ("limit" = Option<usize>, Query, description = "How many to list: 1 to 5000, else 200"),
    ),
    responses((status = 200, description = "Orders", body = OrdersReply), Failures),
)]
pub(crate) async fn list_orders(
    State(app): State<App>,
    Path(region): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<OrdersReply>, Problem> {
    let service = app.region(&region)?;
    let wanted = Wanted::parse(query.as_deref())?;
    let live = service.live()?;
    let reply = service.quotes.workers().run(move || {
        let mut orders: Vec<&Order> = live.view.state.orders.values().map(|o| &**o).collect();
        orders.retain(|order| wanted.takes(order));
        orders.sort_by_key(|order| (order.slot.window.closes(), order.id));
        let total = orders.len();
        orders.truncate(wanted.limit);
        let orders = orders.into_iter().map(|order| OrderReply::new(&live, order)).collect();
        OrdersReply { orders, total }
    });
    Ok(Json(reply.await?))
}

/// Tells how far an order has come.
#[utoipa::path(
    get, path = "/v1/regions/{region}/orders/{order}", tag = "checkout",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("order" = String, Path, description = "Name of the order"),
    ),
    responses((status = 200, description = "The order", body = OrderReply), Failures),
)]
pub(crate) async fn read_order(
    State(app): State<App>,
    Path((region, order)): Path<(String, String)>,
) -> Result<Json<OrderReply>, Problem> {
    let live = app.region(&region)?.live()?;
    let found = live.view.state.orders.get(&order_named(&order)?);
    let found = found.ok_or_else(|| Problem::unknown_order(&order))?;
    Ok(Json(OrderReply::new(&live, found)))
}

/// Calls an order off that has not left. Its place in the plan is free again.
#[utoipa::path(
    post, path = "/v1/regions/{region}/orders/{order}/cancel", tag = "checkout",
    request_body = EmptyBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("order" = String, Path, description = "Name of the order"),
    ),
    responses((status = 200, description = "The order is called off", body = OrderReply), Failures),
)]
pub(crate) async fn cancel_order(
    State(app): State<App>,
    Path((region, order)): Path<(String, String)>,
    _body: Body<EmptyBody>,
) -> Result<Json<OrderReply>, Problem> {
    let done = app.region(&region)?.execute(Command::Cancel(order_named(&order)?)).await?;
    Ok(Json(OrderReply::new(&done.live, order_of(&done)?)))
}

/// Which orders a client wants to see.
struct Wanted {
    states: Option<Vec<StateReply>>,
    limit: usize,
}

impl Wanted {
    fn parse(query: Option<&str>) -> Result<Self, Problem> {
        let mut wanted = Self { states: None, limit: LISTED };
        for (name, value) in parameters(query, &["state", "limit"])? {
            if name == "limit" {
                let limit = value.parse().ok().filter(|limit| (1..=LISTED_MAX).contains(limit));
                let allowed = format!("`limit` is a whole number from 1 to {LISTED_MAX}");
                wanted.limit = limit.ok_or_else(|| Problem::new(Kind::INVALID_QUERY, allowed))?;
            } else {
                let states: Option<Vec<_>> = value.split(',').map(StateReply::named).collect();
                let allowed = || {
                    let all = StateReply::ALL.map(|(name, _)| name).join(", ");
                    Problem::new(Kind::INVALID_QUERY, format!("`state` lists some of: {all}"))
                };
                wanted.states = Some(states.ok_or_else(allowed)?);
            }
        }
        Ok(wanted)
    }

    /// Holds that lapsed or were given back are nobody's business any more.
    fn takes(&self, order: &Order) -> bool {
        let is_ended_hold = order.state == OrderState::Cancelled && order.booked_at.is_none();
        let state = StateReply::of(order);
        !is_ended_hold && self.states.as_ref().is_none_or(|states| states.contains(&state))
    }
}
