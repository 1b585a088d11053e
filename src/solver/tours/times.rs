//! Earliest and latest times after a change, as far as it is felt.

use crate::solver::tours::NONE;
use crate::solver::tours::Stretch;
use crate::solver::tours::Tours;

impl Tours {
    /// Recomputes earliest starts from `from` on, until nothing changes any more.
    pub(crate) fn push_forward(&mut self, from: u32) {
        let mut at = from;
        loop {
            let stop = self.stop(at);
            let previous = self.stop(stop.previous);
            let start = (previous.start + previous.service + previous.drive).max(stop.opens);
            let is_same = start == stop.start;
            let next = stop.next;
            if !is_same {
                self.stop_mut(at).start = start;
            }
            if next == NONE || (is_same && at != from) {
                return;
            }
            at = next;
        }
    }

    /// Recomputes latest starts from `from` backward, until nothing changes any more.
    pub(crate) fn push_backward(&mut self, from: u32) {
        let mut at = from;
        loop {
            let stop = self.stop(at);
            let next = self.stop(stop.next);
            let latest = (next.latest - stop.drive - stop.service).min(stop.closes);
            let is_same = latest == stop.latest;
            let previous = stop.previous;
            if !is_same {
                self.stop_mut(at).latest = latest;
            }
            if previous == NONE || (is_same && at != from) {
                return;
            }
            at = previous;
        }
    }

    /// Recomputes the stretches of a trip from `from`, a client or the loading, on.
    pub(crate) fn stretch(&mut self, from: u32) {
        let mut at = from;
        let trip = self.stop(from).trip;
        loop {
            let stop = self.stop(at);
            let stretch = if self.ids.is_client(at) {
                let previous = self.stop(stop.previous);
                let before = previous.stretch;
                let since = before.duration + previous.drive;
                let wait = (stop.opens - since - before.latest_start).max(0);
                Stretch {
                    duration: since + stop.service + wait,
                    earliest_start: before.earliest_start.max(stop.opens - since) - wait,
                    latest_start: before.latest_start.min(stop.closes - since),
                }
            } else {
                Stretch {
                    duration: stop.service,
                    earliest_start: stop.opens,
                    latest_start: stop.closes,
                }
            };
            let next = stop.next;
            if stretch != stop.stretch {
                self.stop_mut(at).stretch = stretch;
            }
            if !self.ids.is_client(next) || self.stop(next).trip != trip {
                return;
            }
            at = next;
        }
    }
}
