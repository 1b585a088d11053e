//! A whole file.

use crate::formats::benchmark::Benchmark;
use crate::formats::benchmark::FormatError;
use crate::formats::benchmark::Parts;
use crate::formats::rounding::Rounding;
use crate::formats::vrplib::source::Source;

/// Classes of problems that are understood, and how their public sets are rounded.
const TYPES: [(&str, Rounding); 10] = [
    ("CVRP", Rounding::Round),
    ("CVRPTW", Rounding::Dimacs),
    ("GVRP", Rounding::Round),
    ("HFVRP", Rounding::Exact),
    ("MDVRP", Rounding::Exact),
    ("MDVRPTW", Rounding::Exact),
    ("MTVRPTWR", Rounding::Dimacs),
    ("PCVRPTW", Rounding::Dimacs),
    ("SDVRPTW", Rounding::Exact),
    ("VRPTW", Rounding::Dimacs),
];

/// Reads an instance of one of the types CVRP, CVRPTW, GVRP, HFVRP, MDVRP, MDVRPTW, MTVRPTWR,
/// PCVRPTW, SDVRPTW and VRPTW.
///
/// Where no rounding is asked for, numbers are rounded as is usual for the type; with explicit
/// distances, all numbers are taken as integers.
///
/// # Errors
/// With file, line and section of the first thing that is wrong.
pub fn read(file: &str, text: &str, rounding: Option<Rounding>) -> Result<Benchmark, FormatError> {
    let source = Source::split(file, text)?;
    let class = source.header("TYPE")?;
    let Some(&(_, usual)) = TYPES.iter().find(|(name, _)| *name == class.text) else {
        let known = TYPES.map(|(name, _)| name).join(", ");
        return Err(source.wrong(class, &format!("one of {known}")));
    };
    let is_explicit = source.header("EDGE_WEIGHT_TYPE")?.text == "EXPLICIT";
    let usual = if is_explicit { Rounding::Trunc } else { usual };
    let rounding = rounding.unwrap_or(usual);
    let depots = source.depots()?;
    let mut nodes = source.nodes(depots, rounding)?;
    let distances = source.distances(&nodes, rounding)?;
    let vehicles = source.vehicles(&mut nodes, depots, rounding)?;
    let groups = source.groups(&nodes, depots)?;
    let name = source.optional("NAME").map_or(file, |name| name.text);
    Parts { file, name, rounding, nodes, depots, vehicles, groups, distances }.assemble()
}
