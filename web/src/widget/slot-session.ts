import type { Hold, Offer, Quote, Region } from "../api/contract";
import { RegionClock } from "../region-clock";
import { slotKey } from "./arrange";
import { afresh, randomId, recall, remember, type Memory } from "./hold-memory";
import { Failure, type Service, type Wish } from "./service";

/** The first pause before a failed call is tried again; each further one is twice as long. */
const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 30_000;
/** After so many failures in a row only the customer tries again. */
const QUOTE_RETRIES_MAX = 8;
const HOLD_RETRIES_MAX = 3;
/** Offers that ran out are renewed by themselves this often; then the customer has probably left. */
const RENEWALS_MAX = 20;
const TICK_MS = 250;

/** What the customer is told once, until the next thing happens. */
export type Notice = "gone" | "stale" | "expired" | "impossible" | "returned" | null;

/** Why a hold ended without being booked, as the shop's page is told. */
export type ReleaseReason = "returned" | "expired" | "impossible";

/** Hears what happens to a session. */
export interface Listener {
  changed(): void;
  held(hold: Hold, replaces: string | null, session: string): void;
  released(hold: string, reason: ReleaseReason): void;
  failed(failure: Failure, isRetrying: boolean): void;
}

/** One customer's way to a held slot: offers for a wish, the hold, and what can go wrong with either. */
export class SlotSession {
  region: Region | null = null;
  clock: RegionClock | null = null;
  quote: Quote | null = null;
  isAsking = false;
  /** The offer that is being reserved. */
  taking: Offer | null = null;
  hold: Hold | null = null;
  notice: Notice = null;
  failure: Failure | null = null;
  /** When the failed call is tried again, on the browser's own clock in milliseconds; null when only the customer does. */
  retryAt: number | null = null;

  #wish: Wish | null = null;
  #memory: Memory;
  #round = 0;
  #attempts = 0;
  #renewals = 0;
  #second = 0;
  #retry: (() => void) | null = null;
  #retryTimer = 0;
  #clockTimer = 0;
  #opened: Promise<void> | null = null;

