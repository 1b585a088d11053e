//! From the business words to the solver's: orders become clients, stores depots, shifts vehicles.
//!
//! This is the one place where both vocabularies meet. The ground is drawn up in three looks at each
//! route: with the promises as windows, to learn by when each trip must load and so what the
//! pickers must have ready first; with the releases that follow, to learn when each door is reached;
//! and with every window opened as far as reality needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::model::ids::{OrderId, RouteId, StoreId};
use crate::model::order::{Order, OrderState, Picking};
use crate::model::place::Coordinate;
use crate::model::plan;
use crate::model::region::Region;
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::travel_matrix::{PlaceIndex, TravelMatrix};
use crate::model::units::Seconds;
use crate::offers::ground::{
    Ground, LiveLegs, Readiness, StoreWork, Waiting, duration, loads_from, seconds_from,
};
use crate::offers::ledger::Ledger;
use crate::offers::picking::{Job, NEVER, PickSlot, Picker};
use crate::offers::probability::Start;
use crate::offers::trial::load_of;
use crate::planner::eta::{CurrentTiming, follow_current};
use crate::planner::state::State;
use crate::solver::problem::{Client, Depot, Depots, Legs, Problem, Vehicle};
use crate::solver::route::{Route, Trip};

/// The solver's cost unit: so many make one minor unit of money.
pub const COST_PER_MINOR_UNIT: i64 = 1000;

/// Later than any plan reaches, with room for sums.
const FAR: i32 = i32::MAX / 4;

/// What the solver needs to know, and how it maps back.
pub(crate) struct Compiled {
    /// The ground for quotes and decisions.
    pub(crate) ground: Ground,
    /// When each order is picked that is not picked yet.
    pub(crate) picks: BTreeMap<OrderId, Pick>,
    /// How each trip under way goes on.
    pub(crate) current: BTreeMap<RouteId, CurrentTiming>,
    /// Routes of couriers who are gone.
    pub(crate) abandoned: BTreeSet<RouteId>,
}

/// When an order is picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// Picking begins, or began.
    pub start: Timestamp,
    /// Picking is finished; [`Timestamp::FAR`] when no picker has time left.
    pub end: Timestamp,
    /// It must be finished by then.
    pub due: Timestamp,
}

/// Where legs are known, and under which index.
pub(crate) struct Places<'a> {
    pub(crate) matrix: &'a TravelMatrix,
    pub(crate) index: &'a BTreeMap<Coordinate, PlaceIndex>,
}

impl Places<'_> {
    /// The solver's location of a place. Places whose legs are not known yet are taken for the
    /// first one: the writer learns them before it decides anything about them.
    pub(crate) fn location(&self, place: Coordinate) -> u32 {
        self.index.get(&place).map_or(0, |index| index.0)
    }
}

/// Compiles the state as it is at `now`.
pub(crate) fn compile(
    state: &State,
    region: &Arc<Region>,
    places: &Places<'_>,
    now: Timestamp,
) -> Compiled {
    let mut compiler = Compiler::new(state, region, places, now);
    compiler.add_routes();
    let mut routes = compiler.evaluate();
    let (mut stores, picks) = compiler.schedule_picking(&routes);
    compiler.release(&picks);
    let current = compiler.follow_current_trips(&picks);
    let under_way = compiler.under_way(&current);
    routes = compiler.evaluate();
    compiler.open_windows(&mut routes);
    compiler.set_limits(&routes, &mut stores);
    let picks = picks
        .into_iter()
        .map(|(order, (slot, due))| {
            let instant = |at: i32| compiler.instant(at);
            let end = if slot.end >= NEVER { Timestamp::FAR } else { instant(slot.end) };
            let start = if slot.end >= NEVER { Timestamp::FAR } else { instant(slot.start) };
            (order, Pick { start, end, due: instant(due) })
        })
        .collect();
    let followed = vec![OnceLock::new(); routes.len()];
    let ground = Ground {
        now,
        region: Arc::clone(region),
        problem: compiler.problem,
        legs: compiler.legs,
        routes,
        route_ids: compiler.route_ids,
        loading: vec![],
        is_waiting: vec![],
        under_way,
        clients: compiler.clients,
        promised: compiler.promised,
        floors: compiler.floors,
        loads_from: compiler.loads_from,
        ledgers: stores.iter().map(Ledger::of).collect(),
        followed,
        stores,
        sold: Arc::clone(&state.sold),
        out_of_stock: region.store_ids().map(|store| state.out_of_stock(store)).collect(),
    };
    let gone = |id: &RouteId| state.routes.get(id).is_some_and(|route| route.ended_at.is_some());
    let abandoned = ground.route_ids.iter().copied().filter(gone).collect();
    Compiled { ground, picks, current, abandoned }
}

