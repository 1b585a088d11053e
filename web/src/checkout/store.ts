import { Client } from "../api/client";
import type { Basket, Courier, Hold, MapFeatures, Offer, Order, Place, Position, Quote, Region } from "../api/contract";
import { EventStream, type Connection } from "../api/event-stream";
import { ProblemError, inWords } from "../api/problem";
import { RegionClock } from "../region-clock";

export type Phase = "choosing" | "held" | "booked";
export type Busy = "opening" | "quoting" | "holding" | "booking" | "cancelling" | null;

/** Changes of the basket or the door ask for new offers after this pause. */
const REQUOTE_MS = 450;
/** Offers that ran out are renewed by themselves this often; then the customer has probably left. */
const RENEWALS_MAX = 20;
const STALE = new Set(["slot-gone", "offer-used", "offer-expired", "offer-malformed", "offer-forged", "other-session", "hold-expired", "unknown-hold", "hold-not-found", "not-found"]);

/** One customer's way through the checkout: door and basket, offers, hold, order. */
export class CheckoutStore {
  region: Region | null = null;
  ground: { streets: MapFeatures; zones: MapFeatures } | null = null;
  clock: RegionClock | null = null;
  connection: Connection = "connecting";
  phase: Phase = "choosing";
  busy: Busy = "opening";
  door: Place | null = null;
  basket: Basket = { items: 12, mass_grams: 5_400, volume_milliliters: 16_000 };
  quote: Quote | null = null;
  /** The door that the quote is for; another one than `door` while the next quote is on its way. */
  quotedDoor: Place | null = null;
  chosen: Offer | null = null;
  hold: Hold | null = null;
  order: Order | null = null;
  courier: Courier | null = null;
  courierAt: Position | null = null;
  /** What went wrong last, in words; null when nothing did. */
  alert: string | null = null;

  readonly session = crypto.randomUUID();
  #client: Client | null = null;
  #stream: EventStream | null = null;
  #holdKey = "";
  #bookKey = "";
  #listeners = new Set<() => void>();
  #requoteTimer = 0;
  #quoteRound = 0;
  #renewals = 0;
  #clockTimer = 0;

  async open(): Promise<void> {
    const client = await Client.open();
    const region = await client.readRegion();
    const [streets, zones] = await Promise.all([client.streets(), client.zones()]);
    this.#client = client;
    this.region = region;
    this.ground = { streets, zones };
    this.clock = new RegionClock(region.now, region.clock_speed);
    this.busy = null;
    this.#stream = new EventStream(client.url("/events"), this.#handlers(), (state) => void this.#connected(state));
    this.#clockTimer = window.setInterval(() => this.#watchClock(), 500);
    await this.#resume();
    this.#tell();
  }

  close(): void {
    this.#stream?.close();
    clearInterval(this.#clockTimer);
  }

  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setDoor(door: Place): void {
    this.door = door;
    this.alert = null;
    this.#changed();
  }

  setBasket(basket: Basket): void {
    this.basket = basket;
    this.#changed();
  }

  choose(offer: Offer): void {
    this.chosen = offer;
    this.#holdKey = crypto.randomUUID();
    this.#tell();
  }

  /** Asks for offers; what was chosen stays chosen if the same slot is still offered. */
  async requestOffers(): Promise<void> {
    const { door } = this;
    if (!door || !this.#client) return;
    const round = ++this.#quoteRound;
    const wanted = this.chosen;
    this.busy = "quoting";
    this.#tell();
    try {
      const quote = await this.#client.quote({ location: door, basket: this.basket, session: this.session });
      if (round !== this.#quoteRound) return;
      this.quote = quote;
      this.quotedDoor = door;
      this.clock?.tick(quote.created_at, this.clock.speed);
      const again = wanted ? quote.offers.find((offer) => isSameSlot(offer, wanted)) : undefined;
      this.chosen = null;
      if (again) this.choose(again);
    } catch (error) {
      if (round !== this.#quoteRound) return;
      this.quote = null;
      this.chosen = null;
      this.alert = inWords(error);
    }
    this.busy = null;
    this.#tell();
  }

  async reserve(): Promise<void> {
    const { chosen } = this;
    if (!chosen || !this.#client || this.busy) return;
    await this.#attempt("holding", async (client) => {
      this.hold = await client.hold(chosen.offer, this.hold?.hold ?? null, this.#holdKey);
      this.#bookKey = crypto.randomUUID();
      this.phase = "held";
    });
  }

  async confirm(): Promise<void> {
    const { hold } = this;
    if (!hold || this.busy) return;
    await this.#attempt("booking", async (client) => this.#booked(await client.book(hold.hold, this.#bookKey)));
  }

  async cancel(): Promise<void> {
    const { order } = this;
    if (!order || this.busy) return;
    await this.#attempt("cancelling", async (client) => void (this.order = await client.cancel(order.order)));
  }

  /** Back to the offers; the hold is kept until another one is granted or it runs out. */
  changeTime(): void {
    this.phase = "choosing";
    this.alert = null;
    void this.requestOffers();
  }

  startOver(): void {
    Object.assign(this, { phase: "choosing", order: null, hold: null, quote: null, chosen: null, alert: null, courier: null, courierAt: null });
    history.replaceState(null, "", location.pathname);
    this.#tell();
  }

  get isReplacing(): boolean {
    return this.hold !== null && this.phase === "choosing";
  }

  async #attempt(busy: Busy, act: (client: Client) => Promise<void>): Promise<void> {
    if (!this.#client) return;
    this.busy = busy;
    this.alert = null;
    this.#tell();
    try {
      await act(this.#client);
      this.busy = null;
    } catch (error) {
      this.busy = null;
      this.alert = inWords(error);
      if (busy !== "cancelling" && error instanceof ProblemError && STALE.has(error.kind)) this.#fallBack(busy === "booking" || error.kind.includes("hold"));
    }
    this.#tell();
  }

  /** The slot or the hold is gone: shows what can be had now. */
  #fallBack(holdIsGone: boolean): void {
    if (holdIsGone) this.hold = null;
    this.chosen = null;
    this.phase = "choosing";
    if (this.alert) this.alert = `${this.alert} Here are fresh times.`;
    void this.requestOffers();
  }

  #booked(order: Order): void {
    this.order = order;
    this.hold = null;
    this.phase = "booked";
    this.quote = null;
    this.chosen = null;
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

  #changed(): void {
    this.#tell();
    if (!this.quote && this.busy !== "quoting") return;
    this.#renewals = 0;
    clearTimeout(this.#requoteTimer);
    this.#requoteTimer = window.setTimeout(() => void this.requestOffers(), REQUOTE_MS);
  }

  /** Renews offers and gives up holds that ran out on the region's clock. */
  #watchClock(): void {
    if (!this.clock || this.busy || document.hidden) return;
    if (this.hold && this.clock.secondsUntil(this.hold.expires_at) <= 0) {
      const wasWaiting = this.phase === "held";
      this.hold = null;
      if (wasWaiting) {
        this.alert = "Your reservation ran out.";
        this.#fallBack(true);
      }
      return;
    }
    if (this.phase === "choosing" && this.quote && this.#renewals < RENEWALS_MAX && this.clock.secondsUntil(this.quote.expires_at) <= 0) {
      this.#renewals++;
      void this.requestOffers();
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Whether two offers promise the same: express windows move with the clock, so their start does not count. */
export function isSameSlot(a: Offer, b: Offer): boolean {
  return a.kind === b.kind && (a.kind === "scheduled" ? a.window.start === b.window.start : a.store === b.store || a.kind === "express");
}
