//! Fastest ways in microseconds, and new speeds for all roads in milliseconds.
//!
//! Nodes are put into an order once, by cutting the map into halves again and again. Contracting them
//! in this order gives arcs that only lead upward, whatever the roads cost. A [`Metric`] says what each
//! of these arcs costs; with other speeds only it is made anew.
//!
//! From any place one climbs to nodes that all lie on one way to the root, so what it costs to come to
//! each of them, and from each of them, is a [`Label`]: two short rows of numbers. Two labels
//! tell the fastest way between their places: over one of the nodes that they share, which are the
//! first ones of both.
//!
//! # Source
//! Dibbelt, Strasser, Wagner (2016), "Customizable Contraction Hierarchies",
//! <https://doi.org/10.1145/2886843>: order, customization, queries over the elimination tree. The
//! crate `cch` finds the order (inertial flow) and the arcs. Labels over the elimination tree: Ouyang,
//! Qin, Chang, Lin, Zhang, Zhu (2018), "When Hierarchy Meets 2-Hop-Labeling",
//! <https://doi.org/10.1145/3183713.3196913>, here not for all nodes but for the places in use.

use cch::Cch;
use cch::graph::Graph;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::travel::roads::cost::Cost;
use crate::travel::roads::mesh::Mesh;

/// No node, or no arc.
const NONE: u32 = u32::MAX;
/// Parts of the tree that threads customize on their own hold at most this share of all nodes: enough
/// parts for a handful of threads, and little left to do at the top.
const PARTS: usize = 16;

/// The order in which the nodes of a mesh are contracted.
///
/// It is by far the slowest step, so it is kept with the network. The same mesh has the same order on
/// every machine.
pub(crate) fn contraction_order(mesh: &Mesh) -> Vec<u32> {
    if mesh.nodes.is_empty() {
        return Vec::new();
    }
    let (tails, heads): (Vec<u32>, Vec<u32>) =
        mesh.arcs.iter().map(|arc| (arc.tail, arc.head)).unzip();
    #[expect(clippy::cast_possible_truncation, reason = "only where the map is cut depends on it")]
    let degrees = |micro: i32| (f64::from(micro) / 1e6) as f32;
    let latitudes: Vec<f32> = mesh.nodes.iter().map(|node| degrees(node.latitude_micro)).collect();
    let longitudes: Vec<f32> =
        mesh.nodes.iter().map(|node| degrees(node.longitude_micro)).collect();
    let count = u32::try_from(mesh.nodes.len()).expect("positions fit 32 bits");
    let order = cch::inertial_order(count, &tails, &heads, &latitudes, &longitudes);
    let cch = Cch::build(&graph(mesh), &order);
    post_order(&cch.elimination_tree_parent).into_iter().map(|rank| order[rank as usize]).collect()
}

/// The nodes of a forest, each after all nodes below it and right behind them. Contracting in this
/// order gives the same arcs; and whatever is below a node lies side by side.
fn post_order(parents: &[u32]) -> Vec<u32> {
    let mut first_child = vec![NONE; parents.len()];
    let mut sibling = vec![NONE; parents.len()];
    let mut roots = Vec::new();
    for (node, &parent) in (0_u32..).zip(parents) {
        if parent == NONE {
            roots.push(node);
        } else {
            sibling[node as usize] = first_child[parent as usize];
            first_child[parent as usize] = node;
        }
    }
    let mut order = Vec::with_capacity(parents.len());
    let mut open = roots;
    while let Some(&node) = open.last() {
        let child = std::mem::replace(&mut first_child[node as usize], NONE);
        if child == NONE {
            order.push(node);
            open.pop();
        } else {
            first_child[node as usize] = sibling[child as usize];
            open.push(child);
        }
    }
    order
}

fn graph(mesh: &Mesh) -> Graph {
    let head = mesh.arcs.iter().map(|arc| arc.head).collect();
    Graph { first_out: mesh.first_arcs(), head, weight: vec![1; mesh.arcs.len()] }
}

/// The arcs that lead upward, for any cost of roads. Nodes have ranks here: 0 is contracted first.
#[derive(Debug)]
pub(crate) struct Hierarchy {
    cch: Cch,
    /// How many nodes are above one, by rank.
    depths: Vec<u32>,
    /// The upward arc that an arc of the mesh belongs to, and in which direction.
    inputs: Vec<Input>,
    /// Ranges of ranks that know nothing of each other, lowest first.
    parts: Vec<std::ops::Range<u32>>,
}

#[derive(Debug, Clone, Copy)]
struct Input {
    arc: u32,
    way: Way,
}

/// Along an arc of the hierarchy, or against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// What all arcs of a hierarchy cost: upward and downward.
#[derive(Debug)]
pub(crate) struct Metric {
    costs: Vec<[Cost; 2]>,
    /// What the arcs of the mesh cost.
    inputs: Vec<Cost>,
}

