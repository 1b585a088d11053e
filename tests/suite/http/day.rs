//! What stores, couriers and dispatchers see.

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::town::{Town, request};

#[tokio::test]
async fn a_region_tells_what_holds_in_it() {
    let town = Town::open().await;
    insta::assert_json_snapshot!(town.get("/v1/regions/town").await.body);
    let list = town.get("/v1/regions").await.body;
    let ids: Vec<_> = list["regions"].as_array().unwrap().iter().map(|r| &r["id"]).collect();
    assert_eq!(ids, ["elsewhere", "town"]);
}

#[tokio::test]
async fn a_route_shows_every_leg() {
    let town = Town::open().await;
    let order = town.book("express").await;
    let courier = town.get(&format!("orders/{order}")).await.text_at("courier");
    insta::assert_json_snapshot!(town.get(&format!("couriers/{courier}/route")).await.body);
}

#[tokio::test]
async fn pickers_see_what_is_due_first() {
    let town = Town::open().await;
    town.book("scheduled").await;
    town.book("express").await;
    insta::assert_json_snapshot!(town.get("stores/riverside/picking").await.body);
    insta::assert_json_snapshot!(town.get("stores").await.body);
}

#[tokio::test]
async fn couriers_are_listed_with_what_lies_ahead() {
    let town = Town::open().await;
    let order = town.book("express").await;
    let courier = town.get(&format!("orders/{order}")).await.text_at("courier");
    let list = town.get("couriers").await;
    let found = |list: &Value| -> Value {
        let couriers = list["couriers"].as_array().unwrap();
        couriers.iter().find(|entry| entry["id"] == courier.as_str()).unwrap().clone()
    };
    insta::assert_json_snapshot!(found(&list.body));

    let seen = json!({"positions": [
        {"at": "2026-11-22T12:00:30+03:00", "lat": 55.7, "lon": 37.5},
        {"at": "2026-11-22T12:00:00+03:00", "lat": 1.0, "lon": 1.0},
    ]});
    let answer = town.post(&format!("couriers/{courier}/positions"), seen).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer}");
    let position = found(&town.get("couriers").await.body)["position"].clone();
    assert_eq!(position, json!({"lat": 55.7, "lon": 37.5}));
}

#[tokio::test]
async fn the_plan_is_sent_once_per_version() {
    let town = Town::open().await;
    town.book("express").await;
    let plan = town.get("plan").await;
    insta::assert_json_snapshot!(plan.body);
    let tag = plan.header("etag").to_owned();
    let ask = |tag: &str| request("GET", "plan").header("if-none-match", tag.to_owned());
    let again = town.send(ask(&tag).body(Body::empty()).unwrap()).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    town.book("express").await;
    assert_eq!(town.send(ask(&tag).body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_plan_is_a_map_for_who_wants_one() {
    let town = Town::open().await;
    town.book("express").await;
    let ask = request("GET", "plan").header("accept", "application/geo+json");
    let map = town.send(ask.body(Body::empty()).unwrap()).await;
    assert_eq!(map.header("content-type"), "application/geo+json");
    insta::assert_json_snapshot!(map.body);
}

#[tokio::test]
async fn a_region_without_zones_has_an_empty_map_of_them() {
    let town = Town::open().await;
    let map = town.get("map/zones").await;
    assert_eq!(map.header("content-type"), "application/geo+json");
    assert_eq!(map.body, json!({"type": "FeatureCollection", "features": []}));
    let ask = request("GET", "map/zones").header("if-none-match", map.headers["etag"].clone());
    let again = town.send(ask.body(Body::empty()).unwrap()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn figures_count_the_day() {
    let town = Town::open().await;
    town.book("express").await;
    insta::assert_json_snapshot!(town.get("kpis").await.body);
}
