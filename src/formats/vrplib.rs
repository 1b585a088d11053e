//! The format of VRPLIB and TSPLIB, for capacitated routing with time windows and reloading.
//!
//! # Source
//! Reinelt (1991), TSPLIB, a traveling salesman problem library, doi:10.1287/ijoc.3.4.376, and the
//! extensions of the public instance sets of VRPTW and MTVRPTWR.

use std::collections::BTreeMap;

use crate::formats::benchmark::Benchmark;
use crate::formats::benchmark::Fleet;
use crate::formats::benchmark::FormatError;
use crate::formats::benchmark::LOCATIONS_MAX;
use crate::formats::benchmark::Node;
use crate::formats::benchmark::Rounding;
use crate::formats::benchmark::VEHICLES_MAX;
use crate::formats::benchmark::straight_lines;
use crate::solver::segment::NEVER;

/// Classes of problems that are understood.
const TYPES: [&str; 4] = ["CVRP", "VRPTW", "CVRPTW", "MTVRPTWR"];

/// Sections that are understood.
const SECTIONS: [&str; 8] = [
    "NODE_COORD_SECTION",
    "DEMAND_SECTION",
    "TIME_WINDOW_SECTION",
    "SERVICE_TIME_SECTION",
    "RELEASE_TIME_SECTION",
    "VEHICLES_RELOAD_DEPOT_SECTION",
    "DEPOT_SECTION",
    "EDGE_WEIGHT_SECTION",
];

/// A line of a section: its number in the file and its words.
type Row<'a> = (usize, Vec<&'a str>);

/// The file taken apart, not yet understood.
struct Source<'a> {
    file: &'a str,
    lines: usize,
    header: BTreeMap<&'a str, (usize, &'a str)>,
    sections: BTreeMap<&'a str, Vec<Row<'a>>>,
}

/// Reads an instance of type CVRP, VRPTW or MTVRPTWR.
///
/// Where no rounding is asked for, straight-line distances are rounded as is usual for the type:
/// `dimacs` with time windows, `round` without; explicit distances are taken as integers.
///
/// # Errors
/// With file, line and section of the first thing that is wrong.
pub fn read(file: &str, text: &str, rounding: Option<Rounding>) -> Result<Benchmark, FormatError> {
    let source = Source::split(file, text)?;
    let class = source.header("TYPE")?;
    if !TYPES.contains(&class.1) {
        let reason = format!("TYPE is {:?}, one of {} is understood", class.1, TYPES.join(", "));
        return Err(source.error(class.0, "header", reason));
    }
    let weights = source.header("EDGE_WEIGHT_TYPE")?;
    let rounding = rounding.unwrap_or(match (weights.1, class.1) {
        ("EXPLICIT", _) => Rounding::Trunc,
        (_, "CVRP") => Rounding::Round,
        _ => Rounding::Dimacs,
    });
    let nodes = source.nodes(rounding)?;
    let distances = match weights.1 {
        "EUC_2D" => straight_lines(&nodes, rounding).map_err(|(from, to)| {
            let reason = format!("nodes {} and {} are too far apart", from + 1, to + 1);
            source.error(source.lines, "NODE_COORD_SECTION", reason)
        })?,
        "EXPLICIT" => source.matrix(nodes.len(), rounding)?,
        other => {
            let reason =
                format!("EDGE_WEIGHT_TYPE is {other:?}, EUC_2D and EXPLICIT are understood");
            return Err(source.error(weights.0, "header", reason));
        }
    };
    let fleet = source.fleet(nodes.len())?;
    let name = source.header.get("NAME").map_or(file, |name| name.1).to_owned();
    Ok(Benchmark::assemble(name, rounding, &nodes, fleet, distances))
}

