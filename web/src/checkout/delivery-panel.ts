import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { PunctualSlots } from "../widget/punctual-slots";
import { Follow } from "./follow";
import type { CheckoutStore } from "./store";

/** The slots, as any shop's page shows them. */
@customElement("punctual-delivery-panel")
export class DeliveryPanel extends LitElement {
  static override styles = css`
    punctual-slots {
      --punctual-font-size: 14px;
      color-scheme: light;
    }
  `;

  @property({ attribute: false }) store!: CheckoutStore;

  override connectedCallback(): void {
    new Follow(this);
    super.connectedCallback();
  }

  /** It goes away when the hold is booked. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.store.phase === "booked") this.renderRoot.querySelector<PunctualSlots>("punctual-slots")?.forget();
  }

  override render() {
    const { region, door, basket } = this.store;
    if (!region) return nothing;
    return html`<punctual-slots
      region=${region.id}
      lang=${new URLSearchParams(location.search).get("lang") ?? ""}
      latitude=${door?.lat ?? nothing}
      longitude=${door?.lon ?? nothing}
      items=${basket.items}
      mass-grams=${basket.mass_grams}
      volume-milliliters=${basket.volume_milliliters}
      @punctual-hold=${({ detail }: CustomEvent<{ hold: string }>) => this.store.setHold(detail.hold)}
      @punctual-release=${() => this.store.setHold(null)}
    ></punctual-slots>`;
  }
}
