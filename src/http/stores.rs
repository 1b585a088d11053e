//! `…/stores` and `…/picking`: what pickers see and report.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::app::{App, LiveView};
use crate::http::body::Body;
use crate::http::notation::{Moment, MomentBody, PlaceReply, order_name, order_named};
use crate::http::openapi::Failures;
use crate::http::order_reply::OrderReply;
use crate::http::problem::{Kind, Problem, shortened};
use crate::model::ids::StoreId;
use crate::model::order::{Order, OrderState, Picking};
use crate::model::time::Timestamp;
use crate::planner::command::Command;
use crate::planner::event::PickingReport;

/// All stores.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoresReply {
    stores: Vec<StoreReply>,
}

/// A store and how busy it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoreReply {
    /// Its key.
    id: String,
    /// Its name for people.
    name: String,
    /// Where it is.
    location: PlaceReply,
    /// How many pickers work now.
    pickers_now: u32,
    /// Booked orders that are not picked.
    orders_waiting: usize,
    /// Picked orders that have not left.
    orders_ready: usize,
}

/// What to pick.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PickingReply {
    /// The store.
    store: String,
    /// The time.
    now: Moment,
    /// How many pickers work now.
    pickers_now: u32,
    /// What to do next first.
    tasks: Vec<TaskReply>,
}

/// One order to pick.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskReply {
    /// Its name.
    order: String,
    /// How far picking has come.
    state: TaskState,
    /// When it must be picked.
    due: Moment,
    /// When picking begins, or began.
    planned_start: Moment,
    /// When picking is finished; null when no picker has time left.
    planned_end: Option<Moment>,
    /// How long picking takes.
    picking_seconds: i64,
    /// How many things.
    items: u32,
}

/// How far picking has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TaskState {
    /// A picker has begun.
    Started,
    /// Nobody has begun.
    Waiting,
    /// All is picked.
    Done,
}

/// A picker's report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PickingBody {
    /// What happened.
    status: StatusBody,
    /// When, by the picker's device. The service's clock decides.
    #[serde(default, rename = "at")]
    _at: Option<MomentBody>,
}

/// What a picker reports.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatusBody {
    /// Picking began.
    Started,
    /// Everything is picked.
    Done,
    /// The customer collected a pickup.
    Collected,
}

/// Lists the stores and how busy they are.
#[utoipa::path(
    get, path = "/v1/regions/{region}/stores", tag = "store",
    params(("region" = String, Path, description = "Key of the region")),
    responses((status = 200, description = "Stores", body = StoresReply), Failures),
)]
pub(crate) async fn list_stores(
    State(app): State<App>,
    Path(region): Path<String>,
) -> Result<Json<StoresReply>, Problem> {
    let live = app.region(&region)?.live()?;
    let stores = live.region().store_ids().map(|store| StoreReply::new(&live, store)).collect();
    Ok(Json(StoresReply { stores }))
}

/// Tells the pickers of a store what to pick, in which order and by when.
#[utoipa::path(
    get, path = "/v1/regions/{region}/stores/{store}/picking", tag = "store",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("store" = String, Path, description = "Key of the store"),
    ),
    responses((status = 200, description = "What to pick next first", body = PickingReply), Failures),
)]
pub(crate) async fn read_picking(
    State(app): State<App>,
    Path((region, store)): Path<(String, String)>,
) -> Result<Json<PickingReply>, Problem> {
    let live = app.region(&region)?.live()?;
    let id = live.region().store_by_key(&store).ok_or_else(|| {
        Problem::new(Kind::UNKNOWN_STORE, format!("there is no store {:?}", shortened(&store)))
    })?;
    let pickers_now = pickers_now(&live, id);
    let mut tasks: Vec<_> = orders_at(&live, id).map(|order| Task::new(&live, order)).collect();
    tasks.sort_by_key(|task| (task.state, task.start, task.due, task.order.id));
    let tasks = tasks.iter().map(|task| task.reply(&live)).collect();
    Ok(Json(PickingReply { store, now: Moment::new(live.region(), live.now), pickers_now, tasks }))
}

