//! `punctual demo`: a city, or a recorded day, comes to life.
//!
//! The service is the one that `serve` runs, with a faster clock. Everybody else - customers,
//! pickers, couriers - is a task that speaks its public HTTP API and knows nothing else, so that
//! what can be watched here is what a shop's own systems would do.

mod api;
mod board;
mod chance;
mod couriers;
mod crew;
mod customers;
mod demand;
mod drive;
mod living;
pub(crate) mod mdrp;
mod narrator;
mod night;
mod pickers;
mod real;
pub(crate) mod region;
mod region_time;
mod tally;
mod wire;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{bail, ensure};

use crate::cli::telemetry;
use crate::model::place::Coordinate;
use crate::settings::checkout::CheckoutSettings;

/// What `punctual demo` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArguments {
    /// Where the service and its pages are; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Listen also where other machines reach it: nobody there has to say who they are.
    #[arg(long)]
    pub trust_network: bool,
    /// The folder of the journal, so that a later start continues [default: ./punctual-data; with
    /// --mdrp a folder that is removed at the end].
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// How many times faster than real time [default: 60; with --mdrp 240].
    #[arg(long)]
    pub speed: Option<f64>,
    /// Invents another city, and other customers.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many customers come to the checkout on a day.
    #[arg(long, default_value_t = 600)]
    pub orders_per_day: u32,
    /// Nobody orders but you.
    #[arg(long)]
    pub no_customers: bool,
    /// Ends after so many minutes of the region's time.
    #[arg(long, value_name = "N")]
    pub exit_after_minutes: Option<f64>,
    /// Also serves the checkout to pages of this origin; may be repeated.
    #[arg(long, value_name = "ORIGIN")]
    pub shop_origin: Vec<String>,
    /// A publishable key that such pages must send; may be repeated.
    #[arg(long, value_name = "KEY")]
    pub shop_key: Vec<String>,
    /// Comes to life in a real city: an extract of OpenStreetMap (.osm.pbf), whose roads are kept in
    /// the data folder, or a file that `punctual import-roads` wrote (.roads).
    #[arg(long, value_name = "FILE", conflicts_with = "mdrp")]
    pub roads: Option<PathBuf>,
    /// Plays a recorded day of the Meal Delivery Routing Problem library instead of a city.
    #[arg(long, value_name = "DIR")]
    pub mdrp: Option<PathBuf>,
    /// Where on the map the middle of the recorded day is.
    #[arg(
        long,
        value_name = "LAT,LON",
        default_value = "41.88,-87.63",
        allow_hyphen_values = true
    )]
    pub origin: Origin,
    /// Prints the figures of the recorded day as JSON and nothing else.
    #[arg(long, requires = "mdrp")]
    pub json: bool,
}

impl DemoArguments {
    /// Who may call the checkout from pages of other origins.
    fn checkout(&self) -> anyhow::Result<CheckoutSettings> {
        let (origins, keys) = (self.shop_origin.clone(), self.shop_key.clone());
        let checkout = CheckoutSettings { origins, keys };
        match checkout.check() {
            Ok(()) => Ok(checkout),
            Err((key, text, expected)) => {
                bail!("--shop-{}: found {text:?}, expected {expected}", key.trim_end_matches('s'))
            }
        }
    }
}

/// A point given as `LAT,LON`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin(pub Coordinate);

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = "give latitude and longitude in degrees, as in 41.88,-87.63";
        let (lat, lon) = text.split_once(',').ok_or(wanted)?;
        let degrees = |part: &str| part.trim().parse::<f64>().map_err(|_| wanted);
        let at = Coordinate::from_degrees(degrees(lat)?, degrees(lon)?);
        at.map(Self).map_err(|error| error.to_string())
    }
}

/// Brings the city, or the recorded day, to life until it ends or somebody stops it.
///
/// # Errors
/// When the service cannot be started, or the recorded day cannot be read.
pub fn run(arguments: &DemoArguments) -> anyhow::Result<ExitCode> {
    let speed = arguments.speed.unwrap_or(if arguments.mdrp.is_some() { 240.0 } else { 60.0 });
    ensure!(
        (1.0..=3600.0).contains(&speed),
        "--speed is {speed}, allowed is 1 to 3600 times real time"
    );
    telemetry::start_quietly();
    match &arguments.mdrp {
        Some(folder) => mdrp::play(arguments, folder, speed),
        None => living::live(arguments, speed),
    }
}

/// Where a service is that listens at `address`.
fn root(address: SocketAddr) -> String {
    format!("http://{address}")
}

#[cfg(test)]
mod tests {
    use crate::cli::demo::Origin;
    use crate::model::place::Coordinate;

    #[test]
    fn an_origin_is_a_latitude_and_a_longitude() {
        let chicago = Coordinate::from_degrees(41.88, -87.63).unwrap();
        assert_eq!("41.88,-87.63".parse(), Ok(Origin(chicago)));
        assert_eq!(" 41.88 , -87.63".parse(), Ok(Origin(chicago)));
        let refused = |text: &str| text.parse::<Origin>().unwrap_err();
        assert!(refused("41.88").contains("give latitude and longitude"));
        assert!(refused("north,west").contains("give latitude and longitude"));
        assert_eq!(refused("91,0"), "lat 91 is outside -90..=90 degrees");
    }
}
