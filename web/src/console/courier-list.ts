import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Courier, CourierState } from "../api/contract";
import { routeColor } from "../look/colors";
import { icons } from "../look/icons";
import { basics, chips } from "../look/shared-styles";
import { COURIER_STATES, clockTime, countText, massText } from "../wording";
import { listStyles } from "./list-styles";
import type { ConsoleStore } from "./store";
import { Watch } from "./watch";

const PAGE = 60;
const RANKS: Record<CourierState, number> = { on_trip: 0, loading: 1, returning: 2, available: 3, off: 4 };
const TONES: Record<CourierState, string> = { on_trip: "active", loading: "active", returning: "", available: "good", off: "" };

/** The region's couriers, those on the road first. */
@customElement("punctual-courier-list")
export class CourierList extends LitElement {
  static override styles = [
    basics,
    chips,
    listStyles,
    css`
      .row {
        grid-template-columns: 32px 1fr auto;
        gap: 2px 10px;
        align-items: center;
      }
      .badge {
        grid-row: span 2;
        display: grid;
        place-items: center;
        width: 30px;
        height: 30px;
        border-radius: 50%;
        color: #fff;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 7px;
        min-width: 0;
      }
      .head .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .right {
        text-align: right;
      }
      .next {
        font-weight: 650;
      }
      .load {
        display: flex;
        align-items: center;
        gap: 7px;
      }
      .bar-track {
        flex: none;
        width: 74px;
        height: 5px;
        overflow: hidden;
        border-radius: 3px;
        background: #e3e8e6;
      }
      .bar-fill {
        display: block;
        height: 100%;
        border-radius: 3px;
        background: var(--ink-3);
      }
    `,
  ];

  @property({ attribute: false }) store!: ConsoleStore;
  @state() private shown = PAGE;

  override connectedCallback(): void {
    new Watch(this, ["couriers", "plan", "selection"]);
    super.connectedCallback();
  }

  override render() {
    const all = [...this.store.couriers.values()].sort((a, b) => RANKS[a.state] - RANKS[b.state] || a.id.localeCompare(b.id, "en", { numeric: true }));
    const rows = all.slice(0, this.shown);
    return html`
      <div class="rows">
        <ul data-testid="courier-list">
          ${repeat(
            rows,
            (courier) => courier.id,
            (courier) => html`<li>${this.#row(courier)}</li>`,
          )}
        </ul>
        ${all.length === 0 ? html`<p class="empty">No couriers yet.</p>` : nothing}
        ${all.length > rows.length ? html`<button class="more" @click=${() => (this.shown += PAGE)}>Show more (${all.length - rows.length})</button>` : nothing}
      </div>
    `;
  }

  #row(courier: Courier) {
    const selected = this.store.selection?.id === courier.id;
    const idle = courier.state === "available" || courier.state === "off";
    const load = Math.max(share(courier.load_grams, courier.capacity_grams), share(courier.load_milliliters, courier.capacity_milliliters));
    const fill = `width:${(load * 100).toFixed(0)}%`;
    return html`<button class="row" data-testid="courier-row" data-courier=${courier.id} aria-pressed=${selected} @click=${() => this.store.select({ kind: "courier", id: courier.id })}>
      <span class="badge" style=${`background:${routeColor(idle ? undefined : this.store.colors.get(courier.id))}`}>${icons[courier.profile]}</span>
      <span class="head">
        <span class="name">${courier.name}</span>
        <span class="small">${courier.id}</span>
        <span class="chip ${TONES[courier.state]}">${COURIER_STATES[courier.state]}</span>
      </span>
      <span class="right next number">${courier.next_arrival ? clockTime(courier.next_arrival) : "–"}</span>
      <span class="load">
        <span class="bar-track" role="img" aria-label=${`Load ${(load * 100).toFixed(0)} percent`}><i class="bar-fill" style=${fill}></i></span>
        <span class="small number">${massText(courier.load_grams)}</span>
      </span>
      <span class="right small number">${courier.stops_left > 0 ? `${countText(courier.stops_left, "stop")} left` : "no stops"}</span>
    </button>`;
  }
}

function share(load: number, capacity: number): number {
  return capacity > 0 ? Math.min(1, load / capacity) : 0;
}
