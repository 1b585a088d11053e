//! Legs and paths over real roads.

use std::sync::{Arc, PoisonError, RwLock};

use crate::model::place::{Coordinate, Profile};
use crate::model::travel_matrix::{Leg, Travel};
use crate::travel::roads::cost::Cost;
use crate::travel::roads::hierarchy::{Entry, Hierarchy, Label, Metric, contraction_order};
use crate::travel::roads::kept::Kept;
use crate::travel::roads::mesh::{Mesh, MeshArc};
use crate::travel::roads::network::{Course, Direction, Network};
use crate::travel::roads::snap::{Snap, SnapIndex, part_milliseconds, points_between};

/// How many numbers of labels are kept for each profile: about 100 MB at 20 bytes each. A city's
/// labels have some hundreds each, so that is tens of thousands of addresses.
const LABEL_NUMBERS_MAX: usize = 5_000_000;
/// What an address counts for in any case: it is kept, too, when it cannot be reached.
const ADDRESS_NUMBERS: usize = 16;

/// A network with the order in which its junctions are contracted: what a file keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedRoads {
    pub(crate) network: Network,
    /// All nodes of the network's mesh, each once.
    pub(crate) order: Vec<u32>,
}

impl PreparedRoads {
    /// Finds the order: about a second for each 20,000 junctions.
    pub fn prepare(network: Network) -> Self {
        let order = contraction_order(&Mesh::new(&network));
        Self { network, order }
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }
}

/// Travel over real roads: the fastest way for each profile.
///
/// An address is snapped to the nearest road with doors that the profile may use; the walk between the
/// two counts. What an address costs to leave and to reach is kept in a label, so that a leg between
/// two addresses seen before is a look at two rows of numbers. Thread-safe, and the same for every
/// order of calls.
#[derive(Debug)]
pub struct Roads {
    network: Network,
    mesh: Mesh,
    hierarchy: Hierarchy,
    metrics: [Metric; 3],
    index: SnapIndex,
    /// Addresses seen, by profile; `None` for those that cannot be reached.
    doors: [RwLock<Kept<Coordinate, Option<Arc<Door>>>>; 3],
}

/// An address on the roads.
#[derive(Debug)]
struct Door {
    snap: Snap,
    label: Label,
}

impl Roads {
    /// The farthest that an address may be from a road, in meters: beyond that nobody finds the door.
    pub const SNAP_METERS_MAX: f64 = 300.0;

    /// Contracts the junctions in the order found before, and weighs all roads for all profiles.
    pub fn new(prepared: PreparedRoads) -> Self {
        let PreparedRoads { network, order } = prepared;
        let mesh = Mesh::new(&network);
        let hierarchy = Hierarchy::new(&mesh, &order);
        let weigh = |profile| hierarchy.customize(costs(&network, &mesh, profile));
        let [car, bike, foot] = Profile::ALL;
        let ((first, second), (third, index)) = rayon::join(
            || rayon::join(|| weigh(car), || weigh(bike)),
            || rayon::join(|| weigh(foot), || SnapIndex::new(&network, Self::SNAP_METERS_MAX)),
        );
        let metrics = [first, second, third];
        let doors = Profile::ALL.map(|_| RwLock::new(Kept::new(LABEL_NUMBERS_MAX)));
        Self { network, mesh, hierarchy, metrics, index, doors }
    }

    /// The roads.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// How many arcs the hierarchy has: what re-weighting the roads takes time for.
    pub fn arc_count(&self) -> usize {
        self.hierarchy.arc_count()
    }

    /// Weighs all roads anew for a profile, as for another hour or traffic, and tells how many arcs of
    /// the hierarchy can be used. For measuring what that costs.
    pub fn weigh(&self, profile: Profile) -> usize {
        self.hierarchy.customize(costs(&self.network, &self.mesh, profile)).usable()
    }

    /// The point of a road from which an address is reached, or `None` when it cannot be.
    pub fn nearest(&self, profile: Profile, place: Coordinate) -> Option<Coordinate> {
        self.door(profile, place).map(|door| door.snap.point)
    }

    fn metric(&self, profile: Profile) -> &Metric {
        &self.metrics[profile.index()]
    }

    /// An address on the roads, kept from an earlier question or found now.
    fn door(&self, profile: Profile, place: Coordinate) -> Option<Arc<Door>> {
        let doors = &self.doors[profile.index()];
        let known = {
            let doors = doors.read().unwrap_or_else(PoisonError::into_inner);
            doors.get(&place).map(|(door, is_old)| (door.clone(), is_old))
        };
        match known {
            Some((door, false)) => door,
            Some((door, true)) => self.keep(profile, place, door),
            None => self.keep(profile, place, self.find(profile, place).map(Arc::new)),
        }
    }

