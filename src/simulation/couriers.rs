//! What couriers do: the trips of the plan, each when it is due.

use crate::model::ids::{CourierId, OrderId};
use crate::model::order::{OrderState, Picking};
use crate::model::place::Coordinate;
use crate::model::plan::Route;
use crate::model::region::Courier;
use crate::model::time::Timestamp;
use crate::model::units::{Meters, Seconds};
use crate::planner::command::Command;
use crate::planner::event::CourierReport;
use crate::planner::view::View;
use crate::simulation::day::{Day, Happening};
use crate::simulation::noise::Purpose;

use rand::Rng;

/// One in so many doors stays shut.
const FAILS_ONE_IN: u32 = 100;

/// What a courier is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// Not at work.
    Off,
    /// Waiting for a trip, at home or where the shift started.
    Waiting,
    /// On the way to the store, or loading there.
    Fetching {
        /// When the courier is at the store.
        at_store: Timestamp,
        /// Whether the departure is in the calendar.
        will_depart: bool,
    },
    /// Between store and last door.
    Delivering,
    /// Has just left the last door.
    Finished,
    /// On the way home.
    Returning,
}

/// A courier and what the day was like.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    doing: Doing,
    place: Coordinate,
    shift_is_over: bool,
    on_duty_since: Timestamp,
    busy_since: Timestamp,
    /// Time on duty, overtime included.
    pub(crate) paid: Seconds,
    /// Time on trips, the way back included.
    pub(crate) busy: Seconds,
    /// On the road.
    pub(crate) driven: Meters,
}

impl Worker {
    pub(crate) fn new(courier: &Courier) -> Self {
        Self {
            doing: Doing::Off,
            place: courier.start,
            shift_is_over: false,
            on_duty_since: Timestamp::default(),
            busy_since: Timestamp::default(),
            paid: Seconds::ZERO,
            busy: Seconds::ZERO,
            driven: Meters::ZERO,
        }
    }

    pub(crate) fn has_gone_home(&self) -> bool {
        self.doing == Doing::Off
    }
}

