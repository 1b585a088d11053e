//! Puts clients into trips and takes them out, opening and closing trips on the way.

use crate::solver::instance::Instance;
use crate::solver::instance::MUST;
use crate::solver::problem::LOADS;
use crate::solver::segment::NEVER;
use crate::solver::table::Hop;
use crate::solver::tours::Cargo;
use crate::solver::tours::NONE;
use crate::solver::tours::Tours;
use crate::solver::tours::place::Place;
use crate::solver::tours::rich::Rich;
use crate::solver::trip::Trip;

impl Tours {
    /// Puts an absent client where `place` says; the caller takes it off the list of the absent.
    pub(crate) fn insert(&mut self, instance: &Instance, place: Place) {
        let client = place.client;
        let prize = instance.prizes[instance.leaders[client as usize] as usize];
        let prize = if prize == MUST { 0 } else { prize };
        let expected = self.cost + place.cost - prize;
        self.cost -= prize;
        let (previous, trip) = match place.opens {
            None => (place.previous, self.stop(place.previous).trip),
            Some((vehicle, depot)) => {
                let trip = self.open(instance, vehicle, depot, place.previous);
                (self.ids.loading_of(trip), trip)
            }
        };
        let data = instance.client(client);
        let load = self.trip_mut(trip);
        load.clients += 1;
        for i in 0..LOADS {
            load.load[i] += data.load[i];
        }
        let (vehicle, is_later) = (load.vehicle, data.release > load.release);
        load.release = load.release.max(data.release);
        let next = self.stop(previous).next;
        let service = instance.service(client, vehicle);
        let stop = self.stop_mut(client);
        (stop.trip, stop.service) = (trip, service);
        self.link(instance, vehicle, previous, client);
        self.link(instance, vehicle, client, next);
        if is_later && instance.has_releases {
            self.reopen(instance, trip);
        }
        self.refresh(instance, trip, client);
        if place.opens.is_some() {
            self.push_forward(previous);
            self.push_backward(previous);
        }
        self.update_extras(instance, vehicle);
        debug_assert_eq!(self.cost, expected, "the priced insertion costs what it said");
    }

    /// Takes a client out and puts it on the list of the absent.
    ///
    /// Times downstream and upstream are left as they were; call [`Tours::mend`] with the returned
    /// stop, the one before the gap, when done.
    pub(crate) fn remove(&mut self, instance: &Instance, client: u32) -> u32 {
        let stop = *self.stop(client);
        let data = instance.client(client);
        let load = self.trip_mut(stop.trip);
        load.clients -= 1;
        for i in 0..LOADS {
            load.load[i] -= data.load[i];
        }
        let (vehicle, is_empty, release) = (load.vehicle, load.clients == 0, load.release);
        let leader = instance.leaders[client as usize];
        self.absent.push(leader);
        let prize = instance.prizes[leader as usize];
        self.cost += if prize == MUST { 0 } else { prize };
        self.cost -= i64::from(stop.cost);
        self.stop_mut(client).trip = NONE;
        self.stop_mut(client).cost = 0;
        self.link(instance, vehicle, stop.previous, stop.next);
        if is_empty {
            return self.close(instance, stop.trip);
        }
        if instance.has_releases && data.release == release {
            let latest = self.latest_release(instance, stop.trip);
            if latest < release {
                self.trip_mut(stop.trip).release = latest;
                self.reopen(instance, stop.trip);
            }
        }
        stop.previous
    }

    /// Brings times around a gap up to date; `previous` is the stop before it.
    pub(crate) fn mend(&mut self, instance: &Instance, previous: u32) {
        let next = self.stop(previous).next;
        let trip = self.stop(previous).trip;
        self.refresh(instance, trip, next);
        if self.stop(next).start > self.stop(next).latest {
            self.suspects.push(next);
        }
        self.update_extras(instance, self.vehicle_of(previous));
    }

    /// Whose route a stop in the solution, other than an end, is on.
    fn vehicle_of(&self, stop: u32) -> u32 {
        match self.stop(stop).trip {
            NONE => (stop - self.ids.clients) / 2,
            trip => self.trip(trip).vehicle,
        }
    }

    /// Brings everything up to date after something changed at `changed` in a trip or after it.
    fn refresh(&mut self, instance: &Instance, trip: u32, changed: u32) {
        if instance.has_releases && trip != NONE {
            let loading = self.ids.loading_of(trip);
            self.stretch(loading);
            self.push_forward(loading);
        }
        self.push_forward(changed);
        let is_end = self.stop(changed).next == NONE;
        self.push_backward(if is_end { self.stop(changed).previous } else { changed });
    }

