//! When a vehicle does what, if it does everything as early as it can.

use crate::solver::problem::Break;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::trip::Trip;

/// What is done at a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Loading the trip of this index.
    Load(usize),
    /// Serving this client.
    Serve(u32),
    /// Nothing more: the route is over.
    End,
}

/// Where the vehicle comes on its way, once, and when something may start there.
#[derive(Debug, Clone, Copy)]
struct Stop {
    task: Task,
    drive: i64,
    opens: i64,
    closes: i64,
    seconds: i64,
}

/// A rule of time that is broken: the earliest possible moment is after the latest allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Late {
    pub(crate) task: Task,
    pub(crate) start: i64,
    pub(crate) latest: i64,
}

/// What became of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timetable {
    /// When it is over.
    pub(crate) end: i64,
    /// What the late starts of service cost.
    pub(crate) lateness: i64,
    /// What starts too late, in order.
    pub(crate) late: Vec<Late>,
    /// The break, by index, that was due and could not be taken.
    pub(crate) missed: Option<usize>,
}

/// The route of a vehicle, leg by leg.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    problem: &'a Problem,
    vehicle: &'a Vehicle,
    stops: Vec<Stop>,
    /// Breaks that are not over before the vehicle is available, with their index.
    breaks: Vec<(usize, Break)>,
    /// Meters on the road.
    pub(crate) meters: i64,
    /// Seconds on the road.
    pub(crate) seconds: i64,
}

/// One way to have come so far: how many breaks were taken is its position in a list.
#[derive(Debug, Clone, Copy)]
struct State {
    now: i64,
    lateness: i64,
}

impl<'a> Plan<'a> {
    /// Lists the stops of a route. Its depots and clients must exist.
    pub(crate) fn new(
        problem: &'a Problem,
        legs: &impl Legs,
        vehicle: &'a Vehicle,
        trips: &[Trip],
    ) -> Self {
        let due = |(_, rest): &(usize, &Break)| rest.closes >= vehicle.available;
        let breaks = vehicle.breaks.iter().enumerate().filter(due);
        let mut plan = Self {
            problem,
            vehicle,
            stops: Vec::new(),
            breaks: breaks.map(|(index, rest)| (index, *rest)).collect(),
            meters: 0,
            seconds: 0,
        };
        let mut place = vehicle.start_location;
        for (index, trip) in trips.iter().enumerate() {
            let depot = &problem.depots[usize::from(trip.depot)];
            let releases = trip.clients.iter().map(|&id| problem.clients[id as usize].release);
            let stop = Stop {
                task: Task::Load(index),
                drive: plan.drive(legs, &mut place, depot.location),
                opens: i64::from(releases.fold(depot.opens, i32::max)),
                closes: i64::from(depot.closes.min(vehicle.latest_loading)),
                seconds: i64::from(depot.loading),
            };
            plan.stops.push(stop);
            for &id in &trip.clients {
                let client = &problem.clients[id as usize];
                let stop = Stop {
                    task: Task::Serve(id),
                    drive: plan.drive(legs, &mut place, client.location),
                    opens: i64::from(client.opens),
                    closes: i64::from(client.closes),
                    seconds: i64::from(service(problem, vehicle, id)),
                };
                plan.stops.push(stop);
            }
        }
        let home = vehicle.end_location.unwrap_or(place);
        let drive = match vehicle.end_location {
            Some(_) => plan.drive(legs, &mut place, home),
            None => 0,
        };
        // Whether that is late is looked at once it is clear which breaks were due.
        let (opens, closes) = (i64::MIN, i64::MAX);
        plan.stops.push(Stop { task: Task::End, drive, opens, closes, seconds: 0 });
        plan
    }

    /// Goes somewhere; answers how long that takes.
    fn drive(&mut self, legs: &impl Legs, place: &mut u32, to: u32) -> i64 {
        let leg = legs.leg(self.vehicle.profile, *place, to);
        *place = to;
        self.meters += i64::from(leg.distance_meters);
        self.seconds += i64::from(leg.drive_seconds);
        i64::from(leg.drive_seconds)
    }

    /// What becomes of it from the first moment on.
    pub(crate) fn run(&self) -> Timetable {
        self.run_from(i64::from(self.vehicle.available))
    }

