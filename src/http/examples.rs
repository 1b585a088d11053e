//! Examples in the API's description of itself: for each call what to send, and what comes back.
//!
//! A test sends each of them and compares what comes back, so that they stay true. They tell one
//! story, in the demonstration's region: a hold becomes an order, which is amended, moved, picked and
//! called off.

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

/// What each operation answers, by its name: written by the test that sends the requests.
const ANSWERS: &str = include_str!("answers.json");

/// A token as they look, cut short.
const TOKEN: &str = "AoF3p0kqJ1T2c5rKqYd3mS8H0u5vWcUeJ9xXH2m4b7yZ-0aPqLr6tVnSgB1iC8dE";

/// What stands for a part of the address or of the query.
fn parameter(name: &str) -> Option<Value> {
    Some(match name {
        "region" => json!("demo"),
        "store" => json!("riverside"),
        "courier" => json!("c01"),
        "order" => json!("O1"),
        "hold" => json!("H1"),
        "session" => json!("checkout-17"),
        "scenario" => json!("0193a5c2-6a53-7b06-8c1e-52a1d3a0f7b4"),
        "z" => json!(14),
        "x" => json!(8192),
        "y" => json!(8191),
        "state" => json!("booked,picking"),
        "limit" => json!(50),
        "idempotency-key" => json!("5f6c1f0e-checkout-17"),
        "if-none-match" => json!("\"0\""),
        "last-event-id" => json!(0),
        _ => return None,
    })
}

/// The body of an operation.
fn body(operation: &str) -> Option<Value> {
    let basket = |items: u32| {
        let (grams, milliliters) = (450 * items, 1_350 * items);
        json!({"items": items, "mass_grams": grams, "volume_milliliters": milliliters})
    };
    Some(match operation {
        "quote" => json!({
            "location": {"lat": 55.76, "lon": 37.62},
            "basket": basket(12),
            "session": "checkout-17",
        }),
        "hold" => json!({"offer": TOKEN, "session": "checkout-17"}),
        "book" => json!({"hold": "H1", "reference": "shop-1742"}),
        "amend_order" => json!({"basket": basket(14)}),
        "reschedule_order" => json!({"offer": TOKEN}),
        "cancel_order" => json!({}),
        "report_stock" => json!({"out_of_stock": []}),
        "report_picking" => json!({"status": "started"}),
        "report" => json!({"kind": "on_duty", "position": {"lat": 55.75, "lon": 37.61}}),
        "report_positions" => json!({
            "positions": [{"at": "2026-11-22T12:00:00+03:00", "lat": 55.751, "lon": 37.612}],
        }),
        "create_scenario" => json!({
            "base": {"day_model": "demo"},
            "couriers": [16, 20],
            "seeds": [1],
            "orders_per_day": 40,
        }),
        _ => return None,
    })
}

/// Where an operation describes the JSON that it answers when all goes well.
fn content_of_success(operation: &mut Value) -> Option<&mut Value> {
    let mut responses = operation["responses"].as_object_mut()?.iter_mut();
    let (_, success) = responses.find(|(status, _)| status.starts_with('2'))?;
    let mut content = success["content"].as_object_mut()?.iter_mut();
    content.find(|(kind, _)| kind.ends_with("json")).map(|(_, content)| content)
}

/// The same description with examples in it.
///
/// # Panics
/// Never: a description is JSON, and stays one with examples; the answers are JSON in the source.
pub(crate) fn with_examples(document: &OpenApi) -> OpenApi {
    let answers: Value = serde_json::from_str(ANSWERS).expect("answers.json is JSON");
    let mut json = serde_json::to_value(document).expect("a description is JSON");
    let paths = json["paths"].as_object_mut().into_iter().flatten();
    let operations = paths.filter_map(|(_, path)| path.as_object_mut()).flatten();
    for (_, operation) in operations {
        let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
        for known in operation["parameters"].as_array_mut().into_iter().flatten() {
            if let Some(example) = known["name"].as_str().and_then(parameter) {
                known["example"] = example;
            }
        }
        if let Some(example) = body(&name) {
            operation["requestBody"]["content"]["application/json"]["example"] = example;
        }
        if let Some(example) = answers.get(&name)
            && let Some(content) = content_of_success(operation)
        {
            content["example"] = example.clone();
        }
    }
    serde_json::from_value(json).expect("a description stays one with examples")
}
