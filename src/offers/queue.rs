//! What one more order does to a store's pickers.

use std::ops::Range;

use crate::offers::ground::{StoreWork, Waiting};
use crate::offers::picking::{Job, NEVER, schedule};

impl StoreWork {
    /// Schedules all jobs, and sorts them by when they are picked.
    pub fn draw_up(&mut self) {
        let slots = schedule(&self.pickers, &self.jobs);
        for (waiting, slot) in self.waiting.iter_mut().zip(slots) {
            waiting.slot = slot;
        }
        let mut both: Vec<(Job, Waiting)> =
            self.jobs.iter().copied().zip(self.waiting.iter().copied()).collect();
        both.sort_unstable_by_key(|(job, waiting)| (waiting.slot.start, job.order));
        (self.jobs, self.waiting) = both.into_iter().unzip();
    }

    /// The first job that is never picked; all behind it are not either.
    fn first_never(&self) -> usize {
        self.waiting.partition_point(|waiting| waiting.slot.start < NEVER)
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
    let changed = changed_jobs(work, pick_ahead, dues);
    let attempt = redraw(work, 0..work.first_never(), &changed, new_job);
    attempt.in_time.then_some((attempt.ends, attempt.new_end))
}

/// A job whose trip must load at another time than so far.
struct Change {
    index: usize,
    client: u32,
    job: Job,
}

fn changed_jobs(work: &StoreWork, pick_ahead: i32, dues: &[(u32, i32)]) -> Vec<Change> {
    let mut changed = Vec::new();
    for (index, (job, waiting)) in work.jobs.iter().zip(&work.waiting).enumerate() {
        let Some(client) = waiting.client else { continue };
        let Some(&(_, due)) = dues.iter().find(|(other, _)| *other == client) else { continue };
        let earliest = waiting.readiness.earliest(pick_ahead, due);
        changed.push(Change { index, client, job: Job { earliest, due, ..*job } });
    }
    changed
}

/// A store's picking drawn up anew.
struct Attempt {
    /// When each changed client is picked.
    ends: Vec<(u32, i32)>,
    /// When the new order is picked.
    new_end: i32,
    /// Whether everything is picked in time.
    in_time: bool,
}

fn redraw(
    work: &StoreWork,
    range: Range<usize>,
    changed: &[Change],
    new_job: Option<Job>,
) -> Attempt {
    let nevers = work.first_never()..work.jobs.len();
    let mut jobs = Vec::with_capacity(range.len() + nevers.len() + 1);
    let mut limits = Vec::with_capacity(jobs.capacity());
    let mut places = Vec::new();
    for index in range.chain(nevers) {
        let change = changed.iter().find(|change| change.index == index);
        if let Some(change) = change {
            places.push((change.client, jobs.len()));
        }
        jobs.push(change.map_or(work.jobs[index], |change| change.job));
        limits.push(change.map_or(work.waiting[index].limit, |change| change.job.due));
    }
    jobs.extend(new_job);
    limits.extend(new_job.map(|job| job.due));
    let slots = schedule(&work.pickers, &jobs);
    let in_time = slots.iter().zip(&limits).all(|(slot, &limit)| slot.end <= limit);
    let ends = places.into_iter().map(|(client, place)| (client, slots[place].end)).collect();
    let new_end = slots.last().map_or(0, |slot| slot.end);
    Attempt { ends, new_end, in_time }
}
