// A day in the invented city: couriers on trips, orders on their way, all read off one clock that runs at 60×.
// Nothing is optimized here; the mock only has to look alive and to speak the contract.

import { along, length, location, meters, nodeCount, path, random, snap, stores } from "./mock-city.mjs";

const OFFSET_HOURS = 3;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const METERS_PER_MS = { bike: 4.2 / 1000, car: 7.5 / 1000, foot: 1.6 / 1000 };
const NAMES = ["Anna", "Boris", "Clara", "Dmitri", "Elena", "Farid", "Galina", "Hanna", "Igor", "Julia", "Kirill", "Lena", "Marat", "Nina", "Oleg", "Polina"];

export const speed = 60;
const next = random(42);
const started = Date.now();
const dayStart = Date.UTC(2026, 10, 22, 14 - OFFSET_HOURS);
const pick = (list) => list[Math.floor(next() * list.length)];

/** Returns the city's time in milliseconds since the epoch. */
export const now = () => dayStart + (Date.now() - started) * speed;

/** Writes an instant as the wire does, with the region's offset. */
export function stamp(at) {
  return at === null ? null : new Date(at + OFFSET_HOURS * HOUR).toISOString().replace(/\.\d+Z$/, "+03:00");
}

export const orders = new Map();
export const holds = new Map();
export const couriers = NAMES.map((name, i) => ({
  id: `c${String(i + 1).padStart(2, "0")}`, name, profile: i % 4 === 3 ? "car" : i === 10 ? "foot" : "bike",
  store: stores[i % stores.length], color: i % 12, trips: [], free: dayStart - 90 * MINUTE,
}));
export const tally = { quotes: 0, refused: 0 };
let lastOrder = 100;
let version = 1;
export const planVersion = () => version;

/** Returns the next number that a hold and its order share. */
export const nextNumber = () => ++lastOrder;

function invent() {
  const node = Math.floor(next() * nodeCount);
  const items = 3 + Math.floor(next() * 25);
  return { number: nextNumber(), node, location: location(node), basket: { items, mass_grams: items * 430, volume_milliliters: items * 1300 } };
}

/** Plans a trip of a courier that starts no earlier than the given time. */
function plan(courier, wanted, earliest) {
  const loading = Math.max(courier.free, earliest);
  const trip = { courier, loading, departs: loading + 6 * MINUTE, stops: [] };
  let at = courier.store.node;
  let time = trip.departs;
  for (const order of wanted) {
    const line = path(at, order.node);
    if (!line || line.length < 2) continue;
    const arrives = time + length(line) / METERS_PER_MS[courier.profile];
    time = arrives + 3 * MINUTE;
    trip.stops.push({ order, line, from: arrives - length(line) / METERS_PER_MS[courier.profile], arrives, leaves: time });
    at = order.node;
  }
  trip.back = path(at, courier.store.node);
  trip.returns = time + length(trip.back) / METERS_PER_MS[courier.profile];
  courier.free = trip.returns + 2 * MINUTE;
  courier.trips.push(trip);
  for (const stop of trip.stops) {
    const slack = (next() * 50 - 4) * MINUTE;
    const end = stop.order.end ?? Math.ceil((stop.arrives + slack) / (15 * MINUTE)) * 15 * MINUTE - (next() < 0.05 ? 20 * MINUTE : 0);
    Object.assign(stop.order, { end, begin: stop.order.begin ?? end - HOUR, trip, stop, kind: stop.order.kind ?? "scheduled", store: courier.store, booked: Math.min(now(), trip.loading - 20 * MINUTE) });
    orders.set(stop.order.number, stop.order);
  }
  version++;
  return trip;
}

/** Keeps every courier supplied with a current and a later trip. */
export function advance() {
  for (const courier of couriers) {
    courier.trips = courier.trips.filter((trip) => trip.returns > now() - 5 * MINUTE);
    while (courier.trips.filter((trip) => trip.loading > now()).length < 1) {
      const near = Array.from({ length: 12 }, invent).sort((a, b) => meters(a.location, courier.store.location) - meters(b.location, courier.store.location));
      plan(courier, near.slice(0, 2 + Math.floor(next() * 4)), courier.free + next() * 15 * MINUTE);
    }
  }
}

