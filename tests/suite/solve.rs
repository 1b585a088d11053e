//! `punctual solve` and `punctual check`, through the built program.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;

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
        (r#"{"routes": [{"trips": [[1, 2]]}]}"#, "client 2 is not visited"),
        (r#"{"routes": [{"trips": [[1, 2, 3]]}]}"#, "carries 25 of load 0, 20 fit"),
        (r#"{"routes": [{"trips": [[1], [2], [3]]}]}"#, "makes 3 trips, at most 1 are allowed"),
        (r#"{"routes": [{"trips": [[1, 2, 1]]}]}"#, "client 0 is visited more than once"),
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
    assert!(stdout(&output).contains("starts at 208, after 90"), "{}", stdout(&output));
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
