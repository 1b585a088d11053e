//! A plan as it would be, proven on a copy of the routes that change.
//!
//! Only what changes is copied: each changed route becomes a small problem of its own. Timed with
//! the windows alone it says by when each trip must load; the pickers' schedule is drawn up again
//! with those due times; and with the releases that follow, everybody must still be in time, and as
//! surely as before.

use crate::model::basket::Load;
use crate::model::ids::{OrderId, StoreId};
use crate::model::order::Wish;
use crate::model::travel_matrix::Row;
use crate::model::units::Seconds;
use crate::offers::ground::{Ground, LegsWithNewcomer, Readiness, duration, loads_from};
use crate::offers::picking::Job;
use crate::offers::probability::{Followed, Reached, Start, follow};
use crate::offers::queue::picks_in_time;
use crate::offers::refusal::Cause;
use crate::offers::timeline::{Ready, planned_trips, steps};
use crate::solver::insertion::Way;
use crate::solver::problem::{Client, Depots, LOADS, Leg, Legs, Problem, Vehicle};
use crate::solver::route::{Route, Trip};

/// Probabilities that differ by less are the same.
pub(crate) const SAME: f64 = 1e-6;

/// An order that looks for a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asking {
    /// What is wanted.
    pub wish: Wish,
    /// The courier must be at the door so long before a window closes.
    pub safety: Seconds,
    /// Picking does not begin for so long: an order may be held, and booked at the last moment.
    pub held_for: Seconds,
    /// So many times as likely as their floors allow may it be late, and everybody else become;
    /// infinite where floors do not matter.
    pub risk: f64,
    /// So many times others may be moved for it on trial, over all windows.
    pub repairs: u32,
}

/// A window as a trial sees it, in seconds from the ground's now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// When service may begin, the safety margin kept.
    pub(crate) bounds: (i32, i32),
    /// When it is promised.
    pub(crate) promised: i32,
}

/// A client that the plan does not know. The first one has the number behind the last client of the
/// ground, and so on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Newcomer {
    /// What it needs, as if a picker were free at once.
    pub(crate) client: Client,
    /// From which store.
    pub(crate) store: StoreId,
    /// When the courier is promised to be at the door.
    pub(crate) promised: i32,
}

/// The place of a newcomer that was proven.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Proven {
    /// When the courier would be at the door.
    pub(crate) arrival: i32,
    /// How probable that is to be in time.
    pub(crate) reached: Reached,
}

/// One question to the ground.
pub(crate) struct Trial<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) asking: &'a Asking,
    pub(crate) legs: LegsWithNewcomer<'a>,
    /// A courier who is not there, behind the last route.
    pub(crate) spare: Option<Vehicle>,
    /// The newcomer, without a store and a window.
    client: Client,
}

/// A route as it would be, with clients numbered by their places in `ids`.
#[derive(Debug, Clone)]
pub(crate) struct Redrawn {
    /// Which route of the ground.
    pub(crate) index: usize,
    /// The ground's clients, and newcomers, in the order of their doors.
    pub(crate) ids: Vec<u32>,
    pub(crate) problem: Problem,
    pub(crate) route: Route,
}

impl Redrawn {
    /// The trips with the numbers of the ground.
    pub(crate) fn trips(&self) -> Vec<Trip> {
        let known = |trip: &Trip| Trip {
            depot: trip.depot,
            clients: trip.clients.iter().map(|&client| self.ids[client as usize]).collect(),
        };
        self.route.trips().iter().map(known).collect()
    }
}

/// A client of the ground, or a newcomer, as an insertion asks for its legs.
pub(crate) struct ClientWay<'a> {
    pub(crate) legs: &'a LegsWithNewcomer<'a>,
    pub(crate) location: u32,
}

impl Way for ClientWay<'_> {
    fn to(&self, profile: u8, location: u32) -> Leg {
        self.legs.leg(profile, self.location, location)
    }

    fn from(&self, profile: u8, location: u32) -> Leg {
        self.legs.leg(profile, location, self.location)
    }
}

