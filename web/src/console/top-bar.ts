import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { basics } from "../look/shared-styles";
import { shareText } from "../wording";
import "./clock-face";
import type { ConsoleStore } from "./store";
import { Watch } from "./watch";

interface Figure {
  id: string;
  label: string;
  value: string;
  tone?: "good" | "tight" | "late";
  title: string;
}

/** The region's clock and the day's figures. */
@customElement("punctual-top-bar")
export class TopBar extends LitElement {
  static override styles = [
    basics,
    css`
      header {
        display: flex;
        align-items: stretch;
        gap: 18px;
        height: 66px;
        padding: 0 16px;
        background: var(--paper);
        border-bottom: 1px solid var(--line);
        box-shadow: 0 1px 6px rgb(22 33 31 / 8%);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 10px;
      }
      .brand svg {
        width: 34px;
        height: 34px;
      }
      h1 {
        font-size: 16px;
        font-weight: 700;
        letter-spacing: -0.01em;
        line-height: 1.2;
      }
      .brand p {
        font-size: 12px;
        color: var(--ink-3);
        white-space: nowrap;
      }
      punctual-clock-face {
        align-self: center;
        padding-left: 18px;
        border-left: 1px solid var(--line);
      }
      dl {
        display: flex;
        flex: 1;
        justify-content: flex-end;
        gap: 4px;
        min-width: 0;
        overflow-x: auto;
        scrollbar-width: none;
      }
      dl > div {
        display: flex;
        flex-direction: column-reverse;
        justify-content: center;
        min-width: 74px;
        padding: 0 10px;
      }
      dt {
        font-size: 11.5px;
        color: var(--ink-3);
        white-space: nowrap;
      }
      dd {
        font-size: 19px;
        font-weight: 650;
        letter-spacing: -0.015em;
        line-height: 1.25;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      dd small {
        font-size: 13px;
        font-weight: 550;
        color: var(--ink-3);
      }
      .good dd {
        color: var(--good);
      }
      .tight dd {
        color: var(--warn);
      }
      .late dd {
        color: var(--bad);
      }
      nav {
        display: flex;
        align-items: center;
      }
      nav a {
        padding: 8px 12px;
        border: 1px solid var(--line-2);
        border-radius: 8px;
        color: var(--ink);
        font-weight: 550;
        text-decoration: none;
        white-space: nowrap;
      }
      nav a:hover {
        border-color: var(--ink-3);
      }
      @media (max-width: 1180px) {
        nav {
          display: none;
        }
      }
      @media (max-width: 860px) {
        header {
          flex-wrap: wrap;
          height: auto;
          padding: 8px 12px 4px;
          gap: 4px 14px;
        }
        dl {
          flex-basis: 100%;
          justify-content: flex-start;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: ConsoleStore;

  override connectedCallback(): void {
    new Watch(this, ["region", "kpis"]);
    super.connectedCallback();
  }

  override render() {
    const { region, clock } = this.store;
    return html`
      <header>
        <div class="brand">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="9" fill="#0f5f57" />
            <path d="M16 7.500v8.700l5.600 3.600" fill="none" stroke="#fff" stroke-width="3.200" stroke-linecap="round" stroke-linejoin="round" />
          </svg>
          <div>
            <h1>Punctual</h1>
            <p>${region?.name ?? "Connecting …"}</p>
          </div>
        </div>
        ${clock ? html`<punctual-clock-face .clock=${clock}></punctual-clock-face>` : nothing}
        <dl>
          ${this.#figures().map(
            (figure) =>
              html`<div class=${figure.tone ?? ""} title=${figure.title} data-testid=${`figure-${figure.id}`}>
                <dt>${figure.label}</dt>
                <dd>${figure.value}</dd>
              </div>`,
          )}
        </dl>
        <nav><a href="/checkout" target="_blank" rel="noopener">Checkout page</a></nav>
      </header>
    `;
  }

  #figures(): Figure[] {
    const kpis = this.store.kpis;
    const text = (value: number | undefined) => (value === undefined ? "–" : value.toLocaleString("en-GB"));
    const late = kpis ? kpis.late + kpis.projected_late : 0;
    const saved = kpis?.search.cost_saved_share;
    return [
      { id: "booked", label: "Booked", value: text(kpis?.booked), title: "Orders booked today" },
      { id: "delivered", label: "Delivered", value: text(kpis?.delivered), title: "Orders handed over at the door" },
      figure("on-time", "On time", shareText(kpis?.on_time_share), "Share of the delivered orders that kept their window", kpis?.on_time_share == null ? undefined : kpis.on_time_share >= 0.95 ? "good" : "tight"),
      figure("at-risk", "At risk", text(kpis?.at_risk), "Orders ahead with little time to spare", kpis?.at_risk ? "tight" : undefined),
      figure("late", "Late", text(kpis ? late : undefined), `Delivered late ${text(kpis?.late)}, will be late ${text(kpis?.projected_late)}`, late ? "late" : undefined),
      { id: "on-duty", label: "On duty", value: kpis ? `${kpis.couriers_on_trip} / ${kpis.couriers_on_duty}` : "–", title: "Couriers on a trip, of those on duty" },
      { id: "search", label: "Search saves", value: saved == null ? "–" : shareText(saved), title: searchTitle(kpis?.search) },
    ];
  }
}

function figure(id: string, label: string, value: string, title: string, tone: Figure["tone"]): Figure {
  return tone ? { id, label, value, title, tone } : { id, label, value, title };
}

function searchTitle(search: { iterations_per_second: number; improvements: number } | undefined): string {
  if (!search) return "What the background search saves of the plan's cost";
  return `${search.improvements} improvements adopted, ${Math.round(search.iterations_per_second).toLocaleString("en-GB")} tries a second`;
}
