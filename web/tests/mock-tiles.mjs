// The map of the mock city as vector tiles, cut by what MapLibre itself cuts GeoJSON with.

import { GeoJSONVT } from "@maplibre/geojson-vt";
import { fromGeojsonVt } from "@maplibre/vt-pbf";
import { streetMap } from "./mock-city.mjs";

const OPTIONS = { maxZoom: 16, indexMaxZoom: 12, extent: 4096, buffer: 128 };
const AREAS = ["water", "park"];

const layerOf = ({ properties }) => (AREAS.includes(properties.class) ? properties.class : "street");
const layers = [...AREAS, "street"].map((name) => {
  const features = streetMap.features.filter((feature) => layerOf(feature) === name);
  return [name, new GeoJSONVT({ type: "FeatureCollection", features }, OPTIONS)];
});

export const tileJson = { tilejson: "3.0.0", tiles: ["/v1/regions/demo/map/tiles/{z}/{x}/{y}"], minzoom: 0, maxzoom: 16 };

/** A tile, or null where nothing is. */
export function tile(z, x, y) {
  const found = layers.map(([name, index]) => [name, index.getTile(z, x, y)]).filter(([, layer]) => layer);
  return found.length > 0 ? Buffer.from(fromGeojsonVt(Object.fromEntries(found), { version: 2, extent: 4096 })) : null;
}
