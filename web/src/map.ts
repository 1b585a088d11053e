// The only file that knows MapLibre.

import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Bounds, Ground, MapFeatures, Place, PlanFeatures, StopFeature, StopProperties, StoreOfRegion, TripFeature } from "./api/contract";
import { CourierCanvas } from "./courier-canvas";
import { allMarks, markName, stopLook } from "./look/stop-marks";
import { NAME_FONT, OVERLAY_LAYERS, OVERLAY_SOURCES, STREET_NAMES, mapStyle } from "./map-style";
import type { LonLat } from "./motion";
import { zoneOutline } from "./zone-outline";

maplibregl.setWorkerUrl(workerUrl);

export { default as mapCss } from "maplibre-gl/dist/maplibre-gl.css?inline";

export interface Highlight {
  courier: string | null;
  order: string | null;
}

export interface Padding {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface RegionMapOptions {
  ground: Ground;
  bounds: Bounds;
  padding: Padding;
  label: string;
  onClick: (at: Place, hit: { courier: string | null; order: string | null }) => void;
}

const PIXELS_AROUND_CLICK = 6;
const CLOSE_ZOOM = 14.2;
const TURN_MS = 700;
/** Markers stand above their places. */
const MARKER_ROOM: Padding = { top: 50, right: 40, bottom: 30, left: 40 };
/** One letter of each file that the font is in. */
const LETTERS = ["A", "Ā", "Ж"];

/** The map of a region with its stores, routes, stops and moving couriers. */
export class RegionMap {
  readonly couriers: CourierCanvas;
  readonly #map: maplibregl.Map;
  readonly #ready: Promise<void>;
  #door: maplibregl.Marker | null = null;
  #frame = 0;
  #stopCount = 0;

