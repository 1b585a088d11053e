//! `punctual import-roads`: the streets of a real city, made ready for use.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::ensure;
use indicatif::{ProgressBar, ProgressStyle};

use crate::model::place::Profile;
use crate::travel::roads::osm::{Imported, Progress, Step, import};
use crate::travel::roads::{PreparedRoads, Roads, file};

/// What `punctual import-roads` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportRoadsArguments {
    /// An extract of OpenStreetMap (.osm.pbf), as Geofabrik and others offer them for any city.
    #[arg(value_name = "FILE")]
    extract: PathBuf,
    /// Where the roads are kept; `[travel] source = "roads"` and `file` in region.toml name it.
    #[arg(long, value_name = "FILE", default_value = "city.roads")]
    out: PathBuf,
}

/// Reads the extract, puts its junctions into order, writes both, and reads them back.
///
/// # Errors
/// When the extract cannot be used, or the file not be written.
pub fn run(arguments: &ImportRoadsArguments) -> anyhow::Result<ExitCode> {
    let ImportRoadsArguments { extract, out } = arguments;
    ensure!(extract != out, "--out {} is the extract itself", out.display());
    let Preparation { roads, summary } = prepare(extract)?;
    let began = Instant::now();
    file::write(&roads, out)?;
    let writing = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let roads = Roads::new(file::read(out)?);
    let loading = began.elapsed().as_secs_f64();
    let bytes = fs::metadata(out).map_or(0, |file| file.len());
    let text = format!(
        "{summary}, written in {writing:.2} s\n{}: {bytes} bytes, {} arcs, loads in {loading:.2} s",
        out.display(),
        roads.arc_count(),
    );
    // Whoever closed the output does not read it.
    writeln!(std::io::stdout(), "{text}").unwrap_or_default();
    Ok(ExitCode::SUCCESS)
}

/// Roads made from an extract, and in a few lines what was found and how long it took.
pub(crate) struct Preparation {
    pub(crate) roads: PreparedRoads,
    pub(crate) summary: String,
}

/// Imports an extract and puts its junctions into order, with a bar of progress on a terminal.
///
/// # Errors
/// When the extract cannot be used.
pub(crate) fn prepare(extract: &Path) -> anyhow::Result<Preparation> {
    let began = Instant::now();
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{msg} {bar:30} {percent}%");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let Imported { network, turns } = import(extract, &mut |progress| show(&bar, progress))?;
    let reading = began.elapsed().as_secs_f64();
    bar.set_message("putting junctions into order");
    let found = format!(
        "{} junctions, {} roads, {} forbidden turns ({} rules kept, {} not clear)\n\
         {} km by car, {} km by bicycle, {} km on foot",
        network.nodes().len(),
        network.edges().len(),
        network.bans().len(),
        turns.kept,
        turns.left_out,
        network.kilometers(Profile::Car),
        network.kilometers(Profile::Bike),
        network.kilometers(Profile::Foot),
    );
    let began = Instant::now();
    let roads = PreparedRoads::prepare(network);
    bar.finish_and_clear();
    let ordering = began.elapsed().as_secs_f64();
    let summary = format!("{found}\nread in {reading:.2} s, put into order in {ordering:.2} s");
    Ok(Preparation { roads, summary })
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_message(match progress.step {
        Step::Relations => "looking for turn rules and areas",
        Step::Ways => "looking for roads",
        Step::Points => "looking for their points",
        Step::Network => "joining roads",
    });
    bar.set_length(progress.bytes_total);
    bar.set_position(progress.bytes_done);
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::cli::import_roads::{ImportRoadsArguments, run};

    #[test]
    fn what_is_no_extract_is_refused_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (extract, out) = (folder.path().join("a.osm.pbf"), folder.path().join("city.roads"));
        fs::write(&extract, "<osm>").unwrap();
        let arguments = ImportRoadsArguments { extract: extract.clone(), out: out.clone() };
        let error = run(&arguments).unwrap_err().to_string();
        assert!(error.contains("a.osm.pbf is no OpenStreetMap extract"), "{error}");
        assert!(!out.exists());
        let same = ImportRoadsArguments { extract: extract.clone(), out: extract };
        assert!(run(&same).unwrap_err().to_string().contains("is the extract itself"));
    }
}