/// When an order is picked and when it must be, in seconds from now.
type Picks = BTreeMap<OrderId, (PickSlot, i32)>;

struct Compiler<'a> {
    state: &'a State,
    region: &'a Arc<Region>,
    places: &'a Places<'a>,
    now: Timestamp,
    problem: Problem,
    legs: LiveLegs,
    route_ids: Vec<RouteId>,
    /// Trips of each vehicle.
    trips: Vec<Vec<Trip>>,
    clients: Vec<OrderId>,
    promised: Vec<i32>,
    floors: Vec<f64>,
    client_of: BTreeMap<OrderId, u32>,
    loads_from: Vec<i32>,
    /// The route each courier works on now.
    active: BTreeSet<RouteId>,
}

impl<'a> Compiler<'a> {
    fn new(
        state: &'a State,
        region: &'a Arc<Region>,
        places: &'a Places<'a>,
        now: Timestamp,
    ) -> Self {
        let depot = |store: StoreId| Depot {
            location: places.location(region.store(store).location),
            opens: 0,
            closes: FAR,
            loading: duration(region.policy.loading),
        };
        let problem = Problem {
            locations: u32::try_from(places.matrix.len()).unwrap_or(u32::MAX),
            depots: region.store_ids().map(depot).collect(),
            ..Problem::default()
        };
        let legs = LiveLegs(places.matrix.clone());
        Self {
            state,
            region,
            places,
            now,
            problem,
            legs,
            route_ids: Vec::new(),
            trips: Vec::new(),
            clients: Vec::new(),
            promised: Vec::new(),
            floors: Vec::new(),
            client_of: BTreeMap::new(),
            loads_from: Vec::new(),
            active: state.active_routes(now),
        }
    }

    fn seconds(&self, at: Timestamp) -> i32 {
        seconds_from(self.now, at)
    }

    fn instant(&self, seconds: i32) -> Timestamp {
        self.now + Seconds(i64::from(seconds))
    }

    /// Adds a vehicle for each shift that is not over, and its planned orders as clients.
    fn add_routes(&mut self) {
        for (&id, route) in &self.state.routes {
            let over = route.shift.closes() <= self.now || route.ended_at.is_some();
            if over && route.trips.is_empty() && route.current.is_none() {
                continue;
            }
            let mut trips = Vec::with_capacity(route.trips.len());
            for trip in &route.trips {
                let clients = trip.orders.iter().filter_map(|&order| self.add_client(order));
                trips.push(Trip { depot: trip.store.0, clients: clients.collect() });
            }
            let mut vehicle = self.vehicle(id, route);
            if route.ended_at.is_some() {
                self.abandon(&mut vehicle, route);
            }
            self.route_ids.push(id);
            self.problem.vehicles.push(vehicle);
            self.trips.push(trips);
        }
    }

    fn add_client(&mut self, order: OrderId) -> Option<u32> {
        let order = self.state.orders.get(&order)?;
        let window = order.slot.window;
        let opens = self.seconds(window.opens());
        let client = Client {
            location: self.places.location(order.wish.place),
            opens,
            closes: self.seconds(window.closes() - self.region.policy.safety).max(opens),
            service: duration(order.wish.door),
            release: -FAR,
            load: load_of(order.wish.basket.load),
            depots: Depots::One(order.slot.store.0),
            skills: 0,
            ..Client::default()
        };
        let store = self.problem.depots[order.slot.store.index()].location;
        self.loads_from.push(loads_from(&self.legs, self.region, store, client.location, opens));
        let number = u32::try_from(self.problem.clients.len()).ok()?;
        self.problem.clients.push(client);
        self.clients.push(order.id);
        self.promised.push(self.seconds(window.closes()));
        self.floors.push(self.region.policy.floor_of(order.wish.buyer.tier));
        self.client_of.insert(order.id, number);
        Some(number)
    }

    /// A courier's shift, as if free from its start on; trips under way are looked at later.
    fn vehicle(&self, id: RouteId, route: &plan::Route) -> Vehicle {
        let courier = self.region.courier(route.courier);
        let costs = self.region.policy.costs;
        let shift_ends = self.seconds(route.shift.closes());
        let (start, available) = self.start_of(id, route);
        let home = courier.home.map(|store| self.problem.depots[store.index()].location);
        Vehicle {
            kind: 0,
            profile: u8::try_from(courier.profile.index()).unwrap_or_default(),
            start_location: self.places.location(start),
            end_location: home,
            available,
            latest_loading: shift_ends,
            latest_end: if home.is_some() { shift_ends } else { FAR },
            capacity: load_of(courier.capacity),
            depots: courier.home.map_or(u64::MAX, |store| 1 << store.0.min(63)),
            skills: 0,
            trips_max: u16::MAX,
            cost_fixed: 0,
            cost_per_meter: costs.kilometer.0 * COST_PER_MINOR_UNIT / 1000,
            cost_per_second: costs.courier_hour.0 * COST_PER_MINOR_UNIT / 3600,
            ..Vehicle::default()
        }
    }

