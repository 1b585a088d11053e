//! The event stream.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::http::town::{Town, request};

/// A stream that is being read.
struct Listener {
    stream: BodyDataStream,
    text: String,
}

impl Listener {
    async fn start(town: &Town, last: Option<&str>) -> Self {
        let mut ask = request("GET", "events");
        if let Some(last) = last {
            ask = ask.header("last-event-id", last);
        }
        let response = town.router.clone().oneshot(ask.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { stream: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event: name, data and id. `None` at the end.
    async fn next(&mut self) -> Option<(String, Value, Option<String>)> {
        loop {
            if let Some((event, rest)) = self.text.clone().split_once("\n\n") {
                rest.clone_into(&mut self.text);
                let line = |name: &str| {
                    event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned)
                };
                let Some(name) = line("event: ") else { continue };
                let data = serde_json::from_str(&line("data: ").unwrap()).unwrap();
                return Some((name, data, line("id: ")));
            }
            // Generous: it is a bound on a failing test, not on the service.
            let wait = tokio::time::timeout(Duration::from_secs(20), self.stream.next());
            let piece = wait.await.expect("an event in time")?.unwrap();
            self.text += std::str::from_utf8(&piece).unwrap();
        }
    }

    /// The next event of this name.
    async fn next_named(&mut self, wanted: &str) -> (Value, Option<String>) {
        loop {
            let (name, data, id) = self.next().await.expect("the stream goes on");
            if name == wanted {
                return (data, id);
            }
        }
    }
}

#[tokio::test]
async fn what_happens_is_told_while_it_happens() {
    let town = Town::open().await;
    let mut listener = Listener::start(&town, None).await;
    let (clock, _) = listener.next_named("clock").await;
    assert_eq!(clock, json!({"now": "2026-11-22T12:00:00+03:00", "speed": 0.0}));
    listener.next_named("plan").await;

    let order = town.book("express").await;
    let (told, id) = listener.next_named("order").await;
    assert_eq!((&told["order"], &told["state"]), (&json!(order), &json!("booked")));
    assert!(id.is_some(), "who comes back can say what was seen last");
    assert_eq!(told, town.get(&format!("orders/{order}")).await.body);
    let (plan, _) = listener.next_named("plan").await;
    assert_eq!(plan["version"], town.get("plan").await.body["version"]);

    let courier = told["courier"].as_str().unwrap();
    town.post(&format!("couriers/{courier}/reports"), json!({"kind": "on_duty"})).await;
    let (told, _) = listener.next_named("courier").await;
    assert_eq!((&told["id"], &told["state"]), (&json!(courier), &json!("available")));

    let at = "2026-11-22T12:00:00+03:00";
    let seen = json!({"positions": [{"at": at, "lat": 55.7, "lon": 37.5}]});
    town.post(&format!("couriers/{courier}/positions"), seen).await;
    let (told, _) = listener.next_named("position").await;
    assert_eq!(told, json!({"courier": courier, "lat": 55.7, "lon": 37.5, "at": at}));
}

#[tokio::test]
async fn who_comes_back_is_told_what_was_missed() {
    let town = Town::open().await;
    let mut listener = Listener::start(&town, None).await;
    let first = town.book("express").await;
    let (told, id) = listener.next_named("order").await;
    assert_eq!(told["order"], first.as_str());
    let second = town.book("express").await;
    listener.next_named("order").await;

    let mut again = Listener::start(&town, id.as_deref()).await;
    let (told, _) = again.next_named("order").await;
    assert_eq!(told["order"], second.as_str());
}

#[tokio::test]
async fn who_was_away_too_long_is_told_to_fetch_the_plan() {
    let town = Town::open().await;
    town.book("express").await;
    let mut listener = Listener::start(&town, Some("0")).await;
    let (name, ..) = listener.next().await.unwrap();
    assert_eq!(name, "clock");
    let (name, ..) = listener.next().await.unwrap();
    assert_eq!(name, "plan");
}

#[tokio::test]
async fn streams_end_when_the_service_stops() {
    let town = Town::open().await;
    let mut listener = Listener::start(&town, None).await;
    town.app.end_streams();
    while listener.next().await.is_some() {}
}

#[tokio::test]
async fn there_are_only_so_many_streams() {
    let town = Town::open().await;
    let mut listeners = Vec::new();
    for _ in 0..64 {
        listeners.push(Listener::start(&town, None).await);
    }
    let refused = town.get("events").await;
    insta::assert_snapshot!(refused.problem(), @"503 busy");
    assert_eq!(refused.header("retry-after"), "1");
    listeners.pop();
    Listener::start(&town, None).await;
}
