//! The demonstration, started as a person starts it: the built program, its API, Ctrl-C.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longer than any of these may take, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running demonstration; ended when dropped.
struct Demo {
    program: Child,
    address: String,
}

impl Demo {
    /// Starts one and waits until it says where it is.
    fn start(data: &Path, options: &[&str]) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_punctual"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| {
                let line = line.unwrap();
                let (_, rest) = line.split_once("http://")?;
                Some(rest.split('/').next().unwrap().to_owned())
            })
            .expect("the demonstration says where it is");
        // Somebody has to read on, or the program would wait at its next line.
        std::thread::spawn(move || lines.count());
        Self { program, address }
    }

    /// What the service answers to a GET.
    fn get(&self, path: &str) -> Value {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let host = &self.address;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.0 200"), "{path}: {head}");
        serde_json::from_str(body).unwrap()
    }

    fn count(&self, figure: &str) -> u64 {
        self.get("/v1/regions/demo/kpis")[figure].as_u64().unwrap()
    }

    /// Waits until a figure is reached.
    fn wait_for(&self, figure: &str, least: u64) {
        let began = Instant::now();
        while self.count(figure) < least {
            assert!(began.elapsed() < PATIENCE, "{figure} stays below {least}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn orders(&self) -> Vec<Value> {
        let reply = self.get("/v1/regions/demo/orders?limit=5000");
        reply["orders"].as_array().unwrap().clone()
    }

    /// What a person does who presses Ctrl-C.
    fn interrupt(mut self) -> ExitStatus {
        let pid = self.program.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        self.end()
    }

    fn end(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.program.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "the program does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // One that has ended already cannot be ended again.
        self.program.kill().unwrap_or_default();
        self.program.wait().unwrap_or_default();
    }
}

/// Bookings: what was promised to somebody.
fn sold(orders: &[Value]) -> BTreeSet<String> {
    let booked = orders.iter().filter(|order| !order["booked_at"].is_null());
    booked.map(|order| order["order"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_city_sells_and_delivers_and_ends_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--speed", "600", "--orders-per-day", "700", "--exit-after-minutes", "150"];
    let mut demo = Demo::start(folder.path(), &options);
    demo.wait_for("booked", 10);
    demo.wait_for("delivered", 3);
    let orders = demo.orders();
    let delivered = orders.iter().find(|order| order["state"] == "delivered").unwrap();
    assert!(delivered["courier"].is_string() || delivered["delivered_at"].is_string());
    assert!(demo.end().success());
}

#[test]
fn a_city_that_was_interrupted_remembers_all_it_sold_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--speed", "600", "--orders-per-day", "700"];
    let demo = Demo::start(folder.path(), &options);
    demo.wait_for("booked", 10);
    let before = sold(&demo.orders());
    assert!(demo.interrupt().success());

    let again = Demo::start(folder.path(), &options);
    let known = sold(&again.orders());
    let forgotten: Vec<_> = before.difference(&known).collect();
    assert!(forgotten.is_empty(), "forgotten: {forgotten:?}");
    let delivered = again.count("delivered");
    again.wait_for("delivered", delivered + 3);
    assert!(again.interrupt().success());
}
