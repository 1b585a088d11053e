import { LitElement, css, html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { basics } from "../look/shared-styles";
import "./courier-list";
import "./order-list";
import type { ConsoleStore } from "./store";
import { isOpen } from "./store";
import { Watch } from "./watch";

type Tab = "orders" | "couriers";

/** Orders and couriers, as two tabs. */
@customElement("punctual-side-panel")
export class SidePanel extends LitElement {
  static override styles = [
    basics,
    css`
      section {
        display: flex;
        flex-direction: column;
        height: 100%;
        overflow: hidden;
        border-radius: var(--radius);
        background: var(--paper);
        box-shadow: var(--shadow);
      }
      [role="tablist"] {
        display: flex;
        padding: 0 8px;
        border-bottom: 1px solid var(--line);
      }
      [role="tab"] {
        flex: 1;
        padding: 13px 8px 11px;
        border: 0;
        border-bottom: 2px solid transparent;
        background: none;
        color: var(--ink-2);
        font-weight: 600;
      }
      [role="tab"]:focus-visible {
        outline-offset: -3px;
        border-radius: 8px;
      }
      [role="tab"][aria-selected="true"] {
        border-bottom-color: var(--brand);
        color: var(--ink);
      }
      [role="tab"] span {
        margin-left: 5px;
        padding: 1px 7px;
        border-radius: 999px;
        background: var(--wash);
        color: var(--ink-2);
        font-size: 12px;
        font-variant-numeric: tabular-nums;
      }
      [role="tabpanel"] {
        flex: 1;
        min-height: 0;
      }
    `,
  ];

  @property({ attribute: false }) store!: ConsoleStore;
  @state() private tab: Tab = "orders";

  override connectedCallback(): void {
    new Watch(this, ["orders", "couriers", "selection"]);
    super.connectedCallback();
    this.store.on("selection", () => this.#follow());
  }

  override render() {
    let open = 0;
    for (const order of this.store.orders.values()) if (isOpen(order)) open++;
    return html`
      <section aria-label="Orders and couriers">
        <div role="tablist" @keydown=${this.#key}>${this.#tab("orders", "Orders", open)} ${this.#tab("couriers", "Couriers", this.store.couriers.size)}</div>
        <div role="tabpanel" id="panel" aria-label=${this.tab}>
          ${this.tab === "orders" ? html`<punctual-order-list .store=${this.store}></punctual-order-list>` : html`<punctual-courier-list .store=${this.store}></punctual-courier-list>`}
        </div>
      </section>
    `;
  }

  #tab(tab: Tab, label: string, count: number) {
    const selected = this.tab === tab;
    return html`<button role="tab" data-testid=${`tab-${tab}`} aria-selected=${selected} aria-controls="panel" tabindex=${selected ? 0 : -1} @click=${() => (this.tab = tab)}>
      ${label}<span>${count}</span>
    </button>`;
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this.tab = this.tab === "orders" ? "couriers" : "orders";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus());
  }

  /** Shows the list that the selection made on the map belongs to. */
  #follow(): void {
    const kind = this.store.selection?.kind;
    if (kind) this.tab = kind === "order" ? "orders" : "couriers";
  }
}