/** Books an order of the checkout onto a trip of its own, as soon as the courier is free. */
export function book(hold) {
  const courier = couriers.filter((one) => one.store.id === hold.store.id).sort((a, b) => a.free - b.free)[0];
  const order = { ...hold.order, number: hold.number, begin: hold.begin, end: hold.end, kind: hold.kind, fee: hold.fee, reference: hold.reference };
  if (hold.kind === "pickup") {
    Object.assign(order, { store: hold.store, booked: now() });
    orders.set(order.number, order);
    version++;
  } else {
    plan(courier, [order], Math.max(now() + 8 * MINUTE, hold.begin - 10 * MINUTE));
    order.booked = now();
  }
  return order;
}

/** Cancels an order and takes its stop out of the plan. */
export function cancel(order) {
  order.cancelled = true;
  if (order.trip) order.trip.stops = order.trip.stops.filter((stop) => stop.order !== order);
  version++;
}

export function orderState(order) {
  if (order.cancelled) return "cancelled";
  if (!order.stop) return now() < order.begin ? "booked" : "ready";
  const { trip, stop } = order;
  if (now() >= stop.leaves) return "delivered";
  if (now() >= stop.arrives) return "arrived";
  if (now() >= trip.departs) return "on_the_way";
  if (now() >= trip.loading) return "loaded";
  if (now() >= trip.loading - 10 * MINUTE) return "ready";
  return now() >= trip.loading - 20 * MINUTE ? "picking" : "booked";
}

const seconds = (ms) => Math.max(0, Math.round(ms / 1000));
export const lateSeconds = (order) => (order.stop ? seconds(order.stop.arrives - order.end) : 0);

/** The order as the wire shows it. */
export function orderReply(order) {
  const state = orderState(order);
  const stop = order.stop ?? null;
  const before = stop ? order.trip.stops.filter((other) => other.arrives < stop.arrives && other.leaves > now()).length : null;
  return {
    order: `O${order.number}`, reference: order.reference ?? null, state, kind: order.kind, store: order.store.id, courier: order.trip?.courier.id ?? null,
    location: order.location, basket: order.basket, window: { start: stamp(order.begin), end: stamp(order.end) }, fee: order.fee ?? { amount: 14900, currency: "RUB" },
    booked_at: stamp(order.booked), expected_arrival: stop ? stamp(stop.arrives) : null, delivered_at: state === "delivered" ? stamp(stop.leaves) : null,
    late_seconds: lateSeconds(order), stops_before: before,
  };
}

export function risk(stop) {
  if (stop.arrives > stop.order.end) return "late";
  return stop.order.end - stop.arrives < 5 * MINUTE ? "tight" : "none";
}

export function tripState(trip) {
  if (now() < trip.loading) return "planned";
  if (now() < trip.departs) return "loading";
  const last = trip.stops.at(-1);
  return last && now() < last.leaves ? "on_the_way" : "returning";
}

/** Returns where a courier is now. */
export function position(courier) {
  const trip = courier.trips.find((one) => one.loading <= now() && one.returns > now());
  if (!trip || now() < trip.departs) return courier.store.location;
  for (const stop of trip.stops) {
    if (now() < stop.arrives) return along(stop.line, (now() - stop.from) / (stop.arrives - stop.from));
    if (now() < stop.leaves) return stop.order.location;
  }
  const left = trip.stops.at(-1)?.leaves ?? trip.departs;
  return along(trip.back, (now() - left) / (trip.returns - left));
}

/** The courier as the wire shows him. */
export function courierReply(courier) {
  const trip = courier.trips.find((one) => one.loading <= now() && one.returns > now());
  const ahead = (trip?.stops ?? []).filter((stop) => stop.leaves > now());
  const grams = ahead.reduce((sum, stop) => sum + stop.order.basket.mass_grams, 0);
  const state = { loading: "loading", on_the_way: "on_trip", returning: "returning" }[trip ? tripState(trip) : ""] ?? "available";
  return {
    id: courier.id, name: courier.name, profile: courier.profile, state, position: position(courier), shift: { start: stamp(dayStart - 4 * HOUR), end: stamp(dayStart + 8 * HOUR) },
    stops_left: ahead.length, orders_left: courier.trips.flatMap((one) => one.stops).filter((stop) => stop.leaves > now()).length,
    load_grams: grams, capacity_grams: courier.profile === "car" ? 120_000 : 40_000, load_milliliters: grams * 3, capacity_milliliters: courier.profile === "car" ? 400_000 : 120_000,
    next_arrival: ahead[0] ? stamp(ahead[0].arrives) : null, next_order: ahead[0] ? `O${ahead[0].order.number}` : null,
  };
}