/// What it costs to climb from a place, and to come down to it.
#[derive(Debug)]
pub(crate) struct Label {
    /// Ranks from the root down.
    path: Box<[u32]>,
    /// From the place to the node at each position of the path.
    up: Box<[Cost]>,
    /// From that node to the place.
    down: Box<[Cost]>,
}

/// A node of the mesh that a place is joined to, and the cost between them.
pub(crate) type Entry = (u32, Cost);

/// A fastest way: where it begins and ends, and the arcs of the mesh between.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) first: Entry,
    pub(crate) last: Entry,
    pub(crate) arcs: Vec<u32>,
}

impl Hierarchy {
    /// Contracts the nodes in the given order.
    ///
    /// # Panics
    /// When `order` does not hold every node once.
    pub(crate) fn new(mesh: &Mesh, order: &[u32]) -> Self {
        let cch = Cch::build(&graph(mesh), order);
        let mut depths = vec![0; order.len()];
        for (rank, &parent) in cch.elimination_tree_parent.iter().enumerate().rev() {
            depths[rank] = if parent == NONE { 0 } else { depths[parent as usize] + 1 };
        }
        let inputs = mesh.arcs.iter().zip(&cch.input_arc_to_cch_arc).map(|(arc, &upward)| {
            let [tail, head] = [arc.tail, arc.head].map(|node| cch.rank[node as usize]);
            Input { arc: upward, way: if tail < head { Way::Up } else { Way::Down } }
        });
        let inputs = inputs.collect();
        let parts = independent_parts(&cch.elimination_tree_parent);
        Self { cch, depths, inputs, parts }
    }

    /// How many arcs lead upward.
    pub(crate) fn arc_count(&self) -> usize {
        self.cch.up_head.len()
    }

