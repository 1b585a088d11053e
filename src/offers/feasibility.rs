//! Whether a slot can be kept: by doing it on a copy of the plan.
//!
//! It is asked in three steps. The ledger of each store says at once where picking is full. Every
//! place in every route is priced in constant time, as if picking took no queue, and the cheapest
//! are then tried for good, in `trial.rs`. Where no place is kept, `repair.rs` moves somebody else.

use crate::model::ids::StoreId;
use crate::model::order::Wish;
use crate::model::time::TimeWindow;
use crate::model::travel_matrix::Row;
use crate::model::units::Seconds;
use crate::offers::ground::{Ground, RowWay, duration};
use crate::offers::probability::Reached;
use crate::offers::queue::picks_in_time;
use crate::offers::refusal::Cause;
use crate::offers::repair::{Budget, repair};
pub use crate::offers::trial::Asking;
use crate::offers::trial::{Asked, Trial, job_for};
use crate::solver::insertion::{self, Insertion, each_insertion};
use crate::solver::route::Trip;

/// Of the places found for a window, so many of the best are tried for good, the one that leaves the
/// pickers most time, the one that is reached first, and the best of an idle courier. (Taste: the first is nearly always good.)
const TRIED_MAX: usize = 6;

/// So many times others are moved on trial, per quote and per hold. (A trial takes some ten
/// microseconds; together they are not to take longer than everything else.)
pub const REPAIRS: u32 = 24;

/// The position of a route and the trips it has after a change.
pub type Change = (usize, Vec<Trip>);

/// A place in the plan that keeps every promise.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Where, once the others have moved. Its cost is that of everything.
    pub insertion: Insertion,
    /// From which store.
    pub store: StoreId,
    /// When the courier would be at the door, in seconds from the ground's now.
    pub arrival: i32,
    /// How probable that is to be in time, and when it will really be.
    pub reached: Reached,
    /// Who else moves for it.
    pub moved: Vec<Change>,
}

/// Finds the cheapest place for an order in each window, over all `stores`; where there is none, by
/// moving somebody else, as long as [`Asking::repairs`] last.
///
/// `row` has the legs between the door and each place of the ground.
pub fn find_places(
    ground: &Ground,
    asking: &Asking,
    row: &Row,
    stores: &[StoreId],
    windows: &[TimeWindow],
) -> Vec<Result<Place, Cause>> {
    let trial = Trial::new(ground, asking, row);
    let stores = able_stores(ground, &asking.wish, stores);
    if stores.is_empty() {
        return vec![Err(Cause::TooHeavy); windows.len()];
    }
    let asked: Vec<Asked> = windows.iter().map(|&window| asked(ground, asking, window)).collect();
    let shortlists = shortlists(&trial, &stores, &asked);
    let mut budget = Budget::of(asking.repairs);
    let place = |(list, asked): (&Shortlist, Asked)| {
        let kept = first_kept(&trial, list, asked);
        kept.or_else(|cause| repair(&trial, &stores, asked, &mut budget).ok_or(cause))
    };
    shortlists.iter().zip(asked).map(place).collect()
}

/// A window with the safety margin kept.
pub(crate) fn asked(ground: &Ground, asking: &Asking, window: TimeWindow) -> Asked {
    let opens = ground.seconds(window.opens());
    let closes = ground.seconds(window.closes() - asking.safety).max(opens);
    Asked { bounds: (opens, closes), promised: ground.seconds(window.closes()) }
}

/// The first of `windows` that can be kept without moving anybody, and its place. Each window that
/// is tried is taken off `budget`.
pub(crate) fn find_first(
    ground: &Ground,
    asking: &Asking,
    row: &Row,
    stores: &[StoreId],
    windows: &[TimeWindow],
    budget: &mut Budget,
) -> Option<(TimeWindow, Place)> {
    let trial = Trial::new(ground, asking, row);
    let stores = able_stores(ground, &asking.wish, stores);
    let asked: Vec<Asked> = windows.iter().map(|&window| asked(ground, asking, window)).collect();
    let shortlists = shortlists(&trial, &stores, &asked);
    for ((list, asked), &window) in shortlists.iter().zip(asked).zip(windows) {
        if list.best.is_empty() {
            continue;
        }
        if !budget.take() {
            return None;
        }
        if let Ok(place) = first_kept(&trial, list, asked) {
            return Some((window, place));
        }
    }
    None
}

