//! Prices places for absent clients and finds the cheapest.

use crate::solver::instance::Instance;
use crate::solver::instance::MUST;
use crate::solver::problem::Client;
use crate::solver::table::Hop;
use crate::solver::tours::NONE;
use crate::solver::tours::Stop;
use crate::solver::tours::Tours;
use crate::solver::tours::rich::Rich;

/// A place for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Whose: the client that was asked for or one of its alternatives.
    pub(crate) client: u32,
    /// The stop to follow.
    pub(crate) previous: u32,
    /// Vehicle and depot of the trip to be made for it, or `None` where it joins one.
    pub(crate) opens: Option<(u32, u16)>,
    /// What it costs, scaled; a prize that is won is not counted.
    pub(crate) cost: i64,
}

/// How many clients there may be for looking everywhere also where that mostly fails. Measured.
const LOOK_EVERYWHERE_MAX: u32 = 250;

/// Skips places now and then, so that the search does not always do the obvious.
///
/// # Source
/// Christiaens, Vanden Berghe (2020), Slack induction by string removals for vehicle routing
/// problems, doi:10.1287/trsc.2019.0914, section 4.2 (greedy insertion with blinks).
#[derive(Debug, Clone)]
pub(crate) struct Blinks {
    /// How many places are looked at before the next blink.
    gap: u32,
    state: u64,
}

impl Blinks {
    /// One in so many places is skipped, on average. The paper's 1 percent.
    const EVERY: u32 = 100;

    pub(crate) fn new(seed: u64) -> Self {
        Self { gap: Self::EVERY, state: seed | 1 }
    }

    /// Whether to skip this place.
    ///
    /// Gaps are drawn evenly from 1 to twice the mean, by a xorshift generator (Marsaglia 2003,
    /// doi:10.18637/jss.v008.i14): this is asked some hundred million times.
    #[inline]
    pub(crate) fn blink(&mut self) -> bool {
        self.gap -= 1;
        if self.gap > 0 {
            return false;
        }
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.gap = 1 + u32::try_from(self.state % u64::from(2 * Self::EVERY)).unwrap_or(0);
        true
    }
}

/// What pricing needs besides the solution, so that it allocates nothing.
#[derive(Debug, Clone)]
pub(crate) struct Scratch {
    blinks: Blinks,
    /// Places that were skipped for the present client, which may come up again.
    skipped: Vec<u32>,
    rich: Rich,
}

impl Scratch {
    pub(crate) fn new(seed: u64) -> Self {
        Self { blinks: Blinks::new(seed), skipped: Vec::new(), rich: Rich::default() }
    }

    /// Whether to skip the place after a stop.
    fn skips(&mut self, previous: u32) -> bool {
        if self.blinks.blink() {
            self.skipped.push(previous);
        }
        self.skipped.contains(&previous)
    }
}

/// A client with the rows of legs that its pricing reads most.
struct Task<'a> {
    id: u32,
    client: &'a Client,
    /// Whether there is but one class of vehicles; then these are the legs from and to the client.
    is_uniform: bool,
    from: &'a [Hop],
    to: &'a [Hop],
}

impl<'a> Task<'a> {
    fn new(instance: &'a Instance, id: u32) -> Self {
        let client = instance.client(id);
        let table = &instance.tables.classes[0];
        Self {
            id,
            client,
            is_uniform: instance.tables.classes.len() == 1,
            from: table.from(client.location),
            to: table.to(client.location),
        }
    }
}

impl Tours {
    /// The cheapest place for an absent leader or one of its alternatives that is not blinked at
    /// and costs less than `ceiling`, if there is any.
    ///
    /// Looks beside the client's neighbors and at new trips, and everywhere only if that fails.
    pub(crate) fn cheapest_place(
        &self,
        instance: &Instance,
        leader: u32,
        ceiling: i64,
        scratch: &mut Scratch,
    ) -> Option<Place> {
        let mut best = Place { client: leader, previous: NONE, opens: None, cost: ceiling };
        match instance.alternatives[leader as usize].as_slice() {
            [] => self.cheapest_for(instance, leader, scratch, &mut best),
            alternatives => {
                for &client in alternatives {
                    self.cheapest_for(instance, client, scratch, &mut best);
                }
            }
        }
        (best.previous != NONE).then_some(best)
    }

