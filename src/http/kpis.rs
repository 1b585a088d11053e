//! `GET …/kpis`: the day in figures.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::{App, LiveView, RegionService};
use crate::http::courier_reply::CourierState;
use crate::http::notation::Moment;
use crate::http::openapi::Failures;
use crate::http::order_reply::late_seconds;
use crate::http::plan_map::TIGHT;
use crate::http::problem::Problem;
use crate::model::order::{Order, OrderState};
use crate::solver::route::Route;

/// The day in figures. Counts of what is over go back to the first start of the region.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KpisReply {
    /// The time.
    now: Moment,
    /// Orders ever booked.
    booked: u64,
    /// Holds that are active now.
    held: usize,
    /// Orders handed over at the door.
    delivered: u64,
    /// Orders handed over at a store.
    collected: u64,
    /// Bookings called off.
    cancelled: u64,
    /// Orders that could not be handed over.
    failed: u64,
    /// Of those delivered, at the door before the window closed.
    on_time: u64,
    /// Of those delivered, later.
    late: u64,
    /// `on_time` of `delivered`; null before the first.
    on_time_share: Option<f64>,
    /// Open orders expected less than five minutes before their window closes, or later.
    at_risk: usize,
    /// Open orders expected after their window closes.
    projected_late: usize,
    /// Couriers at work.
    couriers_on_duty: usize,
    /// Couriers loading or on the road.
    couriers_on_trip: usize,
    /// Quotes since the start of the service.
    quotes: u64,
    /// Of these, how many had no offer.
    refused_quotes: u64,
    /// The background search.
    search: SearchReply,
}

/// What the background search has done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchReply {
    /// While searching.
    iterations_per_second: f64,
    /// Better plans taken over.
    improvements: u64,
    /// What they saved, as a share of what the plan costs now and they saved together.
    cost_saved_share: Option<f64>,
}

/// Tells the day in figures.
#[utoipa::path(
    get, path = "/v1/regions/{region}/kpis", tag = "dispatcher",
    params(("region" = String, Path, description = "Key of the region")),
    responses((status = 200, description = "Figures", body = KpisReply), Failures),
)]
pub(crate) async fn read_kpis(
    State(app): State<App>,
    Path(region): Path<String>,
) -> Result<Json<KpisReply>, Problem> {
    let service = app.region(&region)?;
    Ok(Json(KpisReply::new(service, &service.live()?)))
}

impl KpisReply {
    fn new(service: &RegionService, live: &LiveView) -> Self {
        let state = &live.view.state;
        let totals = state.totals;
        let open = || {
            let orders = state.orders.values().map(|order| &**order);
            orders.filter(|order| !order.state.is_final() && order.state != OrderState::Held)
        };
        let doing: Vec<_> =
            live.region().courier_ids().map(|id| CourierState::of(live, id)).collect();
        let count = |wanted: &[CourierState]| doing.iter().filter(|d| wanted.contains(d)).count();
        let held = state.orders.values().filter(|order| order.state == OrderState::Held);
        Self {
            now: Moment::new(live.region(), live.now),
            booked: totals.booked,
            held: held.count(),
            delivered: totals.delivered,
            collected: totals.collected,
            cancelled: totals.cancelled,
            failed: totals.failed,
            on_time: totals.on_time,
            late: totals.delivered.saturating_sub(totals.on_time),
            on_time_share: share(totals.on_time, totals.delivered),
            at_risk: open().filter(|order| is_at_risk(live, order)).count(),
            projected_late: open().filter(|order| 0 < late_seconds(live, order)).count(),
            couriers_on_duty: doing.len() - count(&[CourierState::Off]),
            couriers_on_trip: count(&[
                CourierState::Loading,
                CourierState::OnTrip,
                CourierState::Returning,
            ]),
            quotes: service.quotes.made(),
            refused_quotes: service.quotes.refused(),
            search: SearchReply::new(service, live),
        }
    }
}

impl SearchReply {
    fn new(service: &RegionService, live: &LiveView) -> Self {
        let stats = &service.setup().search;
        let totals = live.view.state.totals;
        let cost: i64 = live.live.ground.routes.iter().map(Route::cost).sum();
        let saved = u64::try_from(totals.saved).unwrap_or_default();
        Self {
            iterations_per_second: stats.iterations_per_second().round(),
            improvements: totals.adopted,
            cost_saved_share: share(saved, saved + u64::try_from(cost).unwrap_or_default()),
        }
    }
}

fn is_at_risk(live: &LiveView, order: &Order) -> bool {
    let expected = live.live.outlook.arrivals.get(&order.id);
    let is_tight = expected.is_some_and(|&at| order.slot.window.closes() - TIGHT <= at);
    is_tight || 0 < late_seconds(live, order)
}

#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
fn share(part: u64, whole: u64) -> Option<f64> {
    let share = || (part as f64 / whole as f64 * 1e4).round() / 1e4;
    (whole != 0).then(share)
}
