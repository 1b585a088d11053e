//! A coarse account of picking per store and quarter hour, to refuse in no time what cannot be.
//!
//! It says no only when nobody could say yes: until a quarter hour ends, the pickers have fewer
//! seconds than the orders need that must be picked well before it. Couriers have no such account:
//! a place is priced faster than an account is read, and a window without one costs nothing more.

use crate::offers::ground::StoreWork;

/// Length of an entry: a quarter hour.
const QUARTER: i32 = 15 * 60;

/// Orders that are due so short before an entry begins are not counted in it, since legs rounded to
/// seconds may give them a little more time when somebody else joins their trip.
const MARGIN: i32 = 60;

/// So many entries are kept: a week. What is due later is not refused.
const ENTRIES_MAX: usize = 7 * 96;

/// How much more picking fits into a store's coming quarter hours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Seconds that pickers have until the end of each quarter hour, less what is due by its
    /// beginning.
    room: Vec<i64>,
}

impl Ledger {
    /// Adds up what pickers can do and what they must.
    ///
    /// Cost: jobs times log jobs, and pickers times entries.
    pub fn of(work: &StoreWork) -> Self {
        let last = work.pickers.iter().map(|picker| picker.until).max().unwrap_or_default();
        let entries = usize::try_from(last.max(0) / QUARTER + 1).unwrap_or(ENTRIES_MAX);
        let mut limits: Vec<(i32, i32)> =
            { work.jobs.iter().zip(&work.waiting) }.map(|(j, w)| (w.limit, j.seconds)).collect();
        limits.sort_unstable();
        let mut limits = limits.into_iter().peekable();
        let (mut room, mut due) = (Vec::new(), 0);
        for entry in (0_i32..).take(entries.min(ENTRIES_MAX)) {
            let (begins, ends) = (entry * QUARTER, (entry + 1) * QUARTER);
            while let Some((_, seconds)) = limits.next_if(|&(limit, _)| limit < begins - MARGIN) {
                due += i64::from(seconds);
            }
            let hands = work.pickers.iter();
            let hands =
                hands.map(|picker| i64::from((picker.until.min(ends) - picker.from).max(0)));
            room.push(hands.sum::<i64>() - due);
        }
        Self { room }
    }

    /// Whether an order of so many seconds of picking might be ready by `due`. When not, it cannot.
    pub fn may_fit(&self, seconds: i32, due: i32) -> bool {
        let entry = usize::try_from(due.max(0) / QUARTER).unwrap_or(usize::MAX);
        self.room.get(entry).is_none_or(|&room| i64::from(seconds) <= room)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::ids::OrderId;
    use crate::offers::ground::{Readiness, Waiting};
    use crate::offers::picking::{Job, NEVER, PickSlot, Picker};
    use crate::offers::queue::picks_in_time;

    fn store(pickers: &[(i32, i32)], jobs: &[(i32, i32)]) -> StoreWork {
        let mut work = StoreWork {
            pickers: pickers.iter().map(|&(from, until)| Picker { from, until }).collect(),
            ..StoreWork::default()
        };
        for (number, &(seconds, due)) in (0_u32..).zip(jobs) {
            let readiness = Readiness { not_before: 0, is_open: true };
            work.jobs.push(Job { order: OrderId(number.into()), seconds, earliest: 0, due });
            let slot = PickSlot { start: NEVER, end: NEVER };
            work.waiting.push(Waiting { client: None, readiness, limit: due, slot, picker: 0 });
        }
        work.draw_up();
        for (job, waiting) in work.jobs.iter().zip(&mut work.waiting) {
            waiting.limit = job.due.max(waiting.slot.end);
        }
        work
    }

    #[test]
    fn a_full_hour_has_no_room_and_a_free_one_has() {
        let work = store(&[(0, 7200)], &[(1700, 1800), (1600, 3500)]);
        let ledger = Ledger::of(&work);
        let may_fit = [(1300, 4000), (900, 1000), (1300, 6000)]
            .map(|(seconds, due)| if ledger.may_fit(seconds, due) { "perhaps" } else { "no" });
        insta::assert_snapshot!(may_fit.join(", "), @"no, perhaps, perhaps");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]
        #[test]
        fn what_the_pickers_can_do_is_never_refused(
            pickers in prop::collection::vec((0..3000, 600..9000), 1..4),
            jobs in prop::collection::vec((60..900, 0..9000), 0..25),
            seconds in 60..900_i32,
            earliest in 0..3000_i32,
            due in 0..9000_i32,
        ) {
            let pickers: Vec<(i32, i32)> =
                pickers.into_iter().map(|(from, long)| (from, from + long)).collect();
            let work = store(&pickers, &jobs);
            let job = Job { order: OrderId(u64::MAX), seconds, earliest, due };
            // A new order is in time only if it is done when it is due.
            let fits = picks_in_time(&work, 0, &[], &[job]).is_some();
            prop_assert!(!fits || Ledger::of(&work).may_fit(seconds, due));
        }
    }
}
