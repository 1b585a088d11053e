//! Changes of one or two trips that local search tries, one kind per file.
//!
//! Each kind has constructors that write a change down as a [`proposal::Proposal`], and a `find`
//! that prices those near a pair of stops and gives the first that lowers the penalized cost.

pub(crate) mod optional;
pub(crate) mod price;
pub(crate) mod proposal;
pub(crate) mod relocate;
pub(crate) mod reversal;
pub(crate) mod rules;
pub(crate) mod swap;
pub(crate) mod swap_star;
pub(crate) mod tails;
pub(crate) mod trips;

use crate::solver::draft::NONE;
use crate::solver::moves::price::Pricer;

/// How many clients a chain has at most.
const CHAIN_MAX: usize = 3;

/// Two clients that do not follow each other, and could.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    /// Who would come first.
    pub(crate) a: u32,
    /// Who would follow directly.
    pub(crate) b: u32,
    /// What a change of both routes gains at most beside legs.
    pub(crate) slack: i64,
    /// Cost of this leg less those of the legs it replaces at both ends.
    pub(crate) gain: i64,
    /// Whether the legs of both vehicles cost the same.
    pub(crate) is_one_class: bool,
}

/// What is worth trying for a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Nothing.
    None,
    /// Moves of chains, and reversals.
    Chains,
    /// Everything.
    All,
}

impl Link {
    /// A link, if both are clients in trips that may be changed.
    pub(crate) fn new(pricer: &Pricer<'_>, a: u32, b: u32) -> Option<Self> {
        let draft = pricer.draft;
        let (from, to) = (draft.stop(a), draft.stop(b));
        if from.next == b || from.trip == NONE || to.trip == NONE {
            return None;
        }
        if draft.haul(from.trip).is_locked || draft.haul(to.trip).is_locked {
            return None;
        }
        let mut slack = pricer.slack(from.vehicle);
        let mut cost = pricer.table_at(a).hop(from.location, to.location).cost;
        let mut is_one_class = true;
        if from.vehicle != to.vehicle {
            slack += pricer.slack(to.vehicle);
            let (one, other) = (pricer.table_at(a), pricer.table_at(b));
            if !std::ptr::eq(one, other) {
                is_one_class = false;
                cost = cost.min(other.hop(from.location, to.location).cost);
            }
        }
        let replaced = i64::from(from.cost) + i64::from(draft.stop(to.previous).cost);
        Some(Self { a, b, slack, gain: i64::from(cost) - replaced, is_one_class })
    }

    /// What is worth trying.
    ///
    /// A move replaces as many legs as it makes. Set against each leg it makes are the one that
    /// left its first end and the one that reached its second; over the whole move, every replaced
    /// leg is counted twice. So some leg it makes costs less than half of both together, if the
    /// move gains by legs at all, and it is enough to try it from there. As for relocations, which
    /// are not tried from the leg that closes the gap, one of the two others costs less than
    /// both together. Moves that leave a trip empty do not replace as many legs as they make.
    pub(crate) fn promise(&self, pricer: &Pricer<'_>) -> Promise {
        let draft = pricer.draft;
        let (from, to) = (draft.stop(self.a), draft.stop(self.b));
        let replaced = i64::from(from.cost) + i64::from(draft.stop(to.previous).cost);
        let merges =
            !draft.ids.is_client(from.next) && !draft.ids.is_client(draft.stop(self.b).previous);
        if merges || 2 * self.gain + replaced - self.slack < 0 {
            return Promise::All;
        }
        let is_short = |trip: u32| draft.haul(trip).clients as usize <= CHAIN_MAX;
        if self.gain - self.slack < 0 || is_short(from.trip) || is_short(to.trip) {
            return Promise::Chains;
        }
        Promise::None
    }
}

#[cfg(test)]
mod tests;
