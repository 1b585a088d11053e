//! Gives absent clients a place, and takes away places that cost more than they are worth.

use crate::solver::draft::Draft;
use crate::solver::draft::NONE;
use crate::solver::moves::price::Best;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Piece;
use crate::solver::moves::proposal::Proposal;
use crate::solver::moves::trips;
use crate::solver::route::may_load;

/// Puts an absent client behind a stop of a trip.
pub(crate) fn insertion(draft: &Draft, client: u32, after: u32) -> Proposal {
    let stop = draft.stop(after);
    let cut = Cut::replace(draft, stop.trip)
        .head(draft, after)
        .run(client, client)
        .tail(draft, stop.next);
    Proposal::one(cut).joining(client)
}

/// Makes a trip of an absent client alone, before a loading or an end.
pub(crate) fn opening(draft: &Draft, client: u32, after: u32, depot: u16) -> Proposal {
    let cut = Cut::insert(draft, after).push(Piece::Load(depot)).run(client, client);
    Proposal::one(cut).joining(client)
}

/// Takes a client out.
pub(crate) fn removal(draft: &Draft, client: u32) -> Proposal {
    let stop = draft.stop(client);
    let cut = Cut::replace(draft, stop.trip).head(draft, stop.previous).tail(draft, stop.next);
    Proposal::one(cut).leaving(client)
}

/// Has an absent client visited in the place of another.
pub(crate) fn replacement(draft: &Draft, client: u32, replaced: u32) -> Proposal {
    let stop = draft.stop(replaced);
    let cut = Cut::replace(draft, stop.trip)
        .head(draft, stop.previous)
        .run(client, client)
        .tail(draft, stop.next);
    Proposal::one(cut).joining(client).leaving(replaced)
}

/// Tries all places for an absent client.
pub(crate) fn find_insertion(pricer: &Pricer<'_>, client: u32, best: &mut Best) {
    let draft = pricer.draft;
    let neighbors = &pricer.instance.neighbors;
    if draft.absent.may_join(client) {
        for &before in neighbors.before.of(client) {
            if draft.is_movable(before) {
                try_insertion(pricer, client, before, best);
            }
        }
        for &after in neighbors.after.of(client) {
            if draft.is_movable(after) {
                try_insertion(pricer, client, draft.stop(after).previous, best);
            }
        }
        try_openings(pricer, client, best);
        if best.found.is_none() && !draft.absent.is_optional(client) {
            for other in (0..draft.ids.clients).filter(|&other| draft.is_movable(other)) {
                try_insertion(pricer, client, other, best);
            }
        }
    }
    find_replacement(pricer, client, best);
}

fn try_insertion(pricer: &Pricer<'_>, client: u32, after: u32, best: &mut Best) {
    let draft = pricer.draft;
    let (stop, location) = (draft.stop(after), draft.stop(client).location);
    let table = pricer.table_at(after);
    let legs = i64::from(table.hop(stop.location, location).cost)
        + i64::from(table.hop(location, draft.stop(stop.next).location).cost)
        - i64::from(stop.cost);
    if legs - draft.absent.cost_of(client) < best.limit() {
        best.offer(pricer, &insertion(draft, client, after), legs);
    }
}

fn try_openings(pricer: &Pricer<'_>, client: u32, best: &mut Best) {
    let (draft, problem) = (pricer.draft, &pricer.instance.problem);
    let depots = u16::try_from(problem.depots.len()).unwrap_or(u16::MAX);
    trips::each_gap(pricer, NONE, |after| {
        let vehicle = &problem.vehicles[draft.stop(after).vehicle as usize];
        for depot in (0..depots).filter(|&depot| may_load(vehicle, depot)) {
            best.offer(pricer, &opening(draft, client, after, depot), i64::MIN / 2);
        }
    });
}

/// Tries to take the place of neighbors.
fn find_replacement(pricer: &Pricer<'_>, client: u32, best: &mut Best) {
    let draft = pricer.draft;
    let location = draft.stop(client).location;
    for &other in pricer.instance.neighbors.near.of(client).iter().take(NEAR_MAX) {
        if other == client || !draft.is_movable(other) || !draft.absent.may_replace(client, other) {
            continue;
        }
        let stop = draft.stop(other);
        let before = draft.stop(stop.previous);
        let table = pricer.table_at(other);
        let legs = i64::from(table.hop(before.location, location).cost)
            + i64::from(table.hop(location, draft.stop(stop.next).location).cost)
            - i64::from(before.cost)
            - i64::from(stop.cost);
        let gain =
            draft.absent.cost_of(client) - draft.absent.cost_of(other) + pricer.slack(stop.vehicle);
        if legs - gain < best.limit() {
            best.offer(pricer, &replacement(draft, client, other), legs);
        }
    }
}

/// How many neighbors an absent client may take the place of.
const NEAR_MAX: usize = 40;

/// Tries to take a client out.
pub(crate) fn find_removal(pricer: &Pricer<'_>, client: u32, best: &mut Best) {
    if pricer.draft.absent.is_optional(client) {
        best.offer(pricer, &removal(pricer.draft, client), i64::MIN / 2);
    }
}
