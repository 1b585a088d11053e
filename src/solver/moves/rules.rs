//! Rules that no penalty buys off: who may be carried by whom and from where.

use crate::solver::draft::NONE;
use crate::solver::instance::Instance;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Cut;
use crate::solver::moves::proposal::Piece;
use crate::solver::moves::proposal::Proposal;
use crate::solver::route::may_load;

impl Pricer<'_> {
    /// Whether every client of a new trip accepts vehicle and depot, and the vehicle may load
    /// there. Locked trips are no concern here: moves leave them out.
    pub(crate) fn is_allowed(&self, proposal: &Proposal) -> bool {
        proposal.cuts().iter().all(|cut| self.is_cut_allowed(cut) && self.is_rest_allowed(cut))
    }

    fn is_cut_allowed(&self, cut: &Cut) -> bool {
        let depot = match cut.pieces() {
            [] => return true,
            [Piece::Load(depot), ..] => {
                if !may_load(&self.instance.problem.vehicles[cut.vehicle as usize], *depot) {
                    return false;
                }
                *depot
            }
            _ => self.draft.haul(cut.trip).depot,
        };
        if !self.instance.has_wishes {
            return true;
        }
        cut.pieces().iter().all(|&piece| match piece {
            Piece::Load(_) => true,
            Piece::Run { first, last } | Piece::Reversed { first, last } => {
                self.is_run_allowed(cut.vehicle, depot, first, last)
            }
        })
    }

    /// Whether the rest of another route, where it follows, may be driven by this vehicle: those of
    /// one kind differ only in who asked for them.
    fn is_rest_allowed(&self, cut: &Cut) -> bool {
        let owner = self.draft.stop(cut.after).vehicle;
        if owner == cut.vehicle || !self.instance.has_wishes {
            return true;
        }
        let end = self.draft.ids.end_of(owner);
        let mut at = cut.after;
        while at != end {
            if self.draft.ids.is_client(at) {
                let wanted = self.instance.client(at).vehicle;
                if wanted.is_some_and(|wanted| wanted != cut.vehicle) {
                    return false;
                }
            }
            at = self.draft.stop(at).next;
        }
        true
    }

    fn is_run_allowed(&self, vehicle: u32, depot: u16, first: u32, last: u32) -> bool {
        let mut at = first;
        loop {
            if self.draft.ids.is_client(at) && !accepts(self.instance, at, vehicle, depot) {
                return false;
            }
            if at == last {
                return true;
            }
            at = self.draft.stop(at).next;
        }
    }
}

/// Whether a client accepts vehicle and depot.
pub(crate) fn accepts(instance: &Instance, client: u32, vehicle: u32, depot: u16) -> bool {
    debug_assert_ne!(client, NONE, "a client");
    let client = instance.client(client);
    client.depots.allow(depot)
        && client.vehicle.is_none_or(|wanted| wanted == vehicle)
        && client.skills & !instance.problem.vehicles[vehicle as usize].skills == 0
}
