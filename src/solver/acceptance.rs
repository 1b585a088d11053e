//! Which changed solutions the search goes on with.

use rand::Rng;
use rand_pcg::Pcg64Mcg;

use crate::solver::instance::Instance;
use crate::solver::tours::Tours;

/// Simulated annealing whose temperature falls exponentially within a part of the budget.
///
/// # Source
/// Kirkpatrick, Gelatt, Vecchi (1983), Optimization by simulated annealing,
/// doi:10.1126/science.220.4598.671; the criterion is that of Christiaens and Vanden Berghe (2020),
/// algorithm 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Annealing {
    first: f64,
    last: f64,
    now: f64,
    /// From and until which part of the budget it falls.
    span: (f64, f64),
}

impl Annealing {
    /// Temperatures from `first` to `last`, in units of scaled cost.
    pub(crate) fn new(first: f64, last: f64) -> Self {
        Self { first, last, now: first, span: (0.0, 1.0) }
    }

    /// The same fall from one part of the budget until another.
    pub(crate) fn within(self, from: f64, until: f64) -> Self {
        Self { now: self.first, span: (from, until), ..self }
    }

    /// Sets the temperature for a part (0 to 1) of the budget.
    pub(crate) fn cool(&mut self, fraction: f64) {
        let (from, until) = self.span;
        let fraction = (fraction - from) / (until - from);
        self.now = self.first * (self.last / self.first).powf(fraction.clamp(0.0, 1.0));
    }

    /// The present temperature.
    pub(crate) fn now(&self) -> f64 {
        self.now
    }

    /// Whether to go from a solution of cost `old` to one of cost `new`.
    pub(crate) fn accepts(&self, old: i64, new: i64, random: &mut Pcg64Mcg) -> bool {
        if new <= old {
            return true;
        }
        #[expect(clippy::cast_precision_loss, reason = "chance needs no exact difference")]
        let worse = (new - old) as f64;
        worse < -self.now * random.random::<f64>().ln()
    }
}

/// How often each client was left without a place, to prefer those for whom it is harder.
///
/// # Source
/// Christiaens, Vanden Berghe (2020), doi:10.1287/trsc.2019.0914, section 5 (fleet minimization).
#[derive(Debug, Clone)]
pub(crate) struct Absences {
    counts: Vec<u64>,
    /// Clients that may not be absent, because they had a place from the beginning.
    kept: Vec<bool>,
    old_sum: u64,
    old_len: usize,
    old_cost: i64,
}

impl Absences {
    /// Nobody was absent yet, and everybody present in `tours` must stay so if `is_warm`.
    pub(crate) fn new(instance: &Instance, tours: &Tours, is_warm: bool) -> Self {
        let clients = instance.clients();
        let kept = (0..clients).map(|id| is_warm && tours.is_served(instance, id)).collect();
        let counts = vec![1; clients as usize];
        let mut absences = Self { counts, kept, old_sum: 0, old_len: 0, old_cost: 0 };
        absences.take(tours);
        absences
    }

    /// Takes a solution as the one to compare with.
    pub(crate) fn take(&mut self, tours: &Tours) {
        self.old_sum = self.sum(tours);
        self.old_len = tours.absent.len();
        self.old_cost = tours.cost;
    }

    /// Forgets who was absent before.
    pub(crate) fn forget(&mut self) {
        self.counts.fill(1);
    }

    fn sum(&self, tours: &Tours) -> u64 {
        tours.absent.iter().map(|&client| self.counts[client as usize]).sum()
    }

    /// Whether to go on with `tours`. Fewer absent clients, or ones that are absent less often,
    /// are always better; costs decide only among equals.
    pub(crate) fn accepts(
        &mut self,
        tours: &Tours,
        annealing: &Annealing,
        random: &mut Pcg64Mcg,
    ) -> bool {
        let is_equal = self.old_len == 0 && tours.absent.is_empty();
        let is_accepted = if is_equal {
            annealing.accepts(self.old_cost, tours.cost, random)
        } else {
            self.accepts_absent(tours, annealing, random)
        };
        if is_accepted {
            self.take(tours);
        }
        is_accepted
    }

    fn accepts_absent(
        &mut self,
        tours: &Tours,
        annealing: &Annealing,
        random: &mut Pcg64Mcg,
    ) -> bool {
        if self.old_len == 0 || tours.absent.iter().any(|&client| self.kept[client as usize]) {
            return false;
        }
        let sum = self.sum(tours);
        for &client in &tours.absent {
            self.counts[client as usize] += 1;
        }
        tours.absent.len() < self.old_len
            || sum < self.old_sum
            || (sum == self.old_sum
                && tours.absent.len() == self.old_len
                && annealing.accepts(self.old_cost, tours.cost, random))
    }
}
