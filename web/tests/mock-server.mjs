// Speaks the service's HTTP contract over the invented city, for work on the pages without the service.
//
//   node tests/mock-server.mjs [PORT]        then open http://127.0.0.1:PORT/ (needs `npm run build` before)

import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { bounds, center, snap, stores, zones } from "./mock-city.mjs";
import * as day from "./mock-day.mjs";
import { tile, tileJson } from "./mock-tiles.mjs";

const PORT = Number(process.argv[2] ?? 8090);
/** The only page of another origin that is let in, and its key. */
const SHOP = process.env.SHOP_ORIGIN ?? "http://127.0.0.1:8091";
const SHOP_KEY = "pk_marketrow1";
const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const POLICY = { promiseMinutes: 120, offerMinutes: 60, holdMinutes: 60 };
const MINUTE = 60_000;
// The real service's policy, so that what it would block is noticed here already.
const SECURITY = "default-src 'none'; script-src 'self' blob:; worker-src 'self' blob:; child-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const KINDS = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".mjs": "text/javascript" };

const offers = new Map();
const replies = new Map();
const streams = new Set();
let sequence = 0;

class Problem extends Error {
  constructor(status, name, detail, errors) {
    super(detail);
    this.reply = { type: `/problems/${name}`, title: name.replaceAll("-", " "), status, detail, ...(errors ? { errors } : {}) };
  }
}

const region = () => ({
  id: "demo", name: "Mockford", time_zone: "Europe/Moscow", now: day.stamp(day.now()), clock_speed: day.speed, currency: "RUB", promise_minutes: POLICY.promiseMinutes,
  travel: "streets", center, bounds, map_style: null, stores: stores.map(({ id, name, location }) => ({ id, name, location })), offer_minutes: POLICY.offerMinutes, hold_minutes: POLICY.holdMinutes, demo: true,
});

function quote(body) {
  if (!(body.basket?.items >= 1)) throw new Problem(422, "invalid-body", "The request does not fit.", [{ pointer: "/basket/items", detail: "must be at least 1" }]);
  day.tally.quotes++;
  const expires = day.now() + POLICY.offerMinutes * MINUTE;
  const found = day.offersAt(body.location, body.basket, POLICY);
  if (found.offers.length === 0) day.tally.refused++;
  return {
    quote: randomUUID(), created_at: day.stamp(day.now()), expires_at: day.stamp(expires), travel_source: "streets", plan_version: day.planVersion(), refusals: found.refusals,
    offers: found.offers.map((offer) => {
      const token = `offer.${randomUUID()}`;
      offers.set(token, { ...offer, expires, session: body.session, order: { node: snap(body.location).node, location: body.location, basket: body.basket } });
      return {
        offer: token, kind: offer.kind, store: offer.store.id, store_name: offer.store.name, window: { start: day.stamp(offer.begin), end: day.stamp(offer.end) }, fee: offer.fee,
        expected_arrival: day.stamp(offer.expected), expires_at: day.stamp(expires), evidence: "inserted",
        likely_arrival: offer.chance ? { start: day.stamp(offer.expected - 9 * MINUTE), end: day.stamp(offer.expected + 14 * MINUTE) } : null, on_time_probability: offer.chance,
      };
    }),
  };
}

const holdReply = (hold) => ({
  hold: `H${hold.number}`, kind: hold.kind, store: hold.store.id, window: { start: day.stamp(hold.begin), end: day.stamp(hold.end) }, fee: hold.fee,
  expires_at: day.stamp(hold.expires), expected_arrival: day.stamp(hold.expected),
});

function hold(body) {
  const offer = offers.get(body.offer);
  if (!offer) throw new Problem(422, "offer-invalid", "This is not an offer of ours.");
  if (offer.used) throw new Problem(409, "offer-used", "This offer has been used.");
  if (offer.expires < day.now()) throw new Problem(410, "offer-expired", "This offer has expired.");
  for (const [name, held] of day.holds) if (body.replaces === name || (offer.session && held.session === offer.session)) day.holds.delete(name);
  offer.used = true;
  const granted = { ...offer, number: day.nextNumber(), expires: day.now() + POLICY.holdMinutes * MINUTE };
  day.holds.set(`H${granted.number}`, granted);
  return holdReply(granted);
}

