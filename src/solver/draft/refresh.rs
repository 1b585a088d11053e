//! Brings everything that is known of a route up to date, in time linear in its length.

use crate::solver::draft::Closed;
use crate::solver::draft::Draft;
use crate::solver::draft::NONE;
use crate::solver::draft::Tour;
use crate::solver::instance::Instance;
use crate::solver::problem::LOADS;
use crate::solver::segment::NEVER;
use crate::solver::segment::Segment;

impl Draft {
    /// Makes `next` follow `previous`; what else is known of the route is refreshed later.
    pub(crate) fn link(&mut self, previous: u32, next: u32) {
        self.stops[previous as usize].next = next;
        self.stops[next as usize].previous = previous;
    }

    /// Recomputes a route from its links.
    pub(crate) fn refresh(&mut self, instance: &Instance, vehicle: u32) {
        let (start, end) = (self.ids.start_of(vehicle), self.ids.end_of(vehicle));
        if self.stop(start).next == end {
            let (head, tail) = (self.timing(start).own, self.timing(end).own);
            self.closed[(end - self.ids.clients) as usize] = Closed { head, tail };
            self.stops[start as usize].cost = 0;
            self.stops[start as usize].drive = 0;
            self.stops[end as usize].reached = 0;
            self.stops[end as usize].position = 1;
            self.tours[vehicle as usize] = Tour::default();
            return;
        }
        let mut tour = self.walk_forward(instance, vehicle);
        let whole = self.walk_backward(vehicle);
        tour.excess.warp = i64::from(whole.warp);
        tour.excess.duration = duration_excess(instance, vehicle, whole);
        tour.usage = usage(instance, vehicle, whole);
        tour.fixed = instance.fixed_cost(vehicle);
        self.tours[vehicle as usize] = tour;
    }

    /// Everything but tails and suffixes.
    fn walk_forward(&mut self, instance: &Instance, vehicle: u32) -> Tour {
        let table = instance.table(vehicle);
        let capacity = instance.problem.vehicles[vehicle as usize].capacity;
        let end = self.ids.end_of(vehicle);
        let mut tour = Tour::default();
        let mut previous = self.ids.start_of(vehicle);
        let mut head = self.timing(previous).own;
        let mut stretch = head;
        let mut carried = [0; LOADS];
        let mut trip = NONE;
        // The leg into the trip under way.
        let mut drive_in = 0;
        let mut clients = 0;
        for position in 1.. {
            let at = self.stop(previous).next;
            let is_client = at < self.ids.clients;
            let hop = table.hop(self.stop(previous).location, self.location_for(instance, at));
            self.stops[previous as usize].cost = hop.cost;
            self.stops[previous as usize].drive = hop.drive;
            tour.legs += i64::from(hop.cost);
            if is_client {
                stretch = stretch.then(hop.drive, self.timing(at).own);
                let load = self.stop(at).load;
                for (sum, load) in carried.iter_mut().zip(load) {
                    *sum += load;
                }
                clients += 1;
            } else {
                if trip != NONE {
                    head = head.then(drive_in, stretch.loaded());
                    let haul = &mut self.hauls[trip as usize];
                    (haul.last, haul.load, haul.clients) = (previous, carried, clients);
                    tour.excess.load += load_excess(carried, capacity);
                }
                self.closed[(at - self.ids.clients) as usize].head = head;
                drive_in = hop.drive;
                if at != end {
                    trip = at - self.ids.loading_of(0);
                    stretch = self.open(instance, vehicle, trip, tour.trips);
                    tour.trips += 1;
                    carried = [0; LOADS];
                    clients = 0;
                }
            }
            let stop = &mut self.stops[at as usize];
            (stop.vehicle, stop.position, stop.reached) = (vehicle, position, tour.legs);
            (stop.trip, stop.carried) = (if at == end { NONE } else { trip }, carried);
            self.timings[at as usize].prefix = stretch;
            if at == end {
                break;
            }
            previous = at;
        }
        tour
    }

    /// Where a stop is; that of a loading is known only by its trip.
    fn location_for(&self, instance: &Instance, stop: u32) -> u32 {
        if self.ids.is_loading(stop) {
            let depot = self.haul(stop - self.ids.loading_of(0)).depot;
            instance.problem.depots[depot as usize].location
        } else {
            self.stop(stop).location
        }
    }

    /// Makes a loading that of a vehicle, and gives the visit.
    fn open(&mut self, instance: &Instance, vehicle: u32, trip: u32, index: u32) -> Segment {
        let haul = &mut self.hauls[trip as usize];
        haul.index = index;
        let depot = haul.depot;
        let loading = self.ids.loading_of(trip) as usize;
        let own = loading_visit(instance, depot, vehicle);
        self.stops[loading].location = instance.problem.depots[depot as usize].location;
        self.timings[loading].own = own;
        own
    }

    /// Tails and suffixes; gives the whole route.
    fn walk_backward(&mut self, vehicle: u32) -> Segment {
        let (start, end) = (self.ids.start_of(vehicle), self.ids.end_of(vehicle));
        let mut tail = self.timing(end).own;
        self.closed[(end - self.ids.clients) as usize].tail = tail;
        let mut suffix = None;
        // The leg out of the trip under way.
        let mut drive_out = 0;
        let mut at = self.stop(end).previous;
        while at != start {
            let own = self.timing(at).own;
            let drive = self.stop(at).drive;
            let stretch = if let Some(suffix) = suffix {
                own.then(drive, suffix)
            } else {
                drive_out = drive;
                own
            };
            self.timings[at as usize].suffix = stretch;
            suffix = Some(stretch);
            if at >= self.ids.clients {
                tail = stretch.loaded().then(drive_out, tail);
                self.closed[(at - self.ids.clients) as usize].tail = tail;
                suffix = None;
            }
            at = self.stop(at).previous;
        }
        self.timing(start).own.then(self.stop(start).drive, tail)
    }

    /// Finds an unused vehicle of each group.
    pub(crate) fn find_idle(&mut self, instance: &Instance) {
        let tours = &self.tours;
        for (group, idle) in instance.groups.iter().zip(&mut self.idle) {
            let unused = group.iter().find(|&&vehicle| tours[vehicle as usize].trips == 0);
            *idle = unused.copied().unwrap_or(NONE);
        }
    }
}

/// Loading at a depot, releases aside.
pub(crate) fn loading_visit(instance: &Instance, depot: u16, vehicle: u32) -> Segment {
    let (opens, closes) = instance.loading_window(depot, vehicle);
    Segment::visit(opens, closes, instance.problem.depots[depot as usize].loading, -NEVER)
}

/// By how much a load exceeds a capacity, over all dimensions.
#[inline]
pub(crate) fn load_excess(load: [i32; LOADS], capacity: [i32; LOADS]) -> i64 {
    (0..LOADS).map(|i| i64::from((load[i] - capacity[i]).max(0))).sum()
}

/// By how much a route lasts too long.
#[inline]
pub(crate) fn duration_excess(instance: &Instance, vehicle: u32, route: Segment) -> i64 {
    let duration_max = instance.problem.vehicles[vehicle as usize].duration_max;
    (i64::from(route.duration) - i64::from(duration_max)).max(0)
}

/// What using a vehicle for a route costs, legs aside.
#[inline]
pub(crate) fn usage(instance: &Instance, vehicle: u32, route: Segment) -> i64 {
    let rate = instance.problem.vehicles[vehicle as usize].cost_per_duration_second;
    instance.fixed_cost(vehicle) + ((rate * i64::from(route.duration)) >> instance.tables.shift)
}
