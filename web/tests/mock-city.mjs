// An invented little city for the pages' own tests: streets on a bent grid, a river, two parks, three stores.
// Everything is drawn from one seed, so that two runs look the same.

const ROWS = 15;
const COLUMNS = 19;
const CENTER = { lat: 55.71, lon: 37.52 };
const METERS_LAT = 1 / 111_320;
const METERS_LON = METERS_LAT / Math.cos((CENTER.lat * Math.PI) / 180);
const RIVER_ROW = 6;
const BRIDGES = new Set([3, 9, 15]);

/** Returns a generator of numbers in [0, 1), the same for the same seed. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const next = random(7);
const place = (x, y) => [CENTER.lon + x * METERS_LON, CENTER.lat + y * METERS_LAT];
const nodes = [];
for (let row = 0; row < ROWS; row++) {
  for (let column = 0; column < COLUMNS; column++) {
    const x = (column - (COLUMNS - 1) / 2) * 420 + (next() - 0.5) * 120 + row * 18;
    const y = (row - (ROWS - 1) / 2) * 400 + (next() - 0.5) * 110 + Math.sin(column / 3) * 120;
    nodes.push(place(x, y));
  }
}
const index = (row, column) => row * COLUMNS + column;
const neighbors = nodes.map(() => []);
const streets = [];

function street(a, b, kind) {
  neighbors[a].push(b);
  neighbors[b].push(a);
  streets.push({ type: "Feature", properties: { class: kind }, geometry: { type: "LineString", coordinates: [nodes[a], nodes[b]] } });
}

for (let row = 0; row < ROWS; row++) {
  for (let column = 0; column < COLUMNS; column++) {
    const arterialRow = row % 4 === 1;
    const arterialColumn = column % 6 === 3;
    if (column + 1 < COLUMNS && (arterialRow || next() > 0.12)) {
      street(index(row, column), index(row, column + 1), arterialRow ? "arterial" : next() > 0.45 ? "street" : "lane");
    }
    if (row + 1 >= ROWS) continue;
    if (row === RIVER_ROW) {
      if (BRIDGES.has(column)) street(index(row, column), index(row + 1, column), "arterial");
    } else if (arterialColumn || next() > 0.1) {
      street(index(row, column), index(row + 1, column), arterialColumn ? "arterial" : next() > 0.45 ? "street" : "lane");
    }
  }
}

function riverBank(offset) {
  const bank = [];
  for (let column = -1; column <= COLUMNS; column++) {
    const x = (column - (COLUMNS - 1) / 2) * 420 + RIVER_ROW * 18;
    bank.push(place(x, (RIVER_ROW + 0.5 - (ROWS - 1) / 2) * 400 + Math.sin(column / 3) * 120 + offset));
  }
  return bank;
}

function block(row, column, height, width) {
  const corners = [index(row, column), index(row, column + width), index(row + height, column + width), index(row + height, column), index(row, column)];
  return corners.map((corner) => nodes[corner]);
}

const polygon = (kind, ring) => ({ type: "Feature", properties: { class: kind }, geometry: { type: "Polygon", coordinates: [ring] } });

/** The streets, the water and the parks, of which tiles are made. */
export const streetMap = {
  type: "FeatureCollection",
  features: [
    polygon("park", block(9, 5, 3, 3)),
    polygon("park", block(2, 12, 2, 4)),
    polygon("water", [...riverBank(95), ...riverBank(-95).reverse(), riverBank(95)[0]]),
    ...streets,
  ],
};

/** The delivery area. */
export const zones = {
  type: "FeatureCollection",
  features: [{
    type: "Feature",
    properties: { zone: "city" },
    geometry: { type: "Polygon", coordinates: [Array.from({ length: 25 }, (_, i) => place(Math.cos((i % 24) * Math.PI / 12) * 4100, Math.sin((i % 24) * Math.PI / 12) * 3000))] },
  }],
};

/** The stores with the node of the street graph they stand at. */
export const stores = [
  { id: "riverside", name: "Riverside", node: index(8, 4) },
  { id: "old-town", name: "Old Town", node: index(4, 9) },
  { id: "hillview", name: "Hillview", node: index(11, 14) },
].map((store) => ({ ...store, location: location(store.node) }));

export const center = CENTER;
export const bounds = { south: CENTER.lat - 3150 * METERS_LAT, west: CENTER.lon - 4250 * METERS_LON, north: CENTER.lat + 3150 * METERS_LAT, east: CENTER.lon + 4250 * METERS_LON };
export const nodeCount = nodes.length;

/** Returns where a node is, as the wire writes places. */
export function location(node) {
  return { lat: nodes[node][1], lon: nodes[node][0] };
}

/** Returns the distance in meters between two places. */
export function meters(a, b) {
  return Math.hypot((a.lon - b.lon) / METERS_LON, (a.lat - b.lat) / METERS_LAT);
}

/** Returns the node closest to a place, and how far away it is. */
export function snap(at) {
  let best = { node: 0, distance: Infinity };
  for (let node = 0; node < nodes.length; node++) {
    const distance = meters(at, location(node));
    if (distance < best.distance && neighbors[node].length > 0) best = { node, distance };
  }
  return best;
}

/** Returns the path with the fewest blocks between two nodes, or null when there is none. */
export function path(from, to) {
  const before = new Map([[from, from]]);
  const queue = [from];
  for (const node of queue) {
    if (node === to) break;
    for (const other of neighbors[node]) {
      if (!before.has(other)) {
        before.set(other, node);
        queue.push(other);
      }
    }
  }
  if (!before.has(to)) return null;
  const result = [to];
  while (result[0] !== from) result.unshift(before.get(result[0]));
  return result.map((node) => nodes[node]);
}

/** Returns the length of a path in meters. */
export function length(line) {
  return line.slice(1).reduce((sum, [lon, lat], i) => sum + meters({ lon, lat }, { lon: line[i][0], lat: line[i][1] }), 0);
}

/** Returns the place that lies the given share along a path. */
export function along(line, share) {
  let left = length(line) * Math.min(1, Math.max(0, share));
  for (let i = 1; i < line.length; i++) {
    const part = length([line[i - 1], line[i]]);
    if (left <= part && part > 0) {
      const t = left / part;
      return { lon: line[i - 1][0] + (line[i][0] - line[i - 1][0]) * t, lat: line[i - 1][1] + (line[i][1] - line[i - 1][1]) * t };
    }
    left -= part;
  }
  const end = line[line.length - 1];
  return { lon: end[0], lat: end[1] };
}
