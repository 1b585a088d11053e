//! `punctual solve` and `punctual check`, through the built program.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

fn punctual(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_punctual")).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Twelve clients on a circle around the depot, with windows of half a day and releases.
fn multi_trip() -> String {
    let mut text = "NAME: circle\nTYPE: MTVRPTWR\nEDGE_WEIGHT_TYPE: EUC_2D\nDIMENSION: 13\n\
        VEHICLES: 2\nCAPACITY: 30\nSERVICE_TIME: 5\nNODE_COORD_SECTION\n1 50 50\n"
        .to_owned();
    let places: [(i32, i32); 12] = [
        (90, 50),
        (85, 70),
        (70, 85),
        (50, 90),
        (30, 85),
        (15, 70),
        (10, 50),
        (15, 30),
        (30, 15),
        (50, 10),
        (70, 15),
        (85, 30),
    ];
    for (node, (x, y)) in (2..).zip(places) {
        writeln!(text, "{node} {x} {y}").unwrap();
    }
    text += "DEMAND_SECTION\n1 0\n";
    (2..=13).for_each(|node| writeln!(text, "{node} 10").unwrap());
    text += "TIME_WINDOW_SECTION\n1 0 1000\n";
    (2..=13).for_each(|node| writeln!(text, "{node} {} 800", 20 * node).unwrap());
    text += "RELEASE_TIME_SECTION\n1 0\n";
    (2..=13).for_each(|node| writeln!(text, "{node} {}", 15 * node).unwrap());
    text + "VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2 1\nDEPOT_SECTION\n1\n-1\nEOF\n"
}

const SOLOMON: &str = "\
tiny

VEHICLE
NUMBER     CAPACITY
  3         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME

    0      0          0          0          0        200          0
    1      3          4         10          0        100         10
    2      6          8         10         20        100         10
    3      0          9          5          0        150         10
";

struct Files {
    directory: TempDir,
}

impl Files {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        text_of(&self.path(name))
    }
}

fn text_of(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_solve_writes_passes_check() {
    for (name, text, served) in
        [("circle.vrp", multi_trip(), 12), ("tiny.txt", SOLOMON.to_owned(), 3)]
    {
        let files = Files::new();
        let instance = files.write(name, &text);
        let solution = text_of(&files.path("solution.json"));
        let solved = punctual(&["solve", &instance, "--iterations", "2000", "--out", &solution]);
        assert!(solved.status.success(), "{}", stderr(&solved));
        let written: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&solution).unwrap()).unwrap();
        let trips = written["routes"].as_array().unwrap().iter();
        let clients: usize = trips
            .flat_map(|route| route["trips"].as_array().unwrap())
            .map(|trip| trip.as_array().unwrap().len())
            .sum();
        assert_eq!(clients, served);
        assert_eq!(written["feasible"], true);
        let checked = punctual(&["check", &instance, &solution]);
        assert!(checked.status.success(), "{}", stdout(&checked));
        assert!(stdout(&checked).contains(&format!("cost {}", written["cost"])));
    }
}

#[test]
fn a_bound_is_proven_when_asked_for() {
    let files = Files::new();
    let instance = files.write("tiny.txt", SOLOMON);
    let solution = text_of(&files.path("solution.json"));
    let solve = ["solve", &instance, "--iterations", "500", "--out", &solution];
    let solved = punctual(&[&solve[..], &["--bound", "60"]].concat());
    // Any two clients fit one trip: half of each pair is 20.0 / 2 + 19.8 / 2 + 25.0 / 2.
    assert!(stdout(&solved).contains("bound       324\ngap         8.02 %\n"), "{solved:?}");
    let written = fs::read_to_string(&solution).unwrap();
    assert!(written.contains("\"bound\":324"), "{written}");
    let solved = punctual(&solve);
    assert!(!stdout(&solved).contains("bound"), "{solved:?}");
    assert!(fs::read_to_string(&solution).unwrap().contains("\"bound\":null"));
}

#[test]
fn the_same_seed_gives_the_same_json_line_but_for_seconds() {
    let files = Files::new();
    let instance = files.write("circle.vrp", &multi_trip());
    let line = || {
        let output = punctual(&["solve", &instance, "--iterations", "500", "--json"]);
        let mut line: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        line.as_object_mut().unwrap().remove("seconds");
        line
    };
    let first = line();
    assert_eq!(first["name"], "circle");
    assert_eq!(first, line());
}