  constructor(container: HTMLElement, private readonly options: RegionMapOptions) {
    const { bounds, ground } = options;
    const isOurs = typeof ground.base !== "string";
    // The map waits for the font's first file alone, and writes the rest with another font if it is not there yet.
    for (const letter of isOurs ? LETTERS : []) void document.fonts.load(`24px ${NAME_FONT}`, letter);
    this.#map = new maplibregl.Map({
      container,
      style: typeof ground.base === "string" ? ground.base : mapStyle(ground.base),
      bounds: [bounds.west, bounds.south, bounds.east, bounds.north],
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 18,
      minZoom: 9,
      renderWorldCopies: false,
    });
    // What lies beside the panels is the middle, also when somebody zooms.
    this.#map.setPadding(options.padding);
    this.showAll(0);
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    // Nobody has to be named for a city that is invented.
    if (typeof ground.base === "string" || ground.base.attribution) this.#map.addControl(new maplibregl.AttributionControl({ compact: false }), "bottom-right");
    this.#map.getCanvas().setAttribute("aria-label", options.label);
    this.couriers = new CourierCanvas({
      project: (at) => this.#map.project(at),
      zoom: () => this.#map.getZoom(),
    });
    this.#map.getCanvasContainer().append(this.couriers.element);
    this.#map.on("render", () => this.couriers.draw(true));
    this.#map.on("click", (event) => this.#click(event));
    this.#map.on("mousemove", (event) => this.#hover(event));
    this.#ready = new Promise((resolve) => this.#map.once("load", () => resolve(this.#overlay(isOurs))));
    this.#animate();
  }

  /** Resolves when the map can take sources. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  get stopCount(): number {
    return this.#stopCount;
  }

  remove(): void {
    cancelAnimationFrame(this.#frame);
    this.#map.remove();
  }

  /** How many pieces of street are drawn, and which names of streets are written: on the service's own map. */
  streets(): { pieces: number; names: string[] } {
    if (!this.#map.getLayer(STREET_NAMES)) return { pieces: 0, names: [] };
    const names = this.#map.queryRenderedFeatures({ layers: [STREET_NAMES] }).map((feature) => String(feature.properties["name"]));
    return { pieces: this.#map.querySourceFeatures("map", { sourceLayer: "street" }).length, names: [...new Set(names)].sort() };
  }

  async setStores(stores: StoreOfRegion[]): Promise<void> {
    await this.#ready;
    this.#setSource("zones", zoneOutline(this.options.ground.zones));
    for (const store of stores) new maplibregl.Marker({ element: storeElement(store), anchor: "bottom" }).setLngLat(store.location).addTo(this.#map);
  }

  async setPlan(plan: PlanFeatures): Promise<void> {
    await this.#ready;
    const trips: TripFeature[] = [];
    const stops: StopFeature[] = [];
    for (const feature of plan.features) {
      if (feature.geometry.type === "LineString") trips.push(feature as TripFeature);
      else stops.push(withMark(feature as StopFeature));
    }
    this.#stopCount = stops.length;
    this.#setSource("trips", { type: "FeatureCollection", features: trips });
    this.#setSource("stops", { type: "FeatureCollection", features: stops });
  }

  /** Brings one courier's routes to the front; the others fade. */
  async highlight({ courier, order }: Highlight): Promise<void> {
    await this.#ready;
    const isOurs = ["==", ["get", "courier"], courier];
    const fade = (ours: number, others: number, none: number) => (courier ? ["case", isOurs, ours, others] : none) as never;
    this.#map.setPaintProperty("route-planned", "line-opacity", fade(0.9, 0.12, 0.55));
    this.#map.setPaintProperty("route-edge", "line-opacity", fade(0.9, 0.2, 0.7));
    this.#map.setPaintProperty("route-way", "line-opacity", fade(1, 0.22, 0.85));
    this.#map.setPaintProperty("stop", "icon-opacity", fade(1, 0.35, 1));
    this.#map.setFilter("stop-halo", ["==", ["get", "order"], order ?? ""]);
    this.couriers.select(courier);
  }

  flyTo(at: Place | LonLat): void {
    const center: [number, number] = Array.isArray(at) ? at : [at.lon, at.lat];
    this.#map.flyTo({ center, zoom: Math.max(this.#map.getZoom(), CLOSE_ZOOM), duration: 900 });
  }

  /** Shows everything between the given places. */
  show(places: Place[], maxZoom = 15): void {
    const bounds = new maplibregl.LngLatBounds();
    for (const place of places) bounds.extend([place.lon, place.lat]);
    if (!bounds.isEmpty()) this.#map.fitBounds(bounds, { padding: MARKER_ROOM, maxZoom, duration: TURN_MS });
  }

  /** Shows the whole region. */
  showAll(duration = TURN_MS): void {
    const { south, west, north, east } = this.options.bounds;
    this.#map.fitBounds([west, south, east, north], { duration });
  }

  center(): Place {
    const { lat, lng } = this.#map.getCenter();
    return { lat, lon: lng };
  }

  /** Puts the customer's door on the map; `onMove` makes it draggable. */
  setDoor(at: Place | null, onMove: ((at: Place) => void) | null): void {
    this.#door?.remove();
    this.#door = null;
    if (!at) return;
    const marker = new maplibregl.Marker({ element: doorElement(), anchor: "bottom", draggable: onMove !== null });
    marker.setLngLat([at.lon, at.lat]).addTo(this.#map);
    marker.on("dragend", () => {
      const { lat, lng } = marker.getLngLat();
      onMove?.({ lat, lon: lng });
    });
    this.#door = marker;
  }

  /** Puts what is going on above the map; names of streets stay readable. */
  #overlay(isOurs: boolean): void {
    for (const { name, image, pixelRatio } of allMarks()) this.#map.addImage(name, image, { pixelRatio });
    for (const [id, source] of Object.entries(OVERLAY_SOURCES)) this.#map.addSource(id, source);
    for (const layer of OVERLAY_LAYERS) this.#map.addLayer(layer, isOurs && layer.type === "line" ? STREET_NAMES : undefined);
  }

  #setSource(id: string, data: MapFeatures | { type: "FeatureCollection"; features: unknown[] }): void {
    void this.#map.getSource<maplibregl.GeoJSONSource>(id)?.setData(data as never);
  }

  #click(event: maplibregl.MapMouseEvent): void {
    const courier = this.couriers.hit(event.point.x, event.point.y);
    const order = courier ? null : this.#stopAt(event.point);
    this.options.onClick({ lat: event.lngLat.lat, lon: event.lngLat.lng }, { courier, order });
  }

  #hover(event: maplibregl.MapMouseEvent): void {
    const hit = this.couriers.hit(event.point.x, event.point.y) ?? this.#stopAt(event.point);
    this.#map.getCanvas().style.cursor = hit ? "pointer" : "";
  }

  #stopAt({ x, y }: { x: number; y: number }): string | null {
    if (!this.#map.getLayer("stop") || this.#stopCount === 0) return null;
    const reach = PIXELS_AROUND_CLICK;
    const found = this.#map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: ["stop"] });
    return (found[0]?.properties as StopProperties | undefined)?.order ?? null;
  }

  #animate(): void {
    this.#frame = requestAnimationFrame(() => this.#animate());
    this.couriers.draw();
  }
}

