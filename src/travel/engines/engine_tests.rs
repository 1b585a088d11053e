//! What becomes of questions when an engine does not do what it should.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::model::place::{Coordinate, Profile};
use crate::model::travel_matrix::{Answer, Leg, Travel};
use crate::travel::beeline::Beeline;
use crate::travel::engines::client::BODY_BYTES_MAX;
use crate::travel::engines::stand::{Act, Asked, Stand};
use crate::travel::engines::{Engine, EngineKind, EngineOptions};

const CAR: Profile = Profile::Car;

fn at(number: i32) -> Coordinate {
    Coordinate { latitude_micro: 43_700_000 + 1000 * number, longitude_micro: 7_400_000 }
}

fn places(count: i32) -> Vec<Coordinate> {
    (1..=count).map(at).collect()
}

/// An OSRM whose ways take a second per meter, and as long back.
fn tables(_: usize, asked: &Asked) -> Act {
    Act::say(200, table(asked, |from, to| Some(f64::from(from.abs_diff(to)))))
}

/// The table that was asked for, of whatever takes `way` seconds and meters.
fn table(asked: &Asked, way: impl Fn(i32, i32) -> Option<f64>) -> String {
    let rest = asked.path.strip_prefix("table/v1/driving/").unwrap();
    let (places, query) = rest.split_once('?').unwrap();
    let places: Vec<i32> = places.split(';').map(latitude).collect();
    let numbers = |name: &str| -> Vec<usize> {
        let list = query.split('&').find_map(|part| part.strip_prefix(name)).unwrap();
        list.split(';').map(|number| number.parse().unwrap()).collect()
    };
    let (from, to) = (numbers("sources="), numbers("destinations="));
    let row = |&from: &usize| -> Vec<Option<f64>> {
        to.iter().map(|&to| way(places[from], places[to])).collect()
    };
    let cells: Vec<_> = from.iter().map(row).collect();
    let near = |count: usize| vec![serde_json::json!({"distance": 1.5}); count];
    serde_json::json!({
        "code": "Ok", "durations": cells, "distances": cells,
        "sources": near(from.len()), "destinations": near(to.len()),
    })
    .to_string()
}

/// In thousandths of a degree.
fn latitude(place: &str) -> i32 {
    let (_, latitude) = place.split_once(',').unwrap();
    latitude.replace('.', "").parse::<i32>().unwrap() / 1000
}

/// An engine that may take long and is left alone for a minute.
fn options(stand: &Stand) -> EngineOptions {
    EngineOptions {
        timeout: Duration::from_secs(20),
        pause: Duration::from_secs(60),
        ..EngineOptions::new(EngineKind::Osrm, &stand.address)
    }
}

/// An engine that loses patience at once.
fn hasty(stand: &Stand) -> EngineOptions {
    EngineOptions { timeout: Duration::from_millis(60), ..options(stand) }
}

fn estimate(others: &[Coordinate]) -> Answer {
    Answer { legs: Beeline::default().legs(CAR, at(0), others), is_estimate: true }
}

fn exact(others: &[Coordinate]) -> Answer {
    let leg = |place: &Coordinate| {
        let meters = i32::try_from(place.latitude_micro.abs_diff(at(0).latitude_micro) / 1000);
        Leg { drive_seconds: meters.unwrap(), distance_meters: meters.unwrap() }
    };
    let legs: Vec<Leg> = others.iter().map(leg).collect();
    Answer { legs: Some([legs.clone(), legs]), is_estimate: false }
}

/// Asks twice for two places: both times the answer is an estimate, and the second time without
/// asking the engine, which came to know of so many requests.
fn assert_given_up(options: EngineOptions, stand: &Stand, requests: usize) {
    let engine = Engine::new(options);
    for _ in 0..2 {
        assert_eq!(engine.answer(CAR, at(0), &places(2)), estimate(&places(2)));
        assert!(!engine.is_exact());
    }
    assert_eq!(engine.path(CAR, at(0), at(1)), [at(0), at(1)]);
    assert_eq!(stand.asked(), requests);
}