    /// The place of an absent client right after another, or on the cheapest new trip.
    pub(crate) fn place_after(
        &self,
        instance: &Instance,
        client: u32,
        previous: u32,
        scratch: &mut Scratch,
    ) -> Option<Place> {
        let task = Task::new(instance, client);
        let mut best = Place { client, previous: NONE, opens: None, cost: i64::MAX };
        if previous == NONE {
            self.cheapest_new_trip(instance, &task, &mut best, scratch);
        } else {
            let cost = self.cost_after(instance, &task, previous);
            self.price(instance, &task, (previous, cost), &mut best, &mut scratch.rich);
        }
        (best.previous != NONE).then_some(best)
    }

    fn cheapest_for(
        &self,
        instance: &Instance,
        client: u32,
        scratch: &mut Scratch,
        best: &mut Place,
    ) {
        let task = Task::new(instance, client);
        scratch.skipped.clear();
        let neighbors = &instance.neighbors;
        // Of the places looked at, those that cost too much are by far the most, and whether they
        // are skipped does not matter.
        for &previous in neighbors.before.of(client) {
            let cost = self.cost_after(instance, &task, previous);
            if cost < best.cost && !scratch.skips(previous) {
                self.price(instance, &task, (previous, cost), best, &mut scratch.rich);
            }
        }
        for &next in neighbors.after.of(client) {
            if !self.is_present(next) {
                continue;
            }
            let previous = self.stop(next).previous;
            let cost = self.cost_after(instance, &task, previous);
            if cost < best.cost && !scratch.skips(previous) {
                self.price(instance, &task, (previous, cost), best, &mut scratch.rich);
            }
        }
        if self.may_open {
            self.cheapest_new_trip(instance, &task, best, scratch);
        }
        // Where new trips are forbidden, clients without a place are the rule, and looking
        // everywhere for each is too much in large instances.
        if best.previous == NONE
            && instance.prizes[instance.leaders[client as usize] as usize] == MUST
            && (self.may_open || self.ids.clients <= LOOK_EVERYWHERE_MAX)
        {
            self.look_everywhere(instance, &task, best, &mut scratch.rich);
        }
    }

    fn look_everywhere(
        &self,
        instance: &Instance,
        task: &Task<'_>,
        best: &mut Place,
        rich: &mut Rich,
    ) {
        for id in 0..instance.clients() {
            let cost = self.cost_after(instance, task, id);
            self.price(instance, task, (id, cost), best, rich);
        }
        for trip in 0..self.trips_end {
            let loading = self.ids.loading_of(trip);
            let cost = self.cost_after(instance, task, loading);
            self.price(instance, task, (loading, cost), best, rich);
        }
    }

    /// What the way by a client costs more after a stop than the way past it; of a stop that is on
    /// no trip, more than anything.
    #[inline]
    fn cost_after(&self, instance: &Instance, task: &Task<'_>, previous: u32) -> i64 {
        let before = self.stop(previous);
        if before.trip == NONE {
            return i64::MAX;
        }
        if !task.is_uniform {
            return self.class_cost_after(instance, task, before);
        }
        let there = task.to[before.location as usize].cost;
        let onward = task.from[before.next_location as usize].cost;
        i64::from(there + onward - before.cost)
    }

    #[inline(never)]
    fn class_cost_after(&self, instance: &Instance, task: &Task<'_>, before: &Stop) -> i64 {
        let table = &instance.tables.classes[self.trip(before.trip).class as usize];
        let there = table.hop(before.location, task.client.location).cost;
        let onward = table.hop(task.client.location, before.next_location).cost;
        i64::from(there + onward - before.cost)
    }