function findHold(id) {
  const found = day.holds.get(id);
  if (!found) throw new Problem(404, "unknown-order", `There is no hold ${id}.`);
  if (found.expires < day.now()) throw new Problem(410, "hold-expired", "The hold has expired.");
  return found;
}

function findOrder(id) {
  const found = day.orders.get(Number(id.slice(1)));
  if (!found) throw new Problem(404, "unknown-order", `There is no order ${id}.`);
  return found;
}

function kpis() {
  const all = [...day.orders.values()];
  const delivered = all.filter((order) => day.orderState(order) === "delivered");
  const late = delivered.filter((order) => day.lateSeconds(order) > 0).length;
  const ahead = all.filter((order) => order.stop && !order.cancelled && !delivered.includes(order));
  const states = day.couriers.map((courier) => day.courierReply(courier).state);
  return {
    now: day.stamp(day.now()), booked: all.length, held: day.holds.size, delivered: delivered.length, collected: 0, cancelled: all.filter((order) => order.cancelled).length, failed: 0,
    on_time: delivered.length - late, late, on_time_share: delivered.length ? (delivered.length - late) / delivered.length : null,
    at_risk: ahead.filter((order) => day.risk(order.stop) === "tight").length, projected_late: ahead.filter((order) => day.risk(order.stop) === "late").length,
    couriers_on_duty: states.length, couriers_on_trip: states.filter((state) => state !== "available").length, quotes: day.tally.quotes, refused_quotes: day.tally.refused,
    search: { iterations_per_second: 41_250, improvements: 318, cost_saved_share: 0.127 },
  };
}

function listOrders(query) {
  const wanted = query.get("state")?.split(",");
  const all = [...day.orders.values()].map(day.orderReply).filter((order) => !wanted || wanted.includes(order.state));
  all.sort((a, b) => a.window.end.localeCompare(b.window.end));
  return { orders: all.slice(0, Number(query.get("limit") ?? 200)), total: all.length };
}

function book(body) {
  const found = findHold(body.hold);
  day.holds.delete(body.hold);
  const reply = day.orderReply(day.book({ ...found, reference: body.reference }));
  broadcast("order", reply);
  broadcast("plan", { version: day.planVersion(), now: day.stamp(day.now()) });
  return reply;
}

function cancel(id) {
  const order = findOrder(id);
  if (["on_the_way", "arrived", "delivered"].includes(day.orderState(order))) throw new Problem(409, "order-under-way", "The order has left the store.");
  day.cancel(order);
  broadcast("order", day.orderReply(order));
  return day.orderReply(order);
}

const ROUTES = [
  ["GET", /^$/, () => region()],
  ["GET", /^\/map\/tiles\.json$/, () => tileJson],
  ["GET", /^\/map\/zones$/, () => zones],
  ["GET", /^\/plan$/, () => day.planFeatures()],
  ["GET", /^\/kpis$/, () => kpis()],
  ["GET", /^\/couriers$/, () => ({ couriers: day.couriers.map(day.courierReply) })],
  ["GET", /^\/orders$/, (_, __, query) => listOrders(query)],
  ["GET", /^\/orders\/(\w+)$/, (id) => day.orderReply(findOrder(id))],
  ["GET", /^\/holds\/(\w+)$/, (id) => holdReply(findHold(id))],
  ["POST", /^\/quotes$/, (_, body) => quote(body)],
  ["POST", /^\/holds$/, (_, body) => hold(body), 201],
  ["DELETE", /^\/holds\/(\w+)$/, (id) => void day.holds.delete(findHold(id) && id), 204],
  ["POST", /^\/orders$/, (_, body) => book(body), 201],
  ["POST", /^\/orders\/(\w+)\/cancel$/, (id) => cancel(id)],
];