#[test]
fn what_was_answered_is_remembered_in_both_directions() {
    let stand = Stand::serve(tables);
    let engine = Engine::new(options(&stand));
    assert_eq!(engine.answer(CAR, at(0), &places(5)), exact(&places(5)));
    assert_eq!(stand.asked(), 2);
    assert_eq!(engine.answer(CAR, at(0), &places(3)), exact(&places(3)));
    assert_eq!(engine.leg(CAR, at(4), at(0)).unwrap().drive_seconds, 4);
    assert_eq!(engine.leg(CAR, at(4), at(4)), Some(Leg::default()));
    assert_eq!(stand.asked(), 2, "nothing new was asked for");
    assert_eq!(engine.answer(CAR, at(0), &places(6)), exact(&places(6)));
    assert_eq!(stand.asked(), 4, "one place is new");
}

#[test]
fn many_places_are_asked_for_in_parts() {
    let stand = Stand::serve(|number, asked| {
        assert!(asked.path.split('?').next().unwrap().matches(',').count() <= 11, "{}", asked.path);
        tables(number, asked)
    });
    let engine = Engine::new(EngineOptions { places_per_request: 10, ..options(&stand) });
    assert_eq!(engine.answer(CAR, at(0), &places(101)), exact(&places(101)));
    assert_eq!(stand.asked(), 22);
    assert_eq!(engine.answer(CAR, at(0), &[]), exact(&[]));
}

#[test]
fn a_way_in_one_direction_only_reaches_nobody_who_comes_back() {
    let stand =
        Stand::serve(|_, asked| Act::say(200, table(asked, |from, to| (from < to).then_some(7.2))));
    let engine = Engine::new(options(&stand));
    for _ in 0..2 {
        let answer = engine.answer(CAR, at(0), &places(2));
        assert_eq!(answer, Answer { legs: None, is_estimate: false });
    }
    let leg = Leg { drive_seconds: 8, distance_meters: 7 };
    assert_eq!(engine.leg(CAR, at(0), at(1)), Some(leg));
    assert_eq!(engine.leg(CAR, at(1), at(0)), None);
    assert_eq!(stand.asked(), 2);
    assert!(engine.is_exact());
}

#[test]
fn a_place_that_spoils_a_table_is_found() {
    // As Valhalla does it: one place without a road, and all of the table is refused.
    let stand = Stand::serve(|number, asked| {
        if asked.path.contains("43.706000") {
            Act::say(400, r#"{"code": "NoSegment", "message": "..."}"#)
        } else {
            tables(number, asked)
        }
    });
    let engine = Engine::new(options(&stand));
    let unreachable = Answer { legs: None, is_estimate: false };
    assert_eq!(engine.answer(CAR, at(0), &places(9)), unreachable);
    assert_eq!(engine.answer(CAR, at(6), &[at(0), at(1), at(2)]), unreachable);
    assert_eq!(engine.answer(CAR, at(0), &places(5)), exact(&places(5)));
    let asked = stand.asked();
    assert_eq!(engine.answer(CAR, at(0), &places(9)), unreachable);
    assert_eq!(stand.asked(), asked, "that is remembered too");
    assert!(engine.is_exact());
}

#[test]
fn an_engine_that_is_down_is_left_alone() {
    let stand = Stand::serve(tables);
    let gone = Stand::serve(tables).address.clone();
    let options = EngineOptions { addresses: [(); 3].map(|()| gone.clone()), ..options(&stand) };
    assert_given_up(options, &stand, 0);
}

#[test]
fn an_engine_that_hangs_up_is_asked_once_more_and_left_alone() {
    let stand = Stand::serve(|_, _| Act::HangUp);
    assert_given_up(options(&stand), &stand, 2);
}

#[test]
fn an_engine_that_is_silent_is_not_waited_for() {
    let stand = Stand::serve(|_, _| Act::Silence);
    assert_given_up(EngineOptions { retries: 0, ..hasty(&stand) }, &stand, 1);
}

#[test]
fn an_engine_in_trouble_is_asked_as_often_as_the_settings_say() {
    for status in [500, 503, 429] {
        let stand = Stand::serve(move |_, _| Act::say(status, "sorry"));
        assert_given_up(EngineOptions { retries: 2, ..options(&stand) }, &stand, 3);
    }
}

#[test]
fn answers_that_make_no_sense_are_not_asked_for_again() {
    let cells = |cell: &str| {
        format!(
            r#"{{"code": "Ok", "durations": [[{cell}, 1]], "distances": [[1, 1]],
                "sources": [{{"distance": 0}}], "destinations": [{{"distance": 0}}, {{"distance": 0}}]}}"#
        )
    };
    let answers: [(u16, String); 14] = [
        (200, String::new()),
        (200, "{".to_owned()),
        (200, "<html>".to_owned()),
        (200, "[]".to_owned()),
        (200, cells("1").replace("[[1, 1]]", "[[1]]")),
        (200, cells("1").replace("[[1, 1]]", "[[1, 1], [1, 1]]")),
        (200, cells("1").replace("[[1, 1]]", "[]")),
        (200, cells("-1")),
        (200, cells("1e300")),
        (200, cells("\"1\"")),
        (400, r#"{"code": "TooBig"}"#.to_owned()),
        (400, "{}".to_owned()),
        (404, "{}".to_owned()),
        (302, String::new()),
    ];
    for (status, text) in answers {
        let stand = Stand::serve(move |_, _| Act::say(status, &text));
        assert_given_up(options(&stand), &stand, 1);
    }
    // The frame is right: with a sound cell it is an answer.
    let sound = cells("1");
    let stand =
        Stand::serve(
            move |number, asked| {
                if number == 0 { Act::say(200, &sound) } else { tables(number, asked) }
            },
        );
    assert!(!Engine::new(options(&stand)).answer(CAR, at(0), &places(2)).is_estimate);
}

