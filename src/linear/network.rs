//! The trips that one kind of vehicles can make from one depot.

use crate::linear::labels::NEIGHBORS_MAX;
use crate::solver::matrices::Matrices;
use crate::solver::problem::Client;
use crate::solver::problem::LOADS;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::segment::NEVER;

/// No bit of a memory.
pub(crate) const NO_BIT: u8 = u8::MAX;

/// A client as a place of trips.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The client.
    pub(crate) client: u32,
    /// The row that visiting it covers.
    pub(crate) row: usize,
    /// Service may not start before, and no trip gets here earlier.
    pub(crate) opens: i32,
    /// Service may not start after.
    pub(crate) closes: i32,
    /// The trip that carries it may not load before.
    pub(crate) release: i32,
    /// What it takes of the capacity.
    pub(crate) load: [i32; LOADS],
    /// Cost of the way from the depot, and of the trip as such.
    pub(crate) entry_cost: i64,
    /// From the start of loading to the arrival here, straight from the depot.
    pub(crate) entry_seconds: i32,
    /// From the start of loading to the arrival here, whatever is visited before, at least.
    pub(crate) seconds_min: i32,
    /// How a trip may end here: cost, and latest start of service.
    pub(crate) exits: Vec<(i64, i32)>,
}

/// The way from one client to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arc {
    /// Where it comes from: an index of nodes.
    pub(crate) from: u32,
    /// Service there and the drive.
    pub(crate) seconds: i32,
    /// Service there may not start after.
    pub(crate) closes: i32,
    /// Cost of the drive.
    pub(crate) cost: i64,
    /// Which bit of the memory at the arc's head stands for where it comes from.
    pub(crate) bit: u8,
    /// Which bit of the memory where it comes from stands for the arc's head.
    pub(crate) own_bit: u8,
    /// Which bit each bit at the head becomes.
    pub(crate) bits: [u8; NEIGHBORS_MAX],
}

/// All trips of a group of like vehicles from one depot, each on its own.
///
/// Left out are: that a vehicle makes one trip after the other and gets to its first depot, the
/// longest duration and distance, breaks, gaps in windows, and all costs but those of legs and,
/// spread over all trips it may make, of using a vehicle.
#[derive(Debug)]
pub(crate) struct Network {
    /// Which vehicles: an index to the groups of the relaxation.
    pub(crate) group: u32,
    /// Where trips begin.
    pub(crate) depot: u16,
    /// Loading may start from then on, releases aside.
    pub(crate) loads_from: i32,
    /// Loading may start until then.
    pub(crate) loads_until: i32,
    /// What fits into a trip.
    pub(crate) capacity: [i32; LOADS],
    /// Whom trips can visit.
    pub(crate) nodes: Vec<Node>,
    /// The ways to each node.
    pub(crate) arcs: Vec<Vec<Arc>>,
}

impl Network {
    /// The trips of vehicles like `leader` from `depot`, or nothing when there are none.
    pub(crate) fn new(
        problem: &Problem,
        matrices: &Matrices,
        (leader, group): (u32, u32),
        depot: u16,
        row_of: &[usize],
    ) -> Option<Self> {
        let fleet =
            Fleet { problem, matrices, leader, vehicle: &problem.vehicles[leader as usize] };
        let vehicle = fleet.vehicle;
        let is_allowed = match depot {
            0..64 => vehicle.depots >> depot & 1 == 1,
            _ => vehicle.depots == u64::MAX,
        };
        if !is_allowed || vehicle.trips_max == 0 {
            return None;
        }
        let base = problem.depots[usize::from(depot)];
        // A second trip may get to its depot sooner than straight from the start.
        let (approach, approach_cost) = match vehicle.trips_max {
            1 => fleet.leg(vehicle.start_location, base.location),
            _ => (0, 0),
        };
        let mut network = Self {
            group,
            depot,
            loads_from: base.opens.max(vehicle.available.saturating_add(approach)).max(-NEVER),
            loads_until: base.closes.min(vehicle.latest_loading).min(NEVER),
            capacity: vehicle.capacity,
            nodes: Vec::new(),
            arcs: Vec::new(),
        };
        let trip_cost = approach_cost + vehicle.cost_fixed / i64::from(vehicle.trips_max);
        for (id, client) in (0_u32..).zip(&problem.clients) {
            if fleet.can_visit(client, depot) {
                let (drive, cost) = fleet.leg(base.location, client.location);
                network.nodes.push(Node {
                    client: id,
                    row: row_of[id as usize],
                    opens: client.opens.max(-NEVER),
                    closes: client.closes.min(NEVER),
                    release: client.release.max(-NEVER),
                    load: client.load,
                    entry_cost: trip_cost + cost,
                    entry_seconds: base.loading.saturating_add(drive),
                    seconds_min: base.loading.saturating_add(drive),
                    exits: fleet.exits(id, client),
                });
            }
        }
        network.connect(&fleet);
        network.tighten();
        network.remember();
        (!network.nodes.is_empty()).then_some(network)
    }

