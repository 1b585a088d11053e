import type { Ground, MapFeatures, PlanFeatures, TileJson, Courier, Kpis, Order, Region } from "./contract";
import { ProblemError, readProblem } from "./problem";

const TIMEOUT_MS = 15_000;

/** Calls of the service's HTTP contract for one region. */
export class Client {
  #planTag: string | null = null;

  private constructor(readonly region: string) {}

  /** Takes the region named in the page's address, else the service's first. */
  static async open(): Promise<Client> {
    const named = new URLSearchParams(location.search).get("region");
    if (named) return new Client(named);
    const { regions } = await call<{ regions: { id: string }[] }>("/v1/regions");
    const first = regions[0];
    if (!first) throw new ProblemError({ type: "/problems/no-region", title: "No region", status: 404, detail: "The service has no region yet." });
    return new Client(first.id);
  }

  url(path: string): string {
    return `/v1/regions/${encodeURIComponent(this.region)}${path}`;
  }

  readRegion = (): Promise<Region> => call(this.url(""));
  kpis = (): Promise<Kpis> => call(this.url("/kpis"));

  /** What the map is drawn on: the outside style if there is one that answers, else our own tiles. */
  async ground({ map_style }: Region): Promise<Ground> {
    const base = (async () => ((map_style && (await answers(map_style))) ? map_style : call<TileJson>(this.url("/map/tiles.json"))))();
    const [own, zones] = await Promise.all([base, call<MapFeatures>(this.url("/map/zones"))]);
    return { base: own, zones };
  }

  async couriers(): Promise<Courier[]> {
    return (await call<{ couriers: Courier[] }>(this.url("/couriers"))).couriers;
  }

  async orders(states: readonly string[], limit: number): Promise<Order[]> {
    const query = `?state=${states.join(",")}&limit=${limit}`;
    return (await call<{ orders: Order[] }>(this.url(`/orders${query}`))).orders;
  }

  readOrder(order: string): Promise<Order> {
    return call(this.url(`/orders/${encodeURIComponent(order)}`));
  }

  /** Fetches the plan for the map; null when it is the one fetched before. */
  async plan(): Promise<PlanFeatures | null> {
    const headers: Record<string, string> = { accept: "application/geo+json" };
    if (this.#planTag) headers["if-none-match"] = this.#planTag;
    // Not the browser's own cache: it keys on the address, and this address answers in two formats.
    const response = await send(this.url("/plan"), { headers, cache: "no-store" });
    if (response.status === 304) return null;
    if (!response.ok) throw await readProblem(response);
    this.#planTag = response.headers.get("etag");
    return (await response.json()) as PlanFeatures;
  }

  /** Forgets which plan was fetched last, so that the next one comes in full. */
  forgetPlan(): void {
    this.#planTag = null;
  }

  book(hold: string, key: string): Promise<Order> {
    return call(this.url("/orders"), post({ hold }, key));
  }

  cancel(order: string): Promise<Order> {
    return call(this.url(`/orders/${encodeURIComponent(order)}/cancel`), post({}));
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await send(url)).ok;
  } catch {
    return false;
  }
}

function post(body: unknown, key?: string): RequestInit {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key) headers["idempotency-key"] = key;
  return { method: "POST", headers, body: JSON.stringify(body) };
}

async function send(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw ProblemError.unreachable();
  }
}

async function call<Reply>(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await send(url, init);
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as Reply;
}
