//! A change of the plan, done on a copy to see whether it keeps every promise.

use std::collections::BTreeMap;

use crate::model::ids::{OrderId, StoreId};
use crate::model::travel_matrix::Row;
use crate::offers::feasibility::{Asking, Change, Place, load_of};
use crate::offers::ground::{Ground, LegsWithNewcomer, Readiness, duration, loads_from};
use crate::offers::picking::Job;
use crate::offers::probability::{Reached, follow};
use crate::offers::queue::picks_in_time;
use crate::offers::refusal::Cause;
use crate::offers::timeline::{Ready, chances, planned_trips, steps};
use crate::solver::insertion::Insertion;
use crate::solver::problem::{Client, Problem};
use crate::solver::route::{Route, Trip};

/// Probabilities that differ by less are the same.
pub(crate) const SAME: f64 = 1e-6;

/// A window as a trial sees it, in seconds from the ground's now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// When service may begin, the safety margin kept.
    pub(crate) bounds: (i32, i32),
    /// When it was promised.
    pub(crate) promised: i32,
}

/// The problem with the newcomer as its last client, to be evaluated again and again.
pub(crate) struct Trial<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) asking: &'a Asking,
    pub(crate) row: &'a Row,
    pub(crate) legs: LegsWithNewcomer<'a>,
    pub(crate) problem: Problem,
    /// The newcomer, before a window and a store are chosen.
    pub(crate) client: Client,
    /// How probable the promises are on each route that was looked at, by client.
    before: BTreeMap<usize, Vec<(u32, f64)>>,
}

/// An order of a changed route, picked.
struct Picked {
    client: u32,
    ready: Ready,
    /// See [`Ground::loads_from`].
    loads_from: i32,
}

