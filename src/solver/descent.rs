//! Granular local search: makes what pays until nothing near does.

use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

use crate::solver::draft::Draft;
use crate::solver::draft::NONE;
use crate::solver::instance::Instance;
use crate::solver::moves::Link;
use crate::solver::moves::Promise;
use crate::solver::moves::optional;
use crate::solver::moves::price::Best;
use crate::solver::moves::price::Priced;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Piece;
use crate::solver::moves::proposal::Proposal;
use crate::solver::moves::relocate;
use crate::solver::moves::reversal;
use crate::solver::moves::swap;
use crate::solver::moves::swap_star::Guests;
use crate::solver::moves::tails;
use crate::solver::moves::trips;
use crate::solver::penalties::Penalties;

/// How many links are tried between two questions whether time is up.
const POLL_EVERY: u32 = 500;

/// How many neighbors before and after a client are tried.
const NEIGHBORS_MAX: usize = 20;

/// How many neighbors of a client make their trips near.
const TRIPS_NEAR_MAX: usize = 6;

/// How many absent clients near a change get another chance.
const ABSENT_NEAR_MAX: usize = 10;

/// What a descent did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Links looked at.
    pub(crate) links: u64,
    /// Moves made.
    pub(crate) moves: u64,
}

/// Local search with memory that is used again from one descent to the next.
///
/// Clients whose surroundings changed wait in a queue; the first is taken and tried beside its
/// good predecessors and successors, and the first move that pays is made. Pairs whose routes did
/// not change since they were tried are skipped.
///
/// # Source
/// Vidal, Crainic, Gendreau, Prins (2013), doi:10.1016/j.cor.2012.07.018, section 4.4 and 4.5;
/// Toth, Vigo (2003), The granular tabu search, doi:10.1287/ijoc.15.4.333.24890.
#[derive(Debug, Clone)]
pub(crate) struct Descent {
    queue: Vec<u32>,
    /// Where in the queue the next client is.
    front: usize,
    is_waiting: Vec<bool>,
    /// After how many moves each client was tried last.
    tested: Vec<u32>,
    /// After how many moves each route changed last.
    changed: Vec<u32>,
    moves: u32,
    effort: Effort,
    until_poll: u32,
    /// How many moves had been made when SWAP\* was tried last.
    starred: u32,
    /// Pairs of trips for SWAP\*.
    pairs: Vec<(u32, u32)>,
    guests: Guests,
}

/// Never tried.
const NOT_YET: u32 = u32::MAX;

impl Descent {
    /// Memory for descents of drafts of an instance.
    pub(crate) fn new(instance: &Instance) -> Self {
        let clients = instance.problem.clients.len();
        Self {
            queue: Vec::with_capacity(2 * clients),
            front: 0,
            is_waiting: vec![false; clients],
            tested: vec![NOT_YET; clients],
            changed: vec![0; instance.problem.vehicles.len()],
            moves: 0,
            effort: Effort::default(),
            until_poll: POLL_EVERY,
            starred: 0,
            pairs: Vec::new(),
            guests: Guests::default(),
        }
    }

    /// Lowers the penalized cost of a draft as far as single moves can, beginning with the
    /// `touched` clients and those who have no place and need one, or with everybody.
    ///
    /// SWAP\* is tried only if everybody is. Ends early when `is_over`, asked every few hundred
    /// links, says so.
    pub(crate) fn improve(
        &mut self,
        instance: &Instance,
        draft: &mut Draft,
        penalties: Penalties,
        touched: Option<&[u32]>,
        (random, is_over): (&mut Pcg64Mcg, &dyn Fn() -> bool),
    ) -> Effort {
        self.begin(draft, touched, random);
        loop {
            let is_done = self.drain(instance, draft, penalties, is_over);
            // Where only some are touched, SWAP\* takes longer than everything else together.
            let goes_on =
                is_done && touched.is_none() && self.swap_stars(instance, draft, penalties);
            if !goes_on {
                return self.effort;
            }
        }
    }

    /// Tries everybody in the queue; false if time is up before it is empty.
    fn drain(
        &mut self,
        instance: &Instance,
        draft: &mut Draft,
        penalties: Penalties,
        is_over: &dyn Fn() -> bool,
    ) -> bool {
        while let Some(client) = self.take() {
            let last_tested = self.tested[client as usize];
            self.tested[client as usize] = self.moves;
            if draft.is_present(client) {
                self.try_present(instance, draft, penalties, client, last_tested);
            } else {
                let mut best = Best::default();
                let pricer = Pricer { instance, draft, penalties };
                optional::find_insertion(&pricer, client, &mut best);
                self.make(instance, draft, penalties, best);
            }
            if self.until_poll == 0 {
                self.until_poll = POLL_EVERY;
                if is_over() {
                    return false;
                }
            }
        }
        true
    }

    /// Tries SWAP\* between trips that changed since it was tried last and those near them, and
    /// makes what pays. Whether anything did.
    fn swap_stars(&mut self, instance: &Instance, draft: &mut Draft, penalties: Penalties) -> bool {
        let since = self.moves;
        self.find_near_trips(instance, draft);
        let mut pairs = std::mem::take(&mut self.pairs);
        let mut guests = std::mem::take(&mut self.guests);
        for &(one, other) in &pairs {
            // Trips end where all their clients have left.
            if [one, other].iter().all(|&trip| draft.haul(trip).clients > 0) {
                let mut best = Best::default();
                let pricer = Pricer { instance, draft, penalties };
                guests.find(&pricer, [one, other], &mut best);
                self.make(instance, draft, penalties, best);
            }
        }
        pairs.clear();
        (self.pairs, self.guests) = (pairs, guests);
        self.starred = since;
        self.moves > since
    }

