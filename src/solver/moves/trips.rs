//! Moves and exchanges whole trips, and makes new ones of parts of others.

use crate::solver::draft::Draft;
use crate::solver::draft::NONE;
use crate::solver::moves::price::Best;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Piece;
use crate::solver::moves::proposal::Proposal;
use crate::solver::route::may_load;

/// Clients that follow each other in a trip, or the whole of it, as a trip of their own.
///
/// This splits a trip, moves it, or has it loaded elsewhere.
///
/// # Source
/// Cattaruzza, Absi, Feillet, Vidal (2014), A memetic algorithm for the multi trip vehicle routing
/// problem, doi:10.1016/j.ejor.2013.06.012.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewTrip {
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// The loading or end before which it takes place.
    pub(crate) after: u32,
    pub(crate) depot: u16,
}

impl NewTrip {
    fn is_whole_trip(&self, draft: &Draft) -> bool {
        draft.ids.is_loading(draft.stop(self.first).previous)
            && !draft.ids.is_client(draft.stop(self.last).next)
    }

    /// Whether the trip stays where it is, beside other trips.
    fn is_in_place(&self, draft: &Draft) -> bool {
        let loading = draft.stop(self.first).previous;
        self.is_whole_trip(draft)
            && (self.after == loading || self.after == draft.stop(self.last).next)
    }

    /// What this makes of the trips.
    pub(crate) fn proposal(&self, draft: &Draft) -> Proposal {
        let Self { first, last, after, depot } = *self;
        let (from, to) = (draft.stop(first), draft.stop(last));
        let source = Cut::replace(draft, from.trip);
        if self.is_in_place(draft) {
            return Proposal::one(source.push(Piece::Load(depot)).run(first, last));
        }
        let source = source.head(draft, from.previous).tail(draft, to.next);
        let target = Cut::insert(draft, after).push(Piece::Load(depot)).run(first, last);
        Proposal::two(draft, source, target)
    }

    /// What this changes the cost of legs by, if it is known without a walk.
    pub(crate) fn legs(&self, pricer: &Pricer<'_>) -> Option<i64> {
        let draft = pricer.draft;
        let (first, last, after) =
            (draft.stop(self.first), draft.stop(self.last), draft.stop(self.after));
        let (source, target) = (pricer.table_at(self.first), pricer.table_at(self.after));
        let is_beside = after.trip == first.trip || after.previous == draft.haul(first.trip).last;
        if is_beside || !std::ptr::eq(source, target) {
            return None;
        }
        let cost = |from: u32, to: u32| i64::from(source.hop(from, to).cost);
        let place = |stop: u32| draft.stop(stop).location;
        let depot = pricer.instance.problem.depots[self.depot as usize].location;
        let gap = draft.stop(after.previous);
        let into = cost(gap.location, depot) + cost(depot, first.location);
        let opening = into + cost(last.location, after.location) - i64::from(gap.cost);
        let before = draft.stop(first.previous);
        let mut closing = -i64::from(before.cost) - i64::from(last.cost);
        if !self.is_whole_trip(draft) {
            return Some(opening + closing + cost(before.location, place(last.next)));
        }
        let start = draft.stop(before.previous);
        closing -= i64::from(start.cost);
        if draft.tour(first.vehicle).trips > 1 {
            closing += cost(start.location, place(last.next));
        }
        Some(opening + closing)
    }

    fn offer(&self, pricer: &Pricer<'_>, best: &mut Best) {
        let draft = pricer.draft;
        let vehicle = draft.stop(self.after).vehicle;
        let source = draft.stop(self.first).vehicle;
        let mut bound = self.legs(pricer).unwrap_or(i64::MIN / 2);
        let legs = bound;
        bound -= pricer.slack(source);
        if vehicle != source {
            bound -= pricer.slack(vehicle);
        }
        if draft.tour(source).trips == 1 && self.is_whole_trip(draft) {
            bound -= pricer.instance.fixed_cost(source);
        }
        if draft.tour(vehicle).trips == 0 {
            bound += pricer.instance.fixed_cost(vehicle);
        }
        if bound < best.limit() {
            best.offer(pricer, &self.proposal(draft), legs);
        }
    }
}

/// Two trips that take each other's place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TripSwap {
    pub(crate) one: u32,
    pub(crate) other: u32,
}

impl TripSwap {
    /// What this makes of the trips: each keeps its depot where it may.
    pub(crate) fn proposal(self, pricer: &Pricer<'_>) -> Proposal {
        let draft = pricer.draft;
        let replaced = |old: u32, new: u32| {
            let cut = Cut::replace(draft, old);
            let first = draft.stop(draft.ids.loading_of(new)).next;
            let depot = depot_of(pricer, new, cut.vehicle, old);
            cut.push(Piece::Load(depot)).run(first, draft.haul(new).last)
        };
        Proposal::two(draft, replaced(self.one, self.other), replaced(self.other, self.one))
    }

