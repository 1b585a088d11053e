//! What a route costs beyond its legs, and whether it may last that long: an exact walk.
//!
//! Windows and releases alone are kept with earliest and latest moments, which a change prices in
//! constant time. Everything that these cannot express (breaks, gaps in windows, lateness,
//! overtime, limits of a whole route) is decided by this walk over the whole route, only for
//! vehicles and clients that ask for it, and only for changes that the moments did not rule out.

use crate::solver::problem::Gap;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::segment::NEVER;

/// A stop of a route: a loading, a client, or the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call {
    /// Seconds on the road to get here.
    pub(crate) drive: i32,
    /// Meters on the road to get here.
    pub(crate) meters: i32,
    /// Service starts no earlier; of a loading, also no earlier than the trip's release.
    pub(crate) opens: i32,
    /// Service starts no later.
    pub(crate) closes: i32,
    /// How long it takes.
    pub(crate) service: i32,
    /// Who is served, or `None` at loadings and at the end.
    pub(crate) client: Option<u32>,
}

/// A moment with what lateness has cost until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Label {
    moment: i32,
    late: i64,
}

/// No way leads here.
const DEAD: Label = Label { moment: i32::MAX, late: 0 };

/// Buffers of the walk, so that it allocates nothing: one entry per number of breaks taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Walk {
    forward: Vec<Label>,
    backward: Vec<i32>,
}

/// Whether routes of a vehicle need this walk, whoever its clients are.
pub(crate) fn is_rich(vehicle: &Vehicle) -> bool {
    vehicle.duration_max < NEVER
        || vehicle.distance_max < i64::MAX
        || vehicle.cost_per_duration_second != 0
        || (vehicle.cost_per_overtime_second != 0 && vehicle.overtime_from < vehicle.latest_end)
        || !vehicle.breaks.is_empty()
}

/// Whether the routes of all vehicles need this walk, because of their clients.
pub(crate) fn has_rich_clients(problem: &Problem) -> bool {
    !problem.gaps.is_empty()
        || problem
            .clients
            .iter()
            .any(|client| client.cost_per_late_second != 0 && client.due < client.closes)
}

impl Walk {
    /// What lateness, overtime and duration cost, or `None` when some rule is broken.
    ///
    /// Everything is done as early as possible. Where several numbers of breaks are possible, the
    /// route ends at the earliest moment any of them allows, with the least lateness where that is
    /// equal.
    /// The duration is that end minus the latest start that still attains it.
    pub(crate) fn cost(
        &mut self,
        problem: &Problem,
        vehicle: &Vehicle,
        calls: &[Call],
    ) -> Option<i64> {
        let meters: i64 = calls.iter().map(|call| i64::from(call.meters)).sum();
        if meters > vehicle.distance_max {
            return None;
        }
        let end = self.end(problem, vehicle, calls)?;
        let overtime = i64::from((end.moment - vehicle.overtime_from).max(0));
        let mut cost = end.late + overtime * vehicle.cost_per_overtime_second;
        if vehicle.duration_max < NEVER || vehicle.cost_per_duration_second != 0 {
            let duration = end.moment - self.latest_start(problem, vehicle, calls, end.moment);
            if duration > vehicle.duration_max {
                return None;
            }
            cost += i64::from(duration) * vehicle.cost_per_duration_second;
        }
        Some(cost)
    }

    /// The earliest end. One label per number of breaks taken is enough: who is earlier at a stop
    /// can do whatever who is later can.
    fn end(&mut self, problem: &Problem, vehicle: &Vehicle, calls: &[Call]) -> Option<Label> {
        let first = first_due(vehicle);
        let breaks = &vehicle.breaks[first..];
        self.forward.clear();
        self.forward.resize(breaks.len() + 1, DEAD);
        self.forward[0] = Label { moment: vehicle.available, late: 0 };
        self.rest(vehicle, first);
        for call in calls {
            for label in self.forward.iter_mut().filter(|label| label.moment != i32::MAX) {
                label.moment += call.drive;
            }
            self.rest(vehicle, first);
            for label in self.forward.iter_mut().filter(|label| label.moment != i32::MAX) {
                serve(problem, call, label);
            }
            self.rest(vehicle, first);
        }
        let may_end = |&(taken, label): &(usize, &Label)| {
            label.moment != i32::MAX
                && breaks.get(taken).is_none_or(|next| label.moment <= next.closes)
        };
        let ends = self.forward.iter().enumerate().filter(may_end);
        ends.rev().min_by_key(|(_, label)| **label).map(|(_, label)| *label)
    }

