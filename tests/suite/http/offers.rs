//! Offers and holds: which are taken, and what is said about the others.

use axum::http::StatusCode;
use serde_json::json;

use punctual::journal::Journal;
use punctual::journal::memory::MemoryJournal;
use punctual::planner::event::{Event, Record, Release, Sequence};
use punctual::runtime::offer_key::OfferKey;

use crate::http::town::{Means, Town, checkout};

#[tokio::test]
async fn an_offer_is_taken_once() {
    let town = Town::open().await;
    let body = json!({"offer": town.offer("express").await});
    assert_eq!(town.post("holds", body.clone()).await.status, StatusCode::CREATED);
    insta::assert_snapshot!(town.post("holds", body.clone()).await.problem(), @"409 offer-used");
    insta::assert_snapshot!(town.post("orders", body).await.problem(), @"409 offer-used");
}

#[tokio::test]
async fn an_expired_offer_is_refused() {
    let town = Town::open().await;
    let body = json!({"offer": town.offer("express").await});
    town.wait(15 * 60).await;
    insta::assert_snapshot!(town.post("holds", body.clone()).await.problem(), @"410 offer-expired");
    insta::assert_snapshot!(town.post("orders", body).await.problem(), @"410 offer-expired");
}

#[tokio::test]
async fn a_forged_offer_is_refused() {
    let town = Town::open().await;
    let token = town.offer("express").await;
    let mut forged = token.clone();
    let last = if forged.pop() == Some('A') { 'E' } else { 'A' };
    forged.push(last);
    for (offer, kind) in [
        (forged.as_str(), "403 offer-forged"),
        (&token[..token.len() / 8 * 4], "403 offer-forged"),
        (&token[..20], "400 offer-malformed"),
        ("nonsense", "400 offer-malformed"),
        ("AAAA", "400 offer-malformed"),
    ] {
        let said = town.post("holds", json!({"offer": offer})).await.problem();
        assert!(said.starts_with(&format!("{kind} \"/offer\": ")), "{offer}: {said}");
    }
}

#[tokio::test]
async fn an_offer_of_another_region_is_refused() {
    let town = Town::open().await;
    let quote = town.post("/v1/regions/elsewhere/quotes", checkout()).await;
    let offer = quote.offer("express").unwrap();
    insta::assert_snapshot!(
        town.post("holds", json!({"offer": offer})).await.problem(),
        @r#"422 offer-foreign "/offer": the offer was made for another region"#
    );
}

#[tokio::test]
async fn an_offer_of_another_service_is_refused() {
    let (town, other) = (Town::open().await, Town::open().await);
    insta::assert_snapshot!(
        town.post("holds", json!({"offer": other.offer("express").await})).await.problem(),
        @r#"422 offer-foreign "/offer": the offer was made by another service"#
    );
}

#[tokio::test]
async fn a_checkout_session_keeps_to_its_own_offers_and_holds() {
    let town = Town::open().await;
    let mut body = checkout();
    body["session"] = json!("mine");
    let quote = town.post("quotes", body).await;
    let mine = quote.offer("express").unwrap();
    let theirs = json!({"offer": mine, "session": "theirs"});
    insta::assert_snapshot!(
        town.post("holds", theirs.clone()).await.problem(),
        @r#"403 other-session "/offer": the offer was made for another checkout session"#
    );
    assert_eq!(town.post("orders", theirs).await.status, StatusCode::FORBIDDEN);
    let hold = town.post("holds", json!({"offer": mine, "session": "mine"})).await;
    assert_eq!(hold.status, StatusCode::CREATED, "{hold}");
    let hold = hold.text_at("hold");
    let book = town.post("orders", json!({"hold": hold, "session": "theirs"})).await;
    insta::assert_snapshot!(book.problem(), @"403 other-session");
    let offer = town.offer("express").await;
    let take = town.post("holds", json!({"offer": offer, "replaces": hold})).await;
    insta::assert_snapshot!(take.problem(), @"403 other-session");
    assert_eq!(town.get(&format!("holds/{hold}")).await.status, StatusCode::OK);
    let book = town.post("orders", json!({"hold": hold, "session": "mine"})).await;
    assert_eq!(book.status, StatusCode::CREATED, "{book}");
}

#[tokio::test]
async fn a_hold_expires_once_also_across_a_restart() {
    let journal = MemoryJournal::default();
    let means = Means { couriers: 2, pickers: 2, until: 22 };
    let key = OfferKey::random().unwrap();
    let town = Town::on(journal.clone(), means, key.clone()).await;
    for _ in 0..2 {
        town.post("holds", json!({"offer": town.offer("express").await})).await;
    }
    town.wait(9 * 60).await;
    // Both processes see the time leap, and each would let the holds lapse.
    let again = Town::on(journal.clone(), means, key).await;
    for _ in 0..3 {
        again.wait(60 * 60).await;
        town.wait(60 * 60).await;
    }
    let expired = |(_, record): &(_, Record)| {
        matches!(&record.event, Event::Released { release: Release::Expired, .. })
    };
    let records = journal.tail(Sequence(0), 1000).unwrap();
    assert_eq!(records.iter().filter(|record| expired(record)).count(), 2);
    insta::assert_snapshot!(again.get("holds/H1").await.problem(), @"410 hold-expired");
    assert_eq!(again.get("kpis").await.body["held"], 0);
}

