//! When a store's pickers have each order ready.
//!
//! Pickers work in parallel and do not put an order away half done. Whoever is free takes, of the
//! orders that may be picked already, the one that is due first. Times are seconds from the origin
//! of the plan at hand.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::ids::OrderId;

/// One picker during one stretch of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picker {
    /// When the picker can begin.
    pub from: i32,
    /// Nothing is begun that would not be finished by then.
    pub until: i32,
}

/// An order to be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Which.
    pub order: OrderId,
    /// How long picking takes.
    pub seconds: i32,
    /// Picking may not begin before.
    pub earliest: i32,
    /// Picking must be finished by then.
    pub due: i32,
}

/// When an order is picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PickSlot {
    /// Picking begins.
    pub start: i32,
    /// Picking is finished; [`NEVER`] when no picker has time left.
    pub end: i32,
}

/// When an order is picked, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// When.
    pub slot: PickSlot,
    /// The position of the picker; of an order that is never picked, any.
    pub picker: usize,
}

/// When an order is finished that nobody has time to pick.
pub const NEVER: i32 = i32::MAX / 4;

/// Schedules `jobs`, earliest due first, and returns when each is picked and by whom, in the order of
/// `jobs`.
///
/// Ties go to the smaller order number, so that the schedule depends on nothing else. Cost:
/// O((jobs + pickers) log).
///
/// # Source
/// List scheduling by due date: Jackson (1955), *Scheduling a production line to minimize maximum
/// tardiness*; on parallel machines it is a heuristic, and what it returns is a witness, not an optimum.
pub fn schedule(pickers: &[Picker], jobs: &[Job]) -> Vec<Assignment> {
    let never = Assignment { slot: PickSlot { start: NEVER, end: NEVER }, picker: 0 };
    let mut assigned = vec![never; jobs.len()];
    let mut coming: Vec<usize> = (0..jobs.len()).collect();
    coming.sort_unstable_by_key(|&job| (Reverse(jobs[job].earliest), Reverse(jobs[job].order)));
    let mut ready: BinaryHeap<Reverse<(i32, OrderId, usize)>> = BinaryHeap::new();
    let mut free: BinaryHeap<Reverse<(i32, usize)>> = pickers
        .iter()
        .enumerate()
        .filter(|(_, picker)| picker.from < picker.until)
        .map(|(index, picker)| Reverse((picker.from, index)))
        .collect();
    // A picker who has no time left for one order may have it for a shorter one.
    let mut passed_over: Vec<Reverse<(i32, OrderId, usize)>> = Vec::new();

    while let Some(Reverse((now, picker))) = free.pop() {
        while let Some(&job) = coming.last()
            && jobs[job].earliest <= now
        {
            coming.pop();
            ready.push(Reverse((jobs[job].due, jobs[job].order, job)));
        }
        let until = pickers[picker].until;
        let mut taken = false;
        while let Some(entry @ Reverse((_, _, job))) = ready.pop() {
            let end = now.saturating_add(jobs[job].seconds);
            if end <= until {
                assigned[job] = Assignment { slot: PickSlot { start: now, end }, picker };
                free.push(Reverse((end, picker)));
                taken = true;
                break;
            }
            passed_over.push(entry);
        }
        ready.extend(passed_over.drain(..));
        if !taken && let Some(&job) = coming.last() {
            // Nothing to do before the next order may be picked.
            if jobs[job].earliest < until {
                free.push(Reverse((jobs[job].earliest, picker)));
            }
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn story(pickers: &[(i32, i32)], jobs: &[(i32, i32, i32)]) -> String {
        let pickers: Vec<Picker> =
            pickers.iter().map(|&(from, until)| Picker { from, until }).collect();
        let jobs: Vec<Job> = (0..)
            .zip(jobs)
            .map(|(number, &(seconds, earliest, due))| Job {
                order: OrderId(number),
                seconds,
                earliest,
                due,
            })
            .collect();
        let line = |(job, Assignment { slot, .. }): (&Job, Assignment)| {
            let late = if slot.end > job.due { ", late" } else { "" };
            match slot.end {
                NEVER => format!("order {}: never", job.order.0),
                end => format!("order {}: {}..{end}{late}", job.order.0, slot.start),
            }
        };
        jobs.iter().zip(schedule(&pickers, &jobs)).map(line).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_is_due_first_is_picked_first() {
        insta::assert_snapshot!(
            story(&[(0, 1000)], &[(100, 0, 900), (100, 0, 200), (100, 0, 500)]),
            @"order 0: 200..300; order 1: 0..100; order 2: 100..200"
        );
    }

    #[test]
    fn two_pickers_share_the_work() {
        insta::assert_snapshot!(
            story(&[(0, 1000), (50, 1000)], &[(100, 0, 900), (100, 0, 200), (100, 0, 120)]),
            @"order 0: 100..200; order 1: 50..150; order 2: 0..100"
        );
    }

    #[test]
    fn nobody_picks_before_it_may_be_picked() {
        insta::assert_snapshot!(
            story(&[(0, 1000)], &[(100, 300, 900), (100, 50, 950)]),
            @"order 0: 300..400; order 1: 50..150"
        );
    }

    #[test]
    fn what_is_too_long_for_one_picker_waits_for_the_next() {
        insta::assert_snapshot!(
            story(&[(0, 90), (500, 1000)], &[(100, 0, 150), (80, 0, 400)]),
            @"order 0: 500..600, late; order 1: 0..80"
        );
    }

    #[test]
    fn without_pickers_nothing_is_ever_ready() {
        insta::assert_snapshot!(story(&[], &[(1, 0, 10)]), @"order 0: never");
    }

    proptest! {
        #[test]
        fn a_picker_does_one_thing_at_a_time_and_inside_working_hours(
            pickers in prop::collection::vec((0..500, 0..900), 0..4),
            jobs in prop::collection::vec((1..200, 0..500, 0..900), 0..20),
        ) {
            let pickers: Vec<Picker> =
                pickers.into_iter().map(|(from, until)| Picker { from, until }).collect();
            let jobs: Vec<Job> = (0..)
                .zip(jobs)
                .map(|(number, (seconds, earliest, due))| Job { order: OrderId(number), seconds, earliest, due })
                .collect();
            let slots: Vec<PickSlot> =
                schedule(&pickers, &jobs).into_iter().map(|assigned| assigned.slot).collect();
            for (job, slot) in jobs.iter().zip(&slots).filter(|(_, slot)| slot.end != NEVER) {
                prop_assert_eq!(slot.end - slot.start, job.seconds);
                prop_assert!(slot.start >= job.earliest);
                let at_once = slots.iter().filter(|other| other.start <= slot.start && slot.start < other.end).count();
                let on_duty = pickers.iter().filter(|p| p.from <= slot.start && slot.start < p.until).count();
                prop_assert!(at_once <= on_duty, "{at_once} picked at {} by {on_duty}", slot.start);
            }
        }
    }
}
