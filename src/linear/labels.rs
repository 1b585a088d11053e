//! The trips of a network with the least reduced cost.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::linear::completion::Completion;
use crate::linear::network::Arc;
use crate::linear::network::NO_BIT;
use crate::linear::network::Network;
use crate::solver::problem::LOADS;
use crate::solver::segment::NEVER;

/// How many neighbors a client remembers. With more, bounds hardly rise and pricing gets slow.
pub(crate) const NEIGHBORS_MAX: usize = 10;

/// Into how many parts a unit of cost is divided: prices are rounded to these, so that all sums are
/// exact.
pub(crate) const PARTS: i64 = 1024;

/// Exact pricing gives up with more labels than this, of 48 bytes each.
const LABELS_MAX: usize = 3_000_000;

/// Pricing that is not exact is content with what this many labels give.
const LABELS_ROUGH: usize = 200_000;

/// Into how many steps rough pricing divides time. Measured.
const STEPS: usize = 64;
const STEPS_I32: i32 = 64;

/// A trip is given if some client of it is in fewer better ones.
const TRIPS_PER_CLIENT: u32 = 3;

/// How many labels pass between two questions whether time is over.
const POLL_EVERY: usize = 4096;

/// Which of two ways to go on from a client is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dominance {
    /// One that must start in the same step of time or earlier and costs more, whatever else it is.
    Rough,
    /// As rough, but loads and releases count too.
    Resources,
    /// One that is no better in anything. The only way to be sure of the least cost.
    Exact,
}

/// A trip that is worth more than it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bargain {
    /// Its reduced cost, in parts.
    pub(crate) reduced_cost: i64,
    /// Its clients, in order; some may be visited more than once.
    pub(crate) clients: Vec<u32>,
}

/// What is done from a client on, seen from that client: trips grow backward.
#[derive(Debug, Clone, Copy)]
struct Label {
    /// Reduced cost of what follows, this client's worth included.
    cost: i64,
    /// Service must start by then for what follows to be in time.
    latest: i32,
    /// The trip may not load before.
    release: i32,
    load: [i32; LOADS],
    node: u32,
    /// The label of the next client.
    next: u32,
    /// Which neighbors are visited from here on and still remembered.
    memory: u16,
}

const NO_LABEL: u32 = u32::MAX;

impl Label {
    /// Whether this, which has no earlier `latest` and costs no more, also uses no more.
    fn has_less(&self, other: &Self, dominance: Dominance) -> bool {
        let has_no_more = (0..LOADS).all(|i| self.load[i] <= other.load[i]);
        match dominance {
            Dominance::Rough => true,
            Dominance::Resources => has_no_more && self.release <= other.release,
            Dominance::Exact => {
                has_no_more && self.release <= other.release && self.memory & !other.memory == 0
            }
        }
    }
}

/// Time in steps.
struct Steps {
    origin: i32,
    width: i32,
}

impl Steps {
    fn new(network: &Network) -> Self {
        let origin = network.nodes.iter().map(|node| node.opens).min().unwrap_or(0);
        let end = network.nodes.iter().map(|node| node.closes).max().unwrap_or(0);
        Self { origin, width: (end.saturating_sub(origin)).max(0) / STEPS_I32 + 1 }
    }

    fn step(&self, moment: i32) -> usize {
        let step = (moment.saturating_sub(self.origin)) / self.width;
        usize::try_from(step).unwrap_or(0).min(STEPS - 1)
    }
}

/// A search for trips in one network.
struct Search<'a> {
    network: &'a Network,
    /// What covering each row is worth, in parts.
    worth: &'a [i64],
    /// What a trip costs besides, in parts.
    trip_price: i64,
    dominance: Dominance,
    /// In rough pricing: per node and step of time, the least cost of a label of it or later.
    least: Vec<i64>,
    steps: Steps,
    by_time: Option<Completion>,
    by_load: Option<Completion>,
    labels: Vec<Label>,
    /// Labels to go on from, latest first, then cheapest.
    open: BinaryHeap<(i32, Reverse<i64>, u32)>,
    /// Per node, labels that were gone on from, by cost.
    settled: Vec<Vec<Label>>,
    /// Trips that cost less than nothing, by the label of their first client.
    complete: Vec<(i64, u32)>,
}

