//! Who is near whom.

use crate::solver::problem::Client;
use crate::solver::table::Hop;
use crate::solver::table::Table;

/// How many clients the ruin may look at around its seed. Measured: fewer than 60 costs quality.
const NEAR_MAX: usize = 120;

/// How many clients before and after a place are considered for an insertion. Measured.
const BESIDE_MAX: usize = 32;

/// What a second of waiting that cannot be avoided weighs against a second of driving, after
/// Vidal et al. (2013), section 4.5.
const WAIT_WEIGHT_PERCENT: i64 = 20;

/// For each client, others by proximity.
#[derive(Debug, Default, Clone)]
pub(crate) struct Neighbors {
    /// By cost of the legs there and back, nearest first, starting with itself.
    pub(crate) near: Lists,
    /// Good predecessors, best first.
    pub(crate) before: Lists,
    /// Good successors, best first.
    pub(crate) after: Lists,
}

/// One list per client, in one piece of memory.
#[derive(Debug, Default, Clone)]
pub(crate) struct Lists {
    ends: Vec<u32>,
    flat: Vec<u32>,
}

impl Lists {
    /// The list of a client.
    #[inline]
    pub(crate) fn of(&self, client: u32) -> &[u32] {
        let client = client as usize;
        let start = if client == 0 { 0 } else { self.ends[client - 1] as usize };
        &self.flat[start..self.ends[client] as usize]
    }

    fn push(&mut self, list: &mut Vec<(i64, u32)>, length_max: usize) {
        if list.len() > length_max {
            list.select_nth_unstable(length_max);
            list.truncate(length_max);
        }
        list.sort_unstable();
        self.flat.extend(list.iter().map(|&(_, client)| client));
        self.ends.push(u32::try_from(self.flat.len()).expect("short lists of clients"));
    }

    /// The lists of some clients, restricted to those and renumbered: `new_ids` has the new
    /// number of each client, or `u32::MAX`.
    fn restrict(&self, clients: &[u32], new_ids: &[u32]) -> Self {
        let mut lists = Self::default();
        for &client in clients {
            let list = self.of(client).iter().map(|&other| new_ids[other as usize]);
            lists.flat.extend(list.filter(|&id| id != u32::MAX));
            lists.ends.push(u32::try_from(lists.flat.len()).expect("not longer than before"));
        }
        lists
    }
}

impl Neighbors {
    /// Lists for all clients, from the legs of one class of vehicles.
    pub(crate) fn new(clients: &[Client], table: &Table) -> Self {
        let mut neighbors = Self::default();
        let (mut near, mut before, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for client in clients {
            let (there, back) = (table.from(client.location), table.to(client.location));
            for (other, id) in clients.iter().zip(0_u32..) {
                let (onward, inward) =
                    (there[other.location as usize], back[other.location as usize]);
                let is_same = std::ptr::eq(client, other);
                let distance = i64::from(onward.cost) + i64::from(inward.cost);
                near.push((if is_same { -1 } else { distance }, id));
                if !is_same {
                    after.extend(proximity(client, other, onward).map(|key| (key, id)));
                    before.extend(proximity(other, client, inward).map(|key| (key, id)));
                }
            }
            neighbors.near.push(&mut near, NEAR_MAX);
            neighbors.before.push(&mut before, BESIDE_MAX);
            neighbors.after.push(&mut after, BESIDE_MAX);
            near.clear();
            before.clear();
            after.clear();
        }
        neighbors
    }

    /// The lists of some clients, restricted to those and renumbered in their order.
    pub(crate) fn restrict(&self, clients: &[u32]) -> Self {
        let mut new_ids = vec![u32::MAX; self.near.ends.len()];
        for (id, &client) in (0_u32..).zip(clients) {
            new_ids[client as usize] = id;
        }
        Self {
            near: self.near.restrict(clients, &new_ids),
            before: self.before.restrict(clients, &new_ids),
            after: self.after.restrict(clients, &new_ids),
        }
    }
}

/// How bad it is to go from one client directly to another, or `None` when it is impossible.
///
/// Waiting is turned into cost at the rate of this leg's driving.
fn proximity(from: &Client, to: &Client, hop: Hop) -> Option<i64> {
    let earliest = i64::from(from.opens) + i64::from(from.service) + i64::from(hop.drive);
    if earliest > i64::from(to.closes) {
        return None;
    }
    let latest = i64::from(from.closes) + i64::from(from.service) + i64::from(hop.drive);
    let wait = (i64::from(to.opens) - latest).max(0);
    let cost = i64::from(hop.cost);
    let wait_cost = match hop.drive {
        0 => wait,
        drive => wait.saturating_mul(cost) / i64::from(drive),
    };
    Some(cost + wait_cost * WAIT_WEIGHT_PERCENT / 100)
}