    /// What this changes the cost of legs by, if it is known without a walk.
    pub(crate) fn legs(self, pricer: &Pricer<'_>) -> Option<i64> {
        let draft = pricer.draft;
        let loading = |trip: u32| draft.stop(draft.ids.loading_of(trip));
        let last = |trip: u32| draft.stop(draft.haul(trip).last);
        let table = pricer.table_at(draft.ids.loading_of(self.one));
        let is_known = std::ptr::eq(table, pricer.table_at(draft.ids.loading_of(self.other)))
            && draft.haul(self.one).last != loading(self.other).previous
            && draft.haul(self.other).last != loading(self.one).previous;
        if !is_known {
            return None;
        }
        let cost = |from: u32, to: u32| i64::from(table.hop(from, to).cost);
        let replaced = |old: u32, new: u32| {
            let depot = depot_of(pricer, new, loading(old).vehicle, old);
            let depot = pricer.instance.problem.depots[depot as usize].location;
            let first = draft.stop(loading(new).next).location;
            let before = draft.stop(loading(old).previous);
            let after = draft.stop(last(old).next).location;
            let gains = i64::from(before.cost) + i64::from(loading(old).cost);
            cost(before.location, depot) + cost(depot, first) + cost(last(new).location, after)
                - gains
                - i64::from(last(old).cost)
        };
        Some(replaced(self.one, self.other) + replaced(self.other, self.one))
    }

    fn offer(self, pricer: &Pricer<'_>, best: &mut Best) {
        let draft = pricer.draft;
        let vehicle = |trip: u32| draft.stop(draft.ids.loading_of(trip)).vehicle;
        let mut slack = pricer.slack(vehicle(self.one));
        if vehicle(self.one) != vehicle(self.other) {
            slack += pricer.slack(vehicle(self.other));
        }
        let legs = self.legs(pricer).unwrap_or(i64::MIN / 2);
        if legs - slack < best.limit() {
            best.offer(pricer, &self.proposal(pricer), legs);
        }
    }
}

/// Where a trip is loaded by a vehicle in the place of another trip: where it was, if it may.
fn depot_of(pricer: &Pricer<'_>, trip: u32, vehicle: u32, replaced: u32) -> u16 {
    let depot = pricer.draft.haul(trip).depot;
    let data = &pricer.instance.problem.vehicles[vehicle as usize];
    if may_load(data, depot) { depot } else { pricer.draft.haul(replaced).depot }
}

/// Tries all moves of the trip that `client` is first in, or of the part of a trip that begins with
/// it, and of the client alone.
pub(crate) fn find(pricer: &Pricer<'_>, client: u32, best: &mut Best) {
    let draft = pricer.draft;
    let stop = draft.stop(client);
    let last = draft.haul(stop.trip).last;
    if draft.ids.is_loading(stop.previous) {
        find_swaps(pricer, stop.trip, best);
    }
    find_places(pricer, (client, last), best);
    if client != last {
        find_places(pricer, (client, client), best);
    }
}

/// Tries all places for a trip of these clients.
fn find_places(pricer: &Pricer<'_>, (first, last): (u32, u32), best: &mut Best) {
    let (draft, problem) = (pricer.draft, &pricer.instance.problem);
    let stop = draft.stop(first);
    let own_depot = draft.haul(stop.trip).depot;
    let depots = u16::try_from(problem.depots.len()).unwrap_or(u16::MAX);
    each_gap(pricer, stop.vehicle, |after| {
        let vehicle = &problem.vehicles[draft.stop(after).vehicle as usize];
        for depot in (0..depots).filter(|&depot| may_load(vehicle, depot)) {
            let new = NewTrip { first, last, after, depot };
            if depot != own_depot || !new.is_in_place(draft) {
                new.offer(pricer, best);
            }
        }
    });
}

/// Names the loadings and ends before which a trip may be made: of one unused vehicle of each
/// kind, and of used ones that may make another, or that give one up.
pub(crate) fn each_gap(pricer: &Pricer<'_>, giving_up: u32, mut then: impl FnMut(u32)) {
    let (draft, instance) = (pricer.draft, pricer.instance);
    for &vehicle in draft.idle.iter().filter(|&&vehicle| vehicle != NONE) {
        then(draft.ids.end_of(vehicle));
    }
    if !instance.is_multi_trip && instance.problem.depots.len() == 1 {
        return;
    }
    for vehicle in 0..draft.ids.vehicles {
        let trips = draft.tour(vehicle).trips;
        let trips_max = u32::from(instance.problem.vehicles[vehicle as usize].trips_max);
        if trips == 0 || (trips >= trips_max && vehicle != giving_up) {
            continue;
        }
        let mut after = draft.ids.end_of(vehicle);
        then(after);
        while let Some(trip) = open_trip_before(draft, after) {
            after = draft.ids.loading_of(trip);
            then(after);
        }
    }
}

/// Tries all exchanges of a trip with another.
fn find_swaps(pricer: &Pricer<'_>, one: u32, best: &mut Best) {
    let (draft, instance) = (pricer.draft, pricer.instance);
    if !instance.is_multi_trip && instance.groups.len() == 1 {
        return;
    }
    for vehicle in 0..draft.ids.vehicles {
        let mut at = draft.ids.end_of(vehicle);
        while let Some(other) = open_trip_before(draft, at) {
            if other != one {
                (TripSwap { one, other }).offer(pricer, best);
            }
            at = draft.ids.loading_of(other);
        }
    }
}

/// The trip before a loading or an end, if it may be changed.
fn open_trip_before(draft: &Draft, after: u32) -> Option<u32> {
    let trip = draft.stop(draft.stop(after).previous).trip;
    (trip != NONE && !draft.haul(trip).is_locked).then_some(trip)
}
