//! The text format of Solomon's and of Gehring and Homberger's instances.
//!
//! # Source
//! Solomon (1987), Algorithms for the vehicle routing and scheduling problems with time window
//! constraints, doi:10.1287/opre.35.2.254.

use crate::formats::benchmark::Benchmark;
use crate::formats::benchmark::FormatError;
use crate::formats::benchmark::LOCATIONS_MAX;
use crate::formats::benchmark::Node;
use crate::formats::benchmark::Parts;
use crate::formats::benchmark::VEHICLES_MAX;
use crate::formats::benchmark::straight_lines;
use crate::formats::benchmark::vehicle_at;
use crate::formats::rounding::Rounding;
use crate::solver::problem::Vehicle;
use crate::solver::segment::NEVER;

/// Columns of the customer table.
const COLUMNS: [&str; 7] = ["number", "x", "y", "demand", "ready time", "due date", "service time"];

/// Whether a text looks like this format: it has a line `VEHICLE` and a line `CUSTOMER`.
pub fn is_solomon(text: &str) -> bool {
    let has = |title| text.lines().any(|line| line.trim().eq_ignore_ascii_case(title));
    has("VEHICLE") && has("CUSTOMER")
}

/// Reads an instance; `dimacs` is the rounding unless another is asked for.
///
/// # Errors
/// With file, line and section of the first thing that is wrong.
pub fn read(file: &str, text: &str, rounding: Option<Rounding>) -> Result<Benchmark, FormatError> {
    let rounding = rounding.unwrap_or(Rounding::Dimacs);
    let error = |line: usize, section: &str, reason: String| FormatError {
        file: file.to_owned(),
        line,
        section: section.to_owned(),
        reason,
    };
    let mut section = "header";
    let mut name = file;
    let mut fleet = None;
    let mut nodes = Vec::new();
    for (line, content) in (1..).zip(text.lines().map(str::trim)) {
        let words: Vec<&str> = content.split_whitespace().collect();
        let Some(first) = words.first() else { continue };
        match (section, content.to_ascii_uppercase().as_str()) {
            (_, "VEHICLE") => section = "VEHICLE",
            (_, "CUSTOMER") => section = "CUSTOMER",
            ("header", _) => name = content,
            // Titles of columns.
            _ if first.starts_with(|c: char| c.is_ascii_alphabetic()) => {}
            ("VEHICLE", _) => {
                fleet = Some(read_fleet(&words).map_err(|reason| error(line, section, reason))?);
            }
            _ => {
                let node = read_node(&words, nodes.len(), rounding);
                let node = node.map_err(|reason| error(line, section, reason))?;
                nodes.push(Node { line, ..node });
            }
        }
    }
    let end = text.lines().count() + 1;
    let (vehicles, capacity) =
        fleet.ok_or_else(|| error(end, "VEHICLE", "number and capacity are missing".to_owned()))?;
    if nodes.is_empty() {
        return Err(error(end, "CUSTOMER", "the depot, number 0, is missing".to_owned()));
    }
    let distances = straight_lines(&nodes, rounding).map_err(|(from, to)| {
        error(end, "CUSTOMER", format!("{from} and {to} are too far apart"))
    })?;
    let vehicle = Vehicle { capacity: [capacity, 0], ..vehicle_at(&nodes, 0, 1) };
    let vehicles = vec![vehicle; vehicles];
    let groups = Vec::new();
    Parts { file, name, rounding, nodes, depots: 1, vehicles, groups, distances }.assemble()
}

/// How many vehicles there are, and what one carries.
fn read_fleet(words: &[&str]) -> Result<(usize, i32), String> {
    let number = |word: &str, most: i32| {
        let number = word.parse().ok().filter(|number| (0..=most).contains(number));
        number.ok_or_else(|| format!("{word:?} is not a whole number from 0 to {most}"))
    };
    let [vehicles, capacity] = words else {
        return Err(format!("{} values, number and capacity are expected", words.len()));
    };
    let vehicles = number(vehicles, VEHICLES_MAX)?.unsigned_abs() as usize;
    Ok((vehicles, number(capacity, NEVER)?))
}

fn read_node(words: &[&str], expected: usize, rounding: Rounding) -> Result<Node, String> {
    if words.len() != COLUMNS.len() {
        let (found, columns) = (words.len(), COLUMNS.join(", "));
        return Err(format!("{found} values, {} are expected: {columns}", COLUMNS.len()));
    }
    if words[0] != expected.to_string() {
        return Err(format!("number {:?}, {expected} is expected", words[0]));
    }
    if expected >= LOCATIONS_MAX {
        return Err(format!("at most {LOCATIONS_MAX} customers are accepted"));
    }
    let wrong = |column: usize| format!("{} {:?} is not accepted", COLUMNS[column], words[column]);
    let number = |column: usize| {
        let number = words[column].parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| wrong(column))
    };
    let rounded = |column: usize| rounding.apply(number(column)?).ok_or_else(|| wrong(column));
    let demand = words[3].parse().ok().filter(|demand| (0..=NEVER).contains(demand));
    let node = Node {
        x: number(1)?,
        y: number(2)?,
        load: [demand.ok_or_else(|| wrong(3))?, 0],
        opens: rounded(4)?,
        closes: rounded(5)?,
        service: rounded(6)?,
        ..Node::default()
    };
    if node.closes < node.opens {
        return Err(format!("due date {} is before ready time {}", words[5], words[4]));
    }
    if node.service < 0 {
        return Err(wrong(6));
    }
    Ok(node)
}
