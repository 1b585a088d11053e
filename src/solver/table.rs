//! Legs as the search reads them: drive and cost side by side, in rows and in columns.

use crate::solver::matrices::Matrices;
use crate::solver::problem::Vehicle;

/// Costs of single legs are scaled down to stay below this, so that sums of some fit 32 bits.
const COST_MAX: i64 = 1 << 28;

/// A leg.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Hop {
    /// Seconds on the road.
    pub(crate) drive: i32,
    /// Scaled cost.
    pub(crate) cost: i32,
}

/// All legs at the rates of one class of vehicles.
///
/// There is one location more than in the problem: nowhere, the end of routes that may end
/// anywhere; all legs from and to it are free.
#[derive(Debug)]
pub(crate) struct Table {
    size: usize,
    rows: Vec<Hop>,
    /// The transpose, unless that is the same.
    columns: Option<Vec<Hop>>,
}

impl Table {
    fn new(vehicle: &Vehicle, matrices: &Matrices, shift: u32) -> Self {
        let (seconds, meters) =
            (matrices.seconds(vehicle.profile), matrices.meters(vehicle.profile));
        let places = matrices.size();
        let size = places + 1;
        let mut rows = vec![Hop::default(); size * size];
        for from in 0..places {
            for to in 0..places {
                let at = from * places + to;
                let cost = cost(vehicle, seconds[at], meters[at]) >> shift;
                let cost = i32::try_from(cost).expect("costs were scaled to fit");
                rows[from * size + to] = Hop { drive: seconds[at], cost };
            }
        }
        let transpose: Vec<Hop> =
            (0..size * size).map(|at| rows[at % size * size + at / size]).collect();
        let columns = (transpose != rows).then_some(transpose);
        Self { size, rows, columns }
    }

    /// The leg between two locations.
    #[inline]
    pub(crate) fn hop(&self, from: u32, to: u32) -> Hop {
        self.rows[from as usize * self.size + to as usize]
    }

    /// Whether all legs are the same there and back.
    #[inline]
    pub(crate) fn is_symmetric(&self) -> bool {
        self.columns.is_none()
    }

    /// Legs from a location to all others.
    #[inline]
    pub(crate) fn from(&self, location: u32) -> &[Hop] {
        let start = location as usize * self.size;
        &self.rows[start..start + self.size]
    }

    /// Legs to a location from all others.
    #[inline]
    pub(crate) fn to(&self, location: u32) -> &[Hop] {
        let start = location as usize * self.size;
        &self.columns.as_ref().unwrap_or(&self.rows)[start..start + self.size]
    }
}

fn cost(vehicle: &Vehicle, seconds: i32, meters: i32) -> i64 {
    vehicle.cost_per_meter * i64::from(meters) + vehicle.cost_per_second * i64::from(seconds)
}

/// One table per class of vehicles.
#[derive(Debug)]
pub(crate) struct Tables {
    /// The tables, by class.
    pub(crate) classes: Vec<Table>,
    /// The class of each vehicle.
    pub(crate) class_of: Vec<u8>,
    /// By how many bits all costs are scaled down.
    pub(crate) shift: u32,
}

impl Tables {
    /// Tables for all vehicles; those with the same profile and rates share one.
    ///
    /// # Panics
    /// When there are more than 256 classes.
    pub(crate) fn new(vehicles: &[Vehicle], matrices: &Matrices) -> Self {
        let rates =
            |vehicle: &Vehicle| (vehicle.profile, vehicle.cost_per_meter, vehicle.cost_per_second);
        let mut leaders: Vec<&Vehicle> = Vec::new();
        let mut class_of = Vec::with_capacity(vehicles.len());
        for vehicle in vehicles {
            let known = leaders.iter().position(|leader| rates(leader) == rates(vehicle));
            let class = known.unwrap_or_else(|| {
                leaders.push(vehicle);
                leaders.len() - 1
            });
            class_of.push(u8::try_from(class).expect("at most 256 classes of vehicles"));
        }
        let largest = leaders.iter().map(|vehicle| largest_cost(vehicle, matrices)).max();
        let mut shift = 0;
        while largest.unwrap_or(0) >> shift > COST_MAX {
            shift += 1;
        }
        let classes = leaders.iter().map(|leader| Table::new(leader, matrices, shift)).collect();
        Self { classes, class_of, shift }
    }
}

fn largest_cost(vehicle: &Vehicle, matrices: &Matrices) -> i64 {
    let legs = matrices.seconds(vehicle.profile).iter().zip(matrices.meters(vehicle.profile));
    legs.map(|(&seconds, &meters)| cost(vehicle, seconds, meters)).max().unwrap_or(0)
}
