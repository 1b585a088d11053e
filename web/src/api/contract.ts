// The wire types of the service's HTTP contract, as far as the pages use them.

export interface Place {
  lat: number;
  lon: number;
}

export interface Money {
  /** In the currency's minor unit, such as kopecks. */
  amount: number;
  currency: string;
}

/** RFC 3339 with the region's offset. */
export type Timestamp = string;

export interface TimeWindow {
  start: Timestamp;
  end: Timestamp;
}

export interface Basket {
  items: number;
  mass_grams: number;
  volume_milliliters: number;
  /** What the goods cost, where the shop says so. */
  value?: Money;
  /** Classes of items that a store may be out of. */
  classes?: string[];
}

export interface StoreOfRegion {
  id: string;
  name: string;
  location: Place;
}

export interface Bounds {
  south: number;
  west: number;
  north: number;
  east: number;
}

export interface Region {
  id: string;
  name: string;
  time_zone: string;
  now: Timestamp;
  clock_speed: number;
  currency: string;
  promise_minutes: number;
  travel: string;
  center: Place;
  bounds: Bounds;
  /** The address of an outside style, if the map is not drawn from the service's own tiles. */
  map_style: string | null;
  stores: StoreOfRegion[];
  offer_minutes: number;
  hold_minutes: number;
  demo: boolean;
}

export type SlotKind = "express" | "scheduled" | "pickup";

export interface Offer {
  /** A signed token; it means nothing to the page. */
  offer: string;
  kind: SlotKind;
  store: string;
  store_name: string;
  window: TimeWindow;
  fee: Money;
  expected_arrival: Timestamp | null;
  /** When the courier is there nine times out of ten. */
  likely_arrival?: TimeWindow | null;
  /** From 0 to 1. */
  on_time_probability?: number | null;
  expires_at: Timestamp;
  evidence: string;
}

export type Remedy =
  | { kind: "later"; until: Timestamp }
  | { kind: "store"; store: string; store_name: string }
  | { kind: "split"; store: string; store_name: string }
  | { kind: "courier"; store: string; hours: TimeWindow };

export interface Refusal {
  kind: SlotKind;
  window: TimeWindow | null;
  store: string | null;
  /** A code, such as `picking_full`. */
  reason: string;
  /** The same as a sentence. */
  detail: string;
  /** What would make it possible; sought for the first refusals only. */
  remedy?: Remedy;
  /** For `minimum_basket`: by how much the goods are worth too little. */
  missing_value?: Money;
  /** For `out_of_stock`: what no store has. */
  missing_classes?: string[];
  /** For `reserved`: when the slot is open to everybody. */
  open_to_all_at?: Timestamp;
}

export interface Quote {
  quote: string;
  created_at: Timestamp;
  expires_at: Timestamp;
  travel_source: string;
  plan_version: number;
  offers: Offer[];
  refusals: Refusal[];
}

export interface Hold {
  hold: string;
  kind: SlotKind;
  store: string;
  window: TimeWindow;
  fee: Money;
  expires_at: Timestamp;
  expected_arrival: Timestamp | null;
}

export type OrderState =
  | "held"
  | "booked"
  | "picking"
  | "ready"
  | "loaded"
  | "on_the_way"
  | "arrived"
  | "delivered"
  | "failed"
  | "collected"
  | "cancelled";

export interface Order {
  order: string;
  reference: string | null;
  state: OrderState;
  kind: SlotKind;
  store: string;
  courier: string | null;
  location: Place;
  basket: Basket;
  window: TimeWindow;
  fee: Money;
  booked_at: Timestamp;
  expected_arrival: Timestamp | null;
  delivered_at: Timestamp | null;
  /** Projected or actual, beyond the window's end. */
  late_seconds: number;
  stops_before: number | null;
}

export type Profile = "bike" | "car" | "foot";
export type CourierState = "off" | "available" | "loading" | "on_trip" | "returning";

export interface Courier {
  id: string;
  name: string;
  profile: Profile;
  state: CourierState;
  position: Place | null;
  shift: TimeWindow | null;
  stops_left: number;
  orders_left: number;
  load_grams: number;
  capacity_grams: number;
  load_milliliters: number;
  capacity_milliliters: number;
  next_arrival: Timestamp | null;
  next_order: string | null;
}

export interface Position extends Place {
  courier: string;
  at: Timestamp;
}

export type TripState = "planned" | "loading" | "on_the_way" | "returning";
export type StopState = "ahead" | "arrived" | "delivered" | "failed";
export type Risk = "none" | "tight" | "late";

export interface TripProperties {
  courier: string;
  /** 0 to 11. */
  color: number;
  state: TripState;
  sequence: number;
}

export interface StopProperties {
  order: string;
  courier: string;
  color: number;
  sequence: number;
  state: StopState;
  arrives_at: Timestamp;
  window_end: Timestamp;
  risk: Risk;
}

export interface Feature<Geometry, Properties> {
  type: "Feature";
  geometry: Geometry;
  properties: Properties;
}

export interface LineString {
  type: "LineString";
  coordinates: [number, number][];
}

export interface Point {
  type: "Point";
  coordinates: [number, number];
}

export type TripFeature = Feature<LineString, TripProperties>;
export type StopFeature = Feature<Point, StopProperties>;

export interface PlanFeatures {
  type: "FeatureCollection";
  features: (TripFeature | StopFeature)[];
}

/** What tiles the service has of a region's map. */
export interface TileJson {
  /** Their address from the service's root on, with {z}, {x} and {y}. */
  tiles: string[];
  minzoom: number;
  maxzoom: number;
  /** West, south, east, north. */
  bounds?: [number, number, number, number];
  attribution?: string;
}

/** What lies below everything: the service's own map, or the address of an outside style; and the zones. */
export interface Ground {
  base: TileJson | string;
  zones: MapFeatures;
}

/** Zones; handed to the map as they come. */
export interface MapFeatures {
  type: "FeatureCollection";
  features: Feature<{ type: string; coordinates: unknown }, Record<string, unknown>>[];
}

export interface Kpis {
  now: Timestamp;
  booked: number;
  held: number;
  delivered: number;
  collected: number;
  cancelled: number;
  failed: number;
  on_time: number;
  late: number;
  on_time_share: number | null;
  at_risk: number;
  projected_late: number;
  couriers_on_duty: number;
  couriers_on_trip: number;
  quotes: number;
  refused_quotes: number;
  search: { iterations_per_second: number; improvements: number; cost_saved_share: number | null };
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

/** What the event stream sends, by event name. */
export interface Events {
  plan: { version: number; now: Timestamp };
  order: Order;
  courier: Courier;
  position: Position;
  clock: { now: Timestamp; speed: number };
}
