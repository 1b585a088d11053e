//! What real engines answered: `osrm-routed` 26.10 and Valhalla 3.9.1 over Monaco. With
//! `PUNCTUAL_OSRM` or `PUNCTUAL_VALHALLA` set to the address of one that runs over the same extract,
//! `cargo nextest run --run-ignored only real_engine` compares it with what was recorded. The
//! recordings hold data © OpenStreetMap contributors, under the `ODbL`.

use std::collections::BTreeMap;
use std::env;

use serde::Deserialize;
use serde_json::Value;

use crate::model::place::{Coordinate, Profile};
use crate::model::travel_matrix::Travel;
use crate::travel::beeline::great_circle_meters;
use crate::travel::engines::stand::{Act, Stand};
use crate::travel::engines::{Engine, EngineKind, EngineOptions};

/// What was sent, and what came back.
#[derive(Deserialize)]
struct Exchange {
    path: String,
    body: Option<Value>,
    status: u16,
    answer: Value,
}

const OSRM: &str = include_str!("recorded/osrm.json");
const VALHALLA: &str = include_str!("recorded/valhalla.json");

/// Answers what was recorded, and knows nothing else.
fn replay(recorded: &str) -> Stand {
    let exchanges: Vec<Exchange> = serde_json::from_str(recorded).unwrap();
    let key = |path: &str, body: Option<&Value>| (path.to_owned(), body.map(Value::to_string));
    let known: BTreeMap<_, _> = exchanges
        .iter()
        .map(|e| (key(&e.path, e.body.as_ref()), (e.status, e.answer.to_string())))
        .collect();
    Stand::serve(move |_, asked| {
        let body = asked.body.as_deref().map(|body| serde_json::from_str(body).unwrap());
        let answer = known.get(&key(&asked.path, body.as_ref()));
        answer.map_or(Act::say(404, ""), |(status, text)| Act::say(*status, text))
    })
}

/// Four doors in Monaco, and a boat.
fn places() -> [Coordinate; 5] {
    let degrees = [
        (43.7384, 7.4246),
        (43.7312, 7.4198),
        (43.7478, 7.4365),
        (43.7366, 7.4210),
        (43.7000, 7.5000),
    ];
    degrees.map(|(latitude, longitude)| Coordinate::from_degrees(latitude, longitude).unwrap())
}

/// Legs, lines and a boat, as an engine tells them.
fn story(engine: &Engine) -> String {
    let [home, harbor, north, station, boat] = places();
    let mut story = String::new();
    let answer = engine.answer(Profile::Car, home, &[harbor, north, home, station]);
    assert!(!answer.is_estimate && engine.is_exact(), "it answers");
    let [to, from] = answer.legs.unwrap();
    for (to, from) in to.iter().zip(&from) {
        let [there, back] = [to, from].map(|leg| (leg.drive_seconds, leg.distance_meters));
        story += &format!("{there:?} there, {back:?} back\n");
    }
    assert_eq!(engine.leg(Profile::Car, harbor, home), Some(from[0]), "is remembered");
    for other in [harbor, station] {
        let line = engine.path(Profile::Car, home, other);
        assert_eq!([line[0], line[line.len() - 1]], [home, other]);
        let meters: f64 = line.windows(2).map(|step| great_circle_meters(step[0], step[1])).sum();
        story += &format!("{} points, {meters:.0} m\n", line.len());
    }
    for others in [&[boat][..], &[harbor, boat, station]] {
        let answer = engine.answer(Profile::Car, home, others);
        assert_eq!((answer.legs, answer.is_estimate), (None, false), "no road leads to a boat");
    }
    assert_eq!(engine.answer(Profile::Car, boat, &[home, harbor, north]).legs, None);
    assert_eq!(engine.path(Profile::Car, home, boat)[0], home);
    assert!(engine.is_exact(), "a boat is no failure");
    story
}

fn engine(kind: EngineKind, address: &str) -> Engine {
    Engine::new(EngineOptions::new(kind, address))
}

#[test]
fn osrm_is_understood() {
    let stand = replay(OSRM);
    insta::assert_snapshot!(story(&engine(EngineKind::Osrm, &stand.address)), @r"
    (214, 2411) there, (160, 1796) back
    (333, 3295) there, (339, 2786) back
    (0, 0) there, (0, 0) back
    (54, 684) there, (148, 2150) back
    153 points, 2445 m
    59 points, 696 m
    ");
}

#[test]
fn valhalla_is_understood() {
    let stand = replay(VALHALLA);
    insta::assert_snapshot!(story(&engine(EngineKind::Valhalla, &stand.address)), @r"
    (199, 2500) there, (118, 1794) back
    (453, 3368) there, (504, 4003) back
    (0, 0) there, (0, 0) back
    (53, 684) there, (124, 1757) back
    156 points, 2533 m
    58 points, 696 m
    ");
}

#[test]
#[ignore = "needs an engine that runs"]
fn real_engines_answer_what_was_recorded() {
    let engines = [
        (EngineKind::Osrm, "PUNCTUAL_OSRM", OSRM),
        (EngineKind::Valhalla, "PUNCTUAL_VALHALLA", VALHALLA),
    ];
    let mut compared = 0;
    for (kind, name, recorded) in engines {
        let Ok(address) = env::var(name) else { continue };
        let stand = replay(recorded);
        assert_eq!(story(&engine(kind, &address)), story(&engine(kind, &stand.address)), "{name}");
        compared += 1;
    }
    assert_ne!(compared, 0, "set PUNCTUAL_OSRM or PUNCTUAL_VALHALLA");
}