/** The plan as GeoJSON: a line per trip, a point per stop. */
export function planFeatures() {
  const features = [];
  for (const courier of couriers) {
    courier.trips.forEach((trip, sequence) => {
      if (trip.returns < now() || trip.stops.length === 0) return;
      const line = [...trip.stops.flatMap((stop) => stop.line), ...trip.back];
      features.push({ type: "Feature", properties: { courier: courier.id, color: courier.color, state: tripState(trip), sequence }, geometry: { type: "LineString", coordinates: line } });
      trip.stops.forEach((stop, i) => {
        const state = now() >= stop.leaves ? "delivered" : now() >= stop.arrives ? "arrived" : "ahead";
        const { lon, lat } = stop.order.location;
        features.push({
          type: "Feature",
          properties: { order: `O${stop.order.number}`, courier: courier.id, color: courier.color, sequence: i + 1, state, arrives_at: stamp(stop.arrives), window_end: stamp(stop.order.end), risk: risk(stop) },
          geometry: { type: "Point", coordinates: [lon, lat] },
        });
      });
    });
  }
  return { type: "FeatureCollection", features };
}

/** Returns the offers and refusals of a checkout at a place. */
export function offersAt(at, basket, policy) {
  const { distance } = snap(at);
  if (distance > 700) return { offers: [], refusals: [{ kind: "express", window: null, store: null, reason: "outside_area", detail: "The door is outside the delivery area." }] };
  const sorted = [...stores].sort((a, b) => meters(a.location, at) - meters(b.location, at));
  const offers = [];
  const refusals = [];
  const add = (kind, store, begin, end, amount, expected, chance = null) => offers.push({ kind, store, begin, end, fee: { amount, currency: "RUB" }, expected, chance });
  if (basket.mass_grams > 30_000) refusals.push({ kind: "express", window: null, store: null, reason: "too_heavy", detail: "Express takes at most 30 kg." });
  else add("express", sorted[0], now(), now() + policy.promiseMinutes * MINUTE, 24_900, now() + 38 * MINUTE, 0.994);
  const first = Math.ceil((now() + 30 * MINUTE) / HOUR) * HOUR;
  const midnight = Math.floor((now() + OFFSET_HOURS * HOUR) / (24 * HOUR)) * 24 * HOUR - OFFSET_HOURS * HOUR;
  for (const day of [0, 1]) {
    for (let hour = 9; hour < 22; hour++) {
      const begin = midnight + day * 24 * HOUR + hour * HOUR;
      const window = { start: stamp(begin), end: stamp(begin + HOUR) };
      if (begin < now()) continue;
      if (begin < first) refusals.push({ kind: "scheduled", window, store: null, reason: "cut_off_passed", detail: "It is too late to order for this hour." });
      else if ((hour * 7 + day) % 5 === 0) refusals.push({ kind: "scheduled", window, store: null, reason: "no_courier_in_time", detail: "No courier can reach this door within the hour.", ...(hour % 2 ? { remedy: { kind: "store", store: "riverside", store_name: "Riverside" } } : {}) });
      else add("scheduled", sorted[0], begin, begin + HOUR, [0, 9_900, 14_900, 19_900][(hour + day) % 4], begin + 25 * MINUTE, [0.996, 0.981, 0.975, 0.93][(hour * 3 + day) % 4]);
    }
  }
  for (const store of sorted) {
    if (store.id === "hillview") refusals.push({ kind: "pickup", window: null, store: store.id, reason: "picking_full", detail: "The pickers of this store are busy until closing time." });
    else add("pickup", store, now() + 40 * MINUTE, now() + 160 * MINUTE, 0, null);
  }
  return { offers, refusals };
}
