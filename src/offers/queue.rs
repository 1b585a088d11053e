//! What one more order does to a store's pickers.
//!
//! The schedule of a day is drawn up again only from where something changes until it has caught up
//! with the old one: before, nobody has seen the change; and once the same orders are begun in both
//! and the pickers are free at the same moments, both go on alike. What comes out is what a new
//! schedule of everything would be.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use crate::model::ids::OrderId;
use crate::offers::ground::{StoreWork, Waiting};
use crate::offers::picking::{Assignment, Job, NEVER, PickSlot, schedule};

impl StoreWork {
    /// Schedules all jobs and sorts them by when they are picked.
    pub fn draw_up(&mut self) {
        // Who stops working together stands together: among them it does not matter who is who.
        self.pickers.sort_by_key(|picker| picker.until);
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
        self.note_order();
    }

    /// Notes what a part that is drawn up anew needs to know about the rest.
    fn note_order(&mut self) {
        self.by_earliest = (0..self.jobs.len()).collect();
        self.by_earliest.sort_unstable_by_key(|&job| self.jobs[job].coming());
        let mut earliest = NEVER;
        self.rest_earliest.clear();
        for job in self.jobs.iter().rev() {
            earliest = earliest.min(job.earliest);
            self.rest_earliest.push(earliest);
        }
        self.rest_earliest.reverse();
        self.hands = vec![Vec::new(); self.pickers.len()];
        for (index, waiting) in self.waiting.iter().enumerate() {
            if waiting.slot.start < NEVER {
                self.hands[waiting.picker].push(index);
            }
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

    /// When each picker is free, when those jobs are begun that are before `first`.
    fn free_after(&self, first: usize) -> Vec<i32> {
        let free = |(picker, jobs): (usize, &Vec<usize>)| {
            let done = jobs.partition_point(|&job| job < first);
            let last = done.checked_sub(1).map(|last| self.waiting[jobs[last]].slot.end);
            last.unwrap_or(self.pickers[picker].from)
        };
        self.hands.iter().enumerate().map(free).collect()
    }
}

impl Job {
    /// In this order jobs can be picked.
    fn coming(&self) -> (i32, OrderId) {
        (self.earliest, self.order)
    }
}

/// When clients and new orders are picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picked {
    /// When the clients are that wait to be picked.
    pub(crate) clients: Vec<(u32, i32)>,
    /// When the new orders are, in the order in which they were given.
    pub(crate) new: Vec<i32>,
}

/// When the clients in `dues` and the new orders are picked, if every order of the store still is
/// picked in time.
///
/// `dues` are the new due times of clients whose routes change; orders are picked at most
/// `pick_ahead` seconds before they are due.
pub(crate) fn picks_in_time(
    work: &StoreWork,
    pick_ahead: i32,
    dues: &[(u32, i32)],
    new: &[Job],
) -> Option<Picked> {
    let mut due_jobs = due_jobs(work, pick_ahead, dues);
    let is_changed = |due: &&DueJob| due.job != work.jobs[due.index];
    let changed = due_jobs.iter().filter(is_changed);
    let seen_from = |due: &DueJob| due.job.earliest.min(work.jobs[due.index].earliest);
    let since = changed.map(seen_from).chain(new.iter().map(|job| job.earliest)).min();
    let Some(since) = since else { return answer(&due_jobs, Vec::new()) };
    let mut new_ends = vec![NEVER; new.len()];
    let mut redraw = Redraw::new(work, since, &due_jobs, new);
    let mut ends = Vec::new();
    if !redraw.run(&mut ends) {
        return None;
    }
    for (index, end) in ends {
        if let Some(own) = index.checked_sub(work.jobs.len()) {
            new_ends[own] = end;
        } else if let Ok(place) = due_jobs.binary_search_by_key(&index, |due| due.index) {
            due_jobs[place].end = end;
        }
    }
    answer(&due_jobs, new_ends)
}

fn answer(due_jobs: &[DueJob], new: Vec<i32>) -> Option<Picked> {
    let in_time = due_jobs.iter().all(|due| due.end <= due.job.due);
    in_time.then(|| Picked {
        clients: due_jobs.iter().map(|due| (due.client, due.end)).collect(),
        new,
    })
}

/// The job of a client whose route changes.
struct DueJob {
    index: usize,
    client: u32,
    job: Job,
    /// When it is picked.
    end: i32,
}

fn due_jobs(work: &StoreWork, pick_ahead: i32, dues: &[(u32, i32)]) -> Vec<DueJob> {
    let mut found = Vec::with_capacity(dues.len());
    for &(client, due) in dues {
        let known = work.clients.binary_search_by_key(&client, |&(client, _)| client);
        let Ok(place) = known else { continue };
        let index = work.clients[place].1;
        let Waiting { readiness, slot, .. } = work.waiting[index];
        let earliest = readiness.earliest(pick_ahead, due);
        let job = Job { earliest, due, ..work.jobs[index] };
        found.push(DueJob { index, client, job, end: slot.end });
    }
    found.sort_unstable_by_key(|due| due.index);
    found
}

/// A part of a store's picking, drawn up anew. Jobs are known by their position in the store's work;
/// new ones come behind.
struct Redraw<'a> {
    work: &'a StoreWork,
    due_jobs: &'a [DueJob],
    new: &'a [Job],
    /// The first job that the old schedule had not begun.
    first: usize,
    /// Changed and new jobs, the last to come first.
    apart: Vec<usize>,
    /// How many of them nobody has begun.
    apart_left: usize,
    /// The next of [`StoreWork::by_earliest`].
    next: usize,
    /// When each picker is free.
    free: Vec<i32>,
    /// When each picker was free in the old schedule, those jobs begun that are before `old_next`.
    old_free: Vec<i32>,
    old_next: usize,
    /// What only one of both has begun.
    odd: BTreeSet<usize>,
    ready: BinaryHeap<Reverse<(i32, OrderId, usize)>>,
}