/// What a basket takes of a trip, in the solver's two dimensions.
pub(crate) fn load_of(load: Load) -> [i32; LOADS] {
    let clamp = |amount: i64| i32::try_from(amount.clamp(0, 1_000_000_000)).unwrap_or_default();
    [clamp(load.mass.0), clamp(load.volume.0)]
}

/// The picking of a new order that must be done by `due`; the nth of a trial.
pub(crate) fn job_for(ground: &Ground, asking: &Asking, opens: i32, due: i32, nth: u64) -> Job {
    let seconds = duration(ground.region.policy.picking(&asking.wish.basket));
    let readiness = Readiness { not_before: duration(asking.held_for), is_open: opens <= 0 };
    let earliest = readiness.earliest(duration(ground.region.policy.pick_ahead), due);
    // Nobody has a higher number yet: of two orders due at once the older is picked first.
    let order = OrderId(u64::MAX - 1 + nth);
    Job { order, seconds, earliest, due }
}

impl<'a> Trial<'a> {
    pub(crate) fn new(ground: &'a Ground, asking: &'a Asking, row: &'a Row) -> Self {
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
            skills: 0,
            ..Client::default()
        };
        Self { ground, asking, legs, spare: None, client }
    }

    /// The newcomer as a client of `store`, with any window.
    pub(crate) fn client_of(&self, store: StoreId) -> Client {
        Client { depots: Depots::One(store.0), ..self.client }
    }

    /// The newcomer in a window.
    pub(crate) fn newcomer(&self, store: StoreId, asked: Asked) -> Newcomer {
        let (opens, closes) = asked.bounds;
        let release = self.client.release.max(self.loads_from(store, opens));
        let client = Client { opens, closes, release, ..self.client_of(store) };
        Newcomer { client, store, promised: asked.promised }
    }

    /// The number of the first newcomer.
    pub(crate) fn first_newcomer(&self) -> u32 {
        u32::try_from(self.ground.clients.len()).unwrap_or(u32::MAX)
    }

    /// See [`loads_from`].
    pub(crate) fn loads_from(&self, store: StoreId, opens: i32) -> i32 {
        let depot = self.ground.problem.depots[store.index()].location;
        loads_from(&self.legs, &self.ground.region, depot, self.legs.location(), opens)
    }

    /// The trips of a route of the ground; none of a courier who is not there.
    pub(crate) fn trips_of(&self, route: usize) -> &'a [Trip] {
        self.ground.routes.get(route).map_or(&[], Route::trips)
    }

    /// A client as it is if a picker takes it as soon as it may be picked.
    pub(crate) fn client(&self, id: u32, newcomers: &[Newcomer]) -> Client {
        let known = self.ground.problem.clients.get(id as usize);
        let Some(known) = known else {
            let own = (id - self.first_newcomer()) as usize;
            return newcomers[own].client;
        };
        let loads_from = self.ground.loads_from[id as usize];
        match self.ground.soonest(id) {
            Some(soonest) => Client { release: soonest.max(loads_from), ..*known },
            None => *known,
        }
    }

    /// A route with other trips, timed as if pickers were free at once.
    pub(crate) fn redraw(&self, index: usize, trips: &[Trip], newcomers: &[Newcomer]) -> Redrawn {
        let ground = self.ground;
        let ids: Vec<u32> = trips.iter().flat_map(|trip| trip.clients.iter().copied()).collect();
        let mut numbers = 0_u32..;
        let number = |trip: &Trip| Trip {
            depot: trip.depot,
            clients: numbers.by_ref().take(trip.clients.len()).collect(),
        };
        let numbered = trips.iter().map(number).collect();
        let vehicle = ground.problem.vehicles.get(index).or(self.spare.as_ref());
        let problem = Problem {
            locations: self.legs.location() + 1,
            depots: ground.problem.depots.clone(),
            vehicles: vec![vehicle.cloned().unwrap_or_default()],
            clients: ids.iter().map(|&id| self.client(id, newcomers)).collect(),
            ..Problem::default()
        };
        let locked = ground.routes.get(index).map_or(0, Route::first_open_trip);
        let route = Route::evaluate(&problem, &self.legs, 0, numbered).locked(locked);
        Redrawn { index, ids, problem, route }
    }

    /// Whether the plan with these routes keeps every promise, and those of the newcomers.
    ///
    /// # Errors
    /// [`Cause::PickingFull`] when somebody's order cannot be picked in time, [`Cause::TooRisky`]
    /// when somebody would be late too often.
    pub(crate) fn prove(
        &self,
        mut redrawn: Vec<Redrawn>,
        newcomers: &[Newcomer],
    ) -> Result<Vec<Proven>, Cause> {
        if !redrawn.iter().all(|part| part.route.is_feasible()) {
            return Err(Cause::PickingFull);
        }
        let picked = self.picked(&redrawn, newcomers).ok_or(Cause::PickingFull)?;
        for part in &mut redrawn {
            for (client, &id) in part.problem.clients.iter_mut().zip(&part.ids) {
                if let Some(ready) = ready_of(&picked, id) {
                    client.release = ready.at.max(self.loads_from_of(id, newcomers));
                }
            }
            let locked = part.route.first_open_trip();
            let trips = part.route.trips().to_vec();
            part.route = Route::evaluate(&part.problem, &self.legs, 0, trips).locked(locked);
            if !part.route.is_feasible() {
                return Err(Cause::PickingFull);
            }
        }
        self.judge(&redrawn, newcomers, &picked)
    }

    fn loads_from_of(&self, id: u32, newcomers: &[Newcomer]) -> i32 {
        let known = self.ground.loads_from.get(id as usize).copied();
        known.unwrap_or_else(|| {
            let newcomer = &newcomers[(id - self.first_newcomer()) as usize];
            self.loads_from(newcomer.store, newcomer.client.opens)
        })
    }

    /// When the orders of the changed routes are picked, by client, if every order of their stores
    /// still is in time.
    fn picked(&self, redrawn: &[Redrawn], newcomers: &[Newcomer]) -> Option<Vec<(u32, Ready)>> {
        let policy = &self.ground.region.policy;
        let (handover, pick_ahead) = (duration(policy.handover), duration(policy.pick_ahead));
        let first = self.first_newcomer();
        let mut dues = Vec::new();
        let mut stores = Vec::new();
        let mut new: Vec<(u32, StoreId, Job)> = Vec::new();
        for part in redrawn {
            for (index, trip) in part.route.trips().iter().enumerate() {
                let due = part.route.timing(index).latest_loading.saturating_sub(handover);
                stores.push(StoreId(trip.depot));
                for &client in &trip.clients {
                    let id = part.ids[client as usize];
                    let Some(own) = id.checked_sub(first) else {
                        dues.push((id, due));
                        continue;
                    };
                    let newcomer = newcomers[own as usize];
                    let opens = newcomer.client.opens;
                    let job = job_for(self.ground, self.asking, opens, due, own.into());
                    new.push((id, newcomer.store, job));
                }
            }
        }
        stores.sort_unstable();
        stores.dedup();
        new.sort_unstable_by_key(|&(id, ..)| id);
        let mut ready = Vec::with_capacity(dues.len() + new.len());
        for store in stores {
            let own: Vec<&(u32, StoreId, Job)> = new.iter().filter(|job| job.1 == store).collect();
            let jobs: Vec<Job> = own.iter().map(|job| job.2).collect();
            let work = self.ground.work(store);
            let picked = picks_in_time(work, pick_ahead, &dues, &jobs)?;
            ready.extend(picked.clients.into_iter().map(|(client, end)| {
                (client, Ready { at: end + handover, picking: work.picking_of(client) })
            }));
            ready.extend(own.iter().zip(picked.new).map(|(&&(id, _, job), end)| {
                (id, Ready { at: end + handover, picking: job.seconds })
            }));
        }
        ready.sort_unstable_by_key(|&(id, _)| id);
        Some(ready)
    }

    /// How a changed route is going to be driven, if each client is reached surely enough.
    fn followed(
        &self,
        part: &Redrawn,
        newcomers: &[Newcomer],
        picked: &[(u32, Ready)],
        is_enough: impl Fn(u32, &Reached) -> bool,
    ) -> Option<Followed> {
        let policy = &self.ground.region.policy;
        let (problem, route) = (&part.problem, &part.route);
        let is_waiting = self.ground.is_waiting.get(part.index).copied().unwrap_or(true);
        let planned = planned_trips(policy, problem, &self.legs, route, is_waiting);
        let ready = |client: u32| {
            let release = problem.clients[client as usize].release;
            let known = ready_of(picked, part.ids[client as usize]);
            known.unwrap_or(Ready { at: release, picking: 0 })
        };
        let by = |client: u32| {
            let id = part.ids[client as usize];
            let known = self.ground.promised.get(id as usize).copied();
            known.unwrap_or_else(|| newcomers[(id - self.first_newcomer()) as usize].promised)
        };
        let steps = steps(problem, &self.legs, route, &planned, ready, by);
        let is_known = part.index < self.ground.routes.len();
        let known = is_known.then(|| self.ground.followed(part.index));
        let is_enough = |door: usize, reached: &Reached| is_enough(part.ids[door], reached);
        follow(self.start(part), steps, &policy.variation, known, is_enough)
    }

    /// When the courier of a changed route is free.
    fn start(&self, part: &Redrawn) -> Start {
        let idle = || Start { at: part.problem.vehicles[0].available, ..Start::default() };
        self.ground.under_way.get(part.index).copied().unwrap_or_else(idle)
    }

    /// With which probability a client must be in time.
    fn floor_of(&self, id: u32) -> f64 {
        let policy = &self.ground.region.policy;
        let own = || policy.floor_of(self.asking.wish.buyer.tier);
        let floor = self.ground.floors.get(id as usize).copied().unwrap_or_else(own);
        (1.0 - self.asking.risk * (1.0 - floor)).max(0.0)
    }

    /// How the newcomers' doors are reached, if nobody's promise becomes less probable than its
    /// floor, or than it is already where that is less.
    fn judge(
        &self,
        redrawn: &[Redrawn],
        newcomers: &[Newcomer],
        picked: &[(u32, Ready)],
    ) -> Result<Vec<Proven>, Cause> {
        let has_floors = self.asking.risk.is_finite() && self.ground.region.policy.has_floors();
        let first = self.first_newcomer();
        let before = if has_floors { self.sure_before(redrawn) } else { Vec::new() };
        let mut proven = Vec::with_capacity(newcomers.len());
        let is_enough = |id: u32, reached: &Reached| {
            let known = before.binary_search_by_key(&id, |&(id, _)| id);
            let before = known.map_or(1.0, |place| before[place].1);
            !has_floors || self.floor_of(id).min(before - SAME) <= reached.in_time
        };
        for part in redrawn {
            let followed = self.followed(part, newcomers, picked, is_enough);
            let reached = followed.ok_or(Cause::TooRisky)?.reached;
            let trips = part.route.trips().iter().enumerate();
            let doors = trips.flat_map(|(trip, doors)| {
                doors.clients.iter().enumerate().map(move |(position, _)| (trip, position))
            });
            for ((&id, reached), (trip, position)) in part.ids.iter().zip(reached).zip(doors) {
                if let Some(own) = id.checked_sub(first) {
                    let arrival = part.route.arrival(trip, position);
                    proven.push((own, Proven { arrival, reached }));
                }
            }
        }
        proven.sort_unstable_by_key(|&(own, _)| own);
        Ok(proven.into_iter().map(|(_, proven)| proven).collect())
    }

    /// How probable each promise of the changed routes is as the plan is, by client.
    fn sure_before(&self, redrawn: &[Redrawn]) -> Vec<(u32, f64)> {
        let routes = redrawn.iter().filter(|part| part.index < self.ground.routes.len());
        let mut before: Vec<(u32, f64)> = Vec::new();
        for part in routes {
            let trips = self.trips_of(part.index).iter();
            let clients = trips.flat_map(|trip| trip.clients.iter().copied());
            let reached = self.ground.followed(part.index).reached.iter();
            before.extend(clients.zip(reached.map(|reached| reached.in_time)));
        }
        before.sort_unstable_by_key(|&(id, _)| id);
        before
    }
}

fn ready_of(picked: &[(u32, Ready)], id: u32) -> Option<Ready> {
    let place = picked.binary_search_by_key(&id, |&(id, _)| id).ok()?;
    Some(picked[place].1)
}
