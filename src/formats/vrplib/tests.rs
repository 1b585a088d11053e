//! One invented instance of each class, with a solution that is computed by hand.

use crate::formats::benchmark;
use crate::formats::benchmark::Benchmark;
use crate::formats::rounding::Rounding;
use crate::formats::solution;
use crate::formats::solution_json::SolutionRoute;
use crate::solver::check::Required;
use crate::solver::check::check;
use crate::solver::check::cost;

/// A depot and three clients, 5, 10 and 9 away; the first two lie on one line.
const PLACES: &str = "EDGE_WEIGHT_TYPE: EUC_2D\nDIMENSION: 4\n\
    NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\n4 0 9\n\
    DEMAND_SECTION\n1 0\n2 10\n3 10\n4 5\n";

const WINDOWS: &str = "TIME_WINDOW_SECTION\n1 0 200\n2 0 100\n3 20 100\n4 0 150\n";

const DEPOT: &str = "DEPOT_SECTION\n1\n-1\nEOF\n";

fn cvrp() -> String {
    format!("NAME: tiny\nTYPE: CVRP\nCAPACITY: 20\n{PLACES}{DEPOT}")
}

fn vrptw() -> String {
    format!(
        "TYPE : VRPTW\nCAPACITY : 20\nVEHICLES : 2\nSERVICE_TIME : 10\n{PLACES}{WINDOWS}{DEPOT}"
    )
}

fn multi_trip() -> String {
    let reload = "RELEASE_TIME_SECTION\n1 0\n2 0\n3 30\n4 12\nVEHICLES_RELOAD_DEPOT_SECTION\n1 1\n";
    format!("TYPE: MTVRPTWR\nCAPACITY: 20\nVEHICLES: 1\n{PLACES}{WINDOWS}{reload}{DEPOT}")
}

fn prizes() -> String {
    let prizes = "PRIZE_SECTION\n1 0\n2 0\n3 30\n4 2.55\n";
    format!("TYPE: PCVRPTW\nCAPACITY: 20\nVEHICLES: 2\n{PLACES}{WINDOWS}{prizes}{DEPOT}")
}

/// Two small cheap vehicles and a large one.
fn unlike_vehicles() -> String {
    let fleet = "CAPACITY_SECTION\n1 10\n2 10\n3 25\n\
        VEHICLES_FIXED_COST_SECTION\n1 100\n2 100\n3 150\n\
        VEHICLES_UNIT_DISTANCE_COST_SECTION\n1 2\n2 2\n3 3\n";
    format!("TYPE: HFVRP\nVEHICLES: 3\n{PLACES}{fleet}{DEPOT}")
}

/// The first vehicle may only visit the first client, the second the others, the third everybody.
fn site_dependent() -> String {
    let lists = "VEHICLES_ALLOWED_CLIENTS_SECTION\n1 2\n2 3 4\n3 2 3 4\n";
    format!("TYPE: SDVRPTW\nVEHICLES: 3\nCAPACITY: 20\n{PLACES}{lists}{DEPOT}")
}

fn groups() -> String {
    let groups = "MUTUALLY_EXCLUSIVE_GROUP_SECTION\n1 2\n2 3 4\n";
    format!("TYPE: GVRP\nCAPACITY: 20\n{PLACES}{groups}{DEPOT}")
}

/// Two depots, 100 apart; the first has one vehicle, the second two.
fn depots() -> String {
    "TYPE: MDVRPTW\nEDGE_WEIGHT_TYPE: EUC_2D\nDIMENSION: 5\nVEHICLES: 3\nCAPACITY: 20\n\
        VEHICLES_MAX_DURATION: 30\n\
        NODE_COORD_SECTION\n1 0 0\n2 100 0\n3 3 4\n4 100 10\n5 103 4\n\
        DEMAND_SECTION\n1 0\n2 0\n3 5\n4 5\n5 5\n\
        SERVICE_TIME_SECTION\n1 0\n2 0\n3 2\n4 3\n5 4\n\
        TIME_WINDOW_SECTION\n1 0 200\n2 0 150\n3 0 100\n4 0 100\n5 50 60\n\
        VEHICLES_DEPOT_SECTION\n1 1\n2 2\n3 2\nDEPOT_SECTION\n1\n2\n-1\nEOF\n"
        .to_owned()
}

