//! What the handlers share: the regions and everything that answers for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::http::admission::{Admission, Admissions};
use crate::http::event_hub::EventHub;
use crate::http::map::MapCache;
use crate::http::paths::PathCache;
use crate::http::positions::PositionBoard;
use crate::http::problem::{Kind, Problem};
use crate::http::token::Signer;
use crate::model::region::Region;
use crate::model::time::Timestamp;
use crate::model::travel_matrix::Travel;
use crate::planner::command::Request;
use crate::planner::view::{Live, View};
use crate::runtime::batches::Batches;
use crate::runtime::offer_key::OfferKey;
use crate::runtime::quotes::{Quotes, Workers};
use crate::runtime::stats::ImproverStats;
use crate::runtime::tiles::Tiles;
use crate::runtime::wall_clock::Clock;
use crate::runtime::writer::{Answer, Teller, WriterHandle};

/// What a region brings along to be served.
#[derive(Clone)]
pub struct RegionSetup {
    /// Asks its writer and reads its plan.
    pub writer: WriterHandle,
    /// Tells its time.
    pub clock: Arc<Clock>,
    /// Knows the ways.
    pub travel: Arc<dyn Travel>,
    /// What its map is drawn from.
    pub map: MapSetup,
    /// Counts of its background search.
    pub search: Arc<ImproverStats>,
    /// Whether its customers are invented.
    pub is_demo: bool,
    /// Which pages of other origins may call its checkout.
    pub admission: Admission,
}

/// What a region's map is drawn from. Without anything the map is empty, but for what is going on.
#[derive(Debug, Clone, Default)]
pub struct MapSetup {
    /// Tiles of its own; none when ways are straight lines.
    pub tiles: Option<Arc<Tiles>>,
    /// A style of somebody else, which the pages use instead.
    pub style: Option<OutsideStyle>,
}

/// A map's style at another origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideStyle {
    address: String,
    origin: String,
}

impl OutsideStyle {
    /// The style at an address, unless that is none of the web.
    pub fn new(address: String) -> Option<Self> {
        let origin = reqwest::Url::parse(&address).ok()?.origin();
        let origin = origin.is_tuple().then(|| origin.ascii_serialization())?;
        Some(Self { address, origin })
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The origin that pages must be allowed to load from.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl std::fmt::Debug for RegionSetup {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("RegionSetup").field("is_demo", &self.is_demo).finish_non_exhaustive()
    }
}

/// A region as the handlers see it.
#[derive(Debug)]
pub(crate) struct RegionService {
    key: String,
    setup: RegionSetup,
    /// Answers checkouts.
    pub(crate) quotes: Quotes,
    /// Signs offers.
    pub(crate) signer: Signer,
    /// Where couriers said they are.
    pub(crate) positions: Arc<PositionBoard>,
    /// What the event stream sends.
    pub(crate) hub: EventHub,
    /// Ways as lines.
    pub(crate) paths: Arc<PathCache>,
    /// Zones as they are drawn.
    pub(crate) map: MapCache,
}

/// All that is served. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    regions: Arc<BTreeMap<String, Arc<RegionService>>>,
    batches: Arc<Batches>,
}

/// A plan that is known to have a region.
#[derive(Debug, Clone)]
pub(crate) struct LiveView {
    /// The plan.
    pub(crate) view: Arc<View>,
    /// What follows from it.
    pub(crate) live: Live,
    /// The time it is looked at.
    pub(crate) now: Timestamp,
}