    fn keep(
        &self,
        profile: Profile,
        place: Coordinate,
        door: Option<Arc<Door>>,
    ) -> Option<Arc<Door>> {
        let size = ADDRESS_NUMBERS + door.as_ref().map_or(0, |door| door.label.len());
        let mut doors = self.doors[profile.index()].write().unwrap_or_else(PoisonError::into_inner);
        doors.put(place, door.clone(), size);
        door
    }

    fn find(&self, profile: Profile, place: Coordinate) -> Option<Door> {
        let snap = self.index.snap(&self.network, profile, place)?;
        let (leaving, arriving) = (self.leaving(profile, snap), self.arriving(profile, snap));
        let label = self.hierarchy.label(self.metric(profile), &leaving, &arriving)?;
        Some(Door { snap, label })
    }

    /// Where one comes to from a point of a road, and the cost to there.
    fn leaving(&self, profile: Profile, snap: Snap) -> Vec<Entry> {
        let edge = &self.network.edges[snap.edge as usize];
        let to_end = |direction| {
            let end = if direction == Direction::Forward { edge.millimeters } else { 0 };
            let cost = self.part(profile, snap.edge, [snap.offset, end], direction)?;
            let course = Course { edge: snap.edge, direction };
            Some((self.mesh.head(&self.network, profile, course), cost))
        };
        Direction::BOTH.into_iter().filter_map(to_end).collect()
    }

    /// From where one comes to a point of a road, and the cost from there.
    fn arriving(&self, profile: Profile, snap: Snap) -> Vec<Entry> {
        let edge = &self.network.edges[snap.edge as usize];
        let from_end = |direction| {
            let end = if direction == Direction::Forward { 0 } else { edge.millimeters };
            let cost = self.part(profile, snap.edge, [end, snap.offset], direction)?;
            let course = Course { edge: snap.edge, direction };
            let tails = self.mesh.tails(&self.network, profile, course);
            Some(tails.map(move |tail| (tail, cost)))
        };
        Direction::BOTH.into_iter().filter_map(from_end).flatten().collect()
    }

    /// The cost of a part of a road in a direction that must be open, also if the part is empty.
    fn part(
        &self,
        profile: Profile,
        edge: u32,
        [from, to]: [u32; 2],
        direction: Direction,
    ) -> Option<Cost> {
        let edge = &self.network.edges[edge as usize];
        edge.milliseconds(profile, direction)?;
        let time = if from == to { 0 } else { part_milliseconds(edge, profile, from, to)? };
        Some(Cost::new(time, from.abs_diff(to)))
    }

    /// The cost of staying on one road, if both points are on it and it is open that way.
    fn along(&self, profile: Profile, from: Snap, to: Snap) -> Option<Cost> {
        if from.edge != to.edge {
            return None;
        }
        let way = if from.offset <= to.offset { Direction::Forward } else { Direction::Backward };
        if from.offset == to.offset {
            return Some(Cost::default());
        }
        self.part(profile, from.edge, [from.offset, to.offset], way)
    }

    /// The legs from one door to another and back, without looking at any road.
    fn legs_between(&self, profile: Profile, from: &Door, to: &Door) -> Option<[Leg; 2]> {
        let [there, back] = from.label.both_ways(&to.label);
        let along = |from, to| self.along(profile, from, to).unwrap_or(Cost::UNREACHABLE);
        let there = there.min(along(from.snap, to.snap));
        let back = back.min(along(to.snap, from.snap));
        Some([leg(from.snap, there, to.snap)?, leg(to.snap, back, from.snap)?])
    }