/// Longer one way than the other, in tabs and blanks.
fn matrix() -> String {
    "NAME : ways\nTYPE : VRPTW\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EXPLICIT\nVEHICLES : 2\n\
        EDGE_WEIGHT_FORMAT : FULL_MATRIX\nCAPACITY : 145\nEDGE_WEIGHT_SECTION\n\
        0\t100\t200\n110\t0\t50\n 230  60  0\n\
        DEMAND_SECTION\n1\t0\n2\t4\n3\t10\nDEPOT_SECTION\n1\n-1\n\
        SERVICE_TIME_SECTION\n1\t0\n2\t480\n3\t780\n\
        TIME_WINDOW_SECTION\n1\t0\t45000\n2\t0\t26700\n3\t0\t19500\nEOF\n"
        .to_owned()
}

fn read(text: &str) -> Benchmark {
    benchmark::read("a.vrp", text, None).unwrap()
}

/// Everything that is wrong with a solution, and its cost.
fn examine(text: &str, solution: &str) -> (i64, Vec<String>) {
    let benchmark = read(text);
    let claim = solution::read("a.sol", solution, &benchmark).unwrap();
    let cost = cost(&benchmark.problem, &benchmark.matrices, &claim.plans);
    if let Some(stated) = claim.cost {
        assert!(stated.agrees(&benchmark, cost), "{stated} is not {cost}");
    }
    let violations = check(&benchmark.problem, &benchmark.matrices, &claim.plans, Required::All);
    let violations = violations.iter().map(|violation| format!("{violation}"));
    (cost, claim.findings.into_iter().chain(violations).collect())
}

#[test]
fn solutions_of_each_class_read_back_to_their_cost() {
    let cases = [
        (cvrp(), "Route #1: 1 2\nRoute #2: 3\nCost 38\n", 38),
        (vrptw(), "Route #1: 1 2\nRoute #2: 3\nCost 38.0\n", 380),
        // Out and back twice 5, then 10, the 6.0 that remain of the square root of 37, and 9.
        (multi_trip(), "Route #1: 1 0 2 3\nCost: 350\n", 350),
        // Two times 10, and the prize of 2.55 that is left.
        (prizes(), "Route #1: 1 2\nCost: 225\n", 225),
        // (100 + 2 * 10) + (150 + 3 * (10 + 6.083 + 9)).
        (unlike_vehicles(), "Route #1: 1\nRoute #2:\nRoute #3: 2 3\nCost: 3.45\n", 345_249),
        (site_dependent(), "Route #1: 1\nRoute #2: 3\nRoute #3: 2\nCost: 48000\n", 48_000),
        (groups(), "Route #1: 1\nRoute #2: 3\nCost 28\n", 28),
        (depots(), "Route #1: 2\nRoute #2: 3\nRoute #3: 4\nCost: 40000\n", 40_000),
        (matrix(), "Route #1: 1 2\nCost: 380\n", 100 + 50 + 230),
        (matrix(), "Route #1: 2 1\nCost: 370\n", 200 + 60 + 110),
    ];
    for (text, solution, expected) in cases {
        assert_eq!(examine(&text, solution), (expected, vec![]), "{text}");
    }
}

#[test]
fn a_solution_of_one_class_breaks_the_rules_of_another() {
    let cases = [
        (vrptw(), "Route #1: 1 0 2\nRoute #2: 3", "vehicle 0 makes 2 trips, at most 1 are allowed"),
        (multi_trip(), "Route #1: 1 2 3", "trip 0 of vehicle 0 carries 25 of load 0, 20 fit"),
        (prizes(), "Route #1: 2 3", "client 0 is not visited"),
        (unlike_vehicles(), "Route #1: 1 3", "trip 0 of vehicle 0 carries 15 of load 0, 10 fit"),
        (site_dependent(), "Route #1: 2", "vehicle 0 lacks a skill that client 1 asks for"),
        (site_dependent(), "Route #2: 1", "vehicle 1 lacks a skill that client 0 asks for"),
        (
            depots(),
            "Route #1: 2\nRoute #4: 3 4",
            "route #4 needs a vehicle more than the 3 there are",
        ),
        (depots(), "Route #1: 2 1 3", "vehicle 0 loads at depot 1, where it may not"),
        (cvrp(), "Route #1: 1 9", "route #1: 9 is not a client"),
        (cvrp(), "Route #1: 1 0 0 2", "route #1: trip 1 visits nobody"),
    ];
    for (text, solution, expected) in cases {
        let (_, findings) = examine(&text, solution);
        assert!(findings.iter().any(|finding| finding == expected), "{expected}: {findings:?}");
    }
}

