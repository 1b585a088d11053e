//! Whether a slot can be kept: by doing it on a copy of the plan.
//!
//! First every place in every route is priced in constant time, as if picking took no queue. Then
//! the cheapest places are tried for good: the route is evaluated with the order in it, which says
//! by when each trip must load, and the pickers' schedule is drawn up again with those due times.
//! A slot is kept only if every order of the store is then picked in time for its trip.

use std::collections::BTreeMap;

use crate::model::basket::Load;
use crate::model::ids::{OrderId, StoreId};
use crate::model::order::Wish;
use crate::model::time::TimeWindow;
use crate::model::travel_matrix::Row;
use crate::model::units::Seconds;
use crate::offers::ground::{Ground, LegsWithNewcomer, Readiness, RowWay, duration, loads_from};
use crate::offers::picking::Job;
use crate::offers::probability::{Reached, follow};
use crate::offers::queue::picks_in_time;
use crate::offers::refusal::Cause;
use crate::offers::timeline::{Ready, chances, planned_trips, steps};
use crate::solver::insertion::{Insertion, Newcomer, each_insertion};
use crate::solver::problem::{Client, LOADS, Problem};
use crate::solver::route::{Route, Trip};

/// Of the places found for a window, so many of the best are tried for good, and the one that
/// leaves the pickers most time. (Taste: the first is nearly always good.)
const TRIED_MAX: usize = 6;

/// Probabilities that differ by less are the same.
pub(crate) const SAME: f64 = 1e-6;

