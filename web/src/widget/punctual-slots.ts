import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Hold, Offer, Refusal } from "../api/contract";
import { arrange, slotKey, type Arranged, type Day, type Place } from "./arrange";
import { glyphs } from "./glyphs";
import { afresh, remember } from "./hold-memory";
import { stepIn, stepTo } from "./keyboard";
import { Notation, sentence } from "./notation";
import { Failure, Service, type Wish } from "./service";
import { SlotSession, type Listener, type ReleaseReason } from "./slot-session";
import { styles } from "./styles";
import { wordsFor } from "./words";

/** Changes of basket or place ask for new slots after this pause. */
const ASK_PAUSE_MS = 350;
/** Who walks over the slots with the arrow keys has reached the wanted one after this pause. */
const ARROW_PAUSE_MS = 900;
/** How many seconds before its end a hold's rest is read aloud. */
const MILESTONES = [300, 120, 60, 30, 10];
/** The last part of a hold is marked: a minute, but no more than this share of it. */
const URGENT_SECONDS = 60;
const URGENT_SHARE = 0.25;

/** What is asked for anew when it changes. */
const WISHES = ["latitude", "longitude", "items", "massGrams", "volumeMilliliters", "value", "currency", "classes", "tier", "channel"];

/** An attribute that is empty says as little as one that is missing. */
const toNumber = (text: string | null) => (text?.trim() ? Number(text) : null);

/**
 * The delivery slots of a shop's customer, on any page.
 *
 * Shows what can be had for `latitude`, `longitude` and the basket, holds the slot that is chosen, and counts down
 * until the shop has booked it. Says what happens by `punctual-hold`, `punctual-release` and `punctual-error`.
 */
export class PunctualSlots extends LitElement implements Listener {
  static override styles = styles;

  /** The region's key in the service. */
  @property() region = "";
  /** A publishable key of the region, where it asks for one. */
  @property() key = "";
  /** Where the service is; the script's own origin when left out. */
  @property() base = "";
  @property({ converter: toNumber }) latitude: number | null = null;
  @property({ converter: toNumber }) longitude: number | null = null;
  /** How many things the basket holds, and what they weigh and fill together. */
  @property({ converter: toNumber }) items: number | null = null;
  @property({ converter: toNumber, attribute: "mass-grams" }) massGrams: number | null = null;
  @property({ converter: toNumber, attribute: "volume-milliliters" }) volumeMilliliters: number | null = null;
  /** What the basket costs, in the currency's minor unit; both or neither. */
  @property({ converter: toNumber }) value: number | null = null;
  @property() currency = "";
  /** Classes of items that a store may be out of, between spaces. */
  @property() classes = "";
  /** What kind of customer it is, and where the order is made, as the region names them. */
  @property() tier = "";
  @property() channel = "";
  @property() override lang = "";

  @state() private day = "";
  /** The key of the slot that is chosen but not reserved yet. */
  @state() private choice: string | null = null;
  @state() private announcement = "";

  #session: SlotSession | null = null;
  #notation: Notation | null = null;
  #askTimer = 0;
  #takeTimer = 0;
  #milestone = Infinity;

  /** The reserved slot, if there is one. */
  get hold(): Hold | null {
    return this.#session?.hold ?? null;
  }

  /** Gives the reserved slot back. */
  async release(): Promise<void> {
    await this.#session?.giveBack();
  }

  /** To be called once the shop has booked the hold: it is not counted down any more. */
  forget(): void {
    // A page may have taken the slots away already.
    if (this.#session) this.#session.forget();
    else remember(this.region, afresh());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (["region", "key", "base"].some((name) => changed.has(name))) this.#open();
    else if (WISHES.some((name) => changed.has(name))) this.#wantSoon(ASK_PAUSE_MS);
    const zone = this.#session?.region?.time_zone;
    const { words, locale } = wordsFor([this.lang, document.documentElement.lang, ...navigator.languages]);
    this.#notation = new Notation(words, locale, zone ?? "UTC");
  }

  #open(): void {
    this.#close();
    if (!this.region || !this.isConnected) return;
    const service = new Service((this.base || new URL(import.meta.url).origin).replace(/\/+$/, ""), this.region, this.key);
    this.#session = new SlotSession(service, this.region, this);
    this.#wantSoon(0);
  }