#[tokio::test]
async fn a_hold_expires_and_its_place_is_free_again() {
    let town = Town::open().await;
    let hold = town.post("holds", json!({"offer": town.offer("express").await})).await;
    let path = format!("holds/{}", hold.text_at("hold"));
    assert_eq!(town.get(&path).await.body, hold.body);
    town.wait(10 * 60 - 1).await;
    assert_eq!(town.get(&path).await.status, StatusCode::OK);
    town.wait(1).await;
    insta::assert_snapshot!(town.get(&path).await.problem(), @"410 hold-expired");
    insta::assert_snapshot!(town.delete(&path).await.problem(), @"410 hold-expired");
    let book = town.post("orders", json!({"hold": hold.body["hold"]})).await;
    insta::assert_snapshot!(book.problem(), @"410 hold-expired");
    assert_eq!(town.get("kpis").await.body["held"], 0);
}

#[tokio::test]
async fn a_hold_is_given_back_once() {
    let town = Town::open().await;
    let hold = town.post("holds", json!({"offer": town.offer("express").await})).await;
    let path = format!("holds/{}", hold.text_at("hold"));
    assert_eq!(town.delete(&path).await.status, StatusCode::NO_CONTENT);
    insta::assert_snapshot!(town.delete(&path).await.problem(), @"410 hold-expired");
    insta::assert_snapshot!(town.delete("holds/H999").await.problem(), @"404 unknown-order");
}

#[tokio::test]
async fn a_hold_is_exchanged_for_another() {
    let town = Town::open().await;
    let old = town.post("holds", json!({"offer": town.offer("express").await})).await;
    let (offer, old) = (town.offer("scheduled").await, old.text_at("hold"));
    let new = town.post("holds", json!({"offer": offer, "replaces": old})).await;
    assert_eq!(new.status, StatusCode::CREATED, "{new}");
    insta::assert_snapshot!(town.get(&format!("holds/{old}")).await.problem(), @"410 hold-expired");
    let offer = town.offer("scheduled").await;
    let unknown = town.post("holds", json!({"offer": offer, "replaces": "H77"})).await;
    insta::assert_snapshot!(unknown.problem(), @"404 unknown-order");
}

#[tokio::test]
async fn a_session_has_one_hold_at_a_time() {
    let town = Town::open().await;
    let mut body = checkout();
    body["session"] = json!("a basket of mine");
    let mut holds = Vec::new();
    for _ in 0..2 {
        let offer = town.post("quotes", body.clone()).await.offer("express").unwrap();
        holds.push(town.post("holds", json!({"offer": offer})).await.text_at("hold"));
    }
    let old = town.get(&format!("holds/{}", holds[0])).await;
    insta::assert_snapshot!(old.problem(), @"410 hold-expired");
    assert_eq!(town.get(&format!("holds/{}", holds[1])).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_repeated_request_is_answered_alike() {
    let town = Town::open().await;
    let body = json!({"offer": town.offer("express").await});
    let first = town.post_with_key("holds", body.clone(), "key-1").await;
    let again = town.post_with_key("holds", body.clone(), "key-1").await;
    assert_eq!(first.status, StatusCode::CREATED, "{first}");
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(first.header("idempotent-replayed"), "");
    assert_eq!(again.header("idempotent-replayed"), "true");

    let book = json!({"hold": first.body["hold"], "reference": "shop-7"});
    let booked = town.post_with_key("orders", book.clone(), "key-2").await;
    let again = town.post_with_key("orders", book, "key-2").await;
    assert_eq!((again.status, &again.body), (StatusCode::CREATED, &booked.body));
    assert_eq!(again.header("idempotent-replayed"), "true");
    // Also when the offer has long expired.
    town.wait(16 * 60).await;
    let late = town.post_with_key("holds", body, "key-1").await;
    assert_eq!((late.status, late.text_at("hold")), (StatusCode::CREATED, first.text_at("hold")));
}

#[tokio::test]
async fn a_key_stands_for_one_request() {
    let town = Town::open().await;
    let (one, other) = (town.offer("express").await, town.offer("express").await);
    town.post_with_key("holds", json!({"offer": one}), "key").await;
    let body = town.post_with_key("holds", json!({"offer": other}), "key").await;
    insta::assert_snapshot!(body.problem(), @"422 idempotency-key-reused");
    let path = town.post_with_key("orders", json!({"offer": one}), "key").await;
    insta::assert_snapshot!(path.problem(), @"422 idempotency-key-reused");
    for key in ["", " ", "käse", &"k".repeat(256)] {
        let said = town.post_with_key("holds", json!({"offer": other}), key).await.problem();
        assert_eq!(said, "422 invalid-idempotency-key", "{key:?}");
    }
}

#[tokio::test]
async fn a_retry_differs_in_spaces_at_most() {
    let town = Town::open().await;
    let offer = town.offer("express").await;
    let mut answers = Vec::new();
    for text in [format!("{{\"offer\":\"{offer}\"}}"), format!(" {{ \"offer\" :\n\"{offer}\" }} ")]
    {
        let request = crate::http::town::json_request("holds").header("idempotency-key", "k");
        answers.push(town.send(request.body(text.into()).unwrap()).await);
    }
    assert_eq!(answers[0].body, answers[1].body);
    assert_eq!(answers[1].header("idempotent-replayed"), "true");
}
