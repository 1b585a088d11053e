import { Client } from "../api/client";
import type { Courier, Events, Ground, Kpis, Order, OrderState, PlanFeatures, Position, Region, Risk, StopProperties } from "../api/contract";
import { EventStream, type Connection } from "../api/event-stream";
import type { LonLat } from "../motion";
import { RegionClock } from "../region-clock";

export type Topic = "region" | "couriers" | "orders" | "plan" | "kpis" | "selection" | "connection" | "position";
export type Selection = { kind: "courier" | "order"; id: string } | null;

/** Lists and the map are told of changes at most this often. */
const FLUSH_MS = 300;
const PLAN_MS = 1_000;
const KPIS_MS = 2_000;
const OPEN_STATES: OrderState[] = ["held", "booked", "picking", "ready", "loaded", "on_the_way", "arrived"];
const CLOSED_STATES: OrderState[] = ["delivered", "failed", "collected", "cancelled"];
const ORDERS_MAX = 1_000;
/** Without the plan's own judgement, an order with less time to spare than this counts as tight. */
const TIGHT_SECONDS = 300;

/** What the console knows: fetched once, then kept up to date by the region's events. */
export class ConsoleStore {
  region: Region | null = null;
  ground: Ground | null = null;
  clock: RegionClock | null = null;
  kpis: Kpis | null = null;
  plan: PlanFeatures | null = null;
  connection: Connection = "connecting";
  failure: string | null = null;
  selection: Selection = null;
  readonly couriers = new Map<string, Courier>();
  readonly orders = new Map<string, Order>();
  readonly stops = new Map<string, { properties: StopProperties; at: LonLat }>();
  readonly colors = new Map<string, number>();
  readonly positions = new Map<string, Position>();

  #client: Client | null = null;
  #stream: EventStream | null = null;
  #listeners = new Map<Topic, Set<() => void>>();
  #dirty = new Set<Topic>();
  #flush = 0;
  #planTimer = 0;
  #wantsPlan = false;
  #kpisTimer = 0;

  async open(): Promise<void> {
    this.#client = await Client.open();
    const region = await this.#client.readRegion();
    this.region = region;
    this.clock = new RegionClock(region.now, region.clock_speed);
    this.#tell("region");
    this.ground = await this.#client.ground(region);
    this.#tell("region");
    this.#stream = new EventStream(this.#client.url("/events"), this.#handlers(), (state) => this.#connected(state));
    this.#kpisTimer = window.setInterval(() => void this.#fetchKpis(), KPIS_MS);
  }

  close(): void {
    this.#stream?.close();
    clearInterval(this.#kpisTimer);
  }

  on(topic: Topic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  select(selection: Selection): void {
    this.selection = selection;
    this.#now("selection");
    if (selection?.kind === "order" && !this.orders.has(selection.id)) void this.#fetchOrder(selection.id);
  }

  /** How close an order is to breaking its promise. */
  risk(order: Order): Risk {
    if (order.late_seconds > 0) return "late";
    if (!isOpen(order)) return "none";
    const stop = this.stops.get(order.order);
    if (stop) return stop.properties.risk;
    if (!order.expected_arrival) return "none";
    const spare = (Date.parse(order.window.end) - Date.parse(order.expected_arrival)) / 1000;
    return spare < 0 ? "late" : spare < TIGHT_SECONDS ? "tight" : "none";
  }

  courierPath(id: string): LonLat[] | null {
    for (const feature of this.plan?.features ?? []) {
      if (feature.geometry.type !== "LineString" || feature.properties.courier !== id) continue;
      const state = feature.properties.state;
      if (state === "on_the_way" || state === "returning") return feature.geometry.coordinates as LonLat[];
    }
    return null;
  }

  #handlers(): { [Name in keyof Events]: (event: Events[Name]) => void } {
    return {
      clock: ({ now, speed }) => this.clock?.tick(now, speed),
      courier: (courier) => {
        this.#takeCourier(courier);
        this.#tell("couriers");
      },
      order: (order) => {
        this.orders.set(order.order, order);
        this.#forgetOldest();
        this.#tell("orders");
      },
      position: (position) => {
        this.positions.set(position.courier, position);
        this.#now("position");
      },
      plan: () => this.#requestPlan(),
    };
  }

  #takeCourier(courier: Courier): void {
    this.couriers.set(courier.id, courier);
    if (!courier.position) this.positions.delete(courier.id);
    else if (!this.positions.has(courier.id)) this.positions.set(courier.id, { courier: courier.id, ...courier.position, at: "" });
  }