#[test]
fn vehicles_that_are_alike_are_of_one_kind() {
    let kinds = |text: &str| -> Vec<u16> {
        read(text).problem.vehicles.iter().map(|vehicle| vehicle.kind).collect()
    };
    assert_eq!(kinds(&unlike_vehicles()), [0, 0, 1]);
    assert_eq!(kinds(&depots()), [0, 1, 1]);
    assert_eq!(kinds(&site_dependent()), [0, 1, 2]);
    assert_eq!(kinds(&cvrp()), [0, 0, 0], "no fleet means a vehicle for each client");
}

#[test]
fn a_vehicle_is_at_home_at_its_depot() {
    let problem = read(&depots()).problem;
    let vehicle = &problem.vehicles[2];
    assert_eq!((vehicle.start_location, vehicle.end_location), (1, Some(1)));
    assert_eq!(vehicle.depots, 0b10);
    assert_eq!((vehicle.latest_end, vehicle.duration_max), (150_000, 30_000));
    assert_eq!(problem.clients[2].service, 4_000);
    assert_eq!(problem.clients[2].location, 4);
}

#[test]
fn what_is_not_said_is_as_usual_for_the_type() {
    assert_eq!(read(&cvrp()).rounding, Rounding::Round);
    assert_eq!(read(&vrptw()).rounding, Rounding::Dimacs);
    assert_eq!(read(&depots()).rounding, Rounding::Exact);
    assert_eq!(read(&matrix()).rounding, Rounding::Trunc);
    let half = cvrp()
        .replace("EUC_2D", "EXPLICIT\nEDGE_WEIGHT_FORMAT: LOWER_ROW")
        .replace("DEMAND_SECTION", "EDGE_WEIGHT_SECTION\n1 2\n3 4 5 6\nDEMAND_SECTION");
    let (cost, findings) = examine(&half, "Route #1: 2 1\nRoute #2: 3");
    assert_eq!((cost, findings), (2 + 3 + 1 + 4 + 4, vec![]));
}

#[test]
fn routes_are_written_as_they_are_read() {
    let benchmark = read(&depots());
    let claim = solution::read("a.sol", "Route #1: 2\nRoute #3: 4 3\n", &benchmark).unwrap();
    let routes: Vec<_> =
        claim.plans.iter().map(|plan| SolutionRoute::new(&benchmark, plan)).collect();
    let json = serde_json::json!({ "routes": routes }).to_string();
    let expected = r#"{"routes":[{"end_depot":0,"start_depot":0,"trips":[[2]],"vehicle_type":0},{"end_depot":1,"start_depot":1,"trips":[[4,3]],"vehicle_type":1}]}"#;
    assert_eq!(json, expected);
    let again = solution::read("a.json", &json, &benchmark).unwrap();
    // The first vehicle that is like the third is the second.
    assert_eq!(again.plans[1], (1, claim.plans[1].1.clone()));
}

