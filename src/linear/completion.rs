//! What it costs at least to begin a trip whose end is known.

use crate::linear::labels::PARTS;
use crate::linear::network::Arc;
use crate::linear::network::NO_BIT;
use crate::linear::network::Network;

/// Into how many steps a resource is divided at most.
const STEPS_MAX: i32 = 400;

/// More than any trip costs.
const NEVER_PAYS: i64 = i64::MAX / 4;

/// What is used up along a trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resource {
    Time,
    Load,
}

/// The cheapest beginning of a trip before a client, and the cheapest with another last client.
#[derive(Debug, Clone, Copy)]
struct Beginnings {
    first: i64,
    second: i64,
    /// The last client of the first.
    last: u32,
    /// Which bit stands for it in the memory of the client.
    bit: u8,
}

const NO_NODE: u32 = u32::MAX;

const NONE: Beginnings =
    Beginnings { first: NEVER_PAYS, second: NEVER_PAYS, last: NO_NODE, bit: NO_BIT };

impl Beginnings {
    fn add(&mut self, cost: i64, last: u32, bit: u8) {
        if last == self.last {
            self.first = self.first.min(cost);
        } else if cost < self.first {
            *self = Self { first: cost, second: self.first, last, bit };
        } else {
            self.second = self.second.min(cost);
        }
    }
}

/// Least costs of beginnings, by client and by how much of one resource they may use.
///
/// Other resources are ignored, and clients may be visited again, but not right after a neighbor of
/// theirs. So the costs are bounds from below.
///
/// # Source
/// Christofides, Mingozzi, Toth (1981), Exact algorithms for the vehicle routing problem, based on
/// spanning tree and shortest path relaxations, doi:10.1007/BF01589353 (q-paths).
#[derive(Debug)]
pub(crate) struct Completion {
    /// By client, then by step.
    beginnings: Vec<Beginnings>,
    steps: usize,
    /// Level of the first step, and how many levels make a step.
    origin: i32,
    width: i32,
}

impl Completion {
    /// Beginnings by the latest arrival at the client, where every arc takes time.
    pub(crate) fn of_time(network: &Network, worth: &[i64], trip_price: i64) -> Option<Self> {
        let least = network.arcs.iter().flatten().map(|arc| arc.seconds).min()?;
        let levels = network.nodes.iter().map(|node| (node.opens, node.closes));
        let (opens, closes) = levels.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Self::new(network, (worth, trip_price), Resource::Time, (least, opens, closes))
    }

    /// Beginnings by the load that is left, where everybody has a load.
    pub(crate) fn of_load(network: &Network, worth: &[i64], trip_price: i64) -> Option<Self> {
        let least = network.nodes.iter().map(|node| node.load[0]).min()?;
        let carried: i64 = network.nodes.iter().map(|node| i64::from(node.load[0])).sum();
        let room = i64::from(network.capacity[0]).min(carried);
        let room = i32::try_from(room).ok()?;
        Self::new(network, (worth, trip_price), Resource::Load, (least, 0, room))
    }

    fn new(
        network: &Network,
        (worth, trip_price): (&[i64], i64),
        resource: Resource,
        (least, lowest, highest): (i32, i32, i32),
    ) -> Option<Self> {
        let range = highest.checked_sub(lowest)?;
        let width = range / STEPS_MAX + 1;
        if range < 0 || least < width {
            return None;
        }
        let steps = usize::try_from(range / width).ok()? + 1;
        let mut this = Self {
            beginnings: vec![NONE; steps * network.nodes.len()],
            steps,
            origin: lowest,
            width,
        };
        for step in 0..steps {
            let level = i32::try_from(step).ok()? * width + (width - 1) + lowest;
            for head in 0..network.nodes.len() {
                let at = head * steps + step;
                let mut found = if step == 0 { NONE } else { this.beginnings[at - 1] };
                let node = &network.nodes[head];
                let arrives = network.loads_from.saturating_add(node.entry_seconds);
                if resource == Resource::Load || arrives <= level {
                    found.add(node.entry_cost * PARTS + trip_price, NO_NODE - 1, NO_BIT);
                }
                for arc in &network.arcs[head] {
                    if let Some(left) = left(network, arc, resource, level) {
                        let tail = &network.nodes[arc.from as usize];
                        let before = this.before(arc, head, left);
                        let cost = before + arc.cost * PARTS - worth[tail.row];
                        found.add(cost, arc.from, arc.bit);
                    }
                }
                this.beginnings[at] = found;
            }
        }
        Some(this)
    }

    /// The cheapest beginning before the tail of an arc to `head`.
    fn before(&self, arc: &Arc, head: usize, level: i32) -> i64 {
        let beginnings = self.beginnings[arc.from as usize * self.steps + self.step(level)];
        let is_circle = arc.own_bit != NO_BIT && beginnings.last as usize == head;
        if is_circle { beginnings.second } else { beginnings.first }
    }

    fn step(&self, level: i32) -> usize {
        let step = (level - self.origin) / self.width;
        usize::try_from(step).unwrap_or(0).min(self.steps - 1)
    }

    /// A trip costs at least this before `node`, if it may use the resource up to `level` and may
    /// not visit whom `memory` holds.
    pub(crate) fn least(&self, node: u32, level: i32, memory: u16) -> i64 {
        let beginnings = self.beginnings[node as usize * self.steps + self.step(level)];
        let is_circle = beginnings.bit != NO_BIT && memory >> beginnings.bit & 1 == 1;
        if is_circle { beginnings.second } else { beginnings.first }
    }
}

/// How much of the resource is left before the arc's tail, or nothing when it is too little.
fn left(network: &Network, arc: &Arc, resource: Resource, level: i32) -> Option<i32> {
    let tail = &network.nodes[arc.from as usize];
    match resource {
        Resource::Time => {
            let left = arc.closes.min(level - arc.seconds);
            (tail.opens <= left).then_some(left)
        }
        Resource::Load => {
            let left = level - tail.load[0];
            (0 <= left).then_some(left)
        }
    }
}
