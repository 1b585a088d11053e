import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { ConsoleStore, Topic } from "./store";

/** Renders a component again when one of the store's topics changes. */
export class Watch implements ReactiveController {
  #stop: (() => void)[] = [];

  constructor(
    private readonly host: ReactiveControllerHost & { store: ConsoleStore },
    private readonly topics: Topic[],
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = this.topics.map((topic) => this.host.store.on(topic, () => this.host.requestUpdate()));
  }

  hostDisconnected(): void {
    for (const stop of this.#stop) stop();
    this.#stop = [];
  }
}
