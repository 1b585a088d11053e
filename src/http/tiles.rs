//! `…/map/tiles`: the region's own map, as vector tiles.

use std::collections::BTreeMap;
use std::io::Read;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

use crate::http::app::App;
use crate::http::conditional::{is_known, weak_tag};
use crate::http::openapi::Failures;
use crate::http::problem::{Kind, Problem, shortened};
use crate::runtime::tiles::{MapFacts, Tile};
use crate::travel::tiles::{Bounds, LAYERS, Layer, TileAddress};

/// The media type of tiles, registered by Mapbox.
const VECTOR_TILE: &str = "application/vnd.mapbox-vector-tile";

/// A map changes only when its region is started anew; for some minutes nobody has to ask again.
const TILE_CACHE: &str = "public, max-age=600";

/// A tile by the Mapbox Vector Tile Specification 2.1.
#[derive(Debug)]
pub(crate) struct TileReply;

impl utoipa::PartialSchema for TileReply {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for TileReply {}

/// What tiles there are, as `TileJSON` 3.0.0 tells it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TileJsonReply {
    /// Version of this form.
    #[schema(value_type = String)]
    tilejson: &'static str,
    /// Where tiles are, from the root of this service on.
    tiles: [String; 1],
    /// The farthest zoom.
    minzoom: u8,
    /// The closest zoom that has tiles of its own.
    maxzoom: u8,
    /// West, south, east and north end of what is drawn; missing when nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<[f64; 4]>,
    /// Whom to name beside the map; missing when nobody.
    #[serde(skip_serializing_if = "String::is_empty")]
    attribution: String,
    /// What is on the tiles.
    vector_layers: Vec<LayerReply>,
}

/// A layer of the tiles.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LayerReply {
    /// Its name in the tiles.
    #[schema(value_type = String)]
    id: &'static str,
    /// What it shows.
    #[schema(value_type = String)]
    description: &'static str,
    /// It is drawn from here on.
    minzoom: u8,
    /// And up to here.
    maxzoom: u8,
    /// What is said about its features, and in which type.
    #[schema(value_type = BTreeMap<String, String>)]
    fields: BTreeMap<&'static str, &'static str>,
}

/// Tells which tiles the region's map has.
#[utoipa::path(
    get, path = "/v1/regions/{region}/map/tiles.json", tag = "region",
    params(("region" = String, Path, description = "Key of the region")),
    responses((status = 200, description = "TileJSON", body = TileJsonReply), Failures),
)]
pub(crate) async fn read_tile_json(
    State(app): State<App>,
    Path(region): Path<String>,
) -> Result<Json<TileJsonReply>, Problem> {
    let service = app.region(&region)?;
    let facts = match &service.setup().map.tiles {
        Some(tiles) => tiles.facts().await?,
        None => MapFacts { bounds: None, attribution: String::new() },
    };
    Ok(Json(TileJsonReply::new(service.key(), facts)))
}

/// Shows streets, water, parks and buildings of a tile, as a vector tile.
///
/// Names of streets are on the closer ones.
#[utoipa::path(
    get, path = "/v1/regions/{region}/map/tiles/{z}/{x}/{y}", tag = "region",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("z" = u8, Path, description = "Zoom, 0 to 16"),
        ("x" = u32, Path, description = "How many tiles lie to the west, 0 to 2^z - 1"),
        ("y" = u32, Path, description = "How many tiles lie to the north, 0 to 2^z - 1"),
    ),
    responses(
        (status = 200, description = "The tile", content_type = "application/vnd.mapbox-vector-tile", body = TileReply),
        (status = 204, description = "Nothing is there"),
        Failures,
    ),
)]
pub(crate) async fn read_tile(
    State(app): State<App>,
    Path((region, z, x, y)): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let service = app.region(&region)?;
    let address = address([&z, &x, &y])?;
    let tile = match &service.setup().map.tiles {
        Some(tiles) => tiles.tile(address).await?,
        None => None,
    };
    match tile {
        Some(tile) => reply(&tile, &headers),
        None => Ok((StatusCode::NO_CONTENT, [(CACHE_CONTROL, TILE_CACHE)]).into_response()),
    }
}

fn address(texts: [&str; 3]) -> Result<TileAddress, Problem> {
    let unknown = |detail: String| Problem::new(Kind::UNKNOWN_TILE, detail);
    let mut numbers = [0; 3];
    for ((name, text), number) in ["z", "x", "y"].into_iter().zip(texts).zip(&mut numbers) {
        let wrong = || unknown(format!("{name} {:?} is no whole number", shortened(text)));
        *number = text.parse().map_err(|_| wrong())?;
    }
    let [zoom, column, row] = numbers;
    TileAddress::new(zoom, column, row).map_err(|error| unknown(error.to_string()))
}

/// Tiles are kept compressed; the few who cannot read that get them unpacked.
fn reply(tile: &Tile, headers: &HeaderMap) -> Result<Response, Problem> {
    let tag = weak_tag(&tile.digest);
    let marks = [(ETAG, tag.as_str()), (CACHE_CONTROL, TILE_CACHE), (VARY, "accept-encoding")];
    if is_known(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, marks).into_response());
    }
    let kind = [(CONTENT_TYPE, VECTOR_TILE)];
    if takes_gzip(headers) {
        return Ok((marks, kind, [(CONTENT_ENCODING, "gzip")], tile.gzip.to_vec()).into_response());
    }
    let mut bytes = Vec::new();
    let unpacked = GzDecoder::new(&*tile.gzip).read_to_end(&mut bytes);
    unpacked.map_err(|_| Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok((marks, kind, bytes).into_response())
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let offered = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = offered.flat_map(|value| value.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        is_gzip && !parts.any(|part| part.replace(' ', "").trim_end_matches(['0', '.']) == "q=")
    })
}

impl TileJsonReply {
    fn new(region: &str, MapFacts { bounds, attribution }: MapFacts) -> Self {
        Self {
            tilejson: "3.0.0",
            tiles: [format!("/v1/regions/{region}/map/tiles/{{z}}/{{x}}/{{y}}")],
            minzoom: 0,
            maxzoom: TileAddress::ZOOM_MAX,
            bounds: bounds.map(degrees),
            attribution,
            vector_layers: LAYERS.iter().map(LayerReply::new).collect(),
        }
    }
}

impl LayerReply {
    fn new(layer: &Layer) -> Self {
        Self {
            id: layer.name,
            description: layer.description,
            minzoom: layer.from_zoom,
            maxzoom: TileAddress::ZOOM_MAX,
            fields: layer.fields.iter().copied().collect(),
        }
    }
}

fn degrees(Bounds { low, high }: Bounds) -> [f64; 4] {
    [low.longitude(), low.latitude(), high.longitude(), high.latitude()]
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::ACCEPT_ENCODING;

    use crate::http::tiles::takes_gzip;

    #[test]
    fn who_takes_gzip_says_so() {
        let takes = |text: &str| {
            takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, text.parse().unwrap())]))
        };
        assert!(takes("gzip") && takes("br, GZIP;q=0.5") && takes("deflate, gzip, br"));
        assert!(!takes("br") && !takes("gzip;q=0") && !takes("br, gzip; q=0.0") && !takes(""));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