    /// Keeps a place in an existing trip in `best` when it is feasible and cheaper.
    fn price(
        &self,
        instance: &Instance,
        task: &Task<'_>,
        (previous, cost): (u32, i64),
        best: &mut Place,
        rich: &mut Rich,
    ) {
        if cost >= best.cost {
            return;
        }
        let before = self.stop(previous);
        let next = self.stop(before.next);
        let trip = self.trip(before.trip);
        let client = task.client;
        if client.load[0] > trip.capacity[0] - trip.load[0]
            || client.load[1] > trip.capacity[1] - trip.load[1]
            || trip.is_locked
        {
            return;
        }
        let (there, onward) = if task.is_uniform {
            (task.to[before.location as usize], task.from[next.location as usize])
        } else {
            let table = &instance.tables.classes[trip.class as usize];
            (table.hop(before.location, client.location), table.hop(client.location, next.location))
        };
        let mut departure = before.start + before.service;
        if instance.has_releases && client.release > trip.release {
            let stretch = before.stretch;
            if client.release > stretch.latest_start {
                return;
            }
            let delayed = client.release.max(stretch.earliest_start) + stretch.duration;
            departure = departure.max(delayed);
        }
        let service = instance.service(task.id, trip.vehicle);
        let start = (departure + there.drive).max(client.opens);
        let latest = (next.latest - onward.drive - service).min(client.closes);
        if start > latest {
            return;
        }
        if instance.has_wishes && !accepts(client, instance, trip.vehicle, trip.depot) {
            return;
        }
        let place = Place { client: task.id, previous, opens: None, cost };
        self.keep(instance, trip.vehicle, place, best, rich);
    }

    /// Keeps a place that is feasible but for what only the exact walk knows, if it is the best.
    #[inline]
    fn keep(
        &self,
        instance: &Instance,
        vehicle: u32,
        place: Place,
        best: &mut Place,
        rich: &mut Rich,
    ) {
        let extra = if instance.is_rich[vehicle as usize] {
            self.extra_cost(instance, vehicle, Some(place), rich)
        } else {
            Some(0)
        };
        if let Some(extra) = extra.filter(|extra| place.cost + extra < best.cost) {
            *best = Place { cost: place.cost + extra, ..place };
        }
    }

    /// Prices new trips, on used vehicles at any time of theirs and on one unused of each kind.
    fn cheapest_new_trip(
        &self,
        instance: &Instance,
        task: &Task<'_>,
        best: &mut Place,
        scratch: &mut Scratch,
    ) {
        let Scratch { blinks, rich, .. } = scratch;
        let floor = instance.round_trip(task.id);
        if best.cost <= floor {
            return;
        }
        for (group, hint) in instance.groups.iter().zip(&self.group_hints) {
            let idle = &group[*hint as usize..];
            let is_unused = |vehicle: &&u32| {
                self.trip_counts[**vehicle as usize] == 0
                    && task.client.vehicle.is_none_or(|wanted| wanted == **vehicle)
            };
            if let Some(&vehicle) = idle.iter().find(is_unused)
                && !blinks.blink()
            {
                let at = (vehicle, self.ids.start_of(vehicle));
                self.price_new_trip(instance, task, at, best, rich);
            }
        }
        if !instance.is_multi_trip {
            return;
        }
        for trip in 0..self.trips_end {
            if best.cost <= floor {
                return;
            }
            let load = self.trip(trip);
            if load.clients == 0 {
                continue;
            }
            let vehicle = load.vehicle;
            let trips_max = instance.problem.vehicles[vehicle as usize].trips_max;
            if self.trip_counts[vehicle as usize] >= trips_max {
                continue;
            }
            let previous = self.stop(self.ids.loading_of(trip)).previous;
            if !load.is_locked && !blinks.blink() {
                self.price_new_trip(instance, task, (vehicle, previous), best, rich);
            }
            let end = self.ids.end_of(vehicle);
            let last = self.stop(end).previous;
            if self.stop(last).trip == trip && !blinks.blink() {
                self.price_new_trip(instance, task, (vehicle, last), best, rich);
            }
        }
    }

