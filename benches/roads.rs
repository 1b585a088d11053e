//! What roads cost: importing and preparing them, loading, new weights, matrices, rows, memory.
//!
//! `cargo bench --bench roads` measures the invented city and grids of 40,000 and 160,000 crossings;
//! `-- city` or `-- grid` only that. With `ROADS_FILE=city.osm.pbf`, or a file that `punctual
//! import-roads` wrote, it measures that city and nothing else; `-- pairs` then prints a thousand ways by
//! car between random junctions as CSV instead, for `benches/peers/roads.py` to compare. Times are wall
//! clock.
#![expect(clippy::print_stdout, reason = "it prints what it saw")]

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use punctual::model::place::{Coordinate, Profile};
use punctual::model::travel_matrix::Travel;
use punctual::travel::city::City;
use punctual::travel::roads::grid::grid;
use punctual::travel::roads::osm::{Imported, import};
use punctual::travel::roads::{Network, PreparedRoads, Roads, file};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

/// Sides of the grids.
const SIDES: [u32; 2] = [200, 400];
/// Sources and targets of the matrix.
const MATRIX: usize = 1_000;
/// Live stops that a new address is compared with.
const STOPS: usize = 500;
/// Names a real city to measure.
const ROADS_FILE: &str = "ROADS_FILE";
/// Where a second process of this program finds the file that it is to load.
const LOAD_ONLY: &str = "ROADS_LOAD_ONLY";
/// Ways that are printed for comparison.
const PAIRS: usize = 1_000;
/// New addresses.
const ADDRESSES: usize = 2_000;

fn main() {
    if let Some(file) = std::env::var_os(LOAD_ONLY) {
        return tell_memory(Path::new(&file));
    }
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    if let Some(file) = std::env::var_os(ROADS_FILE) {
        let file = Path::new(&file);
        return if asked == ["pairs"] { print_pairs(file) } else { measure_file(file) };
    }
    let is_asked = |what: &str| asked.is_empty() || asked.iter().any(|arg| arg == what);
    if is_asked("city") {
        println!("the invented city");
        let (city, seconds) = timed(|| City::invent(1));
        println!("  invented, with people, in {seconds:.2} s");
        measure(city.roads().network().clone());
    }
    if is_asked("grid") {
        for side in SIDES {
            println!("a grid of {side} × {side} crossings");
            measure(grid(side, 1));
        }
    }
}

fn is_prepared(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "roads")
}

/// Ways by car between points of streets with doors.
fn print_pairs(file: &Path) {
    let roads = Roads::new(if is_prepared(file) {
        file::read(file).expect("a file of roads")
    } else {
        PreparedRoads::prepare(import(file, &mut |_| {}).expect("an extract").network)
    });
    println!("from_lat,from_lon,to_lat,to_lon,seconds,meters");
    for pair in addresses(&roads, 2 * PAIRS, 4).chunks(2) {
        let stop = |place| roads.nearest(Profile::Car, place).expect("beside a street");
        let (from, to) = (stop(pair[0]), stop(pair[1]));
        let leg = roads.leg(Profile::Car, from, to).expect("connected");
        let [a, b, c, d] = [from.latitude(), from.longitude(), to.latitude(), to.longitude()];
        println!("{a:.6},{b:.6},{c:.6},{d:.6},{},{}", leg.drive_seconds, leg.distance_meters);
    }
}

fn measure_file(file: &Path) {
    println!("{}", file.display());
    if is_prepared(file) {
        return measure(file::read(file).expect("a file of roads").network().clone());
    }
    let (imported, seconds) = timed(|| import(file, &mut |_| {}));
    let Imported { network, turns } = imported.expect("an extract");
    println!(
        "  imported in {seconds:.2} s; turn rules kept {}, left out {}",
        turns.kept, turns.left_out
    );
    measure(network);
}

/// What something gives, and how many seconds it takes.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

fn measure(network: Network) {
    let nodes = network.nodes().len();
    let kilometers = Profile::ALL.map(|profile| network.kilometers(profile));
    println!(
        "  {nodes} junctions, {} roads, {} forbidden turns; km by car {}, bike {}, foot {}",
        network.edges().len(),
        network.bans().len(),
        kilometers[0],
        kilometers[1],
        kilometers[2],
    );
    let (prepared, seconds) = timed(|| PreparedRoads::prepare(network));
    println!("  put into order in {seconds:.2} s");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("city.roads");
    file::write(&prepared, &path).expect("a file");
    drop(prepared);
    let bytes = std::fs::metadata(&path).expect("it was written").len();
    println!("  file of {bytes} bytes, {} a junction", bytes / nodes.max(1) as u64);
    let roads = load(&path, nodes);
    let times: Vec<f64> = (0..20).map(|_| timed(|| roads.weigh(Profile::Car)).1 * 1e3).collect();
    println!("  weighed anew in {:.1} ms, {} arcs", quantile(times, 0.5), roads.arc_count());
    matrix(&roads);
    rows(&roads);
}