/// Trips that cost less than nothing, for every client some of the best; the best first.
///
/// Trips are feasible, but may visit a client again after visiting enough others that are not its
/// neighbors. With [`Dominance::Exact`] the first trip has the least reduced cost of all; otherwise
/// it is only a good one. Gives nothing when time is over, or after too many labels.
///
/// # Source
/// Baldacci, Mingozzi, Roberti (2011), New route relaxation and pricing strategies for the vehicle
/// routing problem, doi:10.1287/opre.1110.0975 (ng-routes); releases as one more resource.
pub(crate) fn cheapest(
    network: &Network,
    (worth, trip_price): (&[i64], i64),
    dominance: Dominance,
    is_over: &dyn Fn() -> bool,
) -> Option<Vec<Bargain>> {
    let nodes = network.nodes.len();
    let mut search = Search {
        network,
        worth,
        trip_price,
        dominance,
        least: vec![i64::MAX; if dominance == Dominance::Rough { nodes * STEPS } else { 0 }],
        steps: Steps::new(network),
        by_time: Completion::of_time(network, worth, trip_price),
        by_load: Completion::of_load(network, worth, trip_price),
        labels: Vec::new(),
        open: BinaryHeap::new(),
        settled: vec![Vec::new(); nodes],
        complete: Vec::new(),
    };
    search.begin();
    let mut popped = 0_usize;
    while let Some((_, _, label)) = search.open.pop() {
        popped += 1;
        if popped.is_multiple_of(POLL_EVERY) && is_over() {
            return None;
        }
        match dominance {
            Dominance::Exact if LABELS_MAX < search.labels.len() => return None,
            Dominance::Rough | Dominance::Resources if LABELS_ROUGH < search.labels.len() => break,
            _ => {}
        }
        search.settle(label);
    }
    Some(search.bargains())
}