#[test]
fn an_answer_without_end_is_not_read() {
    let huge = vec![b' '; usize::try_from(BODY_BYTES_MAX).unwrap() + 1];
    let stand = Stand::serve(move |_, _| Act::say(200, &huge));
    assert_given_up(options(&stand), &stand, 1);
}

#[test]
fn a_failure_that_passes_is_not_noticed() {
    let stand = Stand::serve(|number, asked| match number {
        0 => Act::say(503, "in a moment"),
        _ => tables(number, asked),
    });
    let engine = Engine::new(options(&stand));
    assert_eq!(engine.answer(CAR, at(0), &places(3)), exact(&places(3)));
    assert!(engine.is_exact());
}

#[test]
fn what_is_known_stays_while_the_engine_is_down_and_the_rest_comes_later() {
    let is_down = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&is_down);
    let stand = Stand::serve(move |number, asked| {
        if switch.load(Ordering::SeqCst) { Act::HangUp } else { tables(number, asked) }
    });
    // It is tried again with the next question.
    let engine = Engine::new(EngineOptions { pause: Duration::ZERO, ..options(&stand) });
    assert_eq!(engine.answer(CAR, at(0), &places(2)), exact(&places(2)));

    is_down.store(true, Ordering::SeqCst);
    let answer = engine.answer(CAR, at(0), &places(3));
    let ([known, guessed], is_estimate) = (
        [&places(2)[..], &[at(3)]].map(|some| engine.answer(CAR, at(0), some)),
        answer.is_estimate,
    );
    assert_eq!((known, is_estimate), (exact(&places(2)), true));
    assert_eq!(guessed, estimate(&[at(3)]));
    assert_eq!(answer.legs.unwrap()[0][..2], exact(&places(2)).legs.unwrap()[0]);
    assert!(!engine.is_exact());

    is_down.store(false, Ordering::SeqCst);
    assert_eq!(engine.answer(CAR, at(0), &places(3)), exact(&places(3)));
    assert!(engine.is_exact());
}

#[test]
fn no_more_requests_are_under_way_than_may_be() {
    let (busy, most) = (Arc::new(std::sync::Mutex::new((0, 0))), 3);
    let seen = Arc::clone(&busy);
    let stand = Stand::serve(move |number, asked| {
        let mut now = seen.lock().unwrap();
        *now = (now.0 + 1, now.1.max(now.0 + 1));
        drop(now);
        let act = tables(number, asked);
        thread::yield_now();
        seen.lock().unwrap().0 -= 1;
        act
    });
    let engine = Engine::new(EngineOptions { requests_at_once: most, ..options(&stand) });
    thread::scope(|scope| {
        for number in 0..8 {
            let engine = &engine;
            scope.spawn(move || {
                let answer = engine.answer(CAR, at(1000 + number), &places(20));
                assert!(!answer.is_estimate);
            });
        }
    });
    assert_eq!(stand.asked(), 16);
    assert!((1..=most).contains(&busy.lock().unwrap().1));
}
