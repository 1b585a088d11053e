//! Exchanges the ends of two trips, or the ends of two routes.
//!
//! Also known as 2-opt\*. If one of the ends is empty and the other is a whole trip, it merges two
//! trips.

use crate::solver::draft::Draft;
use crate::solver::moves::Link;
use crate::solver::moves::price::Best;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Proposal;

/// Where two trips are cut: after `a`, a client or loading, and before `b`, a client.
///
/// # Source
/// Potvin, Rousseau (1995), An exchange heuristic for routeing problems with time windows,
/// doi:10.1057/jors.1995.204.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tails {
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// Whether later trips are exchanged too; only between different vehicles of one group.
    pub(crate) with_later_trips: bool,
}

impl Tails {
    /// What this makes of the trips.
    pub(crate) fn proposal(&self, draft: &Draft) -> Proposal {
        let (from, to) = (draft.stop(self.a), draft.stop(self.b));
        let mut one = Cut::replace(draft, from.trip).head(draft, self.a).tail(draft, self.b);
        let mut other =
            Cut::replace(draft, to.trip).head(draft, to.previous).tail(draft, from.next);
        if self.with_later_trips {
            (one.after, other.after) = (other.after, one.after);
        }
        Proposal::two(draft, one, other)
    }

    /// What this changes the cost of legs by, if it is known without a walk and leaves no trip
    /// empty.
    pub(crate) fn legs(&self, pricer: &Pricer<'_>) -> Option<i64> {
        let draft = pricer.draft;
        let (from, to) = (draft.stop(self.a), draft.stop(self.b));
        let table = pricer.table_at(self.a);
        let is_rest_empty = !draft.ids.is_client(from.next);
        if !std::ptr::eq(table, pricer.table_at(self.b))
            || (is_rest_empty && draft.ids.is_loading(to.previous))
            || draft.ids.is_loading(self.a)
        {
            return None;
        }
        let cost = |from: u32, to: u32| {
            i64::from(table.hop(draft.stop(from).location, draft.stop(to).location).cost)
        };
        let (last_a, last_b) = (draft.haul(from.trip).last, draft.haul(to.trip).last);
        let (end_a, end_b) = (draft.stop(last_a).next, draft.stop(last_b).next);
        // Where trips are followed by the rest of the other route, their ends stay as they are.
        let (after_a, after_b) =
            if self.with_later_trips { (end_b, end_a) } else { (end_a, end_b) };
        let mut delta =
            cost(self.a, self.b) - i64::from(from.cost) - i64::from(draft.stop(to.previous).cost);
        let old_end = i64::from(draft.stop(last_b).cost);
        delta += cost(last_b, after_a) - old_end;
        if is_rest_empty {
            return Some(delta + cost(to.previous, after_b));
        }
        delta += cost(to.previous, from.next);
        Some(delta + cost(last_a, after_b) - i64::from(draft.stop(last_a).cost))
    }
}

/// Tries the exchanges of ends that make `b` follow `a`.
pub(crate) fn find(pricer: &Pricer<'_>, link: &Link, best: &mut Best) {
    let Link { a, b, slack, .. } = *link;
    let draft = pricer.draft;
    let (from, to) = (draft.stop(a), draft.stop(b));
    if from.trip == to.trip {
        return;
    }
    offer(pricer, Tails { a, b, with_later_trips: false }, slack, best);
    let is_last = |trip: u32, vehicle: u32| draft.haul(trip).index + 1 == draft.tour(vehicle).trips;
    let is_same_kind = from.vehicle != to.vehicle
        && pricer.instance.group_of[from.vehicle as usize]
            == pricer.instance.group_of[to.vehicle as usize];
    if is_same_kind && !(is_last(from.trip, from.vehicle) && is_last(to.trip, to.vehicle)) {
        offer(pricer, Tails { a, b, with_later_trips: true }, slack, best);
    }
}

fn offer(pricer: &Pricer<'_>, tails: Tails, slack: i64, best: &mut Best) {
    let legs = tails.legs(pricer).unwrap_or(i64::MIN / 2);
    if legs - slack < best.limit() {
        best.offer(pricer, &tails.proposal(pricer.draft), legs);
    }
}