impl<'a> Redraw<'a> {
    fn new(work: &'a StoreWork, since: i32, due_jobs: &'a [DueJob], new: &'a [Job]) -> Self {
        let first = work.waiting.partition_point(|waiting| waiting.slot.start < since);
        let free = work.free_after(first);
        let low = work.rest_earliest.get(first).copied().unwrap_or(NEVER);
        let next = work.by_earliest.partition_point(|&job| work.jobs[job].earliest < low);
        let mut redraw = Self {
            work,
            due_jobs,
            new,
            first,
            apart: Vec::new(),
            apart_left: 0,
            next,
            old_free: free.clone(),
            free,
            old_next: first,
            odd: BTreeSet::new(),
            ready: BinaryHeap::new(),
        };
        let changed = due_jobs.iter().filter(|due| due.job != work.jobs[due.index]);
        let added = work.jobs.len()..work.jobs.len() + new.len();
        let mut apart: Vec<usize> = changed.map(|due| due.index).chain(added).collect();
        apart.sort_unstable_by_key(|&job| Reverse(redraw.job(job).coming()));
        redraw.apart_left = apart.len();
        redraw.apart = apart;
        redraw
    }

    fn due_job(&self, index: usize) -> Option<&DueJob> {
        let found = self.due_jobs.binary_search_by_key(&index, |due| due.index);
        found.ok().map(|place| &self.due_jobs[place])
    }

    fn job(&self, index: usize) -> Job {
        match index.checked_sub(self.work.jobs.len()) {
            Some(own) => self.new[own],
            None => self.due_job(index).map_or(self.work.jobs[index], |due| due.job),
        }
    }

    fn is_apart(&self, index: usize) -> bool {
        self.due_job(index).is_some_and(|due| due.job != self.work.jobs[index])
    }

    /// By when a job must be done.
    fn limit(&self, index: usize) -> i32 {
        match self.work.waiting.get(index) {
            Some(waiting) if self.due_job(index).is_none() => waiting.limit,
            _ => self.job(index).due,
        }
    }