  #connected(state: Connection): void {
    this.connection = state;
    this.#now("connection");
    if (state === "live") void this.#fetchAll();
  }

  /** Fetches what events only change, after every new connection. */
  async #fetchAll(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    try {
      const [couriers, open, closed] = await Promise.all([client.couriers(), client.orders(OPEN_STATES, ORDERS_MAX), client.orders(CLOSED_STATES, ORDERS_MAX)]);
      this.couriers.clear();
      for (const courier of couriers) this.#takeCourier(courier);
      this.orders.clear();
      for (const order of [...closed, ...open]) this.orders.set(order.order, order);
      client.forgetPlan();
      this.#tell("couriers");
      this.#tell("orders");
      this.#requestPlan();
      await this.#fetchKpis();
    } catch {
      // The stream notices a lost service by itself and comes back here.
    }
  }

  async #fetchOrder(id: string): Promise<void> {
    try {
      const order = await this.#client?.readOrder(id);
      if (order) this.orders.set(order.order, order);
      this.#tell("orders");
      this.#now("selection");
    } catch {
      // An unknown order in the page's address: nothing is selected then.
    }
  }

  async #fetchKpis(): Promise<void> {
    if (document.hidden || this.connection !== "live") return;
    try {
      this.kpis = (await this.#client?.kpis()) ?? null;
      this.#tell("kpis");
    } catch {
      // Old figures stay until the next try.
    }
  }

  /** One fetch at a time, at most one a second, and one more when the plan changed meanwhile. */
  #requestPlan(): void {
    this.#wantsPlan = true;
    if (this.#planTimer) return;
    this.#wantsPlan = false;
    this.#planTimer = window.setTimeout(() => {
      this.#planTimer = 0;
      if (this.#wantsPlan) this.#requestPlan();
    }, PLAN_MS);
    void this.#fetchPlan();
  }

  async #fetchPlan(): Promise<void> {
    try {
      const plan = await this.#client?.plan();
      if (!plan) return;
      this.plan = plan;
      this.stops.clear();
      this.colors.clear();
      for (const { geometry, properties } of plan.features) {
        this.colors.set(properties.courier, properties.color);
        if (geometry.type === "Point") {
          const stop = properties as StopProperties;
          this.stops.set(stop.order, { properties: stop, at: geometry.coordinates });
        }
      }
      this.#tell("plan");
      this.#tell("orders");
    } catch {
      this.#wantsPlan = true;
    }
  }

  #forgetOldest(): void {
    if (this.orders.size <= ORDERS_MAX * 1.2) return;
    const closed = [...this.orders.values()].filter((order) => !isOpen(order));
    closed.sort((a, b) => Date.parse(a.window.end) - Date.parse(b.window.end));
    for (const order of closed.slice(0, this.orders.size - ORDERS_MAX)) this.orders.delete(order.order);
  }

  #tell(topic: Topic): void {
    this.#dirty.add(topic);
    if (this.#flush) return;
    this.#flush = window.setTimeout(() => {
      this.#flush = 0;
      const topics = [...this.#dirty];
      this.#dirty.clear();
      for (const one of topics) this.#now(one);
    }, FLUSH_MS);
  }

  #now(topic: Topic): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }
}

/** Whether something is still to be done for the order. */
export function isOpen(order: Order): boolean {
  return OPEN_STATES.includes(order.state);
}
