import { Client } from "../api/client";
import type { Basket, Courier, Ground, Order, Place, Position, Region } from "../api/contract";
import { EventStream, type Connection } from "../api/event-stream";
import { ProblemError, inWords } from "../api/problem";
import { RegionClock } from "../region-clock";

export type Phase = "choosing" | "booked";
export type Busy = "opening" | "booking" | "cancelling" | null;

/** Bookings that fail so have lost their hold. */
const ENDED = new Set(["slot-gone", "hold-expired", "unknown-order"]);

/** One customer's way through the checkout: door and basket, the hold that the slots report, the order. */
export class CheckoutStore {
  region: Region | null = null;
  ground: Ground | null = null;
  clock: RegionClock | null = null;
  connection: Connection = "connecting";
  phase: Phase = "choosing";
  busy: Busy = "opening";
  door: Place | null = null;
  basket: Basket = { items: 12, mass_grams: 5_400, volume_milliliters: 16_000 };
  /** The name of the reserved slot, until it is booked or gone. */
  hold: string | null = null;
  order: Order | null = null;
  courier: Courier | null = null;
  courierAt: Position | null = null;
  /** What went wrong last, in words; null when nothing did. */
  alert: string | null = null;

  #client: Client | null = null;
  #stream: EventStream | null = null;
  #bookKey = "";
  #listeners = new Set<() => void>();

  async open(): Promise<void> {
    const client = await Client.open();
    const region = await client.readRegion();
    const ground = await client.ground(region);
    this.#client = client;
    this.region = region;
    this.ground = ground;
    this.clock = new RegionClock(region.now, region.clock_speed);
    this.busy = null;
    this.#stream = new EventStream(client.url("/events"), this.#handlers(), (state) => void this.#connected(state));
    await this.#resume();
    this.#tell();
  }

  close(): void {
    this.#stream?.close();
  }

  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setDoor(door: Place): void {
    this.door = door;
    this.alert = null;
    this.#tell();
  }

  setBasket(basket: Basket): void {
    this.basket = basket;
    this.#tell();
  }

  /** Takes over what the slots report: a hold, another one in its place, or none any more. */
  setHold(hold: string | null): void {
    this.hold = hold;
    this.#bookKey = crypto.randomUUID();
    if (hold) this.alert = null;
    this.#tell();
  }

  async confirm(): Promise<void> {
    const { hold } = this;
    if (!hold || this.busy) return;
    await this.#attempt("booking", async (client) => this.#booked(await client.book(hold, this.#bookKey)));
  }

  async cancel(): Promise<void> {
    const { order } = this;
    if (!order || this.busy) return;
    await this.#attempt("cancelling", async (client) => void (this.order = await client.cancel(order.order)));
  }

  startOver(): void {
    Object.assign(this, { phase: "choosing", order: null, hold: null, alert: null, courier: null, courierAt: null });
    history.replaceState(null, "", location.pathname);
    this.#tell();
  }

  async #attempt(busy: Busy, act: (client: Client) => Promise<void>): Promise<void> {
    if (!this.#client) return;
    this.busy = busy;
    this.alert = null;
    this.#tell();
    try {
      await act(this.#client);
    } catch (error) {
      this.alert = inWords(error);
      if (busy === "booking" && error instanceof ProblemError && ENDED.has(error.kind)) this.hold = null;
    }
    this.busy = null;
    this.#tell();
  }

  #booked(order: Order): void {
    this.order = order;
    this.hold = null;
    this.phase = "booked";
    const address = new URL(location.href);
    address.searchParams.set("order", order.order);
    history.replaceState(null, "", address);
  }

  /** A page loaded again after booking shows the order again. */
  async #resume(): Promise<void> {
    const id = new URLSearchParams(location.search).get("order");
    if (!id || !this.#client) return;
    try {
      const order = await this.#client.readOrder(id);
      this.door = order.location;
      this.basket = order.basket;
      this.#booked(order);
    } catch {
      history.replaceState(null, "", location.pathname);
    }
  }

  #handlers() {
    return {
      clock: ({ now, speed }: { now: string; speed: number }) => this.clock?.tick(now, speed),
      order: (order: Order) => {
        if (order.order !== this.order?.order) return;
        this.order = order;
        this.#tell();
      },
      courier: (courier: Courier) => {
        if (courier.id !== this.order?.courier) return;
        this.courier = courier;
        this.#tell();
      },
      position: (position: Position) => {
        if (position.courier !== this.order?.courier) return;
        this.courierAt = position;
        this.#tell();
      },
    };
  }

  async #connected(state: Connection): Promise<void> {
    this.connection = state;
    if (state === "live" && this.order) {
      try {
        this.order = (await this.#client?.readOrder(this.order.order)) ?? this.order;
      } catch {
        // The next event of this order brings what was missed.
      }
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
