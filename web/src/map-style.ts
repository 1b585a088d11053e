// The look of the map: calm ground and streets from the service's own tiles, unless an outside style is set, and above
// them zones, routes and stops. Nothing else is loaded: names are written with the page's own font.

import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { TileJson } from "./api/contract";
import { ROUTE_COLORS } from "./look/colors";

type Expression = NonNullable<Extract<LayerSpecification, { type: "line" }>["filter"]>;

const EMPTY = { type: "geojson" as const, data: { type: "FeatureCollection" as const, features: [] } };
const classIs = (...kinds: string[]): Expression => ["in", ["get", "class"], ["literal", kinds]];
const stateIs = (...states: string[]): Expression => ["in", ["get", "state"], ["literal", states]];

/** A width in pixels that grows with the zoom: `far` where a city fills the window, `near` among houses. */
const width = (far: number, near: number): never => ["interpolate", ["exponential", 1.6], ["zoom"], 9, far * 0.35, 11, far, 17, near] as never;

export const ROUTE_COLOR = ["to-color", ["at", ["get", "color"], ["literal", [...ROUTE_COLORS]]]] as never;

/** The layer with the names of streets, of the service's own style: routes lie below it. */
export const STREET_NAMES = "street-name";

/** The page's own font; what it has no letters for is written with the system's. */
export const NAME_FONT = "Inter";

/** Routes that share a street lie side by side. */
const SIDE = ["*", ["-", ["get", "color"], 5.5], 0.55] as never;

function street(id: string, kind: string, color: string, far: number, near: number): LayerSpecification {
  return {
    id,
    type: "line",
    source: "map",
    "source-layer": "street",
    filter: classIs(kind),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": color, "line-width": width(far, near) },
  };
}

function area(id: string, color: string): LayerSpecification {
  return { id, type: "fill", source: "map", "source-layer": id, paint: { "fill-color": color } };
}

const GROUND: LayerSpecification[] = [
  { id: "land", type: "background", paint: { "background-color": "#e7eae5" } },
  area("park", "#cfe3c8"),
  area("water", "#b4d3e8"),
  { id: "shore", type: "line", source: "map", "source-layer": "water", paint: { "line-color": "#9cc2dc", "line-width": 1 } },
  {
    id: "building",
    type: "fill",
    source: "map",
    "source-layer": "building",
    paint: { "fill-color": "#d9dcd5", "fill-outline-color": "#c8ccc3", "fill-opacity": ["interpolate", ["linear"], ["zoom"], 15, 0.4, 16, 1] },
  },
  street("path", "path", "#d3d8ce", 0.4, 3.2),
  street("lane-edge", "lane", "#ccd0c9", 0.7, 9),
  street("street-edge", "street", "#c5cac2", 1.3, 15),
  street("collector-edge", "collector", "#b5bab2", 2.6, 19),
  street("arterial-edge", "arterial", "#aab0a7", 3.8, 23),
  street("motorway-edge", "motorway", "#bda877", 4.6, 25),
  street("lane", "lane", "#f8f9f7", 0.4, 7),
  street("street", "street", "#ffffff", 0.8, 12.5),
  street("collector", "collector", "#ffffff", 1.7, 16.5),
  street("arterial", "arterial", "#fffdf4", 2.7, 20),
  street("motorway", "motorway", "#fbf0d2", 3.2, 21.5),
  {
    id: STREET_NAMES,
    type: "symbol",
    source: "map",
    "source-layer": "street",
    filter: ["has", "name"],
    layout: {
      "symbol-placement": "line",
      "symbol-sort-key": ["match", ["get", "class"], "motorway", 0, "arterial", 1, "collector", 2, "street", 3, 4],
      "text-field": ["get", "name"],
      "text-font": [NAME_FONT],
      "text-size": ["interpolate", ["linear"], ["zoom"], 13, 10.5, 17, 13.5],
      "text-padding": 4,
    },
    paint: { "text-color": "#47534f", "text-halo-color": "rgba(255,255,255,0.9)", "text-halo-width": 1.5 },
  },
];

const ZONE: LayerSpecification = {
  id: "zone",
  type: "line",
  source: "zones",
  layout: { "line-cap": "round" },
  paint: { "line-color": "#0f5f57", "line-opacity": ["case", ["get", "between"], 0.22, 0.5], "line-width": 1.5, "line-dasharray": [1, 2.5] },
};

const ROUTES: LayerSpecification[] = [
  {
    id: "route-planned",
    type: "line",
    source: "trips",
    filter: stateIs("planned"),
    layout: { "line-join": "round" },
    paint: { "line-color": ROUTE_COLOR, "line-width": 1.6, "line-opacity": 0.55, "line-dasharray": [3, 2.4], "line-offset": SIDE },
  },
  {
    id: "route-edge",
    type: "line",
    source: "trips",
    filter: stateIs("loading", "on_the_way", "returning"),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": "#fff", "line-width": width(4.6, 9), "line-opacity": 0.7, "line-offset": SIDE },
  },
  {
    id: "route-way",
    type: "line",
    source: "trips",
    filter: stateIs("loading", "on_the_way", "returning"),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": ROUTE_COLOR, "line-width": width(2.8, 6), "line-opacity": 0.85, "line-offset": SIDE },
  },
  {
    id: "stop-halo",
    type: "circle",
    source: "stops",
    filter: ["==", ["get", "order"], ""],
    paint: { "circle-radius": 17, "circle-color": "rgb(22,33,31)", "circle-opacity": 0.14, "circle-stroke-color": "#16211f", "circle-stroke-width": 2 },
  },
  {
    id: "stop",
    type: "symbol",
    source: "stops",
    layout: {
      "icon-image": ["get", "mark"],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.7, 14, 1.05] as never,
      "symbol-sort-key": ["get", "rank"],
    },
  },
];

/** The service's own map, without what is going on. */
export function mapStyle({ tiles, minzoom, maxzoom, bounds, attribution }: TileJson): StyleSpecification {
  const map: SourceSpecification = { type: "vector", tiles: tiles.map((path) => location.origin + path), minzoom, maxzoom };
  if (bounds) map.bounds = bounds;
  if (attribution) map.attribution = credit(attribution);
  return { version: 8, sources: { map }, layers: GROUND, transition: { duration: 150, delay: 0 } };
}

/** What is going on: it lies above any map. */
export const OVERLAY_SOURCES: Record<string, SourceSpecification> = {
  zones: { ...EMPTY },
  trips: { ...EMPTY, tolerance: 0.2 },
  stops: { ...EMPTY },
};
export const OVERLAY_LAYERS: LayerSpecification[] = [ZONE, ...ROUTES];

/** Text of the service as HTML, with the link that OpenStreetMap asks for. */
function credit(text: string): string {
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return plain.replace("OpenStreetMap", '<a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener">OpenStreetMap</a>');
}
