//! `punctual serve`: a region of one's own, in real time.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::hosting::Hosting;
use crate::cli::telemetry;
use crate::cli::ways::Ways;
use crate::runtime::wall_clock::Pace;
use crate::settings;

/// Serves a region over HTTP.
///
/// There are no users and keys in this version: whoever reaches the service can book, cancel and
/// report. It listens on this machine only, unless --trust-network is given.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The region: a folder with region.toml, stores.csv, pickers.csv and couriers.csv.
    #[arg(long)]
    config: PathBuf,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where journal and keys are kept.
    #[arg(long, default_value = "./punctual-data")]
    data: PathBuf,
    /// Listen also where other machines reach it: only behind a proxy that knows who asks.
    #[arg(long)]
    trust_network: bool,
}

/// Serves until interrupted.
///
/// # Errors
/// When the settings are wrong, the region cannot be started, or the address is taken.
pub fn run(arguments: &ServeArguments) -> anyhow::Result<ExitCode> {
    telemetry::start();
    let settings = settings::read(&arguments.config)?;
    let Ways { travel, drawn } = Ways::load(&settings.travel, &settings.region.stores)?;
    let hosting = Hosting {
        region: settings.region,
        travel,
        streets: drawn,
        map: settings.map,
        pace: Pace::Real,
        is_demo: false,
        seed: 1,
        data: arguments.data.clone(),
        listen: arguments.listen,
        trust_network: arguments.trust_network,
        checkout: settings.checkout,
    };
    hosting.run(async |address, _| {
        // Whoever closed the output does not read it.
        writeln!(std::io::stdout(), "Punctual serves on http://{address}").unwrap_or_default();
        std::future::pending::<()>().await;
    })?;
    Ok(ExitCode::SUCCESS)
}
