//! Moves a chain of clients to another place, in the same order or in the opposite one.
//!
//! Also known as or-opt, where both places are in one route.

use crate::solver::draft::Draft;
use crate::solver::draft::NONE;
use crate::solver::moves::CHAIN_MAX;
use crate::solver::moves::Link;
use crate::solver::moves::price::Best;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Piece;
use crate::solver::moves::proposal::Proposal;

/// A chain of clients of one trip, and the stop it is to follow: a client that is not one of them,
/// nor the one before, or a loading.
///
/// # Source
/// Or (1976), Traveling salesman-type combinatorial problems, Northwestern University; between
/// routes: Savelsbergh (1992), The vehicle routing problem with time windows: minimizing route
/// duration, doi:10.1287/ijoc.4.2.146.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Relocation {
    pub(crate) first: u32,
    pub(crate) last: u32,
    pub(crate) is_reversed: bool,
    pub(crate) after: u32,
}

impl Relocation {
    fn chain(&self) -> Piece {
        let Self { first, last, .. } = *self;
        if self.is_reversed { Piece::Reversed { first, last } } else { Piece::Run { first, last } }
    }

    /// What this makes of the trips.
    pub(crate) fn proposal(&self, draft: &Draft) -> Proposal {
        let (first, last, after) = (draft.stop(self.first), draft.stop(self.last), self.after);
        let target = draft.stop(after);
        let (previous, next) = (first.previous, last.next);
        let cut = Cut::replace(draft, first.trip);
        if first.trip != target.trip {
            let source = cut.head(draft, previous).tail(draft, next);
            let target = Cut::replace(draft, target.trip)
                .head(draft, after)
                .push(self.chain())
                .tail(draft, target.next);
            return Proposal::two(draft, source, target);
        }
        Proposal::one(if target.position < first.position {
            cut.head(draft, after)
                .push(self.chain())
                .run_unless_empty(draft, target.next, previous)
                .tail(draft, next)
        } else {
            cut.head(draft, previous).run(next, after).push(self.chain()).tail(draft, target.next)
        })
    }

    /// What this changes the cost of legs by, if it leaves no trip empty.
    pub(crate) fn legs(&self, pricer: &Pricer<'_>) -> Option<i64> {
        let draft = pricer.draft;
        let (first, last, after) =
            (draft.stop(self.first), draft.stop(self.last), draft.stop(self.after));
        if draft.ids.is_loading(first.previous) && !draft.ids.is_client(last.next) {
            return None;
        }
        let (source, target) = (pricer.table_at(self.first), pricer.table_at(self.after));
        let before = draft.stop(first.previous);
        let closing = source.hop(before.location, draft.stop(last.next).location).cost;
        let (head, tail) = if self.is_reversed {
            (last.location, first.location)
        } else {
            (first.location, last.location)
        };
        let opening = i64::from(target.hop(after.location, head).cost)
            + i64::from(target.hop(tail, draft.stop(after.next).location).cost);
        let old = i64::from(before.cost) + i64::from(last.cost) + i64::from(after.cost);
        let mut delta = opening + i64::from(closing) - old;
        if self.first != self.last && (self.is_reversed || !std::ptr::eq(source, target)) {
            let mut at = self.first;
            while at != self.last {
                let stop = draft.stop(at);
                let next = draft.stop(stop.next).location;
                let (from, to) =
                    if self.is_reversed { (next, stop.location) } else { (stop.location, next) };
                delta += i64::from(target.hop(from, to).cost) - i64::from(stop.cost);
                at = stop.next;
            }
        }
        Some(delta)
    }

    fn offer(&self, pricer: &Pricer<'_>, slack: i64, best: &mut Best) {
        let legs = self.legs(pricer).unwrap_or(i64::MIN / 2);
        let overload = pricer.overload((self.first, self.last), (self.after, NONE));
        if legs - slack + overload < best.limit() {
            best.offer(pricer, &self.proposal(pricer.draft), legs);
        }
    }
}

/// Tries all relocations that make `b` follow `a`; chains in the opposite order only if asked.
pub(crate) fn find(pricer: &Pricer<'_>, link: &Link, with_reversed: bool, best: &mut Best) {
    behind_a(pricer, link, best);
    before_b(pricer, link, best);
    if with_reversed {
        reversed(pricer, link, best);
    }
}

/// Tries chains that start with `b`.
fn behind_a(pricer: &Pricer<'_>, link: &Link, best: &mut Best) {
    let Link { a, b, slack, gain, .. } = *link;
    let draft = pricer.draft;
    let table = pricer.table_at(a);
    let onward = draft.stop(draft.stop(a).next).location;
    let source = draft.stop(draft.stop(b).previous);
    let is_first = !draft.ids.is_client(draft.stop(b).previous);
    let mut last = b;
    for _ in 0..CHAIN_MAX {
        let stop = draft.stop(last);
        let closing = table.hop(source.location, draft.stop(stop.next).location).cost;
        let legs = gain + i64::from(table.hop(stop.location, onward).cost) + i64::from(closing)
            - i64::from(stop.cost);
        let is_rest = is_first && !draft.ids.is_client(stop.next);
        if legs - slack < best.limit() || is_rest || !link.is_one_class {
            let relocation = Relocation { first: b, last, is_reversed: false, after: a };
            relocation.offer(pricer, slack, best);
        }
        last = stop.next;
        if last == a || !draft.ids.is_client(last) {
            break;
        }
    }
}

/// Tries chains that end with `a`.
fn before_b(pricer: &Pricer<'_>, link: &Link, best: &mut Best) {
    let Link { a, b, slack, gain, .. } = *link;
    let draft = pricer.draft;
    let table = pricer.table_at(b);
    let after = draft.stop(b).previous;
    let target = draft.stop(after).location;
    let onward = draft.stop(draft.stop(a).next).location;
    let is_last = !draft.ids.is_client(draft.stop(a).next);
    let mut first = a;
    for _ in 0..CHAIN_MAX {
        let previous = draft.stop(first).previous;
        let before = draft.stop(previous);
        let opening = table.hop(target, draft.stop(first).location).cost;
        let legs = gain + i64::from(opening) + i64::from(table.hop(before.location, onward).cost)
            - i64::from(before.cost);
        let is_rest = is_last && !draft.ids.is_client(previous);
        if legs - slack < best.limit() || is_rest || !link.is_one_class {
            let relocation = Relocation { first, last: a, is_reversed: false, after };
            relocation.offer(pricer, slack, best);
        }
        first = previous;
        if first == b || !draft.ids.is_client(first) {
            break;
        }
    }
}

/// Tries chains that end with `b`, or start with `a`, in the opposite order.
fn reversed(pricer: &Pricer<'_>, link: &Link, best: &mut Best) {
    let Link { a, b, slack, .. } = *link;
    let draft = pricer.draft;
    let (after, before) = (draft.stop(a).next, draft.stop(b).previous);
    let (mut first, mut last) = (b, a);
    for _ in 1..CHAIN_MAX {
        first = draft.stop(first).previous;
        if first == after || first == a || !draft.ids.is_client(first) {
            break;
        }
        Relocation { first, last: b, is_reversed: true, after: a }.offer(pricer, slack, best);
    }
    for _ in 1..CHAIN_MAX {
        last = draft.stop(last).next;
        if last == before || last == b || !draft.ids.is_client(last) {
            break;
        }
        let relocation = Relocation { first: a, last, is_reversed: true, after: before };
        relocation.offer(pricer, slack, best);
    }
}
