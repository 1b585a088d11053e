//! Scenarios: queued, played, stopped, and refused field by field.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::town::{Answer, Town};

const PATH: &str = "/v1/scenarios";

fn scenario(seeds: usize) -> Value {
    let seeds: Vec<usize> = (1..=seeds).collect();
    json!({"base": {"day_model": "town"}, "couriers": [2, 3], "seeds": seeds, "orders_per_day": 8})
}

/// Asks until the scenario is over, for some minutes at most.
async fn over(town: &Town, path: &str) -> Answer {
    for _ in 0..30_000 {
        let answer = town.get(path).await;
        if !["queued", "running"].contains(&answer.text_at("state").as_str()) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the scenario does not end");
}

#[tokio::test]
async fn a_scenario_is_queued_played_and_read() {
    let town = Town::open().await;
    let accepted = town.post(PATH, scenario(2)).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{accepted}");
    assert_eq!(accepted.header("location"), format!("{PATH}/{}", accepted.text_at("scenario")));
    let done = over(&town, accepted.header("location")).await;
    assert_eq!(done.body["state"], "done", "{done}");
    assert_eq!(done.body["progress"], json!({"done": 4, "total": 4, "seconds_left": null}));
    for (result, couriers) in done.body["results"].as_array().unwrap().iter().zip([2, 3]) {
        assert_eq!((&result["couriers"], &result["days"]), (&json!(couriers), &json!(2)));
        let share = result["acceptance_share"]["mean"].as_f64().unwrap();
        assert!((0.1..=1.0).contains(&share), "{done}");
    }
}

#[tokio::test]
async fn a_stopped_scenario_keeps_what_is_done() {
    let town = Town::open().await;
    let accepted = town.post(PATH, scenario(400)).await;
    let path = accepted.header("location");
    assert_eq!(town.delete(path).await.status, StatusCode::OK);
    let stopped = over(&town, path).await;
    assert_eq!(stopped.body["state"], "cancelled", "{stopped}");
    let done = stopped.body["progress"]["done"].as_u64().unwrap();
    let days = stopped.body["results"].as_array().unwrap().iter();
    assert_eq!(days.map(|result| result["days"].as_u64().unwrap()).sum::<u64>(), done);
}

#[tokio::test]
async fn scenarios_are_checked_field_by_field() {
    let town = Town::open().await;
    let mut story = String::new();
    for (field, value) in [
        ("base", json!({"day_model": "atlantis"})),
        ("base", json!({"day_model": "town", "day": 3})),
        ("base", json!("town")),
        ("couriers", json!([3, 0])),
        ("couriers", json!([3, -1])),
        ("seeds", json!([])),
        ("seeds", json!(3)),
        ("seeds", json!(vec![1; 501])),
        ("promise_minutes", json!(0)),
        ("orders_per_day", json!(5001)),
        ("weather", json!("rain")),
    ] {
        let mut body = scenario(1);
        body[field] = value;
        let answer = town.post(PATH, body).await;
        story += &format!("{field}: {}\n", answer.problem());
    }
    story += &format!("unknown: {}\n", town.get("/v1/scenarios/none").await.problem());
    story += &format!("unknown: {}\n", town.delete("/v1/scenarios/none").await.problem());
    insta::assert_snapshot!(story, @r#"
    base: 422 invalid-body "/base/day_model": there is no region "atlantis"
    base: 422 invalid-body "/base/day": unknown field `day`, expected `day_model`
    base: 422 invalid-body "/base": invalid type: string "town", expected an object
    couriers: 422 invalid-body "/couriers/1": 0 couriers; allowed are 1 to 2000
    couriers: 422 invalid-body "/couriers/1": invalid value: integer `-1`, expected u16
    seeds: 422 invalid-body "/seeds": with all couriers 0 days; allowed are 1 to 1000
    seeds: 422 invalid-body "/seeds": invalid type: integer `3`, expected a sequence
    seeds: 422 invalid-body "/seeds": with all couriers 1002 days; allowed are 1 to 1000
    promise_minutes: 422 invalid-body "/promise_minutes": 0 minutes; allowed are 1 to 1440
    orders_per_day: 422 invalid-body "/orders_per_day": 5001 orders; allowed are 1 to 5000
    weather: 422 invalid-body "/weather": unknown field `weather`, expected one of `base`, `couriers`, `seeds`, `promise_minutes`, `orders_per_day`
    unknown: 404 unknown-scenario
    unknown: 404 unknown-scenario
    "#);
}
