//! What is on sale for whom: tiers, channels, minimum baskets, places that are kept, stock.

use axum::body::Body;
use axum::http::StatusCode;
use punctual::model::ids::StoreId;
use punctual::model::quota::{Limits, Reserve};
use punctual::model::region::{DailyHours, TimeOfDay};
use punctual::model::sale::{ChannelId, Days, SaleRules, SlotTemplate, Tier, TierId};
use punctual::model::slot::SlotKind;
use punctual::model::units::{MinorUnits, Seconds};
use serde_json::{Value, json};

use crate::http::town::{Answer, Means, Town, checkout, request};

/// From three until five, two orders: one is kept for the loyal until an hour before, and one at most
/// comes by phone.
fn rules() -> SaleRules {
    let hour = |hour: u32| TimeOfDay(hour * 3600);
    let template = SlotTemplate {
        name: "afternoon".to_owned(),
        kind: SlotKind::Scheduled,
        days: Days::ALL,
        hours: DailyHours { from: hour(15), until: hour(17) },
        lead: Seconds::minutes(30),
        cut_off: None,
        stores: vec![StoreId(0)],
        zones: vec![],
        fee: Some(MinorUnits(4_900)),
        minimum: Some(MinorUnits(50_000)),
        limits: Limits {
            orders: Some(2),
            channels: vec![(ChannelId(2), 1)],
            reserved: vec![Reserve { tier: TierId(1), percent: 50, until: Seconds::hours(1) }],
            ..Limits::default()
        },
    };
    let mut rules = SaleRules {
        templates: vec![template],
        classes: vec!["frozen".to_owned(), "alcohol".to_owned()],
        ..SaleRules::default()
    };
    rules.tiers.push(Tier {
        name: "loyal".to_owned(),
        lateness_percent: 200,
        on_time_percent: None,
    });
    rules
}

async fn town() -> Town {
    Town::selling(Means { couriers: 4, pickers: 3, until: 22 }, rules()).await
}

/// What is said about scheduled slots: the fee of the offer, or the refusal without its window.
fn scheduled(quote: &Answer) -> Value {
    let of_kind = |list: &str| {
        let entries = quote.body[list].as_array().unwrap().iter();
        { entries }.find(|entry| entry["kind"] == "scheduled").cloned()
    };
    match (of_kind("offers"), of_kind("refusals")) {
        (Some(offer), _) => json!({"offered for": offer["fee"]["amount"]}),
        (None, Some(mut refusal)) => {
            for field in ["kind", "window", "store"] {
                refusal.as_object_mut().unwrap().remove(field);
            }
            refusal
        }
        (None, None) => panic!("nothing is said about scheduled slots: {quote}"),
    }
}

/// A checkout with more fields in its body or its basket.
fn with(fields: &Value, basket: &Value) -> Value {
    let mut body = checkout();
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body["basket"].as_object_mut().unwrap().extend(basket.as_object().unwrap().clone());
    body
}

impl Town {
    async fn put(&self, path: &str, body: &Value) -> Answer {
        let request = request("PUT", path).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }
}