    /// The next job to come.
    fn coming(&mut self) -> Option<usize> {
        let by_earliest = &self.work.by_earliest;
        while let Some(&job) = by_earliest.get(self.next)
            && (job < self.first || self.is_apart(job))
        {
            self.next += 1;
        }
        let known = by_earliest.get(self.next).copied();
        match (known, self.apart.last().copied()) {
            (Some(known), Some(apart)) => {
                let is_first = self.job(known).coming() <= self.job(apart).coming();
                Some(if is_first { known } else { apart })
            }
            (known, apart) => known.or(apart),
        }
    }

    /// Takes the job that [`Redraw::coming`] told.
    fn take_coming(&mut self, job: usize) {
        if self.apart.last() == Some(&job) {
            self.apart.pop();
        } else {
            self.next += 1;
        }
        let Job { due, order, .. } = self.job(job);
        self.ready.push(Reverse((due, order, job)));
    }

    /// Draws up the schedule as [`schedule`] would, until it goes on as the old one, and notes when
    /// each job is done. Whether all of them are in time.
    fn run(&mut self, ends: &mut Vec<(usize, i32)>) -> bool {
        let pickers = &self.work.pickers;
        let at_work = |&(picker, free): &(usize, &i32)| *free < pickers[picker].until;
        let busy = { self.free.iter().enumerate() }.filter(at_work);
        let mut busy: BinaryHeap<Reverse<(i32, usize)>> =
            busy.map(|(picker, &free)| Reverse((free, picker))).collect();
        // Who waits for the next job to come, the first to take it last.
        let mut idle: Vec<usize> = Vec::with_capacity(pickers.len());
        loop {
            let comes = self.coming().map(|job| self.job(job).earliest);
            let next_free = busy.peek().map(|&Reverse((free, _))| free);
            let now = match (next_free, comes.filter(|_| !idle.is_empty())) {
                (Some(free), Some(comes)) => free.min(comes),
                (Some(at), None) | (None, Some(at)) => at,
                (None, None) => return self.never_picked(ends),
            };
            if self.has_caught_up(now) {
                return true;
            }
            while let Some(job) = self.coming()
                && self.job(job).earliest <= now
            {
                self.take_coming(job);
            }
            while let Some(&Reverse((free, picker))) = busy.peek()
                && free <= now
            {
                busy.pop();
                idle.push(picker);
            }
            idle.retain(|&picker| now < pickers[picker].until);
            idle.sort_unstable_by_key(|&picker| Reverse(picker));
            if !self.hand_out(now, &mut idle, &mut busy, ends) {
                return false;
            }
        }
    }

    /// Gives what is ready to those who are idle. Whether it is in time.
    fn hand_out(
        &mut self,
        now: i32,
        idle: &mut Vec<usize>,
        busy: &mut BinaryHeap<Reverse<(i32, usize)>>,
        ends: &mut Vec<(usize, i32)>,
    ) -> bool {
        let mut still_idle = Vec::new();
        let mut passed_over: Vec<Reverse<(i32, OrderId, usize)>> = Vec::new();
        while !self.ready.is_empty()
            && let Some(picker) = idle.pop()
        {
            let mut taken = false;
            while let Some(entry @ Reverse((_, _, job))) = self.ready.pop() {
                let end = now.saturating_add(self.job(job).seconds);
                if end > self.work.pickers[picker].until {
                    // One who has no time left for one order may have it for a shorter one.
                    passed_over.push(entry);
                    continue;
                }
                if end > self.limit(job) {
                    return false;
                }
                ends.push((job, end));
                self.begin(job, picker, end);
                busy.push(Reverse((end, picker)));
                taken = true;
                break;
            }
            self.ready.extend(passed_over.drain(..));
            if !taken {
                still_idle.push(picker);
            }
        }
        idle.extend(still_idle);
        true
    }

    fn begin(&mut self, job: usize, picker: usize, end: i32) {
        self.free[picker] = end;
        if job >= self.work.jobs.len() {
            self.apart_left -= 1;
            return;
        }
        if self.is_apart(job) {
            self.apart_left -= 1;
        }
        self.toggle(job);
    }

