//! What a move makes of one or two trips, written down as pieces of what there is.

use crate::solver::draft::Draft;
use crate::solver::draft::NONE;

/// How many pieces a new trip is made of at most.
const PIECES_MAX: usize = 5;

/// A stretch of stops for a new trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A new loading at a depot.
    Load(u16),
    /// Stops as they follow each other, both ends included; or one client, absent or not.
    Run {
        /// A client, or the loading of the trip that is replaced.
        first: u32,
        /// A stop of the same trip.
        last: u32,
    },
    /// Clients in the opposite order: `last` is visited first.
    Reversed {
        /// The client visited first so far.
        first: u32,
        /// The client visited last so far.
        last: u32,
    },
}

/// A place of a route where a trip is replaced, made or left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    pub(crate) vehicle: u32,
    /// The last stop that stays before.
    pub(crate) before: u32,
    /// The first stop that stays after, a loading or an end. If it is of another vehicle, which
    /// must be of the same kind, the rest of that route follows up to the own end.
    pub(crate) after: u32,
    /// The trip that is replaced, or none.
    pub(crate) trip: u32,
    pieces: [Piece; PIECES_MAX],
    length: usize,
}

impl Cut {
    /// The trip is taken out; pieces that follow make a new one.
    pub(crate) fn replace(draft: &Draft, trip: u32) -> Self {
        let loading = draft.stop(draft.ids.loading_of(trip));
        let after = draft.stop(draft.haul(trip).last).next;
        Self { trip, ..Self::between(loading.vehicle, loading.previous, after) }
    }

    /// A new trip, or the first of an unused vehicle, is made before a loading or an end.
    pub(crate) fn insert(draft: &Draft, after: u32) -> Self {
        let stop = draft.stop(after);
        Self::between(stop.vehicle, stop.previous, after)
    }

    fn between(vehicle: u32, before: u32, after: u32) -> Self {
        let pieces = [Piece::Load(0); PIECES_MAX];
        Self { vehicle, before, after, trip: NONE, pieces, length: 0 }
    }

    /// Adds the replaced trip from its loading up to a stop.
    #[must_use]
    pub(crate) fn head(self, draft: &Draft, last: u32) -> Self {
        self.push(Piece::Run { first: draft.ids.loading_of(self.trip), last })
    }

    /// Adds a trip from a stop on, which may also be the one after its last.
    #[must_use]
    pub(crate) fn tail(self, draft: &Draft, first: u32) -> Self {
        if !draft.ids.is_client(first) {
            return self;
        }
        let last = draft.haul(draft.stop(first).trip).last;
        self.push(Piece::Run { first, last })
    }

    /// Adds a stretch.
    #[must_use]
    pub(crate) fn run(self, first: u32, last: u32) -> Self {
        self.push(Piece::Run { first, last })
    }

    /// Adds a stretch that may have been used up: then `first` is the stop after `last`.
    #[must_use]
    pub(crate) fn run_unless_empty(self, draft: &Draft, first: u32, last: u32) -> Self {
        if draft.stop(last).next == first { self } else { self.run(first, last) }
    }

    /// Adds a piece.
    #[must_use]
    pub(crate) fn push(mut self, piece: Piece) -> Self {
        self.pieces[self.length] = piece;
        self.length += 1;
        self
    }

    /// What the new trip is made of. A loading alone makes none.
    #[inline]
    pub(crate) fn pieces(&self) -> &[Piece] {
        let is_empty = match self.pieces[0] {
            Piece::Run { first, last } => self.length == 1 && first == last,
            _ => self.length <= 1,
        };
        if is_empty { &[] } else { &self.pieces[..self.length] }
    }
}

/// A change of one or two trips, and of who is absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proposal {
    cuts: [Cut; 2],
    length: usize,
    /// The absent client that gets a place, or none.
    pub(crate) joins: u32,
    /// The client that loses its place, or none.
    pub(crate) leaves: u32,
}

impl Proposal {
    /// A change of one trip.
    pub(crate) fn one(cut: Cut) -> Self {
        Self { cuts: [cut, cut], length: 1, joins: NONE, leaves: NONE }
    }

    /// A change of two trips; those of one vehicle in the order of its route.
    pub(crate) fn two(draft: &Draft, a: Cut, b: Cut) -> Self {
        let key = |cut: &Cut| (draft.stop(cut.before).position, draft.stop(cut.after).position);
        let cuts = if a.vehicle == b.vehicle && key(&b) < key(&a) { [b, a] } else { [a, b] };
        Self { cuts, length: 2, joins: NONE, leaves: NONE }
    }

    /// An absent client gets a place by it.
    #[must_use]
    pub(crate) fn joining(self, client: u32) -> Self {
        Self { joins: client, ..self }
    }

    /// A client loses its place by it.
    #[must_use]
    pub(crate) fn leaving(self, client: u32) -> Self {
        Self { leaves: client, ..self }
    }

    /// Where routes change.
    #[inline]
    pub(crate) fn cuts(&self) -> &[Cut] {
        &self.cuts[..self.length]
    }

    /// Whether both cuts are in one route.
    #[inline]
    pub(crate) fn is_within_route(&self) -> bool {
        self.length == 2 && self.cuts[0].vehicle == self.cuts[1].vehicle
    }
}
