//! What breaking a promise costs while the search is still allowed to.

use crate::solver::instance::Instance;

/// What is exceeded, in units of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Excess {
    /// Load above capacity, over trips and dimensions.
    pub(crate) load: i64,
    /// Seconds of time warp.
    pub(crate) warp: i64,
    /// Seconds above the longest duration.
    pub(crate) duration: i64,
}

impl Excess {
    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            load: self.load + other.load,
            warp: self.warp + other.warp,
            duration: self.duration + other.duration,
        }
    }
}

/// Scaled cost of a unit of each excess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Penalties {
    pub(crate) load: i64,
    pub(crate) warp: i64,
    pub(crate) duration: i64,
}

impl Penalties {
    /// What an excess costs.
    #[inline]
    pub(crate) fn of(&self, excess: Excess) -> i64 {
        excess.load * self.load + excess.warp * self.warp + excess.duration * self.duration
    }
}

/// After how many results penalties are adapted.
const ADAPT_EVERY: u32 = 50;

/// Which part of the results should exceed nothing. Vidal et al. (2013) take 0.4 to 0.5.
const FEASIBLE_MIN: f64 = 0.4;
const FEASIBLE_MAX: f64 = 0.5;

/// By what a penalty grows when too few results are feasible, and shrinks when too many are.
const GROWTH: f64 = 1.25;
const DECAY: f64 = 0.87;

/// How far penalties may move from where they started.
const RANGE: f64 = 1000.0;

/// Penalties that adapt so that about half of the results exceed nothing.
///
/// # Source
/// Vidal, Crainic, Gendreau, Prins (2013), doi:10.1016/j.cor.2012.07.018, section 4.2.
#[derive(Debug, Clone)]
pub(crate) struct Controller {
    penalties: [f64; 3],
    firsts: [f64; 3],
    feasible: [u32; 3],
    seen: u32,
}

impl Controller {
    /// Starts with penalties that weigh a client's load like some legs, and a second like some
    /// seconds on the road.
    pub(crate) fn new(instance: &Instance) -> Self {
        let (cost, drive) = mean_leg(instance);
        let clients = instance.problem.clients.iter();
        let loads: f64 =
            clients.map(|client| f64::from(client.load[0]) + f64::from(client.load[1])).sum();
        let mean_load = loads / f64::from(instance.clients().max(1));
        let per_second = (cost / drive.max(1.0)).max(1.0);
        let firsts = [(cost / mean_load.max(1.0)).max(1.0), per_second, per_second];
        Self { penalties: firsts, firsts, feasible: [0; 3], seen: 0 }
    }

    /// Penalties to search with now.
    pub(crate) fn penalties(&self) -> Penalties {
        #[expect(clippy::cast_possible_truncation, reason = "bounded by the range")]
        let rounded = |penalty: f64| (penalty.ceil() as i64).clamp(1, 1 << 30);
        let [load, warp, duration] = self.penalties.map(rounded);
        Penalties { load, warp, duration }
    }

    /// Learns what a local optimum exceeds.
    pub(crate) fn learn(&mut self, excess: Excess) {
        let values = [excess.load, excess.warp, excess.duration];
        for (feasible, value) in self.feasible.iter_mut().zip(values) {
            *feasible += u32::from(value == 0);
        }
        self.seen += 1;
        if self.seen < ADAPT_EVERY {
            return;
        }
        for i in 0..3 {
            let share = f64::from(self.feasible[i]) / f64::from(self.seen);
            if share < FEASIBLE_MIN {
                self.penalties[i] *= GROWTH;
            } else if share > FEASIBLE_MAX {
                self.penalties[i] *= DECAY;
            }
            let first = self.firsts[i];
            self.penalties[i] = self.penalties[i].clamp((first / RANGE).max(0.5), first * RANGE);
        }
        self.feasible = [0; 3];
        self.seen = 0;
    }
}

/// Mean cost and seconds of legs between near clients.
fn mean_leg(instance: &Instance) -> (f64, f64) {
    let Some(table) = instance.tables.classes.first() else { return (1.0, 1.0) };
    let (mut cost, mut drive, mut legs) = (0.0, 0.0, 0.0);
    for client in 0..instance.clients() {
        for &next in instance.neighbors.after.of(client) {
            let hop = table.hop(instance.client(client).location, instance.client(next).location);
            cost += f64::from(hop.cost);
            drive += f64::from(hop.drive);
            legs += 1.0;
        }
    }
    (cost / f64::max(legs, 1.0), drive / f64::max(legs, 1.0))
}
