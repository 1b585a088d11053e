//! From the first question to the order at the door.

use std::fmt::Write;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::town::{Answer, Town, checkout};

/// What of an answer tells its story.
fn told(answer: &Answer, fields: &[&str]) -> String {
    let mut line = answer.status.as_u16().to_string();
    for field in fields {
        match &answer.body[field] {
            Value::String(text) => write!(line, " {field}={text}").unwrap(),
            other => write!(line, " {field}={other}").unwrap(),
        }
    }
    line
}

#[tokio::test]
async fn a_quote_offers_every_kind_of_slot() {
    let town = Town::open().await;
    let quote = town.post("quotes", checkout()).await;
    let mut story = told(&quote, &["created_at", "expires_at", "travel_source"]);
    for offer in quote.body["offers"].as_array().unwrap() {
        let [kind, start, end] =
            [&offer["kind"], &offer["window"]["start"], &offer["window"]["end"]];
        let time = |at: &Value| at.as_str().unwrap()[11..16].to_owned();
        let arrival = offer["expected_arrival"].as_str().map_or("-", |at| &at[11..16]);
        let fee = &offer["fee"]["amount"];
        let kind = kind.as_str().unwrap();
        write!(story, "\n{kind} {}-{} at {arrival} for {fee}", time(start), time(end)).unwrap();
    }
    insta::assert_snapshot!(story);
}

#[tokio::test]
async fn an_order_goes_from_quote_to_door() {
    let town = Town::open().await;
    let mut story = String::new();
    let mut note = |line: String| writeln!(story, "{line}").unwrap();
    let order = ["order", "state", "courier", "expected_arrival", "late_seconds", "stops_before"];

    let hold = town.post("holds", json!({"offer": town.offer("express").await})).await;
    note(told(&hold, &["hold", "store", "expires_at", "expected_arrival"]));
    let booked = town.post("orders", json!({"hold": "H1", "reference": "shop-1"})).await;
    note(told(&booked, &order));
    let courier = booked.text_at("courier");
    let path = |rest: &str| format!("couriers/{courier}/{rest}");

    note(told(&town.post(&path("reports"), json!({"kind": "on_duty"})).await, &["state"]));
    note(told(&town.post("orders/O1/picking", json!({"status": "started"})).await, &["state"]));
    town.wait(6 * 60).await;
    note(told(&town.post("orders/O1/picking", json!({"status": "done"})).await, &["state"]));

    let route = town.get(&path("route")).await;
    let next = &route.body["next"];
    note(format!("next trip {} of {}, starts {}", next["orders"], next["store"], next["start_at"]));
    let begin = json!({"kind": "trip_started", "store": next["store"], "orders": next["orders"]});
    note(told(&town.post(&path("reports"), begin.clone()).await, &["state"]));
    note(told(&town.get("orders/O1").await, &order));
    town.wait(120).await;
    note(told(&town.post(&path("reports"), json!({"kind": "departed"})).await, &["state"]));
    note(told(&town.get("orders/O1").await, &order));
    town.wait(180).await;
    let position = json!({"lat": 55.76, "lon": 37.62});
    let arrived = json!({"kind": "arrived", "order": "O1", "position": position});
    note(told(&town.post(&path("reports"), arrived).await, &["state"]));
    note(told(&town.get("orders/O1").await, &order));
    town.wait(60).await;
    let delivered = json!({"kind": "delivered", "order": "O1"});
    note(told(&town.post(&path("reports"), delivered).await, &["state"]));
    note(told(&town.get("orders/O1").await, &["state", "delivered_at", "late_seconds"]));
    note(told(&town.post(&path("reports"), json!({"kind": "back"})).await, &["state"]));
    let figures = ["booked", "delivered", "on_time", "on_time_share", "couriers_on_duty"];
    note(told(&town.get("kpis").await, &figures));
    insta::assert_snapshot!(story);
}

#[tokio::test]
async fn a_pickup_is_collected_at_the_store() {
    let town = Town::open().await;
    let order = town.book("pickup").await;
    let path = format!("orders/{order}/picking");
    let early = town.post(&path, json!({"status": "collected"})).await;
    insta::assert_snapshot!(early.problem(), @"409 report-out-of-turn");
    for (status, state) in [("started", "picking"), ("done", "ready"), ("collected", "collected")] {
        let answer = town.post(&path, json!({"status": status})).await;
        assert_eq!((answer.status, answer.text_at("state")), (StatusCode::OK, state.to_owned()));
    }
    assert_eq!(town.get("kpis").await.body["collected"], 1);
}

#[tokio::test]
async fn a_cancelled_order_frees_its_place_and_one_under_way_stays() {
    let town = Town::open().await;
    let order = town.book("express").await;
    let cancel = format!("orders/{order}/cancel");
    for _ in 0..2 {
        let answer = town.post(&cancel, json!({})).await;
        assert_eq!((answer.status, answer.text_at("state")), (StatusCode::OK, "cancelled".into()));
    }
    assert_eq!(town.get("plan").await.body["routes"], json!([]));

    let order = town.book("express").await;
    let found = town.get(&format!("orders/{order}")).await;
    let reports = format!("couriers/{}/reports", found.text_at("courier"));
    let begin = json!({"kind": "trip_started", "store": "riverside", "orders": [order]});
    assert_eq!(town.post(&reports, begin).await.status, StatusCode::OK);
    let late = town.post(&format!("orders/{order}/cancel"), json!({})).await;
    insta::assert_snapshot!(late.problem(), @"409 order-under-way");
}

#[tokio::test]
async fn a_trip_that_is_not_planned_cannot_be_started() {
    let town = Town::open().await;
    let order = town.book("express").await;
    let courier = town.get(&format!("orders/{order}")).await.text_at("courier");
    let begin = json!({"kind": "trip_started", "store": "riverside", "orders": [order, "O99"]});
    let answer = town.post(&format!("couriers/{courier}/reports"), begin).await;
    insta::assert_snapshot!(answer.problem(), @"409 plan-changed");
}

#[tokio::test]
async fn orders_are_listed_by_promise_and_state() {
    let town = Town::open().await;
    for kind in ["scheduled", "express", "pickup"] {
        town.book(kind).await;
    }
    town.post("holds", json!({"offer": town.offer("express").await})).await;
    let list = |answer: Answer| {
        let orders = answer.body["orders"].as_array().unwrap();
        let names: Vec<_> = orders.iter().map(|order| order["order"].as_str().unwrap()).collect();
        format!("{} of {}", names.join(" "), answer.body["total"])
    };
    insta::assert_snapshot!(list(town.get("orders").await), @"O1 O2 O3 O4 of 4");
    insta::assert_snapshot!(list(town.get("orders?state=booked,picking&limit=2").await), @"O1 O2 of 3");
    insta::assert_snapshot!(list(town.get("orders?state=held").await), @"O4 of 1");
}
