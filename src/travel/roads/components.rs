//! What of a network can be reached from everywhere and left for everywhere.

use crate::model::place::Profile;
use crate::travel::roads::mesh::Mesh;
use crate::travel::roads::network::{Course, Edge, Network, TurnBan};

/// Not visited yet, or no component yet.
const NONE: u32 = u32::MAX;

/// Closes for each profile what is not in its largest strongly connected component, and drops what
/// is then closed for all.
///
/// So a road that a profile may use can be reached from any other one, and left for it.
pub(crate) fn keep_connected(network: &mut Network) {
    let mesh = Mesh::new(network);
    let first = mesh.first_arcs();
    let mut speeds: Vec<_> = network.edges.iter().map(|_| [[0; 2]; 3]).collect();
    for profile in Profile::ALL {
        let components = strong_components(&mesh, &first, profile);
        let Some(largest) = most_frequent(&components) else { continue };
        let is_inside = |node: u32| components[node as usize] == largest;
        for arc in mesh.arcs.iter().filter(|arc| arc.admits[profile.index()]) {
            let Some(Course { edge, direction }) = arc.course else { continue };
            if is_inside(arc.tail) && is_inside(arc.head) {
                let speed = network.edges[edge as usize].speeds[profile.index()][direction.index()];
                speeds[edge as usize][profile.index()][direction.index()] = speed;
            }
        }
    }
    for (edge, speeds) in network.edges.iter_mut().zip(speeds) {
        edge.speeds = speeds;
    }
    drop_closed(network);
}

/// The component that most nodes are in; the first of several.
fn most_frequent(components: &[u32]) -> Option<u32> {
    let mut sizes = vec![0_u32; components.len()];
    for &component in components {
        sizes[component as usize] += 1;
    }
    let largest = sizes.iter().enumerate().max_by_key(|(index, size)| (**size, usize::MAX - index));
    largest.and_then(|(index, _)| u32::try_from(index).ok())
}

/// The strongly connected component of every node, as one profile sees the arcs.
///
/// # Source
/// Tarjan (1972), "Depth-first search and linear graph algorithms", <https://doi.org/10.1137/0201010>,
/// with a stack of its own instead of recursion.
fn strong_components(mesh: &Mesh, first: &[u32], profile: Profile) -> Vec<u32> {
    let count = mesh.nodes.len();
    let mut component = vec![NONE; count];
    let mut number = vec![NONE; count];
    let mut low = vec![NONE; count];
    let (mut visited, mut components) = (0, 0);
    let mut open: Vec<u32> = Vec::new();
    // A node, and the next of its arcs to look at.
    let mut path: Vec<(u32, u32)> = Vec::new();
    for root in (0..).take(count) {
        if number[root as usize] != NONE {
            continue;
        }
        path.push((root, first[root as usize]));
        while let Some((node, next)) = path.pop() {
            let here = node as usize;
            if number[here] == NONE {
                (number[here], low[here]) = (visited, visited);
                visited += 1;
                open.push(node);
            }
            let arcs = next..first[here + 1];
            let mut descended = false;
            for index in arcs {
                let arc = &mesh.arcs[index as usize];
                if !arc.admits[profile.index()] {
                    continue;
                }
                let head = arc.head as usize;
                if number[head] == NONE {
                    // Looked at again on the way back, for what the head has found.
                    path.push((node, index));
                    path.push((arc.head, first[head]));
                    descended = true;
                    break;
                }
                if component[head] == NONE {
                    low[here] = low[here].min(low[head]);
                }
            }
            if !descended && low[here] == number[here] {
                while let Some(member) = open.pop() {
                    component[member as usize] = components;
                    if member == node {
                        break;
                    }
                }
                components += 1;
            }
        }
    }
    component
}

/// Drops roads that nobody may use, junctions without roads, and bans of turns that nobody can make.
fn drop_closed(network: &mut Network) {
    let old = std::mem::take(network);
    let mut new_edge = vec![NONE; old.edges.len()];
    let mut new_node = vec![NONE; old.nodes.len()];
    network.names.clone_from(&old.names);
    network.attribution.clone_from(&old.attribution);
    for (index, edge) in (0_u32..).zip(&old.edges) {
        if *edge.speeds.as_flattened() == [0; 6] {
            continue;
        }
        new_edge[index as usize] = position(network.edges.len());
        let ends = edge.ends.map(|end| {
            if new_node[end as usize] == NONE {
                new_node[end as usize] = position(network.nodes.len());
                network.nodes.push(old.nodes[end as usize]);
            }
            new_node[end as usize]
        });
        let first_point = position(network.points.len());
        network.points.extend(old.inner_points(index));
        network.edges.push(Edge { ends, first_point, ..*edge });
    }
    let car = Profile::Car.index();
    let course = |course: Course| {
        let is_open = old.edges[course.edge as usize].speeds[car][course.direction.index()] != 0;
        is_open.then_some(Course { edge: new_edge[course.edge as usize], ..course })
    };
    let bans = old
        .bans
        .iter()
        .filter_map(|ban| Some(TurnBan { from: course(ban.from)?, to: course(ban.to)? }));
    network.bans = bans.collect();
    network.bans.sort_unstable();
}

fn position(count: usize) -> u32 {
    u32::try_from(count).expect("no more than there were, which had positions")
}
