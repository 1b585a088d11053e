// The look of the map: calm ground, streets by class, and above them zones, routes and stops. No glyphs, no sprites, no
// tiles: everything comes as GeoJSON from the service itself.

import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { ROUTE_COLORS } from "./look/colors";

type Expression = NonNullable<Extract<LayerSpecification, { type: "line" }>["filter"]>;

const EMPTY = { type: "geojson" as const, data: { type: "FeatureCollection" as const, features: [] } };
const classIs = (...kinds: string[]): Expression => ["in", ["get", "class"], ["literal", kinds]];
const stateIs = (...states: string[]): Expression => ["in", ["get", "state"], ["literal", states]];

/** A width in pixels that grows with the zoom. */
const width = (far: number, near: number): never => ["interpolate", ["exponential", 1.6], ["zoom"], 11, far, 17, near] as never;

export const ROUTE_COLOR = ["to-color", ["at", ["get", "color"], ["literal", [...ROUTE_COLORS]]]] as never;

/** Routes that share a street lie side by side. */
const SIDE = ["*", ["-", ["get", "color"], 5.5], 0.55] as never;

function street(id: string, kinds: string[], color: string, far: number, near: number): LayerSpecification {
  return {
    id,
    type: "line",
    source: "streets",
    filter: classIs(...kinds),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": color, "line-width": width(far, near) },
  };
}

const GROUND: LayerSpecification[] = [
  { id: "land", type: "background", paint: { "background-color": "#e7eae5" } },
  { id: "park", type: "fill", source: "streets", filter: classIs("park"), paint: { "fill-color": "#cfe3c8" } },
  { id: "water", type: "fill", source: "streets", filter: classIs("water"), paint: { "fill-color": "#b4d3e8" } },
  { id: "shore", type: "line", source: "streets", filter: classIs("water"), paint: { "line-color": "#9cc2dc", "line-width": 1 } },
  street("lane-edge", ["lane"], "#ccd0c9", 1.3, 10),
  street("street-edge", ["street"], "#bfc4bc", 2.6, 17),
  street("arterial-edge", ["arterial"], "#aab0a7", 4.6, 24),
  street("bridge-edge", ["bridge"], "#7f877f", 5, 25),
  street("lane", ["lane"], "#f8f9f7", 0.8, 8),
  street("street", ["street"], "#ffffff", 1.7, 14.5),
  street("arterial", ["arterial", "bridge"], "#fffdf4", 3.2, 21),
  {
    id: "zone",
    type: "line",
    source: "zones",
    layout: { "line-cap": "round" },
    paint: { "line-color": "#0f5f57", "line-opacity": ["case", ["get", "between"], 0.22, 0.5], "line-width": 1.5, "line-dasharray": [1, 2.5] },
  },
];

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

export function mapStyle(): StyleSpecification {
  return {
    version: 8,
    sources: { streets: { ...EMPTY, tolerance: 0.2 }, zones: { ...EMPTY }, trips: { ...EMPTY, tolerance: 0.2 }, stops: { ...EMPTY } },
    layers: [...GROUND, ...ROUTES],
    transition: { duration: 150, delay: 0 },
  };
}
