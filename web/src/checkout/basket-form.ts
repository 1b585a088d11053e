import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Basket } from "../api/contract";
import { icons } from "../look/icons";
import { basics } from "../look/shared-styles";
import { cards } from "./card-styles";
import { Follow } from "./follow";
import type { CheckoutStore } from "./store";

interface Stepper {
  key: "items" | "mass_grams" | "volume_milliliters";
  label: string;
  /** How many of the wire's units one of the shown ones is. */
  unit: number;
  step: number;
  max: number;
}

const STEPPERS: Stepper[] = [
  { key: "items", label: "Items", unit: 1, step: 1, max: 200 },
  { key: "mass_grams", label: "Weight, kg", unit: 1_000, step: 0.5, max: 100 },
  { key: "volume_milliliters", label: "Volume, liters", unit: 1_000, step: 1, max: 300 },
];

const PRESETS: { label: string; basket: Basket }[] = [
  { label: "A few things", basket: { items: 4, mass_grams: 1_800, volume_milliliters: 6_000 } },
  { label: "Dinner for four", basket: { items: 12, mass_grams: 5_400, volume_milliliters: 16_000 } },
  { label: "Weekly shop", basket: { items: 38, mass_grams: 18_000, volume_milliliters: 52_000 } },
];

/** What is to be delivered: number of items, weight and volume. */
@customElement("punctual-basket-form")
export class BasketForm extends LitElement {
  static override styles = [
    basics,
    cards,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 10px;
        margin-bottom: 14px;
      }
      .presets {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
      }
      .preset {
        padding: 5px 12px;
        border: 1px solid var(--line-2);
        border-radius: 999px;
        background: var(--paper);
        color: var(--ink-2);
        font-size: 13px;
        font-weight: 550;
      }
      .preset[aria-pressed="true"] {
        border-color: var(--brand);
        background: var(--brand-wash);
        color: var(--brand-strong);
      }
      .preset:disabled {
        opacity: 0.55;
      }
      .steppers {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 12px;
      }
      label {
        display: block;
        margin-bottom: 4px;
        font-size: 12.5px;
        color: var(--ink-2);
      }
      .stepper {
        display: flex;
        height: 44px;
        border: 1px solid var(--line-2);
        border-radius: 10px;
      }
      .stepper:focus-within {
        border-color: var(--brand);
      }
      .stepper button {
        flex: none;
        width: 38px;
        border: 0;
        border-radius: 9px;
        background: none;
        color: var(--brand);
        font-size: 19px;
      }
      .stepper button:hover:not(:disabled) {
        background: var(--wash);
      }
      .stepper button:disabled {
        color: var(--line-2);
      }
      .stepper input {
        flex: 1;
        width: 0;
        min-width: 0;
        border: 0;
        outline: 0;
        background: none;
        text-align: center;
        font-weight: 620;
        font-variant-numeric: tabular-nums;
        appearance: textfield;
      }
      input::-webkit-inner-spin-button {
        display: none;
      }
      @media (max-width: 460px) {
        .steppers {
          grid-template-columns: 1fr;
        }
        .steppers > div {
          display: grid;
          grid-template-columns: 1fr 170px;
          align-items: center;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: CheckoutStore;

  override connectedCallback(): void {
    new Follow(this);
    super.connectedCallback();
  }

  override render() {
    const fixed = this.store.phase !== "choosing";
    return html`<section class="card" aria-label="Basket">
      <div class="body">
        <div class="head">
          <h2>${icons.bag}Your basket</h2>
          <div class="presets" role="group" aria-label="Typical baskets">
            ${PRESETS.map(
              ({ label, basket }) =>
                html`<button class="preset" data-testid="preset" ?disabled=${fixed} aria-pressed=${isSame(basket, this.store.basket)} @click=${() => this.store.setBasket(basket)}>${label}</button>`,
            )}
          </div>
        </div>
        <div class="steppers">${STEPPERS.map((stepper) => this.#stepper(stepper, fixed))}</div>
      </div>
    </section>`;
  }

  #stepper({ key, label, unit, step, max }: Stepper, fixed: boolean) {
    const value = this.store.basket[key] / unit;
    const set = (next: number) => {
      if (!Number.isFinite(next)) return;
      const whole = Math.round(Math.min(max, Math.max(step, next)) * unit);
      this.store.setBasket({ ...this.store.basket, [key]: whole });
    };
    return html`<div>
      <label for=${key}>${label}</label>
      <div class="stepper">
        <button aria-label=${`Less: ${label}`} ?disabled=${fixed || value <= step} @click=${() => set(value - step)}>−</button>
        <input
          id=${key}
          data-testid=${`basket-${key}`}
          type="number"
          min=${step}
          max=${max}
          step="any"
          ?disabled=${fixed}
          .value=${live(String(value))}
          @change=${(event: Event) => set((event.target as HTMLInputElement).valueAsNumber)}
        />
        <button aria-label=${`More: ${label}`} ?disabled=${fixed || value >= max} @click=${() => set(value + step)}>+</button>
      </div>
    </div>`;
  }
}

function isSame(a: Basket, b: Basket): boolean {
  return a.items === b.items && a.mass_grams === b.mass_grams && a.volume_milliliters === b.volume_milliliters;
}
