//! Exchanges two clients of different trips, each to the best place in the other's trip.

use crate::solver::draft::Draft;
use crate::solver::draft::NONE;
use crate::solver::moves::price::Best;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Proposal;

/// How many places per client and trip are kept. The paper's number: a client that leaves spoils at
/// most two.
const PLACES: usize = 3;

/// A client and where it goes: behind a stop of the other trip, or in the place of the other
/// client if that is the stop.
///
/// # Source
/// Vidal (2022), Hybrid genetic search for the CVRP: open-source implementation and SWAP\*
/// neighborhood, doi:10.1016/j.cor.2021.105643, section 3.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SwapStar {
    pub(crate) one: u32,
    pub(crate) one_after: u32,
    pub(crate) other: u32,
    pub(crate) other_after: u32,
}

impl SwapStar {
    /// What this makes of the trips.
    pub(crate) fn proposal(&self, draft: &Draft) -> Proposal {
        let replaced = |leaves: u32, joins: u32, after: u32| {
            let stop = draft.stop(leaves);
            let cut = Cut::replace(draft, stop.trip);
            let target = draft.stop(after);
            if after == leaves {
                cut.head(draft, stop.previous).run(joins, joins).tail(draft, stop.next)
            } else if target.position < stop.position {
                cut.head(draft, after)
                    .run(joins, joins)
                    .run(target.next, stop.previous)
                    .tail(draft, stop.next)
            } else {
                cut.head(draft, stop.previous)
                    .run(stop.next, after)
                    .run(joins, joins)
                    .tail(draft, target.next)
            }
        };
        let first = replaced(self.one, self.other, self.other_after);
        Proposal::two(draft, first, replaced(self.other, self.one, self.one_after))
    }
}

/// A stop to follow, and what that costs.
#[derive(Debug, Clone, Copy)]
struct Place {
    after: u32,
    cost: i64,
}

/// A client of one trip and its best places in the other.
#[derive(Debug, Clone, Copy)]
struct Guest {
    client: u32,
    /// What leaving gains.
    gain: i64,
    places: [Place; PLACES],
}

/// Memory for this search.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guests {
    ones: Vec<Guest>,
    others: Vec<Guest>,
}

impl Guests {
    /// Tries all exchanges between two trips.
    pub(crate) fn find(&mut self, pricer: &Pricer<'_>, trips: [u32; 2], best: &mut Best) {
        let draft = pricer.draft;
        collect(pricer, trips[0], trips[1], &mut self.ones);
        collect(pricer, trips[1], trips[0], &mut self.others);
        let vehicles = trips.map(|trip| draft.stop(draft.ids.loading_of(trip)).vehicle);
        let mut slack = pricer.slack(vehicles[0]);
        if vehicles[0] != vehicles[1] {
            slack += pricer.slack(vehicles[1]);
        }
        let mut lowest = i64::MAX;
        for one in &self.ones {
            for other in &self.others {
                let chains = [one.client, other.client].map(|client| (client, client));
                let overload =
                    pricer.overload(chains[0], chains[1]) + pricer.overload(chains[1], chains[0]);
                // Legs to new places are not free.
                if overload - slack - one.gain - other.gain >= best.limit() {
                    continue;
                }
                let (to_other, to_one) =
                    (one.place_without(pricer, other), other.place_without(pricer, one));
                let legs = to_other.cost + to_one.cost - one.gain - other.gain;
                let score = legs + overload;
                // Where routes are late, nearly everything might pay: only the cheapest is tried.
                let is_promising = score < lowest || score < best.limit();
                lowest = lowest.min(score);
                if is_promising && score - slack < best.limit() {
                    let swap = SwapStar {
                        one: one.client,
                        one_after: to_other.after,
                        other: other.client,
                        other_after: to_one.after,
                    };
                    best.offer(pricer, &swap.proposal(draft), legs);
                }
            }
        }
    }
}

impl Guest {
    /// The best place in a trip that `host` leaves.
    fn place_without(&self, pricer: &Pricer<'_>, host: &Self) -> Place {
        let draft = pricer.draft;
        let stop = draft.stop(host.client);
        let table = pricer.table_at(host.client);
        let (before, own) = (draft.stop(stop.previous).location, draft.stop(self.client).location);
        let after = draft.stop(stop.next).location;
        let into = i64::from(table.hop(before, own).cost) + i64::from(table.hop(own, after).cost);
        let in_place = into - i64::from(table.hop(before, after).cost);
        let mut best = Place { after: host.client, cost: in_place };
        for place in self.places {
            if place.after != host.client && place.after != stop.previous && place.after != NONE {
                if place.cost < best.cost {
                    best = place;
                }
                break;
            }
        }
        best
    }
}

/// The clients of a trip, with their best places in another.
fn collect(pricer: &Pricer<'_>, trip: u32, target: u32, guests: &mut Vec<Guest>) {
    let draft = pricer.draft;
    let table = pricer.table_at(draft.ids.loading_of(trip));
    guests.clear();
    let mut at = draft.stop(draft.ids.loading_of(trip)).next;
    while draft.ids.is_client(at) {
        let stop = draft.stop(at);
        let before = draft.stop(stop.previous);
        let closing = table.hop(before.location, draft.stop(stop.next).location).cost;
        let gain = i64::from(before.cost) + i64::from(stop.cost) - i64::from(closing);
        guests.push(Guest { client: at, gain, places: places(pricer, at, target) });
        at = stop.next;
    }
}

/// The best places for a client in a trip, best first.
fn places(pricer: &Pricer<'_>, client: u32, trip: u32) -> [Place; PLACES] {
    let draft = pricer.draft;
    let location = draft.stop(client).location;
    let table = pricer.table_at(draft.ids.loading_of(trip));
    let (to, from) = (table.to(location), table.from(location));
    let mut best = [Place { after: NONE, cost: i64::MAX / 4 }; PLACES];
    let last = draft.haul(trip).last;
    let mut after = draft.ids.loading_of(trip);
    loop {
        let stop = draft.stop(after);
        let next = draft.stop(stop.next).location;
        let cost = i64::from(to[stop.location as usize].cost) + i64::from(from[next as usize].cost)
            - i64::from(stop.cost);
        if cost < best[PLACES - 1].cost {
            let rank = best.iter().position(|place| cost < place.cost).unwrap_or(PLACES - 1);
            best[rank..].rotate_right(1);
            best[rank] = Place { after, cost };
        }
        if after == last {
            return best;
        }
        after = stop.next;
    }
}
