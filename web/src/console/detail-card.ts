import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Courier, Order, StopProperties } from "../api/contract";
import { routeColor } from "../look/colors";
import { icons } from "../look/icons";
import { basics, chips } from "../look/shared-styles";
import { markUrl, stopLook } from "../look/stop-marks";
import { COURIER_STATES, ORDER_STATES, clockTime, countText, massText, moneyText, spanText, volumeText, windowText } from "../wording";
import type { ConsoleStore } from "./store";
import { Watch } from "./watch";

/** What is known of the selected order or courier. */
@customElement("punctual-detail-card")
export class DetailCard extends LitElement {
  static override styles = [
    basics,
    chips,
    css`
      article {
        display: flex;
        flex-direction: column;
        max-height: calc(100vh - 150px);
        border-radius: var(--radius);
        background: var(--paper);
        box-shadow: var(--shadow);
      }
      header {
        display: flex;
        align-items: center;
        gap: 9px;
        padding: 12px 10px 10px 16px;
        border-bottom: 1px solid var(--line);
      }
      h2 {
        font-size: 16px;
        font-weight: 680;
      }
      .close {
        display: grid;
        place-items: center;
        width: 30px;
        height: 30px;
        margin-left: auto;
        border: 0;
        border-radius: 8px;
        background: none;
        color: var(--ink-3);
      }
      .close:hover {
        background: var(--wash);
      }
      .body {
        overflow-y: auto;
        padding: 12px 16px 14px;
        scrollbar-width: thin;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 6px 14px;
      }
      dt {
        color: var(--ink-3);
      }
      dd {
        text-align: right;
        font-weight: 550;
      }
      dd.late {
        color: var(--bad);
      }
      dd.tight {
        color: var(--warn);
      }
      .link {
        padding: 0;
        border: 0;
        background: none;
        color: var(--brand);
        font-weight: 600;
        text-decoration: underline;
        text-underline-offset: 2px;
      }
      .dot {
        display: inline-block;
        width: 12px;
        height: 12px;
        border-radius: 50%;
      }
      ol {
        margin: 12px -16px 0;
        padding-top: 6px;
        border-top: 1px solid var(--line);
      }
      .stop {
        display: grid;
        grid-template-columns: 22px 1fr auto auto;
        align-items: center;
        gap: 8px;
        width: 100%;
        padding: 5px 16px;
        border: 0;
        background: none;
        text-align: left;
      }
      .stop:hover {
        background: var(--wash);
      }
      .stop img {
        width: 20px;
        height: 20px;
      }
      .stop .by {
        color: var(--ink-3);
        font-size: 12.5px;
      }
    `,
  ];

  @property({ attribute: false }) store!: ConsoleStore;

  override connectedCallback(): void {
    new Watch(this, ["selection", "orders", "couriers", "plan"]);
    super.connectedCallback();
  }

  override render() {
    const { selection } = this.store;
    if (!selection) return nothing;
    if (selection.kind === "order") {
      const order = this.store.orders.get(selection.id);
      return order ? this.#order(order) : nothing;
    }
    const courier = this.store.couriers.get(selection.id);
    return courier ? this.#courier(courier) : nothing;
  }

  #frame(title: TemplateResult, body: TemplateResult) {
    return html`<article data-testid="detail">
      <header>
        ${title}
        <button class="close" aria-label="Close details" @click=${() => this.store.select(null)}>${icons.cross}</button>
      </header>
      <div class="body">${body}</div>
    </article>`;
  }

  #order(order: Order) {
    const risk = this.store.risk(order);
    const arrival = order.delivered_at ?? order.expected_arrival;
    const { basket } = order;
    return this.#frame(
      html`<h2 class="number">Order ${order.order}</h2><span class="chip active">${ORDER_STATES[order.state]}</span>`,
      html`<dl class="number">
        <dt>Promise</dt>
        <dd>${windowText(order.window)}</dd>
        <dt>${order.delivered_at ? "Delivered" : "Expected"}</dt>
        <dd class=${risk}>${arrival ? clockTime(arrival) : "–"}${order.late_seconds > 0 ? ` · ${spanText(order.late_seconds)} late` : ""}</dd>
        <dt>Kind</dt>
        <dd>${order.kind}</dd>
        <dt>Store</dt>
        <dd>${this.store.region?.stores.find((store) => store.id === order.store)?.name ?? order.store}</dd>
        <dt>Courier</dt>
        <dd>${order.courier ? this.#courierLink(order.courier) : "–"}</dd>
        ${order.stops_before === null || order.delivered_at
          ? nothing
          : html`<dt>Before it</dt>
              <dd>${countText(order.stops_before, "stop")}</dd>`}
        <dt>Basket</dt>
        <dd>${countText(basket.items, "item")}, ${massText(basket.mass_grams)}, ${volumeText(basket.volume_milliliters)}</dd>
        <dt>Fee</dt>
        <dd>${moneyText(order.fee)}</dd>
        <dt>Booked</dt>
        <dd>${clockTime(order.booked_at)}</dd>
        ${order.reference
          ? html`<dt>Reference</dt>
              <dd>${order.reference}</dd>`
          : nothing}
      </dl>`,
    );
  }

  #courierLink(id: string) {
    const name = this.store.couriers.get(id)?.name;
    return html`<button class="link" @click=${() => this.store.select({ kind: "courier", id })}>${name ? `${name}, ${id}` : id}</button>`;
  }

  #courier(courier: Courier) {
    const stops = [...this.store.stops.values()].map((stop) => stop.properties).filter((stop) => stop.courier === courier.id);
    stops.sort((a, b) => Date.parse(a.arrives_at) - Date.parse(b.arrives_at));
    return this.#frame(
      html`<i class="dot" style=${`background:${routeColor(this.store.colors.get(courier.id))}`}></i>
        <h2>${courier.name}</h2>
        <span class="quiet">${courier.id}</span><span class="chip active">${COURIER_STATES[courier.state]}</span>`,
      html`<dl class="number">
          <dt>Vehicle</dt>
          <dd>${courier.profile}</dd>
          ${courier.shift
            ? html`<dt>Shift</dt>
                <dd>${windowText(courier.shift)}</dd>`
            : nothing}
          <dt>Load</dt>
          <dd>${massText(courier.load_grams)} of ${massText(courier.capacity_grams)}</dd>
          <dt>Volume</dt>
          <dd>${volumeText(courier.load_milliliters)} of ${volumeText(courier.capacity_milliliters)}</dd>
          <dt>Orders left</dt>
          <dd>${courier.orders_left}</dd>
        </dl>
        ${stops.length > 0 ? html`<ol>${stops.map((stop) => this.#stop(stop))}</ol>` : nothing}`,
    );
  }

  #stop(stop: StopProperties) {
    return html`<li>
      <button class="stop number" @click=${() => this.store.select({ kind: "order", id: stop.order })}>
        <img src=${markUrl(stopLook(stop.state, stop.risk), stop.color)} alt=${stopLook(stop.state, stop.risk)} />
        <b>${stop.order}</b>
        <span>${clockTime(stop.arrives_at)}</span>
        <span class="by">by ${clockTime(stop.window_end)}</span>
      </button>
    </li>`;
  }
}
