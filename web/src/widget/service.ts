import type { Basket, Hold, Place, Quote, Region } from "../api/contract";
import { ProblemError, readProblem } from "../api/problem";

const TIMEOUT_MS = 12_000;
/** A header that asks for a longer pause than this is not obeyed to the letter. */
const PAUSE_MAX_MS = 60_000;

/** What a customer wants delivered, and where; what kind of customer it is, and where the order is made. */
export interface Wish {
  location: Place;
  basket: Basket;
  tier?: string;
  channel?: string;
}

/**
 * Why a call failed, as far as the customer or the page can do something about it.
 *
 * `setup` is a mistake in the page or the service's settings; trying again does not help.
 */
export type FailureKind = "offline" | "unreachable" | "busy" | "setup" | "invalid" | "gone" | "ended";

/** A call that failed. */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly problem: ProblemError,
    /** How long the service asked to wait, in milliseconds. */
    readonly pause_ms = 0,
  ) {
    super(problem.message);
    this.name = "Failure";
  }

  /** Whether the same call may work a little later. */
  get isPassing(): boolean {
    return this.kind === "offline" || this.kind === "unreachable" || this.kind === "busy";
  }
}

/** The calls that a shop's page may make, for one region. */
export class Service {
  #answered = false;

  constructor(
    private readonly base: string,
    private readonly region: string,
    private readonly key: string,
  ) {}

  readRegion = (): Promise<Region> => this.#call("", "GET");
  readHold = (hold: string): Promise<Hold> => this.#call(`/holds/${encodeURIComponent(hold)}`, "GET");

  quote(wish: Wish, session: string): Promise<Quote> {
    return this.#call("/quotes", "POST", { ...wish, session });
  }

  /** Reserves an offer; safe to repeat with the same key. The session's former hold is exchanged for it. */
  hold(offer: string, key: string): Promise<Hold> {
    return this.#call("/holds", "POST", { offer }, { "idempotency-key": key });
  }

  async release(hold: string, session: string): Promise<void> {
    const path = `/holds/${encodeURIComponent(hold)}?session=${encodeURIComponent(session)}`;
    await this.#send(path, { method: "DELETE", headers: this.#headers(), keepalive: true });
  }

  async #call<Reply>(path: string, method: string, body?: unknown, more: Record<string, string> = {}): Promise<Reply> {
    const headers = { ...this.#headers(), ...more };
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await this.#send(path, { method, headers, ...json });
    return (await response.json()) as Reply;
  }

  #headers(): Record<string, string> {
    return this.key ? { authorization: `Bearer ${this.key}` } : {};
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.base}/v1/regions/${encodeURIComponent(this.region)}${path}`, {
        ...init,
        credentials: "omit",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw await this.#silence();
    }
    this.#answered = true;
    if (!response.ok) throw failureOf(await readProblem(response), response.headers.get("retry-after"));
    return response;
  }

  /** No answer that a page may see: no network, no service, or a service that does not admit this page's origin. */
  async #silence(): Promise<Failure> {
    if (!navigator.onLine) return new Failure("offline", ProblemError.unreachable());
    if (!this.#answered && (await this.#isAwake())) {
      const detail = `the service at ${this.base} does not admit pages of ${location.origin}: add this origin to [checkout] origins`;
      return new Failure("setup", new ProblemError({ type: "/problems/origin-refused", title: "Origin refused", status: 0, detail }));
    }
    return new Failure("unreachable", ProblemError.unreachable());
  }

  /** Whether the service answers at all, to a call whose answer is not read. */
  async #isAwake(): Promise<boolean> {
    try {
      await fetch(`${this.base}/livez`, { mode: "no-cors", cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(TIMEOUT_MS) });
      return true;
    } catch {
      return false;
    }
  }
}

function failureOf(problem: ProblemError, retryAfter: string | null): Failure {
  const { status } = problem.problem;
  const kind = problem.kind;
  if (status === 429 || status >= 500) return new Failure("busy", problem, Math.min(PAUSE_MAX_MS, 1000 * (Number(retryAfter) || 0)));
  if (status === 408 || kind === "idempotency-key-in-flight") return new Failure("unreachable", problem);
  if (kind === "hold-expired" || kind === "unknown-order") return new Failure("ended", problem);
  if (status === 409 || status === 410 || kind.startsWith("offer-")) return new Failure("gone", problem);
  if (status === 401 || status === 403 || kind === "unknown-region") return new Failure("setup", problem);
  return new Failure("invalid", problem);
}
