//! Makes a proposal true.

use crate::solver::draft::Draft;
use crate::solver::draft::NONE;
use crate::solver::instance::Instance;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Piece;
use crate::solver::moves::proposal::Proposal;

impl Draft {
    /// Makes a proposal true, in time linear in the length of the routes it changes.
    pub(crate) fn apply(&mut self, instance: &Instance, proposal: &Proposal) {
        let mut ends = [NONE; 2];
        for (i, cut) in proposal.cuts().iter().enumerate() {
            let mut sequence = std::mem::take(&mut self.sequences[i]);
            ends[i] = self.write_down(cut, &mut sequence);
            self.sequences[i] = sequence;
        }
        for cut in proposal.cuts() {
            let keeps_trip = !cut.pieces().is_empty();
            if cut.trip != NONE && !keeps_trip {
                self.hauls[cut.trip as usize].clients = 0;
                self.free_trips.push(cut.trip);
            }
        }
        self.relink(proposal, ends);
        if proposal.joins != NONE {
            self.absent.join(proposal.joins);
        }
        if proposal.leaves != NONE {
            self.stops[proposal.leaves as usize].trip = NONE;
            self.stops[proposal.leaves as usize].vehicle = NONE;
            self.absent.leave(proposal.leaves);
        }
        let is_known = proposal.is_within_route();
        let vehicles = proposal.cuts().iter().map(|cut| cut.vehicle);
        for vehicle in vehicles.skip(usize::from(is_known)) {
            let was_used = self.tour(vehicle).trips > 0;
            self.refresh(instance, vehicle);
            if was_used != (self.tour(vehicle).trips > 0) {
                self.find_idle_like(instance, vehicle);
            }
        }
    }

    /// Writes down the stops of a new trip and, where it goes on with the rest of another route,
    /// of that; gives the stop that follows.
    fn write_down(&mut self, cut: &Cut, sequence: &mut Vec<u32>) -> u32 {
        sequence.clear();
        for &piece in cut.pieces() {
            match piece {
                Piece::Load(depot) => {
                    let trip = match cut.trip {
                        NONE => self.take_trip(depot),
                        trip => trip,
                    };
                    self.hauls[trip as usize].depot = depot;
                    sequence.push(self.ids.loading_of(trip));
                }
                Piece::Run { first, last } => {
                    let mut at = first;
                    sequence.push(at);
                    while at != last {
                        at = self.stop(at).next;
                        sequence.push(at);
                    }
                }
                Piece::Reversed { first, last } => {
                    let mut at = last;
                    sequence.push(at);
                    while at != first {
                        at = self.stop(at).previous;
                        sequence.push(at);
                    }
                }
            }
        }
        let owner = self.stop(cut.after).vehicle;
        if owner == cut.vehicle {
            return cut.after;
        }
        let mut at = cut.after;
        while at != self.ids.end_of(owner) {
            sequence.push(at);
            at = self.stop(at).next;
        }
        self.ids.end_of(cut.vehicle)
    }

    fn relink(&mut self, proposal: &Proposal, ends: [u32; 2]) {
        let is_within_route = proposal.is_within_route();
        let mut at = NONE;
        for (i, cut) in proposal.cuts().iter().enumerate() {
            // Trips that follow each other: the new second one follows the new first one.
            let goes_on =
                i == 1 && is_within_route && proposal.cuts()[0].after == self.next_of(cut);
            if !goes_on {
                if i == 1 && is_within_route {
                    self.link(at, ends[0]);
                }
                at = cut.before;
            }
            let sequence = std::mem::take(&mut self.sequences[i]);
            for &stop in &sequence {
                self.link(at, stop);
                at = stop;
            }
            self.sequences[i] = sequence;
            if i == 1 || !is_within_route {
                self.link(at, ends[i]);
            }
        }
    }

    /// What followed the stop before a cut: the loading of the trip it replaces, or what follows.
    fn next_of(&self, cut: &Cut) -> u32 {
        if cut.trip == NONE { cut.after } else { self.ids.loading_of(cut.trip) }
    }

    pub(crate) fn take_trip(&mut self, depot: u16) -> u32 {
        let trip = self.free_trips.pop().expect("more trips than clients and locked trips");
        let haul = &mut self.hauls[trip as usize];
        (haul.depot, haul.is_locked) = (depot, false);
        trip
    }

    /// Finds an unused vehicle like this one.
    fn find_idle_like(&mut self, instance: &Instance, vehicle: u32) {
        let group = instance.group_of[vehicle as usize] as usize;
        let unused = |vehicle: &&u32| self.tour(**vehicle).trips == 0;
        self.idle[group] = instance.groups[group].iter().find(unused).copied().unwrap_or(NONE);
    }
}
