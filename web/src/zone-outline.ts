import type { MapFeatures } from "./api/contract";

type LonLat = [number, number];

/**
 * The outer edges of the zones, as lines.
 *
 * Zones may come as many cells; an edge that two cells of one zone share is inside it and is left out.
 */
export function zoneOutline(zones: MapFeatures): MapFeatures {
  const edges = new Map<string, { line: [LonLat, LonLat]; count: number }>();
  for (const feature of zones.features) {
    for (const ring of rings(feature.geometry)) {
      for (let i = 1; i < ring.length; i++) {
        const [a, b] = [ring[i - 1]!, ring[i]!];
        const ends = [name(a), name(b)].sort();
        const key = `${String(feature.properties["zone"])} ${ends.join(" ")}`;
        const edge = edges.get(key);
        if (edge) edge.count++;
        else edges.set(key, { line: [a, b], count: 1 });
      }
    }
  }
  const coordinates = [...edges.values()].filter((edge) => edge.count === 1).map((edge) => edge.line);
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates } }] };
}

function rings(geometry: { type: string; coordinates: unknown }): LonLat[][] {
  if (geometry.type === "Polygon") return geometry.coordinates as LonLat[][];
  if (geometry.type === "MultiPolygon") return (geometry.coordinates as LonLat[][][]).flat();
  return [];
}

/** Vertices of neighboring cells may differ in the last digits. */
function name(at: LonLat): string {
  return `${at[0].toFixed(5)},${at[1].toFixed(5)}`;
}