impl App {
    /// Serves these regions, by their keys, and signs their offers with `key`.
    ///
    /// Must be called where tokio runs: the event stream of each region is a task.
    pub fn new(
        regions: Vec<(String, RegionSetup)>,
        key: &OfferKey,
        workers: &Arc<Workers>,
    ) -> Self {
        let serve = |(key_of_region, setup): (String, RegionSetup)| {
            let positions = Arc::new(PositionBoard::default());
            let service = RegionService {
                key: key_of_region.clone(),
                quotes: Quotes::new(Arc::clone(workers)),
                signer: Signer::new(key.clone()),
                hub: EventHub::start(&setup.writer, &setup.clock, &positions),
                positions,
                paths: Arc::new(PathCache::new(Arc::clone(&setup.travel))),
                map: MapCache::default(),
                setup,
            };
            (key_of_region, Arc::new(service))
        };
        let regions = Arc::new(regions.into_iter().map(serve).collect());
        Self { regions, batches: Arc::new(Batches::start()) }
    }

    /// The region with this key.
    ///
    /// # Errors
    /// A problem when there is none.
    pub(crate) fn region(&self, key: &str) -> Result<&Arc<RegionService>, Problem> {
        self.regions.get(key).ok_or_else(|| Problem::unknown_region(key))
    }

    /// Which pages of other origins may call which region.
    pub(crate) fn admissions(&self) -> Admissions {
        let admission =
            |region: &Arc<RegionService>| (region.key.clone(), region.setup.admission.clone());
        self.regions().map(admission).collect()
    }

    /// The scenarios that are simulated.
    pub(crate) fn batches(&self) -> &Batches {
        &self.batches
    }

    /// All regions.
    pub(crate) fn regions(&self) -> impl Iterator<Item = &Arc<RegionService>> {
        self.regions.values()
    }

    /// Whether quotes can be answered, and what they lead to can be recorded.
    pub(crate) fn is_ready(&self) -> bool {
        let is_ready = |region: &Arc<RegionService>| {
            region.setup.writer.is_ready() && region.setup.writer.view().live.is_some()
        };
        !self.regions.is_empty() && self.regions.values().all(is_ready)
    }

    /// Ends all event streams, so that nobody keeps the service from stopping.
    pub fn end_streams(&self) {
        for region in self.regions.values() {
            region.hub.stop();
        }
    }
}

impl RegionService {
    /// The region's name in the API.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// What it was set up with.
    pub(crate) fn setup(&self) -> &RegionSetup {
        &self.setup
    }

    /// The time in the region.
    pub(crate) fn now(&self) -> Timestamp {
        self.setup.clock.now()
    }

    /// The plan as it is.
    ///
    /// # Errors
    /// A problem while the region is not set up.
    pub(crate) fn live(&self) -> Result<LiveView, Problem> {
        LiveView::new(self.setup.writer.view(), self.now())
    }

    /// Has a request done, and returns what came of it once it is durable.
    ///
    /// # Errors
    /// A problem that says why it was not done.
    pub(crate) async fn execute(&self, request: impl Into<Request>) -> Result<Done, Problem> {
        let answer = self.setup.writer.execute(request).await?;
        let live = LiveView::new(Arc::clone(&answer.view), self.now())?;
        Ok(Done { answer, live })
    }

    /// The same, and has recorded what `teller` says if the request has a key.
    ///
    /// # Errors
    /// A problem that says why it was not done.
    pub(crate) async fn execute_told(
        &self,
        request: Request,
        teller: Teller,
    ) -> Result<Done, Problem> {
        let answer = self.setup.writer.execute_told(request, teller).await?;
        let live = LiveView::new(Arc::clone(&answer.view), self.now())?;
        Ok(Done { answer, live })
    }
}

/// A request that was done.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    /// What came of it.
    pub(crate) answer: Answer,
    /// The plan after it.
    pub(crate) live: LiveView,
}

impl LiveView {
    /// The plan with its region.
    ///
    /// # Errors
    /// A problem while there is no region.
    pub(crate) fn new(view: Arc<View>, now: Timestamp) -> Result<Self, Problem> {
        let live = view.live.clone();
        let live =
            live.ok_or_else(|| Problem::new(Kind::UNAVAILABLE, "the region is not set up"))?;
        Ok(Self { view, live, now })
    }

    /// The region's settings.
    pub(crate) fn region(&self) -> &Region {
        &self.live.region
    }
}
