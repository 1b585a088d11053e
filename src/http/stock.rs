//! `…/stores/{store}/stock`: what a store is out of.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::app::{App, LiveView};
use crate::http::body::Body;
use crate::http::limits::Text;
use crate::http::notation::classes_named;
use crate::http::openapi::Failures;
use crate::http::problem::{Kind, Problem, shortened};
use crate::model::ids::StoreId;
use crate::model::sale::Classes;
use crate::planner::command::Command;

/// What a store is out of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StockBody {
    /// Classes of items; all others are in stock.
    #[schema(value_type = Vec<String>, example = json!(["frozen"]))]
    out_of_stock: Vec<Text<64>>,
}

/// What a store has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StockReply {
    /// The store.
    store: String,
    /// Classes of items that it has.
    in_stock: Vec<String>,
    /// Classes that it has not: baskets with them are picked elsewhere, or refused.
    out_of_stock: Vec<String>,
}

/// Tells what a store is out of.
#[utoipa::path(
    get, path = "/v1/regions/{region}/stores/{store}/stock", tag = "store",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("store" = String, Path, description = "Key of the store"),
    ),
    responses((status = 200, description = "What the store has", body = StockReply), Failures),
)]
pub(crate) async fn read_stock(
    State(app): State<App>,
    Path((region, store)): Path<(String, String)>,
) -> Result<Json<StockReply>, Problem> {
    let live = app.region(&region)?.live()?;
    let id = store_named(&live, &store)?;
    Ok(Json(StockReply::new(&live, id)))
}

/// Takes down what a store is out of. Orders that are promised stay promised.
#[utoipa::path(
    put, path = "/v1/regions/{region}/stores/{store}/stock", tag = "store",
    request_body = StockBody,
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("store" = String, Path, description = "Key of the store"),
    ),
    responses((status = 200, description = "What the store has now", body = StockReply), Failures),
)]
pub(crate) async fn report_stock(
    State(app): State<App>,
    Path((region, store)): Path<(String, String)>,
    Body(body): Body<StockBody>,
) -> Result<Json<StockReply>, Problem> {
    let service = app.region(&region)?;
    let live = service.live()?;
    let id = store_named(&live, &store)?;
    let out_of_stock = classes_named(live.region(), &body.out_of_stock, "/out_of_stock")?;
    let done = service.execute(Command::Stock { store: id, out_of_stock }).await?;
    Ok(Json(StockReply::new(&done.live, id)))
}

fn store_named(live: &LiveView, store: &str) -> Result<StoreId, Problem> {
    live.region().store_by_key(store).ok_or_else(|| {
        Problem::new(Kind::UNKNOWN_STORE, format!("there is no store {:?}", shortened(store)))
    })
}

impl StockReply {
    fn new(live: &LiveView, store: StoreId) -> Self {
        let region = live.region();
        let missing = live.view.state.out_of_stock(store);
        let names =
            |classes| region.policy.sale.names(classes).into_iter().map(str::to_owned).collect();
        Self {
            store: region.store(store).key.clone(),
            in_stock: names(Classes(!missing.0)),
            out_of_stock: names(missing),
        }
    }
}