#[test]
fn a_solution_is_refused_in_words() {
    let cases = [
        (r#"{"routes": [{"trips": [[1, 2]]}]}"#, "client 3 is not visited"),
        (r#"{"routes": [{"trips": [[1, 2, 3]]}]}"#, "carries 25 of load 0, 20 fit"),
        (r#"{"routes": [{"trips": [[1], [2], [3]]}]}"#, "makes 3 trips, at most 1 are allowed"),
        (r#"{"routes": [{"trips": [[1, 2, 1]]}]}"#, "client 1 is visited more than once"),
        (r#"{"routes": [{"trips": [[7]]}]}"#, "7 is not a client"),
        (
            r#"{"cost": 1, "routes": [{"trips": [[1, 2]]}, {"trips": [[3]]}]}"#,
            "says it costs 1, it costs 380",
        ),
    ];
    let files = Files::new();
    let instance = files.write("tiny.txt", SOLOMON);
    for (solution, finding) in cases {
        let path = files.write("solution.json", solution);
        let output = punctual(&["check", &instance, &path]);
        assert_eq!(output.status.code(), Some(1), "{solution}");
        assert!(stdout(&output).contains(finding), "{finding}: {}", stdout(&output));
    }
}

#[test]
fn lateness_is_found_by_check() {
    let files = Files::new();
    let instance = files.write("tiny.txt", &SOLOMON.replace("100         10", "4         10"));
    let solution = files.write(
        "solution.json",
        r#"{"routes": [{"trips": [[1]]}, {"trips": [[2]]}, {"trips": [[3]]}]}"#,
    );
    let output = punctual(&["check", &instance, &solution]);
    assert_eq!(output.status.code(), Some(2), "a window that closes before it opens is refused");
    assert!(stderr(&output).contains("due date 4 is before ready time 20"), "{}", stderr(&output));
    let late = SOLOMON.replace("0        150", "0          9");
    let instance = files.write("late.txt", &late);
    let solution = files.write("late.sol", "Route #1: 1 3\nRoute #2: 2\n");
    let output = punctual(&["check", &instance, &solution]);
    assert!(
        stdout(&output).contains("client 3 by vehicle 0 starts at 208, after 90"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn errors_name_file_line_section_and_value() {
    let good = multi_trip();
    let cases = [
        (good.replace("CAPACITY: 30", "CAPACITY: many"), "line 6, header: CAPACITY is \"many\""),
        (good.replace("TYPE: MTVRPTWR", "TYPE: TSP"), "line 2, header: TYPE is \"TSP\""),
        (good.replace("2 90 50", "2 90 east"), "line 10, NODE_COORD_SECTION: \"east\""),
        (good.replace("3 10\n", "99 10\n"), "DEMAND_SECTION: \"99\" is not a node"),
        (good.replace("\n5 75\n", "\n"), "RELEASE_TIME_SECTION: node 5 is missing"),
        (good.replace("DIMENSION: 13\n", ""), "header: DIMENSION is missing"),
        (good.replace("RELEASE_TIME_SECTION", "HEIGHT_SECTION"), "HEIGHT_SECTION: this section is"),
        (SOLOMON.replace("3      0 ", "9      0 "), "CUSTOMER: number \"9\", 3 is expected"),
        ("hello".to_owned(), "line 1, header: \"hello\""),
        (String::new(), "header: TYPE is missing"),
    ];
    let files = Files::new();
    for (text, expected) in cases {
        let instance = files.write("bad.vrp", &text);
        let output = punctual(&["solve", &instance, "--iterations", "10"]);
        assert_eq!(output.status.code(), Some(2), "{expected}");
        let error = stderr(&output);
        assert!(error.contains("bad.vrp") && error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn an_instance_without_enough_vehicles_is_reported_as_infeasible() {
    let files = Files::new();
    let instance = files.write("tiny.txt", &SOLOMON.replace("  3         20", "  1         20"));
    let output = punctual(&["solve", &instance, "--iterations", "500"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("no, 1 clients have no place"), "{}", stdout(&output));
}

/// Two depots with a vehicle each, and a client near each of them.
const DEPOTS: &str = "\
NAME: two
TYPE: MDVRPTW
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 5
VEHICLES: 2
CAPACITY: 20
VEHICLES_MAX_DURATION: 30
NODE_COORD_SECTION
1 0 0
2 100 0
3 3 4
4 100 10
5 103 4
DEMAND_SECTION
1 0
2 0
3 5
4 5
5 5
VEHICLES_DEPOT_SECTION
1 1
2 2
DEPOT_SECTION
1
2
-1
EOF
";

#[test]
fn routes_of_several_depots_start_and_end_at_their_own() {
    let files = Files::new();
    let instance = files.write("two.vrp", DEPOTS);
    let solution = text_of(&files.path("solution.json"));
    let solved = punctual(&["solve", &instance, "--iterations", "200", "--out", &solution]);
    assert!(solved.status.success(), "{}{}", stdout(&solved), stderr(&solved));
    let written: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&solution).unwrap()).unwrap();
    // Out to the first and back; 10 out, 6.708 across, 5 back.
    assert_eq!(written["cost"], 10_000 + 10_000 + 6_708 + 5_000);
    assert_eq!(written["routes"][0]["start_depot"], 0);
    assert_eq!(written["routes"][1]["end_depot"], 1);
    let checked = punctual(&["check", &instance, &solution]);
    assert!(checked.status.success(), "{}", stdout(&checked));
}

#[test]
fn published_solutions_and_packed_instances_are_read() {
    let files = Files::new();
    let instance = text_of(&files.path("two.vrp.gz"));
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(DEPOTS.as_bytes()).unwrap();
    fs::write(&instance, packed.finish().unwrap()).unwrap();
    let solution = files.write("two.sol", "Route #1: 2\nRoute #2: 3 4\nCost 31708\n");
    let checked = punctual(&["check", &instance, &solution]);
    assert!(checked.status.success(), "{}{}", stdout(&checked), stderr(&checked));
    let solution = files.write("far.sol", "Route #1: 2 3\nRoute #2: 4\n");
    let checked = punctual(&["check", &instance, &solution]);
    assert_eq!(checked.status.code(), Some(1));
    let finding = "the route of vehicle 0 lasts 202684, at most 30000 is allowed";
    assert!(stdout(&checked).contains(finding), "{}", stdout(&checked));
}

#[test]
fn a_warm_start_is_never_made_worse() {
    let files = Files::new();
    let instance = files.write("circle.vrp", &multi_trip());
    let cost = |arguments: &[&str]| {
        let output = punctual(&[&["solve", &instance, "--json"], arguments].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        let line: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        line["cost"].as_i64().unwrap()
    };
    let solution = text_of(&files.path("solution.json"));
    let good = cost(&["--iterations", "3000", "--out", &solution]);
    let warm = cost(&["--iterations", "1", "--seed", "9", "--warm", &solution]);
    assert!(warm <= good, "{warm} is not better than {good}");
}

#[test]
fn a_warm_start_that_breaks_rules_is_refused() {
    let files = Files::new();
    let instance = files.write("tiny.txt", SOLOMON);
    let solution = files.write("full.sol", "Route #1: 1 2 3\n");
    let output = punctual(&["solve", &instance, "--iterations", "10", "--warm", &solution]);
    assert_eq!(output.status.code(), Some(2));
    let error = "cannot be started from: trip 0 of vehicle 0 carries 25 of load 0, 20 fit";
    assert!(stderr(&output).contains(error), "{}", stderr(&output));
}

#[test]
fn the_best_cost_over_time_only_falls() {
    let files = Files::new();
    let instance = files.write("circle.vrp", &multi_trip());
    let stats = text_of(&files.path("stats.csv"));
    let arguments = ["solve", &instance, "--iterations", "3000", "--json", "--stats", &stats];
    let output = punctual(&arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    let line: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let text = fs::read_to_string(&stats).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("elapsed_seconds,iterations,cost,unassigned"));
    let rows: Vec<Vec<f64>> =
        lines.map(|line| line.split(',').map(|number| number.parse().unwrap()).collect()).collect();
    let falls = |pair: &[Vec<f64>]| (pair[0][3], pair[0][2]) >= (pair[1][3], pair[1][2]);
    assert!(rows.windows(2).all(falls), "{text}");
    let last = text.lines().last().unwrap();
    assert_eq!(last.split(',').nth(2), Some(line["cost"].to_string().as_str()));
}
