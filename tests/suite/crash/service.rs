//! The program itself, started and killed.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::crash::shop::Shop;

/// How long a start may take.
const START_MAX: Duration = Duration::from_secs(20);

/// Rules that leave room at any time of day, and time enough for the whole test.
const REGION: &str = r#"
id = "test"
name = "Test"
time_zone = "Europe/Moscow"
currency = "RUB"

[promise]
express_minutes = 120
safety_minutes = 5
scheduled_window_minutes = 60
scheduled_days = 2
scheduled_lead_minutes = 60
offer_minutes = 60
hold_minutes = 60
lock_minutes = 2
delivery_from = "00:00"
delivery_until = "24:00"

[picking]
base_seconds = 60
seconds_per_item = 10
handover_seconds = 60
ahead_minutes = 90

[dispatch]
loading_seconds = 60
door_seconds = 120
wait_minutes = 5

[fees]
express = 19900
scheduled = 9900
pickup = 0

[costs]
courier_hour = 45000
kilometer = 900

[travel]
source = "beeline"
"#;

const STORES: &str = "\
id,name,lat,lon,opens,closes
riverside,Riverside,55.75,37.61,00:00,24:00
hill,The Hill,55.77,37.58,00:00,24:00
";

const PICKERS: &str = "\
store,from,to,pickers
riverside,00:00,24:00,6
hill,00:00,24:00,6
";

/// The service, in a folder of its own.
pub(crate) struct Service {
    folder: PathBuf,
    address: String,
    child: Option<Child>,
}

impl Service {
    pub(crate) fn new(folder: &Path) -> Self {
        let mut couriers = "id,name,profile,home_store,start_lat,start_lon,capacity_grams,\
                            capacity_milliliters,shift_start,shift_end\n"
            .to_owned();
        for number in 0..12 {
            let store = ["riverside", "hill"][number % 2];
            couriers +=
                &format!("c{number},Courier {number},car,{store},,,90000,400000,00:00,24:00\n");
        }
        let files = [
            ("region.toml", REGION),
            ("stores.csv", STORES),
            ("pickers.csv", PICKERS),
            ("couriers.csv", &couriers),
        ];
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        // Free now, and nobody else takes it within the test: the system gives others first.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder: folder.to_owned(), address: format!("127.0.0.1:{port}"), child: None }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Starts the program and waits until it says that it is ready.
    pub(crate) async fn start(&mut self, shop: &Shop) {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_punctual"))
            .args(["serve", "--listen", &self.address, "--config"])
            .arg(self.folder.join("region.toml"))
            .arg("--data")
            .arg(self.folder.join("data"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let child = self.child.insert(child);
        let began = Instant::now();
        while !shop.is_ready().await {
            let ended = child.try_wait().unwrap();
            if ended.is_some() || START_MAX < began.elapsed() {
                let log = fs::read_to_string(self.log()).unwrap_or_default();
                panic!("the service does not start ({ended:?}):\n{log}");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Sends SIGKILL and waits for the end.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}
