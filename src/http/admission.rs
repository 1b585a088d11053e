//! Which pages of other origins may call the checkout, and with which keys.
//!
//! A shop's page runs in the browsers of its customers, so its key is no secret: it says whose page
//! asks. Requests that do not come from a page of another origin need none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN, RETRY_AFTER};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, Uri};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::http::app::App;
use crate::http::body::IDEMPOTENCY_KEY;
use crate::http::problem::{Kind, Problem, shortened};
use crate::http::promise::REPLAYED;

/// How long a browser may remember what a call allows. Chromium forgets it after two hours anyway.
const REMEMBERED: Duration = Duration::from_secs(2 * 3600);

/// How a browser says that page and service have the same origin, whatever a proxy made of `Host`.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Which pages of other origins may call the checkout of one region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Admission {
    origins: Vec<String>,
    keys: Vec<String>,
}

impl Admission {
    /// Pages of these origins, as browsers send them, with one of these keys; without keys none is
    /// asked for, without origins no page but the service's own is served.
    pub fn new(origins: Vec<String>, keys: Vec<String>) -> Self {
        Self { origins, keys }
    }

    fn admits(&self, origin: &str) -> bool {
        self.origins.iter().any(|admitted| admitted == origin)
    }

    /// Whether a page of this origin may go on.
    fn check(&self, origin: &str, key: Option<&str>) -> Result<(), Problem> {
        if !self.admits(origin) {
            let detail = format!("pages of {:?} may not call this checkout", shortened(origin));
            return Err(Problem::new(Kind::ORIGIN_REFUSED, detail));
        }
        match key {
            _ if self.keys.is_empty() => Ok(()),
            Some(key) if self.keys.iter().any(|known| known == key) => Ok(()),
            Some(_) => Err(Problem::new(Kind::KEY_UNKNOWN, "the key is not one of this region")),
            None => {
                let detail = "send a publishable key of the region as Authorization: Bearer pk_…";
                Err(Problem::new(Kind::KEY_MISSING, detail))
            }
        }
    }
}

/// The admissions of all regions, by their keys. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Admissions(Arc<BTreeMap<String, Admission>>);

impl FromIterator<(String, Admission)> for Admissions {
    fn from_iter<T: IntoIterator<Item = (String, Admission)>>(regions: T) -> Self {
        Self(Arc::new(regions.into_iter().collect()))
    }
}

impl Admissions {
    /// Opens a call to the pages that its region admits, for these methods.
    pub(crate) fn open<const COUNT: usize>(
        &self,
        (schemas, paths, methods): UtoipaMethodRouter<App>,
        open: [Method; COUNT],
    ) -> UtoipaMethodRouter<App> {
        let admissions = self.clone();
        let admits = AllowOrigin::predicate(move |origin, request| {
            let admission = admissions.of(request.uri.path());
            let origin = origin.to_str().unwrap_or_default();
            admission.is_some_and(|admission| admission.admits(origin))
        });
        let cors = CorsLayer::new()
            .allow_origin(admits)
            .allow_methods(open)
            .allow_headers([AUTHORIZATION, CONTENT_TYPE, HeaderName::from_static(IDEMPOTENCY_KEY)])
            .expose_headers([RETRY_AFTER, REPLAYED])
            .max_age(REMEMBERED);
        let guard = middleware::from_fn_with_state(self.clone(), guard);
        (schemas, paths, methods.route_layer(guard).layer(cors))
    }

    /// The admission of the region that an address is about.
    fn of(&self, path: &str) -> Option<&Admission> {
        let region = path.strip_prefix("/v1/regions/")?.split('/').next()?;
        self.0.get(region)
    }
}

/// Lets through whoever does not come from a page of another origin, and the pages that may.
async fn guard(
    State(admissions): State<Admissions>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let admission = admissions.of(request.uri().path());
    let configured = admission.filter(|admission| !admission.origins.is_empty());
    let origin = foreign_origin(request.headers(), request.uri());
    if let (Some(admission), Some(origin)) = (configured, origin) {
        admission.check(origin, bearer(request.headers()))?;
    }
    Ok(next.run(request).await)
}

/// The origin of the page that asks, unless it is the service's own.
fn foreign_origin<'a>(headers: &'a HeaderMap, uri: &Uri) -> Option<&'a str> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let origin = text(ORIGIN)?;
    let host = text(HOST).or(uri.authority().map(Authority::as_str));
    let asked = origin.split_once("://").map(|(_, authority)| authority);
    let is_own = text(FETCH_SITE) == Some("same-origin") || (asked.is_some() && asked == host);
    (!is_own).then_some(origin)
}

/// The key that came along.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
}