#[tokio::test]
async fn unknown_names_are_problems_that_name_the_known_ones() {
    let town = town().await;
    let rubles = |amount: i64| json!({"amount": amount, "currency": "RUB"});
    let mut said = Vec::new();
    for (fields, basket) in [
        (json!({"tier": "royal"}), json!({})),
        (json!({"channel": "fax"}), json!({})),
        (json!({"channel": ""}), json!({})),
        (json!({}), json!({"classes": ["alcohol", "ice cream"]})),
        (json!({}), json!({"value": {"amount": 1, "currency": "EUR"}})),
        (json!({}), json!({"value": rubles(-1)})),
        (json!({}), json!({"value": 700})),
    ] {
        said.push(town.post("quotes", with(&fields, &basket)).await.problem());
    }
    insta::assert_snapshot!(said.join("\n"), @r#"
    422 invalid-body "/tier": there is no tier "royal" in this region; it has: standard, loyal
    422 invalid-body "/channel": there is no channel "fax" in this region; it has: site, app, phone
    422 invalid-body "/channel": invalid value: an empty text, expected a text of 1 to 64 characters without control characters
    422 invalid-body "/basket/classes/1": there is no item class "ice cream" in this region; it has: frozen, alcohol
    422 invalid-body "/basket/value/currency": this region counts in RUB
    422 invalid-body "/basket/value/amount": invalid value: integer `-1`, expected a whole number from 0 to 1000000000000
    422 invalid-body "/basket/value": invalid type: integer `700`, expected an object
    "#);
    let region = town.get("/v1/regions/town").await.body;
    assert_eq!(region["tiers"], json!(["standard", "loyal"]));
    assert_eq!(region["channels"], json!(["site", "app", "phone"]));
    assert_eq!(region["item_classes"], json!(["frozen", "alcohol"]));
}

#[tokio::test]
async fn a_refusal_says_what_it_would_take() {
    let town = town().await;
    let cheap = json!({"value": {"amount": 30_000, "currency": "RUB"}});
    let mut said = vec![scheduled(&town.post("quotes", with(&json!({}), &cheap)).await)];
    let quote = town.post("quotes", with(&json!({"channel": "phone"}), &json!({}))).await;
    said.push(scheduled(&quote));
    let offer = quote.offer("scheduled").unwrap();
    let booked = town.post("orders", json!({"offer": offer})).await;
    assert_eq!(booked.status, StatusCode::CREATED, "{booked}");
    assert_eq!(
        (&booked.body["tier"], &booked.body["channel"]),
        (&json!("standard"), &json!("phone"))
    );
    for fields in
        [json!({}), json!({"tier": "loyal", "channel": "phone"}), json!({"tier": "loyal"})]
    {
        said.push(scheduled(&town.post("quotes", with(&fields, &json!({}))).await));
    }
    let mut offers = Vec::new();
    for _ in 0..2 {
        let quote = town.post("quotes", with(&json!({"tier": "loyal"}), &json!({}))).await;
        offers.push(quote.offer("scheduled").unwrap());
    }
    let held = town.post("holds", json!({"offer": offers[0]})).await;
    assert_eq!(held.status, StatusCode::CREATED, "{held}");
    let refused = town.post("holds", json!({"offer": offers[1]})).await;
    assert_eq!(refused.problem(), "409 slot-gone");
    said.push(refused.body["detail"].clone());
    said.push(scheduled(&town.post("quotes", with(&json!({"tier": "loyal"}), &json!({}))).await));
    town.wait(2 * 3600 + 31 * 60).await;
    said.push(scheduled(&town.post("quotes", checkout()).await));
    let said: Vec<String> = said.iter().map(Value::to_string).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    {"detail":"the basket is worth too little for this slot","missing_value":{"amount":20000,"currency":"RUB"},"reason":"minimum_basket"}
    {"offered for":4900}
    {"detail":"the places that are left are kept for other customers for now","open_to_all_at":"2026-11-22T14:00:00+03:00","reason":"reserved"}
    {"detail":"all places that are sold this way are taken","reason":"channel_full"}
    {"offered for":4900}
    "the slot is gone: all places of this slot are taken"
    {"detail":"all places of this slot are taken","reason":"slot_full"}
    {"detail":"it is too late to order for this time","reason":"cut_off_passed"}
    "#);
}

#[tokio::test]
async fn an_offer_ends_with_the_sale_of_its_slot() {
    let town = town().await;
    town.wait(2 * 3600 + 20 * 60).await;
    let quote = town.post("quotes", checkout()).await;
    let offers = quote.body["offers"].as_array().unwrap();
    let offer = offers.iter().find(|offer| offer["kind"] == "scheduled").unwrap();
    assert_eq!(offer["expires_at"], "2026-11-22T14:30:00+03:00");
}

#[tokio::test]
async fn a_store_reports_what_it_is_out_of() {
    let town = town().await;
    let path = "stores/riverside/stock";
    let said = [
        town.get(path).await.text,
        town.put(path, &json!({"out_of_stock": ["frozen"]})).await.text,
        town.get(path).await.text,
        town.put(path, &json!({"out_of_stock": ["fish"]})).await.problem(),
        town.put(path, &json!({})).await.problem(),
        town.put("stores/seaside/stock", &json!({"out_of_stock": []})).await.problem(),
    ];
    insta::assert_snapshot!(said.join("\n"), @r#"
    {"store":"riverside","in_stock":["frozen","alcohol"],"out_of_stock":[]}
    {"store":"riverside","in_stock":["alcohol"],"out_of_stock":["frozen"]}
    {"store":"riverside","in_stock":["alcohol"],"out_of_stock":["frozen"]}
    422 invalid-body "/out_of_stock/0": there is no item class "fish" in this region; it has: frozen, alcohol
    422 invalid-body "/out_of_stock": this field is missing
    404 unknown-store
    "#);
    let frozen = json!({"classes": ["frozen", "alcohol"]});
    let refused = scheduled(&town.post("quotes", with(&json!({}), &frozen)).await);
    insta::assert_snapshot!(
        refused,
        @r#"{"detail":"no store that delivers here has all the goods","missing_classes":["frozen"],"reason":"out_of_stock"}"#
    );
    town.put(path, &json!({"out_of_stock": []})).await;
    let offered = town.post("quotes", with(&json!({}), &frozen)).await;
    let offer = offered.offer("scheduled").unwrap();
    let booked = town.post("orders", json!({"offer": offer})).await;
    assert_eq!(booked.body["basket"]["classes"], json!(["frozen", "alcohol"]));
}
