import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Order, OrderState } from "../api/contract";
import { basics, buttons } from "../look/shared-styles";
import { ORDER_STATES, clockTime, countText, dayText, moneyText, spanText, windowText } from "../wording";
import { cards } from "./card-styles";
import { Follow } from "./follow";
import type { CheckoutStore } from "./store";

/** The stages a customer cares about, with the states that mean each. */
const DELIVERY: { label: string; states: OrderState[] }[] = [
  { label: "Booked", states: ["held", "booked"] },
  { label: "Picked", states: ["picking", "ready", "loaded"] },
  { label: "On the way", states: ["on_the_way"] },
  { label: "At the door", states: ["arrived"] },
  { label: "Delivered", states: ["delivered"] },
];
const PICKUP = [DELIVERY[0]!, { label: "Picked", states: ["picking", "loaded"] as OrderState[] }, { label: "Ready", states: ["ready"] as OrderState[] }, { label: "Collected", states: ["collected"] as OrderState[] }];
const CANCELLABLE: OrderState[] = ["held", "booked", "picking", "ready"];

/** The booked order, followed live. */
@customElement("punctual-booked-panel")
export class BookedPanel extends LitElement {
  static override styles = [
    basics,
    buttons,
    cards,
    css`
      .hero {
        display: grid;
        gap: 2px;
        padding: 20px;
        background: var(--brand);
        color: #fff;
      }
      .hero h2 {
        font-size: 15px;
        font-weight: 600;
        opacity: 0.92;
      }
      .hero h2:focus {
        outline: none;
      }
      .hero strong {
        font-size: 34px;
        font-weight: 720;
        letter-spacing: -0.025em;
        line-height: 1.15;
      }
      .hero.over {
        background: #4a5754;
      }
      .stages {
        display: flex;
        margin: 4px 0 20px;
      }
      .stages li {
        position: relative;
        flex: 1;
        padding-top: 26px;
        text-align: center;
        font-size: 12.5px;
        color: var(--ink-3);
      }
      .stages li::before {
        content: "";
        position: absolute;
        top: 8px;
        right: 50%;
        width: 100%;
        height: 3px;
        background: var(--line);
      }
      .stages li:first-child::before {
        display: none;
      }
      .stages li::after {
        content: "";
        position: absolute;
        z-index: 1;
        top: 2px;
        left: calc(50% - 7.5px);
        width: 15px;
        height: 15px;
        border-radius: 50%;
        background: var(--paper);
        border: 3px solid var(--line);
      }
      .stages .done::before,
      .stages .current::before {
        background: var(--brand);
      }
      .stages .done::after {
        border-color: var(--brand);
        background: var(--brand);
      }
      .stages .current::after {
        border-color: var(--brand);
      }
      .stages .current {
        color: var(--ink);
        font-weight: 620;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 8px 16px;
        margin-bottom: 20px;
      }
      dt {
        color: var(--ink-3);
      }
      dd {
        text-align: right;
        font-weight: 580;
      }
      .late {
        color: var(--bad);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 10px;
      }
      .actions > * {
        flex: 1;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) store!: CheckoutStore;

  override connectedCallback(): void {
    new Follow(this);
    super.connectedCallback();
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>("h2")?.focus();
  }

  override render() {
    const { order, busy } = this.store;
    if (!order) return nothing;
    const over = order.state === "cancelled" || order.state === "failed";
    return html`<section class="card" data-testid="booked">
      <div class="hero ${over ? "over" : ""}">
        <h2 tabindex="-1">${headline(order)}</h2>
        <strong class="number" data-testid="order-number">${order.order}</strong>
      </div>
      <div class="body">
        ${over ? nothing : this.#stages(order)} ${this.#facts(order)}
        <div class="actions">
          <a class="button plain" data-testid="see-on-console" href=${`/?order=${order.order}`} target="_blank">See it on the console</a>
          ${CANCELLABLE.includes(order.state)
            ? html`<button class="button danger" data-testid="cancel" ?disabled=${busy !== null} @click=${() => void this.store.cancel()}>${busy === "cancelling" ? "Cancelling …" : "Cancel order"}</button>`
            : nothing}
          <button class="button plain" data-testid="start-over" @click=${() => this.store.startOver()}>New order</button>
        </div>
      </div>
    </section>`;
  }

  #stages(order: Order) {
    const stages = order.kind === "pickup" ? PICKUP : DELIVERY;
    const at = stages.findIndex((stage) => stage.states.includes(order.state));
    const isLast = at === stages.length - 1;
    return html`<ol class="stages" aria-label="Progress">
      ${stages.map((stage, i) => html`<li class=${i < at || (isLast && i === at) ? "done" : i === at ? "current" : ""} aria-current=${i === at ? "step" : nothing}>${stage.label}</li>`)}
    </ol>`;
  }

  #facts(order: Order) {
    const now = this.store.clock?.stamp() ?? order.booked_at;
    const store = this.store.region?.stores.find((one) => one.id === order.store)?.name ?? order.store;
    const late = order.late_seconds > 0 ? html` <span class="late">${spanText(order.late_seconds)} late</span>` : nothing;
    const before = order.stops_before;
    const showArrival = order.kind !== "pickup" && order.state !== "cancelled";
    return html`<dl class="number">
      <dt>Promised</dt>
      <dd>${dayText(order.window.start, now)}, ${order.kind === "express" ? `by ${clockTime(order.window.end)}` : windowText(order.window)}</dd>
      <dt>State</dt>
      <dd aria-live="polite" data-testid="order-state">${ORDER_STATES[order.state]}</dd>
      ${showArrival
        ? html`<dt>${order.delivered_at ? "Delivered" : "Expected arrival"}</dt>
            <dd data-testid="expected-arrival">${clockTime(order.delivered_at ?? order.expected_arrival ?? "") || "–"}${late}</dd>`
        : nothing}
      ${before !== null && before > 0 && !order.delivered_at
        ? html`<dt>Before you</dt>
            <dd>${countText(before, "stop")}</dd>`
        : nothing}
      <dt>From</dt>
      <dd>${store}</dd>
      <dt>Fee</dt>
      <dd>${moneyText(order.fee)}</dd>
    </dl>`;
  }
}

function headline(order: Order): string {
  if (order.state === "cancelled") return "Your order is cancelled";
  if (order.state === "failed") return "We could not deliver your order";
  if (order.state === "delivered") return "Delivered. Enjoy!";
  if (order.state === "collected") return "Collected. Enjoy!";
  return "Thank you, your order is booked";
}
