import { LitElement, css, html } from "lit";
import { customElement } from "lit/decorators.js";
import { inWords } from "../api/problem";
import { basics } from "../look/shared-styles";
import { exposeState } from "./exposed-state";
import { ConsoleStore } from "./store";
import { Watch } from "./watch";
import "./detail-card";
import "./live-map";
import "./map-legend";
import "./side-panel";
import "./top-bar";

/** How long to wait before asking again a service that does not answer. */
const RETRY_MS = 3_000;

/** The dispatcher's console: the map fills the window, everything else floats above it. */
@customElement("punctual-console")
export class ConsoleApp extends LitElement {
  static override styles = [
    basics,
    css`
      :host {
        position: fixed;
        inset: 0;
        display: block;
        overflow: hidden;
      }
      punctual-live-map {
        position: absolute;
        inset: 0;
      }
      punctual-top-bar {
        position: absolute;
        inset: 0 0 auto;
        z-index: 3;
      }
      punctual-side-panel {
        position: absolute;
        top: 80px;
        bottom: 14px;
        left: 14px;
        width: 372px;
        z-index: 2;
      }
      punctual-map-legend {
        position: absolute;
        right: 14px;
        bottom: 14px;
        z-index: 2;
      }
      punctual-detail-card {
        position: absolute;
        top: 80px;
        right: 58px;
        width: 316px;
        z-index: 2;
      }
      .banner {
        position: absolute;
        top: 80px;
        left: 50%;
        z-index: 4;
        transform: translateX(-50%);
        padding: 9px 16px;
        border-radius: 999px;
        background: #7f1d1d;
        color: #fff;
        font-weight: 550;
        box-shadow: var(--shadow);
      }
      @media (max-width: 860px) {
        punctual-side-panel {
          top: auto;
          right: 8px;
          bottom: 8px;
          left: 8px;
          width: auto;
          height: 42%;
        }
        punctual-detail-card {
          top: 112px;
          right: 8px;
          left: 8px;
          width: auto;
        }
        punctual-map-legend {
          display: none;
        }
      }
    `,
  ];

  readonly store = new ConsoleStore();

  constructor() {
    super();
    new Watch(this, ["region", "connection"]);
    exposeState(this.store);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.close();
  }

  override render() {
    const { store } = this;
    return html`
      ${store.ground && store.region ? html`<punctual-live-map .store=${store}></punctual-live-map>` : null}
      <punctual-top-bar .store=${store}></punctual-top-bar>
      <punctual-side-panel .store=${store}></punctual-side-panel>
      <punctual-detail-card .store=${store}></punctual-detail-card>
      <punctual-map-legend .store=${store}></punctual-map-legend>
      <div role="status" aria-live="polite">${this.#banner()}</div>
    `;
  }

  #banner() {
    if (this.store.failure) return html`<p class="banner" data-testid="connection-lost">${this.store.failure}</p>`;
    if (this.store.connection !== "lost") return null;
    return html`<p class="banner" data-testid="connection-lost">Connection lost. What you see may be old; trying again …</p>`;
  }

  async #open(): Promise<void> {
    try {
      await this.store.open();
      this.store.failure = null;
      const order = new URLSearchParams(location.search).get("order");
      if (order) this.store.select({ kind: "order", id: order });
    } catch (error) {
      this.store.failure = `${inWords(error)} Trying again …`;
      setTimeout(() => void this.#open(), RETRY_MS);
    }
    this.requestUpdate();
  }
}
