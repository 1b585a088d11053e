//! What one more order does to a store's pickers.
//!
//! The schedule of a day is drawn up again only from where something changes until where nothing
//! waits: before, nobody has seen the change, and once all pickers are idle in the old schedule and
//! in the new one, both go on alike. What comes out is what a new schedule of everything would be.

use std::ops::Range;

use crate::offers::ground::{Lull, StoreWork, Waiting};
use crate::offers::picking::{Assignment, Job, NEVER, PickSlot, Picker, schedule};

/// How many lulls are tried as an end before the rest of the schedule is drawn up.
const LULLS_MAX: usize = 3;

impl StoreWork {
    /// Schedules all jobs, sorts them by when they are picked, and notes the lulls.
    pub fn draw_up(&mut self) {
        let assigned = schedule(&self.pickers, &self.jobs);
        for (waiting, Assignment { slot, picker }) in self.waiting.iter_mut().zip(assigned) {
            (waiting.slot, waiting.picker) = (slot, picker);
        }
        let mut both: Vec<(Job, Waiting)> =
            self.jobs.iter().copied().zip(self.waiting.iter().copied()).collect();
        both.sort_unstable_by_key(|(job, waiting)| (waiting.slot.start, job.order));
        (self.jobs, self.waiting) = both.into_iter().unzip();
        let client = |(index, waiting): (usize, &Waiting)| Some((waiting.client?, index));
        self.clients = self.waiting.iter().enumerate().filter_map(client).collect();
        self.clients.sort_unstable();
        self.note_lulls();
    }

    /// A lull is before a job if by then all before it are done, and none from it on could have
    /// begun.
    fn note_lulls(&mut self) {
        let mut earliest = NEVER;
        let mut begins: Vec<i32> = Vec::with_capacity(self.jobs.len());
        for job in self.jobs.iter().rev() {
            earliest = earliest.min(job.earliest);
            begins.push(earliest);
        }
        begins.reverse();
        let mut done = -NEVER;
        self.lulls.clear();
        for (index, (&begins, waiting)) in begins.iter().zip(&self.waiting).enumerate() {
            if done <= begins && index > 0 {
                self.lulls.push(Lull { before: index, at: begins });
            }
            done = done.max(waiting.slot.end);
        }
    }

    /// The job of a client that waits to be picked, and when it is.
    pub(crate) fn job_of(&self, client: u32) -> Option<(Job, PickSlot)> {
        let place = self.clients.binary_search_by_key(&client, |&(client, _)| client).ok()?;
        let index = self.clients[place].1;
        Some((self.jobs[index], self.waiting[index].slot))
    }

    /// Seconds of picking that a client's order still needs.
    pub(crate) fn picking_of(&self, client: u32) -> i32 {
        self.job_of(client).map_or(0, |(job, _)| job.seconds)
    }

    /// The pickers as of a moment, when those jobs are begun that are before `first`.
    fn pickers_after(&self, first: usize) -> Vec<Picker> {
        let mut pickers = self.pickers.clone();
        let mut is_known = vec![false; pickers.len()];
        let mut unknown = pickers.len();
        for waiting in self.waiting[..first].iter().rev() {
            if !std::mem::replace(&mut is_known[waiting.picker], true) {
                pickers[waiting.picker].from = waiting.slot.end;
                unknown -= 1;
                if unknown == 0 {
                    break;
                }
            }
        }
        pickers
    }
}

/// When the clients in `dues` and the new order are picked, if every order of the store still is
/// picked in time.
///
/// `dues` are the new due times of clients whose route changes; orders are picked at most
/// `pick_ahead` seconds before they are due.
pub(crate) fn picks_in_time(
    work: &StoreWork,
    pick_ahead: i32,
    dues: &[(u32, i32)],
    new_job: Option<Job>,
) -> Option<(Vec<(u32, i32)>, i32)> {
    let due_jobs = due_jobs(work, pick_ahead, dues);
    let is_changed = |due: &&DueJob| due.job != work.jobs[due.index];
    let changed = due_jobs.iter().filter(is_changed);
    let seen_from = |due: &DueJob| due.job.earliest.min(work.jobs[due.index].earliest);
    let since = changed.clone().map(seen_from).chain(new_job.map(|job| job.earliest)).min();
    let since = since.unwrap_or(NEVER);
    let first = work.waiting.partition_point(|waiting| waiting.slot.start < since);
    let last = changed.map(|due| due.index + 1).max().unwrap_or(first).max(first);
    let pickers = work.pickers_after(first);
    let lulls = &work.lulls[work.lulls.partition_point(|lull| lull.before < last)..];
    for lull in lulls.iter().take(LULLS_MAX) {
        let attempt = redraw(work, &pickers, first..lull.before, &due_jobs, new_job);
        if attempt.done <= lull.at {
            return attempt.answer(work, &due_jobs);
        }
    }
    redraw(work, &pickers, first..work.jobs.len(), &due_jobs, new_job).answer(work, &due_jobs)
}

/// The job of a client whose route changes.
struct DueJob {
    index: usize,
    client: u32,
    job: Job,
}

