//! Vehicles.

use crate::formats::benchmark::FormatError;
use crate::formats::benchmark::Node;
use crate::formats::benchmark::VEHICLES_MAX;
use crate::formats::benchmark::vehicle_at;
use crate::formats::rounding::Rounding;
use crate::formats::vrplib::source::Field;
use crate::formats::vrplib::source::Row;
use crate::formats::vrplib::source::Source;
use crate::solver::problem::LOADS;
use crate::solver::problem::Vehicle;
use crate::solver::segment::NEVER;

/// A cost per unit of distance beyond this is refused, so that sums fit 64 bits.
const UNIT_COST_MAX: i64 = 1_000_000;

/// More ways to restrict which clients a vehicle may visit are refused: each takes a skill.
const RESTRICTIONS_MAX: usize = 32;

impl<'a> Source<'a> {
    /// All vehicles, those that are alike of one kind, kinds in order of first appearance.
    ///
    /// Nodes are told the skills that keep vehicles away that may not visit them.
    pub(crate) fn vehicles(
        &self,
        nodes: &mut [Node],
        depots: usize,
        rounding: Rounding,
    ) -> Result<Vec<Vehicle>, FormatError> {
        let count = self.count(nodes.len() - depots)?;
        let homes = self.homes(count, depots)?;
        let mut vehicles: Vec<Vehicle> =
            homes.iter().map(|&home| vehicle_at(nodes, home, depots)).collect();
        self.capacities(&mut vehicles)?;
        self.limits(&mut vehicles, rounding)?;
        self.reloads(&mut vehicles, &homes, depots)?;
        self.restrict(&mut vehicles, nodes, depots)?;
        let mut kinds: Vec<Vehicle> = Vec::new();
        for vehicle in &mut vehicles {
            let known = kinds.iter().position(|kind| kind == vehicle);
            let kind = known.unwrap_or_else(|| {
                kinds.push(vehicle.clone());
                kinds.len() - 1
            });
            vehicle.kind = u16::try_from(kind).expect("fewer vehicles than fit 16 bits");
        }
        Ok(vehicles)
    }

    /// How many there are: where nothing is said, one per client, which is no limit.
    fn count(&self, clients: usize) -> Result<usize, FormatError> {
        let Some(field) = self.optional("VEHICLES") else { return Ok(clients.max(1)) };
        let most = usize::try_from(VEHICLES_MAX).expect("some thousand vehicles");
        self.whole(field, &(1..=most))
    }