async function readBody(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

function sendJson(response, status, body, kind = "application/json") {
  response.writeHead(status, { "content-type": kind, "cache-control": "no-store" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function sendTile(response, found) {
  response.writeHead(found ? 200 : 204, { "content-type": "application/vnd.mapbox-vector-tile", "cache-control": "no-store" });
  response.end(found ?? undefined);
}

async function api(request, response, rest, query) {
  const asked = /^\/map\/tiles\/(\d+)\/(\d+)\/(\d+)$/.exec(rest);
  if (asked) return sendTile(response, tile(...asked.slice(1).map(Number)));
  for (const [method, pattern, answer, status = 200] of ROUTES) {
    const match = method === request.method && pattern.exec(rest);
    if (!match) continue;
    const body = method === "POST" ? await readBody(request) : undefined;
    const key = request.headers["idempotency-key"];
    if (!key || !replies.has(key)) replies.set(key ?? "", answer(match[1], body, query));
    return sendJson(response, status, replies.get(key ?? ""), rest === "/plan" ? "application/geo+json" : "application/json");
  }
  throw new Problem(404, "not-found", "There is nothing here.");
}

function broadcast(event, body) {
  const text = `id: ${++sequence}\nevent: ${event}\ndata: ${JSON.stringify(body)}\n\n`;
  for (const stream of streams) stream.write(text);
}

async function page(response, path) {
  const name = path === "/" ? "index.html" : path === "/checkout" ? "checkout.html" : normalize(path).replace(/^\/+/, "");
  try {
    const bytes = await readFile(join(DIST, name));
    const shared = name === "widget.js" ? { "access-control-allow-origin": "*" } : {};
    response.writeHead(200, { "content-type": KINDS[extname(name)] ?? "application/octet-stream", "content-security-policy": SECURITY, ...shared });
    response.end(bytes);
  } catch {
    sendJson(response, 404, new Problem(404, "not-found", `There is no ${path}.`).reply, "application/problem+json");
  }
}

/** Lets the one shop's page in, as the service does for the origins of its settings. */
function admit(request, response) {
  const { origin } = request.headers;
  if (!origin || origin === `http://${request.headers.host}`) return;
  if (origin !== SHOP) throw new Problem(403, "origin-refused", `Pages of ${origin} may not call this checkout.`);
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-methods", "GET,POST,DELETE");
  response.setHeader("access-control-allow-headers", "authorization,content-type,idempotency-key");
  if (request.method !== "OPTIONS" && request.headers.authorization !== `Bearer ${SHOP_KEY}`) throw new Problem(401, "key-unknown", "The key is not one of this region.");
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://mock");
  try {
    if (pathname === "/livez") return sendJson(response, 200, { status: "ok" });
    if (pathname.startsWith("/v1/regions/demo")) admit(request, response);
    if (request.method === "OPTIONS") return sendJson(response, 200, {});
    if (pathname === "/v1/regions") return sendJson(response, 200, { regions: [{ id: "demo", name: "Mockford" }] });
    if (pathname === "/v1/regions/demo/events") {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      streams.add(response);
      request.on("close", () => streams.delete(response));
      return response.write(": hello\n\n");
    }
    if (pathname.startsWith("/v1/regions/demo")) return await api(request, response, pathname.slice("/v1/regions/demo".length), searchParams);
    await page(response, pathname);
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(500, "internal", String(error));
    sendJson(response, problem.reply.status, problem.reply, "application/problem+json");
  }
});

day.advance();
const known = new Map();
setInterval(() => broadcast("clock", { now: day.stamp(day.now()), speed: day.speed }), 1000);
setInterval(() => {
  for (const courier of day.couriers) broadcast("position", { courier: courier.id, ...day.position(courier), at: day.stamp(day.now()) });
}, 700);
setInterval(() => {
  day.advance();
  let changed = false;
  for (const order of day.orders.values()) {
    const text = JSON.stringify(day.orderReply(order));
    if (known.get(order.number) !== text) {
      known.set(order.number, text);
      broadcast("order", JSON.parse(text));
      changed = true;
    }
  }
  for (const courier of day.couriers) broadcast("courier", day.courierReply(courier));
  if (changed) broadcast("plan", { version: day.planVersion(), now: day.stamp(day.now()) });
}, 1000);
server.listen(PORT, "127.0.0.1", () => process.stdout.write(`mock service on http://127.0.0.1:${PORT}\n`));
