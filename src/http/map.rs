//! `…/map/zones`: where the region delivers.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use h3o::CellIndex;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::http::app::App;
use crate::http::conditional::{is_known, weak_tag};
use crate::http::geo_json::{Collection, Feature, Geometry};
use crate::http::openapi::Failures;
use crate::http::plan::GEO_JSON;
use crate::http::problem::Problem;
use crate::model::region::Region;

/// The drawing that is made once.
#[derive(Debug, Default)]
pub(crate) struct MapCache {
    /// With the settings that the zones were taken from.
    zones: Mutex<Option<(Arc<Region>, Drawing)>>,
}

/// A drawing as it is sent.
#[derive(Debug, Clone)]
struct Drawing {
    json: Arc<str>,
    tag: Arc<str>,
}

#[derive(Debug, Serialize)]
struct ZoneProperties<'a> {
    zone: &'a str,
}

/// Shows where the region delivers, as GeoJSON: one polygon for each cell of a zone.
#[utoipa::path(
    get, path = "/v1/regions/{region}/map/zones", tag = "region",
    params(("region" = String, Path, description = "Key of the region")),
    responses(
        (status = 200, description = "Areas", content_type = "application/geo+json", body = Object),
        Failures,
    ),
)]
pub(crate) async fn read_zones(
    State(app): State<App>,
    Path(region): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let service = Arc::clone(app.region(&region)?);
    let region = Arc::clone(&service.live()?.live.region);
    let workers = Arc::clone(&service);
    let drawing = workers.quotes.workers().run(move || service.map.drawn_zones(&region)).await?;
    Ok(drawing.reply(&headers))
}

impl MapCache {
    fn drawn_zones(&self, region: &Arc<Region>) -> Drawing {
        let mut known = self.zones.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((of, drawing)) if Arc::ptr_eq(of, region) => drawing.clone(),
            _ => {
                let drawing = Drawing::new(&zone_map(region));
                *known = Some((Arc::clone(region), drawing.clone()));
                drawing
            }
        }
    }
}

impl Drawing {
    fn new(map: &impl Serialize) -> Self {
        // Plain texts and numbers: there is nothing in it that JSON cannot hold.
        let json = serde_json::to_string(map).unwrap_or_default();
        let tag = weak_tag(&Sha256::digest(&json));
        Self { json: json.into(), tag: tag.into() }
    }

    fn reply(&self, headers: &HeaderMap) -> Response {
        let marks = [(ETAG, &*self.tag), (CACHE_CONTROL, "no-cache"), (CONTENT_TYPE, GEO_JSON)];
        if is_known(headers, &self.tag) {
            return (StatusCode::NOT_MODIFIED, marks).into_response();
        }
        (marks, self.json.to_string()).into_response()
    }
}

fn zone_map(region: &Region) -> Collection<ZoneProperties<'_>> {
    let cells =
        region.zones.iter().flat_map(|zone| zone.cells.iter().map(move |cell| (zone, cell)));
    let features = cells.map(|(zone, &cell)| {
        Feature::new(Geometry::area(outline(cell)), ZoneProperties { zone: &zone.name })
    });
    Collection::new(features.collect())
}

/// The corners of a cell, as longitude and latitude.
pub(crate) fn outline(cell: CellIndex) -> Vec<[f64; 2]> {
    let micro = |degrees: f64| (degrees * 1e6).round() / 1e6;
    cell.boundary().iter().map(|corner| [micro(corner.lng()), micro(corner.lat())]).collect()
}
