import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { basics } from "../look/shared-styles";
import { markUrl, type StopLook } from "../look/stop-marks";
import { countText } from "../wording";
import type { ConsoleStore } from "./store";
import { Watch } from "./watch";

const MARKS: [StopLook, string][] = [
  ["ahead", "Ahead"],
  ["arrived", "At the door"],
  ["tight", "Tight"],
  ["late", "Late"],
  ["delivered", "Delivered"],
];

/** What the marks and lines on the map mean. */
@customElement("punctual-map-legend")
export class MapLegend extends LitElement {
  static override styles = [
    basics,
    css`
      aside {
        display: flex;
        align-items: center;
        gap: 14px;
        padding: 7px 14px;
        border-radius: 10px;
        background: rgb(255 255 255 / 94%);
        box-shadow: var(--shadow);
        font-size: 12px;
        color: var(--ink-2);
      }
      ul {
        display: flex;
        gap: 12px;
      }
      li {
        display: flex;
        align-items: center;
        gap: 4px;
        white-space: nowrap;
      }
      img {
        width: 20px;
        height: 20px;
      }
      .line {
        width: 22px;
        height: 0;
        border-top: 3.5px solid var(--ink-2);
      }
      .line.planned {
        border-top: 2px dashed var(--ink-3);
      }
      strong {
        padding-right: 14px;
        border-right: 1px solid var(--line);
        font-weight: 600;
        color: var(--ink);
        white-space: nowrap;
      }
      @media (max-width: 1180px) {
        li.lines {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: ConsoleStore;

  override connectedCallback(): void {
    new Watch(this, ["plan"]);
    super.connectedCallback();
  }

  override render() {
    const stops = this.store.stops.size;
    return html`
      <aside aria-label="Legend">
        <strong class="number" data-testid="stop-count" data-count=${stops}>${countText(stops, "stop")}</strong>
        <ul>
          ${MARKS.map(([look, label]) => html`<li><img src=${markUrl(look, 0)} alt="" />${label}</li>`)}
          <li class="lines"><i class="line"></i>Under way</li>
          <li class="lines"><i class="line planned"></i>Planned</li>
        </ul>
      </aside>
    `;
  }
}
