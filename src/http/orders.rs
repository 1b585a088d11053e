//! `…/orders`: promises, how far they have come, and calling them off.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::app::{App, LiveView, RegionService};
use crate::http::body::Keyed;
use crate::http::limits::{Text, Token, object};
use crate::http::notation::{
    BasketBody, EmptyBody, KindReply, MoneyReply, WindowReply, hold_named, order_name, order_named,
};
use crate::http::openapi::Failures;
use crate::http::order_reply::{OrderReply, StateReply};
use crate::http::parameters::parameters;
use crate::http::problem::{Kind, Problem};
use crate::http::promise::promise;
use crate::model::ids::OrderId;
use crate::model::order::{Order, OrderState};
use crate::model::units::MinorUnits;
use crate::planner::command::{Command, Outcome, Refusal, Request};

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
    /// The checkout session: if given, it must be that of the hold or offer.
    #[serde(default)]
    #[schema(inline)]
    session: Option<Text<64>>,
}

/// The goods from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AmendBody {
    /// All of them, not only what is added.
    #[serde(deserialize_with = "object")]
    basket: BasketBody,
}

/// The slot from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RescheduleBody {
    /// The token of an offer for the same door and basket.
    #[schema(inline)]
    offer: Token,
}

/// An order in its new slot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RescheduleReply {
    /// The order as it is now.
    order: OrderReply,
    /// What was promised before.
    previous: PreviousReply,
    /// What delivery costs the customer more than before; negative for less.
    fee_change: MoneyReply,
}

/// What was promised before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviousReply {
    /// How the customer would have got the order.
    kind: KindReply,
    /// Where it would have been picked.
    store: String,
    /// When it would have been at the door.
    window: WindowReply,
    /// What delivery would have cost.
    fee: MoneyReply,
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
    let session = body.session.as_ref().map(|session| session.0.as_str());
    let command = match (body.hold, body.offer) {
        (Some(hold), None) => {
            let order = hold_named(&hold.0)?;
            of_session(service, order, session)?;
            Command::Book { order, reference }
        }
        (None, Some(offer)) => {
            let terms = service.signer.terms(service.key(), &offer.0, session)?;
            Command::BookOffer { terms, reference }
        }
        (None, None) => return Err(Problem::body("/hold", "give either `hold` or `offer`")),
        (Some(_), Some(_)) => {
            return Err(Problem::body("/offer", "give either `hold` or `offer`, not both"));
        }
    };
    let booked = promise(service, Request { command, key }, order_reply).await?;
    metrics::counter!("punctual_bookings_total").increment(1);
    tracing::info!(order.id = booked.order.0, plan.version = booked.plan_version, "booked");
    let location = format!("/v1/regions/{region}/orders/{}", order_name(booked.order));
    Ok(booked.created(&location))
}

/// Refuses a hold that is known to be of another session than the one that is given.
fn of_session(
    service: &RegionService,
    hold: OrderId,
    session: Option<&str>,
) -> Result<(), Problem> {
    let live = service.live()?;
    let Some(found) = live.view.state.orders.get(&hold) else { return Ok(()) };
    if session.is_none_or(|session| found.session.as_deref() == Some(session)) {
        return Ok(());
    }
    Err(Refusal::OtherSession(hold).into())
}

fn order_reply(live: &LiveView, order: &Order, _: Outcome) -> OrderReply {
    OrderReply::new(live, order)
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

/// Changes the goods of an order that nobody has begun to pick.
///
/// The plan is checked again with the new basket: the order stays in its place, or gets another one in
/// the same slot, or is refused with the largest basket that was found to fit, and nothing changes.
/// Safe to repeat with the same idempotency key.
#[utoipa::path(
    post, path = "/v1/regions/{region}/orders/{order}/amend", tag = "checkout",
    request_body = AmendBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("order" = String, Path, description = "Name of the order"),
        ("idempotency-key" = Option<String>, Header, description = "Makes a retry harmless"),
    ),
    responses((status = 200, description = "The order with its new goods", body = OrderReply), Failures),
)]
pub(crate) async fn amend_order(
    State(app): State<App>,
    Path((region, order)): Path<(String, String)>,
    Keyed { body, key }: Keyed<AmendBody>,
) -> Result<Response, Problem> {
    let service = app.region(&region)?;
    let basket = body.basket.basket(service.live()?.region(), "/basket")?;
    let command = Command::Amend { order: order_named(&order)?, basket };
    let amended = promise(service, Request { command, key }, order_reply).await?;
    metrics::counter!("punctual_amendments_total").increment(1);
    Ok(amended.changed())
}

/// Moves an order that nobody has begun to pick to the slot of another offer.
///
/// The old place is given up only if the new one is granted. The order keeps its number. Safe to
/// repeat with the same idempotency key.
#[utoipa::path(
    post, path = "/v1/regions/{region}/orders/{order}/reschedule", tag = "checkout",
    request_body = RescheduleBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("order" = String, Path, description = "Name of the order"),
        ("idempotency-key" = Option<String>, Header, description = "Makes a retry harmless"),
    ),
    responses((status = 200, description = "The order in its new slot", body = RescheduleReply), Failures),
)]
pub(crate) async fn reschedule_order(
    State(app): State<App>,
    Path((region, order)): Path<(String, String)>,
    Keyed { body, key }: Keyed<RescheduleBody>,
) -> Result<Response, Problem> {
    let service = app.region(&region)?;
    let terms = service.signer.terms(service.key(), &body.offer.0, None)?;
    let command = Command::Reschedule { order: order_named(&order)?, terms };
    let moved = promise(service, Request { command, key }, RescheduleReply::new).await?;
    metrics::counter!("punctual_reschedulings_total").increment(1);
    Ok(moved.changed())
}

impl RescheduleReply {
    fn new(live: &LiveView, order: &Order, outcome: Outcome) -> Self {
        let region = live.region();
        let (slot, fee) = match outcome {
            Outcome::Moved { slot, fee, .. } => (slot, fee),
            Outcome::Order(_) | Outcome::Done => (order.slot, order.fee),
        };
        Self {
            order: OrderReply::new(live, order),
            previous: PreviousReply {
                kind: slot.kind.into(),
                store: region.store(slot.store).key.clone(),
                window: WindowReply::new(region, slot.window),
                fee: MoneyReply::new(region, fee),
            },
            fee_change: MoneyReply::new(region, MinorUnits(order.fee.0 - fee.0)),
        }
    }
}

/// Calls an order off that has not left. Its place in the plan is free again.
///
/// Safe to repeat with the same idempotency key.
#[utoipa::path(
    post, path = "/v1/regions/{region}/orders/{order}/cancel", tag = "checkout",
    request_body = EmptyBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("order" = String, Path, description = "Name of the order"),
        ("idempotency-key" = Option<String>, Header, description = "Makes a retry harmless"),
    ),
    responses((status = 200, description = "The order is called off", body = OrderReply), Failures),
)]
pub(crate) async fn cancel_order(
    State(app): State<App>,
    Path((region, order)): Path<(String, String)>,
    Keyed { body: EmptyBody {}, key }: Keyed<EmptyBody>,
) -> Result<Response, Problem> {
    let command = Command::Cancel(order_named(&order)?);
    let request = Request { command, key };
    Ok(promise(app.region(&region)?, request, order_reply).await?.changed())
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
