//! The pages, built into the program: the dispatcher's console, the customer's checkout, and the
//! script that shows slots on a shop's own page.

use axum::extract::{Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::app::App;
use crate::http::conditional::{is_known, weak_tag};
use crate::http::problem::Problem;

/// The bundle, if it was there when the program was built.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Bundle;

/// Scripts and styles come from the service alone; the map paints in a worker made from a blob, and
/// draws what comes from `others`.
fn policy(others: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' blob:; worker-src 'self' blob:; \
         child-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{others}; \
         font-src 'self'; connect-src 'self'{others}; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

const NO_BUNDLE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Punctual</title><body style=\"font:16px/1.5 sans-serif;max-width:40em;margin:4em auto\">\
    <h1>The pages are not built</h1><p>The service runs, and its whole API answers: see \
    <a href=\"/docs\">/docs</a>.</p><p>For the pages, run <code>make web</code> (it needs Node with \
    npm) and build the program again.</p>";

/// The dispatcher's console.
pub(crate) async fn console(State(app): State<App>, headers: HeaderMap) -> Response {
    page(&app, "index.html", &headers)
}

/// The customer's checkout.
pub(crate) async fn checkout(State(app): State<App>, headers: HeaderMap) -> Response {
    page(&app, "checkout.html", &headers)
}

/// The slots for a shop's own page, in one script. Its address stays, so it is asked for again
/// after some minutes; what it may do is decided where it calls, so any page may load it.
pub(crate) async fn widget(headers: HeaderMap) -> Response {
    match Bundle::get("widget.js") {
        Some(file) => {
            let response = sent(&file, &headers, "public, max-age=600");
            ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], response).into_response()
        }
        None => Problem::of_status(StatusCode::NOT_FOUND).into_response(),
    }
}

/// Scripts, styles and fonts. Their names change with their contents, so they may be kept for ever.
pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match Bundle::get(&format!("assets/{path}")) {
        Some(file) => sent(&file, &headers, "public, max-age=31536000, immutable"),
        None => Problem::of_status(StatusCode::NOT_FOUND).into_response(),
    }
}

fn page(app: &App, name: &str, headers: &HeaderMap) -> Response {
    let styles = app.regions().filter_map(|region| region.setup().map.style.as_ref());
    let others = styles.fold(String::new(), |others, style| others + " " + style.origin());
    let response = match Bundle::get(name) {
        Some(file) => sent(&file, headers, "no-cache"),
        None => ([(CACHE_CONTROL, "no-store")], Html(NO_BUNDLE)).into_response(),
    };
    ([(CONTENT_SECURITY_POLICY, policy(&others))], response).into_response()
}

fn sent(file: &EmbeddedFile, headers: &HeaderMap, cache: &'static str) -> Response {
    let tag = weak_tag(&file.metadata.sha256_hash());
    let marks = [(ETAG, tag.clone()), (CACHE_CONTROL, cache.to_owned())];
    if is_known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, marks).into_response();
    }
    let kind = [(CONTENT_TYPE, file.metadata.mimetype().to_owned())];
    (marks, kind, file.data.clone().into_owned()).into_response()
}
