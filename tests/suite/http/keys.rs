//! Idempotency keys: a promise is made once, and told alike as often as somebody asks.

use axum::http::StatusCode;
use punctual::journal::memory::MemoryJournal;
use punctual::runtime::offer_key::OfferKey;
use serde_json::{Value, json};

use crate::http::town::{Means, Town};

const MEANS: Means = Means { couriers: 4, pickers: 3, until: 22 };

/// Sends every kind of promise with a key, and answers what was sent and said.
async fn promises(town: &Town) -> Vec<(String, Value, String)> {
    let mut sent = Vec::new();
    let mut send = async |path: &str, body: Value| {
        let key = format!("key-{}", sent.len());
        let answer = town.post_with_key(path, body.clone(), &key).await;
        assert!(answer.status.is_success(), "{path}: {answer}");
        assert_eq!(answer.header("idempotent-replayed"), "");
        sent.push((path.to_owned(), body, answer.text));
    };
    send("holds", json!({"offer": town.offer("express").await})).await;
    send("orders", json!({"hold": "H1", "reference": "shop-1"})).await;
    let amended =
        json!({"basket": {"items": 13, "mass_grams": 5_400, "volume_milliliters": 16_000}});
    send("orders/O1/amend", amended.clone()).await;
    let mut asked = crate::http::town::checkout();
    asked["basket"] = amended["basket"].clone();
    let offer = town.post("quotes", asked).await.offer("scheduled").unwrap();
    send("orders/O1/reschedule", json!({"offer": offer})).await;
    send("orders/O1/cancel", json!({})).await;
    sent
}

#[tokio::test]
async fn a_promise_is_told_word_for_word_also_after_a_restart() {
    let journal = MemoryJournal::default();
    let key = OfferKey::random().unwrap();
    let town = Town::on(journal.clone(), MEANS, key.clone()).await;
    let sent = promises(&town).await;
    town.wait(30 * 60).await;
    let restarted = Town::on(journal, MEANS, key).await;
    for town in [&town, &restarted] {
        let before = town.writer.view().sequence;
        for (number, (path, body, text)) in sent.iter().enumerate() {
            let key = format!("key-{number}");
            let again = town.post_with_key(path, body.clone(), &key).await;
            assert_eq!((&again.text, path), (text, path));
            assert_eq!(again.header("idempotent-replayed"), "true", "{path}");
        }
        assert_eq!(town.writer.view().sequence, before, "a retry changes nothing");
    }
}

#[tokio::test]
async fn a_key_of_a_promise_stands_for_one_request() {
    let town = Town::open().await;
    for (number, (path, body, _)) in promises(&town).await.into_iter().enumerate() {
        let other = match path.as_str() {
            "orders" => json!({"hold": "H1", "reference": "another"}),
            "orders/O1/amend" => {
                let basket = json!({"items": 1, "mass_grams": 1, "volume_milliliters": 1});
                json!({"basket": basket})
            }
            "orders/O1/cancel" => {
                let key = format!("key-{number}");
                let said = town.post_with_key("orders/O2/cancel", body, &key).await;
                assert_eq!(said.problem(), "422 idempotency-key-reused");
                continue;
            }
            _ => json!({"offer": town.offer("pickup").await}),
        };
        let said = town.post_with_key(&path, other, &format!("key-{number}")).await;
        assert_eq!(said.problem(), "422 idempotency-key-reused", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_requests_with_one_key_one_is_done_and_the_others_are_told_so_or_to_wait() {
    let town = Town::open().await;
    let body = json!({"offer": town.offer("express").await});
    let asks = (0..50).map(|_| town.post_with_key("holds", body.clone(), "one"));
    let mut first = 0;
    for answer in futures::future::join_all(asks).await {
        match (answer.status, answer.header("idempotent-replayed")) {
            (StatusCode::CREATED, "") => first += 1,
            (StatusCode::CREATED, marked) => assert_eq!(marked, "true"),
            _ => assert_eq!(answer.problem(), "409 idempotency-key-in-flight"),
        }
    }
    assert_eq!(first, 1);
    assert_eq!(town.get("kpis").await.body["held"], 1);
}
