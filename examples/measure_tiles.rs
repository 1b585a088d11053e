use std::io::Write;
use std::time::Instant;
use punctual::travel::roads::{file, osm};
use punctual::travel::tiles::{BaseMap, TileAddress};

fn rss() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}
fn main() {
    let path = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let began = Instant::now();
    let owned;
    let network = if path.extension().is_some_and(|e| e == "roads") {
        owned = file::read(&path).unwrap();
        println!("load {:?}", began.elapsed());
        owned.network().clone()
    } else {
        let n = osm::import(&path, &mut |_| {}).unwrap().network;
        println!("import {:?}", began.elapsed());
        n
    };
    for kind in punctual::travel::roads::GroundKind::ALL {
        let all: Vec<_> = network.grounds().iter().filter(|g| g.kind == kind).collect();
        println!("{kind:?} {} areas, {} points, {} holes", all.len(), all.iter().flat_map(|g| g.rings()).map(Vec::len).sum::<usize>(), all.iter().map(|g| g.holes.len()).sum::<usize>());
    }
    let before = rss();
    let began = Instant::now();
    let map = BaseMap::new(&network);
    println!("map {:?}, {} points, rss +{} kB, edges {}", began.elapsed(), map.point_count(), (rss() - before) / 1024, network.edges().len());
    let b = map.bounds().unwrap();
    let (low, high) = (b.low, b.high);
    for zoom in 9..=16_u32 {
        let n = f64::from(1_u32 << zoom);
        let x = |lon: f64| ((lon + 180.0) / 360.0 * n) as u32;
        let y = |lat: f64| ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * n) as u32;
        let (mut times, mut sizes, mut packed, mut empty) = (vec![], vec![], vec![], 0);
        for column in x(low.longitude())..=x(high.longitude()) {
            for row in y(high.latitude())..=y(low.latitude()) {
                let address = TileAddress::new(zoom, column, row).unwrap();
                let began = Instant::now();
                let tile = map.tile(address);
                times.push(began.elapsed().as_secs_f64() * 1e3);
                match tile {
                    Some(t) => {
                        sizes.push(t.len());
                        let began = Instant::now();
                        let mut e = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
                        e.write_all(&t).unwrap();
                        let z = e.finish().unwrap();
                        packed.push((z.len(), began.elapsed().as_secs_f64() * 1e3));
                    }
                    None => empty += 1,
                }
            }
        }
        times.sort_by(f64::total_cmp);
        sizes.sort();
        let mut gz: Vec<usize> = packed.iter().map(|p| p.0).collect();
        gz.sort();
        let mut gt: Vec<f64> = packed.iter().map(|p| p.1).collect();
        gt.sort_by(f64::total_cmp);
        let at = |len: usize, p: f64| ((len as f64 - 1.0) * p) as usize;
        println!("z{zoom}: {} tiles ({empty} empty) make ms p50 {:.3} p99 {:.3} max {:.3}; bytes p50 {} p99 {}; gzip bytes p50 {} p99 {} sum {}; gzip ms p50 {:.2} p99 {:.2}",
            times.len(), times[at(times.len(), 0.5)], times[at(times.len(), 0.99)], times[times.len()-1], sizes[at(sizes.len(), 0.5)], sizes[at(sizes.len(), 0.99)], gz[at(gz.len(), 0.5)], gz[at(gz.len(), 0.99)], gz.iter().sum::<usize>(), gt[at(gt.len(), 0.5)], gt[at(gt.len(), 0.99)]);
    }
}
