import { LitElement, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Offer, Quote, Refusal } from "../api/contract";
import { icons } from "../look/icons";
import { basics, buttons } from "../look/shared-styles";
import { chanceText, clockTime, dayText, moneyText, reasonText, windowText } from "../wording";
import { cards } from "./card-styles";
import { Follow } from "./follow";
import { offerStyles } from "./offer-styles";
import { arrangeOffers, type Day } from "./offer-order";
import type { CheckoutStore } from "./store";

/** What the shop can promise for this door and basket: express, hours of the coming days, pickup. */
@customElement("punctual-offer-list")
export class OfferList extends LitElement {
  static override styles = [basics, buttons, cards, offerStyles];

  @property({ attribute: false }) store!: CheckoutStore;
  @state() private day = "";

  override connectedCallback(): void {
    new Follow(this);
    super.connectedCallback();
  }

  override render() {
    const { quote, busy } = this.store;
    return html`<section class="card" aria-label="Delivery time" aria-busy=${busy === "quoting"}>
      <div class="body">
        <h2>${icons.clock}When should it arrive?</h2>
        <div aria-live="polite" class="visually-hidden">${this.#announcement(quote)}</div>
        ${quote ? html`<div class=${busy === "quoting" ? "offers stale" : "offers"}>${this.#offers(quote)}</div>` : this.#invitation()}
      </div>
      ${quote ? this.#foot() : nothing}
    </section>`;
  }

  #invitation() {
    const { door, busy } = this.store;
    return html`<p class="invitation">Set your door on the map and check the basket. Every time we show is one that a courier can really keep.</p>
      <button class="button primary wide" data-testid="quote" ?disabled=${!door || busy !== null} @click=${() => void this.store.requestOffers()}>
        ${busy === "quoting" ? "Looking for a courier …" : "Show delivery times"}
      </button>`;
  }

  #offers(quote: Quote) {
    const { express, days, pickup, refusals } = arrangeOffers(quote);
    if (quote.offers.length === 0 && days.length === 0) return html`<div class="none" data-testid="no-offers">${this.#sorry(refusals)}</div>`;
    return html`
      ${express ? this.#express(express) : this.#refused(refusals.find((refusal) => refusal.kind === "express"), "Express")}
      ${days.length > 0 ? this.#days(days, quote) : nothing}
      ${pickup.length > 0 || refusals.some((refusal) => refusal.kind === "pickup") ? this.#pickup(pickup, refusals) : nothing}
    `;
  }

  #express(offer: Offer) {
    const likely = offer.likely_arrival;
    const arrival = likely ? `${windowText(likely)}, ${chanceText(offer.on_time_probability)}` : "";
    return html`<label class="choice express" data-testid="offer" data-kind="express">
      ${this.#radio(offer, `Express, by ${clockTime(offer.window.end)}, ${moneyText(offer.fee)}`)}
      <span class="sign">${icons.bolt}</span>
      <span class="text"><b>Express, by ${clockTime(offer.window.end)}</b><small>${arrival ? `Expected ${arrival}` : `From ${offer.store_name}`}</small></span>
      <span class="fee">${moneyText(offer.fee)}</span>
    </label>`;
  }

  #days(days: Day[], quote: Quote) {
    const current = days.find((day) => day.date === this.day) ?? days.find((day) => day.slots.some((slot) => slot.offer)) ?? days[0]!;
    const name = (day: Day) => dayText(`${day.date}T00:00`, quote.created_at);
    return html`<h3 id="hours">Choose an hour</h3>
      <div class="days" role="tablist" aria-labelledby="hours" @keydown=${(event: KeyboardEvent) => this.#arrow(event, days, current)}>
        ${days.map((day) => {
          const free = day.slots.filter((slot) => slot.offer).length;
          const selected = day === current;
          return html`<button role="tab" data-testid="day" aria-selected=${selected} aria-controls="slots" tabindex=${selected ? 0 : -1} @click=${() => (this.day = day.date)}>
            <b>${name(day)}</b><small>${free === 0 ? "full" : `${free} free`}</small>
          </button>`;
        })}
      </div>
      <div class="slots" id="slots" role="tabpanel" aria-label=${name(current)}>
        ${current.slots.map((slot) => (slot.offer ? this.#slot(slot.offer, name(current)) : this.#full(slot.refusal!)))}
      </div>`;
  }

  #slot(offer: Offer, day: string) {
    return html`<label class="choice slot" data-testid="offer" data-kind="scheduled" title=${chanceText(offer.on_time_probability)}>
      ${this.#radio(offer, `${day}, ${windowText(offer.window)}, ${moneyText(offer.fee)}`)}
      <b>${windowText(offer.window)}</b><small class=${offer.fee.amount === 0 ? "free" : ""}>${moneyText(offer.fee)}</small>
    </label>`;
  }

