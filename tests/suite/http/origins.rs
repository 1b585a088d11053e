//! Pages of other origins: which of them are answered, and what their browsers are told.

use axum::body::Body;
use axum::http::{Request, StatusCode, request};
use punctual::http::Admission;

use crate::http::town::{Answer, Town, checkout, json_request, request};

const SHOP: &str = "https://shop.example";
const KEY: &str = "pk_marketrow1";

async fn town_with_a_shop() -> Town {
    Town::open_to(Admission::new(vec![SHOP.to_owned()], vec![KEY.to_owned()])).await
}

fn sent(request: request::Builder, body: &str) -> Request<Body> {
    request.body(Body::from(body.to_owned())).unwrap()
}

/// A quote as a page of `origin` asks for it.
async fn quote(town: &Town, origin: &str, key: Option<&str>) -> Answer {
    let mut ask =
        json_request("quotes").header("origin", origin).header("host", "punctual.example");
    if let Some(key) = key {
        ask = ask.header("authorization", format!("Bearer {key}"));
    }
    town.send(sent(ask, &checkout().to_string())).await
}

async fn preflight(town: &Town, path: &str, method: &str, origin: &str) -> Answer {
    let ask = request("OPTIONS", path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type,idempotency-key");
    town.send(sent(ask, "")).await
}

/// What a browser reads of an answer before it lets a page see it.
fn told(answer: &Answer) -> String {
    let mut story = answer.status.as_u16().to_string();
    for name in ["origin", "methods", "headers", "credentials"] {
        let value = answer.header(&format!("access-control-allow-{name}"));
        if !value.is_empty() {
            story += &format!("; {name}: {value}");
        }
    }
    let age = answer.header("access-control-max-age");
    if !age.is_empty() {
        story += &format!("; {age} s");
    }
    story
}

#[tokio::test]
async fn a_shops_page_gets_its_slots() {
    let town = town_with_a_shop().await;
    let answer = quote(&town, SHOP, Some(KEY)).await;
    assert!(answer.offer("express").is_some(), "{answer}");
    assert_eq!(answer.header("access-control-allow-origin"), SHOP);
    assert_eq!(answer.header("access-control-expose-headers"), "retry-after,idempotent-replayed");
    let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
    assert!(vary.iter().any(|value| value.to_str().unwrap().contains("origin")), "{vary:?}");
}

#[tokio::test]
async fn a_foreign_page_is_refused_and_its_browser_told_nothing() {
    let town = town_with_a_shop().await;
    for origin in
        ["https://other.example", "http://shop.example", "https://shop.example.org", "null"]
    {
        let answer = quote(&town, origin, Some(KEY)).await;
        assert_eq!(answer.problem(), "403 origin-refused", "{origin}");
        assert_eq!(told(&answer), "403", "{origin}");
        let asked = preflight(&town, "quotes", "POST", origin).await;
        assert_eq!(asked.header("access-control-allow-origin"), "", "{origin}");
    }
}

#[tokio::test]
async fn a_page_without_the_right_key_reads_why_it_is_refused() {
    let town = town_with_a_shop().await;
    let mut story = String::new();
    for key in [None, Some(""), Some("pk_somebodyelse"), Some("PK_MARKETROW1")] {
        let answer = quote(&town, SHOP, key).await;
        assert_eq!(answer.header("access-control-allow-origin"), SHOP);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        story += &format!("{key:?}: {}, {}\n", answer.problem(), answer.text_at("detail"));
    }
    insta::assert_snapshot!(story, @r#"
    None: 401 key-missing, send a publishable key of the region as Authorization: Bearer pk_…
    Some(""): 401 key-unknown, the key is not one of this region
    Some("pk_somebodyelse"): 401 key-unknown, the key is not one of this region
    Some("PK_MARKETROW1"): 401 key-unknown, the key is not one of this region
    "#);
}

#[tokio::test]
async fn only_what_a_shops_page_needs_is_open_to_it() {
    let town = town_with_a_shop().await;
    let mut story = String::new();
    for (path, method) in [
        ("/v1/regions/town", "GET"),
        ("quotes", "POST"),
        ("holds", "POST"),
        ("holds/H1", "DELETE"),
        ("orders", "POST"),
        ("orders/O1/cancel", "POST"),
        ("plan", "GET"),
        ("events", "GET"),
        ("/v1/regions/elsewhere/quotes", "POST"),
        ("/v1/regions/atlantis/quotes", "POST"),
    ] {
        let answer = preflight(&town, path, method, SHOP).await;
        story += &format!("{method} {path}: {}\n", told(&answer));
    }
    insta::assert_snapshot!(story);
}

#[tokio::test]
async fn the_services_own_pages_and_programs_need_no_key() {
    let town = town_with_a_shop().await;
    let body = checkout().to_string();
    let by_host = json_request("quotes")
        .header("origin", "http://10.0.0.5:8080")
        .header("host", "10.0.0.5:8080");
    let behind_proxy = json_request("quotes")
        .header("origin", "https://punctual.example")
        .header("host", "127.0.0.1:8080")
        .header("sec-fetch-site", "same-origin");
    for ask in [by_host, behind_proxy, json_request("quotes")] {
        assert_eq!(town.send(sent(ask, &body)).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn without_keys_none_is_asked_for_and_without_settings_nothing_is_open() {
    let keyless = Town::open_to(Admission::new(vec![SHOP.to_owned()], vec![])).await;
    let answer = quote(&keyless, SHOP, None).await;
    assert_eq!(told(&answer), "200; origin: https://shop.example");
    let closed = Town::open().await;
    let answer = quote(&closed, SHOP, None).await;
    assert_eq!(told(&answer), "200", "answered as ever, but no browser shows it to a page");
    assert_eq!(
        preflight(&closed, "quotes", "POST", SHOP).await.header("access-control-allow-origin"),
        ""
    );
}

#[tokio::test]
async fn a_hold_is_taken_exchanged_and_given_back_from_a_shops_page() {
    let town = town_with_a_shop().await;
    let ask = |method: &str, path: &str| {
        let ask = request(method, path).header("origin", SHOP);
        ask.header("authorization", format!("Bearer {KEY}"))
            .header("content-type", "application/json")
    };
    let mut checkout = checkout();
    checkout["session"] = "a customer's".into();
    let offers = town.send(sent(ask("POST", "quotes"), &checkout.to_string())).await;
    let mut holds = Vec::new();
    for kind in ["express", "scheduled"] {
        let body = serde_json::json!({"offer": offers.offer(kind).unwrap()}).to_string();
        let held =
            town.send(sent(ask("POST", "holds").header("idempotency-key", kind), &body)).await;
        assert_eq!(told(&held), "201; origin: https://shop.example", "{held}");
        holds.push(held.text_at("hold"));
    }
    let first = town.send(sent(ask("GET", &format!("holds/{}", holds[0])), "")).await;
    assert_eq!(first.problem(), "410 hold-expired");
    let anybody = town.send(sent(ask("DELETE", &format!("holds/{}", holds[1])), "")).await;
    assert_eq!(anybody.problem(), "403 other-session");
    let path = format!("holds/{}?session=a%20customer%27s", holds[1]);
    let back = town.send(sent(ask("DELETE", &path), "")).await;
    assert_eq!(told(&back), "204; origin: https://shop.example");
}

#[tokio::test]
async fn the_script_for_shops_may_be_loaded_from_anywhere_if_it_was_built() {
    let town = town_with_a_shop().await;
    let answer = town.get("/widget.js").await;
    if answer.status == StatusCode::OK {
        assert_eq!(answer.header("content-type"), "text/javascript");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_ne!(answer.header("etag"), "");
    } else {
        assert_eq!(answer.problem(), "404 not-found");
    }
}