  #close(): void {
    clearTimeout(this.#askTimer);
    clearTimeout(this.#takeTimer);
    this.#takeTimer = 0;
    this.#session?.close();
    this.#session = null;
    this.choice = null;
  }

  #wantSoon(pause_ms: number): void {
    clearTimeout(this.#askTimer);
    this.#askTimer = window.setTimeout(() => this.#session?.want(this.#wish()), pause_ms);
  }

  #wish(): Wish | null {
    const { latitude: lat, longitude: lon, items, massGrams: mass_grams, volumeMilliliters: volume_milliliters } = this;
    if (lat === null || lon === null || items === null || mass_grams === null || volume_milliliters === null) return null;
    if (![lat, lon, items, mass_grams, volume_milliliters].every(Number.isFinite)) return null;
    const { value, currency, tier, channel } = this;
    const classes = this.classes.split(/\s+/).filter(Boolean);
    return {
      location: { lat, lon },
      basket: {
        items,
        mass_grams,
        volume_milliliters,
        ...(value !== null && currency ? { value: { amount: value, currency } } : {}),
        ...(classes.length ? { classes } : {}),
      },
      ...(tier ? { tier } : {}),
      ...(channel ? { channel } : {}),
    };
  }

  // What the session tells.

  changed(): void {
    const session = this.#session;
    const notation = this.#notation;
    if (!session || !notation) return;
    if (!session.taking && !this.#takeTimer) this.choice = null;
    const { words } = notation;
    if (session.failure) this.#say(words.failures[session.failure.kind]);
    else if (session.isAsking) this.#say(words.asking);
    else if (session.notice) this.#say(words.notices[session.notice]);
    else if (!session.hold && session.quote) this.#say(words.found(notation.count(session.quote.offers.length, words.slots)));
    this.#sayMilestone(session, notation);
    this.requestUpdate();
  }

  held(hold: Hold, replaces: string | null, session: string): void {
    const { hold: name, kind, store, window, fee, expires_at } = hold;
    this.choice = null;
    this.#milestone = this.#session?.secondsLeft() ?? Infinity;
    this.#tell("punctual-hold", { hold: name, slot: { kind, store, window }, fee, expires_at, replaces, session });
    this.#willSayHeld = true;
  }

  released(hold: string, reason: ReleaseReason): void {
    this.#tell("punctual-release", { hold, reason });
  }

  failed(failure: Failure, isRetrying: boolean): void {
    const { type, status, detail = "" } = failure.problem.problem;
    if (failure.kind === "setup" || failure.kind === "invalid") console.warn(`<punctual-slots>: ${type}: ${detail}`, failure.problem.problem.errors ?? "");
    this.#tell("punctual-error", { kind: failure.kind, type, status, detail, retrying: isRetrying });
  }

  #willSayHeld = false;

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #say(text: string): void {
    this.announcement = text;
  }

