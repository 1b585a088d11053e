//! What a proposal changes the penalized cost by, from cached stretches and without making it.

use crate::solver::draft::Draft;
use crate::solver::draft::NONE;
use crate::solver::draft::refresh::duration_excess;
use crate::solver::draft::refresh::load_excess;
use crate::solver::draft::refresh::loading_visit;
use crate::solver::draft::refresh::usage;
use crate::solver::instance::Instance;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Piece;
use crate::solver::moves::proposal::Proposal;
use crate::solver::penalties::Excess;
use crate::solver::penalties::Penalties;
use crate::solver::problem::LOADS;
use crate::solver::segment::Segment;
use crate::solver::table::Table;

/// A proposal and what it changes the cost by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Priced {
    pub(crate) proposal: Proposal,
    pub(crate) delta: i64,
}

/// The best proposal so far, of those that lower the cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Best {
    pub(crate) found: Option<Priced>,
}

impl Best {
    /// What a change of the cost must be below.
    #[inline]
    pub(crate) fn limit(&self) -> i64 {
        self.found.as_ref().map_or(0, |found| found.delta)
    }

    /// Keeps a proposal if it is better. `legs` is no more than what it changes the cost of legs
    /// by.
    pub(crate) fn offer(&mut self, pricer: &Pricer<'_>, proposal: &Proposal, legs: i64) {
        if let Some(found) = pricer.offer(proposal, legs, self.limit()) {
            self.found = Some(found);
        }
    }
}

/// What pricing looks at.
#[derive(Clone, Copy)]
pub(crate) struct Pricer<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) draft: &'a Draft,
    pub(crate) penalties: Penalties,
}

/// A new route, as far as it is known: its end so far, times, legs and trips.
struct Walk {
    location: u32,
    segment: Segment,
    legs: i64,
    trips: u32,
}

/// By how much the cost of a route changes.
struct RouteChange {
    legs: i64,
    /// Use of the vehicle, and penalties but those for load.
    others: i64,
}

