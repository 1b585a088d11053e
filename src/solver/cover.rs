//! Asks somebody else which of many routes go together best.
//!
//! The search throws most routes away with the solutions that had them. Choosing anew among all of
//! them is a linear problem with whole numbers; the search does not solve those itself.

/// A route that was seen, as a whole: all trips of one vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it costs, the use of the vehicle included.
    pub cost: i64,
    /// Which vehicles can drive it: an index to [`Choice::vehicles`].
    pub group: u32,
    /// Whom it visits: rows, each once, in any order.
    pub clients: Vec<u32>,
}

/// Which routes together are cheapest?
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// What leaving out each row costs, or `None` where it must be covered.
    pub prizes: &'a [Option<i64>],
    /// How many interchangeable vehicles each group has.
    pub vehicles: &'a [u32],
    /// The routes to choose from, those from the best solutions first: where time is short, the
    /// first are looked at first.
    pub columns: &'a [Column],
    /// Columns of a solution that is known; may be empty.
    pub incumbent: &'a [u32],
}

impl Choice<'_> {
    /// What choosing these columns costs, or `None` when a row that must be covered is not, or a
    /// group has too few vehicles.
    ///
    /// Rows may be covered more than once.
    ///
    /// # Panics
    /// When an index is out of range.
    pub fn cost(&self, chosen: &[u32]) -> Option<i64> {
        let mut is_covered = vec![false; self.prizes.len()];
        let mut used = vec![0; self.vehicles.len()];
        let mut cost = 0;
        for &index in chosen {
            let column = &self.columns[index as usize];
            cost += column.cost;
            used[column.group as usize] += 1;
            for &client in &column.clients {
                is_covered[client as usize] = true;
            }
        }
        for (prize, _) in self.prizes.iter().zip(is_covered).filter(|(_, is_covered)| !is_covered) {
            cost += (*prize)?;
        }
        used.iter().zip(self.vehicles).all(|(used, vehicles)| used <= vehicles).then_some(cost)
    }
}

/// Chooses among routes.
pub trait Cover: Sync {
    /// Columns that together cost less than the incumbent, or `None` when none were found.
    ///
    /// Rows may be covered more than once: the caller takes the extra visits out. `seconds_left`
    /// tells how much time there still is. Without it the answer depends on nothing but `choice`,
    /// and only moderate work is done.
    fn choose(
        &self,
        choice: &Choice<'_>,
        seconds_left: Option<&(dyn Fn() -> f64 + Sync)>,
    ) -> Option<Vec<u32>>;
}

#[cfg(test)]
mod tests {
    use crate::solver::cover::Choice;
    use crate::solver::cover::Column;

    fn column(cost: i64, group: u32, clients: &[u32]) -> Column {
        Column { cost, group, clients: clients.to_vec() }
    }

    fn cost(chosen: &[u32]) -> Option<i64> {
        let columns = [column(5, 0, &[0, 1]), column(7, 0, &[1, 2]), column(2, 1, &[2])];
        let prizes = [None, None, Some(10)];
        Choice { prizes: &prizes, vehicles: &[1, 1], columns: &columns, incumbent: &[] }
            .cost(chosen)
    }

    #[test]
    fn a_choice_costs_its_columns_and_the_prizes_it_leaves() {
        assert_eq!(cost(&[0]), Some(15));
        assert_eq!(cost(&[0, 2]), Some(7));
    }

    #[test]
    fn a_choice_is_nothing_without_a_required_row_or_a_vehicle() {
        assert_eq!(cost(&[1]), None);
        assert_eq!(cost(&[0, 1]), None);
    }
}
