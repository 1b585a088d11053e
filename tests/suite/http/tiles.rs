//! The map's tiles, and the style of somebody else.

use std::io::Read;

use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use fast_mvt::MvtReaderRef;
use flate2::read::GzDecoder;
use punctual::http::{MapSetup, OutsideStyle};
use tower::ServiceExt;

use crate::http::town::{Town, request};

const TILE: &str = "map/tiles/14/8192/8191";

#[tokio::test]
async fn a_tile_is_sent_once_packed_or_not() {
    let town = Town::open().await;
    let fetch = async |name: &'static str, value: &str| {
        let ask = request("GET", TILE).header(name, value).body(Body::empty()).unwrap();
        let answer = town.router.clone().oneshot(ask).await.unwrap();
        let (parts, body) = answer.into_parts();
        (parts.status, parts.headers, to_bytes(body, 1 << 20).await.unwrap())
    };
    let (status, headers, plain) = fetch("accept-encoding", "br").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "application/vnd.mapbox-vector-tile");
    assert_eq!(headers["cache-control"], "public, max-age=600");
    let tile = MvtReaderRef::new(&plain).unwrap();
    let layers: Vec<&str> = tile.layers().map(fast_mvt::MvtLayerRef::name).collect();
    assert_eq!(layers, ["street"]);

    let (_, packed_headers, packed) = fetch("accept-encoding", "gzip").await;
    assert_eq!(packed_headers["content-encoding"], "gzip");
    let mut unpacked = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain);

    let (status, _, body) = fetch("if-none-match", headers["etag"].to_str().unwrap()).await;
    assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
}

#[tokio::test]
async fn where_nothing_is_there_is_no_tile_and_outside_of_the_world_a_problem() {
    let town = Town::open().await;
    for path in ["map/tiles/14/0/0", "/v1/regions/elsewhere/map/tiles/14/8192/8191"] {
        let answer = town.get(path).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""), "{path}");
    }
    let mut told = String::new();
    for address in
        ["17/0/0", "2/4/0", "2/0/4", "a/0/0", "1/-1/0", "1/0/0.5", "1/0/99999999999", "1/%20/0"]
    {
        let answer = town.get(&format!("map/tiles/{address}")).await;
        told += &format!("{address}: {} {}\n", answer.problem(), answer.text_at("detail"));
    }
    insta::assert_snapshot!(told, @r#"
    17/0/0: 404 unknown-tile zoom 17 is outside 0 to 16
    2/4/0: 404 unknown-tile x 4 is outside 0 to 3, the last one at zoom 2
    2/0/4: 404 unknown-tile y 4 is outside 0 to 3, the last one at zoom 2
    a/0/0: 404 unknown-tile z "a" is no whole number
    1/-1/0: 404 unknown-tile x "-1" is no whole number
    1/0/0.5: 404 unknown-tile y "0.5" is no whole number
    1/0/99999999999: 404 unknown-tile y "99999999999" is no whole number
    1/%20/0: 404 unknown-tile x " " is no whole number
    "#);
}

#[tokio::test]
async fn tile_json_tells_where_tiles_are_and_what_is_on_them() {
    let town = Town::open().await;
    let told = town.get("map/tiles.json").await.body;
    assert_eq!(told["tiles"][0], "/v1/regions/town/map/tiles/{z}/{x}/{y}");
    assert_eq!((&told["minzoom"], &told["maxzoom"]), (&0.into(), &16.into()));
    let bounds: Vec<f64> =
        told["bounds"].as_array().unwrap().iter().map(|end| end.as_f64().unwrap()).collect();
    assert!(bounds.iter().all(|end| (-0.001..0.009).contains(end)), "{bounds:?}");
    // Nobody has to be named for streets that are invented.
    assert!(told["attribution"].is_null());
    let layers = told["vector_layers"].as_array().unwrap();
    let ids: Vec<&str> = layers.iter().map(|layer| layer["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["water", "park", "building", "street"]);
    let elsewhere = town.get("/v1/regions/elsewhere/map/tiles.json").await.body;
    assert!(elsewhere["bounds"].is_null() && elsewhere["vector_layers"].is_array());
}

#[tokio::test]
async fn pages_may_load_the_style_that_the_settings_name_and_nothing_else() {
    let own = Town::open().await;
    let style = OutsideStyle::new("https://maps.example:8443/bright/style.json".to_owned());
    let town = Town::drawn_with(MapSetup { tiles: None, style }).await;
    assert!(own.get("/v1/regions/town").await.body["map_style"].is_null());
    let told = town.get("/v1/regions/town").await.body;
    assert_eq!(told["map_style"], "https://maps.example:8443/bright/style.json");
    for page in ["/", "/checkout"] {
        let origin = " https://maps.example:8443";
        let policy = town.get(page).await.header("content-security-policy").to_owned();
        assert!(policy.contains(&format!("connect-src 'self'{origin};")), "{policy}");
        assert!(policy.contains(&format!("img-src 'self' data: blob:{origin};")), "{policy}");
        let plain = own.get(page).await.header("content-security-policy").to_owned();
        assert_eq!(plain, policy.replace(origin, ""));
    }
}