/// The stores that have a courier who can carry it.
pub(crate) fn able_stores(ground: &Ground, wish: &Wish, stores: &[StoreId]) -> Vec<StoreId> {
    let carries = |store: &StoreId| {
        ground.region.couriers.iter().any(|courier| {
            courier.home.is_none_or(|home| home == *store)
                && wish.basket.load.fits(courier.capacity)
        })
    };
    stores.iter().copied().filter(carries).collect()
}

/// Whether the pickers of `store` can have `wish` ready when `window` opens, everybody else staying
/// in time.
pub fn can_be_collected(
    ground: &Ground,
    asking: &Asking,
    store: StoreId,
    window: TimeWindow,
) -> bool {
    let handover = duration(ground.region.policy.handover);
    let opens = ground.seconds(window.opens());
    let job = job_for(ground, asking, opens, opens.saturating_sub(handover), 0);
    let pick_ahead = duration(ground.region.policy.pick_ahead);
    ground.ledgers[store.index()].may_fit(job.seconds, job.due)
        && picks_in_time(ground.work(store), pick_ahead, &[], &[job]).is_some()
}

/// The places of one window that are worth trying.
#[derive(Debug, Clone, Default)]
struct Shortlist {
    /// The best, best first, and whether others would wait for it: first those where nobody does,
    /// then by cost.
    best: Vec<(bool, Insertion, StoreId)>,
    /// The one that leaves the pickers most time: if they cannot make it there, they cannot at all.
    latest: Option<(Insertion, StoreId)>,
    /// The one where the courier is at the door first, which is most often in time.
    earliest: Option<(Insertion, StoreId)>,
    /// The cheapest with a courier who has nothing else to do.
    idle: Option<(Insertion, StoreId)>,
}

impl Shortlist {
    fn keep(&mut self, ground: &Ground, release: i32, insertion: Insertion, store: StoreId) {
        if self.latest.is_none_or(|(latest, _)| insertion.latest_loading > latest.latest_loading) {
            self.latest = Some((insertion, store));
        }
        if self.earliest.is_none_or(|(earliest, _)| insertion.arrival < earliest.arrival) {
            self.earliest = Some((insertion, store));
        }
        let is_idle = || ground.routes[insertion.route].trips().is_empty();
        if self.idle.is_none_or(|(idle, _)| insertion.cost < idle.cost) && is_idle() {
            self.idle = Some((insertion, store));
        }
        let key = |&(holds_up, place, store): &(bool, Insertion, StoreId)| {
            (holds_up, place.cost, store, place.route, place.trip, place.position, place.opens_trip)
        };
        let places = &mut self.best;
        let is_full = places.len() == TRIED_MAX;
        if is_full && key(&(false, insertion, store)) >= key(&places[TRIED_MAX - 1]) {
            return;
        }
        let entry = (holds_up(ground, release, insertion), insertion, store);
        if is_full && key(&entry) >= key(&places[TRIED_MAX - 1]) {
            return;
        }
        let rank = places.partition_point(|other| key(other) < key(&entry));
        places.insert(rank, entry);
        places.truncate(TRIED_MAX);
    }
}

/// Prices every place for each window.
fn shortlists(trial: &Trial<'_>, stores: &[StoreId], asked: &[Asked]) -> Vec<Shortlist> {
    let ground = trial.ground;
    let bounds: Vec<(i32, i32)> = asked.iter().map(|asked| asked.bounds).collect();
    let mut shortlists = vec![Shortlist::default(); asked.len()];
    for &store in stores {
        let client = trial.client_of(store);
        let from: Vec<i32> =
            bounds.iter().map(|bounds| trial.loads_from(store, bounds.0)).collect();
        let newcomer = insertion::Newcomer { client: &client, way: &RowWay(trial.legs.row) };
        let mut keep = |window: usize, insertion: Insertion| {
            if insertion.latest_loading < from[window] {
                return;
            }
            shortlists[window].keep(ground, client.release, insertion, store);
        };
        each_insertion(
            &ground.problem,
            &ground.legs,
            &ground.routes,
            &newcomer,
            &bounds,
            &mut keep,
        );
    }
    shortlists
}

