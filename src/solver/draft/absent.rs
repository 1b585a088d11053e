//! Who has no place, and what that costs.

use crate::solver::draft::NONE;
use crate::solver::instance::Instance;

/// What it costs when somebody who must be visited is not: more than any solution does.
pub(crate) const ABSENCE: i64 = 1 << 42;

/// Clients without a place.
#[derive(Debug, Clone)]
pub(crate) struct Absent {
    list: Vec<u32>,
    /// Where in the list each client is, or none.
    positions: Vec<u32>,
    /// Scaled cost of leaving out each client, or everybody of its group.
    costs: Vec<i64>,
    is_required: Vec<bool>,
    /// The group of alternatives of each client, or none.
    group_of: Vec<u32>,
    /// How many of each group have a place.
    present: Vec<u32>,
    /// What leaving out any of each group costs.
    group_costs: Vec<i64>,
    cost: i64,
}

impl Absent {
    pub(crate) fn new(instance: &Instance) -> Self {
        let clients = &instance.problem.clients;
        let groups = &instance.problem.groups;
        let cost = |prize: Option<i64>| prize.map_or(ABSENCE, |cost| cost >> instance.tables.shift);
        let mut costs: Vec<i64> = clients.iter().map(|client| cost(client.prize)).collect();
        let mut is_required: Vec<bool> =
            clients.iter().map(|client| client.prize.is_none()).collect();
        let mut group_of = vec![NONE; clients.len()];
        for (group, id) in groups.iter().zip(0_u32..) {
            for &client in group {
                costs[client as usize] = costs[group[0] as usize];
                is_required[client as usize] = is_required[group[0] as usize];
                group_of[client as usize] = id;
            }
        }
        Self {
            list: Vec::with_capacity(clients.len()),
            positions: vec![NONE; clients.len()],
            group_costs: groups.iter().map(|group| costs[group[0] as usize]).collect(),
            present: vec![0; groups.len()],
            costs,
            is_required,
            group_of,
            cost: 0,
        }
    }

    /// Starts anew with those of whom `is_absent` is true.
    pub(crate) fn reset(&mut self, is_absent: impl Fn(u32) -> bool) {
        self.list.clear();
        self.positions.fill(NONE);
        self.present.fill(0);
        self.cost = self.group_costs.iter().sum();
        for (client, &group) in (0_u32..).zip(&self.group_of) {
            if is_absent(client) {
                self.positions[client as usize] =
                    u32::try_from(self.list.len()).expect("fewer than 4 billion clients");
                self.list.push(client);
                if group == NONE {
                    self.cost += self.costs[client as usize];
                }
            } else if group != NONE {
                self.present[group as usize] += 1;
                if self.present[group as usize] == 1 {
                    self.cost -= self.group_costs[group as usize];
                }
            }
        }
    }

    /// Who has no place, in no order.
    pub(crate) fn list(&self) -> &[u32] {
        &self.list
    }

    /// Scaled cost of all absences.
    pub(crate) fn cost(&self) -> i64 {
        self.cost
    }

    /// Scaled cost of leaving out this client while no alternative to it has a place.
    #[inline]
    pub(crate) fn cost_of(&self, client: u32) -> i64 {
        self.costs[client as usize]
    }

    /// Whether a client may be left out at a price.
    #[inline]
    pub(crate) fn is_optional(&self, client: u32) -> bool {
        !self.is_required[client as usize]
    }

    /// Whether an absent client may be given a place: no alternative to it has one.
    #[inline]
    pub(crate) fn may_join(&self, client: u32) -> bool {
        let group = self.group_of[client as usize];
        group == NONE || self.present[group as usize] == 0
    }

    /// Whether an absent client may take the place of another.
    #[inline]
    pub(crate) fn may_replace(&self, client: u32, other: u32) -> bool {
        let group = self.group_of[client as usize];
        let is_alternative = group != NONE && group == self.group_of[other as usize];
        is_alternative || (self.is_optional(other) && self.may_join(client))
    }

    pub(crate) fn leave(&mut self, client: u32) {
        self.positions[client as usize] =
            u32::try_from(self.list.len()).expect("fewer than 4 billion clients");
        self.list.push(client);
        let group = self.group_of[client as usize];
        if group != NONE {
            self.present[group as usize] -= 1;
        }
        self.cost += self.costs[client as usize];
    }

    pub(crate) fn join(&mut self, client: u32) {
        let position = self.positions[client as usize];
        self.list.swap_remove(position as usize);
        if let Some(&moved) = self.list.get(position as usize) {
            self.positions[moved as usize] = position;
        }
        self.positions[client as usize] = NONE;
        let group = self.group_of[client as usize];
        if group != NONE {
            self.present[group as usize] += 1;
        }
        self.cost -= self.costs[client as usize];
    }
}