    /// A job was begun in one of both.
    fn toggle(&mut self, job: usize) {
        if !self.odd.remove(&job) {
            self.odd.insert(job);
        }
    }

    /// Whether both schedules go on alike from `now` on, when nothing was begun at `now` yet.
    fn has_caught_up(&mut self, now: i32) -> bool {
        while let Some(waiting) = self.work.waiting.get(self.old_next)
            && waiting.slot.start < now
        {
            self.old_free[waiting.picker] = waiting.slot.end;
            self.toggle(self.old_next);
            self.old_next += 1;
        }
        if self.apart_left > 0 || !self.odd.is_empty() {
            return false;
        }
        let free_from = |free: &[i32]| free.iter().map(|&at| i64::from(at.max(now))).sum::<i64>();
        free_from(&self.free) == free_from(&self.old_free) && self.have_same_hands(now)
    }

    /// Whether, of those who stop working together, as many are free at each moment in both.
    fn have_same_hands(&self, now: i32) -> bool {
        let pickers = &self.work.pickers;
        let at = |free: &[i32]| {
            let free = free.iter().zip(pickers).map(|(&at, picker)| (picker.until, at.max(now)));
            let mut free: Vec<(i32, i32)> = free.collect();
            free.sort_unstable();
            free
        };
        at(&self.free) == at(&self.old_free)
    }

    /// Notes what nobody has time for. Whether that is as it was.
    fn never_picked(&mut self, ends: &mut Vec<(usize, i32)>) -> bool {
        while let Some(job) = self.coming() {
            self.take_coming(job);
        }
        let left: Vec<usize> = self.ready.drain().map(|Reverse((_, _, job))| job).collect();
        ends.extend(left.iter().map(|&job| (job, NEVER)));
        left.into_iter().all(|job| self.limit(job) >= NEVER)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::ids::OrderId;
    use crate::offers::ground::Readiness;
    use crate::offers::picking::Picker;

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
    fn all_anew(work: &StoreWork, dues: &[(u32, i32)], new: &[Job]) -> Option<Picked> {
        let mut due_jobs = due_jobs(work, PICK_AHEAD, dues);
        let mut jobs = work.jobs.clone();
        let mut limits: Vec<i32> = work.waiting.iter().map(|waiting| waiting.limit).collect();
        for due in &due_jobs {
            (jobs[due.index], limits[due.index]) = (due.job, due.job.due);
        }
        jobs.extend(new);
        limits.extend(new.iter().map(|job| job.due));
        let slots = schedule(&work.pickers, &jobs);
        let in_time = slots.iter().zip(&limits).all(|(slot, &limit)| slot.slot.end <= limit);
        for due in &mut due_jobs {
            due.end = slots[due.index].slot.end;
        }
        let new = slots[work.jobs.len()..].iter().map(|slot| slot.slot.end).collect();
        answer(&due_jobs, new).filter(|_| in_time)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
        #[test]
        fn a_part_drawn_up_anew_is_the_same_as_everything_anew(
            pickers in prop::collection::vec((0..800, 100..1600), 1..4),
            jobs in prop::collection::vec((1..120, 0..900, 0..1500), 0..25),
            dues in prop::collection::vec((0..25_u32, 0..1500), 0..4),
            new in prop::collection::vec((1..120, 0..900, 0..1500), 0..3),
        ) {
            let pickers: Vec<(i32, i32)> =
                pickers.into_iter().map(|(from, long)| (from, from + long)).collect();
            let work = store(&pickers, &jobs);
            let mut dues = dues;
            dues.sort_unstable();
            dues.dedup_by_key(|due| due.0);
            let job = |(number, (seconds, earliest, due))| Job {
                order: OrderId(u64::MAX - number), seconds, earliest, due,
            };
            let new: Vec<Job> = (0..).zip(new).map(job).collect();
            prop_assert_eq!(
                picks_in_time(&work, PICK_AHEAD, &dues, &new),
                all_anew(&work, &dues, &new)
            );
        }
    }
}