/// Takes a picker's report.
#[utoipa::path(
    post, path = "/v1/regions/{region}/orders/{order}/picking", tag = "store",
    request_body = PickingBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("order" = String, Path, description = "Name of the order"),
    ),
    responses((status = 200, description = "The order after it", body = OrderReply), Failures),
)]
pub(crate) async fn report_picking(
    State(app): State<App>,
    Path((region, order)): Path<(String, String)>,
    Body(body): Body<PickingBody>,
) -> Result<Json<OrderReply>, Problem> {
    let id = order_named(&order)?;
    let report = match body.status {
        StatusBody::Started => PickingReport::Started,
        StatusBody::Done => PickingReport::Done,
        StatusBody::Collected => PickingReport::Collected,
    };
    let done = app.region(&region)?.execute(Command::Picking { order: id, report }).await?;
    let found = done.live.view.state.orders.get(&id);
    let found = found.ok_or_else(|| Problem::unknown_order(&order))?;
    Ok(Json(OrderReply::new(&done.live, found)))
}

impl StoreReply {
    fn new(live: &LiveView, id: StoreId) -> Self {
        let store = live.region().store(id);
        let is_picked = |order: &&Order| matches!(order.picking, Picking::Done(_));
        let orders_ready = orders_at(live, id).filter(is_picked).count();
        Self {
            id: store.key.clone(),
            name: store.name.clone(),
            location: store.location.into(),
            pickers_now: pickers_now(live, id),
            orders_waiting: orders_at(live, id).count() - orders_ready,
            orders_ready,
        }
    }
}

/// Promised orders of a store that have not left it.
fn orders_at(live: &LiveView, store: StoreId) -> impl Iterator<Item = &Order> {
    let is_there = move |order: &&Order| {
        let is_in_store = matches!(order.state, OrderState::Booked | OrderState::Loaded);
        is_in_store && order.slot.store == store
    };
    live.view.state.orders.values().map(|order| &**order).filter(is_there)
}

fn pickers_now(live: &LiveView, store: StoreId) -> u32 {
    let region = live.region();
    let works = |hours| {
        let hours = region.hours_on(region.date(live.now), hours);
        hours.opens() <= live.now && live.now < hours.closes()
    };
    let working = region.store(store).pickers.iter().filter(|pickers| works(pickers.hours));
    working.map(|pickers| u32::from(pickers.count)).sum()
}

/// An order to pick, and when.
struct Task<'a> {
    order: &'a Order,
    state: TaskState,
    due: Timestamp,
    start: Timestamp,
    end: Timestamp,
}

impl<'a> Task<'a> {
    fn new(live: &LiveView, order: &'a Order) -> Self {
        let duration = live.region().policy.picking(&order.wish.basket);
        let pick = live.live.outlook.picks.get(&order.id);
        let due = pick.map_or(order.slot.window.closes(), |pick| pick.due);
        let planned = pick.map(|pick| (pick.start, pick.end));
        let (state, start, end) = match order.picking {
            Picking::Waiting => {
                let (start, end) = planned.unwrap_or((due - duration, due));
                (TaskState::Waiting, start, end)
            }
            Picking::Started(at) => {
                (TaskState::Started, at, planned.map_or(at + duration, |(_, end)| end))
            }
            Picking::Done(at) => (TaskState::Done, planned.map_or(at, |(start, _)| start), at),
        };
        Self { order, state, due, start: start.min(end), end }
    }

    fn reply(&self, live: &LiveView) -> TaskReply {
        let region = live.region();
        TaskReply {
            order: order_name(self.order.id),
            state: self.state,
            due: Moment::new(region, self.due),
            planned_start: Moment::new(region, self.start),
            planned_end: (self.end < Timestamp::FAR).then(|| Moment::new(region, self.end)),
            picking_seconds: region.policy.picking(&self.order.wish.basket).0,
            items: self.order.wish.basket.items,
        }
    }
}
