//! A routing engine that goes and comes back, as a checkout sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use punctual::travel::engines::{Engine, EngineKind, EngineOptions};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::http::town::{Town, checkout};

/// An OSRM by whose ways everything is two minutes apart, while it is up.
fn answer(uri: &Uri, is_up: bool) -> Response {
    if !is_up {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let query = uri.query().unwrap_or_default();
    let count = |name: &str| {
        let list = query.split('&').find_map(|part| part.strip_prefix(name)).unwrap();
        list.split(';').count()
    };
    let (rows, columns) = (count("sources="), count("destinations="));
    let near = |places: usize| vec![json!({"distance": 3.2}); places];
    Json(json!({
        "code": "Ok",
        "durations": vec![vec![120.0; columns]; rows],
        "distances": vec![vec![900.0; columns]; rows],
        "sources": near(rows),
        "destinations": near(columns),
    }))
    .into_response()
}

/// Where it listens, and the switch that turns it off and on.
async fn engine() -> (String, Arc<AtomicBool>) {
    let is_up = Arc::new(AtomicBool::new(true));
    let switch = Arc::clone(&is_up);
    let tables = move |uri: Uri| {
        let answer = answer(&uri, switch.load(Ordering::SeqCst));
        async move { answer }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, Router::new().fallback(tables)).await });
    (address, is_up)
}

fn checkout_at(latitude: f64) -> Value {
    let mut body = checkout();
    body["location"]["lat"] = json!(latitude);
    body
}

async fn source(town: &Town, latitude: f64) -> String {
    town.post("quotes", checkout_at(latitude)).await.text_at("travel_source")
}

async fn hold(town: &Town, latitude: f64) {
    let quote = town.post("quotes", checkout_at(latitude)).await;
    let offer = quote.offer("scheduled").unwrap_or_else(|| panic!("no offer in {quote}"));
    let held = town.post("holds", json!({"offer": offer})).await;
    assert_eq!(held.status, StatusCode::CREATED, "{held}");
}

#[tokio::test]
async fn a_quote_says_whether_the_engine_answered_it() {
    let (address, is_up) = engine().await;
    let options = EngineOptions {
        timeout: Duration::from_secs(20),
        retries: 0,
        pause: Duration::ZERO,
        ..EngineOptions::new(EngineKind::Osrm, &address)
    };
    let town = Town::travelled(Arc::new(Engine::new(options))).await;
    assert_eq!(source(&town, 55.761).await, "osrm");

    is_up.store(false, Ordering::SeqCst);
    assert_eq!(source(&town, 55.761).await, "osrm", "those ways are known");
    assert_eq!(source(&town, 55.762).await, "beeline");
    hold(&town, 55.763).await;
    assert_eq!(
        town.get("/v1/regions/town").await.text_at("travel"),
        "osrm",
        "the region's own source"
    );

    is_up.store(true, Ordering::SeqCst);
    assert_eq!(source(&town, 55.764).await, "beeline", "the plan still rests on an estimate");
    // The writer asks again behind the first hold, and publishes that with the second.
    hold(&town, 55.765).await;
    hold(&town, 55.766).await;
    assert_eq!(source(&town, 55.764).await, "osrm");

    let metrics = town.get("/metrics").await.text;
    for name in ["punctual_travel_failures_total", "punctual_travel_estimates_total"] {
        let counted = format!("{name}{{engine=\"osrm\"}}");
        assert!(metrics.contains(&counted), "{counted} in\n{metrics}");
    }
}
