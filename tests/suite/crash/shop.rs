//! A shop's side of the HTTP API.

use std::time::Duration;

use rand::Rng;
use rand_pcg::Pcg64Mcg;
use reqwest::Method;
use serde_json::{Value, json};

/// No request takes so long.
const TIMEOUT: Duration = Duration::from_secs(20);

/// So long a probe may take; a connection that was made while the service went down answers never.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Talks to the service.
#[derive(Clone)]
pub(crate) struct Shop {
    http: reqwest::Client,
    root: String,
}

/// A request that changes something, complete, so that it can be sent again.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) kind: Kind,
    method: Method,
    path: String,
    body: Value,
    key: Option<String>,
}

/// What an attempt is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Takes an offer.
    Hold { offer: String },
    /// Books a hold.
    Order,
    /// Gives a hold back.
    Free { number: u64 },
    /// Calls an order off.
    Cancel,
    /// Changes nothing.
    Quote,
}

/// What the service said, whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) replayed: bool,
    pub(crate) body: Value,
}

impl Attempt {
    pub(crate) fn hold(offer: &str, random: &mut Pcg64Mcg) -> Self {
        Self { key: Some(new_name("key", random)), ..Self::retake(offer) }
    }

    /// Takes an offer without saying who asks.
    pub(crate) fn retake(offer: &str) -> Self {
        let offer = offer.to_owned();
        let body = json!({ "offer": offer });
        Self::post(Kind::Hold { offer }, "/holds", body)
    }

    pub(crate) fn order(hold: &str, random: &mut Pcg64Mcg) -> Self {
        let body = json!({ "hold": hold, "reference": new_name("shop", random) });
        Self { key: Some(new_name("key", random)), ..Self::post(Kind::Order, "/orders", body) }
    }

    pub(crate) fn free(number: u64) -> Self {
        let attempt = Self::post(Kind::Free { number }, &format!("/holds/H{number}"), Value::Null);
        Self { method: Method::DELETE, ..attempt }
    }

    pub(crate) fn cancel(number: u64) -> Self {
        Self::post(Kind::Cancel, &format!("/orders/O{number}/cancel"), json!({}))
    }

    fn post(kind: Kind, path: &str, body: Value) -> Self {
        Self { kind, method: Method::POST, path: path.to_owned(), body, key: None }
    }
}

impl Reply {
    pub(crate) fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_else(|| panic!("{name} is a text in {self:?}"))
    }

    /// The kind of problem.
    pub(crate) fn problem(&self) -> &str {
        self.text("type")
    }
}

impl Shop {
    pub(crate) fn new(address: &str) -> Self {
        let http = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build().unwrap();
        Self { http, root: format!("http://{address}") }
    }

    pub(crate) async fn is_ready(&self) -> bool {
        let ask = self.http.get(format!("{}/readyz", self.root)).timeout(PROBE_TIMEOUT);
        let reply = ask.send().await;
        reply.is_ok_and(|reply| reply.status().is_success())
    }

    /// Sends a request. `None` when the whole answer did not come.
    pub(crate) async fn send(&self, attempt: &Attempt) -> Option<Reply> {
        let url = format!("{}/v1/regions/test{}", self.root, attempt.path);
        let mut request = self.http.request(attempt.method.clone(), url);
        if !attempt.body.is_null() {
            request = request.json(&attempt.body);
        }
        if let Some(key) = &attempt.key {
            request = request.header("Idempotency-Key", key);
        }
        let reply = request.send().await.ok()?;
        let replayed = reply.headers().contains_key("idempotent-replayed");
        let status = reply.status().as_u16();
        let body = reply.bytes().await.ok()?;
        let body =
            if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).ok()? };
        Some(Reply { status, replayed, body })
    }

    /// The tokens of all offers for a random customer.
    pub(crate) async fn offers(&self, random: &mut Pcg64Mcg) -> Option<Vec<String>> {
        let (lat, lon) = (random.random_range(55.74..55.78), random.random_range(37.57..37.62));
        let items = random.random_range(1..5);
        let basket = json!({ "items": items, "mass_grams": 300, "volume_milliliters": 500 });
        let body = json!({ "location": { "lat": lat, "lon": lon }, "basket": basket });
        let reply = self.send(&Attempt::post(Kind::Quote, "/quotes", body)).await?;
        assert!([200, 503].contains(&reply.status), "{reply:?}");
        let offers = reply.body["offers"].as_array().into_iter().flatten();
        Some(offers.filter_map(|offer| offer["offer"].as_str()).map(str::to_owned).collect())
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}/v1/regions/test{path}", self.root);
        let reply = self.http.get(url).send().await.unwrap();
        assert_eq!(reply.status().as_u16(), 200, "{path}");
        reply.json().await.unwrap()
    }

    /// All holds and orders.
    pub(crate) async fn orders(&self) -> Vec<Value> {
        let listed = self.get("/orders?limit=5000").await;
        let orders = listed["orders"].as_array().unwrap().clone();
        assert_eq!(listed["total"], orders.len(), "all are listed");
        orders
    }

    /// The numbers of all orders in the plan, sorted, as often as they are in it.
    pub(crate) async fn planned_orders(&self) -> Vec<u64> {
        let plan = self.get("/plan").await;
        let list = |value: &Value, name: &str| value[name].as_array().unwrap().clone();
        let mut planned = Vec::new();
        for route in list(&plan, "routes") {
            for trip in list(&route, "trips") {
                planned.extend(list(&trip, "orders").iter().map(number));
            }
        }
        planned.sort_unstable();
        planned
    }
}

/// The number in a name: 12 in `O12` and `H12`.
pub(crate) fn number(name: &Value) -> u64 {
    let digits = name.as_str().map(|name| &name[1..]);
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("{name} is no name"))
}

fn new_name(what: &str, random: &mut Pcg64Mcg) -> String {
    format!("{what}-{:032x}", random.random::<u128>())
}