    /// The points of a way from its first address to its last, or `None` when there is none.
    fn way(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Option<Vec<Coordinate>> {
        let (first, last) = (self.door(profile, from)?, self.door(profile, to)?);
        let over_nodes = first.label.meet(&last.label).0;
        let mut points = vec![from, first.snap.point];
        let stays =
            self.along(profile, first.snap, last.snap).is_some_and(|cost| cost <= over_nodes);
        if stays {
            let [start, end] = [first.snap.offset, last.snap.offset];
            points.extend(points_between(&self.network, first.snap.edge, start, end));
        } else {
            let (leaving, arriving) =
                (self.leaving(profile, first.snap), self.arriving(profile, last.snap));
            let from = (&first.label, leaving.as_slice());
            let to = (&last.label, arriving.as_slice());
            let route = self.hierarchy.route(self.metric(profile), from, to)?;
            self.draw(
                profile,
                &mut points,
                first.snap,
                &route.arcs,
                (route.first, route.last, last.snap),
            );
        }
        points.extend([last.snap.point, to]);
        points.dedup();
        Some(points)
    }

    /// Appends the points of a route over junctions.
    fn draw(
        &self,
        profile: Profile,
        points: &mut Vec<Coordinate>,
        first: Snap,
        arcs: &[u32],
        (leaving, arriving, last): (Entry, Entry, Snap),
    ) {
        let network = &self.network;
        let end = self.end_of(profile, first, leaving, true);
        points.extend(points_between(network, first.edge, first.offset, end));
        points.push(self.mesh.nodes[leaving.0 as usize]);
        for &arc in arcs {
            let arc = self.mesh.arcs[arc as usize];
            let Some(course) = arc.course else { continue };
            let inner = network.inner_points(course.edge);
            match course.direction {
                Direction::Forward => points.extend(inner),
                Direction::Backward => points.extend(inner.iter().rev()),
            }
            points.push(self.mesh.nodes[arc.head as usize]);
        }
        let end = self.end_of(profile, last, arriving, false);
        points.extend(points_between(network, last.edge, end, last.offset));
    }

    /// At which end of its road a point is joined to an entry: its offset.
    fn end_of(&self, profile: Profile, snap: Snap, entry: Entry, is_leaving: bool) -> u32 {
        let edge = &self.network.edges[snap.edge as usize];
        let joins = |direction: Direction, end: u32| {
            let course = Course { edge: snap.edge, direction };
            let node_fits = if is_leaving {
                self.mesh.head(&self.network, profile, course) == entry.0
            } else {
                self.mesh.tails(&self.network, profile, course).any(|tail| tail == entry.0)
            };
            let ends = if is_leaving { [snap.offset, end] } else { [end, snap.offset] };
            node_fits && self.part(profile, snap.edge, ends, direction) == Some(entry.1)
        };
        let (ahead, back) = if is_leaving { (edge.millimeters, 0) } else { (0, edge.millimeters) };
        if joins(Direction::Forward, ahead) { ahead } else { back }
    }
}

/// What all arcs of a mesh cost for a profile.
pub(crate) fn costs(network: &Network, mesh: &Mesh, profile: Profile) -> Vec<Cost> {
    let cost = |arc: &MeshArc| {
        let course = arc.course.filter(|_| arc.admits[profile.index()])?;
        let edge = &network.edges[course.edge as usize];
        Some(Cost::new(edge.milliseconds(profile, course.direction)?, edge.millimeters))
    };
    mesh.arcs.iter().map(|arc| cost(arc).unwrap_or(Cost::UNREACHABLE)).collect()
}

/// A way with the walks at both ends; `None` when there is no way.
fn leg(from: Snap, way: Cost, to: Snap) -> Option<Leg> {
    if !way.is_reachable() {
        return None;
    }
    let total = |parts: [u32; 3]| parts.into_iter().map(u64::from).sum::<u64>();
    let time = total([from.walk_milliseconds, way.milliseconds(), to.walk_milliseconds]);
    let length = total([from.walk_millimeters, way.millimeters(), to.walk_millimeters]);
    Some(Leg {
        drive_seconds: i32::try_from(time.div_ceil(1000)).unwrap_or(i32::MAX),
        distance_meters: i32::try_from((length + 500) / 1000).unwrap_or(i32::MAX),
    })
}

impl Travel for Roads {
    fn leg(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Option<Leg> {
        let (first, last) = (self.door(profile, from)?, self.door(profile, to)?);
        if from == to {
            return Some(Leg::default());
        }
        let way = first.label.meet(&last.label).0;
        let along = self.along(profile, first.snap, last.snap).unwrap_or(Cost::UNREACHABLE);
        leg(first.snap, way.min(along), last.snap)
    }

    fn legs(
        &self,
        profile: Profile,
        place: Coordinate,
        others: &[Coordinate],
    ) -> Option<[Vec<Leg>; 2]> {
        let here = self.door(profile, place)?;
        let mut rows = [Vec::with_capacity(others.len()), Vec::with_capacity(others.len())];
        for &other in others {
            let there = self.door(profile, other)?;
            let legs = if other == place {
                [Leg::default(); 2]
            } else {
                self.legs_between(profile, &here, &there)?
            };
            rows[0].push(legs[0]);
            rows[1].push(legs[1]);
        }
        Some(rows)
    }

    /// Follows the roads. The two ends alone when there is no way, or no distance, between them.
    fn path(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Vec<Coordinate> {
        match self.way(profile, from, to) {
            Some(points) if from != to => points,
            _ => vec![from, to],
        }
    }

    fn name(&self) -> &'static str {
        "roads"
    }
}