  #sayMilestone(session: SlotSession, notation: Notation): void {
    const { hold } = session;
    if (!hold) return;
    const left = session.secondsLeft();
    const { words } = notation;
    const passed = MILESTONES.find((milestone) => left <= milestone && milestone < this.#milestone);
    if (this.#willSayHeld) this.#say(words.heldSlot(this.#name(hold), notation.span(left)));
    else if (passed) this.#say(words.leftSpoken(notation.span(left)));
    if (passed || this.#willSayHeld) this.#milestone = left;
    this.#willSayHeld = false;
  }

  // What is shown.

  override render() {
    const { words, locale } = this.#notation!;
    const session = this.#session;
    return html`<div class="spoken" lang=${locale} role="status" aria-live="polite">${this.announcement}</div>
      <section class="frame" part="frame" lang=${locale} aria-labelledby="title" aria-busy=${session?.isAsking ?? false}>
        <h2 id="title" part="title" tabindex="-1"><slot name="title">${words.title}</slot></h2>
        ${session ? this.#body(session) : html`<p class="waiting">${glyphs.door}<span>${words.waiting}</span></p>`}
      </section>`;
  }

  #body(session: SlotSession): TemplateResult {
    const { words } = this.#notation!;
    const { quote, failure, hold } = session;
    const isWaiting = !quote && !failure && !session.isAsking;
    return html`
      ${session.notice ? html`<p class="notice" part="notice" data-notice=${session.notice}>${glyphs.info}<span>${words.notices[session.notice]}</span></p>` : nothing}
      ${failure ? this.#failure(session, failure) : nothing}
      ${isWaiting ? html`<p class="waiting">${glyphs.door}<span>${words.waiting}</span></p>` : nothing}
      ${quote && session.region ? this.#offers(session, arrange(quote, hold)) : session.isAsking ? this.#skeleton() : nothing}
      ${hold ? this.#held(session, hold) : nothing}
    `;
  }

  #failure(session: SlotSession, failure: Failure): TemplateResult {
    const notation = this.#notation!;
    const { words } = notation;
    const wait = session.retryAt === null ? null : Math.max(1, Math.ceil((session.retryAt - performance.now()) / 1000));
    return html`<div class="failure" part="failure" data-failure=${failure.kind}>
      ${glyphs.warning}
      <p>${words.failures[failure.kind]} ${wait === null ? nothing : html`<span>${words.retryIn(notation.count(wait, words.seconds))}</span>`}</p>
      <button class="plain" part="button" @click=${() => this.#leave(() => session.retry())}>${words.retry}</button>
    </div>`;
  }

