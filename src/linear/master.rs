//! The linear relaxation of choosing among routes, with its prices.

use good_lp::DualValues;
use good_lp::Expression;
use good_lp::ProblemVariables;
use good_lp::Solution;
use good_lp::SolutionWithDual;
use good_lp::SolverModel;
use good_lp::Variable;
use good_lp::constraint::ConstraintReference;
use good_lp::variable;

use crate::solver::cover::Column;

/// Which columns a choice takes that may take them in part, and its prices.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Relaxed {
    /// How much of each column is taken.
    pub(crate) values: Vec<f64>,
    /// What covering each row is worth: at least nothing, at most what leaving it out costs.
    pub(crate) rows: Vec<f64>,
    /// What one more vehicle of each group would save, at least nothing.
    pub(crate) groups: Vec<f64>,
}

impl Relaxed {
    /// What a column costs more than it is worth.
    pub(crate) fn reduced_cost(&self, column: &Column) -> f64 {
        let worth: f64 = column.clients.iter().map(|&client| self.rows[client as usize]).sum();
        column.cost as f64 + self.groups[column.group as usize] - worth
    }
}

/// What a choice is about, apart from the columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// What leaving each row out costs, or `None` where it must be covered.
    pub(crate) prizes: &'a [Option<i64>],
    /// What the relaxation pays instead for a row that must be covered and is not.
    pub(crate) missing: i64,
    /// How many vehicles each group has.
    pub(crate) vehicles: &'a [u32],
    /// By what costs are divided: solvers like numbers near one.
    pub(crate) scale: f64,
}

/// A choice as it is written down, before anybody solves it.
///
/// ```text
/// minimize  Σ cost(c) take(c) + Σ prize(r) leave(r)
/// where     Σ take(c) over columns c with r + leave(r) ≥ 1     for every row r
///           Σ take(c) over columns c of g ≤ vehicles(g)        for every group g
/// ```
pub(crate) struct Terms {
    /// Columns that are taken.
    pub(crate) take: Vec<Variable>,
    /// Rows that are left out.
    pub(crate) leave: Vec<Variable>,
    variables: ProblemVariables,
    objective: Expression,
    covered: Vec<Expression>,
    used: Vec<Expression>,
    vehicles: Vec<u32>,
}

impl Terms {
    /// Columns may be taken in part, and missing rows paid for.
    fn relaxed(rows: Rows<'_>, columns: &[&Column]) -> Self {
        let mut variables = ProblemVariables::new();
        let take = variables.add_vector(variable().min(0), columns.len());
        let leave = variables.add_vector(variable().min(0), rows.prizes.len());
        Self::new(rows, columns, variables, take, leave)
    }

    /// Columns are taken in whole or not at all.
    pub(crate) fn whole(rows: Rows<'_>, columns: &[&Column]) -> Self {
        let mut variables = ProblemVariables::new();
        let take = variables.add_vector(variable().binary(), columns.len());
        let most = |prize: &Option<i64>| u8::from(prize.is_some());
        let leave = rows.prizes.iter().map(|prize| variable().clamp(0, most(prize)));
        let leave = variables.add_all(leave);
        Self::new(rows, columns, variables, take, leave)
    }

    fn new(
        rows: Rows<'_>,
        columns: &[&Column],
        variables: ProblemVariables,
        take: Vec<Variable>,
        leave: Vec<Variable>,
    ) -> Self {
        let mut objective = Expression::with_capacity(take.len() + leave.len());
        let mut covered: Vec<Expression> = leave.iter().map(|&leave| leave.into()).collect();
        let mut used = vec![Expression::default(); rows.vehicles.len()];
        for (column, &take) in columns.iter().zip(&take) {
            objective.add_mul(column.cost as f64 / rows.scale, take);
            used[column.group as usize] += take;
            for &client in &column.clients {
                covered[client as usize] += take;
            }
        }
        for (prize, &leave) in rows.prizes.iter().zip(&leave) {
            objective.add_mul(prize.unwrap_or(rows.missing) as f64 / rows.scale, leave);
        }
        Self { take, leave, variables, objective, covered, used, vehicles: rows.vehicles.to_vec() }
    }

    /// Gives the model to a solver; returns it with its rows and groups.
    pub(crate) fn using<S: good_lp::Solver>(
        self,
        solver: S,
    ) -> (S::Model, Vec<ConstraintReference>, Vec<ConstraintReference>) {
        let mut model = self.variables.minimise(self.objective).using(solver);
        let covered =
            self.covered.into_iter().map(|row| model.add_constraint(row.geq(1.0))).collect();
        let used = self.used.into_iter().zip(self.vehicles);
        let used = used
            .map(|(used, vehicles)| model.add_constraint(used.leq(f64::from(vehicles))))
            .collect();
        (model, covered, used)
    }
}

/// Solves the relaxation, or gives nothing when `seconds` are too few.
pub(crate) fn relax(rows: Rows<'_>, columns: &[&Column], seconds: Option<f64>) -> Option<Relaxed> {
    let terms = Terms::relaxed(rows, columns);
    let take = terms.take.clone();
    let (mut model, covered, used) = terms.using(good_lp::clarabel);
    if let Some(seconds) = seconds {
        model.settings().time_limit(seconds.max(0.0));
    }
    let mut solution = model.solve().ok()?;
    let values = take.iter().map(|&take| solution.value(take)).collect();
    let duals = solution.compute_dual();
    let price = |row: &ConstraintReference| duals.dual(row.clone()) * rows.scale;
    let most = rows.prizes.iter().map(|prize| prize.unwrap_or(rows.missing) as f64);
    Some(Relaxed {
        values,
        rows: covered.iter().zip(most).map(|(row, most)| price(row).clamp(0.0, most)).collect(),
        groups: used.iter().map(|group| (-price(group)).max(0.0)).collect(),
    })
}
