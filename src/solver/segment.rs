//! Stretches of a route that can be joined in constant time.

/// Times beyond this many seconds, about 17 years, are treated as "never".
///
/// All times of a problem are clamped to it, so that sums of a few of them fit 32 bits.
pub const NEVER: i32 = 1 << 29;

/// What a sequence of visits needs to know to be joined to another one.
///
/// A visit that would start too late is started at its latest moment and the difference is counted
/// as time warp, so that infeasible stretches can be compared too. Starting anywhere between
/// `earliest_start` and `latest_start` takes `duration`; starting before only adds waiting.
///
/// # Source
/// Vidal, Crainic, Gendreau, Prins (2013), A hybrid genetic algorithm with adaptive diversity
/// management for a large class of vehicle routing problems with time-windows,
/// doi:10.1016/j.cor.2012.07.018, equations 1 to 5; releases as in Cattaruzza, Absi, Feillet (2016),
/// The multi-trip vehicle routing problem with time windows and release dates,
/// doi:10.1287/trsc.2015.0608.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Driving, service and the waiting that cannot be avoided.
    pub duration: i32,
    /// By how much time had to be turned back for everything to be in its window.
    pub warp: i32,
    /// Starting before this only adds waiting.
    pub earliest_start: i32,
    /// Starting after this adds time warp.
    pub latest_start: i32,
    /// The trip may not start loading before; [`Segment::loaded`] makes it bind.
    pub release: i32,
}

impl Segment {
    /// A single visit.
    pub fn visit(opens: i32, closes: i32, service: i32, release: i32) -> Self {
        Self { duration: service, warp: 0, earliest_start: opens, latest_start: closes, release }
    }

    /// This segment, then a drive of `drive` seconds, then `next`.
    #[must_use]
    #[inline]
    pub fn then(self, drive: i32, next: Self) -> Self {
        let at = self.duration - self.warp + drive;
        let warp = (self.earliest_start + at - next.latest_start).max(0);
        let wait = (next.earliest_start - at - self.latest_start).max(0);
        Self {
            duration: self.duration + next.duration + drive + wait,
            warp: self.warp + next.warp + warp,
            earliest_start: self.earliest_start.max(next.earliest_start - at) - wait,
            latest_start: self.latest_start.min(next.latest_start - at) + warp,
            release: self.release.max(next.release),
        }
    }

    /// This segment as a whole trip, starting with its loading: the release binds its start.
    ///
    /// What comes before or after is another trip, with releases of its own.
    #[must_use]
    pub fn loaded(self) -> Self {
        Self {
            warp: self.warp + (self.release - self.latest_start).max(0),
            earliest_start: self.earliest_start.max(self.release),
            latest_start: self.latest_start.max(self.release),
            release: -NEVER,
            ..self
        }
    }

    /// When the last service ends if the first may start at `start`, for segments without warp
    /// and starts no later than `latest_start`.
    #[inline]
    pub fn completion(self, start: i32) -> i32 {
        start.max(self.earliest_start) + self.duration
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::solver::segment::Segment;

    fn visits() -> impl Strategy<Value = Segment> {
        (0..1000, 0..500, 0..100, 0..1200).prop_map(|(opens, width, service, release)| {
            Segment::visit(opens, opens + width, service, release)
        })
    }

    proptest! {
        #[test]
        fn joins_are_associative(
            visits in prop::collection::vec(visits(), 6),
            drives in prop::collection::vec(0..300, 5),
            split in 1..5_usize,
        ) {
            let forward = (1..6).fold(visits[0], |sum, i| sum.then(drives[i - 1], visits[i]));
            let mut backward = visits[5];
            for i in (0..5).rev() {
                backward = visits[i].then(drives[i], backward);
            }
            let left = (1..split).fold(visits[0], |sum, i| sum.then(drives[i - 1], visits[i]));
            let right =
                (split + 1..6).fold(visits[split], |sum, i| sum.then(drives[i - 1], visits[i]));
            prop_assert_eq!(forward, backward);
            prop_assert_eq!(forward, left.then(drives[split - 1], right));
        }

        #[test]
        fn trips_join_associatively_after_their_releases_are_folded_in(
            visits in prop::collection::vec(visits(), 6),
            drives in prop::collection::vec(0..300, 5),
        ) {
            let trip = |i: usize| visits[i].then(drives[i], visits[i + 1]).loaded();
            let (a, b, c) = (trip(0), trip(2), trip(4));
            prop_assert_eq!(
                a.then(drives[1], b).then(drives[3], c),
                a.then(drives[1], b.then(drives[3], c))
            );
        }

        #[test]
        fn a_segment_knows_what_a_walk_finds(
            visits in prop::collection::vec(visits(), 5),
            drives in prop::collection::vec(0..300, 4),
            start in 0..1500,
        ) {
            let joined = (1..5).fold(visits[0], |sum, i| sum.then(drives[i - 1], visits[i]));
            let mut now: i32 = start;
            let mut is_late = false;
            for (i, visit) in visits.iter().enumerate() {
                now = now.max(visit.earliest_start);
                is_late |= now > visit.latest_start;
                now += visit.duration + drives.get(i).copied().unwrap_or(0);
            }
            prop_assert_eq!(is_late, joined.warp > 0 || start > joined.latest_start);
            if !is_late {
                prop_assert_eq!(now, joined.completion(start));
            }
        }
    }
}