    /// The cost of all upward arcs, where the arcs of the mesh cost `inputs`.
    ///
    /// # Panics
    /// When there is not one cost for each arc of the mesh.
    pub(crate) fn customize(&self, inputs: Vec<Cost>) -> Metric {
        assert_eq!(inputs.len(), self.inputs.len(), "one cost for each arc");
        let mut costs = vec![[Cost::UNREACHABLE; 2]; self.arc_count()];
        for (input, &cost) in self.inputs.iter().zip(&inputs) {
            if input.arc != NONE {
                let known = &mut costs[input.arc as usize][input.way as usize];
                *known = cost.min(*known);
            }
        }
        let mut rest = costs.as_mut_slice();
        let mut first = 0;
        let mut parts = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let [begin, end] =
                [part.start, part.end].map(|rank| self.cch.up_first_out[rank as usize] as usize);
            let (own, behind) = rest.split_at_mut(begin - first).1.split_at_mut(end - begin);
            parts.push((part.clone(), begin, own));
            (rest, first) = (behind, end);
        }
        parts.into_par_iter().for_each(|(part, begin, own)| self.relax(part, begin, own));
        let mut next = 0;
        for part in &self.parts {
            self.relax(next..part.start, 0, &mut costs);
            next = part.end;
        }
        self.relax(next..self.ranks(), 0, &mut costs);
        Metric { costs, inputs }
    }

    fn ranks(&self) -> u32 {
        u32::try_from(self.depths.len()).expect("positions fit 32 bits")
    }

    /// Lowers the cost of each arc from nodes of `ranks` to that of the detour over any lower node.
    /// `costs` are those of the arcs from number `begin` on, which hold all from these and lower nodes
    /// that are joined to them.
    fn relax(&self, ranks: std::ops::Range<u32>, begin: usize, costs: &mut [[Cost; 2]]) {
        let cch = &self.cch;
        let mut position_of = vec![NONE; if ranks.is_empty() { 0 } else { self.depths.len() }];
        for rank in ranks {
            let arcs = self.arcs_up(rank);
            for (position, &head) in (0..).zip(&cch.up_head[arcs.clone()]) {
                position_of[head as usize] = position;
            }
            // Arcs of lower nodes come before those of higher ones.
            let (lower, own) = costs.split_at_mut(arcs.start - begin);
            let own = &mut own[..arcs.len()];
            let (from, to) =
                (cch.down_first_out[rank as usize], cch.down_first_out[rank as usize + 1]);
            for below in from as usize..to as usize {
                let [up, down] = lower[cch.down_to_up[below] as usize - begin];
                let arcs = self.arcs_up(cch.down_head[below]);
                let heads = &cch.up_head[arcs.clone()];
                let known = heads.partition_point(|head| *head <= rank);
                let detours = &lower[arcs.start + known - begin..arcs.end - begin];
                for (&head, &[on, back]) in heads[known..].iter().zip(detours) {
                    let direct = &mut own[position_of[head as usize] as usize];
                    direct[0] = direct[0].min(down + on);
                    direct[1] = direct[1].min(back + up);
                }
            }
        }
    }

    fn arcs_up(&self, rank: u32) -> std::ops::Range<usize> {
        let (from, to) =
            (self.cch.up_first_out[rank as usize], self.cch.up_first_out[rank as usize + 1]);
        from as usize..to as usize
    }

    /// The arc from one rank up to another, if there is one.
    fn arc_between(&self, low: u32, high: u32) -> Option<usize> {
        let arcs = self.arcs_up(low);
        let found = self.cch.up_head[arcs.clone()].binary_search(&high);
        found.ok().map(|position| arcs.start + position)
    }

    /// What it costs to climb from, and come down to, a place that is joined to some nodes: `leaving`
    /// says from where ways lead on, `arriving` from where they come.
    ///
    /// All these nodes must lie on one way to the root, as the ends of a road do; others are ignored.
    /// `None` when there are none.
    pub(crate) fn label(
        &self,
        metric: &Metric,
        leaving: &[Entry],
        arriving: &[Entry],
    ) -> Option<Label> {
        let rank = |entry: &Entry| self.cch.rank[entry.0 as usize];
        let lowest = leaving.iter().chain(arriving).map(rank).min()?;
        let count = self.depths[lowest as usize] as usize + 1;
        let mut path = vec![lowest; count].into_boxed_slice();
        for position in (0..count - 1).rev() {
            path[position] = self.cch.elimination_tree_parent[path[position + 1] as usize];
        }
        let row = |entries: &[Entry]| {
            let mut costs = vec![Cost::UNREACHABLE; count].into_boxed_slice();
            for entry in entries {
                let position = self.depths[rank(entry) as usize] as usize;
                if path[position] == rank(entry) {
                    costs[position] = costs[position].min(entry.1);
                }
            }
            costs
        };
        let (mut up, mut down) = (row(leaving), row(arriving));
        for position in (0..count).rev() {
            let (so_far, from_here) = (up[position], down[position]);
            for arc in self.arcs_up(path[position]) {
                let above = self.depths[self.cch.up_head[arc] as usize] as usize;
                let [on, back] = metric.costs[arc];
                up[above] = up[above].min(so_far + on);
                down[above] = down[above].min(back + from_here);
            }
        }
        Some(Label { path, up, down })
    }

    /// The arcs of the fastest way between two places, with the entries that their labels were made
    /// of; `None` when there is none.
    pub(crate) fn route(
        &self,
        metric: &Metric,
        (from, leaving): (&Label, &[Entry]),
        (to, arriving): (&Label, &[Entry]),
    ) -> Option<Route> {
        let (cost, top) = from.meet(to);
        if !cost.is_reachable() {
            return None;
        }
        let (first, mut climb) = self.chain(metric, from, leaving, Way::Up, top)?;
        let (last, fall) = self.chain(metric, to, arriving, Way::Down, top)?;
        climb.reverse();
        let mut arcs = Vec::new();
        for (arc, way) in climb.into_iter().chain(fall) {
            self.unpack(metric, arc, way, &mut arcs)?;
        }
        Some(Route { first, last, arcs })
    }

    /// The upward arcs between a place and the node at position `top` of its path, from there down.
    fn chain(
        &self,
        metric: &Metric,
        label: &Label,
        entries: &[Entry],
        way: Way,
        top: usize,
    ) -> Option<(Entry, Vec<(usize, Way)>)> {
        let costs = if way == Way::Up { &label.up } else { &label.down };
        let (mut here, mut arcs) = (top, Vec::new());
        loop {
            let node = label.path[here];
            let entry = entries
                .iter()
                .find(|entry| self.cch.rank[entry.0 as usize] == node && entry.1 == costs[here]);
            if let Some(entry) = entry {
                return Some((*entry, arcs));
            }
            let below = (here + 1..costs.len()).find_map(|below| {
                let arc = self.arc_between(label.path[below], node)?;
                let total = costs[below] + metric.costs[arc][way as usize];
                (total == costs[here]).then_some((below, arc))
            });
            let (below, arc) = below?;
            arcs.push((arc, way));
            here = below;
        }
    }

    /// Appends the arcs of the mesh that an arc of the hierarchy stands for, in the order in which
    /// they are gone.
    fn unpack(&self, metric: &Metric, arc: usize, way: Way, arcs: &mut Vec<u32>) -> Option<()> {
        let mut open = vec![(arc, way)];
        while let Some((arc, way)) = open.pop() {
            let cost = metric.costs[arc][way as usize];
            if let Some(input) =
                self.inputs_of(arc, way).find(|i| metric.inputs[*i as usize] == cost)
            {
                arcs.push(input);
                continue;
            }
            let [first, second] = self.detour(metric, arc, way, cost)?;
            open.extend([second, first]);
        }
        Some(())
    }

    /// The two arcs over a lower node that together cost as much as an arc.
    fn detour(
        &self,
        metric: &Metric,
        arc: usize,
        way: Way,
        cost: Cost,
    ) -> Option<[(usize, Way); 2]> {
        let (tail, head) = (self.cch.up_tail[arc], self.cch.up_head[arc]);
        let (from, to) =
            (self.cch.down_first_out[tail as usize], self.cch.down_first_out[tail as usize + 1]);
        (from as usize..to as usize).find_map(|below| {
            let to_tail = self.cch.down_to_up[below] as usize;
            let to_head = self.arc_between(self.cch.down_head[below], head)?;
            let both = match way {
                Way::Up => [(to_tail, Way::Down), (to_head, Way::Up)],
                Way::Down => [(to_head, Way::Down), (to_tail, Way::Up)],
            };
            let [first, second] = both.map(|(arc, way)| metric.costs[arc][way as usize]);
            (first + second == cost).then_some(both)
        })
    }

    /// The arcs of the mesh that an arc of the hierarchy could stand for.
    fn inputs_of(&self, arc: usize, way: Way) -> impl Iterator<Item = u32> {
        let cch = &self.cch;
        let (one, firsts, others) = match way {
            Way::Up => (
                &cch.forward_input_arc_of_cch,
                &cch.first_extra_forward_input_arc_of_cch,
                &cch.extra_forward_input_arc_of_cch,
            ),
            Way::Down => (
                &cch.backward_input_arc_of_cch,
                &cch.first_extra_backward_input_arc_of_cch,
                &cch.extra_backward_input_arc_of_cch,
            ),
        };
        let others = &others[firsts[arc] as usize..firsts[arc + 1] as usize];
        std::iter::once(one[arc]).filter(|input| *input != NONE).chain(others.iter().copied())
    }
}

