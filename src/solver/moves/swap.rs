//! Exchanges two chains of clients.

use crate::solver::draft::Draft;
use crate::solver::moves::Link;
use crate::solver::moves::price::Best;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Proposal;

/// Lengths of chains that are exchanged.
const LENGTHS: [(usize, usize); 8] =
    [(1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3), (3, 2)];

/// Two chains of clients, each of one trip, that do not overlap nor follow each other directly.
///
/// # Source
/// Osman (1993), Metastrategy simulated annealing and tabu search algorithms for the vehicle
/// routing problem, doi:10.1007/BF02023004 (lambda-interchange); also known as cross-exchange,
/// Taillard et al. (1997), doi:10.1287/trsc.31.2.170.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Swap {
    /// First and last client of a chain.
    pub(crate) one: (u32, u32),
    /// First and last client of the other.
    pub(crate) other: (u32, u32),
}

impl Swap {
    /// What this makes of the trips.
    pub(crate) fn proposal(&self, draft: &Draft) -> Proposal {
        let (mut one, mut other) = (self.one, self.other);
        let trip = |chain: (u32, u32)| draft.stop(chain.0).trip;
        if trip(one) != trip(other) {
            let replaced = |old: (u32, u32), new: (u32, u32)| {
                Cut::replace(draft, trip(old))
                    .head(draft, draft.stop(old.0).previous)
                    .run(new.0, new.1)
                    .tail(draft, draft.stop(old.1).next)
            };
            return Proposal::two(draft, replaced(one, other), replaced(other, one));
        }
        if draft.stop(other.0).position < draft.stop(one.0).position {
            (one, other) = (other, one);
        }
        let (between, until) = (draft.stop(one.1).next, draft.stop(other.0).previous);
        let cut = Cut::replace(draft, trip(one))
            .head(draft, draft.stop(one.0).previous)
            .run(other.0, other.1)
            .run(between, until)
            .run(one.0, one.1);
        Proposal::one(cut.tail(draft, draft.stop(other.1).next))
    }

    /// What this changes the cost of legs by.
    pub(crate) fn legs(&self, pricer: &Pricer<'_>) -> i64 {
        let draft = pricer.draft;
        let replaced = |old: (u32, u32), new: (u32, u32)| {
            let table = pricer.table_at(old.0);
            let (before, last) = (draft.stop(draft.stop(old.0).previous), draft.stop(old.1));
            let (from, to) = (draft.stop(new.0).location, draft.stop(new.1).location);
            let into = i64::from(table.hop(before.location, from).cost);
            let out = i64::from(table.hop(to, draft.stop(last.next).location).cost);
            into + out - i64::from(before.cost) - i64::from(last.cost)
        };
        let (one, other) = (self.one, self.other);
        let mut delta = replaced(one, other) + replaced(other, one);
        if !std::ptr::eq(pricer.table_at(one.0), pricer.table_at(other.0)) {
            delta += inner_change(pricer, one, other) + inner_change(pricer, other, one);
        }
        delta
    }
}

/// By how much the cost of the legs of a chain changes on the vehicle of another.
fn inner_change(pricer: &Pricer<'_>, chain: (u32, u32), other: (u32, u32)) -> i64 {
    let draft = pricer.draft;
    let table = pricer.table_at(other.0);
    let (mut at, mut delta) = (chain.0, 0);
    while at != chain.1 {
        let stop = draft.stop(at);
        let hop = table.hop(stop.location, draft.stop(stop.next).location);
        delta += i64::from(hop.cost) - i64::from(stop.cost);
        at = stop.next;
    }
    delta
}

/// Tries all swaps that make `b` follow `a`.
pub(crate) fn find(pricer: &Pricer<'_>, link: &Link, best: &mut Best) {
    let Link { a, b, slack, .. } = *link;
    let draft = pricer.draft;
    let (behind, before) = (draft.stop(a).next, draft.stop(b).previous);
    let crossing = pricer.table_at(b).hop(draft.stop(before).location, draft.stop(behind).location);
    // All of these also make what is behind `a` follow what is before `b`.
    let near = link.gain + i64::from(crossing.cost) - slack;
    let ahead = |stop: u32| draft.stop(stop).next;
    let back = |stop: u32| draft.stop(stop).previous;
    let table = pricer.table_at(a);
    // What the far ends change, where chains end before `m` and `n`, or start behind them.
    let far = |m: u32, to_m: u32, n: u32, to_n: u32| {
        let (one, other) = (draft.stop(m), draft.stop(n));
        let opening = table.hop(one.location, draft.stop(to_n).location).cost;
        let crossing = table.hop(other.location, draft.stop(to_m).location).cost;
        i64::from(opening) + i64::from(crossing) - i64::from(one.cost) - i64::from(other.cost)
    };
    // Chains behind `a` and from `b` on.
    let (ones, others) = (chains(draft, behind, b, ahead), chains(draft, b, a, ahead));
    for (m, n) in LENGTHS {
        if let (Some(one), Some(other)) = (ones[m - 1], others[n - 1])
            && (!link.is_one_class
                || near + far(one, ahead(one), other, ahead(other)) < best.limit())
        {
            offer(pricer, Swap { one: (behind, one), other: (b, other) }, slack, best);
        }
    }
    // Chains up to `a` and before `b`.
    let (ones, others) = (chains(draft, a, b, back), chains(draft, before, a, back));
    for (m, n) in LENGTHS {
        if let (Some(one), Some(other)) = (ones[m - 1], others[n - 1])
            && (!link.is_one_class || near + far(back(one), one, back(other), other) < best.limit())
        {
            offer(pricer, Swap { one: (one, a), other: (other, before) }, slack, best);
        }
    }
}

/// The other ends of chains of one to three clients from `first` on, not beyond `barrier`.
fn chains(draft: &Draft, first: u32, barrier: u32, step: impl Fn(u32) -> u32) -> [Option<u32>; 3] {
    let mut ends = [None; 3];
    let mut at = first;
    for end in &mut ends {
        if at == barrier || !draft.ids.is_client(at) {
            break;
        }
        *end = Some(at);
        at = step(at);
    }
    ends
}

fn offer(pricer: &Pricer<'_>, swap: Swap, slack: i64, best: &mut Best) {
    let draft = pricer.draft;
    if draft.stop(swap.one.1).next == swap.other.0 || draft.stop(swap.other.1).next == swap.one.0 {
        return;
    }
    let legs = swap.legs(pricer);
    let overload = pricer.overload(swap.one, swap.other) + pricer.overload(swap.other, swap.one);
    if legs - slack + overload < best.limit() {
        best.offer(pricer, &swap.proposal(draft), legs);
    }
}
