import type { Events } from "./contract";

/** The clock ticks every second; this long without any event means that the line is dead. */
const SILENCE_MS = 6_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 10_000;
const NAMES = ["plan", "order", "courier", "position", "clock"] as const satisfies (keyof Events)[];

export type Connection = "connecting" | "live" | "lost";
export type Listeners = { [Name in keyof Events]?: (event: Events[Name]) => void };

/**
 * The region's event stream, kept open.
 *
 * The browser's EventSource gives up on an error status and never notices a silent line, so both are watched here.
 * `onConnection("live")` is called after every new connection: the listener fetches what it may have missed.
 */
export class EventStream {
  #source: EventSource | null = null;
  #retry_ms = RETRY_MS_MIN;
  #timer = 0;
  #closed = false;

  constructor(
    private readonly url: string,
    private readonly listeners: Listeners,
    private readonly onConnection: (state: Connection) => void,
  ) {
    this.#open();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  #open(): void {
    this.#source?.close();
    const source = new EventSource(this.url);
    this.#source = source;
    this.#watch();
    source.onopen = () => {
      this.#retry_ms = RETRY_MS_MIN;
      this.#watch();
      this.onConnection("live");
    };
    source.onerror = () => this.#lose();
    for (const name of NAMES) {
      const listener = this.listeners[name] as ((event: unknown) => void) | undefined;
      source.addEventListener(name, (message) => {
        this.#watch();
        listener?.(JSON.parse((message as MessageEvent<string>).data));
      });
    }
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#lose(), SILENCE_MS);
  }

  #lose(): void {
    this.#source?.close();
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.onConnection("lost");
    this.#timer = window.setTimeout(() => this.#open(), this.#retry_ms);
    this.#retry_ms = Math.min(this.#retry_ms * 2, RETRY_MS_MAX);
  }
}
