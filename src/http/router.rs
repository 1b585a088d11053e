//! All addresses, in one list.

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::http::app::App;
use crate::http::openapi::Document;
use crate::http::{
    couriers, events, health, holds, kpis, layers, map, orders, pages, plan, quotes, regions,
    stores,
};

/// The service: everything that can be asked, and what surrounds it.
pub fn router(app: App) -> Router {
    let (api, document) = operations().split_for_parts();
    let pages = Router::new()
        .route("/", get(pages::console))
        .route("/checkout", get(pages::checkout))
        .route("/assets/{*path}", get(pages::asset));
    let docs = SwaggerUi::new("/docs").url("/openapi.json", document);
    let router = api.merge(pages).merge(docs).with_state(app);
    layers::surround(router)
}

/// The API's description of itself.
pub fn document() -> utoipa::openapi::OpenApi {
    operations().into_openapi()
}

fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        // Region
        .routes(routes!(regions::list))
        .routes(routes!(regions::read))
        .routes(routes!(map::streets))
        .routes(routes!(map::zones))
        // Checkout
        .routes(routes!(quotes::quote))
        .routes(routes!(holds::hold))
        .routes(routes!(holds::read, holds::free))
        .routes(routes!(orders::book, orders::list))
        .routes(routes!(orders::read))
        .routes(routes!(orders::cancel))
        // Store
        .routes(routes!(stores::list))
        .routes(routes!(stores::picking))
        .routes(routes!(stores::report))
        // Courier
        .routes(routes!(couriers::list))
        .routes(routes!(couriers::route))
        .routes(routes!(couriers::report))
        .routes(routes!(couriers::positions))
        // Dispatcher
        .routes(routes!(plan::plan))
        .routes(routes!(events::stream))
        .routes(routes!(kpis::kpis))
        // Operations
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::version))
        .routes(routes!(health::metrics))
}
