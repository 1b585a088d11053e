//! `…/map/streets` and `…/map/zones`: what the map is drawn from. Nothing of it comes from elsewhere.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use h3o::CellIndex;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::http::app::{App, RegionService};
use crate::http::conditional::{is_known, weak_tag};
use crate::http::geo_json::{Collection, Feature, Geometry};
use crate::http::notation::lon_lat;
use crate::http::openapi::Failures;
use crate::http::plan::GEO_JSON;
use crate::http::problem::Problem;
use crate::model::region::Region;
use crate::travel::drawing::Drawn;

/// Drawings that are made once.
#[derive(Debug, Default)]
pub(crate) struct MapCache {
    streets: Mutex<Option<Drawing>>,
    /// And the settings that the zones were taken from.
    zones: Mutex<Option<(Arc<Region>, Drawing)>>,
}

/// A drawing as it is sent.
#[derive(Debug, Clone)]
struct Drawing {
    json: Arc<str>,
    tag: Arc<str>,
}

#[derive(Debug, Serialize)]
struct GroundProperties {
    class: &'static str,
}

/// A collection that also says whom to name beside it.
#[derive(Debug, Serialize)]
struct StreetMap {
    #[serde(flatten)]
    features: Collection<GroundProperties>,
    attribution: String,
}

impl StreetMap {
    fn new(features: Vec<Feature<GroundProperties>>, attribution: &str) -> Self {
        Self { features: Collection::new(features), attribution: attribution.to_owned() }
    }
}

#[derive(Debug, Serialize)]
struct ZoneProperties<'a> {
    zone: &'a str,
}

/// Shows streets, water and parks, as GeoJSON.
#[utoipa::path(
    get, path = "/v1/regions/{region}/map/streets", tag = "region",
    params(("region" = String, Path, description = "Key of the region")),
    responses(
        (status = 200, description = "Lines and areas", content_type = "application/geo+json", body = Object),
        Failures,
    ),
)]
pub(crate) async fn read_streets(
    State(app): State<App>,
    Path(region): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let service = Arc::clone(app.region(&region)?);
    let workers = Arc::clone(&service);
    let drawing = workers.quotes.workers().run(move || service.drawn_streets()).await?;
    Ok(drawing.reply(&headers))
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

impl RegionService {
    fn drawn_streets(&self) -> Drawing {
        let mut known = self.map.streets.lock().unwrap_or_else(PoisonError::into_inner);
        let draw = || Drawing::new(&street_map(self.setup().streets.as_deref()));
        known.get_or_insert_with(draw).clone()
    }
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

fn street_map(drawn: Option<&dyn Drawn>) -> StreetMap {
    let Some(drawn) = drawn else { return StreetMap::new(vec![], "") };
    let areas = drawn.areas().into_iter().map(|area| {
        let outline = area.outline.iter().copied().map(lon_lat).collect();
        Feature::new(Geometry::area(outline), GroundProperties { class: area.kind })
    });
    // What is drawn last lies on top.
    let streets = drawn.streets().into_iter().map(|street| {
        let coordinates = street.points.iter().copied().map(lon_lat).collect();
        let class = street.width.name();
        Feature::new(Geometry::LineString { coordinates }, GroundProperties { class })
    });
    StreetMap::new(areas.chain(streets).collect(), drawn.attribution())
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
