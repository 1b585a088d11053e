//! The shop whose checkout is measured.

use punctual::model::region::Region;
use punctual::model::units::Seconds;

use crate::day::region;

/// One day with 16 windows, or so many with 12 each, and promises kept nineteen times out of twenty.
pub(crate) fn shop(couriers: u16, days: u8) -> Region {
    let mut region = region(couriers);
    region.policy.on_time_floor = 0.95;
    region.policy.scheduled_days = days;
    if days == 1 {
        region.policy.window = Seconds::minutes(40);
    }
    for store in &mut region.stores {
        store.pickers[0].count = couriers / 10 + 1;
    }
    region
}
