//! What one more order does to a store's pickers.

use std::ops::Range;

use crate::offers::ground::{StoreWork, Waiting};
use crate::offers::picking::{Job, NEVER, PickSlot, schedule};

impl StoreWork {
    /// Schedules all jobs, sorts them by when they are picked, and marks the blocks.
    pub fn draw_up(&mut self) {
        let slots = schedule(&self.pickers, &self.jobs);
        for (waiting, slot) in self.waiting.iter_mut().zip(slots) {
            waiting.slot = slot;
        }
        let mut both: Vec<(Job, Waiting)> =
            self.jobs.iter().copied().zip(self.waiting.iter().copied()).collect();
        both.sort_unstable_by_key(|(job, waiting)| (waiting.slot.start, job.order));
        (self.jobs, self.waiting) = both.into_iter().unzip();
        self.blocks.clear();
        let mut busy_until = i32::MIN;
        for (index, (job, waiting)) in self.jobs.iter().zip(&self.waiting).enumerate() {
            if waiting.slot.start >= NEVER {
                break;
            }
            // Nothing was waiting, and nobody was picking any of these, when this one was begun.
            if index == 0
                || (job.earliest == waiting.slot.start && busy_until <= waiting.slot.start)
            {
                self.blocks.push(index);
            }
            busy_until = busy_until.max(waiting.slot.end);
        }
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
/// `pick_ahead` seconds before they are due. Only the blocks of the schedule that
/// are touched are drawn up again, and as many after them as they spill into.
pub(crate) fn picks_in_time(
    work: &StoreWork,
    pick_ahead: i32,
    dues: &[(u32, i32)],
    new_job: Option<Job>,
) -> Option<(Vec<(u32, i32)>, i32)> {
    let changed = changed_jobs(work, pick_ahead, dues);
    let indexes = changed.iter().map(|change| change.index);
    let moments =
        changed.iter().map(|change| change.job.earliest).chain(new_job.map(|j| j.earliest));
    let starts = indexes.clone().map(|index| work.waiting[index].slot.start);
    let Some(from) = moments.clone().chain(starts).min() else { return Some((vec![], 0)) };
    let until = moments.chain(new_job.map(|job| job.earliest)).max().unwrap_or(from);

    let block_start =
        |block: usize| work.blocks.get(block).map(|&job| work.waiting[job].slot.start);
    let mut first = work.blocks.partition_point(|&job| work.waiting[job].slot.start <= from);
    first = first.saturating_sub(1);
    let last_index = indexes.filter(|&index| work.waiting[index].slot.start < NEVER).max();
    let mut end = work.blocks.partition_point(|&job| {
        work.waiting[job].slot.start <= until || last_index.is_some_and(|index| job <= index)
    });
    let mut step = 1;
    loop {
        let begin = work.blocks.get(first).copied().unwrap_or(0);
        let stop = work.blocks.get(end).copied().unwrap_or_else(|| work.first_never());
        let attempt = redraw(work, begin..stop, &changed, new_job);
        // Whatever is still being picked, or waits, when the next block begins spills into it.
        match block_start(end) {
            Some(next) if attempt.busy_until > next => {
                end += step;
                step *= 2;
            }
            _ => return attempt.in_time.then_some((attempt.ends, attempt.new_end)),
        }
    }
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

/// Some blocks drawn up anew.
struct Attempt {
    /// When each changed client is picked.
    ends: Vec<(u32, i32)>,
    /// When the new order is picked.
    new_end: i32,
    /// When all of it is done; [`NEVER`] if some of it is not picked any more.
    busy_until: i32,
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
    let (known, nevers_count) = (range.len(), nevers.len());
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
    let was_never = known..known + nevers_count;
    let waits =
        |&(index, slot): &(usize, &PickSlot)| slot.end < NEVER || !was_never.contains(&index);
    let busy_until = slots.iter().enumerate().filter(waits).map(|(_, slot)| slot.end).max();
    let new_end = slots.last().map_or(0, |slot| slot.end);
    Attempt { ends, new_end, busy_until: busy_until.unwrap_or(0), in_time }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::ids::OrderId;
    use crate::offers::ground::Readiness;
    use crate::offers::picking::Picker;

    const PICK_AHEAD: i32 = 300;

    fn store(pickers: &[(i32, i32)], jobs: &[(i32, i32)]) -> StoreWork {
        let readiness = Readiness { not_before: 0, is_open: false };
        let slot = PickSlot { start: NEVER, end: NEVER };
        let job = |(number, &(seconds, due)): (u32, &(i32, i32))| {
            let earliest = readiness.earliest(PICK_AHEAD, due);
            let order = OrderId(u64::from(number));
            let job = Job { order, seconds, earliest, due };
            (job, Waiting { client: Some(number), readiness, limit: due, slot })
        };
        let (jobs, waiting) = (0..).zip(jobs).map(job).unzip();
        let pickers = pickers.iter().map(|&(from, until)| Picker { from, until }).collect();
        let mut work = StoreWork { pickers, jobs, waiting, blocks: vec![] };
        work.draw_up();
        for waiting in &mut work.waiting {
            waiting.limit = waiting.limit.max(waiting.slot.end);
        }
        work
    }

    /// Draws up everything, as one block.
    fn whole(
        work: &StoreWork,
        dues: &[(u32, i32)],
        new_job: Option<Job>,
    ) -> Option<(Vec<(u32, i32)>, i32)> {
        let changed = changed_jobs(work, PICK_AHEAD, dues);
        let attempt = redraw(work, 0..work.first_never(), &changed, new_job);
        attempt.in_time.then_some((attempt.ends, attempt.new_end))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn drawing_up_what_is_touched_equals_drawing_up_everything(
            pickers in prop::collection::vec((0..1000, 500..9000), 1..4),
            jobs in prop::collection::vec((20..200, 200..8000), 1..40),
            changes in prop::collection::btree_map(0..40_u32, 200..8000, 0..3),
            new in prop::option::of((20..200, 0..8000, 200..8000)),
        ) {
            let work = store(&pickers, &jobs);
            let dues: Vec<(u32, i32)> = changes.into_iter().collect();
            let job = |(seconds, earliest, due)| Job { order: OrderId(u64::MAX), seconds, earliest, due };
            let new_job = new.map(job);
            let expected = whole(&work, &dues, new_job);
            let found = picks_in_time(&work, PICK_AHEAD, &dues, new_job);
            let new_end = |picks: &Option<(Vec<(u32, i32)>, i32)>| {
                picks.as_ref().map(|(ends, end)| (ends.clone(), new_job.map(|_| *end)))
            };
            prop_assert_eq!(new_end(&found), new_end(&expected));
        }
    }
}