    /// What a courier left behind who is gone: nobody brings it before all of it is late, so that it
    /// is shown as late, and nothing joins it.
    fn abandon(&self, vehicle: &mut Vehicle, route: &plan::Route) {
        let orders = route.trips.iter().flat_map(|trip| &trip.orders);
        let orders = orders.filter_map(|order| self.state.orders.get(order));
        let promised = orders.map(|order| order.slot.window.closes()).max();
        let late = promised.map_or(route.shift.closes(), |at| at.max(route.shift.closes()));
        vehicle.available = self.seconds(late).max(0);
        (vehicle.latest_loading, vehicle.latest_end) = (FAR, FAR);
        vehicle.trips_max = u16::try_from(route.trips.len()).unwrap_or(u16::MAX);
    }

    /// Where a courier without a trip under way is, and since when or from when on free to leave.
    fn start_of(&self, id: RouteId, route: &plan::Route) -> (Coordinate, i32) {
        let courier = self.region.courier(route.courier);
        let shift_starts = self.seconds(route.shift.opens());
        let active = self.active.contains(&id);
        let status = self.state.couriers.get(&route.courier).filter(|_| active);
        let Some(status) = status.filter(|status| status.on_duty) else {
            return (courier.start, shift_starts.max(0));
        };
        let home = courier.home.map(|store| self.region.store(store).location);
        // Waiting at the home store since then; anywhere else one can only leave from now on.
        let since = self.seconds(status.since);
        let free = if home == Some(status.position) { since } else { since.max(0) };
        (status.position, free.max(shift_starts))
    }

    fn evaluate(&self) -> Vec<Route> {
        let mut routes = Vec::with_capacity(self.trips.len());
        for (vehicle, trips) in (0..).zip(&self.trips) {
            routes.push(Route::evaluate(&self.problem, &self.legs, vehicle, trips.clone()));
        }
        routes
    }

    /// Draws up what each store's pickers do, trips that must load first going first.
    fn schedule_picking(&self, routes: &[Route]) -> (Vec<StoreWork>, Picks) {
        let handover = duration(self.region.policy.handover);
        let mut dues: BTreeMap<OrderId, i32> = BTreeMap::new();
        for route in routes {
            for (index, trip) in route.trips().iter().enumerate() {
                let due = route.timing(index).latest_loading.saturating_sub(handover);
                for &client in &trip.clients {
                    dues.insert(self.clients[client as usize], due);
                }
            }
        }
        let mut stores: Vec<StoreWork> =
            self.region.store_ids().map(|store| self.pickers(store)).collect();
        let mut picks = Picks::new();
        for order in self.state.orders.values().filter(|order| !order.state.is_final()) {
            let work = &mut stores[order.slot.store.index()];
            let due = match dues.get(&order.id) {
                Some(&due) => due,
                None if order.slot.kind == SlotKind::Pickup => {
                    self.seconds(order.slot.window.opens()).saturating_sub(handover)
                }
                None => 0, // The courier is waiting for it.
            };
            match order.picking {
                Picking::Done(at) => {
                    let end = self.seconds(at);
                    picks.insert(order.id, (PickSlot { start: end, end }, due));
                }
                Picking::Started(at) => {
                    let slot = self.begun(order, at);
                    occupy(&mut work.pickers, slot.end);
                    picks.insert(order.id, (slot, due));
                }
                Picking::Waiting => {
                    let seconds = duration(self.region.policy.picking(&order.wish.basket));
                    let readiness = self.readiness(order);
                    let earliest = readiness.earliest(duration(self.region.policy.pick_ahead), due);
                    let client = self.client_of.get(&order.id).copied();
                    work.jobs.push(Job { order: order.id, seconds, earliest, due });
                    let slot = PickSlot { start: NEVER, end: NEVER };
                    work.waiting.push(Waiting { client, readiness, limit: due, slot, picker: 0 });
                }
            }
        }
        for work in &mut stores {
            work.draw_up();
            for (job, waiting) in work.jobs.iter().zip(&work.waiting) {
                picks.insert(job.order, (waiting.slot, job.due));
            }
        }
        (stores, picks)
    }

    fn readiness(&self, order: &Order) -> Readiness {
        let is_held = order.state == OrderState::Held;
        let not_before = if is_held { self.seconds(order.hold_expires).max(0) } else { 0 };
        Readiness { not_before, is_open: order.slot.window.opens() <= self.now }
    }

    fn begun(&self, order: &Order, at: Timestamp) -> PickSlot {
        let start = self.seconds(at);
        let end = start.saturating_add(duration(self.region.policy.picking(&order.wish.basket)));
        // What takes longer than thought is finished any moment.
        PickSlot { start, end: end.max(0) }
    }

