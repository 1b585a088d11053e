//! What roads cost: importing and preparing them, loading, new weights, matrices, rows, memory.
//!
//! `cargo bench --bench roads` measures the invented city and grids of 40,000 and 160,000 crossings;
//! `-- city` or `-- grid` only that. With `ROADS_FILE=city.osm.pbf`, or a file that `punctual
//! import-roads` wrote, it measures that city and nothing else; `-- pairs` then prints a thousand ways by
//! car between random junctions as CSV instead, for `benches/peers/roads.py` to compare. `-- tiles`
//! measures the map that is drawn from the roads instead, of the invented city or of that file. Times are
//! wall clock.
#![expect(clippy::print_stdout, reason = "it prints what it saw")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use punctual::model::place::{Coordinate, Profile};
use punctual::model::travel_matrix::Travel;
use punctual::runtime::tiles::Tiles;
use punctual::travel::city::City;
use punctual::travel::roads::grid::grid;
use punctual::travel::roads::osm::{Imported, import};
use punctual::travel::roads::{Network, PreparedRoads, Roads, file};
use punctual::travel::tiles::{BaseMap, Bounds, TileAddress};
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
/// What is asked for to measure maps.
const TILES: &str = "tiles";
/// Zooms of tiles: a city, a quarter, some houses.
const ZOOMS: [u32; 3] = [11, 14, 16];

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    if let Some(file) = std::env::var_os(LOAD_ONLY) {
        let file = Path::new(&file);
        return if asked == [TILES] { tell_map_memory(file) } else { tell_memory(file) };
    }
    if let Some(file) = std::env::var_os(ROADS_FILE) {
        let file = Path::new(&file);
        return match asked.first().map(String::as_str) {
            Some("pairs") => print_pairs(file),
            Some(TILES) => measure_tiles(prepared(file)),
            _ => measure_file(file),
        };
    }
    if asked == [TILES] {
        println!("the invented city");
        return measure_tiles(PreparedRoads::prepare(City::invent(1).roads().network().clone()));
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

/// The roads of an extract, or of a file that is ready.
fn prepared(file: &Path) -> PreparedRoads {
    if is_prepared(file) {
        return file::read(file).expect("a file of roads");
    }
    PreparedRoads::prepare(import(file, &mut |_| {}).expect("an extract").network)
}

/// Ways by car between points of streets with doors.
fn print_pairs(file: &Path) {
    let roads = Roads::new(prepared(file));
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
    let bytes = told_memory(path, &[]);
    println!("  {} MB of memory, {} bytes a junction", bytes / 1_000_000, bytes / nodes.max(1));
    roads
}

/// How many bytes another process needs: in this one much memory is free that was used before.
fn told_memory(file: &Path, arguments: &[&str]) -> usize {
    let this = std::env::current_exe().expect("this program");
    let other = Command::new(this).args(arguments).env(LOAD_ONLY, file).output();
    let told = other.expect("it runs").stdout;
    String::from_utf8_lossy(&told).trim().parse().expect("a number")
}

/// Prints how many bytes the process grows by when it loads roads.
fn tell_memory(file: &Path) {
    let before = resident_bytes();
    let roads = Roads::new(file::read(file).expect("roads"));
    println!("{}", resident_bytes().saturating_sub(before));
    drop(roads);
}

/// Prints how many bytes the process grows by when it makes a map of roads that are there.
fn tell_map_memory(file: &Path) {
    let roads = file::read(file).expect("roads");
    let before = resident_bytes();
    let map = BaseMap::new(roads.network());
    println!("{}", resident_bytes().saturating_sub(before));
    drop(map);
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

/// A map and all its tiles of some zooms, each made for the first time, as the service makes and packs
/// them.
fn measure_tiles(prepared: PreparedRoads) {
    let (map, seconds) = timed(|| BaseMap::new(prepared.network()));
    let (points, bounds) = (map.point_count(), map.bounds().expect("something to see"));
    drop(map);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("city.roads");
    file::write(&prepared, &path).expect("a file");
    let bytes = told_memory(&path, &[TILES]);
    println!(
        "  {points} points, sorted in {:.0} ms, {} kB of memory",
        seconds * 1e3,
        bytes / 1_000
    );
    let tiles = Tiles::start(Arc::new(Roads::new(prepared))).expect("threads");
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(tiles.facts()).expect("a map");
    for zoom in ZOOMS {
        let (mut times, mut sizes) = (Vec::new(), Vec::new());
        for address in addresses_of_tiles(bounds, zoom) {
            let (tile, seconds) = timed(|| runtime.block_on(tiles.tile(address)));
            if let Some(tile) = tile.expect("a tile") {
                times.push(seconds * 1e3);
                sizes.push(tile.gzip.len() as f64 / 1e3);
            }
        }
        let made = times.len();
        let [time, size] = [times, sizes].map(|all| {
            let at = |share| quantile(all.clone(), share);
            format!("p50 {:.2}, p99 {:.2}, max {:.2}", at(0.5), at(0.99), at(1.0))
        });
        println!("  zoom {zoom}: {made} tiles; ms {time}; kB {size}");
    }
}

/// The tiles between the corners of a map.
fn addresses_of_tiles(Bounds { low, high }: Bounds, zoom: u32) -> Vec<TileAddress> {
    let tiles = f64::from(1_u32 << zoom);
    // Web Mercator, as tiles have it.
    let place = |at: Coordinate| {
        let north = at.latitude().to_radians().tan().asinh() / std::f64::consts::PI;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        [(at.longitude() + 180.0) / 360.0, (1.0 - north) / 2.0].map(|share| (share * tiles) as u32)
    };
    let ([west, south], [east, north]) = (place(low), place(high));
    let columns = (west..=east).flat_map(|column| (north..=south).map(move |row| (column, row)));
    columns.map(|(column, row)| TileAddress::new(zoom, column, row).expect("on the map")).collect()
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
