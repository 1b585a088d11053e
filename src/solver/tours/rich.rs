//! The exact walk over routes of vehicles whose rules moments cannot express.

use crate::solver::instance::Instance;
use crate::solver::schedule::Call;
use crate::solver::schedule::Walk;
use crate::solver::tours::NONE;
use crate::solver::tours::Tours;
use crate::solver::tours::place::Place;

/// Buffers of the walk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rich {
    calls: Vec<Call>,
    walk: Walk,
}

impl Tours {
    /// What the extras of a vehicle change by if a client is given a place, or `None` when that
    /// breaks a rule.
    pub(crate) fn extra_cost(
        &self,
        instance: &Instance,
        vehicle: u32,
        place: Option<Place>,
        rich: &mut Rich,
    ) -> Option<i64> {
        self.call(instance, vehicle, place, &mut rich.calls);
        let data = &instance.problem.vehicles[vehicle as usize];
        let cost = rich.walk.cost(&instance.problem, data, &rich.calls)?;
        Some((cost >> instance.tables.shift) - self.extras[vehicle as usize])
    }

    /// Brings the extras of a vehicle up to date after its route was changed.
    pub(crate) fn update_extras(&mut self, instance: &Instance, vehicle: u32) {
        if !instance.is_rich[vehicle as usize] {
            return;
        }
        let mut rich = std::mem::take(&mut self.rich);
        let is_used = self.trip_counts[vehicle as usize] > 0;
        let change = if is_used {
            self.extra_cost(instance, vehicle, None, &mut rich)
        } else {
            Some(-self.extras[vehicle as usize])
        };
        self.rich = rich;
        match change {
            Some(0) => {}
            Some(change) => {
                self.log_extra(vehicle);
                self.extras[vehicle as usize] += change;
                self.cost += change;
            }
            None => self.broken.push(vehicle),
        }
    }

    /// Lists the stops of a route, with one more client if there is a place for it.
    fn call(&self, instance: &Instance, vehicle: u32, place: Option<Place>, calls: &mut Vec<Call>) {
        calls.clear();
        let mut at = self.ids.start_of(vehicle);
        let mut location = self.stop(at).location;
        loop {
            let stop = self.stop(at);
            let next = stop.next;
            if let Some(place) = place.filter(|place| place.previous == at) {
                location = self.call_newcomer(instance, vehicle, place, location, calls);
            }
            if next == NONE {
                return;
            }
            let stop = self.stop(next);
            let hop = instance.table(vehicle).hop(location, stop.location);
            calls.push(Call {
                drive: hop.drive,
                meters: instance.meters(vehicle, location, stop.location),
                opens: stop.opens,
                closes: stop.closes,
                service: stop.service,
                client: self.ids.is_client(next).then_some(next),
            });
            at = next;
            location = stop.location;
        }
    }

    /// Lists a client at its place; gives the location to go on from.
    fn call_newcomer(
        &self,
        instance: &Instance,
        vehicle: u32,
        place: Place,
        mut location: u32,
        calls: &mut Vec<Call>,
    ) -> u32 {
        let data = instance.client(place.client);
        let mut push = |to: u32, opens: i32, closes: i32, service: i32, client: Option<u32>| {
            let drive = instance.table(vehicle).hop(location, to).drive;
            let meters = instance.meters(vehicle, location, to);
            calls.push(Call { drive, meters, opens, closes, service, client });
            location = to;
        };
        if let Some((_, depot)) = place.opens {
            let (opens, closes) = instance.loading_window(depot, vehicle);
            let depot = &instance.problem.depots[depot as usize];
            push(depot.location, opens.max(data.release), closes, depot.loading, None);
        }
        let service = instance.service(place.client, vehicle);
        push(data.location, data.opens, data.closes, service, Some(place.client));
        if place.opens.is_none() {
            let trip = self.stop(place.previous).trip;
            self.delay_loading(instance, trip, data.release, calls);
        }
        data.location
    }

    /// Makes the last loading listed wait for one more release.
    fn delay_loading(&self, instance: &Instance, trip: u32, release: i32, calls: &mut [Call]) {
        if instance.has_releases && release > self.trip(trip).release {
            let loading = calls.iter_mut().rev().find(|call| call.client.is_none());
            let loading = loading.expect("a trip begins with its loading");
            loading.opens = loading.opens.max(release);
        }
    }
}