impl<'a> Source<'a> {
    fn split(file: &'a str, text: &'a str) -> Result<Self, FormatError> {
        let mut source = Self {
            file,
            lines: text.lines().count() + 1,
            header: BTreeMap::new(),
            sections: BTreeMap::new(),
        };
        let mut section = None;
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if line.is_empty() || line == "EOF" {
                continue;
            }
            if line.ends_with("_SECTION") {
                if !SECTIONS.contains(&line) {
                    let reason = format!(
                        "this section is not understood; known are {}",
                        SECTIONS.join(", ")
                    );
                    return Err(source.error(number, line, reason));
                }
                if source.sections.insert(line, Vec::new()).is_some() {
                    return Err(source.error(number, line, "the section is there twice"));
                }
                section = Some(line);
            } else if let Some(section) = section {
                let rows = source.sections.entry(section).or_default();
                rows.push((number, line.split_whitespace().collect()));
            } else if let Some((key, value)) = line.split_once(':') {
                source.header.insert(key.trim(), (number, value.trim()));
            } else {
                let reason = format!("{line:?} is neither `KEY : value` nor a section");
                return Err(source.error(number, "header", reason));
            }
        }
        Ok(source)
    }

    fn error(&self, line: usize, section: &str, reason: impl Into<String>) -> FormatError {
        let (file, section) = (self.file.to_owned(), section.to_owned());
        FormatError { file, line, section, reason: reason.into() }
    }

    fn header(&self, key: &str) -> Result<(usize, &'a str), FormatError> {
        let found = self.header.get(key).copied();
        found.ok_or_else(|| self.error(self.lines, "header", format!("{key} is missing")))
    }

    fn count(&self, key: &str, range: (i32, i32)) -> Result<i32, FormatError> {
        let (line, value) = self.header(key)?;
        let number = value.parse().ok().filter(|number| (range.0..=range.1).contains(number));
        number.ok_or_else(|| {
            let (least, most) = range;
            let reason =
                format!("{key} is {value:?}, a whole number from {least} to {most} is expected");
            self.error(line, "header", reason)
        })
    }

    fn number(&self, line: usize, section: &str, word: &str) -> Result<f64, FormatError> {
        let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| self.error(line, section, format!("{word:?} is not a number")))
    }

    fn rounded(
        &self,
        (line, section): (usize, &str),
        rounding: Rounding,
        word: &str,
    ) -> Result<i32, FormatError> {
        let number = rounding.apply(self.number(line, section, word)?);
        number.ok_or_else(|| self.error(line, section, format!("{word:?} is out of range")))
    }

    /// Rows of a section that have one line per node, in node order, without the node's number.
    fn per_node(
        &self,
        section: &str,
        nodes: usize,
        columns: usize,
    ) -> Result<Vec<(usize, &[&'a str])>, FormatError> {
        let Some(rows) = self.sections.get(section) else {
            return Err(self.error(self.lines, section, "the section is missing"));
        };
        let mut found: Vec<Option<(usize, &[&str])>> = vec![None; nodes];
        for (line, words) in rows {
            let node = words[0].parse::<usize>().ok().filter(|node| (1..=nodes).contains(node));
            let Some(node) = node else {
                let reason = format!("{:?} is not a node, 1 to {nodes} are", words[0]);
                return Err(self.error(*line, section, reason));
            };
            if words.len() != columns + 1 {
                let reason =
                    format!("{} values for node {node}, {columns} are expected", words.len() - 1);
                return Err(self.error(*line, section, reason));
            }
            if found[node - 1].replace((*line, &words[1..])).is_some() {
                return Err(self.error(*line, section, format!("node {node} is there twice")));
            }
        }
        let complete = found.into_iter().enumerate().map(|(i, row)| {
            row.ok_or_else(|| self.error(self.lines, section, format!("node {} is missing", i + 1)))
        });
        complete.collect()
    }

    fn nodes(&self, rounding: Rounding) -> Result<Vec<Node>, FormatError> {
        let most = i32::try_from(LOCATIONS_MAX).expect("some thousand locations");
        let count = self.count("DIMENSION", (1, most))?.unsigned_abs() as usize;
        self.check_depot()?;
        let blank = Node {
            x: 0.0,
            y: 0.0,
            demand: 0,
            opens: 0,
            closes: NEVER,
            service: 0,
            release: -NEVER,
        };
        let mut nodes = vec![blank; count];
        let section = "NODE_COORD_SECTION";
        if self.sections.contains_key(section) || !self.sections.contains_key("EDGE_WEIGHT_SECTION")
        {
            for (node, (line, row)) in nodes.iter_mut().zip(self.per_node(section, count, 2)?) {
                node.x = self.number(line, section, row[0])?;
                node.y = self.number(line, section, row[1])?;
            }
        }
        let section = "DEMAND_SECTION";
        for (node, (line, row)) in nodes.iter_mut().zip(self.per_node(section, count, 1)?) {
            let demand = row[0].parse().ok().filter(|demand| (0..=NEVER).contains(demand));
            node.demand = demand.ok_or_else(|| {
                self.error(line, section, format!("{:?} is not a whole number from 0", row[0]))
            })?;
        }
        self.times(&mut nodes, rounding)?;
        Ok(nodes)
    }

    fn times(&self, nodes: &mut [Node], rounding: Rounding) -> Result<(), FormatError> {
        let count = nodes.len();
        let section = "TIME_WINDOW_SECTION";
        if self.sections.contains_key(section) {
            for (node, (line, row)) in nodes.iter_mut().zip(self.per_node(section, count, 2)?) {
                node.opens = self.rounded((line, section), rounding, row[0])?;
                node.closes = self.rounded((line, section), rounding, row[1])?;
                if node.closes < node.opens {
                    let reason = format!("the window closes at {} before it opens", row[1]);
                    return Err(self.error(line, section, reason));
                }
            }
        }
        let section = "SERVICE_TIME_SECTION";
        if self.sections.contains_key(section) {
            for (node, (line, row)) in nodes.iter_mut().zip(self.per_node(section, count, 1)?) {
                node.service = self.positive((line, section), rounding, row[0])?;
            }
        } else if let Some(&(line, service)) = self.header.get("SERVICE_TIME") {
            let service = self.positive((line, "header"), rounding, service)?;
            nodes[1..].iter_mut().for_each(|node| node.service = service);
        }
        let section = "RELEASE_TIME_SECTION";
        if self.sections.contains_key(section) {
            for (node, (line, row)) in nodes.iter_mut().zip(self.per_node(section, count, 1)?) {
                node.release = self.rounded((line, section), rounding, row[0])?;
            }
        }
        Ok(())
    }

    fn positive(
        &self,
        at: (usize, &str),
        rounding: Rounding,
        word: &str,
    ) -> Result<i32, FormatError> {
        let value = self.rounded(at, rounding, word)?;
        if value < 0 {
            return Err(self.error(at.0, at.1, format!("{word:?} is negative")));
        }
        Ok(value)
    }

    /// Only one depot is understood, and it must be the first node.
    fn check_depot(&self) -> Result<(), FormatError> {
        let section = "DEPOT_SECTION";
        let rows = self.sections.get(section).map_or(&[][..], Vec::as_slice);
        for (line, words) in rows {
            if !["1", "-1"].contains(&words[0]) {
                let reason = format!("depot {:?}: only node 1 can be the depot", words[0]);
                return Err(self.error(*line, section, reason));
            }
        }
        Ok(())
    }

    fn fleet(&self, nodes: usize) -> Result<Fleet, FormatError> {
        let capacity = self.count("CAPACITY", (0, NEVER))?;
        // No fleet given means no limit: one vehicle per client.
        let vehicles = if self.header.contains_key("VEHICLES") {
            self.count("VEHICLES", (1, VEHICLES_MAX))?.unsigned_abs() as usize
        } else {
            (nodes - 1).max(1)
        };
        let section = "VEHICLES_RELOAD_DEPOT_SECTION";
        let Some(rows) = self.sections.get(section) else {
            return Ok(Fleet { vehicles, capacity, trips_max: 1 });
        };
        for (line, words) in rows {
            let is_vehicle = words[0].parse().is_ok_and(|id| (1..=vehicles).contains(&id));
            if !is_vehicle || words[1..] != ["1"] {
                let reason = format!(
                    "{:?}: a vehicle from 1 to {vehicles} and depot 1 are expected",
                    words.join(" ")
                );
                return Err(self.error(*line, section, reason));
            }
        }
        if rows.len() != vehicles {
            let reason = format!("{} vehicles may reload, {vehicles} exist", rows.len());
            return Err(self.error(self.lines, section, reason));
        }
        Ok(Fleet { vehicles, capacity, trips_max: u16::MAX })
    }

    fn matrix(&self, nodes: usize, rounding: Rounding) -> Result<Vec<i32>, FormatError> {
        let format = self.header("EDGE_WEIGHT_FORMAT")?;
        if format.1 != "FULL_MATRIX" {
            let reason = format!("EDGE_WEIGHT_FORMAT is {:?}, FULL_MATRIX is understood", format.1);
            return Err(self.error(format.0, "header", reason));
        }
        let section = "EDGE_WEIGHT_SECTION";
        let rows = self.sections.get(section).map_or(&[][..], Vec::as_slice);
        let mut distances = Vec::with_capacity(nodes * nodes);
        for (line, words) in rows {
            for word in words {
                distances.push(self.positive((*line, section), rounding, word)?);
            }
        }
        if distances.len() != nodes * nodes {
            let reason = format!("{} distances, {} are expected", distances.len(), nodes * nodes);
            return Err(self.error(self.lines, section, reason));
        }
        Ok(distances)
    }
}