    /// Prices trips of one client alone, from each depot, after a stop of a vehicle.
    fn price_new_trip(
        &self,
        instance: &Instance,
        task: &Task<'_>,
        (vehicle, previous): (u32, u32),
        best: &mut Place,
        rich: &mut Rich,
    ) {
        let client = task.client;
        let before = self.stop(previous);
        let departure = before.start + before.service;
        if departure > client.closes {
            return;
        }
        let next = self.stop(before.next);
        let data = &instance.problem.vehicles[vehicle as usize];
        if client.load[0] > data.capacity[0] || client.load[1] > data.capacity[1] {
            return;
        }
        let service = instance.service(task.id, vehicle);
        for &id in &instance.depots_of[instance.group_of[vehicle as usize] as usize] {
            if instance.has_wishes && !accepts(client, instance, vehicle, id) {
                continue;
            }
            let depot = &instance.problem.depots[id as usize];
            let [reload, there, onward] =
                new_trip_hops(instance, vehicle, [before, next], [depot.location, client.location]);
            let (opens, closes) = instance.loading_window(id, vehicle);
            let loading = (departure + reload.drive).max(opens).max(client.release);
            let start = (loading + depot.loading + there.drive).max(client.opens);
            let latest = (next.latest - onward.drive - service).min(client.closes);
            if loading > closes || start > latest {
                continue;
            }
            let cost = self.new_trip_cost(instance, vehicle, before, [reload, there, onward]);
            if cost < best.cost {
                let opens = Some((vehicle, id));
                let place = Place { client: task.id, previous, opens, cost };
                self.keep(instance, vehicle, place, best, rich);
            }
        }
    }

    fn new_trip_cost(
        &self,
        instance: &Instance,
        vehicle: u32,
        before: &Stop,
        hops: [Hop; 3],
    ) -> i64 {
        let is_unused = self.trip_counts[vehicle as usize] == 0;
        let fixed = if is_unused { instance.fixed_cost(vehicle) } else { 0 };
        hops.iter().map(|hop| i64::from(hop.cost)).sum::<i64>() - i64::from(before.cost) + fixed
    }

    /// What a place costs without extras, feasible or not.
    pub(crate) fn detour(
        &self,
        instance: &Instance,
        client: u32,
        previous: u32,
        opens: Option<(u32, u16)>,
    ) -> i64 {
        let before = self.stop(previous);
        let next = self.stop(before.next);
        let location = instance.client(client).location;
        if let Some((vehicle, depot)) = opens {
            let depot = instance.problem.depots[depot as usize].location;
            let hops = new_trip_hops(instance, vehicle, [before, next], [depot, location]);
            return self.new_trip_cost(instance, vehicle, before, hops);
        }
        let table = instance.table(self.trip(before.trip).vehicle);
        let (there, onward) =
            (table.hop(before.location, location), table.hop(location, next.location));
        i64::from(there.cost + onward.cost - before.cost)
    }
}

/// Legs to the depot, to the client and onward.
fn new_trip_hops(
    instance: &Instance,
    vehicle: u32,
    [before, next]: [&Stop; 2],
    [depot, client]: [u32; 2],
) -> [Hop; 3] {
    let table = instance.table(vehicle);
    [table.hop(before.location, depot), table.hop(depot, client), table.hop(client, next.location)]
}

/// Whether vehicle and depot are ones the client accepts.
fn accepts(client: &Client, instance: &Instance, vehicle: u32, depot: u16) -> bool {
    client.depots.allow(depot)
        && client.vehicle.is_none_or(|wanted| wanted == vehicle)
        && client.skills & !instance.problem.vehicles[vehicle as usize].skills == 0
}
