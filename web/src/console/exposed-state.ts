import type { Order } from "../api/contract";
import type { ConsoleStore } from "./store";

/** What the console shows, for tests and for the curious: `window.punctual` in the browser's own console. */
export interface ExposedState {
  readonly connection: string;
  readonly now: string | null;
  readonly couriersWithPosition: number;
  readonly stopsDrawn: number;
  readonly routesDrawn: number;
  readonly ordersKnown: number;
  readonly selection: string | null;
  positions(): Record<string, [number, number]>;
  /** Pieces of street on the map, and the names that can be read there. */
  streets(): { pieces: number; names: string[] };
  findOrder(order: string): Order | null;
  isStopDrawn(order: string): boolean;
}

/** Set by the map: what is really drawn, not only known. */
export const drawn: {
  positions: () => Record<string, [number, number]>;
  streets: () => { pieces: number; names: string[] };
  orders: ReadonlySet<string>;
  routes: number;
} = {
  positions: () => ({}),
  streets: () => ({ pieces: 0, names: [] }),
  orders: new Set(),
  routes: 0,
};

export function exposeState(store: ConsoleStore): void {
  const state: ExposedState = {
    get connection() {
      return store.connection;
    },
    get now() {
      return store.clock?.stamp() ?? null;
    },
    get couriersWithPosition() {
      return Object.keys(drawn.positions()).length;
    },
    get stopsDrawn() {
      return drawn.orders.size;
    },
    get routesDrawn() {
      return drawn.routes;
    },
    get ordersKnown() {
      return store.orders.size;
    },
    get selection() {
      return store.selection?.id ?? null;
    },
    positions: () => drawn.positions(),
    streets: () => drawn.streets(),
    findOrder: (order) => structuredClone(store.orders.get(order) ?? null),
    isStopDrawn: (order) => drawn.orders.has(order),
  };
  Object.defineProperty(window, "punctual", { value: Object.freeze(state) });
}
