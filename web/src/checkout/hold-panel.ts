import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { icons } from "../look/icons";
import { basics, buttons } from "../look/shared-styles";
import { clockTime, countText, countdownText, dayText, massText, moneyText, volumeText, windowText } from "../wording";
import { cards } from "./card-styles";
import { Follow } from "./follow";
import type { CheckoutStore } from "./store";

const TICK_MS = 250;
/** The last seconds are shown in another color. */
const URGENT_SECONDS = 20;

/** The reserved slot, counting down until the customer confirms. */
@customElement("punctual-hold-panel")
export class HoldPanel extends LitElement {
  static override styles = [
    basics,
    buttons,
    cards,
    css`
      .slot {
        margin: 14px 0;
        padding: 16px 18px;
        border-radius: 12px;
        background: var(--brand-wash);
      }
      .slot b {
        display: block;
        font-size: 21px;
        font-weight: 680;
        letter-spacing: -0.015em;
      }
      .slot p {
        color: var(--ink-2);
      }
      .countdown {
        display: flex;
        align-items: baseline;
        gap: 10px;
        padding: 10px 0 14px;
        border-bottom: 1px solid var(--line);
      }
      .countdown b {
        font-size: 19px;
        font-weight: 660;
        font-variant-numeric: tabular-nums;
      }
      .countdown.urgent b {
        color: var(--bad);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 6px 16px;
        padding: 14px 0 18px;
      }
      dt {
        color: var(--ink-3);
      }
      dd {
        text-align: right;
        font-weight: 550;
      }
      .actions {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 10px;
      }
    `,
  ];

  @property({ attribute: false }) store!: CheckoutStore;
  #timer = 0;

  override connectedCallback(): void {
    new Follow(this);
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.requestUpdate(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>("h2")?.focus();
  }

  override render() {
    const { hold, clock, region, basket, busy } = this.store;
    if (!hold || !clock || !region) return nothing;
    const store = region.stores.find((one) => one.id === hold.store)?.name ?? hold.store;
    const when = hold.kind === "express" ? `by ${clockTime(hold.window.end)}` : windowText(hold.window);
    return html`<section class="card" data-testid="hold-panel">
      <div class="body">
        <h2 tabindex="-1">${icons.check}This time is yours for now</h2>
        <div class="slot number">
          <b>${dayText(hold.window.start, clock.stamp())}, ${when}</b>
          <p>${hold.kind === "pickup" ? `Pick up at ${store}` : hold.expected_arrival ? `Expected around ${clockTime(hold.expected_arrival)}, from ${store}` : `From ${store}`}</p>
        </div>
        ${this.#countdown(clock.realSecondsUntil(hold.expires_at), clockTime(hold.expires_at), clock.speed)}
        <dl class="number">
          <dt>Basket</dt>
          <dd>${countText(basket.items, "item")}, ${massText(basket.mass_grams)}, ${volumeText(basket.volume_milliliters)}</dd>
          <dt>${hold.kind === "pickup" ? "Pickup" : "Delivery"}</dt>
          <dd>${moneyText(hold.fee)}</dd>
          <dt>Reservation</dt>
          <dd>${hold.hold}</dd>
        </dl>
        <div class="actions">
          <button class="button primary" data-testid="book" ?disabled=${busy !== null} @click=${() => void this.store.confirm()}>${busy === "booking" ? "Booking …" : "Confirm order"}</button>
          <button class="button plain" data-testid="change-time" ?disabled=${busy !== null} @click=${() => this.store.changeTime()}>Change time</button>
        </div>
      </div>
    </section>`;
  }

  #countdown(left: number, until: string, speed: number) {
    return html`<p class="countdown ${left < URGENT_SECONDS ? "urgent" : ""}" role="timer">
      <b data-testid="countdown">${countdownText(left)}</b>
      <span class="quiet number">to confirm, held until ${until}${speed === 1 ? nothing : html` on the shop's clock, which runs at ${speed}×`}</span>
    </p>`;
  }
}
