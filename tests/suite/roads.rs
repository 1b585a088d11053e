//! Roads from a file, through the built program: importing them, and a region served with them.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use punctual::travel::roads::grid::grid;
use punctual::travel::roads::{PreparedRoads, file};
use serde_json::{Value, json};

/// Longer than any answer may take, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

const REGION: &str = r#"
id = "gridville"
name = "Gridville"
time_zone = "UTC"
currency = "EUR"
promise = { express_minutes = 120, safety_minutes = 5, scheduled_window_minutes = 60, scheduled_days = 1, scheduled_lead_minutes = 60, offer_minutes = 15, hold_minutes = 10, lock_minutes = 3, delivery_from = "00:00", delivery_until = "24:00" }
picking = { base_seconds = 60, seconds_per_item = 5, handover_seconds = 60, ahead_minutes = 60 }
dispatch = { loading_seconds = 120, door_seconds = 180, wait_minutes = 8 }
fees = { express = 199, scheduled = 99, pickup = 0 }
costs = { courier_hour = 1500, kilometer = 30 }
travel = { source = "roads", file = "city.roads" }
"#;

/// A served region; ended when dropped.
struct Service {
    program: Child,
    address: String,
}

impl Service {
    /// A store in the middle of a grid of streets, near 0° 0°.
    fn start(folder: &Path) -> Self {
        file::write(&PreparedRoads::prepare(grid(12, 1)), &folder.join("city.roads")).unwrap();
        let couriers = "id,name,profile,home_store,start_lat,start_lon,capacity_grams,\
                        capacity_milliliters,shift_start,shift_end\n\
                        c1,Ann,bike,corner,,,50000,50000,00:00,24:00\n\
                        c2,Bob,car,corner,,,50000,50000,00:00,24:00\n";
        for (name, text) in [
            ("region.toml", REGION),
            ("stores.csv", "id,name,lat,lon,opens,closes\ncorner,Corner,0.005,0.005,00:00,24:00\n"),
            ("pickers.csv", "store,from,to,pickers\ncorner,00:00,24:00,6\n"),
            ("couriers.csv", couriers),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        let mut program = Command::new(env!("CARGO_BIN_EXE_punctual"))
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(folder)
            .arg("--data")
            .arg(folder.join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| Some(line.unwrap().split_once("http://")?.1.to_owned()))
            .expect("the service says where it is");
        Self { program, address }
    }

    /// What is offered to a door, with the causes of refusals.
    fn quote(&self, lat: f64, lon: f64) -> Value {
        let basket = json!({ "items": 3, "mass_grams": 900, "volume_milliliters": 2000 });
        let body = json!({ "location": { "lat": lat, "lon": lon }, "basket": basket }).to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(
            stream,
            "POST /v1/regions/gridville/quotes HTTP/1.0\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.0 200"), "{head}\n{body}");
        serde_json::from_str(body).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

#[test]
fn doors_on_the_roads_are_delivered_to_and_doors_far_from_them_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path());
    let near = service.quote(0.003, 0.007);
    assert_eq!(near["travel_source"], "roads");
    let kinds = |quote: &Value| -> Vec<String> {
        let offers = quote["offers"].as_array().unwrap().iter();
        offers.map(|offer| offer["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert!(kinds(&near).iter().any(|kind| kind == "express"), "{near}");
    // The grid ends about 1.2 km from its corner; this is some 900 m behind its end.
    let far = service.quote(0.02, 0.005);
    assert!(kinds(&far).iter().all(|kind| kind == "pickup"), "{far}");
    let refusals = far["refusals"].as_array().unwrap();
    for kind in ["express", "scheduled"] {
        let refusal = refusals.iter().find(|refusal| refusal["kind"] == kind).unwrap();
        assert_eq!(refusal["reason"], "unreachable", "{refusal}");
    }
}

fn import(extract: &Path, out: &Path) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_punctual"));
    program.arg("import-roads").arg(extract).arg("--out").arg(out).output().unwrap()
}

#[test]
fn an_import_that_fails_says_why_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (extract, out) = (folder.path().join("a.osm.pbf"), folder.path().join("city.roads"));
    for (content, expected) in [
        (Some("<osm>"), "is no OpenStreetMap extract (.osm.pbf)"),
        (Some(""), "is no OpenStreetMap extract (.osm.pbf): it is empty"),
        (None, "No such file or directory"),
    ] {
        match content {
            Some(content) => fs::write(&extract, content).unwrap(),
            None => fs::remove_file(&extract).unwrap(),
        }
        let output = import(&extract, &out);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("error: ") && said.contains("a.osm.pbf"), "{said}");
        assert_eq!((said.matches(expected).count(), said.lines().count()), (1, 1), "{said}");
        assert!(!out.exists());
    }
}