/// Whether a trip would be loaded much later for an order with this release. Orders that are ready
/// do not wait for one that is not while somebody else could carry it.
fn holds_up(ground: &Ground, release: i32, insertion: Insertion) -> bool {
    let planned = ground.loading.get(insertion.route).and_then(|trips| trips.get(insertion.trip));
    let patience = duration(ground.region.policy.wait);
    insertion.opens_trip.is_none()
        && planned.is_some_and(|&loading| release > loading.saturating_add(patience))
}

/// The first place of a shortlist that keeps every promise.
fn first_kept(trial: &Trial<'_>, shortlist: &Shortlist, asked: Asked) -> Result<Place, Cause> {
    let best = shortlist.best.iter().map(|&(_, insertion, store)| (insertion, store));
    let mut cause = Cause::NoCourierInTime;
    let is_new = |place: &(Insertion, StoreId)| !best.clone().any(|other| other == *place);
    let rest = [shortlist.latest, shortlist.earliest, shortlist.idle];
    for (insertion, store) in best.clone().chain(rest.into_iter().flatten().filter(is_new)) {
        match prove(trial, store, asked, insertion) {
            Ok(place) => return Ok(place),
            Err(new) => cause = cause.max(new),
        }
    }
    Err(cause)
}

/// Does it on a copy, if the ledger does not say no.
fn prove(
    trial: &Trial<'_>,
    store: StoreId,
    asked: Asked,
    insertion: Insertion,
) -> Result<Place, Cause> {
    let policy = &trial.ground.region.policy;
    let picking = duration(policy.picking(&trial.asking.wish.basket));
    let due = insertion.latest_loading.saturating_sub(duration(policy.handover));
    if !trial.ground.ledgers[store.index()].may_fit(picking, due) {
        return Err(Cause::PickingFull);
    }
    let newcomers = [trial.newcomer(store, asked)];
    let trips = with_newcomer(trial.trips_of(insertion.route), trial.first_newcomer(), insertion);
    let redrawn = trial.redraw(insertion.route, &trips, &newcomers);
    let proven = trial.prove(vec![redrawn], &newcomers)?;
    let proven = proven.first().copied().ok_or(Cause::NoCourierInTime)?;
    let (arrival, reached) = (proven.arrival, proven.reached);
    Ok(Place { insertion, store, arrival, reached, moved: Vec::new() })
}

/// How the door of a place is reached if the order is booked right away, and not at the last moment
/// of a hold: most are. `None` where the plan would not be kept then.
pub(crate) fn reached_if_booked(
    ground: &Ground,
    asking: &Asking,
    row: &Row,
    place: &Place,
    window: TimeWindow,
) -> Option<Reached> {
    let asking = Asking { held_for: Seconds::ZERO, risk: f64::INFINITY, ..*asking };
    let trial = Trial::new(ground, &asking, row);
    let newcomers = [trial.newcomer(place.store, asked(ground, &asking, window))];
    let Insertion { route, .. } = place.insertion;
    let mut changed: Vec<Change> = place.moved.clone();
    if changed.is_empty() {
        changed.push((route, trial.trips_of(route).to_vec()));
    }
    let id = trial.first_newcomer();
    let redrawn = changed.iter().map(|(index, trips)| {
        let joined = (*index == route).then(|| with_newcomer(trips, id, place.insertion));
        trial.redraw(*index, joined.as_deref().unwrap_or(trips), &newcomers)
    });
    let proven = trial.prove(redrawn.collect(), &newcomers).ok()?;
    proven.first().map(|proven| proven.reached)
}

/// The trips of a route with somebody put into it.
pub(crate) fn with_newcomer(trips: &[Trip], id: u32, insertion: Insertion) -> Vec<Trip> {
    let mut trips = trips.to_vec();
    match insertion.opens_trip {
        Some(depot) => trips.insert(insertion.trip, Trip { depot, clients: vec![id] }),
        None => trips[insertion.trip].clients.insert(insertion.position, id),
    }
    trips
}