    /// What a file says for all vehicles at once, or for each of them, in `columns` columns.
    fn per_vehicle(
        &self,
        (key, section): (&'a str, &'a str),
        count: usize,
        columns: usize,
    ) -> Result<Option<Vec<Vec<Field<'a>>>>, FormatError> {
        if let Some(field) = self.optional(key) {
            return Ok(Some(vec![vec![field]; count]));
        }
        if !self.has(section) {
            return Ok(None);
        }
        let rows = self.rows(section, (count, "vehicle"), &(1..=columns))?;
        Ok(Some(rows.iter().map(|row| row.fields().collect()).collect()))
    }

    /// At which depot each vehicle starts and ends.
    fn homes(&self, count: usize, depots: usize) -> Result<Vec<usize>, FormatError> {
        let keys = ("VEHICLES_DEPOT", "VEHICLES_DEPOT_SECTION");
        match self.per_vehicle(keys, count, 1)? {
            Some(fields) => {
                let home = |field: &Vec<Field<'_>>| Ok(self.whole(field[0], &(1..=depots))? - 1);
                fields.iter().map(home).collect()
            }
            None if depots == 1 => Ok(vec![0; count]),
            None => {
                let reason = format!("the section is missing, and there are {depots} depots");
                Err(self.error(self.end, keys.1, reason))
            }
        }
    }

    fn capacities(&self, vehicles: &mut [Vehicle]) -> Result<(), FormatError> {
        let keys = ("CAPACITY", "CAPACITY_SECTION");
        let Some(capacities) = self.per_vehicle(keys, vehicles.len(), LOADS)? else {
            return Err(self.error(self.end, "header", "CAPACITY is missing"));
        };
        for (vehicle, fields) in vehicles.iter_mut().zip(capacities) {
            vehicle.capacity = [0; LOADS];
            for (capacity, &field) in vehicle.capacity.iter_mut().zip(&fields) {
                *capacity = self.whole(field, &(0..=NEVER))?;
            }
        }
        Ok(())
    }

    fn limits(&self, vehicles: &mut [Vehicle], rounding: Rounding) -> Result<(), FormatError> {
        let count = vehicles.len();
        let values = |keys| self.per_vehicle(keys, count, 1);
        let each = |values: Option<Vec<Vec<Field<'a>>>>| values.into_iter().flatten();
        let durations = values(("VEHICLES_MAX_DURATION", "VEHICLES_MAX_DURATION_SECTION"))?;
        for (vehicle, fields) in vehicles.iter_mut().zip(each(durations)) {
            vehicle.duration_max = self.length(fields[0], rounding)?;
        }
        let distances = values(("VEHICLES_MAX_DISTANCE", "VEHICLES_MAX_DISTANCE_SECTION"))?;
        for (vehicle, fields) in vehicles.iter_mut().zip(each(distances)) {
            vehicle.distance_max = self.wide(fields[0], rounding)?;
        }
        let fixed = values(("VEHICLES_FIXED_COST", "VEHICLES_FIXED_COST_SECTION"))?;
        for (vehicle, fields) in vehicles.iter_mut().zip(each(fixed)) {
            vehicle.cost_fixed = self.wide(fields[0], rounding)?;
        }
        let keys = ("VEHICLES_UNIT_DISTANCE_COST", "VEHICLES_UNIT_DISTANCE_COST_SECTION");
        for (vehicle, fields) in vehicles.iter_mut().zip(each(values(keys)?)) {
            vehicle.cost_per_meter = self.whole(fields[0], &(0..=UNIT_COST_MAX))?;
        }
        Ok(())
    }

    /// Where vehicles may load again, and how often.
    fn reloads(
        &self,
        vehicles: &mut [Vehicle],
        homes: &[usize],
        depots: usize,
    ) -> Result<(), FormatError> {
        let section = "VEHICLES_RELOAD_DEPOT_SECTION";
        if !self.has(section) {
            return Ok(());
        }
        let count = vehicles.len();
        let keys = ("VEHICLES_MAX_RELOADS", "VEHICLES_MAX_RELOADS_SECTION");
        let limits = self.per_vehicle(keys, count, 1)?.unwrap_or_default();
        let rows = self.rows(section, (count, "vehicle"), &(0..=depots))?;
        for (index, (vehicle, row)) in vehicles.iter_mut().zip(rows).enumerate() {
            let mut reload: u64 = 0;
            for field in row.fields() {
                reload |= 1 << (self.whole(field, &(1..=depots))? - 1);
            }
            if reload == 0 {
                continue;
            }
            if reload & (1 << homes[index]) == 0 {
                let reason = format!(
                    "vehicle {} cannot reload at depot {}, where it starts: this is not understood",
                    index + 1,
                    homes[index] + 1
                );
                return Err(self.error(row.line, section, reason));
            }
            if depots > 1 {
                vehicle.depots = reload;
            }
            vehicle.trips_max = match limits.get(index) {
                Some(fields) => self.whole(fields[0], &(0..=u16::MAX - 1))? + 1,
                None => u16::MAX,
            };
        }
        Ok(())
    }

    /// Turns lists of clients that vehicles may visit into skills: one for each list that does not
    /// name everybody. Whoever is not on it asks for that skill, and all vehicles have it but those
    /// with this list.
    fn restrict(
        &self,
        vehicles: &mut [Vehicle],
        nodes: &mut [Node],
        depots: usize,
    ) -> Result<(), FormatError> {
        let section = "VEHICLES_ALLOWED_CLIENTS_SECTION";
        if !self.has(section) {
            return Ok(());
        }
        let rows = self.rows(section, (vehicles.len(), "vehicle"), &(0..=nodes.len()))?;
        let mut lists: Vec<Vec<bool>> = Vec::new();
        let mut lacking = vec![0; vehicles.len()];
        for (row, lacking) in rows.iter().zip(&mut lacking) {
            let is_allowed = self.allowed(row, nodes.len(), depots)?;
            if is_allowed.iter().all(|&is_allowed| is_allowed) {
                continue;
            }
            let known = lists.iter().position(|list| *list == is_allowed);
            let list = known.unwrap_or(lists.len());
            if list == RESTRICTIONS_MAX {
                let reason = format!("at most {RESTRICTIONS_MAX} different lists are accepted");
                return Err(self.error(row.line, section, reason));
            }
            if known.is_none() {
                lists.push(is_allowed);
            }
            *lacking = 1_u32 << list;
        }
        let everything = (0..lists.len()).fold(0, |skills, list| skills | 1_u32 << list);
        for (vehicle, lacking) in vehicles.iter_mut().zip(lacking) {
            vehicle.skills = everything & !lacking;
        }
        for (list, is_allowed) in lists.iter().enumerate() {
            for (node, _) in nodes.iter_mut().zip(is_allowed).filter(|(_, allowed)| !**allowed) {
                node.skills |= 1 << list;
            }
        }
        Ok(())
    }

    fn allowed(
        &self,
        row: &Row<'a>,
        nodes: usize,
        depots: usize,
    ) -> Result<Vec<bool>, FormatError> {
        let mut is_allowed = vec![false; nodes];
        is_allowed[..depots].fill(true);
        for field in row.fields() {
            is_allowed[self.whole(field, &(depots + 1..=nodes))? - 1] = true;
        }
        Ok(is_allowed)
    }
}
