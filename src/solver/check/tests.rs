//! Each rule, kept and broken. All places lie on a line: location 3 is 3 seconds and 3 meters from 0.

use crate::solver::check::Required;
use crate::solver::check::check;
use crate::solver::check::cost;
use crate::solver::problem::Break;
use crate::solver::problem::Client;
use crate::solver::problem::Depot;
use crate::solver::problem::Gap;
use crate::solver::problem::KindService;
use crate::solver::problem::Leg;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::segment::NEVER;
use crate::solver::trip::Trip;

struct Line;

impl Legs for Line {
    fn leg(&self, _: u8, from: u32, to: u32) -> Leg {
        let seconds = i32::try_from(from.abs_diff(to)).unwrap();
        Leg { drive_seconds: seconds, distance_meters: seconds }
    }
}

/// Clients 0, 1 and 2 at 10, 20 and 30, a depot and the vehicle at 0. A second of driving costs 1.
fn line() -> Problem {
    let client = |location| Client { location, ..Client::default() };
    Problem {
        locations: 31,
        depots: vec![Depot { location: 0, opens: -NEVER, closes: NEVER, loading: 0 }],
        vehicles: vec![Vehicle { cost_per_second: 1, trips_max: 9, ..Vehicle::default() }; 2],
        clients: vec![client(10), client(20), client(30)],
        ..Problem::default()
    }
}

fn trip(clients: &[u32]) -> Trip {
    Trip { depot: 0, clients: clients.to_vec() }
}

/// The routes of the vehicles in order; one list of clients per trip.
type Routes<'a> = &'a [&'a [&'a [u32]]];

/// What is wrong, or else what it costs.
fn story(problem: &Problem, routes: Routes<'_>) -> String {
    let plan = |trips: &&[&[u32]]| trips.iter().map(|clients| trip(clients)).collect();
    let plans: Vec<(u32, Vec<Trip>)> = (0..).zip(routes.iter().map(plan)).collect();
    let violations = check(problem, &Line, &plans, Required::All);
    if violations.is_empty() {
        return format!("cost {}", cost(problem, &Line, &plans));
    }
    violations.iter().map(|violation| format!("{violation}")).collect::<Vec<_>>().join("; ")
}

/// Tells the story of all three in one trip, after a change to the problem.
fn all(change: impl Fn(&mut Problem)) -> String {
    let mut problem = line();
    change(&mut problem);
    story(&problem, &[&[&[0, 1, 2]]])
}

fn rest(opens: i32, closes: i32, seconds: i32) -> Break {
    Break { opens, closes, seconds }
}

#[test]
fn everybody_is_visited_once() {
    let problem = line();
    assert_eq!(story(&problem, &[&[&[0, 1, 2]]]), "cost 60");
    assert_eq!(story(&problem, &[&[&[0], &[2, 1]]]), "cost 80");
    assert_eq!(story(&problem, &[&[&[0, 2]]]), "client 1 is not visited");
    assert_eq!(story(&problem, &[&[&[0, 1]], &[&[1, 2]]]), "client 1 is visited more than once");
}

#[test]
fn a_client_with_a_prize_may_be_left_out_for_it() {
    let mut problem = line();
    problem.clients[2].prize = Some(15);
    assert_eq!(story(&problem, &[&[&[0, 1]]]), "cost 55");
    assert_eq!(story(&problem, &[&[&[0, 1, 2]]]), "cost 60");
    assert_eq!(story(&problem, &[&[&[0, 2]]]), "client 1 is not visited");
}

#[test]
fn one_of_a_group_is_visited() {
    let mut problem = line();
    problem.groups = vec![vec![1, 2]];
    assert_eq!(story(&problem, &[&[&[0, 1]]]), "cost 40");
    assert_eq!(story(&problem, &[&[&[0, 2]]]), "cost 60");
    assert_eq!(story(&problem, &[&[&[0]]]), "no client of group 0 is visited");
    let both = "more than one client of group 0 is visited";
    assert_eq!(story(&problem, &[&[&[0, 1, 2]]]), both);
    problem.clients[2].prize = Some(7);
    assert_eq!(story(&problem, &[&[&[0]]]), "no client of group 0 is visited");
    problem.clients[1].prize = Some(5);
    assert_eq!(story(&problem, &[&[&[0]]]), "cost 25");
    assert_eq!(story(&problem, &[&[&[0, 1, 2]]]), both);
}

