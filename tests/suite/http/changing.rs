//! Other goods, another slot.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::town::{Answer, Means, Town, checkout};

fn basket(items: u32, grams: u32) -> Value {
    json!({"basket": {"items": items, "mass_grams": grams, "volume_milliliters": grams * 3}})
}

/// An offer of a kind for the goods of an amended order.
async fn offer_for(town: &Town, body: &Value, kind: &str) -> String {
    let mut asked = checkout();
    asked["basket"] = body["basket"].clone();
    town.post("quotes", asked).await.offer(kind).unwrap()
}

#[tokio::test]
async fn a_basket_is_amended_in_its_slot() {
    let town = Town::open().await;
    let order = town.book("express").await;
    let before = town.get(&format!("orders/{order}")).await;
    let amended = town.post(&format!("orders/{order}/amend"), basket(20, 9_000)).await;
    assert_eq!(amended.status, StatusCode::OK, "{amended}");
    assert_eq!(amended.body["basket"]["items"], 20);
    assert_eq!(amended.body["window"], before.body["window"]);
    assert_eq!(town.get(&format!("orders/{order}")).await.body, amended.body);
    // The pickers know.
    let picking = town.get("stores/riverside/picking").await;
    assert!(picking.text.contains(r#""items":20"#), "{picking}");
}

#[tokio::test]
async fn a_basket_that_does_not_fit_is_refused_with_one_that_does() {
    let town = Town::open().await;
    let order = town.book("express").await;
    let before = town.get(&format!("orders/{order}")).await;
    let path = format!("orders/{order}/amend");
    // The couriers carry 20 kg.
    let refused = town.post(&path, basket(40, 40_000)).await;
    insta::assert_snapshot!(refused.problem(), @"409 basket-too-large");
    insta::assert_snapshot!(refused.body["detail"].as_str().unwrap(), @"the basket does not fit: the basket is too heavy or too large for any courier of the store");
    assert_eq!(town.get(&format!("orders/{order}")).await.body, before.body);
    let fits = &refused.body["fits"];
    let grams = fits["mass_grams"].as_i64().unwrap();
    assert!((18_000..=20_000).contains(&grams), "{refused}");
    let accepted = town.post(&path, json!({"basket": fits})).await;
    assert_eq!(accepted.status, StatusCode::OK, "{accepted}");
    // A little more does not.
    let again = town.post(&path, basket(40, 24_000)).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{again}");
}

#[tokio::test]
async fn what_is_being_picked_is_not_changed_any_more() {
    let town = Town::open().await;
    let order = town.book("express").await;
    town.post(&format!("orders/{order}/picking"), json!({"status": "started"})).await;
    let amend = town.post(&format!("orders/{order}/amend"), basket(5, 500)).await;
    insta::assert_snapshot!(amend.problem(), @"409 order-under-way");
    let body = json!({"offer": town.offer("scheduled").await});
    let moved = town.post(&format!("orders/{order}/reschedule"), body).await;
    insta::assert_snapshot!(moved.problem(), @"409 order-under-way");
    insta::assert_snapshot!(moved.body["detail"].as_str().unwrap(), @"order O1 is already being picked");
}

#[tokio::test]
async fn a_hold_is_not_amended_and_not_moved() {
    let town = Town::open().await;
    town.post("holds", json!({"offer": town.offer("express").await})).await;
    for order in ["O1", "O7"] {
        let amend = town.post(&format!("orders/{order}/amend"), basket(5, 500)).await;
        assert_eq!(amend.problem(), "404 unknown-order");
    }
    let moved = town.post("orders/O1/reschedule", json!({"offer": town.offer("express").await}));
    assert_eq!(moved.await.problem(), "404 unknown-order");
}

#[tokio::test]
async fn an_order_is_moved_to_another_slot_and_keeps_its_number() {
    let town = Town::open().await;
    let order = town.book("express").await;
    let path = format!("orders/{order}/reschedule");
    let body = json!({"offer": town.offer("scheduled").await});
    let moved = town.post(&path, body.clone()).await;
    assert_eq!(moved.status, StatusCode::OK, "{moved}");
    let told = |pointer: &str| moved.body.pointer(pointer).unwrap().to_string();
    insta::assert_snapshot!(
        ["/order/order", "/order/kind", "/order/fee/amount", "/previous/kind", "/previous/fee/amount", "/fee_change/amount"]
            .map(told).join(" "),
        @r#""O1" "scheduled" 9900 "express" 19900 -10000"#
    );
    assert_eq!(town.get(&format!("orders/{order}")).await.body, moved.body["order"]);
    // Once more is harmless, and somebody else cannot take the offer.
    let again = town.post(&path, body.clone()).await;
    assert_eq!((again.status, &again.body["fee_change"]["amount"]), (StatusCode::OK, &json!(0)));
    insta::assert_snapshot!(town.post("holds", body).await.problem(), @"409 offer-used");
    assert_eq!(town.get("plan").await.body["routes"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_order_is_moved_only_for_the_same_door_and_basket() {
    let town = Town::open().await;
    let order = town.book("express").await;
    let path = format!("orders/{order}/reschedule");
    let other = offer_for(&town, &basket(5, 500), "scheduled").await;
    insta::assert_snapshot!(town.post(&path, json!({"offer": other})).await.problem(), @"422 offer-for-other");
    let mut elsewhere = checkout();
    elsewhere["location"] = json!({"lat": 55.77, "lon": 37.62});
    let other = town.post("quotes", elsewhere).await.offer("scheduled").unwrap();
    insta::assert_snapshot!(town.post(&path, json!({"offer": other})).await.problem(), @"422 offer-for-other");
    let late = json!({"offer": town.offer("scheduled").await});
    town.wait(16 * 60).await;
    insta::assert_snapshot!(town.post(&path, late).await.problem(), @"410 offer-expired");
    assert_eq!(town.get(&format!("orders/{order}")).await.body["kind"], "express");
}

#[tokio::test]
async fn the_old_slot_is_kept_until_the_new_one_is_granted() {
    // One courier, who cannot be far in the north and far in the south within an hour.
    let town = Town::with(Means { couriers: 1, pickers: 2, until: 22 }).await;
    let far = |lat: f64| {
        let mut body = checkout();
        body["location"] = json!({"lat": lat, "lon": 37.61});
        body["basket"]["mass_grams"] = json!(20_000);
        body
    };
    let offer = town.post("quotes", far(55.95)).await.offer("express").unwrap();
    let order = town.post("orders", json!({"offer": offer})).await.text_at("order");
    let path = format!("orders/{order}");
    let scheduled = |quote: &Answer| -> Vec<Value> {
        let offers = quote.body["offers"].as_array().unwrap().iter();
        offers.filter(|offer| offer["kind"] == "scheduled").cloned().collect()
    };
    let wanted = scheduled(&town.post("quotes", far(55.95)).await).pop().unwrap();
    let before = town.get(&path).await.body;
    // Somebody else is faster.
    let others = scheduled(&town.post("quotes", far(55.55)).await);
    let other = others.iter().find(|offer| offer["window"] == wanted["window"]).unwrap();
    let taken = town.post("orders", json!({"offer": other["offer"]})).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{taken}");
    let body = json!({"offer": wanted["offer"]});
    let refused = town.post(&format!("{path}/reschedule"), body).await;
    insta::assert_snapshot!(refused.problem(), @"409 slot-gone");
    assert_eq!(town.get(&path).await.body, before);
}

#[tokio::test]
async fn what_a_courier_leaves_behind_goes_to_others_or_is_late() {
    let town = Town::with(Means { couriers: 2, pickers: 2, until: 22 }).await;
    let order = town.book("express").await;
    let path = format!("orders/{order}");
    let first = town.get(&path).await.text_at("courier");
    let off = |courier: &str| format!("couriers/{courier}/reports");
    let gone = town.post(&off(&first), json!({"kind": "off_duty"})).await;
    assert_eq!(gone.status, StatusCode::OK, "{gone}");
    let second = town.get(&path).await;
    assert_ne!(second.text_at("courier"), first);
    assert_eq!(second.body["late_seconds"], 0);

    town.post(&off(&second.text_at("courier")), json!({"kind": "off_duty"})).await;
    let stranded = town.get(&path).await;
    assert!(stranded.body["late_seconds"].as_i64().unwrap() > 0, "{stranded}");
    let quote = town.post("quotes", checkout()).await;
    assert_eq!(quote.offer("express"), None, "nobody is there: {quote}");

    // Somebody is back, and takes it with the next tick.
    town.post(&off(&first), json!({"kind": "on_duty"})).await;
    town.wait(1).await;
    let rescued = town.get(&path).await;
    assert_eq!((rescued.text_at("courier"), &rescued.body["late_seconds"]), (first, &json!(0)));
}