    /// Adds all arcs that some trip can take.
    fn connect(&mut self, fleet: &Fleet<'_>) {
        let location = |node: &Node| fleet.problem.clients[node.client as usize].location;
        for head in &self.nodes {
            let mut arcs = Vec::new();
            for (from, tail) in (0_u32..).zip(&self.nodes) {
                let (drive, cost) = fleet.leg(location(tail), location(head));
                let seconds = fleet.service(tail.client).saturating_add(drive);
                let is_possible = (0..LOADS)
                    .all(|i| tail.load[i].saturating_add(head.load[i]) <= self.capacity[i])
                    && tail.opens.saturating_add(seconds) <= head.closes
                    && tail.row != head.row;
                if is_possible {
                    arcs.push(Arc {
                        from,
                        seconds,
                        closes: tail.closes,
                        cost,
                        bit: NO_BIT,
                        own_bit: NO_BIT,
                        bits: [NO_BIT; NEIGHBORS_MAX],
                    });
                }
            }
            self.arcs.push(arcs);
        }
    }

    /// Finds the earliest arrivals, and drops arcs and exits that come too late for them.
    fn tighten(&mut self) {
        let mut has_changed = true;
        while has_changed {
            has_changed = false;
            for to in 0..self.nodes.len() {
                let ways = self.arcs[to].iter();
                let ways = ways.map(|arc| {
                    self.nodes[arc.from as usize].seconds_min.saturating_add(arc.seconds)
                });
                let least = ways.min().unwrap_or(i32::MAX);
                has_changed |= least < self.nodes[to].seconds_min;
                self.nodes[to].seconds_min = self.nodes[to].seconds_min.min(least);
            }
        }
        // Whoever visits a client loads after its release.
        for node in &mut self.nodes {
            let loads_from = self.loads_from.max(node.release);
            node.opens = node.opens.max(loads_from.saturating_add(node.seconds_min));
            node.exits.retain(|&(_, latest)| node.opens <= latest);
        }
        let opens: Vec<(i32, i32)> =
            self.nodes.iter().map(|node| (node.opens, node.closes)).collect();
        for (arcs, (_, closes)) in self.arcs.iter_mut().zip(&opens) {
            arcs.retain(|arc| {
                let (opens, tail_closes) = opens[arc.from as usize];
                opens <= tail_closes && opens.saturating_add(arc.seconds) <= *closes
            });
        }
    }