impl Search<'_> {
    /// Trips end at any client.
    fn begin(&mut self) {
        for (node, id) in self.network.nodes.iter().zip(0_u32..) {
            for &(cost, latest) in &node.exits {
                self.push(Label {
                    cost: cost * PARTS - self.worth[node.row],
                    latest,
                    release: node.release,
                    load: node.load,
                    node: id,
                    next: NO_LABEL,
                    memory: 0,
                });
            }
        }
    }

    /// Keeps a label unless it leads to no trip that costs less than nothing, or one that is settled
    /// dominates it.
    fn push(&mut self, label: Label) {
        if self.pays(&label) && !self.is_dominated(&label) && self.is_cheapest(&label) {
            let id =
                u32::try_from(self.labels.len()).expect("there are at most some million labels");
            self.open.push((label.latest, Reverse(label.cost), id));
            self.labels.push(label);
        }
    }

    /// Whether a trip that ends like this may cost less than nothing.
    fn pays(&self, label: &Label) -> bool {
        let room = self.network.capacity[0] - label.load[0];
        let by_time =
            self.by_time.as_ref().map(|by| by.least(label.node, label.latest, label.memory));
        let by_load = self.by_load.as_ref().map(|by| by.least(label.node, room, label.memory));
        [by_time, by_load].iter().flatten().all(|least| label.cost + least < 0)
    }

    /// In rough pricing, whether no label of this step or later costs less; notes its cost.
    fn is_cheapest(&mut self, label: &Label) -> bool {
        if self.least.is_empty() {
            return true;
        }
        let first = label.node as usize * STEPS;
        let steps = &mut self.least[first..=first + self.steps.step(label.latest)];
        let is_cheapest = steps.last().is_some_and(|least| label.cost < *least);
        for least in steps.iter_mut().rev().take_while(|least| label.cost < **least) {
            *least = label.cost;
        }
        is_cheapest
    }

    /// Settled labels have no earlier `latest`, as the latest are settled first.
    fn is_dominated(&self, label: &Label) -> bool {
        let settled = self.settled[label.node as usize].iter();
        settled
            .take_while(|other| other.cost <= label.cost)
            .any(|other| other.has_less(label, self.dominance))
    }

    /// Ends the trip here, and goes on to all clients that can come before.
    fn settle(&mut self, id: u32) {
        let label = self.labels[id as usize];
        if self.is_dominated(&label) {
            return;
        }
        let settled = &mut self.settled[label.node as usize];
        let place = settled.partition_point(|other| other.cost <= label.cost);
        settled.insert(place, label);
        self.complete(label, id);
        let network = self.network;
        for arc in &network.arcs[label.node as usize] {
            if let Some(longer) = self.before(&label, id, arc) {
                self.push(longer);
            }
        }
    }

    /// Notes the trip that begins with the label's client.
    fn complete(&mut self, label: Label, id: u32) {
        let network = self.network;
        let node = &network.nodes[label.node as usize];
        let loads_from = network.loads_from.max(label.release);
        let loads_until = network.loads_until.min(label.latest.saturating_sub(node.entry_seconds));
        let cost = label.cost + node.entry_cost * PARTS + self.trip_price;
        if loads_from <= loads_until && cost < 0 {
            self.complete.push((cost, id));
        }
    }

    /// The label of the client that an arc comes from, before this one.
    fn before(&self, label: &Label, id: u32, arc: &Arc) -> Option<Label> {
        if arc.bit != NO_BIT && label.memory >> arc.bit & 1 == 1 {
            return None;
        }
        let node = &self.network.nodes[arc.from as usize];
        let latest = arc.closes.min(label.latest.saturating_sub(arc.seconds));
        let release = label.release.max(node.release);
        if latest < node.opens || latest < release.max(-NEVER).saturating_add(node.seconds_min) {
            return None;
        }
        let load = [label.load[0] + node.load[0], label.load[1] + node.load[1]];
        if (0..LOADS).any(|i| self.network.capacity[i] < load[i]) {
            return None;
        }
        let cost = label.cost + arc.cost * PARTS - self.worth[node.row];
        let memory = arc.remembered(label.memory);
        Some(Label { cost, latest, release, load, node: arc.from, next: id, memory })
    }

    /// The best trips for every client.
    fn bargains(mut self) -> Vec<Bargain> {
        self.complete.sort_unstable();
        let mut counts = vec![0; self.network.nodes.len()];
        let mut bargains = Vec::new();
        for &(reduced_cost, id) in &self.complete {
            let nodes = self.nodes(id);
            if nodes.iter().any(|&node| counts[node as usize] < TRIPS_PER_CLIENT) {
                for &node in &nodes {
                    counts[node as usize] += 1;
                }
                let client = |&node: &u32| self.network.nodes[node as usize].client;
                let clients = nodes.iter().map(client).collect();
                bargains.push(Bargain { reduced_cost, clients });
            }
        }
        bargains
    }

    fn nodes(&self, mut id: u32) -> Vec<u32> {
        let mut nodes = Vec::new();
        while id != NO_LABEL {
            let label = &self.labels[id as usize];
            nodes.push(label.node);
            id = label.next;
        }
        nodes
    }
}

impl Arc {
    /// The memory where the arc comes from, after that at its head.
    fn remembered(&self, memory: u16) -> u16 {
        let mut remembered = if self.own_bit == NO_BIT { 0 } else { 1 << self.own_bit };
        let mut rest = memory;
        while rest != 0 {
            let bit = self.bits[rest.trailing_zeros() as usize];
            if bit != NO_BIT {
                remembered |= 1 << bit;
            }
            rest &= rest - 1;
        }
        remembered
    }
}