  #skeleton(): TemplateResult {
    return html`<div class="skeleton" aria-hidden="true"><i class="wide"></i><i class="tabs"></i><i></i><i></i><i></i><i></i></div>`;
  }

  #offers(session: SlotSession, arranged: Arranged): TemplateResult {
    const { words } = this.#notation!;
    const { express, days, pickup, general } = arranged;
    const isEmpty = express.length + days.length + pickup.length === 0 || (!session.hold && session.quote?.offers.length === 0 && days.length === 0);
    if (isEmpty) return this.#none(general.length > 0 ? general : (session.quote?.refusals ?? []));
    return html`<div class=${session.isAsking ? "offers stale" : "offers"}>
      ${express.length > 0 ? this.#group(words.express, express, "express") : nothing}
      ${days.length > 0 ? this.#days(session, days) : nothing}
      ${general.filter((refusal) => refusal.kind === "scheduled" && days.length === 0).map((refusal) => html`<p class="why">${glyphs.info}<span>${this.#notation!.cause(refusal.reason, refusal.detail)}</span></p>`)}
      ${pickup.length > 0 ? html`<h3>${words.pickup}</h3>${this.#group(words.pickup, pickup, "pickup")}` : nothing}
      ${[...express, ...days.flatMap((day) => day.places)].some((place) => place.offer?.likely_arrival) ? html`<p class="level">${words.level}</p>` : nothing}
    </div>`;
  }

  #none(refusals: Refusal[]): TemplateResult {
    const notation = this.#notation!;
    const causes = [...new Set(refusals.map(({ reason, detail }) => notation.cause(reason, detail)))];
    return html`<div class="none" part="none">${glyphs.door}<p>${causes.length > 0 ? `${causes.join(". ")}.` : notation.words.none}</p></div>`;
  }

  #days(session: SlotSession, days: Day[]): TemplateResult {
    const notation = this.#notation!;
    const { words } = notation;
    const now = session.clock!.stamp();
    const checked = this.#checked();
    const current =
      days.find((day) => day.date === this.day) ??
      days.find((day) => day.places.some((place) => place.key === checked)) ??
      days.find((day) => day.places.some((place) => place.offer)) ??
      days[0]!;
    const open = (day: Day) => (this.day = day.date);
    return html`<h3 id="days">${words.days}</h3>
      <div class="tabs" part="tabs" role="tablist" aria-labelledby="days" @keydown=${(event: KeyboardEvent) => stepTo(event, days, current, open, () => this.#focus('[role="tab"][aria-selected="true"]'))}>
        ${repeat(days, (day) => day.date, (day) => {
          const free = day.places.filter((place) => place.offer).length;
          const isOpen = day === current;
          return html`<button role="tab" part="tab" id=${`tab-${day.date}`} aria-selected=${isOpen} aria-controls="hours" tabindex=${isOpen ? 0 : -1} @click=${() => open(day)}>
            <b>${sentence(notation.day(day.date, now))}</b><small>${free === 0 ? words.full : notation.count(free, words.slots)}</small>
          </button>`;
        })}
      </div>
      <div id="hours" role="tabpanel" aria-labelledby=${`tab-${current.date}`}>${this.#group(sentence(notation.day(current.date, now)), current.places, "hours")}</div>`;
  }

  /** Slots of which the customer chooses one; all groups together have one choice. */
  #group(label: string, places: Place[], look: "express" | "hours" | "pickup"): TemplateResult {
    const checked = this.#checked();
    const reached = places.find((place) => place.key === checked) ?? places.find((place) => this.#canHave(place)) ?? places[0];
    return html`<div class="group ${look}" role="radiogroup" aria-label=${label} @keydown=${(event: KeyboardEvent) => this.#walk(event, places)}>
      ${repeat(places, (place) => place.key, (place) => this.#place(place, place === reached, place.key === checked))}
    </div>`;
  }

  #place(place: Place, isReached: boolean, isChecked: boolean): TemplateResult {
    const { words } = this.#notation!;
    const can = this.#canHave(place);
    const isTaking = isChecked && (this.choice !== null || this.#session!.taking !== null);
    return html`<button
      role="radio"
      type="button"
      part=${`slot ${place.kind}${isChecked ? " chosen" : ""}${can ? "" : " refused"}`}
      class="slot ${place.kind} ${can ? "" : "refused"}"
      data-key=${place.key}
      aria-checked=${isChecked}
      aria-disabled=${can ? nothing : "true"}
      tabindex=${isReached ? 0 : -1}
      @click=${() => this.#choose(place, 0)}
    >
      ${place.kind === "express" ? html`<i class="sign">${glyphs.bolt}</i>` : place.kind === "pickup" ? html`<i class="sign">${glyphs.store}</i>` : nothing}
      <span class="text">
        <span class="top">
          <b class="when">${this.#heading(place)}</b>
          ${can ? html`<b class="fee">${this.#notation!.money((place.offer ?? this.hold!).fee)}</b>` : html`<small>${words.refused}</small>`}
        </span>
        ${can ? this.#possible(place) : place.refusal ? this.#refused(place.refusal) : nothing}
      </span>
      <i class="mark" aria-hidden="true">${isTaking ? html`<i class="spinner"></i>` : glyphs.check}</i>
    </button>`;
  }

  #possible(place: Place): TemplateResult {
    const notation = this.#notation!;
    const { words } = notation;
    const { offer, window } = place;
    const probability = offer?.on_time_probability;
    return html`${place.kind === "pickup" && window ? html`<small>${notation.day(window.start, this.#session!.clock!.stamp())} · ${words.ready(notation.interval(window))}</small>` : nothing}
      ${offer?.likely_arrival ? html`<small class="likely">${words.expected(notation.interval(offer.likely_arrival))}</small>` : nothing}
      ${typeof probability === "number" ? html`<small class="chance">${glyphs.shield}${notation.chance(probability)}</small>` : nothing}`;
  }

  #refused(refusal: Refusal): TemplateResult {
    const remedy = this.#notation!.remedy(refusal, this.#session!.clock!.stamp());
    return html`<small class="cause">${this.#notation!.cause(refusal.reason, refusal.detail)}</small>
      ${remedy ? html`<small class="remedy">${remedy}</small>` : nothing}`;
  }

  #heading(place: Place): string {
    const notation = this.#notation!;
    const { words } = notation;
    if (place.kind === "pickup") return this.#storeName(place.store) || words.pickup;
    if (place.kind === "scheduled") return place.window ? notation.interval(place.window) : "";
    return place.window ? `${words.express}, ${words.by(notation.time(place.window.end))}` : words.express;
  }

  #held(session: SlotSession, hold: Hold): TemplateResult {
    const notation = this.#notation!;
    const { words } = notation;
    const left = session.secondsLeft();
    const whole = (session.region!.hold_minutes * 60) / (session.clock!.speed || 1);
    const share = Math.min(1, Math.max(0, left / whole));
    return html`<div class=${left <= Math.min(URGENT_SECONDS, whole * URGENT_SHARE) ? "held urgent" : "held"} part="hold" role="group" aria-label=${words.held}>
      <i class="sign">${glyphs.check}</i>
      <p><small>${session.taking ? words.taking : words.held}</small><b>${this.#name(hold)}</b><small>${notation.money(hold.fee)}</small></p>
      <p class="countdown" role="timer" aria-live="off"><b>${notation.countdown(left)}</b><small>${words.left}</small></p>
      <button class="plain" part="button" ?disabled=${session.taking !== null} @click=${() => this.#leave(() => void this.release())}>${words.giveBack}</button>
      <i class="rest" style="transform: scaleX(${share})"></i>
    </div>`;
  }

  #name(hold: Hold): string {
    return sentence(this.#notation!.slot(hold, this.#session!.clock!.stamp(), this.#storeName(hold.store)));
  }

  #storeName(id: string | null): string {
    return this.#session?.region?.stores.find((store) => store.id === id)?.name ?? "";
  }

  // What the customer does.

  /** The key of the slot that is marked: the one just chosen, else the reserved one. */
  #checked(): string | null {
    const { hold, taking } = this.#session ?? {};
    return this.choice ?? (taking ? slotKey(taking) : hold ? slotKey(hold) : null);
  }

  #canHave(place: Place): boolean {
    return place.offer !== null || (this.hold !== null && slotKey(this.hold) === place.key);
  }

  #choose(place: Place, pause_ms: number): void {
    const session = this.#session;
    if (!session || session.taking || !this.#canHave(place)) return;
    clearTimeout(this.#takeTimer);
    this.#takeTimer = 0;
    const isHeld = session.hold !== null && slotKey(session.hold) === place.key;
    this.choice = isHeld ? null : place.key;
    if (isHeld || !place.offer) return;
    const { offer } = place;
    if (pause_ms === 0) return session.take(offer);
    this.#takeTimer = window.setTimeout(() => this.#takeChosen(offer), pause_ms);
  }

  #takeChosen(offer: Offer): void {
    this.#takeTimer = 0;
    this.#session?.take(offer);
  }

  /** Arrow keys move the choice, and over what cannot be had so that its reason is read. */
  #walk(event: KeyboardEvent, places: Place[]): void {
    const at = places.findIndex((place) => place.key === (event.target as HTMLElement).dataset["key"]);
    const next = stepIn(event, places, at);
    if (!next) return;
    event.preventDefault();
    this.#focus(`[data-key="${CSS.escape(next.key)}"]`);
    this.#choose(next, ARROW_PAUSE_MS);
  }

  /** Does what a button is for that goes away with it; the keyboard goes on from the heading. */
  #leave(act: () => void): void {
    act();
    this.#focus("h2");
  }

  #focus(selector: string): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(selector)?.focus());
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "punctual-slots": PunctualSlots;
  }
}