/** What is done lies below what is ahead, and trouble lies on top. */
const RANKS = { delivered: 0, failed: 1, ahead: 2, arrived: 3, tight: 4, late: 5 };

function withMark(stop: StopFeature): StopFeature {
  const look = stopLook(stop.properties.state, stop.properties.risk);
  const properties = { ...stop.properties, mark: markName(look, stop.properties.color), rank: RANKS[look] };
  return { ...stop, properties };
}

function storeElement(store: StoreOfRegion): HTMLElement {
  const element = document.createElement("div");
  element.className = "store-marker";
  element.dataset["testid"] = "store-marker";
  const sign = document.createElement("span");
  sign.innerHTML = STORE_SIGN;
  const name = document.createElement("b");
  name.textContent = store.name;
  element.append(sign, name);
  return element;
}

function doorElement(): HTMLElement {
  const element = document.createElement("div");
  element.className = "door-marker";
  element.dataset["testid"] = "door-marker";
  element.innerHTML = DOOR_PIN;
  return element;
}

const STORE_SIGN =
  '<svg viewBox="0 0 24 24" width="17" height="17" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M4 10v9.500h16V10M3 6.500 4.500 4h15L21 6.500v2a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0v-2ZM9.500 19.500v-5h5v5"/></svg>';
const DOOR_PIN =
  '<svg viewBox="0 0 36 46" width="36" height="46" aria-hidden="true"><path d="M18 45S3 30.500 3 18a15 15 0 0 1 30 0c0 12.500-15 27-15 27Z" fill="#0f5f57" stroke="#fff" stroke-width="2.500"/><path d="M11.500 18.500 18 12.500l6.500 6M13.500 17.500V24h9v-6.500" fill="none" stroke="#fff" stroke-width="2.200" stroke-linecap="round" stroke-linejoin="round"/></svg>';

/** How markers and controls of the map look, for the style sheet of whoever shows the map. */
export const markerCss = `
  .maplibregl-map { font-family: inherit; }
  .store-marker { display: flex; flex-direction: column; align-items: center; pointer-events: none; filter: drop-shadow(0 1px 2px rgb(22 33 31 / 35%)); }
  .store-marker span { order: 2; display: grid; place-items: center; width: 28px; height: 28px; border-radius: 8px; border: 2px solid #fff; background: #16211f; color: #fff; }
  .store-marker b { order: 1; margin-bottom: 3px; padding: 1px 7px; border-radius: 6px; background: #fff; color: #16211f; font-size: 11.5px; font-weight: 650; white-space: nowrap; }
  .door-marker { cursor: grab; filter: drop-shadow(0 2px 3px rgb(22 33 31 / 35%)); }
  .maplibregl-ctrl.maplibregl-ctrl-attrib { margin: 0; padding: 1px 6px; border-radius: 6px 0 0; background: rgb(255 255 255 / 78%); font-size: 11px; line-height: 16px; color: #36423f; }
  .maplibregl-ctrl-group { border-radius: 10px !important; box-shadow: var(--shadow) !important; }
`;
