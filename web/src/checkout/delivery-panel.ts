import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { basics, buttons } from "../look/shared-styles";
import type { PunctualSlots } from "../widget/punctual-slots";
import { countText, massText, volumeText } from "../wording";
import { cards } from "./card-styles";
import { Follow } from "./follow";
import type { CheckoutStore } from "./store";

/** The slots as any shop's page shows them, and this shop's own button that books the reserved one. */
@customElement("punctual-delivery-panel")
export class DeliveryPanel extends LitElement {
  static override styles = [
    basics,
    buttons,
    cards,
    css`
      punctual-slots {
        --punctual-font-size: 14px;
        color-scheme: light;
      }
      .confirm {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 12px;
        margin-top: 14px;
        padding: 14px 18px;
      }
      .confirm p {
        flex: 1 1 150px;
        color: var(--ink-2);
      }
      .confirm .button {
        flex: 1 1 200px;
      }
    `,
  ];

  @property({ attribute: false }) store!: CheckoutStore;

  override connectedCallback(): void {
    new Follow(this);
    super.connectedCallback();
  }

  override render() {
    const { region, door, basket, hold, busy } = this.store;
    if (!region) return nothing;
    const name = hold ? `Confirm order, reservation ${hold}` : "Choose a time first";
    return html`<punctual-slots
        data-testid="slots"
        region=${region.id}
        lang=${new URLSearchParams(location.search).get("lang") ?? ""}
        latitude=${door?.lat ?? nothing}
        longitude=${door?.lon ?? nothing}
        items=${basket.items}
        mass-grams=${basket.mass_grams}
        volume-milliliters=${basket.volume_milliliters}
        @punctual-hold=${({ detail }: CustomEvent<{ hold: string }>) => this.store.setHold(detail.hold)}
        @punctual-release=${() => this.store.setHold(null)}
      ></punctual-slots>
      <section class="card confirm" aria-label="Your order">
        <p class="number">${countText(basket.items, "item")}, ${massText(basket.mass_grams)}, ${volumeText(basket.volume_milliliters)}</p>
        <button class="button primary" data-testid="book" ?disabled=${!hold || busy !== null} aria-label=${name} @click=${() => void this.#confirm()}>
          ${busy === "booking" ? "Booking …" : hold ? "Confirm order" : "Choose a time first"}
        </button>
      </section>`;
  }

  async #confirm(): Promise<void> {
    const slots = this.renderRoot.querySelector<PunctualSlots>("punctual-slots");
    await this.store.confirm();
    if (this.store.phase === "booked") slots?.forget();
  }
}