impl Day<'_> {
    pub(crate) fn shift_starts(&mut self, now: Timestamp, courier: CourierId) {
        let worker = &mut self.workers[courier.index()];
        worker.shift_is_over = false;
        if worker.doing == Doing::Off && self.report(now, courier, CourierReport::OnDuty) {
            let worker = &mut self.workers[courier.index()];
            worker.doing = Doing::Waiting;
            worker.on_duty_since = now;
        }
    }

    pub(crate) fn shift_ends(&mut self, courier: CourierId) {
        self.workers[courier.index()].shift_is_over = true;
        self.a_hand_is_free = true;
    }

    /// Lets couriers begin what is due to begin; whether somebody did.
    pub(crate) fn start_driving(&mut self, now: Timestamp, view: &View) -> bool {
        let mut did = false;
        for courier in self.region.courier_ids() {
            did |= match self.workers[courier.index()].doing {
                Doing::Waiting | Doing::Finished => self.seek_work(now, courier, view),
                Doing::Fetching { at_store, will_depart: false } => {
                    self.prepare_departure(now, courier, at_store);
                    false
                }
                _ => false,
            };
        }
        did
    }

    fn seek_work(&mut self, now: Timestamp, courier: CourierId, view: &View) -> bool {
        let Some((id, route)) = view.state.route_of(courier, now) else { return false };
        let timing = view.live.as_ref().and_then(|live| live.outlook.planned.get(&id)?.first());
        let is_due = timing.is_some_and(|trip| trip.starts_at <= now);
        if is_due && self.start_trip(now, courier, route, view) {
            return true;
        }
        let worker = &self.workers[courier.index()];
        if worker.doing == Doing::Finished {
            return self.head_home(now, courier);
        }
        if worker.shift_is_over && route.trips.is_empty() && route.current.is_none() {
            return self.go_off_duty(now, courier);
        }
        false
    }

    fn start_trip(
        &mut self,
        now: Timestamp,
        courier: CourierId,
        route: &Route,
        view: &View,
    ) -> bool {
        let Some(trip) = route.trips.first() else { return false };
        let is_booked = |order: &OrderId| {
            let order = view.state.orders.get(order);
            order.is_some_and(|order| order.state == OrderState::Booked)
        };
        if !trip.orders.iter().all(is_booked) {
            return false;
        }
        let (store, orders) = (trip.store, trip.orders.clone());
        if !self.report(now, courier, CourierReport::TripStarted { store, orders }) {
            return false;
        }
        let to = self.region.store(store).location;
        let takes = self.drive(now, courier, to);
        let worker = &mut self.workers[courier.index()];
        if worker.doing == Doing::Waiting {
            worker.busy_since = now;
        }
        worker.doing = Doing::Fetching { at_store: now + takes, will_depart: false };
        true
    }

    /// Loading begins when the courier is at the store and all is handed over.
    fn prepare_departure(&mut self, now: Timestamp, courier: CourierId, at_store: Timestamp) {
        let orders = self.carried(now, courier);
        let mut ready = at_store;
        for &(order, _) in &orders {
            let picking = self.desk.state().orders.get(&order).map(|order| order.picking);
            let Some(Picking::Done(at)) = picking else { return };
            ready = ready.max(at + self.region.policy.handover);
        }
        let first = orders.first().map_or(0, |&(order, _)| self.session_number(order));
        let takes = self.noise.duration(Purpose::Loading, first, 0, self.region.policy.loading);
        self.calendar.put(ready.max(now) + takes, Happening::Departs(courier));
        self.workers[courier.index()].doing = Doing::Fetching { at_store, will_depart: true };
    }

    pub(crate) fn departs(&mut self, now: Timestamp, courier: CourierId) {
        self.report(now, courier, CourierReport::Departed);
        self.workers[courier.index()].doing = Doing::Delivering;
        self.drive_on(now, courier);
    }

    /// To the next door, or, after the last one, to whatever is next.
    fn drive_on(&mut self, now: Timestamp, courier: CourierId) {
        let next = self.carried(now, courier).first().copied();
        if let Some((_, door)) = next {
            let takes = self.drive(now, courier, door);
            self.calendar.put(now + takes, Happening::Arrives(courier));
        } else {
            self.workers[courier.index()].doing = Doing::Finished;
            self.a_hand_is_free = true;
        }
    }

    pub(crate) fn arrives(&mut self, now: Timestamp, courier: CourierId) {
        let next = self.carried(now, courier).first().copied();
        let Some((order, _)) = next else { return self.drive_on(now, courier) };
        self.report(now, courier, CourierReport::Arrived(order));
        let Some(found) = self.desk.state().orders.get(&order) else { return };
        let (opens, door) = (found.slot.window.opens(), found.wish.door);
        let takes = self.noise.duration(Purpose::Door, self.session_number(order), 0, door);
        self.calendar.put(now.max(opens) + takes, Happening::Leaves(courier));
    }

    pub(crate) fn leaves(&mut self, now: Timestamp, courier: CourierId) {
        let next = self.carried(now, courier).first().copied();
        if let Some((order, _)) = next {
            let mut stream = self.noise.stream(Purpose::Door, self.session_number(order), 1);
            let fails = !self.noise.is_silent() && stream.random_ratio(1, FAILS_ONE_IN);
            let report =
                if fails { CourierReport::Failed(order) } else { CourierReport::Delivered(order) };
            self.report(now, courier, report);
        }
        self.drive_on(now, courier);
    }

    fn head_home(&mut self, now: Timestamp, courier: CourierId) -> bool {
        let Some(home) = self.region.courier(courier).home else {
            return self.arrive_home(now, courier);
        };
        let to = self.region.store(home).location;
        let takes = self.drive(now, courier, to);
        self.workers[courier.index()].doing = Doing::Returning;
        self.calendar.put(now + takes, Happening::Returns(courier));
        false
    }

    pub(crate) fn returns(&mut self, now: Timestamp, courier: CourierId) {
        self.arrive_home(now, courier);
    }

    fn arrive_home(&mut self, now: Timestamp, courier: CourierId) -> bool {
        let is_known = self.report(now, courier, CourierReport::Back);
        let worker = &mut self.workers[courier.index()];
        worker.busy += now - worker.busy_since;
        worker.doing = Doing::Waiting;
        self.a_hand_is_free = true;
        is_known
    }

    fn go_off_duty(&mut self, now: Timestamp, courier: CourierId) -> bool {
        let is_off = self.report(now, courier, CourierReport::OffDuty);
        if is_off {
            let worker = &mut self.workers[courier.index()];
            worker.paid += now - worker.on_duty_since;
            worker.doing = Doing::Off;
        }
        is_off
    }

    fn report(&mut self, now: Timestamp, courier: CourierId, report: CourierReport) -> bool {
        self.tell(now, Command::Courier { courier, report, position: None })
    }

    /// The doors that are still ahead on the trip under way.
    fn carried(&self, now: Timestamp, courier: CourierId) -> Vec<(OrderId, Coordinate)> {
        let state = self.desk.state();
        let route = state.route_of(courier, now).and_then(|(_, route)| route.current.as_ref());
        let ahead = route.into_iter().flat_map(|trip| &trip.stops).filter(|s| s.left_at.is_none());
        let door = |order: OrderId| Some((order, state.orders.get(&order)?.wish.place));
        ahead.filter_map(|stop| door(stop.order)).collect()
    }

    /// Moves a courier and answers how long it takes. The same way at the same hour takes the same
    /// time for everybody.
    fn drive(&mut self, now: Timestamp, courier: CourierId, to: Coordinate) -> Seconds {
        let from = self.workers[courier.index()].place;
        let profile = self.region.courier(courier).profile;
        // The planner has accepted this place, so it can be reached.
        let leg = self.desk.travel().leg(profile, from, to).unwrap_or_default();
        let worker = &mut self.workers[courier.index()];
        worker.place = to;
        worker.driven += Meters(i64::from(leg.distance_meters));
        let hour = now.0.div_euclid(3600).unsigned_abs();
        let (from, to) = (packed(from) ^ hour.rotate_left(40), packed(to));
        self.noise.duration(Purpose::Drive, from, to, Seconds(i64::from(leg.drive_seconds)))
    }
}

/// Both parts of a place in one number.
fn packed(place: Coordinate) -> u64 {
    u64::from(place.latitude_micro.cast_unsigned()) << 32
        | u64::from(place.longitude_micro.cast_unsigned())
}