impl Pricer<'_> {
    /// The most that a change of a route can gain beside legs, if the route stays.
    #[inline]
    pub(crate) fn slack(&self, vehicle: u32) -> i64 {
        let tour = self.draft.tour(vehicle);
        tour.usage - tour.fixed + self.penalties.of(tour.excess)
    }

    /// What it costs that the trip of `place` carries too much, if a chain of clients joins
    /// it: behind the stop `place.0` or, if `place` is a chain too, in its place. Nothing within
    /// one trip.
    #[inline]
    pub(crate) fn overload(&self, chain: (u32, u32), place: (u32, u32)) -> i64 {
        let draft = self.draft;
        let target = draft.stop(place.0);
        if draft.stop(chain.0).trip == target.trip {
            return 0;
        }
        let capacity = self.instance.problem.vehicles[target.vehicle as usize].capacity;
        let mut load = draft.haul(target.trip).load;
        for (i, sum) in load.iter_mut().enumerate() {
            *sum += draft.load_of(chain)[i];
            if place.1 != NONE {
                *sum -= draft.load_of(place)[i];
            }
        }
        load_excess(load, capacity) * self.penalties.load
    }

    /// The legs of the vehicle that visits a stop.
    #[inline]
    pub(crate) fn table_at(&self, stop: u32) -> &Table {
        match &self.instance.tables.classes[..] {
            [only] => only,
            _ => self.instance.table(self.draft.stop(stop).vehicle),
        }
    }

    /// A proposal with its price, if that is below `limit` and it breaks no rule that has no
    /// penalty. `legs` is no more than what it changes the cost of legs by.
    pub(crate) fn offer(&self, proposal: &Proposal, legs: i64, limit: i64) -> Option<Priced> {
        let delta = self.price(proposal, legs, limit)?;
        self.is_allowed(proposal).then_some(Priced { proposal: *proposal, delta })
    }

    /// What a proposal changes the cost by, if that is less than `limit`.
    pub(crate) fn price(&self, proposal: &Proposal, legs: i64, limit: i64) -> Option<i64> {
        let mut rest = self.absence(proposal);
        for cut in proposal.cuts() {
            rest += self.load_change(cut) * self.penalties.load;
        }
        let delta = match proposal.cuts() {
            [first, last] if !proposal.is_within_route() => {
                let bound = rest + legs - self.standing(last.vehicle);
                if bound - self.standing(first.vehicle) >= limit {
                    return None;
                }
                let change = self.route_change(std::slice::from_ref(first))?;
                if bound + change.others >= limit {
                    return None;
                }
                let other = self.route_change(std::slice::from_ref(last))?;
                rest + change.legs + change.others + other.legs + other.others
            }
            cuts => {
                if rest + legs - self.standing(cuts[0].vehicle) >= limit {
                    return None;
                }
                let change = self.route_change(cuts)?;
                rest + change.legs + change.others
            }
        };
        (delta < limit).then_some(delta)
    }

    fn absence(&self, proposal: &Proposal) -> i64 {
        let cost = |client: u32| match client {
            NONE => 0,
            _ => self.draft.absent.cost_of(client),
        };
        cost(proposal.leaves) - cost(proposal.joins)
    }

    /// Cost of a route without its legs and loads: the most that a change can gain there.
    #[inline]
    fn standing(&self, vehicle: u32) -> i64 {
        let tour = self.draft.tour(vehicle);
        tour.usage + self.penalties.of(Excess { load: 0, ..tour.excess })
    }

    /// By how much a cut changes the load that does not fit.
    fn load_change(&self, cut: &Cut) -> i64 {
        let capacity = self.instance.problem.vehicles[cut.vehicle as usize].capacity;
        let old = match cut.trip {
            NONE => 0,
            trip => load_excess(self.draft.haul(trip).load, capacity),
        };
        let mut load = [0; LOADS];
        for &piece in cut.pieces() {
            let (Piece::Run { first, last } | Piece::Reversed { first, last }) = piece else {
                continue;
            };
            for (sum, load) in load.iter_mut().zip(self.draft.load_of((first, last))) {
                *sum += load;
            }
        }
        load_excess(load, capacity) - old
    }

    /// By how much cuts of one route change its cost, loads aside; none if there are too many
    /// trips.
    fn route_change(&self, cuts: &[Cut]) -> Option<RouteChange> {
        let (draft, vehicle) = (self.draft, cuts[0].vehicle);
        let table = self.instance.table(vehicle);
        let before = draft.stop(cuts[0].before);
        let mut walk = Walk {
            location: before.location,
            segment: draft.closed(before.next).head,
            legs: before.reached,
            trips: self.trips_up_to(cuts[0].before),
        };
        for (i, cut) in cuts.iter().enumerate() {
            if i > 0 && cuts[i - 1].after != draft.stop(cut.before).next {
                self.add_between(&mut walk, table, cuts[i - 1].after, cut.before);
            }
            self.add_trip(&mut walk, table, cut);
        }
        let after = draft.stop(cuts[cuts.len() - 1].after);
        let rest = cuts[cuts.len() - 1].after;
        let rest_tour = draft.tour(after.vehicle);
        if after.trip != NONE {
            walk.trips += rest_tour.trips - draft.haul(after.trip).index;
        }
        let old = draft.tour(vehicle);
        let standing = self.standing(vehicle);
        if walk.trips == 0 {
            return Some(RouteChange { legs: -old.legs, others: -standing });
        }
        let data = &self.instance.problem.vehicles[vehicle as usize];
        if walk.trips > u32::from(data.trips_max) && walk.trips > old.trips {
            return None;
        }
        let hop = table.hop(walk.location, after.location);
        let legs = walk.legs + i64::from(hop.cost) + rest_tour.legs - after.reached;
        let route = walk.segment.then(hop.drive, draft.closed(rest).tail);
        let duration = duration_excess(self.instance, vehicle, route);
        let excess = Excess { load: 0, warp: i64::from(route.warp), duration };
        let others = usage(self.instance, vehicle, route) + self.penalties.of(excess);
        Some(RouteChange { legs: legs - old.legs, others: others - standing })
    }

    /// How many trips a route makes up to and with that of a stop.
    fn trips_up_to(&self, stop: u32) -> u32 {
        match self.draft.stop(stop).trip {
            NONE => 0,
            trip => self.draft.haul(trip).index + 1,
        }
    }

    /// Goes on with the trips from a loading to a last stop of one, as they are.
    fn add_between(&self, walk: &mut Walk, table: &Table, first: u32, last: u32) {
        let draft = self.draft;
        let (from, to) = (draft.stop(first), draft.stop(last));
        let mut loading = first;
        loop {
            let hop = table.hop(walk.location, draft.stop(loading).location);
            if loading == first {
                walk.legs += i64::from(hop.cost);
            }
            let end = draft.haul(draft.stop(loading).trip).last;
            let trip = draft.timing(end).prefix.loaded();
            walk.segment = walk.segment.then(hop.drive, trip);
            walk.location = draft.stop(end).location;
            if end == last {
                break;
            }
            loading = draft.stop(end).next;
        }
        walk.legs += to.reached - from.reached;
        walk.trips += draft.haul(to.trip).index - draft.haul(from.trip).index + 1;
    }

    /// Goes on with the new trip of a cut.
    #[inline]
    fn add_trip(&self, walk: &mut Walk, table: &Table, cut: &Cut) {
        let Some((&first, others)) = cut.pieces().split_first() else { return };
        let (start, mut at) = self.ends(first);
        let into = table.hop(walk.location, start);
        let (mut trip, mut legs) = self.stretch(cut.vehicle, table, first);
        for &piece in others {
            let (from, to) = self.ends(piece);
            let hop = table.hop(at, from);
            let (stretch, cost) = self.stretch(cut.vehicle, table, piece);
            trip = trip.then(hop.drive, stretch);
            legs += i64::from(hop.cost) + cost;
            at = to;
        }
        walk.segment = walk.segment.then(into.drive, trip.loaded());
        walk.legs += i64::from(into.cost) + legs;
        walk.location = at;
        walk.trips += 1;
    }

    /// Where a piece starts and ends.
    #[inline]
    fn ends(&self, piece: Piece) -> (u32, u32) {
        let place = |stop: u32| self.draft.stop(stop).location;
        match piece {
            Piece::Load(depot) => {
                let location = self.instance.problem.depots[depot as usize].location;
                (location, location)
            }
            Piece::Run { first, last } => (place(first), place(last)),
            Piece::Reversed { first, last } => (place(last), place(first)),
        }
    }

    /// The times of a piece on a vehicle, releases not folded in, and the cost of its legs.
    #[inline]
    fn stretch(&self, vehicle: u32, table: &Table, piece: Piece) -> (Segment, i64) {
        let draft = self.draft;
        match piece {
            Piece::Load(depot) => (loading_visit(self.instance, depot, vehicle), 0),
            Piece::Run { first, last } if first == last => (draft.timing(first).own, 0),
            Piece::Run { first, last } => {
                let (from, to) = (draft.stop(first), draft.stop(last));
                let classes = &self.instance.class_of;
                let is_same_class = from.vehicle == vehicle
                    || classes[from.vehicle as usize] == classes[vehicle as usize];
                let legs = to.reached - from.reached;
                if draft.ids.is_loading(first) {
                    (draft.timing(last).prefix, legs)
                } else if is_same_class && !draft.ids.is_client(to.next) {
                    (draft.timing(first).suffix, legs)
                } else if is_same_class {
                    (self.walk_along(first, last), legs)
                } else {
                    self.walk(table, first, last, |stop| draft.stop(stop).next)
                }
            }
            Piece::Reversed { first, last } => {
                self.walk(table, last, first, |stop| draft.stop(stop).previous)
            }
        }
    }

    /// Times from one stop of a trip to a later one, linear in their distance.
    fn walk_along(&self, first: u32, last: u32) -> Segment {
        let draft = self.draft;
        let mut segment = draft.timing(first).own;
        let mut at = first;
        while at != last {
            let stop = draft.stop(at);
            segment = segment.then(stop.drive, draft.timing(stop.next).own);
            at = stop.next;
        }
        segment
    }

    /// Times and cost of legs from one stop to another, linear in their distance.
    fn walk(
        &self,
        table: &Table,
        first: u32,
        last: u32,
        step: impl Fn(u32) -> u32,
    ) -> (Segment, i64) {
        let draft = self.draft;
        let (mut segment, mut legs) = (draft.timing(first).own, 0);
        let mut at = first;
        while at != last {
            let next = step(at);
            let hop = table.hop(draft.stop(at).location, draft.stop(next).location);
            segment = segment.then(hop.drive, draft.timing(next).own);
            legs += i64::from(hop.cost);
            at = next;
        }
        (segment, legs)
    }
}