#[test]
fn another_one_of_the_group_will_do() {
    let mut problem = line();
    problem.groups = vec![vec![1, 2]];
    let plan = [(0, vec![trip(&[2])])];
    assert_eq!(check(&problem, &Line, &plan, Required::These(&[1])), []);
    assert_eq!(check(&problem, &Line, &plan, Required::These(&[0])).len(), 1);
    assert_eq!(check(&problem, &Line, &plan, Required::None), []);
}

#[test]
fn a_client_may_have_a_vehicle_of_its_own() {
    let mut problem = line();
    problem.clients[2].vehicle = Some(1);
    assert_eq!(story(&problem, &[&[&[0, 1]], &[&[2]]]), "cost 100");
    let wrong = "client 2 is visited by vehicle 0 instead of vehicle 1";
    assert_eq!(story(&problem, &[&[&[0, 1, 2]]]), wrong);
}

#[test]
fn locked_trips_come_first_and_unchanged() {
    let mut problem = line();
    problem.vehicles[0].locked = vec![trip(&[1]), trip(&[0])];
    assert_eq!(story(&problem, &[&[&[1], &[0], &[2]]]), "cost 120");
    let changed = |trip| format!("trip {trip} of vehicle 0 is locked and not as it was");
    assert_eq!(story(&problem, &[&[&[1], &[0, 2]]]), changed(1));
    assert_eq!(story(&problem, &[&[&[2], &[1], &[0]]]), changed(0));
    assert_eq!(story(&problem, &[&[], &[&[0, 1, 2]]]), changed(0));
    assert_eq!(story(&problem, &[]).split("; ").next(), Some(changed(0).as_str()));
}

#[test]
fn service_starts_at_the_edges_of_a_gap_but_not_inside() {
    let end = |after: i32, until: i32| {
        all(|problem| {
            problem.gaps = vec![Gap { client: 1, after, until }];
            problem.vehicles[0].latest_end = 59;
        })
    };
    assert_eq!(end(20, 35), "vehicle 0 is done at 60, after 59");
    assert_eq!(end(5, 20), "vehicle 0 is done at 60, after 59");
    assert_eq!(end(19, 35), "vehicle 0 is done at 75, after 59");
    let mut problem = line();
    problem.gaps =
        vec![Gap { client: 1, after: 15, until: 25 }, Gap { client: 1, after: 26, until: 40 }];
    problem.clients[1].closes = 24;
    let late = "service at client 1 by vehicle 0 starts at 25, after 24";
    assert_eq!(story(&problem, &[&[&[0, 1, 2]]]), late);
}

#[test]
fn service_takes_some_kinds_longer() {
    let mut problem = line();
    problem.clients[0].service = 5;
    problem.vehicles[0].kind = 3;
    problem.vehicles[0].latest_end = 61;
    problem.vehicles[1].latest_end = 61;
    problem.services = vec![KindService { client: 0, kind: 3, seconds: 1 }];
    assert_eq!(story(&problem, &[&[&[0, 1, 2]]]), "cost 60");
    assert_eq!(story(&problem, &[&[], &[&[0, 1, 2]]]), "vehicle 1 is done at 65, after 61");
}

#[test]
fn lateness_and_overtime_cost_by_the_second() {
    let late = |opens: i32| {
        all(|problem| {
            problem.clients[1].due = 15;
            problem.clients[1].opens = opens;
            problem.clients[1].cost_per_late_second = 100;
        })
    };
    assert_eq!(late(0), "cost 560");
    assert_eq!(late(22), "cost 760");
    let overtime = all(|problem| {
        problem.vehicles[0].overtime_from = 57;
        problem.vehicles[0].cost_per_overtime_second = 10;
    });
    assert_eq!(overtime, "cost 90");
}

#[test]
fn a_route_lasts_from_its_latest_start() {
    // It is over at 1,050, leaves at 990 and waits nowhere.
    let waits = |duration_max: i32| {
        all(|problem| {
            problem.clients[1].opens = 1_010;
            problem.vehicles[0].duration_max = duration_max;
            problem.vehicles[0].cost_per_duration_second = 2;
        })
    };
    assert_eq!(waits(60), "cost 180");
    assert_eq!(waits(59), "the route of vehicle 0 lasts 60, at most 59 is allowed");
    // The first client closes at 500, so 500 seconds are waited at the second.
    let held = all(|problem| {
        problem.clients[0].closes = 500;
        problem.clients[1].opens = 1_010;
        problem.vehicles[0].cost_per_duration_second = 1;
    });
    assert_eq!(held, format!("cost {}", 60 + 60 + 500));
    let fixed = all(|problem| {
        problem.vehicles[0].available = 995;
        problem.clients[1].opens = 1_010;
        problem.vehicles[0].cost_per_duration_second = 1;
    });
    assert_eq!(fixed, "cost 120");
}

