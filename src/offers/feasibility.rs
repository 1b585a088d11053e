//! Whether a slot can be kept: by doing it on a copy of the plan.
//!
//! First every place in every route is priced in constant time, as if picking took no queue. Then
//! the cheapest places are tried for good: the route is evaluated with the order in it, which says
//! by when each trip must load, and the pickers' schedule is drawn up again with those due times.
//! A slot is kept only if every order of the store is then picked in time for its trip. Where no
//! place is left, somebody near may move elsewhere; see `repair`.

use crate::model::basket::Load;
use crate::model::ids::StoreId;
use crate::model::order::Wish;
use crate::model::time::TimeWindow;
use crate::model::travel_matrix::Row;
use crate::model::units::Seconds;
use crate::offers::ground::{Ground, RowWay, duration};
use crate::offers::probability::Reached;
use crate::offers::queue::picks_in_time;
use crate::offers::refusal::Cause;
use crate::offers::repair::Repair;
use crate::offers::trial::{Asked, Trial, job_for};
use crate::solver::insertion::{Insertion, Newcomer, each_insertion};
use crate::solver::problem::LOADS;
use crate::solver::route::Trip;

/// Of the places found for a window, so many of the best are tried for good, and the one that
/// leaves the pickers most time. (Taste: the first is nearly always good.)
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
    /// Who else moves for it.
    pub moved: Vec<Change>,
    /// From which store.
    pub store: StoreId,
    /// When the courier would be at the door, in seconds from the ground's now.
    pub arrival: i32,
    /// How probable that is to be in time, and when it will really be.
    pub reached: Reached,
}

/// An order that looks for a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asking {
    /// What is wanted.
    pub wish: Wish,
    /// The courier must be at the door so long before a window closes.
    pub safety: Seconds,
    /// Picking does not begin for so long: an order may be held, and booked at the last moment.
    pub held_for: Seconds,
    /// With which probability it must be in time, and everybody else stay so.
    pub floor: f64,
    /// So many times others may be moved for it on trial, over all windows.
    pub repairs: u32,
}

/// Finds the cheapest place for an order in each window, over all `stores`.
///
/// `row` has the legs between the door and each place of the ground.
pub fn find_places(
    ground: &Ground,
    asking: &Asking,
    row: &Row,
    stores: &[StoreId],
    windows: &[TimeWindow],
) -> Vec<Result<Place, Cause>> {
    let mut trial = Trial::new(ground, asking, row);
    let bounds: Vec<(i32, i32)> = windows
        .iter()
        .map(|window| {
            let opens = ground.seconds(window.opens());
            (opens, ground.seconds(window.closes() - asking.safety).max(opens))
        })
        .collect();
    let mut shortlists = vec![Shortlist::default(); windows.len()];
    let can_carry: Vec<StoreId> = stores
        .iter()
        .copied()
        .filter(|&store| anybody_carries(ground, store, &asking.wish))
        .collect();
    for &store in &can_carry {
        trial.client.depot = Some(store.0);
        let client = trial.client;
        let from: Vec<i32> =
            bounds.iter().map(|bounds| trial.loads_from(store, bounds.0)).collect();
        let newcomer = Newcomer { client: &client, way: &RowWay(row) };
        let mut keep = |window: usize, insertion: Insertion| {
            if insertion.latest_loading < from[window] {
                return;
            }
            shortlists[window].keep(trial.holds_up(insertion), insertion, store);
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
    let mut repair = Repair::new(&mut trial, &can_carry, asking.repairs);
    let mut answers = Vec::with_capacity(windows.len());
    for ((shortlist, &bounds), window) in shortlists.iter().zip(&bounds).zip(windows) {
        let asked = Asked { bounds, promised: ground.seconds(window.closes()) };
        answers.push(if can_carry.is_empty() {
            Err(Cause::TooHeavy)
        } else {
            let kept = shortlist.first_kept(repair.trial, asked);
            kept.or_else(|cause| repair.place(asked).ok_or(cause))
        });
    }
    answers
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
    let job = job_for(ground, asking, opens, opens.saturating_sub(handover));
    let pick_ahead = duration(ground.region.policy.pick_ahead);
    picks_in_time(ground.work(store), pick_ahead, &[], Some(job)).is_some()
}

/// The places of one window that are worth trying.
#[derive(Debug, Clone, Default)]
struct Shortlist {
    /// The best, best first, and whether others would wait for it: first those where nobody does,
    /// then by cost.
    best: Vec<(bool, Insertion, StoreId)>,
    /// The one that leaves the pickers most time: if they cannot make it there, they cannot at all.
    latest: Option<(Insertion, StoreId)>,
}

impl Shortlist {
    fn keep(&mut self, holds_up: bool, insertion: Insertion, store: StoreId) {
        let key = |&(holds_up, place, store): &(bool, Insertion, StoreId)| {
            (holds_up, place.cost, store, place.route, place.trip, place.position, place.opens_trip)
        };
        let entry = (holds_up, insertion, store);
        if self.latest.is_none_or(|(latest, _)| insertion.latest_loading > latest.latest_loading) {
            self.latest = Some((insertion, store));
        }
        let places = &mut self.best;
        if places.len() == TRIED_MAX && key(&entry) >= key(&places[TRIED_MAX - 1]) {
            return;
        }
        let rank = places.partition_point(|other| key(other) < key(&entry));
        places.insert(rank, entry);
        places.truncate(TRIED_MAX);
    }

    /// The first of them that keeps every promise.
    fn first_kept(&self, trial: &mut Trial<'_>, asked: Asked) -> Result<Place, Cause> {
        let best = self.best.iter().map(|&(_, insertion, store)| (insertion, store));
        let mut cause = Cause::NoCourierInTime;
        for (insertion, store) in best.chain(self.latest) {
            match trial.insert(store, asked, insertion) {
                Ok(place) => return Ok(place),
                Err(new) => cause = cause.max(new),
            }
        }
        Err(cause)
    }
}

fn anybody_carries(ground: &Ground, store: StoreId, wish: &Wish) -> bool {
    ground.region.couriers.iter().any(|courier| {
        courier.home.is_none_or(|home| home == store) && wish.basket.load.fits(courier.capacity)
    })
}

/// What a basket takes of a trip, in the solver's two dimensions.
pub fn load_of(load: Load) -> [i32; LOADS] {
    let clamp = |amount: i64| i32::try_from(amount.clamp(0, 1_000_000_000)).unwrap_or_default();
    [clamp(load.mass.0), clamp(load.volume.0)]
}
