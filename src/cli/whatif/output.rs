//! Results for machines, and where text goes.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::cli::whatif::diagram;
use crate::simulation::reliability::Reliability;
use crate::simulation::report::{DayResult, PointReport};

/// All that a scenario came to.
#[derive(Serialize)]
struct Results<'a> {
    points: &'a [PointReport],
    days: &'a [DayResult],
}

/// The results as JSON.
pub(crate) fn json(days: &[DayResult], points: &[PointReport]) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&Results { points, days })?)
}

/// Writes `results.json`, everything, and `results.csv`, a line per day, into `folder`.
pub(crate) fn write(
    folder: &Path,
    days: &[DayResult],
    points: &[PointReport],
) -> anyhow::Result<()> {
    let named = || format!("cannot write to {}", folder.display());
    fs::create_dir_all(folder).with_context(named)?;
    fs::write(folder.join("results.json"), json(days, points)? + "\n").with_context(named)?;
    fs::write(folder.join("results.csv"), csv_of(days)?).with_context(named)
}

/// Draws into `file` whether the probabilities stated on all days were true.
pub(crate) fn write_diagram(file: &Path, days: &[DayResult]) -> anyhow::Result<()> {
    let mut reliability = Reliability::default();
    for day in days {
        reliability.add(&day.reliability);
    }
    let named = || format!("cannot write to {}", file.display());
    fs::write(file, diagram::svg(&reliability)).with_context(named)
}

fn csv_of(days: &[DayResult]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (number, day) in days.iter().enumerate() {
        // What a day is made of decides the columns, so that none is forgotten; causes, which
        // differ from day to day, are counted together, and bins need a table of their own.
        let serde_json::Value::Object(mut fields) = serde_json::to_value(day)? else { continue };
        let refused: u32 = day.refused.values().sum();
        fields.insert("refused".to_owned(), refused.into());
        fields.remove("reliability");
        if number == 0 {
            writer.write_record(fields.keys())?;
        }
        writer.write_record(fields.values().map(ToString::to_string))?;
    }
    writer.into_inner().context("cannot write CSV")
}

/// Prints a line on standard output. Nobody who stopped reading is an error.
pub(crate) fn say(text: &str) {
    writeln!(std::io::stdout().lock(), "{text}").unwrap_or_default();
}

/// Prints a line on standard error.
pub(crate) fn tell(text: &str) {
    writeln!(std::io::stderr().lock(), "{text}").unwrap_or_default();
}