fn due_jobs(work: &StoreWork, pick_ahead: i32, dues: &[(u32, i32)]) -> Vec<DueJob> {
    let mut found = Vec::with_capacity(dues.len());
    for &(client, due) in dues {
        let known = work.clients.binary_search_by_key(&client, |&(client, _)| client);
        let Ok(place) = known else { continue };
        let index = work.clients[place].1;
        let earliest = work.waiting[index].readiness.earliest(pick_ahead, due);
        found.push(DueJob { index, client, job: Job { earliest, due, ..work.jobs[index] } });
    }
    found.sort_unstable_by_key(|due| due.index);
    found
}

/// A part of a store's picking drawn up anew.
struct Attempt {
    range: Range<usize>,
    /// When each job of the range is picked, and at last the new order.
    slots: Vec<Assignment>,
    has_new: bool,
    /// When everything in it is done.
    done: i32,
    /// Whether everything in it is picked in time.
    in_time: bool,
}

impl Attempt {
    /// When the clients with due times and the new order are picked, if everything is in time.
    fn answer(&self, work: &StoreWork, due_jobs: &[DueJob]) -> Option<(Vec<(u32, i32)>, i32)> {
        let mut ends = Vec::with_capacity(due_jobs.len());
        for due in due_jobs {
            let slot = match due.index.checked_sub(self.range.start) {
                Some(place) if due.index < self.range.end => self.slots[place].slot,
                _ => work.waiting[due.index].slot,
            };
            if slot.end > due.job.due {
                return None;
            }
            ends.push((due.client, slot.end));
        }
        let new_end = self.slots.last().filter(|_| self.has_new).map_or(0, |last| last.slot.end);
        self.in_time.then_some((ends, new_end))
    }
}

fn redraw(
    work: &StoreWork,
    pickers: &[Picker],
    range: Range<usize>,
    due_jobs: &[DueJob],
    new_job: Option<Job>,
) -> Attempt {
    let mut jobs: Vec<Job> = work.jobs[range.clone()].to_vec();
    let mut limits: Vec<i32> =
        work.waiting[range.clone()].iter().map(|waiting| waiting.limit).collect();
    for due in due_jobs.iter().filter(|due| range.contains(&due.index)) {
        let place = due.index - range.start;
        (jobs[place], limits[place]) = (due.job, due.job.due);
    }
    jobs.extend(new_job);
    limits.extend(new_job.map(|job| job.due));
    let slots = schedule(pickers, &jobs);
    let in_time = slots.iter().zip(&limits).all(|(assigned, &limit)| assigned.slot.end <= limit);
    let done = slots.iter().map(|assigned| assigned.slot.end).max().unwrap_or(-NEVER);
    Attempt { range, slots, has_new: new_job.is_some(), done, in_time }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::ids::OrderId;
    use crate::offers::ground::Readiness;

    const PICK_AHEAD: i32 = 200;

    fn store(pickers: &[(i32, i32)], jobs: &[(i32, i32, i32)]) -> StoreWork {
        let mut work = StoreWork {
            pickers: pickers.iter().map(|&(from, until)| Picker { from, until }).collect(),
            ..StoreWork::default()
        };
        for (number, &(seconds, not_before, due)) in (0_u32..).zip(jobs) {
            let readiness = Readiness { not_before, is_open: number % 3 == 0 };
            let earliest = readiness.earliest(PICK_AHEAD, due);
            work.jobs.push(Job { order: OrderId(number.into()), seconds, earliest, due });
            let slot = PickSlot { start: NEVER, end: NEVER };
            let client = (number % 5 > 0).then_some(number);
            work.waiting.push(Waiting { client, readiness, limit: due, slot, picker: 0 });
        }
        work.draw_up();
        for (job, waiting) in work.jobs.iter().zip(&mut work.waiting) {
            waiting.limit = job.due.max(waiting.slot.end);
        }
        work
    }

    /// The same answer from a schedule of everything.
    fn all_anew(
        work: &StoreWork,
        dues: &[(u32, i32)],
        new_job: Option<Job>,
    ) -> Option<(Vec<(u32, i32)>, i32)> {
        let due_jobs = due_jobs(work, PICK_AHEAD, dues);
        let all = 0..work.jobs.len();
        redraw(work, &work.pickers, all, &due_jobs, new_job).answer(work, &due_jobs)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
        #[test]
        fn a_part_drawn_up_anew_is_the_same_as_everything_anew(
            pickers in prop::collection::vec((0..800, 100..1600), 1..4),
            jobs in prop::collection::vec((1..120, 0..600, 0..1500), 0..25),
            dues in prop::collection::vec((0..25_u32, 0..1500), 0..4),
            new_job in prop::option::of((1..120, 0..900, 0..1500)),
        ) {
            let pickers: Vec<(i32, i32)> =
                pickers.into_iter().map(|(from, long)| (from, from + long)).collect();
            let work = store(&pickers, &jobs);
            let mut dues = dues;
            dues.sort_unstable();
            dues.dedup_by_key(|due| due.0);
            let new_job = new_job.map(|(seconds, earliest, due)| Job {
                order: OrderId(u64::MAX), seconds, earliest, due,
            });
            prop_assert_eq!(
                picks_in_time(&work, PICK_AHEAD, &dues, new_job),
                all_anew(&work, &dues, new_job)
            );
        }
    }
}
