import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { basics, buttons } from "../look/shared-styles";
import { countText, massText, volumeText } from "../wording";
import { cards } from "./card-styles";
import { Follow } from "./follow";
import type { CheckoutStore } from "./store";

/** The shop's own button that books the slot which is held. */
@customElement("punctual-confirm-panel")
export class ConfirmPanel extends LitElement {
  static override styles = [
    basics,
    buttons,
    cards,
    css`
      .card {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 12px;
        padding: 14px 18px;
      }
      p {
        flex: 1 1 150px;
        color: var(--ink-2);
      }
      .button {
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
    const { basket, hold, busy } = this.store;
    return html`<section class="card" aria-label="Your order">
      <p class="number">${countText(basket.items, "item")}, ${massText(basket.mass_grams)}, ${volumeText(basket.volume_milliliters)}</p>
      <button class="button primary" data-testid="book" ?disabled=${!hold || busy !== null} @click=${() => void this.store.confirm()}>
        ${busy === "booking" ? "Booking …" : hold ? "Confirm order" : "Choose a time first"}
      </button>
    </section>`;
  }
}
