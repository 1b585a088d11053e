import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { basics } from "../look/shared-styles";
import type { RegionClock } from "../region-clock";
import { clockTime, dateText } from "../wording";

const TICK_MS = 200;
/** At higher speeds the seconds are only a flicker. */
const SECONDS_SPEED_MAX = 5;

/** The region's time of day, advancing at the region's speed. */
@customElement("punctual-clock-face")
export class ClockFace extends LitElement {
  static override styles = [
    basics,
    css`
      time {
        display: block;
        font-size: 19px;
        font-weight: 650;
        line-height: 1.25;
        letter-spacing: -0.01em;
        font-variant-numeric: tabular-nums;
      }
      p {
        font-size: 11.5px;
        color: var(--ink-3);
        white-space: nowrap;
      }
      b {
        font-weight: 600;
        color: var(--brand);
      }
    `,
  ];

  @property({ attribute: false }) clock!: RegionClock;
  #timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.requestUpdate(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override render() {
    const now = this.clock.stamp();
    const { speed } = this.clock;
    const time = speed > SECONDS_SPEED_MAX ? clockTime(now) : now.slice(11, 19);
    return html`
      <time datetime=${now} data-testid="clock">${time}</time>
      <p>${dateText(now)}${speed === 1 ? nothing : html` · <b>${speed}× speed</b>`}</p>
    `;
  }
}