#[test]
fn a_route_has_no_more_meters_than_allowed() {
    let far = |distance_max: i64| all(|problem| problem.vehicles[0].distance_max = distance_max);
    assert_eq!(far(60), "cost 60");
    assert_eq!(far(59), "the route of vehicle 0 has 60 meters, 59 are allowed");
}

/// How late it is over, with these breaks.
fn over(breaks: &[Break], change: impl Fn(&mut Problem)) -> String {
    all(|problem| {
        problem.vehicles[0].breaks = breaks.to_vec();
        problem.vehicles[0].latest_end = -1;
        change(problem);
    })
}

#[test]
fn a_break_is_taken_where_the_vehicle_is() {
    // At client 1, between 20 and 25.
    assert_eq!(over(&[rest(15, 25, 7)], |_| ()), "vehicle 0 is done at 67, after -1");
    // Only between 11 and 19: on the road; it must be taken before leaving client 0, waiting there.
    assert_eq!(over(&[rest(11, 19, 7)], |_| ()), "vehicle 0 is done at 68, after -1");
    // Within a wait it costs no time.
    let waits = |problem: &mut Problem| problem.clients[1].opens = 30;
    assert_eq!(over(&[rest(15, 25, 7)], waits), "vehicle 0 is done at 70, after -1");
    // Not due when the route is over by then, or begins after it.
    assert_eq!(over(&[rest(15, 60, 7)], |_| ()), "vehicle 0 is done at 60, after -1");
    let later = |problem: &mut Problem| problem.vehicles[0].available = 26;
    assert_eq!(over(&[rest(15, 25, 7)], later), "vehicle 0 is done at 86, after -1");
}

#[test]
fn a_break_during_service_comes_before_or_after_it() {
    let long = |problem: &mut Problem| problem.clients[1].service = 100;
    assert_eq!(over(&[rest(50, 90, 7)], long), "vehicle 0 is done at 197, after -1");
    assert_eq!(over(&[rest(50, 120, 7)], long), "vehicle 0 is done at 167, after -1");
}

#[test]
fn breaks_are_taken_in_order() {
    let both = [rest(0, 20, 5), rest(0, 30, 5)];
    assert_eq!(over(&both, |_| ()), "vehicle 0 is done at 70, after -1");
    let crossed = [rest(40, 60, 5), rest(0, 30, 5)];
    let missed = "vehicle 0 has no break 1 by 30 and is not done before 60";
    assert!(over(&crossed, |_| ()).ends_with(missed));
}

#[test]
fn a_break_that_there_is_no_time_for_is_missed() {
    let tight = |problem: &mut Problem| {
        problem.clients[1].closes = 24;
        problem.vehicles[0].latest_end = 100;
    };
    assert_eq!(over(&[rest(0, 19, 4)], tight), "cost 60");
    let missed = "vehicle 0 has no break 0 by 19 and is not done before 60";
    assert_eq!(over(&[rest(0, 19, 5)], tight), missed);
    let no_time = |problem: &mut Problem| {
        tight(problem);
        problem.clients[1].service = 50;
    };
    // After service is too late for it, before it makes the next one late.
    let missed = "vehicle 0 has no break 0 by 69 and is not done before 110";
    let late = over(&[rest(15, 69, 7)], no_time);
    assert_eq!(late, format!("vehicle 0 is done at 110, after 100; {missed}"));
}

#[test]
fn what_lateness_costs_is_that_of_the_earliest_end() {
    let due = |problem: &mut Problem| {
        problem.clients[1].due = 20;
        problem.clients[1].cost_per_late_second = 1;
        problem.vehicles[0].latest_end = NEVER;
    };
    // Equally early before and after service at client 1: then nobody is late for nothing.
    assert_eq!(over(&[rest(20, 20, 5)], due), "cost 60");
    assert_eq!(over(&[rest(21, 29, 5)], due), "cost 60");
    let waits = |problem: &mut Problem| {
        due(problem);
        (problem.clients[1].opens, problem.clients[1].due) = (25, 25);
    };
    // Who rests while waiting ends earlier, and is late.
    assert_eq!(over(&[rest(20, 29, 8)], waits), "cost 63");
}