#[test]
fn routes_that_do_not_suit_the_depots_are_refused_in_words() {
    let cases = [
        (
            r#"{"start_depot": 1, "trips": [[2]]}"#,
            "it starts at depot 1, vehicles of type 0 at depot 0",
        ),
        (r#"{"end_depot": 7, "trips": [[2]]}"#, "there is no depot 7"),
        (r#"{"trip_depots": [0], "trips": [[2], [3]]}"#, "1 trip depots for 2 trips"),
        (r#"{"trip_depots": [9], "trips": [[2]]}"#, "there is no depot 9"),
        (r#"{"trips": [[1]]}"#, "1 is not a client"),
        (
            r#"{"vehicle_type": 4, "trips": [[2]]}"#,
            "needs one more vehicle of type 4 than there are",
        ),
        (r#"{"trip_depots": [1], "trips": [[2]]}"#, "vehicle 0 loads at depot 1, where it may not"),
    ];
    for (route, expected) in cases {
        let (_, findings) = examine(&depots(), &format!(r#"{{"routes": [{route}]}}"#));
        assert!(findings.iter().any(|it| it.contains(expected)), "{expected}: {findings:?}");
    }
}

#[test]
fn what_is_malformed_is_named_with_its_line_and_value() {
    let cases = [
        (
            cvrp().replace("TYPE: CVRP", "TYPE: VRPB"),
            "line 2, header: TYPE is \"VRPB\", one of CVRP",
        ),
        (cvrp().replace("EUC_2D", "GEO"), "EDGE_WEIGHT_TYPE is \"GEO\", EUC_2D or EXPLICIT is"),
        (cvrp().replace("2 10\n", "2 10 1 1\n"), "3 values for node 2, 1 to 2 are expected"),
        (cvrp().replace("1 0\n2 10", "1 3\n2 10"), "\"3\", a whole number from 0 to 0 is expected"),
        (
            cvrp().replace("NAME: tiny", "DISTANCE: 200"),
            "line 1, header: DISTANCE is not understood",
        ),
        (
            cvrp().replace("NAME: tiny", "TYPE: CVRP"),
            "line 2, header: TYPE is there twice, first in",
        ),
        (cvrp().replace("\n1\n-1", "\n2\n-1"), "DEPOT_SECTION: depot \"2\", 1 is expected"),
        (cvrp().replace("\n1\n-1", "\n-1"), "DEPOT_SECTION: there is no depot"),
        (cvrp().replace("EOF", "BACKHAUL_SECTION"), "backhauls and pickups are not understood"),
        (cvrp().replace("EOF", "CAPACITY_SECTION\n1 5"), "line 3 already gives CAPACITY for all"),
        (
            cvrp().replace("EOF", "EDGE_WEIGHT_SECTION"),
            "EDGE_WEIGHT_TYPE is \"EUC_2D\", EXPLICIT, as",
        ),
        (vrptw().replace("3 20 100", "3 20 10"), "the window closes at 10 before it opens at 20"),
        (prizes().replace("4 2.55", "4 -2.55"), "PRIZE_SECTION: \"-2.55\", a number from 0 to"),
        (prizes().replace("4 2.55", "4 1e300"), "PRIZE_SECTION: \"1e300\", a number from 0 to"),
        (
            depots().replace("3 2\nDEPOT", "3 9\nDEPOT"),
            "VEHICLES_DEPOT_SECTION: \"9\", a whole number",
        ),
        (
            depots().replace("\n3 2\nDEPOT", "\nDEPOT"),
            "VEHICLES_DEPOT_SECTION: vehicle 3 is missing",
        ),
        (depots().replace("VEHICLES_DEPOT_SECTION\n1 1\n2 2\n3 2\n", ""), "and there are 2 depots"),
        (depots().replace("VEHICLES_DEPOT", "VEHICLES_RELOAD_DEPOT"), "and there are 2 depots"),
        (
            depots().replace("\nDEPOT_S", "\nVEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2 1\n3\nDEPOT_S"),
            "vehicle 2 cannot reload at depot 2, where it starts",
        ),
        (unlike_vehicles().replace("3 25\n", "3\n"), "0 values for vehicle 3, 1 to 2 are expected"),
        (
            unlike_vehicles().replace("3 3\n", "3 2.5\n"),
            "\"2.5\", a whole number from 0 to 1000000",
        ),
        (site_dependent().replace("2 3 4\n3", "2 1 4\n3"), "\"1\", a whole number from 2 to 4"),
        (groups().replace("2 3 4\n", "2 3 3\n"), "GROUP_SECTION: node 3 is there twice"),
        (
            matrix().replace(" 60 ", " -60 "),
            "line 11, EDGE_WEIGHT_SECTION: \"-60\", a number from 0",
        ),
        (matrix().replace("  60 ", ""), "EDGE_WEIGHT_SECTION: 8 distances, 9 are expected"),
        (matrix().replace("  60 ", " 60 60 "), "\"0\" is one more than the 9 expected"),
        (
            matrix().replace("FULL_MATRIX", "UPPER_ROW"),
            "is \"UPPER_ROW\", FULL_MATRIX or LOWER_ROW",
        ),
    ];
    for (text, expected) in cases {
        let error = benchmark::read("a.vrp", &text, None).unwrap_err().to_string();
        assert!(
            error.starts_with("a.vrp, line ") && error.contains(expected),
            "{expected}: {error}"
        );
    }
}

#[test]
fn a_client_that_must_and_cannot_be_visited_is_a_contradiction() {
    let cases = [
        (
            cvrp().replace("2 10\n", "2 21\n"),
            "client 1: its load 21 and 0 is more than any vehicle",
        ),
        (
            vrptw().replace("4 0 150", "4 0 8"),
            "client 3: no vehicle can be there in its window 0 to 80",
        ),
        (
            vrptw().replace("4 0 150", "4 35 150").replace("1 0 200", "1 0 40"),
            "client 3: no vehicle",
        ),
        (
            site_dependent().replace("1 2\n2 3 4\n3 2 3 4\n", "1 2\n2 4\n3 2 4\n"),
            "client 2: no vehicle may visit it",
        ),
    ];
    for (text, expected) in cases {
        let error = benchmark::read("a.vrp", &text, None).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let optional = prizes().replace("4 0 150", "4 0 8");
    assert!(benchmark::read("a.vrp", &optional, None).is_ok(), "it can be left out");
    let replaced = groups().replace("4 5\n", "4 50\n");
    assert!(benchmark::read("a.vrp", &replaced, None).is_ok(), "another one can stand in for it");
}