/// How the newcomer's door is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    /// When, in seconds from the ground's now.
    pub(crate) arrival: i32,
    /// How probable that is.
    pub(crate) reached: Reached,
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
            depot: None,
            skills: 0,
            ..Client::default()
        };
        let mut problem = ground.problem.clone();
        problem.locations = legs.location() + 1;
        problem.clients.push(client);
        Self { ground, asking, row, legs, problem, client, before: BTreeMap::new() }
    }

    /// The newcomer's number.
    pub(crate) fn newcomer(&self) -> u32 {
        u32::try_from(self.problem.clients.len() - 1).unwrap_or(u32::MAX)
    }

    /// When a trip from `store` may load at the earliest that carries the newcomer.
    pub(crate) fn loads_from(&self, store: StoreId, opens: i32) -> i32 {
        let depot = self.problem.depots[store.index()].location;
        loads_from(&self.legs, &self.ground.region, depot, self.legs.location(), opens)
    }

    /// Whether a trip would be loaded much later for it. Orders that are ready do not wait for one
    /// that is not while somebody else could carry it.
    pub(crate) fn holds_up(&self, insertion: Insertion) -> bool {
        let planned = self.ground.loading.get(insertion.route);
        let planned = planned.and_then(|trips| trips.get(insertion.trip));
        let patience = duration(self.ground.region.policy.wait);
        insertion.opens_trip.is_none()
            && planned
                .is_some_and(|&loading| self.client.release > loading.saturating_add(patience))
    }

    /// Puts the newcomer where it was priced, everybody else staying where they are.
    pub(crate) fn insert(
        &mut self,
        store: StoreId,
        asked: Asked,
        insertion: Insertion,
    ) -> Result<Place, Cause> {
        let mut trips = self.ground.routes[insertion.route].trips().to_vec();
        put(&mut trips, insertion, self.newcomer());
        let kept = self.prove(store, asked, &[(insertion.route, trips)])?;
        let Kept { arrival, reached } = kept;
        Ok(Place { insertion, moved: vec![], store, arrival, reached })
    }

    /// Does it: replaces the trips of some routes, one of which visits the newcomer, and answers
    /// when the courier is at the door, if all promises hold.
    pub(crate) fn prove(
        &mut self,
        store: StoreId,
        asked: Asked,
        changes: &[Change],
    ) -> Result<Kept, Cause> {
        self.settle(store, asked);
        let mut routes = Vec::with_capacity(changes.len());
        for (index, trips) in changes {
            let vehicle = self.ground.routes[*index].vehicle();
            let route = Route::evaluate(&self.problem, &self.legs, vehicle, trips.clone());
            if !route.is_feasible() {
                return Err(Cause::PickingFull);
            }
            routes.push((*index, route));
        }
        let picked = self.picked(&routes, store).ok_or(Cause::PickingFull)?;
        let before: Vec<i32> =
            picked.iter().map(|job| self.problem.clients[job.client as usize].release).collect();
        for job in &picked {
            self.problem.clients[job.client as usize].release = job.ready.at.max(job.loads_from);
        }
        let kept = self.judge(&routes, &picked, asked.promised);
        for (job, before) in picked.iter().zip(before) {
            self.problem.clients[job.client as usize].release = before;
        }
        kept
    }

    /// Gives the newcomer a store and a window.
    pub(crate) fn settle(&mut self, store: StoreId, asked: Asked) {
        let (opens, closes) = asked.bounds;
        let release = self.client.release.max(self.loads_from(store, opens));
        let settled = Client { opens, closes, depot: Some(store.0), release, ..self.client };
        if let Some(newcomer) = self.problem.clients.last_mut() {
            *newcomer = settled;
        }
    }

    /// When the orders of the changed routes are picked, if every order of their stores still is in
    /// time.
    fn picked(&self, routes: &[(usize, Route)], store: StoreId) -> Option<Vec<Picked>> {
        let handover = duration(self.ground.region.policy.handover);
        let newcomer = self.newcomer();
        let opens = self.problem.clients[newcomer as usize].opens;
        let mut dues = Vec::new();
        let mut new_job = None;
        let mut stores: Vec<StoreId> = Vec::new();
        for (_, route) in routes {
            for (index, trip) in route.trips().iter().enumerate() {
                stores.push(StoreId(trip.depot));
                let due = route.timing(index).latest_loading.saturating_sub(handover);
                for &client in &trip.clients {
                    if client == newcomer {
                        new_job = Some(job_for(self.ground, self.asking, opens, due));
                    } else {
                        dues.push((client, due));
                    }
                }
            }
        }
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

    /// How the newcomer's door is reached, if the changed routes can be driven and nobody's promise
    /// becomes less probable than the floor, or than it is already where that is less.
    fn judge(
        &mut self,
        routes: &[(usize, Route)],
        picked: &[Picked],
        promised: i32,
    ) -> Result<Kept, Cause> {
        let (newcomer, floor) = (self.newcomer(), self.asking.floor);
        let mut kept = Err(Cause::PickingFull);
        for (index, route) in routes {
            let trips = route.trips().to_vec();
            let route = Route::evaluate(&self.problem, &self.legs, route.vehicle(), trips);
            if !route.is_feasible() {
                return Err(Cause::PickingFull);
            }
            let mut reached = self.reached(&route, *index, picked, promised).into_iter();
            for (trip, stops) in route.trips().iter().enumerate() {
                for (position, (client, reached)) in
                    stops.clients.iter().zip(&mut reached).enumerate()
                {
                    let is_new = *client == newcomer;
                    if reached.in_time < floor
                        && (is_new || !self.was_less_sure(*client, reached.in_time, routes))
                    {
                        return Err(Cause::TooRisky);
                    }
                    if is_new {
                        kept = Ok(Kept { arrival: route.arrival(trip, position), reached });
                    }
                }
            }
        }
        kept
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

    /// Whether a promise on one of some routes is no more probable as it is.
    fn was_less_sure(&mut self, client: u32, chance: f64, routes: &[(usize, Route)]) -> bool {
        let ground = self.ground;
        routes.iter().any(|&(index, _)| {
            let known = self.before.entry(index).or_insert_with(|| {
                let clients = ground.routes[index].trips().iter().flat_map(|trip| &trip.clients);
                let chances = chances(ground, index).into_iter().map(|reached| reached.in_time);
                clients.copied().zip(chances).collect()
            });
            known.iter().any(|&(other, was)| other == client && was - SAME <= chance)
        })
    }
}

/// Adds a client to trips where it was priced.
pub(crate) fn put(trips: &mut Vec<Trip>, insertion: Insertion, client: u32) {
    if let Some(depot) = insertion.opens_trip {
        trips.insert(insertion.trip.min(trips.len()), Trip { depot, clients: vec![client] });
    } else if let Some(trip) = trips.get_mut(insertion.trip) {
        trip.clients.insert(insertion.position.min(trip.clients.len()), client);
    }
}

/// The picking of the newcomer, which is due at a moment.
pub(crate) fn job_for(ground: &Ground, asking: &Asking, opens: i32, due: i32) -> Job {
    let seconds = duration(ground.region.policy.picking(&asking.wish.basket));
    let readiness = Readiness { not_before: duration(asking.held_for), is_open: opens <= 0 };
    let earliest = readiness.earliest(duration(ground.region.policy.pick_ahead), due);
    // Nobody has a higher number yet: of two orders due at once the older is picked first.
    let order = OrderId(u64::MAX);
    Job { order, seconds, earliest, due }
}