    /// Makes a trip of no clients after a stop.
    fn open(&mut self, instance: &Instance, vehicle: u32, depot: u16, previous: u32) -> u32 {
        let first_free = (0..self.trips_end).find(|&trip| self.trip(trip).clients == 0);
        let trip = first_free.unwrap_or(self.trips_end);
        self.trips_end = self.trips_end.max(trip + 1);
        self.trips_used += 1;
        if self.trip_counts[vehicle as usize] == 0 {
            self.cost += instance.fixed_cost(vehicle);
        }
        self.trip_counts[vehicle as usize] += 1;
        let data = &instance.problem.depots[depot as usize];
        *self.trip_mut(trip) = Cargo {
            vehicle,
            depot,
            class: instance.class_of[vehicle as usize],
            clients: 0,
            load: [0; LOADS],
            capacity: instance.problem.vehicles[vehicle as usize].capacity,
            release: -NEVER,
            is_locked: false,
        };
        let (opens, closes) = instance.loading_window(depot, vehicle);
        let loading = self.ids.loading_of(trip);
        let next = self.stop(previous).next;
        let stop = self.stop_mut(loading);
        stop.trip = trip;
        stop.location = data.location;
        stop.service = data.loading;
        (stop.opens, stop.closes) = (opens, closes);
        (stop.start, stop.latest, stop.cost) = (opens, closes, 0);
        self.link(instance, vehicle, previous, loading);
        self.link(instance, vehicle, loading, next);
        trip
    }

    /// Removes a trip of no clients and returns the stop before it.
    fn close(&mut self, instance: &Instance, trip: u32) -> u32 {
        let vehicle = self.trip(trip).vehicle;
        let stop = *self.stop(self.ids.loading_of(trip));
        self.trips_used -= 1;
        self.trip_counts[vehicle as usize] -= 1;
        if self.trip_counts[vehicle as usize] == 0 {
            self.cost -= instance.fixed_cost(vehicle);
            self.group_hints.fill(0);
        }
        self.cost -= i64::from(stop.cost);
        let loading = self.ids.loading_of(trip);
        self.stop_mut(loading).trip = NONE;
        self.stop_mut(loading).cost = 0;
        self.link(instance, vehicle, stop.previous, stop.next);
        stop.previous
    }

    /// Makes `next` follow `previous`; the cost of the leg that started at `previous` is replaced.
    fn link(&mut self, instance: &Instance, vehicle: u32, previous: u32, next: u32) {
        let (from, to) = (self.stop(previous).location, self.stop(next).location);
        let is_unused = previous == self.ids.start_of(vehicle) && next == self.ids.end_of(vehicle);
        let hop = if is_unused { Hop::default() } else { instance.table(vehicle).hop(from, to) };
        let stop = self.stop_mut(previous);
        let old_cost = stop.cost;
        (stop.next, stop.drive, stop.cost) = (next, hop.drive, hop.cost);
        stop.next_location = to;
        self.stop_mut(next).previous = previous;
        self.cost += i64::from(hop.cost) - i64::from(old_cost);
    }

    /// Makes the loading of a trip wait for its release.
    fn reopen(&mut self, instance: &Instance, trip: u32) {
        let Cargo { vehicle, depot, release, .. } = *self.trip(trip);
        let (opens, _) = instance.loading_window(depot, vehicle);
        let loading = self.ids.loading_of(trip);
        self.stop_mut(loading).opens = opens.max(release);
    }

    fn latest_release(&self, instance: &Instance, trip: u32) -> i32 {
        let mut latest = -NEVER;
        let mut at = self.stop(self.ids.loading_of(trip)).next;
        while self.ids.is_client(at) {
            latest = latest.max(instance.client(at).release);
            at = self.stop(at).next;
        }
        latest
    }

    /// Gives an unused vehicle these trips, which must be feasible, and leaves out empty ones.
    ///
    /// As many of them as the vehicle has locked trips are locked.
    pub(crate) fn set_route(&mut self, instance: &Instance, vehicle: u32, trips: &[Trip]) {
        let end = self.ids.end_of(vehicle);
        let locked = instance.problem.vehicles[vehicle as usize].locked.len();
        let mut rich = Rich::default();
        for (index, trip) in trips.iter().enumerate() {
            let mut opens = Some((vehicle, trip.depot));
            for &client in &trip.clients {
                let previous = self.stop(end).previous;
                let cost = self.detour(instance, client, previous, opens);
                let mut place = Place { client, previous, opens, cost };
                if instance.is_rich[vehicle as usize] {
                    let extra = self.extra_cost(instance, vehicle, Some(place), &mut rich);
                    place.cost += extra.unwrap_or(0);
                }
                self.insert(instance, place);
                opens = None;
            }
            if let (true, Some(&client)) = (index < locked, trip.clients.first()) {
                self.trip_mut(self.stop(client).trip).is_locked = true;
            }
        }
        // On the way there, a route may break rules that it keeps in the end.
        self.broken.retain(|&broken| broken != vehicle);
        self.update_extras(instance, vehicle);
        let mut absent = std::mem::take(&mut self.absent);
        absent.retain(|&leader| {
            instance.prizes[leader as usize] == MUST && !self.is_served(instance, leader)
        });
        self.absent = absent;
    }
}