    /// Takes breaks where the vehicle is, if that is the earliest way to have taken so many, or one
    /// as early with less lateness.
    fn rest(&mut self, vehicle: &Vehicle, first: usize) {
        for (taken, rest) in vehicle.breaks[first..].iter().enumerate() {
            let before = self.forward[taken];
            let start = before.moment.max(rest.opens);
            if before.moment != i32::MAX && start <= rest.closes {
                let moment = start + rest.seconds;
                let label = Label { moment, late: before.late };
                if label < self.forward[taken + 1] {
                    self.forward[taken + 1] = label;
                }
            }
        }
    }

    /// The latest moment to leave the start that still ends by `end`: the same walk, backward.
    fn latest_start(
        &mut self,
        problem: &Problem,
        vehicle: &Vehicle,
        calls: &[Call],
        end: i32,
    ) -> i32 {
        let first = first_due(vehicle);
        let breaks = &vehicle.breaks[first..];
        let may_end = |taken: usize| breaks.get(taken).is_none_or(|next| end <= next.closes);
        self.backward.clear();
        self.backward
            .extend((0..=breaks.len()).map(|taken| if may_end(taken) { end } else { -i32::MAX }));
        self.rest_before(vehicle, first);
        for call in calls.iter().rev() {
            for latest in self.backward.iter_mut().filter(|latest| **latest != -i32::MAX) {
                *latest = latest_service(problem, call, *latest - call.service);
            }
            self.rest_before(vehicle, first);
            for latest in self.backward.iter_mut().filter(|latest| **latest != -i32::MAX) {
                *latest -= call.drive;
            }
            self.rest_before(vehicle, first);
        }
        self.backward[0]
    }

    fn rest_before(&mut self, vehicle: &Vehicle, first: usize) {
        for (taken, rest) in vehicle.breaks[first..].iter().enumerate().rev() {
            let after = self.backward[taken + 1];
            if after != -i32::MAX && after - rest.seconds >= rest.opens {
                let latest = rest.closes.min(after - rest.seconds);
                self.backward[taken] = self.backward[taken].max(latest);
            }
        }
    }
}

/// The first break that is not over before the vehicle is available.
fn first_due(vehicle: &Vehicle) -> usize {
    vehicle.breaks.iter().take_while(|rest| rest.closes < vehicle.available).count()
}

/// Starts service as early as possible after `label`, or kills it.
fn serve(problem: &Problem, call: &Call, label: &mut Label) {
    let mut start = label.moment.max(call.opens);
    if let Some(client) = call.client {
        for gap in gaps_of(problem, client) {
            if gap.after < start && start < gap.until {
                start = gap.until;
            }
        }
        let data = &problem.clients[client as usize];
        label.late += i64::from((start - data.due).max(0)) * data.cost_per_late_second;
    }
    if start > call.closes {
        *label = DEAD;
        return;
    }
    label.moment = start + call.service;
}

/// The latest start of service by `latest`, or no moment.
fn latest_service(problem: &Problem, call: &Call, latest: i32) -> i32 {
    let mut start = latest.min(call.closes);
    if let Some(client) = call.client {
        for gap in gaps_of(problem, client).iter().rev() {
            if gap.after < start && start < gap.until {
                start = gap.after;
            }
        }
    }
    if start < call.opens { -i32::MAX } else { start }
}

/// The gaps in the window of a client; [`Problem::gaps`] is sorted.
fn gaps_of(problem: &Problem, client: u32) -> &[Gap] {
    let gaps = &problem.gaps;
    let first = gaps.partition_point(|gap| gap.client < client);
    let count = gaps[first..].partition_point(|gap| gap.client == client);
    &gaps[first..first + count]
}