    /// Gives every node its neighbors: these it remembers, if a trip has been there.
    ///
    /// Only clients that can be both before and after each other can make a circle.
    fn remember(&mut self) {
        let cost = |tail: usize, head: usize| {
            let arcs = &self.arcs[head];
            let found = arcs.binary_search_by_key(&tail, |arc| arc.from as usize);
            found.ok().map(|index| arcs[index].cost)
        };
        let mut neighbors = vec![[NO_NODE; NEIGHBORS_MAX]; self.nodes.len()];
        for (node, near) in neighbors.iter_mut().enumerate() {
            let there = self.arcs[node].iter();
            let mut circles: Vec<(i64, u32)> = there
                .filter_map(|arc| Some((arc.cost + cost(node, arc.from as usize)?, arc.from)))
                .collect();
            circles.sort_unstable();
            for (slot, (_, neighbor)) in near.iter_mut().zip(circles) {
                *slot = neighbor;
            }
        }
        let bit_of = |node: u32, of: u32| {
            let bit = neighbors[of as usize].iter().position(|&neighbor| neighbor == node);
            bit.and_then(|bit| u8::try_from(bit).ok()).unwrap_or(NO_BIT)
        };
        for (arcs, head) in self.arcs.iter_mut().zip(0_u32..) {
            for arc in arcs {
                arc.bit = bit_of(arc.from, head);
                arc.own_bit = bit_of(head, arc.from);
                for (bit, &neighbor) in arc.bits.iter_mut().zip(&neighbors[head as usize]) {
                    if neighbor != NO_NODE {
                        *bit = bit_of(neighbor, arc.from);
                    }
                }
            }
        }
    }

    /// What a trip over these clients costs here, or nothing if it is none of this network's.
    pub(crate) fn cost(&self, clients: &[u32]) -> Option<i64> {
        let place = |client: &u32| self.nodes.binary_search_by_key(client, |node| node.client).ok();
        let places: Vec<usize> = clients.iter().map(place).collect::<Option<_>>()?;
        let mut cost = self.nodes[*places.first()?].entry_cost;
        for pair in places.windows(2) {
            let arcs = &self.arcs[pair[1]];
            let found = arcs.binary_search_by_key(&pair[0], |arc| arc.from as usize).ok()?;
            cost += arcs[found].cost;
        }
        let exits = &self.nodes[*places.last()?].exits;
        Some(cost + exits.iter().map(|&(cost, _)| cost).min()?)
    }
}

/// Nobody's neighbor.
const NO_NODE: u32 = u32::MAX;

/// Vehicles of one group.
struct Fleet<'a> {
    problem: &'a Problem,
    matrices: &'a Matrices,
    leader: u32,
    vehicle: &'a Vehicle,
}

impl Fleet<'_> {
    /// Seconds and cost of a leg.
    fn leg(&self, from: u32, to: u32) -> (i32, i64) {
        let leg = self.matrices.leg(self.vehicle.profile, from, to);
        let meters = self.vehicle.cost_per_meter * i64::from(leg.distance_meters);
        (leg.drive_seconds, meters + self.vehicle.cost_per_second * i64::from(leg.drive_seconds))
    }

    fn service(&self, client: u32) -> i32 {
        let mut services = self.problem.services.iter();
        services
            .find(|service| service.client == client && service.kind == self.vehicle.kind)
            .map_or(self.problem.clients[client as usize].service, |service| service.seconds)
    }

    fn can_visit(&self, client: &Client, depot: u16) -> bool {
        client.depots.allow(depot)
            && client.skills & self.vehicle.skills == client.skills
            && client.vehicle.is_none_or(|wanted| wanted == self.leader)
            && (0..LOADS).all(|i| client.load[i] <= self.vehicle.capacity[i])
    }

    /// How a trip may end at a client: at the vehicle's end, or on the way to the next loading.
    fn exits(&self, id: u32, client: &Client) -> Vec<(i64, i32)> {
        let vehicle = self.vehicle;
        let exit = |place: Option<u32>, until: i32| {
            let (drive, cost) = place.map_or((0, 0), |place| self.leg(client.location, place));
            let taken = self.service(id).saturating_add(drive);
            (cost, client.closes.min(NEVER).min(until.saturating_sub(taken)))
        };
        let mut exits = vec![exit(vehicle.end_location, vehicle.latest_end.min(NEVER))];
        if vehicle.trips_max > 1 {
            for (depot, bit) in self.problem.depots.iter().zip(0..) {
                let is_allowed =
                    vehicle.depots == u64::MAX || (bit < 64 && vehicle.depots >> bit & 1 == 1);
                if is_allowed {
                    let until = depot.closes.min(vehicle.latest_loading).min(NEVER);
                    exits.push(exit(Some(depot.location), until));
                }
            }
        }
        exits.sort_unstable();
        exits.dedup();
        exits
    }
}
