import type { MapFeatures } from "./api/contract";

type LonLat = [number, number];

/**
 * The edges of the zones, as lines: those of the whole delivery area, and those `between` two zones.
 *
 * Zones may come as many cells; an edge that two cells of one zone share is inside it and is left out.
 */
export function zoneOutline(zones: MapFeatures): MapFeatures {
  const edges = new Map<string, { line: [LonLat, LonLat]; count: number }>();
  for (const feature of zones.features) {
    for (const ring of rings(feature.geometry)) {
      for (let i = 1; i < ring.length; i++) {
        const [a, b] = [ring[i - 1]!, ring[i]!];
        const key = `${String(feature.properties["zone"])} ${edgeName(a, b)}`;
        const edge = edges.get(key);
        if (edge) edge.count++;
        else edges.set(key, { line: [a, b], count: 1 });
      }
    }
  }
  const borders = new Map<string, { line: [LonLat, LonLat]; count: number }>();
  for (const { line, count } of edges.values()) {
    if (count > 1) continue;
    const key = edgeName(line[0], line[1]);
    const border = borders.get(key);
    if (border) border.count++;
    else borders.set(key, { line, count: 1 });
  }
  return { type: "FeatureCollection", features: [lines([...borders.values()], false), lines([...borders.values()], true)] };
}

function lines(borders: { line: [LonLat, LonLat]; count: number }[], between: boolean): MapFeatures["features"][number] {
  const coordinates = borders.filter((border) => border.count > 1 === between).map((border) => border.line);
  return { type: "Feature", properties: { between }, geometry: { type: "MultiLineString", coordinates } };
}

function edgeName(a: LonLat, b: LonLat): string {
  return [name(a), name(b)].sort().join(" ");
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
