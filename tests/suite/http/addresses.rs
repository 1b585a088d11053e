//! Addresses: what answers where, and how what is nowhere is refused.

use axum::body::Body;
use axum::http::StatusCode;

use crate::http::town::{Town, json_request, request};

#[tokio::test]
async fn unknown_things_are_problems() {
    let town = Town::open().await;
    let mut story = String::new();
    for path in [
        "/nothing",
        "/v1/regions/atlantis",
        "/v1/regions/atlantis/plan",
        "orders/O1",
        "orders/H1",
        "orders/1",
        "orders/O01",
        "orders/O99999999999999999999",
        "orders/O-1",
        "holds/O1",
        "holds/H1",
        "couriers/nobody/route",
        "stores/nowhere/picking",
        "orders/%ff",
        "orders?limit=0",
        "orders?limit=5001",
        "orders?limit=many",
        "orders?limit=1&limit=2",
        "orders?state=gone",
        "orders?stat=booked",
        "/assets/none.js",
    ] {
        let answer = town.get(path).await;
        let detail = answer.body["detail"].as_str().unwrap().to_owned();
        story += &format!("{path}: {}: {detail}\n", answer.problem());
    }
    insta::assert_snapshot!(story);
}

#[tokio::test]
async fn a_wrong_method_is_a_problem_that_names_the_right_ones() {
    let town = Town::open().await;
    let answer = town.delete("quotes").await;
    insta::assert_snapshot!(answer.problem(), @"405 method-not-allowed");
    assert_eq!(answer.header("allow"), "POST");
}

#[tokio::test]
async fn only_json_of_modest_length_is_read() {
    let town = Town::open().await;
    let plain = request("POST", "quotes").header("content-type", "text/plain");
    let plain = town.send(plain.body(Body::from("{}")).unwrap()).await;
    insta::assert_snapshot!(plain.problem(), @"415 unsupported-media-type");
    let none = town.send(request("POST", "quotes").body(Body::from("{}")).unwrap()).await;
    insta::assert_snapshot!(none.problem(), @"415 unsupported-media-type");
    let long = " ".repeat(64 * 1024 + 1);
    let long = town.send(json_request("quotes").body(Body::from(long)).unwrap()).await;
    insta::assert_snapshot!(long.problem(), @"413 body-too-large");
    let endless = (0..100).map(|_| Ok::<_, std::io::Error>(" ".repeat(1024)));
    let endless = Body::from_stream(futures::stream::iter(endless));
    let endless = town.send(json_request("quotes").body(endless).unwrap()).await;
    insta::assert_snapshot!(endless.problem(), @"413 body-too-large");
}

#[tokio::test]
async fn the_service_tells_how_it_is() {
    let town = Town::open().await;
    for path in ["/livez", "/readyz"] {
        let answer = town.get(path).await;
        assert_eq!(answer.to_string(), r#"200 {"status":"ok"}"#);
    }
    assert_eq!(town.get("/version").await.body["name"], "punctual");
}

#[tokio::test]
async fn every_answer_carries_a_number_and_is_not_guessed_at() {
    let town = Town::open().await;
    for path in ["/livez", "/nothing", "/"] {
        let answer = town.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_ne!(answer.header("x-request-id"), "");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
    }
    let ask = request("GET", "/livez").header("x-request-id", "mine");
    let answer = town.send(ask.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("x-request-id"), "mine");
}

#[tokio::test]
async fn pages_are_there_or_say_how_to_build_them() {
    let town = Town::open().await;
    for path in ["/", "/checkout"] {
        let page = town.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.header("content-type").starts_with("text/html"), "{page}");
        assert!(page.text.contains("make web") || page.text.contains("/assets/"), "{page}");
    }
}

#[tokio::test]
async fn the_documentation_is_served_from_here() {
    let town = Town::open().await;
    let page = town.get("/docs/").await;
    assert!(page.text.contains("swagger-ui"), "{page}");
    assert!(!page.text.contains("https://"), "nothing comes from elsewhere: {page}");
    assert_eq!(town.get("/openapi.json").await.body["info"]["title"], "Punctual");
}

#[test]
fn the_contract_changes_only_on_purpose() {
    let document = punctual::http::document().to_pretty_json().unwrap();
    insta::assert_snapshot!("openapi.json", document);
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(punctual::http::document()).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn metrics_name_routes_and_not_keys() {
    let town = Town::open().await;
    town.get("orders/O77777").await;
    let text = town.get("/metrics").await.text;
    let counted = "punctual_http_requests_total{method=\"GET\",\
        route=\"/v1/regions/{region}/orders/{order}\",status=\"404\"}";
    assert!(text.contains(counted), "{text}");
    assert!(text.contains("punctual_plan_version{region=\"town\"}"), "{text}");
    assert!(!text.contains("O77777"), "{text}");
}