impl Metric {
    /// How many arcs of the hierarchy can be used in some direction.
    pub(crate) fn usable(&self) -> usize {
        self.costs.iter().filter(|costs| costs.iter().any(|cost| cost.is_reachable())).count()
    }
}

impl Label {
    /// The cost of the fastest way to the place of another label, and at which position of both paths
    /// it is highest.
    pub(crate) fn meet(&self, other: &Self) -> (Cost, usize) {
        let shared = self.shared(other);
        let mut best = (Cost::UNREACHABLE, 0);
        for (position, (up, down)) in
            self.up[..shared].iter().zip(&other.down[..shared]).enumerate()
        {
            let cost = *up + *down;
            if cost < best.0 {
                best = (cost, position);
            }
        }
        best
    }

    /// The cost of the fastest way to the place of another label, and of the way back.
    pub(crate) fn both_ways(&self, other: &Self) -> [Cost; 2] {
        let shared = self.shared(other);
        let least = |up: &[Cost], down: &[Cost]| {
            let sums = up[..shared].iter().zip(&down[..shared]).map(|(up, down)| *up + *down);
            sums.fold(Cost::UNREACHABLE, Cost::min)
        };
        [least(&self.up, &other.down), least(&other.up, &self.down)]
    }

    /// How many nodes both paths begin with.
    fn shared(&self, other: &Self) -> usize {
        let (mut low, mut high) = (0, self.path.len().min(other.path.len()));
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.path[middle] == other.path[middle] {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// How many nodes its path has.
    pub(crate) fn len(&self) -> usize {
        self.path.len()
    }
}

/// Ranges of ranks that each hold a node and all nodes below it, none larger than its share.
fn independent_parts(parents: &[u32]) -> Vec<std::ops::Range<u32>> {
    let most = u32::try_from(parents.len() / PARTS).unwrap_or(u32::MAX);
    let mut sizes = vec![1_u32; parents.len()];
    for (rank, &parent) in parents.iter().enumerate() {
        if parent != NONE {
            sizes[parent as usize] += sizes[rank];
        }
    }
    let is_small = |rank: u32| sizes[rank as usize] <= most;
    let tops = (0_u32..)
        .zip(parents)
        .filter(|&(rank, &parent)| is_small(rank) && (parent == NONE || !is_small(parent)));
    let parts = tops.map(|(rank, _)| rank + 1 - sizes[rank as usize]..rank + 1);
    // Only in an order where what is below a node lies side by side.
    let mut end = 0;
    parts
        .filter(|part| {
            let is_behind = end <= part.start;
            end = part.end;
            is_behind && (part.start..part.end - 1).all(|rank| parents[rank as usize] < part.end)
        })
        .collect()
}