    /// Collects pairs of trips near each other of which one changed.
    fn find_near_trips(&mut self, instance: &Instance, draft: &Draft) {
        self.pairs.clear();
        for client in 0..draft.ids.clients {
            if !draft.is_movable(client)
                || self.changed[draft.stop(client).vehicle as usize] <= self.starred
            {
                continue;
            }
            let one = draft.stop(client).trip;
            for &near in instance.neighbors.near.of(client).iter().take(TRIPS_NEAR_MAX) {
                let other = draft.stop(near).trip;
                if other != NONE && other != one && draft.is_movable(near) {
                    self.pairs.push((one.min(other), one.max(other)));
                }
            }
        }
        self.pairs.sort_unstable();
        self.pairs.dedup();
    }

    fn begin(&mut self, draft: &Draft, touched: Option<&[u32]>, random: &mut Pcg64Mcg) {
        self.queue.clear();
        self.front = 0;
        self.is_waiting.fill(false);
        self.tested.fill(NOT_YET);
        self.changed.fill(0);
        self.moves = 0;
        self.starred = 0;
        self.effort = Effort::default();
        match touched {
            None => self.queue.extend(0..draft.ids.clients),
            Some(touched) => self.queue.extend(touched),
        }
        self.queue.shuffle(random);
        for &client in &self.queue {
            self.is_waiting[client as usize] = true;
        }
        for &client in draft.absent.list() {
            if !draft.absent.is_optional(client) {
                self.add(client);
            }
        }
    }

    fn add(&mut self, client: u32) {
        let is_waiting = &mut self.is_waiting[client as usize];
        if !*is_waiting {
            *is_waiting = true;
            self.queue.push(client);
        }
    }

    fn take(&mut self) -> Option<u32> {
        let client = self.queue.get(self.front).copied()?;
        self.front += 1;
        self.is_waiting[client as usize] = false;
        if self.front > self.is_waiting.len() {
            self.queue.drain(..self.front);
            self.front = 0;
        }
        Some(client)
    }

    fn try_present(
        &mut self,
        instance: &Instance,
        draft: &mut Draft,
        penalties: Penalties,
        client: u32,
        last_tested: u32,
    ) {
        if !draft.is_movable(client) {
            return;
        }
        let is_fresh = |descent: &Self, draft: &Draft, stop: u32| {
            let vehicle = draft.stop(stop).vehicle;
            vehicle != NONE
                && (last_tested == NOT_YET || descent.changed[vehicle as usize] > last_tested)
        };
        let mut best = Best::default();
        let pricer = Pricer { instance, draft, penalties };
        if is_fresh(self, draft, client) {
            optional::find_removal(&pricer, client, &mut best);
            trips::find(&pricer, client, &mut best);
        }
        let neighbors = &instance.neighbors;
        let before = neighbors.before.of(client).iter().map(|&other| (other, client));
        let after = neighbors.after.of(client).iter().map(|&other| (client, other));
        for (a, b) in before.take(NEIGHBORS_MAX).chain(after.take(NEIGHBORS_MAX)) {
            if !is_fresh(self, draft, a) && !is_fresh(self, draft, b) {
                continue;
            }
            self.effort.links += 1;
            self.until_poll = self.until_poll.saturating_sub(1);
            try_link(&pricer, a, b, &mut best);
        }
        self.make(instance, draft, penalties, best);
    }

    /// Makes a move, if there is one, and has those around it tried again.
    fn make(&mut self, instance: &Instance, draft: &mut Draft, penalties: Penalties, best: Best) {
        let Some(Priced { proposal, delta }) = best.found else { return };
        self.moves += 1;
        self.effort.moves += 1;
        self.touch(instance, draft, &proposal);
        let before = if cfg!(debug_assertions) { draft.cost(&penalties) } else { 0 };
        draft.apply(instance, &proposal);
        debug_assert_eq!(draft.cost(&penalties), before + delta, "a move costs what it said");
    }

    fn touch(&mut self, instance: &Instance, draft: &Draft, proposal: &Proposal) {
        for cut in proposal.cuts() {
            self.changed[cut.vehicle as usize] = self.moves;
            self.touch_stop(instance, draft, cut.before);
            self.touch_stop(instance, draft, draft.stop(cut.after).next);
            for piece in cut.pieces() {
                if let Piece::Run { first, last } | Piece::Reversed { first, last } = *piece {
                    self.touch_stop(instance, draft, first);
                    self.touch_stop(instance, draft, last);
                }
            }
        }
        for client in [proposal.joins, proposal.leaves] {
            if client != NONE {
                self.add(client);
            }
        }
    }

    fn touch_stop(&mut self, instance: &Instance, draft: &Draft, stop: u32) {
        let client =
            if stop != NONE && draft.ids.is_loading(stop) { draft.stop(stop).next } else { stop };
        if !(client != NONE && draft.ids.is_client(client)) {
            return;
        }
        self.add(client);
        if draft.absent.list().is_empty() {
            return;
        }
        for &near in instance.neighbors.near.of(client).iter().take(ABSENT_NEAR_MAX) {
            if !draft.is_present(near) {
                self.add(near);
            }
        }
    }
}

/// Tries everything that makes `b` follow `a`.
fn try_link(pricer: &Pricer<'_>, a: u32, b: u32, best: &mut Best) {
    let Some(link) = Link::new(pricer, a, b) else { return };
    let promise = link.promise(pricer);
    if promise == Promise::None {
        return;
    }
    relocate::find(pricer, &link, promise == Promise::All, best);
    reversal::find(pricer, &link, best);
    if promise == Promise::All {
        tails::find(pricer, &link, best);
        swap::find(pricer, &link, best);
    }
}

#[cfg(test)]
#[path = "descent_tests.rs"]
mod tests;
