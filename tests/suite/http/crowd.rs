//! A thousand customers at once, over real connections, and not enough places for them.

use std::sync::Arc;

use axum::http::StatusCode;
use punctual::http::server::serve;
use punctual::planner::audit::{audit, late};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Barrier;

use crate::http::town::{Means, Town, checkout};

/// How many come.
const CLIENTS: usize = 1000;

/// Half an hour of four couriers is left, and each takes two of them at a time.
const MEANS: Means = Means { couriers: 4, pickers: 6, until: 14 };

fn half_a_vehicle() -> Value {
    let mut body = checkout();
    body["location"] = json!({"lat": 55.79, "lon": 37.67});
    body["basket"]["mass_grams"] = json!(10_000);
    body
}

/// How many are served who come one after the other.
async fn places() -> usize {
    let town = Town::with(MEANS).await;
    let mut count = 0;
    while let Some(offer) = town.post("quotes", half_a_vehicle()).await.offer("express") {
        let held = town.post("holds", json!({"offer": offer})).await;
        assert_eq!(held.status, StatusCode::CREATED, "{held}");
        count += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_clients_exactly_as_many_win_as_fit() {
    let places = places().await;
    assert!((2..100).contains(&places), "{places} is no scarcity");
    let town = Town::with(MEANS).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}/v1/regions/town", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async move { drop(stopped.await) };
    let server = tokio::spawn(serve(listener, town.app.clone(), stopped));
    let mut offers = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        offers.push(town.post("quotes", half_a_vehicle()).await.offer("express").unwrap());
    }

    let start = Arc::new(Barrier::new(CLIENTS));
    let clients = offers.into_iter().map(|offer| {
        let (root, start) = (root.clone(), Arc::clone(&start));
        tokio::spawn(async move {
            // A connection of its own each.
            let client = reqwest::Client::new();
            client.get(format!("{root}/kpis")).send().await.unwrap().bytes().await.unwrap();
            start.wait().await;
            let body = json!({"offer": offer}).to_string();
            loop {
                let ask = client.post(format!("{root}/holds"));
                let ask = ask.header("content-type", "application/json").body(body.clone());
                let answer = ask.send().await.unwrap();
                let status = answer.status().as_u16();
                let said: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
                match status {
                    201 => {
                        let body = json!({"hold": said["hold"]}).to_string();
                        let book = client.post(format!("{root}/orders"));
                        let book = book.header("content-type", "application/json").body(body);
                        assert_eq!(book.send().await.unwrap().status().as_u16(), 201);
                        return true;
                    }
                    // More wait than the queue takes: come again.
                    503 => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
                    _ => {
                        assert_eq!(said["type"], "/problems/slot-gone", "{said}");
                        return false;
                    }
                }
            }
        })
    });
    let clients: Vec<_> = clients.collect();
    let mut won = 0;
    for client in clients {
        won += usize::from(client.await.unwrap());
    }
    assert_eq!(won, places);
    let view = town.writer.view();
    assert_eq!(view.state.totals.booked, places as u64);
    assert_eq!(audit(&view), Vec::<String>::new());
    assert_eq!(late(&view), vec![]);
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