  constructor(
    private readonly service: Service,
    private readonly name: string,
    private readonly listener: Listener,
  ) {
    this.#memory = recall(name);
    this.#clockTimer = window.setInterval(() => this.#watchClock(), TICK_MS);
    window.addEventListener("online", this.#isBack);
  }

  /** Forgets timers and answers that are under way; the hold stays, here and at the service. */
  close(): void {
    this.#round++;
    clearInterval(this.#clockTimer);
    clearTimeout(this.#retryTimer);
    window.removeEventListener("online", this.#isBack);
  }

  /** Asks for the slots of another basket or door. */
  want(wish: Wish | null): void {
    this.#wish = wish;
    this.notice = null;
    this.#renewals = 0;
    this.#attempts = 0;
    if (wish) return void this.#ask();
    this.#round++;
    this.quote = null;
    this.isAsking = false;
    this.#clear();
    this.listener.changed();
  }

  /** Tries again at once what failed last. */
  retry(): void {
    const again = this.#retry ?? (() => void this.#ask());
    clearTimeout(this.#retryTimer);
    this.#retry = null;
    this.#attempts = 0;
    again();
  }

  /** Reserves an offer; a hold that there is already is exchanged for it. */
  take(offer: Offer): void {
    if (this.taking) return;
    this.notice = null;
    this.#attempts = 0;
    void this.#take(offer, randomId());
  }

  /** Gives the hold back. */
  async giveBack(): Promise<void> {
    await this.#release("returned");
    this.notice = "returned";
    await this.#ask();
  }

  /** Lets go of a hold that the shop has booked: it is neither counted down nor given back any more. */
  forget(): void {
    this.hold = null;
    this.#memory = afresh();
    remember(this.name, this.#memory);
    this.listener.changed();
  }

  /** How long the hold lasts for somebody who sits in front of the screen, in seconds. */
  secondsLeft(): number {
    return this.hold && this.clock ? this.clock.realSecondsUntil(this.hold.expires_at) : 0;
  }

  async #open(): Promise<void> {
    const region = await this.service.readRegion();
    this.region = region;
    this.clock = new RegionClock(region.now, region.clock_speed);
    if (!this.#memory.hold) return;
    try {
      this.hold = await this.service.readHold(this.#memory.hold);
      this.listener.held(this.hold, null, this.#memory.session);
    } catch (error) {
      if (!(error instanceof Failure) || error.isPassing) throw error;
      this.#keep(null);
    }
  }

  async #ask(): Promise<void> {
    const wish = this.#wish;
    if (!wish) return;
    const round = ++this.#round;
    this.isAsking = true;
    this.#clear();
    this.listener.changed();
    try {
      this.#opened ??= this.#open();
      const [quote] = await Promise.all([this.service.quote(wish, this.#memory.session), this.#opened]);
      if (round !== this.#round) return;
      this.isAsking = false;
      this.#attempts = 0;
      this.quote = quote;
      this.clock?.tick(quote.created_at, this.clock.speed);
      if (!this.#carryOver(wish, quote)) this.listener.changed();
    } catch (error) {
      if (!this.region) this.#opened = null;
      if (round !== this.#round) return;
      this.isAsking = false;
      const failure = asFailure(error);
      if (!failure.isPassing) this.quote = null;
      this.#fail(failure, QUOTE_RETRIES_MAX, () => void this.#ask());
    }
  }

  /** A hold for another basket or door is exchanged for the same slot, or given back where that cannot be had. */
  #carryOver(wish: Wish, quote: Quote): boolean {
    const { hold } = this;
    if (!hold || this.#memory.wish === JSON.stringify(wish)) return false;
    const again = quote.offers.find((offer) => slotKey(offer) === slotKey(hold));
    if (again) this.take(again);
    else void this.#release("impossible").then(() => this.#say("impossible"));
    return true;
  }

  async #take(offer: Offer, key: string): Promise<void> {
    const wish = JSON.stringify(this.#wish);
    const round = this.#round;
    this.taking = offer;
    this.#clear();
    this.listener.changed();
    try {
      const hold = await this.service.hold(offer.offer, key);
      const replaces = this.hold?.hold ?? null;
      this.taking = null;
      this.#attempts = 0;
      this.hold = hold;
      this.#keep(hold.hold, wish);
      this.listener.held(hold, replaces, this.#memory.session);
      this.listener.changed();
      // The wish may have changed while this was under way.
      if (round !== this.#round && this.quote && this.#wish && !this.isAsking) this.#carryOver(this.#wish, this.quote);
    } catch (error) {
      const failure = asFailure(error);
      if (failure.isPassing) return this.#fail(failure, HOLD_RETRIES_MAX, () => void this.#take(offer, key));
      this.taking = null;
      if (failure.kind !== "gone") return this.#fail(failure, 0, () => void this.#ask());
      this.listener.failed(failure, false);
      this.notice = failure.problem.kind === "slot-gone" ? "gone" : "stale";
      await this.#ask();
    }
  }

  async #release(reason: ReleaseReason): Promise<void> {
    const { hold } = this;
    if (!hold) return;
    this.hold = null;
    this.#keep(null);
    this.listener.released(hold.hold, reason);
    this.listener.changed();
    if (reason === "expired") return;
    try {
      await this.service.release(hold.hold, this.#memory.session);
    } catch {
      // Whatever keeps it from being given back now, it runs out by itself.
    }
  }

  #fail(failure: Failure, retriesMax: number, again: () => void): void {
    const isRetrying = failure.isPassing && this.#attempts < retriesMax;
    this.failure = failure;
    this.#retry = again;
    this.retryAt = null;
    if (isRetrying && failure.kind !== "offline") {
      const pause = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** this.#attempts);
      // Not all browsers at once.
      const wait = Math.max(failure.pause_ms, pause) * (1 + Math.random() / 2);
      this.#attempts++;
      this.retryAt = performance.now() + wait;
      this.#retryTimer = window.setTimeout(again, wait);
    } else {
      this.taking = null;
    }
    this.listener.failed(failure, isRetrying);
    this.listener.changed();
  }

  #isBack = (): void => {
    if (this.failure?.isPassing) this.retry();
  };

  #clear(): void {
    clearTimeout(this.#retryTimer);
    this.#retry = null;
    this.failure = null;
    this.retryAt = null;
  }

  #say(notice: Notice): void {
    this.notice = notice;
    this.listener.changed();
  }

  #keep(hold: string | null, wish = ""): void {
    this.#memory = { session: this.#memory.session, hold, wish };
    remember(this.name, this.#memory);
  }

  /** Ends a hold that ran out on the region's clock, and renews offers that did. */
  #watchClock(): void {
    if (this.hold && this.clock && this.clock.secondsUntil(this.hold.expires_at) <= 0 && !this.taking) {
      this.notice = "expired";
      void this.#release("expired").then(() => this.#ask());
    }
    const isOver = this.quote && this.clock && this.clock.secondsUntil(this.quote.expires_at) <= 0;
    if (isOver && !document.hidden && !this.isAsking && !this.taking && !this.failure && this.#renewals < RENEWALS_MAX) {
      this.#renewals++;
      void this.#ask();
    }
    const wait = this.retryAt === null ? 0 : (this.retryAt - performance.now()) / 1000;
    const second = Math.ceil(wait || this.secondsLeft());
    if (second === this.#second) return;
    this.#second = second;
    this.listener.changed();
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}
