//! All addresses, in one list.

use axum::Router;
use axum::http::Method;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::http::admission::Admissions;
use crate::http::app::App;
use crate::http::examples::with_examples;
use crate::http::openapi::Document;
use crate::http::{
    couriers, events, health, holds, kpis, layers, map, orders, pages, plan, quotes, regions,
    scenarios, stock, stores, tiles,
};

/// The service: everything that can be asked, and what surrounds it.
pub fn router(app: App) -> Router {
    health::recorder();
    let (api, described) = operations(&app.admissions()).split_for_parts();
    let document = with_examples(&described);
    let pages = Router::new()
        .route("/", get(pages::console))
        .route("/checkout", get(pages::checkout))
        .route("/widget.js", get(pages::widget))
        .route("/assets/{*path}", get(pages::asset));
    let docs = SwaggerUi::new("/docs").url("/openapi.json", document);
    let router = api.merge(pages).merge(docs).with_state(app);
    layers::surround(router)
}

/// The API's description of itself.
pub fn document() -> utoipa::openapi::OpenApi {
    with_examples(&operations(&Admissions::default()).into_openapi())
}

/// All calls; those that a shop's page needs are open to the origins that are admitted.
fn operations(admissions: &Admissions) -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        // Region
        .routes(routes!(regions::list_regions))
        .routes(admissions.open(routes!(regions::read_region), [Method::GET]))
        .routes(routes!(map::read_zones))
        .routes(routes!(tiles::read_tile_json))
        .routes(routes!(tiles::read_tile))
        // Checkout
        .routes(admissions.open(routes!(quotes::quote), [Method::POST]))
        .routes(admissions.open(routes!(holds::hold), [Method::POST]))
        .routes(
            admissions
                .open(routes!(holds::read_hold, holds::free_hold), [Method::GET, Method::DELETE]),
        )
        .routes(routes!(orders::book, orders::list_orders))
        .routes(routes!(orders::read_order))
        .routes(routes!(orders::amend_order))
        .routes(routes!(orders::reschedule_order))
        .routes(routes!(orders::cancel_order))
        // Store
        .routes(routes!(stores::list_stores))
        .routes(routes!(stores::read_picking))
        .routes(routes!(stores::report_picking))
        .routes(routes!(stock::read_stock, stock::report_stock))
        // Courier
        .routes(routes!(couriers::list_couriers))
        .routes(routes!(couriers::read_route))
        .routes(routes!(couriers::report))
        .routes(routes!(couriers::report_positions))
        // Dispatcher
        .routes(routes!(plan::read_plan))
        .routes(routes!(events::stream_events))
        .routes(routes!(kpis::read_kpis))
        // Planner
        .routes(routes!(scenarios::create_scenario))
        .routes(routes!(scenarios::read_scenario, scenarios::stop_scenario))
        // Operations
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::version))
        .routes(routes!(health::metrics))
}
