import { LitElement, css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { inWords } from "../api/problem";
import { icons } from "../look/icons";
import { basics } from "../look/shared-styles";
import "./basket-form";
import "./booked-panel";
import "./confirm-panel";
import "./delivery-panel";
import "./door-map";
import { Follow } from "./follow";
import { CheckoutStore, type Phase } from "./store";

const RETRY_MS = 3_000;
const STEPS = ["Delivery time", "Confirm", "Booked"];

/** The delivery step of a shop's checkout. */
@customElement("punctual-checkout")
export class CheckoutApp extends LitElement {
  static override styles = [
    basics,
    css`
      :host {
        display: block;
        min-height: 100%;
        background: var(--wash);
      }
      .top {
        border-bottom: 1px solid var(--line);
        background: var(--paper);
      }
      .top > div {
        display: flex;
        align-items: center;
        gap: 24px;
        max-width: 1180px;
        height: 60px;
        margin: 0 auto;
        padding: 0 20px;
      }
      .shop {
        display: flex;
        align-items: center;
        gap: 9px;
        font-size: 17px;
        font-weight: 700;
        letter-spacing: -0.01em;
      }
      .shop span {
        display: grid;
        place-items: center;
        width: 32px;
        height: 32px;
        border-radius: 9px;
        background: var(--brand);
        color: #fff;
      }
      .shop small {
        font-size: 12.5px;
        font-weight: 500;
        color: var(--ink-3);
        letter-spacing: 0;
      }
      .steps {
        display: flex;
        gap: 22px;
        margin-left: auto;
        color: var(--ink-3);
        font-weight: 550;
      }
      .steps li {
        display: flex;
        align-items: center;
        gap: 7px;
      }
      .steps i {
        display: grid;
        place-items: center;
        width: 22px;
        height: 22px;
        border-radius: 50%;
        border: 1.5px solid var(--line-2);
        font-size: 12px;
        font-style: normal;
      }
      .steps [aria-current] {
        color: var(--ink);
      }
      .steps [aria-current] i,
      .steps .done i {
        border-color: var(--brand);
        background: var(--brand);
        color: #fff;
      }
      main {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 20px;
        max-width: 1180px;
        margin: 0 auto;
        padding: 20px;
        align-items: start;
      }
      .column {
        display: grid;
        gap: 16px;
      }
      [role="alert"]:empty {
        position: absolute;
      }
      .alert {
        display: flex;
        gap: 9px;
        padding: 11px 14px;
        border: 1px solid #f0c9c9;
        border-radius: 10px;
        background: var(--bad-wash);
        color: #7f1d1d;
        font-weight: 500;
      }
      .alert svg {
        flex: none;
        margin-top: 2px;
      }
      .lost {
        padding: 8px 20px;
        background: var(--warn-wash);
        color: var(--warn);
        text-align: center;
        font-weight: 550;
      }
      @media (max-width: 820px) {
        main {
          grid-template-columns: minmax(0, 1fr);
          gap: 14px;
          padding: 12px;
        }
        /* One column, and the button that confirms below the slots. */
        .column {
          display: contents;
        }
        punctual-confirm-panel {
          order: 1;
        }
        .top > div {
          height: 54px;
          padding: 0 14px;
        }
        .shop small,
        .steps li:not([aria-current]) {
          display: none;
        }
      }
    `,
  ];

  readonly store = new CheckoutStore();

  constructor() {
    super();
    new Follow(this);
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
    const booked = store.phase === "booked";
    return html`
      <header class="top">
        <div>
          <p class="shop"><span>${icons.bag}</span>Market Row <small>${store.region ? `delivers in ${store.region.name}` : ""}</small></p>
          ${this.#steps()}
        </div>
      </header>
      ${store.connection === "lost" && store.region ? html`<p class="lost" role="status">Connection lost, trying again …</p>` : nothing}
      <main>
        <div class="column">
          ${store.ground ? html`<punctual-door-map .store=${store}></punctual-door-map>` : nothing}
          ${booked
            ? nothing
            : html`<punctual-basket-form .store=${store}></punctual-basket-form>
                <punctual-confirm-panel .store=${store}></punctual-confirm-panel>`}
        </div>
        <div class="column">
          <div role="alert">${store.alert ? html`<p class="alert" data-testid="alert">${icons.warning}${store.alert}</p>` : nothing}</div>
          ${this.#panel(store.phase)}
        </div>
      </main>
    `;
  }

  #panel(phase: Phase) {
    if (phase === "booked") return html`<punctual-booked-panel .store=${this.store}></punctual-booked-panel>`;
    return html`<punctual-delivery-panel .store=${this.store}></punctual-delivery-panel>`;
  }

  #steps() {
    const { phase, hold } = this.store;
    const current = phase === "booked" ? 2 : hold ? 1 : 0;
    return html`<ol class="steps" aria-label="Steps">
      ${STEPS.map(
        (step, i) => html`<li class=${i < current ? "done" : ""} aria-current=${i === current ? "step" : nothing}><i>${i < current ? icons.check : i + 1}</i>${step}</li>`,
      )}
    </ol>`;
  }

  async #open(): Promise<void> {
    try {
      await this.store.open();
      this.store.alert = null;
    } catch (error) {
      this.store.alert = inWords(error);
      setTimeout(() => void this.#open(), RETRY_MS);
    }
    this.requestUpdate();
  }
}
