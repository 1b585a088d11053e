import { LitElement, css, html, unsafeCSS } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Place } from "../api/contract";
import type { CourierLook } from "../courier-canvas";
import { routeColor } from "../look/colors";
import { basics } from "../look/shared-styles";
import { RegionMap, mapCss, markerCss } from "../map";
import { drawn } from "./exposed-state";
import type { ConsoleStore, Selection } from "./store";

const WIDE_PADDING = { top: 92, right: 40, bottom: 64, left: 412 };
const NARROW_PADDING = { top: 130, right: 20, bottom: Math.round(innerHeight * 0.46), left: 20 };

/** The console's map. It is fed by the store directly; nothing of it is rendered by Lit. */
@customElement("punctual-live-map")
export class LiveMap extends LitElement {
  static override styles = [
    basics,
    unsafeCSS(mapCss),
    unsafeCSS(markerCss),
    css`
      :host,
      #map {
        display: block;
        width: 100%;
        height: 100%;
      }
      .maplibregl-ctrl-top-right {
        top: 70px;
        right: 4px;
      }
      /* Above the legend, and above the panel where there is no legend. */
      .maplibregl-ctrl-bottom-right {
        right: 14px;
        bottom: 52px;
      }
      .maplibregl-ctrl.maplibregl-ctrl-attrib {
        border-radius: 6px;
      }
      @media (max-width: 860px) {
        .maplibregl-ctrl-bottom-right {
          right: 8px;
          bottom: calc(42% + 12px);
        }
        .maplibregl-ctrl-top-right {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: ConsoleStore;
  @query("#map") private container!: HTMLDivElement;
  #map: RegionMap | null = null;
  #stop: (() => void)[] = [];
  /** A selection whose place is not known yet, such as an order named in the page's address. */
  #flight: Selection = null;

  override render() {
    return html`<div id="map" data-testid="map"></div>`;
  }

  override firstUpdated(): void {
    const { region, ground } = this.store;
    if (!region || !ground) return;
    const map = new RegionMap(this.container, {
      ground,
      bounds: region.bounds,
      padding: innerWidth > 860 ? WIDE_PADDING : NARROW_PADDING,
      label: `Map of ${region.name} with couriers, routes and stops`,
      onClick: (_, { courier, order }) => this.#click(courier, order),
    });
    this.#map = map;
    void map.setStores(region.stores);
    drawn.positions = () => this.#positions();
    drawn.streets = () => map.streets();
    this.#stop = [
      this.store.on("position", () => this.#drawCouriers()),
      this.store.on("couriers", () => this.#drawCouriers()),
      this.store.on("plan", () => this.#drawPlan()),
      this.store.on("orders", () => this.#fly()),
      this.store.on("selection", () => this.#select()),
    ];
    this.#drawCouriers();
    this.#drawPlan();
    this.#select();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stop) stop();
    this.#map?.remove();
  }

  #seen = new Map<string, string>();

  #drawCouriers(): void {
    const layer = this.#map?.couriers;
    if (!layer) return;
    for (const [id, position] of this.store.positions) {
      const key = `${position.lon} ${position.lat}`;
      const look = this.#look(id);
      if (this.#seen.get(id) === key) {
        layer.dress(id, look);
        continue;
      }
      this.#seen.set(id, key);
      layer.report(id, [position.lon, position.lat], look);
    }
    for (const id of this.#seen.keys()) {
      if (this.store.positions.has(id)) continue;
      this.#seen.delete(id);
      layer.remove(id);
    }
  }

  #look(id: string): CourierLook {
    const courier = this.store.couriers.get(id);
    const isIdle = courier?.state === "available" || courier?.state === "off";
    return { label: id, profile: courier?.profile ?? "bike", color: routeColor(this.store.colors.get(id)), isIdle };
  }

  async #drawPlan(): Promise<void> {
    const { plan } = this.store;
    if (!plan || !this.#map) return;
    await this.#map.setPlan(plan);
    drawn.orders = new Set(this.store.stops.keys());
    drawn.routes = plan.features.length - this.#map.stopCount;
    for (const id of this.store.couriers.keys()) this.#map.couriers.follow(id, this.store.courierPath(id));
    this.#drawCouriers();
  }

  #positions(): Record<string, [number, number]> {
    const layer = this.#map?.couriers;
    return Object.fromEntries((layer?.ids() ?? []).map((id) => [id, layer?.position(id) ?? [0, 0]]));
  }

  #click(courier: string | null, order: string | null): void {
    if (courier) this.store.select({ kind: "courier", id: courier });
    else this.store.select(order ? { kind: "order", id: order } : null);
    this.#flight = null;
  }

  #select(): void {
    this.#flight = this.store.selection;
    this.#fly();
    const { selection } = this.store;
    if (!selection) void this.#map?.highlight({ courier: null, order: null });
  }

  #fly(): void {
    const selection = this.store.selection;
    if (!selection || !this.#map) return;
    const order = selection.kind === "order" ? this.store.orders.get(selection.id) : undefined;
    void this.#map.highlight({ courier: selection.kind === "courier" ? selection.id : (order?.courier ?? null), order: order?.order ?? null });
    if (!this.#flight) return;
    const at: Place | [number, number] | null = order?.location ?? (selection.kind === "courier" ? this.#map.couriers.position(selection.id) : null);
    if (!at) return;
    this.#map.flyTo(at);
    this.#flight = null;
  }
}
