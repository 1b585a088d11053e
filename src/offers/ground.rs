//! The plan as a quote sees it: routes that can be priced, and the pickers' work.

use std::sync::{Arc, OnceLock};

use crate::model::ids::{OrderId, RouteId, StoreId};
use crate::model::place::Profile;
use crate::model::quota::Sold;
use crate::model::region::Region;
use crate::model::sale::Classes;
use crate::model::time::Timestamp;
use crate::model::travel_matrix::{Leg, PlaceIndex, Row, TravelMatrix};
use crate::model::units::Seconds;
use crate::offers::ledger::Ledger;
use crate::offers::picking::{Job, PickSlot, Picker};
use crate::offers::probability::{Followed, Start};
use crate::offers::timeline::{Ready, followed};
use crate::solver::insertion::Way;
use crate::solver::problem::{Legs, Problem};
use crate::solver::route::Route;

/// Everything that decides whether one more order fits.
///
/// Times inside are seconds from [`Ground::now`]. Every order's window closes when its plan needs
/// it to: at the promise less the safety margin or, where reality has already slipped past that, at
/// the arrival that is expected now. So the routes are always feasible, and whatever keeps them
/// feasible makes nobody later than promised or than already feared.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The moment the ground was surveyed.
    pub now: Timestamp,
    /// The region's settings.
    pub region: Arc<Region>,
    /// Clients are the orders of planned trips; depots are the stores.
    pub problem: Problem,
    /// Legs between the known places; the solver's locations are their indexes.
    pub legs: LiveLegs,
    /// One route per shift that is not over, in the order of [`Ground::route_ids`].
    pub routes: Vec<Route>,
    /// Whose routes they are.
    pub route_ids: Vec<RouteId>,
    /// When each trip of each route is going to be loaded.
    pub loading: Vec<Vec<i32>>,
    /// Whether the courier of each route waits for a trip: none is under way.
    pub is_waiting: Vec<bool>,
    /// What is under way on each route.
    pub under_way: Vec<Start>,
    /// Whose orders the clients are.
    pub clients: Vec<OrderId>,
    /// When each client was promised that the courier is at the door.
    pub promised: Vec<i32>,
    /// With which probability each client's promise is to be kept.
    pub floors: Vec<f64>,
    /// For each client: loading any earlier would only mean waiting at the door; see
    /// [`loads_from`].
    pub loads_from: Vec<i32>,
    /// What the pickers of each store have to do.
    pub stores: Vec<StoreWork>,
    /// How much more each store's pickers can do.
    pub ledgers: Vec<Ledger>,
    /// How each route is going to be driven, once somebody has asked.
    pub(crate) followed: Vec<OnceLock<Followed>>,
    /// How many orders are held or booked, by window.
    pub sold: Arc<Sold>,
    /// What each store does not have.
    pub out_of_stock: Vec<Classes>,
}

/// The pickers of one store and what waits for them.
#[derive(Debug, Clone, Default)]
pub struct StoreWork {
    /// Pickers, once they are done with what they have begun.
    pub pickers: Vec<Picker>,
    /// Orders nobody has begun to pick, in the order in which they will be.
    pub jobs: Vec<Job>,
    /// What else is known about each job.
    pub waiting: Vec<Waiting>,
    /// The clients among them and the positions of their jobs, by client.
    pub clients: Vec<(u32, usize)>,
    /// The positions of all jobs in the order in which they can be picked.
    pub by_earliest: Vec<usize>,
    /// When the first of each job and all later ones can be picked.
    pub rest_earliest: Vec<i32>,
    /// The positions of the jobs of each picker.
    pub hands: Vec<Vec<usize>>,
}

/// An order that waits to be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The client whose trip waits for it, if the trip has not begun.
    pub client: Option<u32>,
    /// When it may be picked, depending on when it must be.
    pub readiness: Readiness,
    /// When it must be picked at the very latest, so that nothing gets worse.
    pub limit: i32,
    /// When it will be.
    pub slot: PickSlot,
    /// The position of the picker who will.
    pub picker: usize,
}

/// When picking may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    /// Not before: a hold may be booked at its last moment.
    pub not_before: i32,
    /// Whether its window is open already, so that it cannot be picked too early.
    pub is_open: bool,
}

/// The legs of a live plan, as the solver asks for them.
#[derive(Debug, Clone, Default)]
pub struct LiveLegs(pub TravelMatrix);

impl Legs for LiveLegs {
    fn leg(&self, profile: u8, from: u32, to: u32) -> Leg {
        self.0.leg(Profile::ALL[usize::from(profile)], PlaceIndex(from), PlaceIndex(to))
    }
}

/// The legs of a live plan and of one more place, which comes right behind the known ones.
#[derive(Debug, Clone, Copy)]
pub struct LegsWithNewcomer<'a> {
    /// The known places.
    pub known: &'a LiveLegs,
    /// The new one.
    pub row: &'a Row,
}

