use proptest::prelude::*;

use crate::linear::cover::SetCover;
use crate::solver::cover::Choice;
use crate::solver::cover::Column;
use crate::solver::cover::Cover;

/// What the best of all choices costs, by trying them all.
fn optimum(choice: &Choice<'_>) -> Option<i64> {
    let chosen =
        |bits: u32| -> Vec<u32> { (0..32).filter(|&index| bits >> index & 1 == 1).collect() };
    (0..1 << choice.columns.len()).filter_map(|bits| choice.cost(&chosen(bits))).min()
}

fn columns() -> impl Strategy<Value = Vec<Column>> {
    let clients = prop::collection::btree_set(0..6_u32, 1..4);
    let column = (1..100_i64, 0..2_u32, clients).prop_map(|(cost, group, clients)| Column {
        cost,
        group,
        clients: clients.into_iter().collect(),
    });
    prop::collection::vec(column, 1..10)
}

proptest! {
    #[test]
    fn of_few_columns_the_best_are_chosen(
        columns in columns(),
        prizes in prop::collection::vec(prop::option::of(0..80_i64), 6),
        vehicles in prop::collection::vec(0..4_u32, 2),
        known in prop::collection::vec(any::<bool>(), 10),
        has_time in any::<bool>(),
    ) {
        let known: Vec<u32> =
            (0_u32..).zip(&columns).map(|(index, _)| index).filter(|&i| known[i as usize]).collect();
        let choice = Choice {
            prizes: &prizes,
            vehicles: &vehicles,
            columns: &columns,
            incumbent: &known,
        };
        let minute = || 60.0;
        let chosen = SetCover.choose(&choice, has_time.then_some(&minute));
        let best = optimum(&choice);
        match chosen {
            None => prop_assert_eq!(choice.cost(&known), best),
            Some(chosen) => {
                prop_assert_eq!(choice.cost(&chosen), best);
                prop_assert!(choice.cost(&known).is_none_or(|known| best < Some(known)));
            }
        }
    }
}

#[test]
fn without_time_nothing_is_chosen() {
    let columns = [Column { cost: 5, group: 0, clients: vec![0] }];
    let choice = Choice { prizes: &[None], vehicles: &[1], columns: &columns, incumbent: &[] };
    assert_eq!(SetCover.choose(&choice, Some(&|| 0.0)), None);
    assert_eq!(SetCover.choose(&choice, Some(&|| 1.0)), Some(vec![0]));
}
