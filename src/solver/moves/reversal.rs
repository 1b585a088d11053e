//! Reverses a stretch of a trip.
//!
//! Also known as 2-opt.

use crate::solver::draft::Draft;
use crate::solver::moves::Link;
use crate::solver::moves::price::Best;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Piece;
use crate::solver::moves::proposal::Proposal;

/// How many clients are reversed at most. Windows rarely allow to reverse long stretches, and
/// pricing this takes a walk.
const STRETCH_MAX: u32 = 50;

/// A stretch of clients of one trip.
///
/// # Source
/// Croes (1958), A method for solving traveling-salesman problems, doi:10.1287/opre.6.6.791.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reversal {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl Reversal {
    /// What this makes of the trip.
    pub(crate) fn proposal(self, draft: &Draft) -> Proposal {
        let (first, last) = (draft.stop(self.first), draft.stop(self.last));
        let cut = Cut::replace(draft, first.trip)
            .head(draft, first.previous)
            .push(Piece::Reversed { first: self.first, last: self.last })
            .tail(draft, last.next);
        Proposal::one(cut)
    }

    /// What this changes the cost of legs by, linear in its length.
    pub(crate) fn legs(self, pricer: &Pricer<'_>) -> i64 {
        let draft = pricer.draft;
        let (first, last) = (draft.stop(self.first), draft.stop(self.last));
        let table = pricer.table_at(self.first);
        let before = draft.stop(first.previous);
        let into = table.hop(before.location, last.location).cost;
        let out = table.hop(first.location, draft.stop(last.next).location).cost;
        let mut delta =
            i64::from(into) + i64::from(out) - i64::from(before.cost) - i64::from(last.cost);
        if !table.is_symmetric() {
            let mut at = self.first;
            while at != self.last {
                let stop = draft.stop(at);
                let back = table.hop(draft.stop(stop.next).location, stop.location);
                delta += i64::from(back.cost) - i64::from(stop.cost);
                at = stop.next;
            }
        }
        delta
    }
}

/// Tries the reversal that makes `b` follow `a`.
pub(crate) fn find(pricer: &Pricer<'_>, link: &Link, best: &mut Best) {
    let draft = pricer.draft;
    let (from, to) = (draft.stop(link.a), draft.stop(link.b));
    if from.trip != to.trip
        || to.position < from.position
        || to.position - from.position > STRETCH_MAX
    {
        return;
    }
    let reversal = Reversal { first: from.next, last: link.b };
    let legs = reversal.legs(pricer);
    if legs - link.slack < best.limit() {
        best.offer(pricer, &reversal.proposal(draft), legs);
    }
}
