//! Runs one region as a service: journal, writer, background search, HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use tokio::net::TcpListener;

use crate::http::app::{App, RegionSetup};
use crate::http::server;
use crate::http::{Admission, MapSetup, OutsideStyle};
use crate::model::region::Region;
use crate::model::travel_matrix::Travel;
use crate::runtime::improver::{self, ImproverThread};
use crate::runtime::offer_key::OfferKey;
use crate::runtime::quotes::Workers;
use crate::runtime::startup::{self, DataFolder, Running};
use crate::runtime::stats::ImproverStats;
use crate::runtime::tiles::Tiles;
use crate::runtime::wall_clock::{Clock, Pace};
use crate::settings::checkout::CheckoutSettings;
use crate::settings::map::MapSettings;
use crate::travel::roads::Roads;

/// A region and how it is to be served.
#[derive(Clone)]
pub struct Hosting {
    /// Its settings.
    pub region: Region,
    /// What knows the ways.
    pub travel: Arc<dyn Travel>,
    /// The streets, to be drawn, if it has any.
    pub streets: Option<Arc<Roads>>,
    /// What the pages' maps are drawn from instead.
    pub map: MapSettings,
    /// How its time passes.
    pub pace: Pace,
    /// Whether its customers are invented.
    pub is_demo: bool,
    /// The seed of the background search.
    pub seed: u64,
    /// Where its journal and keys are.
    pub data: PathBuf,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Whether others than this machine may reach it.
    pub trust_network: bool,
    /// Who may call its checkout from pages of other origins.
    pub checkout: CheckoutSettings,
}

impl Hosting {
    /// Serves the region until somebody interrupts the program, or `beside` is over, which is
    /// started with the service's address and the region's clock once it answers. Blocks.
    ///
    /// # Errors
    /// When the region cannot be started, or the address cannot be listened on.
    pub fn run<T>(
        self,
        beside: impl AsyncFnOnce(SocketAddr, Arc<Clock>) -> T,
    ) -> anyhow::Result<Option<T>> {
        if !self.trust_network && !self.listen.ip().is_loopback() {
            bail!(
                "{} can be reached from other machines, and this version knows no users: whoever \
                 reaches it can book, cancel and report. Listen on 127.0.0.1, or add --trust-network",
                self.listen
            );
        }
        let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let (listen, seed) = (self.listen, self.seed);
        let listener = tokio.block_on(TcpListener::bind(listen));
        let listener = listener.with_context(|| format!("cannot listen on {listen}"))?;
        let started = self.start()?;
        let running = &started.running;
        let search = Arc::clone(&started.setup.search);
        let improver =
            improver::start(running.writer.clone(), Arc::clone(&started.workers), seed, search)
                .context("the background search cannot be started")?;
        let served = tokio.block_on(started.serve(listener, beside));
        stop(improver, started.running);
        served
    }

    fn start(self) -> anyhow::Result<Started> {
        let folder = DataFolder::open(&self.data)?;
        let key = folder.offer_key()?;
        let name = self.region.key.clone();
        let journal = Box::new(folder.journal(&name)?);
        let running = startup::start(journal, self.region, Arc::clone(&self.travel), self.pace)?;
        let tiles = self.streets.map(Tiles::start).transpose();
        let map = MapSetup {
            tiles: tiles.context("the machine gives no threads")?,
            style: self.map.style.and_then(OutsideStyle::new),
        };
        let setup = RegionSetup {
            writer: running.writer.clone(),
            clock: Arc::clone(&running.clock),
            travel: self.travel,
            map,
            search: Arc::new(ImproverStats::default()),
            is_demo: self.is_demo,
            admission: Admission::new(self.checkout.origins, self.checkout.keys),
        };
        let workers = Arc::new(Workers::start(0).context("the machine gives no threads")?);
        Ok(Started { name, running, setup, key, workers })
    }
}

/// A region that runs, before it is served.
struct Started {
    name: String,
    running: Running,
    setup: RegionSetup,
    key: OfferKey,
    workers: Arc<Workers>,
}

impl Started {
    async fn serve<T>(
        &self,
        listener: TcpListener,
        beside: impl AsyncFnOnce(SocketAddr, Arc<Clock>) -> T,
    ) -> anyhow::Result<Option<T>> {
        let address = listener.local_addr()?;
        let clock = Arc::clone(&self.running.clock);
        let regions = vec![(self.name.clone(), self.setup.clone())];
        let app = App::new(regions, &self.key, &self.workers);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        // It is over when the sender is dropped.
        let stopped = async move { stopped.await.unwrap_or_default() };
        let serving = tokio::spawn(server::serve(listener, app, stopped));
        let result = tokio::select! {
            result = beside(address, clock) => Some(result),
            () = server::interrupted() => None,
        };
        tracing::info!("stopping");
        drop(stop);
        serving.await??;
        Ok(result)
    }
}

/// Stops what writes, last what others write through.
fn stop(improver: ImproverThread, running: Running) {
    improver.stop();
    running.thread.stop();
}
