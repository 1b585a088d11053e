//! `/v1/scenarios`: days of a region under other conditions, simulated behind the traffic.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::body::Body;
use crate::http::limits::object;
use crate::http::openapi::Failures;
use crate::http::problem::{Kind, Problem, shortened};
use crate::model::units::Seconds;
use crate::runtime::batches::{BatchState, BatchStatus, Job};
use crate::simulation::addresses::addresses;
use crate::simulation::demand::{DayModel, Demand};
use crate::simulation::report::{PointReport, Spread};
use crate::simulation::scenario::{Base, DaySettings, Scenario};

/// Customers on an average day, where nothing says how many.
const ORDERS_PER_DAY: u32 = 350;
/// One scenario has so many days at most; more belong to `punctual whatif`.
const DAYS_MAX: usize = 1_000;
const COURIERS_MAX: u16 = 2_000;
const ORDERS_MAX: u32 = 5_000;
const PROMISE_MAX: i64 = 1_440;

/// What is to be simulated: every number of couriers with every seed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioBody {
    /// The day to start from.
    #[serde(deserialize_with = "object")]
    base: BaseBody,
    /// How many couriers work, one result each; without it, all.
    #[serde(default)]
    #[schema(example = json!([16, 20, 24]))]
    couriers: Vec<u16>,
    /// One day is played for each.
    #[schema(example = json!([1, 2, 3]))]
    seeds: Vec<u64>,
    /// Express orders are promised within so many minutes.
    promise_minutes: Option<i64>,
    /// How many customers come to the checkout on an average day.
    orders_per_day: Option<u32>,
}

/// The day that scenarios start from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BaseBody {
    /// The region, as it is set up now, with a day of invented customers.
    #[schema(example = "demo")]
    day_model: String,
}

/// A scenario as it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScenarioReply {
    /// Its name.
    scenario: String,
    /// How far it is.
    state: StateReply,
    /// How many days are played.
    progress: ProgressReply,
    /// What came of it, once it is over.
    results: Vec<ResultReply>,
    /// Why days could not be played.
    failures: Vec<String>,
}

/// How far a scenario is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StateReply {
    /// Others come first.
    Queued,
    /// Days are being played.
    Running,
    /// All days were played.
    Done,
    /// It was stopped; what was done is kept.
    Cancelled,
    /// No day could be played.
    Failed,
}

/// How many days are played.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProgressReply {
    /// So many.
    done: usize,
    /// Of so many.
    total: usize,
    /// How long the rest takes; null while nobody knows.
    seconds_left: Option<u64>,
}

/// What one number of couriers came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResultReply {
    couriers: usize,
    days: usize,
    /// Promises kept.
    on_time_share: SpreadReply,
    /// Customers who booked.
    acceptance_share: SpreadReply,
    /// Couriers' pay and kilometers per order at the door, in minor units.
    cost_per_order: SpreadReply,
    /// Time on trips as a share of the time paid.
    courier_utilisation: SpreadReply,
}

/// A figure over the days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpreadReply {
    mean: f64,
    min: f64,
    max: f64,
}

/// Takes a scenario into the queue.
#[utoipa::path(
    post, path = "/v1/scenarios", tag = "planner", request_body = ScenarioBody,
    responses((status = 202, description = "It is queued", body = ScenarioReply), Failures),
)]
pub(crate) async fn create_scenario(
    State(app): State<App>,
    Body(body): Body<ScenarioBody>,
) -> Result<impl IntoResponse, Problem> {
    let scenario = scenario_of(&body)?;
    let region = app.region(&body.base.day_model).map_err(|_| {
        let name = shortened(&body.base.day_model);
        Problem::body("/base/day_model", format!("there is no region {name:?}"))
    })?;
    let live = region.live()?;
    let (region, travel) = (live.live.region.clone(), Arc::clone(&region.setup().travel));
    // Finding the addresses walks all streets once.
    let job = tokio::task::spawn_blocking(move || {
        let places = addresses(&region, &*travel);
        let demand = Demand::Model(Box::new(DayModel::groceries(ORDERS_PER_DAY, places)));
        let base = Base { region: (*region).clone(), date: region.date(live.now), demand };
        Job { base, scenario, travel }
    });
    let job = job.await.map_err(|error| Problem::new(Kind::INTERNAL, error.to_string()))?;
    let full = |error: crate::runtime::batches::QueueFull| {
        Problem::new(Kind::BUSY, format!("{error}; try again when one is over"))
    };
    let status = app.batches().submit(job).map_err(full)?;
    let location = [(LOCATION, format!("/v1/scenarios/{}", status.id))];
    Ok((StatusCode::ACCEPTED, location, Json(ScenarioReply::from(status))))
}

