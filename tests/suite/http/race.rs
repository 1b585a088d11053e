//! Two clients, one place.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::town::{Answer, Means, Town, checkout};

/// A basket that fills the vehicle, so that a second one needs a second trip.
fn full_basket() -> Value {
    let mut body = checkout();
    body["location"] = json!({"lat": 55.78, "lon": 37.66});
    body["basket"]["mass_grams"] = json!(20_000);
    body
}

/// How many had the place, and what the others were told.
async fn race(town: &Town, path: &str) -> (Vec<Value>, Vec<String>) {
    let offers = [
        town.post("quotes", full_basket()).await.offer("express").unwrap(),
        town.post("quotes", full_basket()).await.offer("express").unwrap(),
    ];
    let [one, other] = offers.map(|offer| town.post(path, json!({"offer": offer})));
    let (one, other) = tokio::join!(one, other);
    let (won, lost): (Vec<_>, Vec<_>) =
        [one, other].into_iter().partition(|answer| answer.status == StatusCode::CREATED);
    let lost = lost.iter().map(Answer::problem).collect();
    (won.into_iter().map(|answer| answer.body).collect(), lost)
}

async fn one_place() -> Town {
    // One courier, whose shift has room for one way there and back.
    Town::with(Means { couriers: 1, pickers: 2, until: 13 }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_hold_the_last_place_exactly_one_gets_it_a_thousand_times() {
    let town = one_place().await;
    for _ in 0..1000 {
        let (won, lost) = race(&town, "holds").await;
        assert_eq!((won.len(), lost), (1, vec!["409 slot-gone".to_owned()]));
        let hold = format!("holds/{}", won[0]["hold"].as_str().unwrap());
        assert_eq!(town.delete(&hold).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_book_the_last_place_exactly_one_gets_it_a_thousand_times() {
    let town = one_place().await;
    for _ in 0..1000 {
        let (won, lost) = race(&town, "orders").await;
        assert_eq!((won.len(), lost), (1, vec!["409 slot-gone".to_owned()]));
        let cancel = format!("orders/{}/cancel", won[0]["order"].as_str().unwrap());
        assert_eq!(town.post(&cancel, json!({})).await.status, StatusCode::OK);
    }
}