impl LegsWithNewcomer<'_> {
    /// The location of the new place.
    ///
    /// # Panics
    /// When there are four billion places.
    pub fn location(&self) -> u32 {
        u32::try_from(self.known.0.len()).expect("places are indexed by 32 bits")
    }
}

impl Legs for LegsWithNewcomer<'_> {
    fn leg(&self, profile: u8, from: u32, to: u32) -> Leg {
        let newcomer = self.location();
        match (from == newcomer, to == newcomer) {
            (false, false) => self.known.leg(profile, from, to),
            (true, false) => self.row.to[usize::from(profile)][to as usize],
            (false, true) => self.row.from[usize::from(profile)][from as usize],
            (true, true) => Leg::default(),
        }
    }
}

/// A row of legs, as the solver asks a newcomer for them.
#[derive(Debug, Clone, Copy)]
pub struct RowWay<'a>(pub &'a Row);

impl Way for RowWay<'_> {
    fn to(&self, profile: u8, location: u32) -> Leg {
        self.0.to[usize::from(profile)][location as usize]
    }

    fn from(&self, profile: u8, location: u32) -> Leg {
        self.0.from[usize::from(profile)][location as usize]
    }
}

impl Ground {
    /// An instant in the seconds of this ground, clamped to some decades around it.
    pub fn seconds(&self, at: Timestamp) -> i32 {
        seconds_from(self.now, at)
    }

    /// The instant of a number of seconds of this ground.
    pub fn instant(&self, seconds: i32) -> Timestamp {
        self.now + Seconds(i64::from(seconds))
    }

    /// When the courier of a route is free to begin the first planned trip.
    pub(crate) fn start(&self, route: usize) -> Start {
        self.under_way[route]
    }

    /// When an order of a planned trip can be loaded.
    pub(crate) fn ready(&self, client: u32) -> Ready {
        let data = &self.problem.clients[client as usize];
        let work = self.stores.get(usize::from(data.depots.first()));
        let handover = duration(self.region.policy.handover);
        match work.and_then(|work| work.job_of(client)) {
            Some((job, slot)) => Ready { at: slot.end + handover, picking: job.seconds },
            None => Ready { at: data.release, picking: 0 },
        }
    }

    /// When an order that waits to be picked can be loaded at the earliest, if a picker takes it
    /// as soon as it may be picked; `None` when nobody has to pick it any more.
    pub(crate) fn soonest(&self, client: u32) -> Option<i32> {
        let depot = self.problem.clients[client as usize].depots.first();
        let work = self.stores.get(usize::from(depot))?;
        let place = work.clients.binary_search_by_key(&client, |&(client, _)| client).ok()?;
        let index = work.clients[place].1;
        let begins = work.waiting[index].readiness.not_before.max(0);
        let handover = duration(self.region.policy.handover);
        Some(begins.saturating_add(work.jobs[index].seconds).saturating_add(handover))
    }

    /// How a route is going to be driven as the plan is, its doors in the order of its trips.
    ///
    /// # Panics
    /// When there is no such route.
    pub(crate) fn followed(&self, route: usize) -> &Followed {
        self.followed[route].get_or_init(|| followed(self, route))
    }

    /// The work of a store.
    ///
    /// # Panics
    /// When the store is of another region.
    pub fn work(&self, store: StoreId) -> &StoreWork {
        &self.stores[store.index()]
    }
}

/// Seconds from `origin` to `at`, clamped to some decades.
pub fn seconds_from(origin: Timestamp, at: Timestamp) -> i32 {
    const LIMIT: i64 = 1_000_000_000;
    i32::try_from((at - origin).0.clamp(-LIMIT, LIMIT)).unwrap_or_default()
}

/// A courier who comes straight from the store is not more than this too early at a door. (Taste: as
/// long as one or two doors on the way take.)
const EARLY_MAX: i32 = 15 * 60;

/// When a trip may load at the earliest that carries an order whose window opens at `opens`: nobody
/// shall stand at a door for an hour. The slowest profile counts.
pub fn loads_from(legs: &impl Legs, region: &Region, store: u32, door: u32, opens: i32) -> i32 {
    let profiles = region.profiles();
    let drive = |profile: &Profile| {
        let profile = u8::try_from(profile.index()).unwrap_or_default();
        legs.leg(profile, store, door).drive_seconds
    };
    let slowest = profiles.iter().map(drive).max().unwrap_or_default();
    opens - slowest - duration(region.policy.loading) - EARLY_MAX
}

/// A length of time as the solver counts it, clamped to some decades.
pub fn duration(seconds: Seconds) -> i32 {
    i32::try_from(seconds.0.clamp(0, 1_000_000_000)).unwrap_or_default()
}

impl Readiness {
    /// When picking may begin for an order that must be picked by `due`, at most `pick_ahead`
    /// before: fresh goods wait on the shelf, not in the bag.
    pub fn earliest(self, pick_ahead: i32, due: i32) -> i32 {
        let fresh = due.saturating_sub(pick_ahead);
        if self.is_open { self.not_before } else { self.not_before.max(fresh) }
    }
}
