import { LitElement, css, html, nothing, unsafeCSS } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Place } from "../api/contract";
import { routeColor } from "../look/colors";
import { icons } from "../look/icons";
import { basics, buttons } from "../look/shared-styles";
import { RegionMap, mapCss, markerCss } from "../map";
import { cards } from "./card-styles";
import { Follow } from "./follow";
import type { CheckoutStore } from "./store";

const PADDING = { top: 20, right: 18, bottom: 12, left: 18 };
const COURIER_COLOR = 0;
const RESIZE_MS = 120;

/** The map on which the customer shows his door, and later sees his courier. */
@customElement("punctual-door-map")
export class DoorMap extends LitElement {
  static override styles = [
    basics,
    buttons,
    cards,
    unsafeCSS(mapCss),
    unsafeCSS(markerCss),
    css`
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 12px;
        padding: 14px 18px 12px;
      }
      .place {
        font-size: 13px;
        color: var(--ink-3);
      }
      #map {
        height: 330px;
        border-top: 1px solid var(--line);
        cursor: crosshair;
      }
      #map .maplibregl-canvas-container.maplibregl-interactive {
        cursor: crosshair;
      }
      .map {
        position: relative;
      }
      .hint {
        position: absolute;
        bottom: 26px;
        left: 50%;
        transform: translateX(-50%);
        padding: 8px 14px;
        border-radius: 999px;
        background: var(--ink);
        color: #fff;
        font-weight: 550;
        white-space: nowrap;
        pointer-events: none;
      }
      .foot {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 18px;
        padding: 10px 18px 12px;
        border-top: 1px solid var(--line);
        font-size: 13px;
      }
      details {
        flex: 1;
      }
      summary {
        cursor: pointer;
        color: var(--brand);
        font-weight: 550;
      }
      form {
        display: flex;
        gap: 8px;
        align-items: end;
        margin-top: 8px;
      }
      label {
        display: grid;
        gap: 2px;
        color: var(--ink-2);
      }
      input {
        width: 110px;
        height: 36px;
        padding: 0 9px;
        border: 1px solid var(--line-2);
        border-radius: 8px;
      }
      form .button {
        min-height: 36px;
      }
      :host([booked]) #map {
        height: 420px;
        cursor: default;
      }
      @media (max-width: 820px) {
        #map,
        :host([booked]) #map {
          height: 260px;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: CheckoutStore;
  @query("#map") private container!: HTMLDivElement;
  #map: RegionMap | null = null;
  #drawn: { door: Place | null; fixed: boolean } = { door: null, fixed: false };
  #courier: string | null = null;
  #shown: string | null = null;

  override connectedCallback(): void {
    new Follow(this);
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#map?.remove();
  }

  override render() {
    const { door, phase } = this.store;
    const choosing = phase === "choosing";
    return html`<section class="card" aria-label="Delivery address">
      <div class="head">
        <h2>${icons.door}${phase === "booked" ? "Your delivery" : "Where to?"}</h2>
        <span class="place number" data-testid="door">${door ? `${door.lat.toFixed(5)}, ${door.lon.toFixed(5)}` : ""}</span>
      </div>
      <div class="map">
        <div id="map" data-testid="map"></div>
        ${door ? nothing : html`<p class="hint">Click the map to set your door</p>`}
      </div>
      ${choosing ? this.#foot() : nothing}
    </section>`;
  }

  #foot() {
    const { door, region } = this.store;
    const shown = door ?? region?.center;
    return html`<div class="foot">
      <details>
        <summary>Type coordinates</summary>
        <form @submit=${this.#submit}>
          <label>Latitude<input name="lat" inputmode="decimal" required .value=${shown?.lat.toFixed(5) ?? ""} /></label>
          <label>Longitude<input name="lon" inputmode="decimal" required .value=${shown?.lon.toFixed(5) ?? ""} /></label>
          <button class="button plain">Set door</button>
        </form>
      </details>
      <button class="link" data-testid="door-center" @click=${() => this.#map && this.store.setDoor(this.#map.center())}>Use the map's center</button>
    </div>`;
  }

  override firstUpdated(): void {
    const { region, ground } = this.store;
    if (!region || !ground) return;
    this.#map = new RegionMap(this.container, {
      ground,
      bounds: region.bounds,
      padding: PADDING,
      label: `Map of ${region.name}: click to set your door`,
      onClick: (at) => this.store.phase === "choosing" && this.store.setDoor(at),
    });
    void this.#map.setStores(region.stores);
    this.updated();
  }

  override updated(): void {
    const map = this.#map;
    if (!map) return;
    const { door, phase } = this.store;
    const fixed = phase !== "choosing";
    if (door !== this.#drawn.door || fixed !== this.#drawn.fixed) {
      map.setDoor(door, fixed ? null : (at) => this.store.setDoor(at));
      this.#drawn = { door, fixed };
    }
    this.toggleAttribute("booked", phase === "booked");
    this.#showOrder(map);
    this.#drawCourier(map);
  }

  /** Turns to the door and its store once an order is booked, and back to the region after it. */
  #showOrder(map: RegionMap): void {
    const { order, region, door } = this.store;
    if (this.#shown === (order?.order ?? null)) return;
    this.#shown = order?.order ?? null;
    const store = region?.stores.find((one) => one.id === order?.store);
    // Only after the map has taken its new size.
    setTimeout(() => (store && door ? map.show([door, store.location]) : map.showAll()), RESIZE_MS);
  }

  /** Shows the courier as long as he is on his way to this customer. */
  #drawCourier(map: RegionMap): void {
    const { order, courierAt, courier } = this.store;
    const onHisWay = order?.state === "on_the_way" || order?.state === "arrived" || order?.state === "loaded";
    const id = onHisWay && courierAt?.courier === order.courier ? order.courier : null;
    if (this.#courier && this.#courier !== id) map.couriers.remove(this.#courier);
    if (id && courierAt) {
      const look = { label: courier?.name ?? id, profile: courier?.profile ?? "bike", color: routeColor(COURIER_COLOR), isIdle: false };
      map.couriers.report(id, [courierAt.lon, courierAt.lat], look);
      if (this.#courier !== id && this.store.door) map.show([this.store.door, courierAt]);
    }
    this.#courier = id;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const read = (name: string) => Number(String(fields.get(name)).replace(",", "."));
    const door = { lat: read("lat"), lon: read("lon") };
    if (!(Math.abs(door.lat) <= 90 && Math.abs(door.lon) <= 180)) return;
    this.store.setDoor(door);
    this.#map?.flyTo(door);
  }
}