  #full(refusal: Refusal) {
    return html`<div class="slot refused" data-testid="refusal" title=${refusal.detail}>
      <b>${refusal.window ? windowText(refusal.window) : ""}</b><small>${reasonText(refusal.reason, refusal.detail)}</small>
    </div>`;
  }

  #pickup(offers: Offer[], refusals: Refusal[]) {
    const now = this.store.quote?.created_at ?? "";
    return html`<h3>Or pick it up yourself</h3>
      ${offers.map(
        (offer) => html`<label class="choice pickup" data-testid="offer" data-kind="pickup">
          ${this.#radio(offer, `Pick up at ${offer.store_name}, ${moneyText(offer.fee)}`)}
          <span class="sign">${icons.store}</span>
          <span class="text"><b>${offer.store_name}</b><small>${dayText(offer.window.start, now)}, ready from ${clockTime(offer.window.start)}, kept until ${clockTime(offer.window.end)}</small></span>
          <span class="fee">${moneyText(offer.fee)}</span>
        </label>`,
      )}
      ${refusals.filter((refusal) => refusal.kind === "pickup").map((refusal) => this.#refused(refusal, this.#storeName(refusal.store)))}`;
  }

  #refused(refusal: Refusal | undefined, name: string) {
    if (!refusal) return nothing;
    return html`<div class="choice refused" data-testid="refusal">
      <span class="sign">${refusal.kind === "pickup" ? icons.store : icons.bolt}</span>
      <span class="text"><b>${name}</b><small>${reasonText(refusal.reason, refusal.detail)}</small></span>
    </div>`;
  }

  #sorry(refusals: Refusal[]) {
    const words = [...new Set(refusals.map((refusal) => reasonText(refusal.reason, refusal.detail)))];
    return html`${icons.door}<b>No delivery to this door</b>
      <p>${words.length > 0 ? `${words.join(". ")}.` : "There is no time left to promise."} Try another place on the map.</p>`;
  }

  #radio(offer: Offer, label: string) {
    const { chosen } = this.store;
    return html`<input type="radio" name="slot" aria-label=${label} .checked=${live(chosen?.offer === offer.offer)} @change=${() => this.store.choose(offer)} />`;
  }

  #foot() {
    const { chosen, busy, isReplacing, hold } = this.store;
    const text = busy === "holding" ? "Reserving …" : chosen ? `Reserve ${slotName(chosen)}` : "Choose a time";
    return html`<div class="foot">
      ${isReplacing && hold ? html`<p>You still hold ${windowText(hold.window)}; it is kept until you reserve another time.</p>` : nothing}
      <button class="button primary wide" data-testid="hold" ?disabled=${!chosen || busy !== null} @click=${() => void this.store.reserve()}>${text}</button>
    </div>`;
  }

  #announcement(quote: Quote | null): string {
    if (this.store.busy === "quoting") return "Looking for delivery times";
    return quote ? `${quote.offers.length} delivery times found` : "";
  }

  #storeName(id: string | null): string {
    return this.store.region?.stores.find((store) => store.id === id)?.name ?? "Pickup";
  }

  #arrow(event: KeyboardEvent, days: Day[], current: Day): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    this.day = days[(days.indexOf(current) + step + days.length) % days.length]!.date;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus());
  }
}

function slotName(offer: Offer): string {
  if (offer.kind === "express") return `express, by ${clockTime(offer.window.end)}`;
  return offer.kind === "pickup" ? `pickup at ${offer.store_name}` : windowText(offer.window);
}
