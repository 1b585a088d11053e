import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { CheckoutStore } from "./store";

/** Renders a component again whenever the checkout's state changes. */
export class Follow implements ReactiveController {
  #stop: (() => void) | null = null;

  constructor(private readonly host: ReactiveControllerHost & { store: CheckoutStore }) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = this.host.store.on(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