/// A place in the plan that keeps every promise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Where.
    pub insertion: Insertion,
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
    let mut answers = Vec::with_capacity(windows.len());
    for ((shortlist, &bounds), window) in shortlists.iter().zip(&bounds).zip(windows) {
        let asked = Asked { bounds, promised: ground.seconds(window.closes()) };
        answers.push(if can_carry.is_empty() {
            Err(Cause::TooHeavy)
        } else {
            trial.first_kept(shortlist, asked)
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

/// A window as a trial sees it, in seconds from the ground's now.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// When service may begin, the safety margin kept.
    bounds: (i32, i32),
    /// When it was promised.
    promised: i32,
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

fn job_for(ground: &Ground, asking: &Asking, opens: i32, due: i32) -> Job {
    let seconds = duration(ground.region.policy.picking(&asking.wish.basket));
    let readiness = Readiness { not_before: duration(asking.held_for), is_open: opens <= 0 };
    let earliest = readiness.earliest(duration(ground.region.policy.pick_ahead), due);
    // Nobody has a higher number yet: of two orders due at once the older is picked first.
    let order = OrderId(u64::MAX);
    Job { order, seconds, earliest, due }
}

/// The problem with the newcomer as its last client, to be evaluated again and again.
struct Trial<'a> {
    ground: &'a Ground,
    asking: &'a Asking,
    legs: LegsWithNewcomer<'a>,
    problem: Problem,
    client: Client,
    /// How probable the promises of each route are that was looked at.
    before: BTreeMap<usize, Vec<f64>>,
}

impl<'a> Trial<'a> {
    fn new(ground: &'a Ground, asking: &'a Asking, row: &'a Row) -> Self {
        let policy = &ground.region.policy;
        let wish = &asking.wish;
        let legs = LegsWithNewcomer { known: &ground.legs, row };
        let client = Client {
            location: legs.location(),
            opens: 0,
            closes: 0,
            service: duration(wish.door),
            // As if a picker were free at once.
            release: duration(asking.held_for + policy.picking(&wish.basket) + policy.handover),
            load: load_of(wish.basket.load),
            depot: None,
            skills: 0,
            ..Client::default()
        };
        let mut problem = ground.problem.clone();
        problem.locations = legs.location() + 1;
        problem.clients.push(client);
        Self { ground, asking, legs, problem, client, before: BTreeMap::new() }
    }

    fn loads_from(&self, store: StoreId, opens: i32) -> i32 {
        let depot = self.problem.depots[store.index()].location;
        loads_from(&self.legs, &self.ground.region, depot, self.legs.location(), opens)
    }

    /// Whether a trip would be loaded much later for it. Orders that are ready do not wait for one
    /// that is not while somebody else could carry it.
    fn holds_up(&self, insertion: Insertion) -> bool {
        let planned = self.ground.loading.get(insertion.route);
        let planned = planned.and_then(|trips| trips.get(insertion.trip));
        let patience = duration(self.ground.region.policy.wait);
        insertion.opens_trip.is_none()
            && planned
                .is_some_and(|&loading| self.client.release > loading.saturating_add(patience))
    }

    /// The first place of a shortlist that keeps every promise.
    fn first_kept(&mut self, shortlist: &Shortlist, asked: Asked) -> Result<Place, Cause> {
        let best = shortlist.best.iter().map(|&(_, insertion, store)| (insertion, store));
        let mut cause = Cause::NoCourierInTime;
        for (insertion, store) in best.chain(shortlist.latest) {
            match self.prove(store, asked, insertion) {
                Ok(place) => return Ok(place),
                Err(new) => cause = cause.max(new),
            }
        }
        Err(cause)
    }

    /// Does it, and answers when the courier is at the door, if all promises hold.
    fn prove(
        &mut self,
        store: StoreId,
        asked: Asked,
        insertion: Insertion,
    ) -> Result<Place, Cause> {
        let number = self.problem.clients.len() - 1;
        let (opens, closes) = asked.bounds;
        let release = self.client.release.max(self.loads_from(store, opens));
        self.problem.clients[number] =
            Client { opens, closes, depot: Some(store.0), release, ..self.client };
        let route = self.with_newcomer(insertion).ok_or(Cause::PickingFull)?;
        let picked = self.picked(&route, store).ok_or(Cause::PickingFull)?;
        let before: Vec<i32> =
            picked.iter().map(|job| self.problem.clients[job.client as usize].release).collect();
        for job in &picked {
            self.problem.clients[job.client as usize].release = job.ready.at.max(job.loads_from);
        }
        let trips = route.trips().to_vec();
        let route = Route::evaluate(&self.problem, &self.legs, route.vehicle(), trips);
        let place = if route.is_feasible() {
            let reached = self.reached(&route, insertion.route, &picked, asked.promised);
            self.judge(&route, insertion, &reached).map(|reached| {
                let arrival = route.arrival(insertion.trip, insertion.position);
                Place { insertion, store, arrival, reached }
            })
        } else {
            Err(Cause::PickingFull)
        };
        for (job, before) in picked.iter().zip(before) {
            self.problem.clients[job.client as usize].release = before;
        }
        place
    }

    /// The route with the newcomer in its place, if it can be kept as far as windows tell.
    fn with_newcomer(&self, insertion: Insertion) -> Option<Route> {
        let newcomer = u32::try_from(self.problem.clients.len() - 1).ok()?;
        let route = &self.ground.routes[insertion.route];
        let mut trips = route.trips().to_vec();
        match insertion.opens_trip {
            Some(depot) => trips.insert(insertion.trip, Trip { depot, clients: vec![newcomer] }),
            None => trips.get_mut(insertion.trip)?.clients.insert(insertion.position, newcomer),
        }
        let route = Route::evaluate(&self.problem, &self.legs, route.vehicle(), trips);
        route.is_feasible().then_some(route)
    }

    /// When the orders of the changed route are picked, if every order of its stores still is in
    /// time.
    fn picked(&self, route: &Route, store: StoreId) -> Option<Vec<Picked>> {
        let handover = duration(self.ground.region.policy.handover);
        let newcomer = u32::try_from(self.problem.clients.len() - 1).ok()?;
        let opens = self.problem.clients[newcomer as usize].opens;
        let mut dues = Vec::new();
        let mut new_job = None;
        for (index, trip) in route.trips().iter().enumerate() {
            let due = route.timing(index).latest_loading.saturating_sub(handover);
            for &client in &trip.clients {
                if client == newcomer {
                    new_job = Some(job_for(self.ground, self.asking, opens, due));
                } else {
                    dues.push((client, due));
                }
            }
        }
        let mut stores: Vec<StoreId> =
            route.trips().iter().map(|trip| StoreId(trip.depot)).collect();
        stores.sort_unstable();
        stores.dedup();
        let pick_ahead = duration(self.ground.region.policy.pick_ahead);
        let mut picked = Vec::new();
        for at in stores {
            let job = if at == store { new_job } else { None };
            let work = self.ground.work(at);
            let (ends, own_end) = picks_in_time(work, pick_ahead, &dues, job)?;
            picked.extend(ends.into_iter().map(|(client, end)| Picked {
                client,
                ready: Ready { at: end + handover, picking: work.picking_of(client) },
                loads_from: self.ground.loads_from[client as usize],
            }));
            if let Some(job) = job {
                picked.push(Picked {
                    client: newcomer,
                    ready: Ready { at: own_end + handover, picking: job.seconds },
                    loads_from: self.loads_from(store, opens),
                });
            }
        }
        Some(picked)
    }

    /// When each door of a changed route is reached.
    fn reached(
        &self,
        route: &Route,
        index: usize,
        picked: &[Picked],
        promised: i32,
    ) -> Vec<Reached> {
        let policy = &self.ground.region.policy;
        let (problem, legs) = (&self.problem, &self.legs);
        let planned = planned_trips(policy, problem, legs, route, self.ground.is_waiting[index]);
        let ready = |client: u32| {
            let known = picked.iter().find(|job| job.client == client).map(|job| job.ready);
            known.unwrap_or(Ready { at: problem.clients[client as usize].release, picking: 0 })
        };
        let by =
            |client: u32| self.ground.promised.get(client as usize).copied().unwrap_or(promised);
        let steps = steps(problem, legs, route, &planned, ready, by);
        follow(self.ground.start(index), &steps, &policy.variation)
    }

    /// How the newcomer's door is reached, if nobody's promise becomes less probable than the floor,
    /// or than it is already where that is less.
    fn judge(
        &mut self,
        route: &Route,
        insertion: Insertion,
        reached: &[Reached],
    ) -> Result<Reached, Cause> {
        let floor = self.asking.floor;
        let place = route.trips()[..insertion.trip].iter().map(|trip| trip.clients.len()).sum();
        let place: usize = usize::saturating_add(place, insertion.position);
        let own = reached[place];
        if floor <= 0.0 {
            return Ok(own);
        }
        let mut others = reached.to_vec();
        others.remove(place);
        let before = self.reached_before(insertion.route);
        let is_kept = |(now, before): (&Reached, &f64)| now.in_time >= floor.min(*before - SAME);
        if own.in_time >= floor && others.iter().zip(before).all(is_kept) {
            Ok(own)
        } else {
            Err(Cause::TooRisky)
        }
    }

    /// How probable each promise of a route is as it is.
    fn reached_before(&mut self, index: usize) -> &[f64] {
        let ground = self.ground;
        self.before.entry(index).or_insert_with(|| {
            chances(ground, index).into_iter().map(|reached| reached.in_time).collect()
        })
    }
}

/// An order of the changed route, picked.
struct Picked {
    client: u32,
    ready: Ready,
    /// See [`Ground::loads_from`].
    loads_from: i32,
}
