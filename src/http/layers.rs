//! What surrounds all handlers: limits, logs, and errors in one form.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::http::body::BODY_MAX;
use crate::http::problem::{Kind, PROBLEM_JSON, Problem};

/// The longest that an answer may take to begin.
const ANSWER_MAX: Duration = Duration::from_secs(10);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The documentation's page has styles of its own in it.
const STRICT_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Puts the handlers behind limits, and what they say into one form.
pub(crate) fn surround(router: Router) -> Router {
    let header =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    router
        .fallback(|| async { Problem::of_status(StatusCode::NOT_FOUND) })
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, ANSWER_MAX))
        .layer(middleware::map_response(as_problem))
        .layer(CompressionLayer::new())
        .layer(header(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(HeaderName::from_static("referrer-policy"), "same-origin"))
        .layer(header(CONTENT_SECURITY_POLICY, STRICT_POLICY))
        // Inside the router, so that the route is known by its pattern and no key gets into a label.
        .layer(middleware::from_fn(observe))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

/// Counts, times and logs a request: the route's pattern, never what is in it.
async fn observe(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned());
    let method = request.method().to_string();
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let id = id.unwrap_or_default().chars().take(64).collect::<String>();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    let labels =
        [("method", method.clone()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("punctual_http_requests_total", &labels).increment(1);
    metrics::histogram!("punctual_http_request_seconds", &labels).record(took.as_secs_f64());
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(request.id = id, method, route, status, duration_ms, "answered");
    response
}

/// Turns errors that something below the handlers answered into problems.
async fn as_problem(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !status.is_client_error() && !status.is_server_error() || kind == Some(PROBLEM_JSON) {
        return response;
    }
    let mut problem = Problem::of_status(status).into_response();
    // Such as `Allow`, which comes with 405.
    for (name, value) in response.headers() {
        if !problem.headers().contains_key(name) && name != "content-length" {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    tracing::error!(panic = text, "a handler panicked");
    Problem::new(Kind::INTERNAL, "something failed that should not").into_response()
}