/// Says how far a scenario is, and what came of it.
#[utoipa::path(
    get, path = "/v1/scenarios/{scenario}", tag = "planner",
    params(("scenario" = String, Path, description = "Name of the scenario")),
    responses((status = 200, description = "The scenario", body = ScenarioReply), Failures),
)]
pub(crate) async fn read_scenario(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<ScenarioReply>, Problem> {
    let found = id_of(&name).and_then(|id| app.batches().status(id));
    found.map(|status| Json(status.into())).ok_or_else(|| unknown(&name))
}

/// Stops a scenario; what is done is kept.
#[utoipa::path(
    delete, path = "/v1/scenarios/{scenario}", tag = "planner",
    params(("scenario" = String, Path, description = "Name of the scenario")),
    responses((status = 200, description = "The scenario", body = ScenarioReply), Failures),
)]
pub(crate) async fn stop_scenario(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<ScenarioReply>, Problem> {
    let found = id_of(&name).and_then(|id| app.batches().cancel(id));
    found.map(|status| Json(status.into())).ok_or_else(|| unknown(&name))
}

fn id_of(name: &str) -> Option<Uuid> {
    Uuid::try_parse(name).ok()
}

fn unknown(name: &str) -> Problem {
    Problem::new(Kind::UNKNOWN_SCENARIO, format!("there is no scenario {:?}", shortened(name)))
}

fn scenario_of(body: &ScenarioBody) -> Result<Scenario, Problem> {
    for (index, &count) in body.couriers.iter().enumerate() {
        if !(1..=COURIERS_MAX).contains(&count) {
            let detail = format!("{count} couriers; allowed are 1 to {COURIERS_MAX}");
            return Err(Problem::body(format!("/couriers/{index}"), detail));
        }
    }
    let days = body.couriers.len().max(1) * body.seeds.len();
    if !(1..=DAYS_MAX).contains(&days) {
        let detail = format!("with all couriers {days} days; allowed are 1 to {DAYS_MAX}");
        return Err(Problem::body("/seeds", detail));
    }
    if let Some(minutes) = body.promise_minutes.filter(|m| !(1..=PROMISE_MAX).contains(m)) {
        let detail = format!("{minutes} minutes; allowed are 1 to {PROMISE_MAX}");
        return Err(Problem::body("/promise_minutes", detail));
    }
    if let Some(orders) = body.orders_per_day.filter(|orders| !(1..=ORDERS_MAX).contains(orders)) {
        let detail = format!("{orders} orders; allowed are 1 to {ORDERS_MAX}");
        return Err(Problem::body("/orders_per_day", detail));
    }
    let couriers = match body.couriers.as_slice() {
        [] => vec![None],
        counts => counts.iter().copied().map(Some).collect(),
    };
    let shared = DaySettings {
        promise: body.promise_minutes.map(Seconds::minutes),
        orders_per_day: body.orders_per_day,
        ..DaySettings::plain(0)
    };
    Ok(Scenario { couriers, seeds: body.seeds.clone(), shared })
}

impl From<BatchStatus> for ScenarioReply {
    fn from(status: BatchStatus) -> Self {
        let BatchStatus { id, state, done, total, seconds_left, points, failures } = status;
        Self {
            scenario: id.to_string(),
            state: match state {
                BatchState::Queued => StateReply::Queued,
                BatchState::Running => StateReply::Running,
                BatchState::Done => StateReply::Done,
                BatchState::Cancelled => StateReply::Cancelled,
                BatchState::Failed => StateReply::Failed,
            },
            progress: ProgressReply { done, total, seconds_left },
            results: points.into_iter().map(ResultReply::from).collect(),
            failures,
        }
    }
}

impl From<PointReport> for ResultReply {
    fn from(point: PointReport) -> Self {
        Self {
            couriers: point.couriers,
            days: point.days,
            on_time_share: point.on_time_share.into(),
            acceptance_share: point.acceptance_share.into(),
            cost_per_order: point.cost_per_order.into(),
            courier_utilisation: point.courier_utilisation.into(),
        }
    }
}

impl From<Spread> for SpreadReply {
    fn from(spread: Spread) -> Self {
        Self { mean: spread.mean, min: spread.min, max: spread.max }
    }
}