    fn pickers(&self, store: StoreId) -> StoreWork {
        let mut pickers = Vec::new();
        for &day in &self.state.days {
            for team in &self.region.store(store).pickers {
                let hours = self.region.hours_on(day, team.hours);
                let (from, until) =
                    (self.seconds(hours.opens()).max(0), self.seconds(hours.closes()));
                if from < until {
                    pickers.extend((0..team.count).map(|_| Picker { from, until }));
                }
            }
        }
        StoreWork { pickers, ..StoreWork::default() }
    }

    /// Lets each trip wait for its goods.
    fn release(&mut self, picks: &Picks) {
        let handover = duration(self.region.policy.handover);
        let orders = self.clients.iter().zip(&self.loads_from);
        for (client, (order, &loads_from)) in self.problem.clients.iter_mut().zip(orders) {
            let ready = picks.get(order).map(|(slot, _)| slot.end.saturating_add(handover));
            client.release = ready.unwrap_or(client.release).max(loads_from);
        }
    }

    /// Sees how trips under way go on, and lets each courier be free only after that.
    fn follow_current_trips(&mut self, picks: &Picks) -> BTreeMap<RouteId, CurrentTiming> {
        let handover = duration(self.region.policy.handover);
        let mut timings = BTreeMap::new();
        for (vehicle, id) in self.route_ids.iter().enumerate() {
            let Some(route) = self.state.routes.get(id) else { continue };
            let Some(current) = &route.current else { continue };
            let release = |order: OrderId| {
                picks.get(&order).map_or(-FAR, |(slot, _)| slot.end.saturating_add(handover))
            };
            let profile = self.problem.vehicles[vehicle].profile;
            let leg = |from: Coordinate, to: Coordinate| {
                self.legs.leg(profile, self.places.location(from), self.places.location(to))
            };
            let timing = follow_current(self.state, self.region, self.now, current, &release, &leg);
            self.problem.vehicles[vehicle].start_location = self.places.location(timing.ends_at);
            self.problem.vehicles[vehicle].available = self.seconds(timing.free_at);
            timings.insert(*id, timing);
        }
        timings
    }

    /// When each courier is free to begin the first planned trip, and what is uncertain about it.
    fn under_way(&self, current: &BTreeMap<RouteId, CurrentTiming>) -> Vec<Start> {
        let routes = self.route_ids.iter().zip(&self.problem.vehicles);
        let start = |(id, vehicle): (&RouteId, &Vehicle)| {
            let ahead = current.get(id).map(|timing| timing.ahead).unwrap_or_default();
            Start {
                at: vehicle.available,
                drive: duration(ahead.drive),
                legs_square: ahead.legs_square,
                doors_square: ahead.doors_square,
            }
        };
        routes.map(start).collect()
    }

    /// Opens each window as far as the present plan needs it.
    fn open_windows(&mut self, routes: &mut [Route]) {
        for route in routes.iter_mut().filter(|route| !route.is_feasible()) {
            for (index, trip) in route.trips().iter().enumerate() {
                for (position, &client) in trip.clients.iter().enumerate() {
                    let client = &mut self.problem.clients[client as usize];
                    client.closes = client.closes.max(route.arrival(index, position));
                }
            }
            let vehicle = &mut self.problem.vehicles[route.vehicle() as usize];
            vehicle.latest_end = vehicle.latest_end.max(route.end());
            let last = route.trips().len().checked_sub(1);
            let last_loading = last.map_or(-FAR, |last| route.timing(last).earliest_loading);
            vehicle.latest_loading = vehicle.latest_loading.max(last_loading);
            let trips = route.trips().to_vec();
            *route = Route::evaluate(&self.problem, &self.legs, route.vehicle(), trips);
        }
    }

    /// Says for each order by when it must be picked so that nothing gets worse.
    fn set_limits(&self, routes: &[Route], stores: &mut [StoreWork]) {
        let handover = duration(self.region.policy.handover);
        let mut loads_by: Vec<i32> = vec![FAR; self.clients.len()];
        for route in routes {
            for (index, trip) in route.trips().iter().enumerate() {
                let latest = route.timing(index).latest_loading;
                for &client in &trip.clients {
                    loads_by[client as usize] = latest;
                }
            }
        }
        for work in stores {
            for (job, waiting) in work.jobs.iter().zip(&mut work.waiting) {
                let due = waiting.client.map(|client| loads_by[client as usize] - handover);
                waiting.limit = due.unwrap_or(job.due).max(waiting.slot.end);
            }
        }
    }
}

/// Makes the picker who is free first work on something until `end`.
fn occupy(pickers: &mut [Picker], end: i32) {
    if let Some(picker) = pickers.iter_mut().min_by_key(|picker| picker.from) {
        picker.from = picker.from.max(end);
    }
}
