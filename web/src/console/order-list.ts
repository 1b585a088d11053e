import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Order, Risk } from "../api/contract";
import { routeColor } from "../look/colors";
import { icons } from "../look/icons";
import { basics, chips } from "../look/shared-styles";
import { ORDER_STATES, clockTime, spanText, windowText } from "../wording";
import { listStyles } from "./list-styles";
import { type ConsoleStore, isOpen } from "./store";
import { Watch } from "./watch";

type Filter = "open" | "risk" | "done";

const PAGE = 60;
const URGENCY: Record<Risk, number> = { late: 0, tight: 1, none: 2 };

/** The region's orders, those in danger first. */
@customElement("punctual-order-list")
export class OrderList extends LitElement {
  static override styles = [
    basics,
    chips,
    listStyles,
    css`
      label {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 5px;
        min-width: 0;
        padding: 3px 8px;
        border: 1px solid var(--line-2);
        border-radius: 8px;
        color: var(--ink-3);
      }
      label:focus-within {
        border-color: var(--brand);
      }
      label svg {
        flex: none;
        width: 14px;
      }
      input {
        width: 100%;
        min-width: 0;
        padding: 0;
        border: 0;
        outline: 0;
        background: none;
        font-size: 13px;
      }
      .row {
        grid-template-columns: 1fr auto;
        gap: 3px 10px;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 7px;
      }
      .arrival {
        font-weight: 650;
        text-align: right;
      }
      .spare {
        text-align: right;
        font-size: 12.5px;
        color: var(--ink-3);
      }
      .spare.tight {
        color: var(--warn);
        font-weight: 600;
      }
      .spare.late {
        color: var(--bad);
        font-weight: 600;
      }
      .dot {
        display: inline-block;
        width: 8px;
        height: 8px;
        margin-right: 4px;
        border-radius: 50%;
      }
    `,
  ];

  @property({ attribute: false }) store!: ConsoleStore;
  @state() private filter: Filter = "open";
  @state() private search = "";
  @state() private shown = PAGE;

  override connectedCallback(): void {
    new Watch(this, ["orders", "selection"]);
    super.connectedCallback();
  }

  override render() {
    const all = this.#filtered();
    const rows = all.slice(0, this.shown);
    return html`
      <div class="bar">
        ${this.#filterButton("open", "Open")} ${this.#filterButton("risk", "At risk")} ${this.#filterButton("done", "Done")}
        <label>
          ${icons.search}
          <input type="search" placeholder="Order" aria-label="Find an order by number" .value=${this.search} @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)} />
        </label>
      </div>
      <div class="rows">
        <ul data-testid="order-list">
          ${repeat(
            rows,
            (order) => order.order,
            (order) => html`<li>${this.#row(order)}</li>`,
          )}
        </ul>
        ${all.length === 0 ? html`<p class="empty">${this.#emptyText()}</p>` : nothing}
        ${all.length > rows.length ? html`<button class="more" @click=${() => (this.shown += PAGE)}>Show more (${all.length - rows.length})</button>` : nothing}
      </div>
    `;
  }

  #row(order: Order) {
    const risk = this.store.risk(order);
    const selected = this.store.selection?.id === order.order;
    const color = order.courier ? routeColor(this.store.colors.get(order.courier)) : null;
    return html`<button class="row" data-testid="order-row" data-order=${order.order} aria-pressed=${selected} @click=${() => this.store.select({ kind: "order", id: order.order })}>
      <span class="head">
        <span class="name number">${order.order}</span>
        ${stateChip(order, risk)}
      </span>
      <span class="arrival number">${arrivalText(order)}</span>
      <span class="small number">
        ${windowText(order.window)}${color ? html` · <i class="dot" style=${`background:${color}`}></i>${order.courier}` : html` · ${order.kind === "pickup" ? "pickup" : "no courier"}`}
      </span>
      ${spare(order, risk)}
    </button>`;
  }

  #filterButton(filter: Filter, label: string) {
    return html`<button class="filter" aria-pressed=${this.filter === filter} data-testid=${`filter-${filter}`} @click=${() => this.#choose(filter)}>${label}</button>`;
  }

  #choose(filter: Filter): void {
    this.filter = filter;
    this.shown = PAGE;
  }

  #emptyText(): string {
    if (this.search) return `No order matches “${this.search}”.`;
    return { open: "No open orders.", risk: "Every promise has time to spare.", done: "Nothing delivered yet." }[this.filter];
  }

  #filtered(): Order[] {
    const wanted = this.search.trim().toLowerCase();
    const selected = this.store.selection?.id;
    const ranked: { order: Order; urgency: number; at: number }[] = [];
    for (const order of this.store.orders.values()) {
      const open = isOpen(order);
      const risk = this.store.risk(order);
      const matches = wanted ? `${order.order} ${order.reference ?? ""}`.toLowerCase().includes(wanted) : this.#passes(open, risk) || order.order === selected;
      if (matches) ranked.push({ order, urgency: open ? URGENCY[risk] : 3, at: Date.parse(order.window.end) });
    }
    const direction = this.filter === "done" ? -1 : 1;
    ranked.sort((a, b) => a.urgency - b.urgency || (a.at - b.at) * direction || a.order.order.localeCompare(b.order.order));
    const list = ranked.map((one) => one.order);
    return selected && !wanted ? withFirst(list, selected) : list;
  }

  #passes(open: boolean, risk: Risk): boolean {
    if (this.filter === "open") return open;
    if (this.filter === "risk") return open && risk !== "none";
    return !open;
  }
}

/** The selected order is always in sight. */
function withFirst(orders: Order[], id: string): Order[] {
  const index = orders.findIndex((order) => order.order === id);
  const found = orders[index];
  return found && index >= PAGE ? [found, ...orders.slice(0, index), ...orders.slice(index + 1)] : orders;
}

function stateChip(order: Order, risk: Risk) {
  if (risk === "late" && isOpen(order)) return html`<span class="chip late">${icons.warning}Late</span>`;
  if (risk === "tight") return html`<span class="chip tight">${icons.warning}Tight</span>`;
  const tone = order.state === "delivered" || order.state === "collected" ? (risk === "late" ? "late" : "good") : ["on_the_way", "arrived", "loaded"].includes(order.state) ? "active" : "";
  return html`<span class="chip ${tone}">${ORDER_STATES[order.state]}</span>`;
}

function arrivalText(order: Order): string {
  if (order.state === "cancelled" || order.state === "failed") return "–";
  const at = order.delivered_at ?? order.expected_arrival;
  return at ? clockTime(at) : "–";
}

function spare(order: Order, risk: Risk) {
  const at = order.delivered_at ?? order.expected_arrival;
  if (!at || order.state === "cancelled" || order.state === "failed") return html`<span></span>`;
  if (order.late_seconds > 0) return html`<span class="spare late number">${spanText(order.late_seconds)} late</span>`;
  if (order.delivered_at) return html`<span class="spare number">on time</span>`;
  const seconds = (Date.parse(order.window.end) - Date.parse(at)) / 1000;
  return html`<span class="spare ${risk === "none" ? "" : risk} number">${spanText(seconds)} to spare</span>`;
}
