//! The examples of the API's description, sent as they stand there.

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::http::town::{Town, request};

/// All operations, in an order in which each can be done.
const STORY: [&str; 34] = [
    "live",
    "ready",
    "version",
    "metrics",
    "list_regions",
    "read_region",
    "read_zones",
    "read_tile_json",
    "read_tile",
    "quote",
    "hold",
    "read_hold",
    "free_hold",
    "hold",
    "book",
    "read_order",
    "list_orders",
    "amend_order",
    "reschedule_order",
    "list_stores",
    "read_stock",
    "report_stock",
    "read_picking",
    "report_picking",
    "list_couriers",
    "read_route",
    "report",
    "report_positions",
    "read_plan",
    "read_kpis",
    "stream_events",
    "cancel_order",
    "create_scenario",
    "read_scenario",
];

/// What the examples name, and what it is called in the town of the tests.
#[derive(Default)]
struct Names {
    hold: String,
    order: String,
    scenario: String,
    /// The last goods that were asked for.
    basket: Value,
}

struct Operation {
    method: String,
    path: String,
    described: Value,
}

fn operation(document: &Value, name: &str) -> Operation {
    let paths = document["paths"].as_object().unwrap();
    let found = paths.iter().find_map(|(path, methods)| {
        let mut methods = methods.as_object().unwrap().iter();
        let (method, described) =
            methods.find(|(_, described)| described["operationId"] == name)?;
        let (method, path) = (method.to_uppercase(), path.clone());
        Some(Operation { method, path, described: described.clone() })
    });
    found.unwrap_or_else(|| panic!("no operation is called {name}"))
}

impl Operation {
    /// The address, with the example of each of its parts.
    fn address(&self, names: &Names) -> String {
        let (mut address, mut query) = (self.path.clone(), Vec::new());
        for parameter in self.described["parameters"].as_array().unwrap_or(&vec![]) {
            let name = parameter["name"].as_str().unwrap();
            let example = &parameter["example"];
            assert!(!example.is_null(), "{} has no example of {name}", self.path);
            let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            let text = match name {
                "region" => "town".to_owned(),
                "hold" if !names.hold.is_empty() => names.hold.clone(),
                "order" if !names.order.is_empty() => names.order.clone(),
                "scenario" => names.scenario.clone(),
                _ => text,
            };
            match parameter["in"].as_str().unwrap() {
                "path" => address = address.replace(&format!("{{{name}}}"), &text),
                "query" => query.push(format!("{name}={text}")),
                _ => {}
            }
        }
        if query.is_empty() { address } else { format!("{address}?{}", query.join("&")) }
    }

    /// The body, with what the town calls differently.
    async fn body(&self, town: &Town, names: &mut Names) -> Option<Value> {
        let required = self.described.get("requestBody")?;
        let mut body = required["content"]["application/json"]["example"].clone();
        assert!(!body.is_null(), "{} has no example of a body", self.path);
        if !body["basket"].is_null() {
            names.basket = body["basket"].clone();
        }
        if !body["offer"].is_null() {
            let mut ask = crate::http::town::checkout();
            ask["basket"] = names.basket.clone();
            ask["session"] = json!("checkout-17");
            let kind = if self.path.ends_with("reschedule") { "scheduled" } else { "express" };
            body["offer"] = json!(town.post("quotes", ask).await.offer(kind).unwrap());
        }
        if !body["hold"].is_null() {
            body["hold"] = json!(names.hold);
        }
        if !body["base"].is_null() {
            body["base"]["day_model"] = json!("town");
        }
        Some(body)
    }

    fn succeeds_with(&self) -> u16 {
        let responses = self.described["responses"].as_object().unwrap();
        responses.keys().find(|status| status.starts_with('2')).unwrap().parse().unwrap()
    }
}

/// Where the answers are kept that the description shows.
const ANSWERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/answers.json");

/// Set, the test writes them down.
const UPDATE: &str = "UPDATE_ANSWERS";

/// Lists show so many entries.
const SHOWN_MAX: usize = 2;

/// An answer as the description shows it: shorter, and in the demonstration's region.
fn shown(answer: &Value) -> Value {
    match answer {
        Value::Array(entries) => entries.iter().take(SHOWN_MAX).map(shown).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), shown(value))).collect()
        }
        Value::String(text) if text == "town" => json!("demo"),
        Value::String(text) if text.len() > 200 => json!(format!("{}…", &text[..64])),
        other => other.clone(),
    }
}

/// What kind of thing an answer is, field by field; of lists, their first entry counts.
fn shape(answer: &Value) -> Value {
    match answer {
        Value::Array(entries) => entries.iter().take(1).map(shape).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect()
        }
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("yes or no"),
        Value::Null => json!(null),
    }
}

fn described_answer(operation: &Operation) -> Option<&Value> {
    let responses = operation.described["responses"].as_object().unwrap();
    let (_, success) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    let mut content = success["content"].as_object()?.iter();
    content.find(|(kind, _)| kind.ends_with("json")).map(|(_, content)| &content["example"])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_documented_request_is_answered_as_documented() {
    let town = Town::open().await;
    let document = town.get("/openapi.json").await.body;
    let mut names = Names::default();
    let mut answers = serde_json::Map::new();
    for (step, name) in STORY.iter().chain(&["stop_scenario"]).enumerate() {
        let operation = operation(&document, name);
        let mut ask = request(&operation.method, &operation.address(&names));
        let body = operation.body(&town, &mut names).await;
        if body.is_some() {
            ask = ask.header("content-type", "application/json");
        }
        let headers = operation.described["parameters"].as_array().cloned().unwrap_or_default();
        for header in headers.iter().filter(|parameter| parameter["in"] == "header") {
            let example = &header["example"];
            let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            // A key stands for one request.
            let is_key = header["name"] == "idempotency-key";
            let text = if is_key { format!("{text}-{step}") } else { text };
            ask = ask.header(header["name"].as_str().unwrap(), text);
        }
        let ask = ask.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())));
        if *name == "stream_events" {
            // It does not end.
            let answer = town.router.clone().oneshot(ask.unwrap()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            continue;
        }
        let answer = town.send(ask.unwrap()).await;
        assert_eq!(answer.status.as_u16(), operation.succeeds_with(), "{name}: {answer}");
        if let Some(example) = described_answer(&operation)
            && !answers.contains_key(*name)
        {
            let is_as_described = shape(example) == shape(&shown(&answer.body));
            let is_new = std::env::var_os(UPDATE).is_some();
            assert!(is_as_described || is_new, "{name}: {answer}\nis not like {example:#}");
            answers.insert((*name).to_owned(), shown(&answer.body));
        }
        let told = |field: &str| answer.body[field].as_str().map(str::to_owned);
        names.hold = told("hold").unwrap_or(names.hold);
        names.order = told("order").unwrap_or(names.order);
        names.scenario = told("scenario").unwrap_or(names.scenario);
    }
    if std::env::var_os(UPDATE).is_some() {
        let text = serde_json::to_string_pretty(&Value::Object(answers)).unwrap();
        std::fs::write(ANSWERS, text + "\n").unwrap();
    }
    let told: Vec<&str> = STORY.iter().copied().chain(["stop_scenario"]).collect();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            let name = described["operationId"].as_str().unwrap();
            assert!(told.contains(&name), "nobody sends the example of {method} {path}");
        }
    }
}
