//! What is needed to undo: the old content of every stop and trip that was written.

use crate::solver::tours::Cargo;
use crate::solver::tours::Stop;
use crate::solver::tours::Tours;

/// Old contents, each logged once per round.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    round: u32,
    stop_rounds: Vec<u32>,
    trip_rounds: Vec<u32>,
    stops: Vec<(u32, Stop)>,
    trips: Vec<(u32, Cargo)>,
    /// Old extras of vehicles, newest last.
    extras: Vec<(u32, i64)>,
    absent: Vec<u32>,
    cost: i64,
    trips_used: u32,
    trips_end: u32,
}

impl Log {
    pub(crate) fn new(stops: usize, trips: usize) -> Self {
        Self {
            round: 1,
            stop_rounds: vec![0; stops],
            trip_rounds: vec![0; trips],
            stops: Vec::with_capacity(stops),
            trips: Vec::with_capacity(trips),
            extras: Vec::new(),
            absent: Vec::new(),
            cost: 0,
            trips_used: 0,
            trips_end: 0,
        }
    }
}

impl Tours {
    /// A stop to be written.
    #[inline]
    pub(crate) fn stop_mut(&mut self, id: u32) -> &mut Stop {
        let index = id as usize;
        if self.log.stop_rounds[index] != self.log.round {
            self.log.stop_rounds[index] = self.log.round;
            self.log.stops.push((id, self.stops[index]));
        }
        &mut self.stops[index]
    }

    /// A trip to be written.
    #[inline]
    pub(crate) fn trip_mut(&mut self, id: u32) -> &mut Cargo {
        let index = id as usize;
        if self.log.trip_rounds[index] != self.log.round {
            self.log.trip_rounds[index] = self.log.round;
            self.log.trips.push((id, self.trips[index]));
        }
        &mut self.trips[index]
    }

    /// Notes the extras of a vehicle, which are about to change.
    pub(crate) fn log_extra(&mut self, vehicle: u32) {
        self.log.extras.push((vehicle, self.extras[vehicle as usize]));
    }

    /// Keeps everything as it is: undoing leads here from now on.
    pub(crate) fn commit(&mut self) {
        self.log.round = self.log.round.wrapping_add(1);
        if self.log.round == 0 {
            self.log.round = 1;
            self.log.stop_rounds.fill(0);
            self.log.trip_rounds.fill(0);
        }
        self.suspects.clear();
        self.broken.clear();
        self.log.extras.clear();
        self.log.stops.clear();
        self.log.trips.clear();
        self.log.absent.clear();
        self.log.absent.extend_from_slice(&self.absent);
        self.log.cost = self.cost;
        self.log.trips_used = self.trips_used;
        self.log.trips_end = self.trips_end;
    }

    /// Takes back everything since the last commit.
    pub(crate) fn undo(&mut self) {
        for i in 0..self.log.stops.len() {
            let (id, stop) = self.log.stops[i];
            self.stops[id as usize] = stop;
        }
        for i in 0..self.log.trips.len() {
            let (id, old) = self.log.trips[i];
            let new = self.trips[id as usize];
            if new.clients > 0 {
                self.trip_counts[new.vehicle as usize] -= 1;
            }
            self.trips[id as usize] = old;
        }
        for i in 0..self.log.trips.len() {
            let old = self.log.trips[i].1;
            if old.clients > 0 {
                self.trip_counts[old.vehicle as usize] += 1;
            }
        }
        for i in (0..self.log.extras.len()).rev() {
            let (vehicle, old) = self.log.extras[i];
            self.extras[vehicle as usize] = old;
        }
        self.absent.clear();
        self.absent.extend_from_slice(&self.log.absent);
        self.cost = self.log.cost;
        self.trips_used = self.log.trips_used;
        self.trips_end = self.log.trips_end;
        self.group_hints.fill(0);
        self.commit();
    }

    /// Becomes the same solution as `other`, which is of the same instance.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.stops.copy_from_slice(&other.stops);
        self.trips.copy_from_slice(&other.trips);
        self.trip_counts.copy_from_slice(&other.trip_counts);
        self.group_hints.copy_from_slice(&other.group_hints);
        self.extras.copy_from_slice(&other.extras);
        self.absent.clear();
        self.absent.extend_from_slice(&other.absent);
        self.cost = other.cost;
        self.trips_used = other.trips_used;
        self.trips_end = other.trips_end;
        self.commit();
    }
}