    /// How long it lasts: its end minus the latest start that still ends then. A route that cannot be
    /// kept lasts as long as from its first moment.
    pub(crate) fn duration(&self) -> i64 {
        let first = i64::from(self.vehicle.available);
        let timetable = self.run();
        let (mut good, mut bad) = (first, timetable.end + 1);
        let keeps = |start: i64| {
            let later = self.run_from(start);
            later.late.is_empty() && later.missed.is_none() && later.end <= timetable.end
        };
        // Who starts later is nowhere earlier, so there is one moment at which it turns.
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            if keeps(middle) { good = middle } else { bad = middle }
        }
        timetable.end - good
    }

    /// Walks with all numbers of breaks at once, each as early as possible.
    ///
    /// What starts too late is given up, unless everything does: then it is reported and goes on.
    fn run_from(&self, start: i64) -> Timetable {
        let mut late = Vec::new();
        let mut states = vec![None; self.breaks.len() + 1];
        states[0] = Some(State { now: start, lateness: 0 });
        self.rest(&mut states);
        for stop in &self.stops {
            for state in states.iter_mut().flatten() {
                state.now += stop.drive;
            }
            self.rest(&mut states);
            for state in states.iter_mut().flatten() {
                *state = self.begin(stop, *state);
            }
            let earliest = states.iter().flatten().map(|state| state.now).min();
            if let Some(start) = earliest.filter(|earliest| *earliest > stop.closes) {
                late.push(Late { task: stop.task, start, latest: stop.closes });
            } else {
                let is_in_time = |state: &State| state.now <= stop.closes;
                for state in &mut states {
                    *state = state.filter(is_in_time);
                }
            }
            for state in states.iter_mut().flatten() {
                state.now += stop.seconds;
            }
            self.rest(&mut states);
        }
        self.finish(&states, late)
    }

    /// Takes breaks at the place where the vehicle is. Among ways with as many breaks, the earliest
    /// stays, and where these are equal the one with the least lateness.
    fn rest(&self, states: &mut [Option<State>]) {
        for (taken, (_, rest)) in self.breaks.iter().enumerate() {
            let Some(before) = states[taken] else { continue };
            let start = before.now.max(i64::from(rest.opens));
            let now = start + i64::from(rest.seconds);
            if start <= i64::from(rest.closes)
                && states[taken + 1]
                    .is_none_or(|after| (now, before.lateness) < (after.now, after.lateness))
            {
                states[taken + 1] = Some(State { now, ..before });
            }
        }
    }

    /// Waits until the stop's task may begin, and counts lateness.
    fn begin(&self, stop: &Stop, mut state: State) -> State {
        state.now = state.now.max(stop.opens);
        if let Task::Serve(id) = stop.task {
            for gap in self.problem.gaps.iter().filter(|gap| gap.client == id) {
                if i64::from(gap.after) < state.now && state.now < i64::from(gap.until) {
                    state.now = i64::from(gap.until);
                }
            }
            let client = &self.problem.clients[id as usize];
            let late = (state.now - i64::from(client.due)).max(0);
            state.lateness += late * client.cost_per_late_second;
        }
        state
    }

    /// Chooses the earliest end that misses no break; of these the one with the least lateness.
    fn finish(&self, states: &[Option<State>], mut late: Vec<Late>) -> Timetable {
        let misses = |taken: usize, end: i64| {
            let left = self.breaks[taken..].iter();
            left.clone().find(|(_, rest)| i64::from(rest.closes) < end).map(|(index, _)| *index)
        };
        let ends = states.iter().enumerate().rev();
        let ends: Vec<(State, Option<usize>)> = ends
            .filter_map(|(taken, state)| state.map(|state| (state, misses(taken, state.now))))
            .collect();
        let (state, missed) = ends
            .iter()
            .min_by_key(|(state, missed)| (missed.is_some(), state.now, state.lateness))
            .expect("some way is never given up");
        let latest = i64::from(self.vehicle.latest_end);
        if state.now > latest {
            late.push(Late { task: Task::End, start: state.now, latest });
        }
        Timetable { end: state.now, lateness: state.lateness, late, missed: *missed }
    }
}

/// How long service takes this vehicle.
fn service(problem: &Problem, vehicle: &Vehicle, id: u32) -> i32 {
    for special in &problem.services {
        if special.client == id && special.kind == vehicle.kind {
            return special.seconds;
        }
    }
    problem.clients[id as usize].service
}