fn load(path: &Path, nodes: usize) -> Roads {
    let (prepared, reading) = timed(|| file::read(path).expect("roads"));
    let (roads, building) = timed(|| Roads::new(prepared));
    println!(
        "  loaded in {:.0} ms: {:.0} the file, {:.0} arcs, three profiles and index",
        (reading + building) * 1e3,
        reading * 1e3,
        building * 1e3
    );
    // Here much memory is free that was used before, so another process says what it needs.
    let this = std::env::current_exe().expect("this program");
    let told = Command::new(this).env(LOAD_ONLY, path).output().expect("it runs").stdout;
    let bytes = String::from_utf8_lossy(&told).trim().parse::<usize>().expect("a number");
    println!("  {} MB of memory, {} bytes a junction", bytes / 1_000_000, bytes / nodes.max(1));
    roads
}

/// Prints how many bytes the process grows by when it loads roads.
fn tell_memory(file: &Path) {
    let before = resident_bytes();
    let roads = Roads::new(file::read(file).expect("roads"));
    println!("{}", resident_bytes().saturating_sub(before));
    drop(roads);
}

/// What the process holds, in bytes; 0 where the system does not say.
fn resident_bytes() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}

fn matrix(roads: &Roads) {
    let places = addresses(roads, 2 * MATRIX, 1);
    let (sources, targets) = places.split_at(MATRIX);
    let (first, seconds) = timed(|| all_legs(roads, sources, targets));
    let (second, again) = timed(|| all_legs(roads, sources, targets));
    assert_eq!(first, second);
    println!("  {MATRIX} × {MATRIX} legs in {seconds:.2} s, with known addresses in {again:.2} s");
}

fn all_legs(roads: &Roads, sources: &[Coordinate], targets: &[Coordinate]) -> i64 {
    let leg = |from, to| roads.leg(Profile::Car, from, to).expect("connected").drive_seconds;
    let row = |&from: &Coordinate| targets.iter().map(|&to| i64::from(leg(from, to))).sum::<i64>();
    sources.par_iter().map(row).sum()
}

/// Row and column of new addresses against live stops.
fn rows(roads: &Roads) {
    for profile in [Profile::Car, Profile::Bike] {
        let stops = addresses(roads, STOPS, 2);
        let stops: Vec<Coordinate> =
            stops.into_iter().filter(|place| roads.nearest(profile, *place).is_some()).collect();
        assert!(roads.legs(profile, stops[0], &stops).is_some());
        let new = addresses(roads, ADDRESSES, 3);
        let row = |&place: &Coordinate| timed(|| roads.legs(profile, place, &stops));
        // An address far behind its road may be none for this profile.
        let rows = new.iter().map(row).filter(|(legs, _)| legs.is_some());
        let times: Vec<f64> = rows.map(|(_, seconds)| seconds * 1e3).collect();
        println!(
            "  {profile:?}: row and column against {} stops: p50 {:.3} ms, p99 {:.3} ms",
            stops.len(),
            quantile(times.clone(), 0.5),
            quantile(times, 0.99)
        );
    }
}

/// Points beside roads that all profiles may use.
fn addresses(roads: &Roads, count: usize, seed: u64) -> Vec<Coordinate> {
    let network = roads.network();
    let usable: Vec<_> = network
        .edges()
        .iter()
        .filter(|edge| edge.has_doors && Profile::ALL.iter().all(|&profile| edge.admits(profile)))
        .collect();
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut address = || {
        let edge = usable.choose(&mut random).expect("a road with doors");
        let [a, b] = edge.ends.map(|end| network.nodes()[end as usize]);
        let mut between = |a: i32, b: i32| a.midpoint(b) + random.random_range(-100..=100);
        Coordinate {
            latitude_micro: between(a.latitude_micro, b.latitude_micro),
            longitude_micro: between(a.longitude_micro, b.longitude_micro),
        }
    };
    (0..count).map(|_| address()).collect()
}

fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let index = ((values.len() - 1) as f64 * share) as usize;
    values[index]
}
