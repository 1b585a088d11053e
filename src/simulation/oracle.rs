//! Plans all open orders anew together with one more: far too slow to sell by, good to compare with.

use crate::model::ids::StoreId;
use crate::model::order::Wish;
use crate::model::plan;
use crate::model::time::TimeWindow;
use crate::model::travel_matrix::{Leg, Row};
use crate::model::units::Seconds;
use crate::offers::ground::{Ground, LegsWithNewcomer, duration, loads_from};
use crate::offers::trial::load_of;
use crate::planner::event::{Event, Record, RouteChange};
use crate::planner::view::View;
use crate::planner::{Planner, is_no_worse};
use crate::solver::matrices::Matrices;
use crate::solver::problem::{Client, Depots, Legs, Problem};
use crate::solver::route::Route;
use crate::solver::search::{Budget, Outcome, RoutePlan, SearchSettings, improve};

/// What a customer wants who was refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// The order.
    pub(crate) wish: Wish,
    /// When it is to be at the door.
    pub(crate) window: TimeWindow,
    /// So much earlier than promised it is planned, besides the usual margin.
    pub(crate) spare: Seconds,
    /// Whether orders that nobody picks yet may come from other stores than planned.
    pub(crate) opens_stores: bool,
}

/// A plan in which one more order may have a place.
#[derive(Debug)]
pub(crate) struct Room {
    /// What changes the present plan into it.
    pub(crate) event: Event,
    /// The planner after that.
    pub(crate) planner: Planner,
}

/// Why there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRoom {
    /// No routes for everybody were found: with less time they are not either.
    Full,
    /// Some were, but a promise is kept less than in the present plan: by the pickers, or surely.
    Worse,
}

/// Searches for a plan of all open orders and one more, and answers it without that one. Trips that
/// cannot be changed any more stay as they are.
///
/// # Errors
/// See [`NoRoom`].
pub(crate) fn make_room(
    planner: &Planner,
    view: &View,
    wanted: &Wanted,
    row: &Row,
    (seed, iterations): (u64, u32),
) -> Result<Room, NoRoom> {
    let live = view.live.as_ref().ok_or(NoRoom::Full)?;
    let ground = &*live.ground;
    let legs = LegsWithNewcomer { known: &ground.legs, row };
    let problem = problem_with(view, ground, &legs, wanted).ok_or(NoRoom::Full)?;
    let known = KnownProfiles { legs, problem: &problem };
    let profiles = problem.vehicles.iter().map(|vehicle| vehicle.profile + 1).max();
    let profiles = profiles.ok_or(NoRoom::Full)?;
    let matrices = Matrices::collect(&known, profiles, problem.locations);
    let trips = ground.routes.iter().map(|route| (route.vehicle(), route.trips().to_vec()));
    let start: Vec<RoutePlan> = trips.collect();
    let settings = SearchSettings {
        seed,
        threads: 1,
        budget: Budget::Iterations(u64::from(iterations)),
        seconds: None,
        cover: None,
    };
    let found = improve(&problem, &matrices, Some(start), &settings, &|_| false);
    if !found.unassigned.is_empty() {
        return Err(NoRoom::Full);
    }
    let changes = changes(view, ground, &found);
    let mut planner = planner.clone();
    let event = Event::Adopted { changes: changes.clone(), saved: 0 };
    planner.apply(&Record { at: view.now, event });
    let after = planner.view(view.now);
    let after = after.live.as_ref().ok_or(NoRoom::Worse)?;
    if !is_no_worse(ground, &live.outlook, &after.ground, &after.outlook) {
        return Err(NoRoom::Worse);
    }
    let cost = |ground: &Ground| -> i64 { ground.routes.iter().map(Route::cost).sum() };
    let saved = cost(ground) - cost(&after.ground);
    Ok(Room { event: Event::Adopted { changes, saved }, planner })
}

/// The present problem with the newcomer as its last client, at whatever store it may come from.
fn problem_with(
    view: &View,
    ground: &Ground,
    legs: &LegsWithNewcomer<'_>,
    wanted: &Wanted,
) -> Option<Problem> {
    let region = &ground.region;
    let policy = &region.policy;
    let stores = region.stores_for(wanted.wish.place);
    let stores: Vec<StoreId> =
        stores.into_iter().filter(|&at| wanted.wish.store.is_none_or(|only| only == at)).collect();
    let depots = match stores[..] {
        [only] => Depots::One(only.0),
        _ if stores.len() == region.stores.len() => Depots::Any,
        _ => Depots::Of(stores.iter().fold(0, |bits, store| bits | 1 << store.0.min(63))),
    };
    let mut problem = ground.problem.clone();
    let known = problem.clients.iter_mut().zip(&ground.clients).filter(|_| wanted.opens_stores);
    for (client, order) in known {
        let order = view.state.orders.get(order)?;
        client.depots = view.state.depots_for(region, view.now, order);
    }
    problem.locations = legs.location() + 1;
    for (vehicle, route) in problem.vehicles.iter_mut().zip(&ground.routes) {
        vehicle.locked = route.trips()[..route.first_open_trip()].to_vec();
    }
    let opens = ground.seconds(wanted.window.opens());
    let closes = ground.seconds(wanted.window.closes() - policy.safety - wanted.spare);
    let from = |store: &StoreId| {
        let depot = ground.problem.depots[store.index()].location;
        loads_from(legs, region, depot, legs.location(), opens)
    };
    let picked = duration(policy.hold + policy.picking(&wanted.wish.basket) + policy.handover);
    problem.clients.push(Client {
        location: legs.location(),
        opens,
        closes: closes.max(opens),
        service: duration(wanted.wish.door),
        // As if a picker were free at once.
        release: picked.max(stores.iter().map(from).min()?),
        load: load_of(wanted.wish.basket.load),
        depots,
        ..Client::default()
    });
    Some(problem)
}

/// The planned trips of each route that differs from what is planned now, without the newcomer.
fn changes(view: &View, ground: &Ground, found: &Outcome) -> Vec<RouteChange> {
    let mut changes = Vec::new();
    for (vehicle, &id) in (0_u32..).zip(&ground.route_ids) {
        let Some(planned) = view.state.routes.get(&id) else { continue };
        let route = found.routes.iter().find(|(other, _)| *other == vehicle);
        let mut trips = Vec::new();
        for trip in route.map_or(&[][..], |(_, trips)| trips) {
            let known =
                trip.clients.iter().filter_map(|&client| ground.clients.get(client as usize));
            let orders: Vec<_> = known.copied().collect();
            if !orders.is_empty() {
                trips.push(plan::Trip { store: StoreId(trip.depot), orders });
            }
        }
        if trips != planned.trips {
            changes.push(RouteChange { route: id, trips });
        }
    }
    changes
}

/// Only couriers of the region's profiles ask for legs, and theirs are known.
struct KnownProfiles<'a> {
    legs: LegsWithNewcomer<'a>,
    problem: &'a Problem,
}

impl Legs for KnownProfiles<'_> {
    fn leg(&self, profile: u8, from: u32, to: u32) -> Leg {
        let is_known = self.problem.vehicles.iter().any(|vehicle| vehicle.profile == profile);
        if is_known { self.legs.leg(profile, from, to) } else { Leg::default() }
    }
}
